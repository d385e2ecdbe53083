"""The certificate of completion: the pages after the signed document that say who signed it, how, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tallystick.core.dates import format_date, format_instant
from tallystick.documents.papers.furniture import (
    HAIRLINE,
    HEADING,
    LABEL,
    SOFT,
    Foot,
    heading,
    height_of,
    page_size,
    pens,
)
from tallystick.documents.words import dictionary_of, paper_size
from tallystick.pdf.draw import Document
from tallystick.pdf.draw.flow import Flow
from tallystick.signing.builtin.consent import consent_text
from tallystick.signing.builtin.evidence_file import company_of, signers_of
from tallystick.signing.builtin.handwriting import HEIGHT, UNIT
from tallystick.signing.builtin.keys import SealKey
from tallystick.signing.builtin.mark import draw_strokes
from tallystick.signing.builtin.models import BuiltinSigner
from tallystick.signing.models import Envelope
from tallystick.signing.queries import Happening, said_of
from tallystick.signing.states import SignerState, SigningRule

_MARGIN = 40.0
_TEXT = 8.4
_LEADING = 11.4
_COLUMN = 118.0
_DRAWN = 150.0

WHAT_IT_IS = (
    "This document was sealed by a key of the service that collected the signatures, not by keys of the people who "
    "signed. The seal shows that nothing was changed since; who signed is shown by the evidence on these pages, which "
    "is embedded as {evidence} and chained entry by entry. It is an advanced electronic seal with evidence, and no "
    "qualified signature."
)


@dataclass(frozen=True, slots=True)
class SealFacts:
    """How the document is sealed, as the certificate says it."""

    key: SealKey
    level: str
    time_stamps: str
    at: datetime

    def as_dict(self) -> dict[str, Any]:
        """For the evidence."""
        return {
            "certificate": self.key.subject,
            "issuer": self.key.issuer,
            "sha256": self.key.fingerprint,
            "made_here": self.key.is_own,
            "level": self.level,
            "time_stamps": self.time_stamps,
        }


def certificate_pdf(
    envelope: Envelope, happenings: Sequence[Happening], seal: SealFacts, *, evidence_name: str
) -> bytes:
    """The pages, in the project's paper size and words."""
    return _Certificate(envelope, happenings, seal, evidence_name).to_bytes()


