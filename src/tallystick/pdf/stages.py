"""The stages in which a PDF is tried, each of which may fail or even die without harm.

As pikepdf opens it, as pdfium saves it again, as pikepdf opens it although the two count pages differently, as
pictures drawn by pdfium. Whatever comes out is put into a trial output and counted by both libraries before it is
believed; a repair must show ink as well.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pikepdf

from tallystick.pdf import pdfium
from tallystick.pdf.building import Untrusted, build
from tallystick.pdf.job import Built, FileFaults, Job, blame_the_machine
from tallystick.pdf.model import Group, IngestStatus, Part
from tallystick.pdf.normalise.embedded import extract_pdfs, is_portfolio
from tallystick.pdf.normalise.forms import is_dynamic_xfa
from tallystick.pdf.planning import plan

STAGES = ("open", "save_again", "open_anyway", "draw")

# What qpdf says when something is gone for good.
SIGNS_OF_LOSS = ("non-dictionary object; ignoring", "not found in file after regenerating", "error decoding")
# Said by qpdf of pages that are quite all right, such as a blank one.
HARMLESS_WARNINGS = ("Resources is missing",)


class NeedsPassword(Exception):
    """Only a password is missing, or the given one is wrong."""


def ingest_pdf(job: Job, tell: Callable[[str, object], None]) -> Built:
    for place, stage in enumerate(STAGES):
        if place < job.first_stage:
            continue
        tell("stage", place)
        try:
            built = _STAGES[stage](job)
        except NeedsPassword:
            note = "It can only be opened with a password"
            note += ", and the one given doesn't fit." if job.password else "."
            return Built(IngestStatus.PASSWORD, None, 0, note)
        except FileFaults as fault:
            blame_the_machine(fault, job)
            for leftover in job.work.glob(f"{stage}*"):
                with suppress(OSError):
                    leftover.unlink()
            continue
        if built is not None:
            return built
    return Built(
        IngestStatus.UNREADABLE, None, 0, "The file is too damaged to be shown; it is attached as it is."
    )


def _open(path: Path, password: str | None) -> pikepdf.Pdf:
    try:
        return pikepdf.open(path, password=password or "", suppress_warnings=True)
    except pikepdf.PasswordError as fault:
        raise NeedsPassword from fault


def _stage_open(job: Job) -> Built | None:
    with _open(job.source, job.password) as pdf:
        if is_dynamic_xfa(pdf):
            note = "This is a form that only Adobe Reader can show (XFA); it is attached as it is."
            return Built(IngestStatus.XFA, None, 0, note)
        if is_portfolio(pdf):
            return _expand(job, pdf)
        expected = len(pdf.pages)
        counted = pdfium.count_pages(job.source, job.password)
        if counted is not None and counted != expected:
            raise Untrusted("the two libraries count different numbers of pages")
        return _merge_as_opened(job, pdf, "open", counted is not None)


def _stage_open_anyway(job: Job) -> Built | None:
    with _open(job.source, job.password) as pdf:
        if is_portfolio(pdf) or is_dynamic_xfa(pdf):
            return None
        built = _merge_as_opened(job, pdf, "open_anyway", second_opinion=False)
    note = f"The file is damaged; {_pages(built.pages)} could be found in it."
    return Built(IngestStatus.REPAIRED, built.segment, built.pages, note, lossy=True)


def _merge_as_opened(job: Job, pdf: pikepdf.Pdf, stage: str, second_opinion: bool) -> Built:
    owner_password = pdf.is_encrypted and not job.password
    built = build(job, pdf, stage)
    notes: list[str] = []
    status, lossy = IngestStatus.OK, False
    warned = [text for text in map(str, pdf.get_warnings()) if not any(h in text for h in HARMLESS_WARNINGS)]
    if warned or built.note:
        status = IngestStatus.REPAIRED
        lossy = bool(built.note) or any(sign in text for text in warned for sign in SIGNS_OF_LOSS)
        if lossy:
            notes.append(f"The file is damaged; {_pages(built.pages)} could be read, perhaps not in full.")
        elif any("reconstruct" in text for text in warned):
            notes.append("The file was damaged and has been repaired.")
        else:
            notes.append("Small faults in the file were mended.")
        trial = job.work / f"{stage}.trial.pdf"
        if pdfium.has_ink(trial) is False and not (
            second_opinion and pdfium.has_ink(job.source, job.password) is False
        ):
            raise Untrusted("nothing is left to be seen")
    if owner_password:
        notes.append("It was protected against changes by an owner password; the merged copy is not.")
    if built.status is IngestStatus.SIGNED:
        status = IngestStatus.SIGNED
        notes.insert(
            0, "It is digitally signed; merging ends the signature's validity, so the original is attached."
        )
    return Built(status, built.segment, built.pages, " ".join(notes), lossy)


def _stage_save_again(job: Job) -> Built | None:
    again = job.work / "save_again.pdf"
    counted = pdfium.save_again(job.source, again, job.password)
    if not counted:
        if not job.password and pdfium.wants_password(job.source):
            raise NeedsPassword
        return None
    with _open(again, None) as pdf:
        if len(pdf.pages) != counted or is_dynamic_xfa(pdf) or is_portfolio(pdf):
            raise Untrusted("the two libraries still count different numbers of pages")
        built = build(job, pdf, "save_again")
    if not pdfium.has_ink(job.work / "save_again.trial.pdf"):
        raise Untrusted("nothing is left to be seen")
    note = f"The file is damaged; {_pages(built.pages)} could be recovered."
    return Built(IngestStatus.REPAIRED, built.segment, built.pages, note, lossy=True)


def _stage_draw(job: Job) -> Built | None:
    drawn = job.work / "draw.pdf"
    pages, total = pdfium.draw_pages(job.source, drawn, job.password, job.limits)
    if not pages:
        return None
    with _open(drawn, None) as pdf:
        built = build(job, pdf, "draw")
    if not pdfium.has_ink(job.work / "draw.trial.pdf"):
        raise Untrusted("nothing is left to be seen")
    note = "The file is damaged; its pages are shown as pictures."
    if pages < total:
        note = f"The file is damaged; {pages:,} of {_pages(total)} could be shown, as pictures."
    return Built(IngestStatus.RASTERISED, built.segment, built.pages, note, lossy=True)


_STAGES: dict[str, Callable[[Job], Built | None]] = {
    "open": _stage_open,
    "save_again": _stage_save_again,
    "open_anyway": _stage_open_anyway,
    "draw": _stage_draw,
}


def _expand(job: Job, pdf: pikepdf.Pdf) -> Built:
    """A portfolio: the PDFs in it, one level deep, each under its name."""
    folder = job.work / "portfolio"
    folder.mkdir()
    found, files = extract_pdfs(pdf, folder, job.limits.portfolio_files)
    parts: list[Part] = []
    pages = 0
    for place, (name, path) in enumerate(found):
        try:
            with pikepdf.open(path, suppress_warnings=True) as inner:
                if is_portfolio(inner) or is_dynamic_xfa(inner):
                    continue
                built = build(job, inner, f"portfolio{place:04}")
        except FileFaults:
            continue
        pages += built.pages
        if built.segment is not None and pages <= job.limits.pages:
            parts.append(Part(built.segment, name))
    if not parts:
        note = f"This is a portfolio of {files} file{'s' * (files != 1)}, none of which can be shown; it is attached."
        return Built(IngestStatus.PORTFOLIO, None, 0, note)
    merged = job.work / "portfolio.pdf"
    plan([Group("Portfolio", parts)] if len(parts) > 1 else parts).write(merged, durable=False)
    with pikepdf.open(merged) as whole:
        built = build(job, whole, "portfolio")
    note = f"This is a portfolio of {files} file{'s' * (files != 1)}; "
    note += f"the {len(parts)} PDF{'s' * (len(parts) != 1)} among them that can be shown "
    note += f"{'are' if len(parts) != 1 else 'is'} merged, and the whole portfolio is attached."
    return Built(IngestStatus.PORTFOLIO, built.segment, built.pages, note, lossy=True)


def _pages(count: int) -> str:
    return f"{count:,} page{'s' * (count != 1)}"
