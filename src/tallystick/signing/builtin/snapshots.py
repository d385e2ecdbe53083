"""An envelope as the built-in provider tells it, from its own rows."""

from __future__ import annotations

from collections.abc import Mapping

from tallystick.core import clock
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.seam import ProviderRef, SignerSnapshot, Snapshot
from tallystick.signing.states import EnvelopeState, SignerState, SigningRule


def snapshot_of(
    envelope: Envelope, just_now: Mapping[int, SignerState] | None = None, *, reason: str = ""
) -> Snapshot:
    """As it is with what signers (by id) did just now; ``reason`` is theirs."""
    just_now = just_now or {}
    now = clock.now()
    told = []
    for signer in EnvelopeSigner.objects.filter(envelope=envelope):
        did = just_now.get(signer.pk)
        told.append(
            SignerSnapshot(
                id=str(signer.pk),
                email=signer.email,
                name=signer.name,
                state=did or SignerState(signer.state),
                at=now if did else None,
                reason=reason if did else "",
            )
        )
    state = _state(envelope, [one.state for one in told])
    return Snapshot(
        ref=ProviderRef(envelope.provider_ref or envelope.key.hex),
        key=envelope.key,
        state=state,
        signers=tuple(told),
        at=now,
        reason=reason,
    )


def _state(envelope: Envelope, signers: list[SignerState]) -> EnvelopeState:
    signed = signers.count(SignerState.SIGNED)
    if SignerState.DECLINED in signers:
        return EnvelopeState.DECLINED
    if signed and (envelope.rule == SigningRule.ANY or signed == len(signers)):
        return EnvelopeState.COMPLETED
    if signed:
        return EnvelopeState.PARTIALLY_SIGNED
    if SignerState.VIEWED in signers:
        return EnvelopeState.VIEWED
    if signers and all(state == SignerState.BOUNCED for state in signers):
        return EnvelopeState.BOUNCED
    return EnvelopeState.SENT
