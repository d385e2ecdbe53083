"""A provider's own pages, as ours lead there: one claim completed with more documents and people (domain §9)."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.access.actor import Actor
from tallystick.claims import policies as claims
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED, Side
from tallystick.core.errors import ALLOWED, Decision
from tallystick.signing.models import Envelope
from tallystick.signing.policies import can_send
from tallystick.signing.registry import is_known, kind_for, kind_named
from tallystick.signing.states import OUT, EnvelopeState
from tallystick.terms import text


@dataclass(frozen=True, slots=True)
class Preparing:
    """The entry of a claim's menu."""

    label: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What the page of an envelope says; without ``label`` there is nothing to be opened yet."""

    title: str
    text: str
    label: str = ""
    decision: Decision = ALLOWED


def preparing(actor: Actor, claim: Claim) -> Preparing | None:
    """Whether an administrator can complete the claim in the provider's pages; nothing before it is certified."""
    if claim.status not in CERTIFIED:
        return None
    kind = kind_for(claim.contract.project)
    if not kind.capabilities.sender_view:
        return None
    return Preparing(f"Complete with {text(kind.label)}", can_send(actor, claim))


def own_page_of(actor: Actor, envelope: Envelope) -> OwnPage | None:
    """For administrators, while the envelope is being prepared or is out."""
    if not is_known(envelope.provider) or claims.side_of(actor, envelope.claim.contract) is not Side.ADMIN:
        return None
    kind = kind_named(envelope.provider)
    name, can = text(kind.label), kind.capabilities
    if envelope.void_requested_at is not None or envelope.all_signed_at is not None:
        return None
    if envelope.state == EnvelopeState.QUEUED and envelope.is_draft:
        return OwnPage(f"{name} is getting it ready", "This takes a moment. Then it is opened from here.")
    if envelope.state == EnvelopeState.DRAFT and can.sender_view:
        said = text(
            "Add documents, people and their order in the pages of {provider}, and send it there. "
            "Until then nobody is asked to sign this {claim}.",
            provider=name,
        )
        return OwnPage("Not sent yet", said, f"Complete in {name}")
    if envelope.state in OUT and can.correct_in_ui:
        said = f"A wrong address, or one more document: put it right in the pages of {name}."
        return OwnPage("Something to correct?", said, f"Correct in {name}")
    return None
