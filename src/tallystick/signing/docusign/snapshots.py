"""An envelope as DocuSign tells it, in the words of the seam (esign §1.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from tallystick.signing.seam import ProviderRef, SignerSnapshot, Snapshot
from tallystick.signing.states import EnvelopeState, SignerState

Json = dict[str, Any]

KEY_FIELD = "tallystick_key"

_STATES = {
    "created": EnvelopeState.DRAFT,
    "processing": EnvelopeState.QUEUED,
    "sent": EnvelopeState.SENT,
    "delivered": EnvelopeState.VIEWED,
    "signed": EnvelopeState.PARTIALLY_SIGNED,
    "completed": EnvelopeState.COMPLETED,
    "declined": EnvelopeState.DECLINED,
    "voided": EnvelopeState.VOIDED,
    "deleted": EnvelopeState.VOIDED,
    "timedout": EnvelopeState.EXPIRED,
}
_SIGNERS = {
    "created": SignerState.WAITING,
    "sent": SignerState.SENT,
    "autoresponded": SignerState.BOUNCED,
    "delivered": SignerState.VIEWED,
    "signed": SignerState.SIGNED,
    "completed": SignerState.SIGNED,
    "declined": SignerState.DECLINED,
}
_MOMENTS = {
    SignerState.SENT: "sentDateTime",
    SignerState.VIEWED: "deliveredDateTime",
    SignerState.SIGNED: "signedDateTime",
    SignerState.DECLINED: "declinedDateTime",
}


def snapshot_of(envelope: Json) -> Snapshot | None:
    """``None`` for a status that DocuSign has not told us of: better no news than a wrong one."""
    status = str(envelope.get("status", "")).casefold()
    state = _STATES.get(status)
    if state is None:
        return None
    signers = tuple(_signers(envelope))
    if envelope.get("deletedDateTime") and state == EnvelopeState.DRAFT:
        state = EnvelopeState.VOIDED
    reason = str(envelope.get("voidedReason") or "")
    if state == EnvelopeState.VOIDED and "expired" in reason.casefold():
        state = EnvelopeState.EXPIRED
    if state in (EnvelopeState.SENT, EnvelopeState.VIEWED):
        state = _by_signers(state, signers)
    if state == EnvelopeState.DECLINED:
        reason = next((one.reason for one in signers if one.state == SignerState.DECLINED), reason)
    return Snapshot(
        ref=ProviderRef(str(envelope["envelopeId"])),
        state=state,
        key=_key(envelope),
        signers=signers,
        at=moment(envelope.get("completedDateTime") or envelope.get("statusChangedDateTime")),
        reason=reason,
    )


def _by_signers(state: EnvelopeState, signers: tuple[SignerSnapshot, ...]) -> EnvelopeState:
    """DocuSign's status says nothing of these two."""
    states = {one.state for one in signers}
    if SignerState.SIGNED in states:
        return EnvelopeState.PARTIALLY_SIGNED
    if SignerState.BOUNCED in states and state == EnvelopeState.SENT:
        return EnvelopeState.BOUNCED
    return state


def _signers(envelope: Json) -> list[SignerSnapshot]:
    recipients = envelope.get("recipients")
    told = recipients.get("signers") if isinstance(recipients, dict) else None
    found = []
    for one in told or []:
        state = _SIGNERS.get(str(one.get("status", "")).casefold())
        if state is None:
            continue
        found.append(
            SignerSnapshot(
                state=state,
                id=str(one.get("recipientId", "")),
                email=str(one.get("email", "")),
                name=str(one.get("name", "")),
                at=moment(one.get(_MOMENTS.get(state, ""))),
                reason=str(one.get("declinedReason") or one.get("autoRespondedReason") or ""),
            )
        )
    return found


def _key(envelope: Json) -> UUID | None:
    """Our key, from where DocuSign keeps it."""
    fields = envelope.get("customFields")
    texts = fields.get("textCustomFields") if isinstance(fields, dict) else None
    named = [one.get("value") for one in texts or [] if one.get("name") == KEY_FIELD]
    for text in (envelope.get("transactionId"), *named):
        try:
            return UUID(str(text))
        except ValueError:
            continue
    return None


def moment(text: object) -> datetime | None:
    """One of DocuSign's instants; it writes seven digits of a second."""
    try:
        found = parse_datetime(str(text)) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
