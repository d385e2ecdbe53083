"""A claim's PDF as it comes back signed: a line at the foot of the first page, and a record of who signed when."""

import io
from datetime import datetime

import pikepdf

from tallystick.demo.papers.letterhead import sign
from tallystick.demo.papers.sheet import A4, Paper


def signed_copy(pdf: bytes, *, signer: str, company: str, moment: datetime, reference: str) -> bytes:
    """The PDF with its signature shown and the record of signatures behind it."""
    when = f"{moment:%d %b %Y, %H:%M}"
    target = io.BytesIO()
    with (
        pikepdf.open(io.BytesIO(pdf)) as signed,
        pikepdf.open(io.BytesIO(_mark(signer, when, reference))) as mark,
        pikepdf.open(io.BytesIO(_record(signer, company, when, reference))) as record,
    ):
        signed.pages[0].add_overlay(mark.pages[0], None)
        signed.pages.extend(record.pages)
        signed.save(target, deterministic_id=True)
    return target.getvalue()


def _mark(signer: str, when: str, reference: str) -> bytes:
    paper = Paper("plex")
    page = paper.page()
    sign(page, 330, 770, signer)
    page.text(300, 788, f"Signed by {signer}, {when}  ·  {reference}", 6.5, colour=(0.1, 0.2, 0.5))
    return paper.to_bytes()


def _record(signer: str, company: str, when: str, reference: str) -> bytes:
    paper = Paper("plex", title="Record of signatures")
    page = paper.page()
    page.text(48, 64, "Record of signatures", 16, bold=True)
    page.text(48, 82, f"Envelope {reference}", 9)
    page.rule(48, 92, A4[0] - 48, 92)
    page.table(
        48,
        120,
        (("Signer", 150, False), ("Company", 170, False), ("Event", 60, False), ("Time", 119, False)),
        [(signer, company, "Viewed", when), (signer, company, "Signed", when)],
        9,
    )
    page.paragraph(
        48,
        190,
        A4[0] - 96,
        "The signer proved the address by a code that was sent to it and agreed to sign electronically. "
        "This page is part of the signed document.",
        9,
    )
    return paper.to_bytes()
