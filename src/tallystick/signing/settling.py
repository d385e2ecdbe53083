"""Applying what a provider tells about an envelope: under its lock, by rank, whatever the order and however often."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims.storage import record_on
from tallystick.core import clock
from tallystick.core.text import sentence
from tallystick.signing.evidence import note
from tallystick.signing.mail import tell_bounced, tell_declined, tell_expired
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.registry import kind_named
from tallystick.signing.seam import SignerSnapshot, Snapshot
from tallystick.signing.states import (
    EnvelopeState,
    SignerState,
    SigningRule,
    may_follow,
    signer_may_follow,
)
from tallystick.signing.taking import lock
from tallystick.terms.context import text

_MOMENTS = {
    SignerState.VIEWED: "viewed_at",
    SignerState.SIGNED: "signed_at",
    SignerState.DECLINED: "declined_at",
}


@transaction.atomic
def settle(envelope_id: int, told: Snapshot) -> Envelope:
    """Take over what the provider tells, as far as it goes beyond what we know. The same again changes nothing.

    *Completed* is noted only; the envelope is completed when its signed file is stored (``collecting``). The caller has
    made sure that ``told`` is about this envelope (``matching``).
    """
    envelope = lock(envelope_id)
    if not envelope.is_live:
        return envelope
    if not envelope.provider_ref:
        envelope.provider_ref = told.ref.id
    bounced = _settle_signers(envelope, told.signers)
    state = EnvelopeState(told.state)
    if state == EnvelopeState.COMPLETED:
        _all_have_signed(envelope, told)
    elif envelope.all_signed_at is None and may_follow(envelope.state, state):
        if state in (
            EnvelopeState.DECLINED,
            EnvelopeState.VOIDED,
            EnvelopeState.EXPIRED,
            EnvelopeState.FAILED,
        ):
            _end_as_told(envelope, state, told.reason)
        else:
            if envelope.sent_at is None:
                _sent_by_hand(envelope)
            envelope.state = state
            note(envelope, "state", state=state.value)
    envelope.save()
    if bounced:
        tell_bounced(envelope, bounced)
    return envelope


def _sent_by_hand(envelope: Envelope) -> None:
    """Somebody sent the draft in the provider's own pages, or the answer to sending it was lost and it was found."""
    envelope.sent_at = clock.now()
    envelope.next_try_at = None
    envelope.reason = ""
    EnvelopeSigner.objects.filter(envelope=envelope, state=SignerState.WAITING).update(state=SignerState.SENT)


def _settle_signers(envelope: Envelope, told: Sequence[SignerSnapshot]) -> list[EnvelopeSigner]:
    """Bring the signers forward; gives those whose mail came back just now."""
    rows = list(EnvelopeSigner.objects.filter(envelope=envelope))
    by_id = {str(row.pk): row for row in rows}
    by_email = {row.email.casefold(): row for row in rows}
    bounced = []
    for one in told:
        row = by_id.get(one.id) or by_email.get(one.email.casefold())
        if row is None and envelope.is_draft and one.email:
            row = EnvelopeSigner(envelope=envelope, name=one.name or one.email, email=one.email, order=9)
            row.save(force_insert=True)
            note(envelope, "signer_added", name=row.name, email=row.email)
        if row is None or not signer_may_follow(row.state, one.state):
            continue
        row.state = one.state
        row.reason = one.reason or row.reason
        if moment := _MOMENTS.get(SignerState(one.state)):
            setattr(row, moment, one.at or clock.now())
        row.save()
        note(envelope, f"signer_{row.state}", name=row.name, email=row.email, reason=one.reason)
        if row.state == SignerState.BOUNCED:
            bounced.append(row)
    return bounced


def _all_have_signed(envelope: Envelope, told: Snapshot) -> None:
    if envelope.all_signed_at is not None:
        return
    now = clock.now()
    envelope.all_signed_at = told.at or now
    envelope.sent_at = envelope.sent_at or now
    envelope.next_try_at = now
    envelope.tries = 0
    envelope.remind_at = None
    if may_follow(envelope.state, EnvelopeState.PARTIALLY_SIGNED):
        envelope.state = EnvelopeState.PARTIALLY_SIGNED
    note(envelope, "all_signed", at=told.at, ref=told.ref.id)


def _end_as_told(envelope: Envelope, state: EnvelopeState, reason: str) -> None:
    if state == EnvelopeState.VOIDED and envelope.void_requested_at is not None:
        reason = envelope.void_reason or reason
    end(envelope, state, reason)
    if state == EnvelopeState.DECLINED:
        tell_declined(envelope)
    elif state == EnvelopeState.EXPIRED:
        tell_expired(envelope)


def end(envelope: Envelope, state: EnvelopeState, reason: str = "") -> None:
    """Bring the envelope into a final state, and its claim's history with it. The caller holds its lock."""
    envelope.state = state
    envelope.reason = reason
    envelope.ended_at = clock.now()
    envelope.next_try_at = envelope.remind_at = envelope.fetch_at = None
    envelope.save()
    note(envelope, state.value, reason=reason)
    record_on(
        by_provider(envelope),
        f"signature.{state.value}",
        envelope.claim,
        reason=f": {sentence(reason)}" if reason else "",
        names=names_of_decliners(envelope),
    )


def by_provider(envelope: Envelope) -> Actor:
    """As whom the history names what came from the provider."""
    return Actor(login_id=None, name=text(kind_named(envelope.provider).label))


def names_of_decliners(envelope: Envelope) -> str:
    """Who declined; the provider where it did not say."""
    declined = EnvelopeSigner.objects.filter(envelope=envelope, state=SignerState.DECLINED)
    return ", ".join(signer.name for signer in declined) or "A signer"


def wants_finish(envelope: Envelope) -> bool:
    """By the rule *any one*: somebody has signed, and the provider still waits for others."""
    return (
        envelope.rule == SigningRule.ANY
        and envelope.all_signed_at is None
        and envelope.state == EnvelopeState.PARTIALLY_SIGNED
    )
