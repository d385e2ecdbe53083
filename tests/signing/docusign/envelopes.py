"""Envelopes as DocuSign has them, and what people do to them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pikepdf
import pypdfium2


@dataclass
class Kept:
    """One envelope. ``definition`` is what it was made of."""

    definition: dict[str, Any]
    made_at: datetime
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = "created"
    changed_at: datetime | None = None
    reason: str = ""
    deleted: bool = False
    resent: int = 0
    signers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def pdf(self) -> bytes:
        return base64.b64decode(self.definition["documents"][0]["documentBase64"])

    @property
    def is_over(self) -> bool:
        return self.status in ("completed", "declined", "voided")

    def as_told(self, include: str = "") -> dict[str, Any]:
        """As the API tells it."""
        told = {
            "envelopeId": self.id,
            "status": self.status,
            "transactionId": self.definition.get("transactionId", ""),
            "emailSubject": self.definition["emailSubject"],
            "createdDateTime": instant(self.made_at),
            "statusChangedDateTime": instant(self.changed_at or self.made_at),
        }
        if self.reason:
            told["voidedReason"] = self.reason
        if self.deleted:
            told["deletedDateTime"] = instant(self.changed_at or self.made_at)
        if self.status == "completed":
            told["completedDateTime"] = instant(self.changed_at or self.made_at)
        if "recipients" in include:
            told["recipients"] = {"signers": [dict(one) for one in self.signers]}
        if "custom_fields" in include:
            told["customFields"] = self.definition.get("customFields", {})
        return told

    def missing_anchors(self) -> list[str]:
        """Fields whose text the document does not show."""
        document = pypdfium2.PdfDocument(self.pdf)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        wanted = [
            tab["anchorString"]
            for signer in self.definition["recipients"]["signers"]
            for tabs in signer.get("tabs", {}).values()
            for tab in tabs
        ]
        return [one for one in wanted if one not in text]

    def signed_pdf(self) -> bytes:
        """The document with a certificate of completion at its end."""
        with pikepdf.open(io.BytesIO(self.pdf)) as document:
            document.add_blank_page(page_size=(595, 842))
            document.docinfo["/Title"] = f"Signed by DocuSign {self.id}"
            out = io.BytesIO()
            document.save(out)
        return out.getvalue()

    # --- what people do ---------------------------------------------------------------------------------------

    def send(self, now: datetime) -> None:
        self.status, self.changed_at = "sent", now
        for one in self.signers:
            one |= {"status": "sent", "sentDateTime": instant(now)}

    def _signer(self, email: str) -> dict[str, Any]:
        return next(one for one in self.signers if one["email"] == email)

    def open(self, email: str, now: datetime) -> None:
        self._signer(email).update(status="delivered", deliveredDateTime=instant(now))
        self.status, self.changed_at = "delivered", now

    def sign(self, email: str, now: datetime) -> None:
        self._signer(email).update(status="completed", signedDateTime=instant(now))
        self.changed_at = now
        done = all(one["status"] == "completed" for one in self.signers)
        self.status = "completed" if done else "delivered"

    def decline(self, email: str, reason: str, now: datetime) -> None:
        self._signer(email).update(status="declined", declinedReason=reason, declinedDateTime=instant(now))
        self.status, self.changed_at = "declined", now

    def bounce(self, email: str, now: datetime) -> None:
        self._signer(email).update(status="autoresponded", autoRespondedReason="550 No such user here")
        self.changed_at = now

    def void(self, reason: str, now: datetime) -> None:
        self.status, self.reason, self.changed_at = "voided", reason, now

    def expire(self) -> None:
        days = int(self.definition["notification"]["expirations"]["expireAfter"])
        self.void("Envelope has expired.", self.made_at + timedelta(days=days))


def instant(moment: datetime) -> str:
    """DocuSign writes seven digits of a second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0Z"