class _Certificate:
    def __init__(
        self, envelope: Envelope, happenings: Sequence[Happening], seal: SealFacts, evidence_name: str
    ) -> None:
        self._envelope = envelope
        self._happenings = happenings
        self._seal = seal
        self._evidence_name = evidence_name
        self._project = envelope.claim.contract.project
        self._words = dictionary_of(self._project)
        self._locale = self._project.locale
        self._pens = pens(self._locale)
        size = page_size(paper_size(self._words))
        self._document = Document(
            title=f"Certificate of completion – {envelope.subject}", language=self._locale
        )
        self._foot = Foot(
            f"Certificate of completion of {envelope.document_name}, {envelope.key}",
            self._pens.regular,
            size,
            _MARGIN,
        )
        self._flow = Flow(self._document, size, self._foot.margins(36), self._begin)

    def to_bytes(self) -> bytes:
        self._facts(self._about())
        self._title("Who signed")
        for row in signers_of(self._envelope):
            self._signer(row)
        self._title("What they agreed to")
        self._consents()
        self._title("What happened")
        for one in self._happenings:
            self._row(self._both(one.at), one.said)
        self._title("The seal")
        self._facts(self._sealed())
        self._paragraph(WHAT_IT_IS.format(evidence=self._evidence_name))
        self._foot.draw(self._document, counted="Certificate page")
        return self._document.to_bytes()

    def _begin(self, flow: Flow) -> float:
        page = flow.page
        page.show(self._pens.semibold.line("Certificate of completion"), flow.left, flow.top + 12, 15)
        page.rule(flow.left, flow.top + 20, flow.right, 0.75)
        return flow.top + 32

    # --- facts ----------------------------------------------------------------------------------------------------

    def _about(self) -> list[tuple[str, str]]:
        envelope, claim = self._envelope, self._envelope.claim
        revision = f" r{envelope.claim_revision}" if envelope.claim_revision else ""
        document = envelope.document
        return [
            ("Document", envelope.document_name),
            (self._words.cap("claim"), f"{claim.number}{revision} of {claim.contract}"),
            ("Project", f"{self._project.number} {self._project.name}"),
            ("SHA-256 before signing", document.sha256 if document else ""),
            ("Asked by", f"{envelope.requested_by_name}, {self._both(envelope.requested_at)}"),
            ("Signatures needed", str(SigningRule(envelope.rule).label)),
            ("Envelope", str(envelope.key)),
        ]

    def _sealed(self) -> list[tuple[str, str]]:
        seal = self._seal
        made = (
            "made by this installation, and known to no viewer"
            if seal.key.is_own
            else f"issued by {seal.key.issuer}"
        )
        return [
            ("Certificate", f"{seal.key.subject}, {made}"),
            ("Its SHA-256", seal.key.fingerprint),
            ("Level", seal.level),
            ("Time stamp", seal.time_stamps or "none of an outside authority: the times are this server’s"),
            ("Sealed", self._both(seal.at)),
        ]

    def _facts(self, facts: Sequence[tuple[str, str]]) -> None:
        for label, value in facts:
            self._row(label, value)
        self._flow.y += 4

    # --- signers ----------------------------------------------------------------------------------------------------

    def _signer(self, row: BuiltinSigner) -> None:
        signer, flow = row.signer, self._flow
        company = company_of(row)
        flow.need(120)
        name = f"{signer.name}, {company}" if company else signer.name
        flow.text(self._pens.semibold.wrap(name, flow.width, 9.6), 9.6, leading=13)
        if signer.state == SignerState.SIGNED:
            self._signature(row)
        self._facts([fact for fact in self._signer_facts(row) if fact[1]])
        flow.page.rule(flow.left, flow.y, flow.right, 0.4, HAIRLINE)
        flow.y += 8

    def _signature(self, row: BuiltinSigner) -> None:
        flow = self._flow
        if row.strokes:
            height = _DRAWN * HEIGHT / UNIT
            flow.need(height + 6)
            draw_strokes(flow.page, row.strokes, flow.left + _COLUMN, flow.y + 2, _DRAWN)
            self._label("Signature, drawn", flow.y + height / 2)
            flow.y += height + 6
        else:
            flow.need(24)
            flow.page.show(self._pens.italic.line(row.written_name), flow.left + _COLUMN, flow.y + 15, 15)
            self._label("Signature, typed", flow.y + 15)
            flow.y += 24

    def _signer_facts(self, row: BuiltinSigner) -> list[tuple[str, str]]:
        signer, where = row.signer, row.answered_from
        return [
            ("E-mail address", signer.email),
            ("Became", str(SignerState(signer.state).label)),
            ("Asked by e-mail", self._asked(row)),
            ("Opened", self._both(row.opened_at) if row.opened_at else ""),
            ("Signed", self._both(signer.signed_at) if signer.signed_at else ""),
            ("Known by", str(where.get("proof", {}).get("said", ""))),
            ("From", str(where.get("address", ""))),
            ("Browser", str(where.get("browser", ""))),
            ("Agreed to", f"version {row.consent_version}, below" if row.consent_version else ""),
            ("Reason", signer.reason),
        ]

    def _asked(self, row: BuiltinSigner) -> str:
        message = row.message
        if message is None:
            return ""
        when = f", {self._both(message.sent_at)}" if message.sent_at else ""
        answer = f". The mail server said: {message.last_answer}" if message.last_answer else ""
        return f"{message.headers.get('Message-ID', '')}{when}{answer}"

    def _consents(self) -> None:
        said = {
            (row.consent_version, consent_text(row.consent_version, company_of(row)))
            for row in signers_of(self._envelope)
            if row.consent_version
        }
        for version, text in sorted(said):
            self._row(f"Version {version}", text)
        self._flow.y += 4

    # --- drawing --------------------------------------------------------------------------------------------------

    def _title(self, title: str) -> None:
        flow = self._flow
        flow.need(HEADING + 40)
        flow.y += 8
        heading(flow.page, self._pens, title, (flow.left, flow.y, flow.right))
        flow.y += HEADING + 4
        flow.fresh = False

    def _label(self, text: str, baseline: float) -> None:
        self._flow.page.show(self._pens.regular.line(text), self._flow.left, baseline, LABEL, SOFT)

    def _row(self, label: str, value: str) -> None:
        flow, pen = self._flow, self._pens.regular
        left = pen.wrap(label, _COLUMN - 8, LABEL)
        right = pen.wrap(value, flow.width - _COLUMN, _TEXT)
        height = max(height_of(left, LABEL, 9.4), height_of(right, _TEXT, _LEADING))
        if height > flow.bottom - flow.top - 60:
            flow.text([*left, *right], _TEXT, leading=_LEADING)
            return
        flow.need(height)
        flow.page.stack(left, flow.left, flow.y + 1.4, LABEL, leading=9.4, gray=SOFT)
        flow.page.stack(right, flow.left + _COLUMN, flow.y, _TEXT, leading=_LEADING)
        flow.y += height + 2.4
        flow.fresh = False

    def _paragraph(self, text: str) -> None:
        flow = self._flow
        flow.text(self._pens.regular.wrap(text, flow.width, _TEXT), _TEXT, leading=_LEADING, gray=SOFT)

    def _both(self, at: datetime) -> str:
        """In the project's zone, and in UTC to the second."""
        zone = self._project.time_zone
        local = format_instant(at, zone, self._locale, with_zone=True)
        utc = at.astimezone(UTC)
        day = (
            f"{format_date(utc.date(), self._locale)}, "
            if at.astimezone(ZoneInfo(zone)).date() != utc.date()
            else ""
        )
        return f"{local} ({day}{utc:%H:%M:%S} UTC)"


def happenings_of(entries: Sequence[dict[str, Any]]) -> list[Happening]:
    """The chain in words, without what only repeats that somebody opened or signed."""
    return [
        Happening(datetime.fromisoformat(entry["at"]), said_of(entry["event"], entry["facts"]))
        for entry in entries
        if entry["event"] not in ("signer_viewed", "signer_signed", "state")
    ]
