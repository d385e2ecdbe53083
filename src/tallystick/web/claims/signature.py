"""A claim's page on its signature: how far it is, what the reader may do, what a change would void."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.claims.holds import holds_on
from tallystick.claims.models import Claim
from tallystick.claims.policies import side_of
from tallystick.claims.states import CERTIFIED, Side
from tallystick.core.errors import Decision
from tallystick.signing.models import Envelope
from tallystick.signing.policies import can_send, can_sign
from tallystick.signing.queries import state_label
from tallystick.signing.registry import BUILTIN, kind_for
from tallystick.signing.states import LIVE, EnvelopeState
from tallystick.terms import text


@dataclass(frozen=True, slots=True)
class ClaimSignature:
    """``url`` leads to the latest request, ``signing_url`` to where the reader signs. ``hold`` is what to ask before
    the claim is changed, ``token`` the yes to it. ``sending`` is an administrator's button, with why it is greyed."""

    label: str = ""
    mark: str = ""
    url: str = ""
    signing_url: str = ""
    hold: str = ""
    token: str = ""
    send_label: str = ""
    sending: Decision | None = None


def signature_on(actor: Actor, claim: Claim) -> ClaimSignature | None:
    """Nothing before the claim is certified."""
    if claim.status not in CERTIFIED:
        return None
    latest = (
        Envelope.objects.filter(claim=claim, claim_revision=claim.revision)
        .select_related("claim__contract__project__account")
        .prefetch_related("signers__person")
        .first()
    )
    is_admin = side_of(actor, claim.contract) is Side.ADMIN
    holding = holds_on([claim]).get(claim.pk) if is_admin else None
    said = latest is not None and latest.state != EnvelopeState.VOIDED
    return ClaimSignature(
        label=state_label(latest) if latest and said else "",
        mark=f"signature.{latest.state}" if latest and said else "",
        url=reverse("signature", args=[latest.key]) if latest else "",
        signing_url=_signing_url(actor, latest) if latest else "",
        hold=holding.sentence if holding else "",
        token=holding.token if holding else "",
        send_label=text(kind_for(claim.contract.project).send_label) if is_admin else "",
        sending=can_send(actor, claim) if is_admin else None,
    )


def _signing_url(actor: Actor, envelope: Envelope) -> str:
    if envelope.provider != BUILTIN or envelope.state not in LIVE:
        return ""
    for signer in envelope.signers.all():
        if signer.person and actor.login_id and signer.person.login_id == actor.login_id and can_sign(signer):
            return reverse("signature-signing", args=[envelope.key])
    return ""
