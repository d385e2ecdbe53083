"""Reads for pages about signatures; a fixed number of SQL queries each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from tallystick.access.actor import Actor
from tallystick.contracts.models import ClaimContact
from tallystick.core import clock
from tallystick.core.text import sentence
from tallystick.signing.models import Envelope, EnvelopeEvent, EnvelopeSigner
from tallystick.signing.registry import BUILTIN, is_known, kind_named
from tallystick.signing.states import LIVE, OUT, EnvelopeState, SignerState, SigningRule
from tallystick.terms.context import text

MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class SignerRow:
    """A signer as a page shows them; ``at`` is when they came into their state."""

    name: str
    email: str
    state: SignerState
    label: str
    at: datetime | None
    reason: str

    @property
    def mark(self) -> str:
        """The name of its mark: a contact’s *declined* is not an invite’s."""
        return f"signature.{self.state}"


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the evidence, in words."""

    at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    """What became of one envelope; ``label`` tells being voided and being stored apart, which the state does not."""

    state: str
    label: str
    provider: str
    rule: str
    signers: tuple[SignerRow, ...]
    happenings: tuple[Happening, ...]
    is_live: bool
    document_sha256: str
    signed_sha256: str
    has_evidence: bool

    @property
    def mark(self) -> str:
        """The name of its mark."""
        return f"signature.{self.state}"


def envelope_page(envelope: Envelope) -> EnvelopePage:
    """Everything that its page shows; the caller has loaded it through what the actor may see."""
    signers = list(EnvelopeSigner.objects.filter(envelope=envelope))
    events = EnvelopeEvent.objects.filter(envelope=envelope).order_by("position")
    rule = text("{claim_contacts}") if len(signers) > 1 else ""
    return EnvelopePage(
        state=envelope.state,
        label=state_label(envelope),
        provider=provider_label(envelope.provider),
        rule=f"{SigningRule(envelope.rule).label} ({rule})" if rule else "",
        signers=tuple(map(_signer_row, signers)),
        happenings=tuple(Happening(one.at, said_of(one.name, one.facts)) for one in events),
        is_live=envelope.state in LIVE,
        document_sha256=envelope.document.sha256 if envelope.document else "",
        signed_sha256=envelope.signed_file.sha256 if envelope.signed_file else "",
        has_evidence=envelope.evidence_id is not None or envelope.certificate_id is not None,
    )


def waiting_for(actor: Actor) -> list[Envelope]:
    """What waits for the actor's own signature here, in all projects and accounts, the nearest end first: one query."""
    contacts = ClaimContact.objects.filter(
        contract=OuterRef("envelope__claim__contract"), person=OuterRef("person")
    )
    places = EnvelopeSigner.objects.filter(
        Exists(contacts),
        person__login_id=actor.login_id or 0,
        person__is_active=True,
        state__in=[SignerState.WAITING, SignerState.SENT, SignerState.VIEWED],
        envelope__provider=BUILTIN,
        envelope__state__in=OUT,
        envelope__all_signed_at=None,
        envelope__void_requested_at=None,
        envelope__expires_at__gt=clock.now(),
        envelope__claim__contract__project__is_active=True,
    )
    return list(
        Envelope.objects.filter(pk__in=places.values("envelope"))
        .select_related("claim__contract__project__account", "claim__contract__company")
        .order_by("expires_at", "pk")[:MOST_WAITING]
    )


def state_label(envelope: Envelope) -> str:
    """The state in words, with what the state alone does not tell."""
    if envelope.state in LIVE and envelope.all_signed_at is not None:
        return "Signed, being stored"
    if envelope.state in LIVE and envelope.void_requested_at is not None:
        return "Being voided"
    if envelope.state == EnvelopeState.QUEUED and envelope.reason:
        return "To be sent again"
    return str(EnvelopeState(envelope.state).label)


def provider_label(name: str) -> str:
    """The provider's name, also where it is no longer installed."""
    return text(kind_named(name).label) if is_known(name) else name


def _signer_row(signer: EnvelopeSigner) -> SignerRow:
    state = SignerState(signer.state)
    at = {
        SignerState.VIEWED: signer.viewed_at,
        SignerState.SIGNED: signer.signed_at,
        SignerState.DECLINED: signer.declined_at,
    }.get(state)
    return SignerRow(signer.name, signer.email, state, str(state.label), at, signer.reason)


_SAID = {
    "requested": "{by} asked for it to be signed",
    "sent": "Sent",
    "prepared": "Prepared, to be completed in the provider’s own pages",
    "try_failed": "Sending did not work: {why}",
    "state": "The provider reported: {state}",
    "opened": "{name} opened the document",
    "read": "{name} read the whole document",
    "consented": "{name} agreed to sign electronically",
    "signed": "{name} signed",
    "declining": "{name} declined: {reason}",
    "signer_sent": "{name} was asked",
    "signer_viewed": "{name} has opened it",
    "signer_signed": "{name} has signed",
    "signer_declined": "{name} has declined: {reason}",
    "signer_bounced": "The e-mail to {email} came back: {reason}",
    "signer_added": "{name} was added as a signer",
    "all_signed": "Everybody who has to has signed",
    "storing_failed": "The signed file could not be stored yet: {why}",
    "reminded": "Those who have not signed were reminded",
    "void_requested": "{by} took it back: {reason}",
    "stray_voided": "A second request for the same was taken back at the provider",
    "completed": "The signed document is stored",
    "declined": "Over: declined",
    "voided": "Over: voided",
    "expired": "Over: the time to sign has passed",
    "failed": "Over: it could not be sent",
}


def said_of(event: str, facts: Mapping[str, Any]) -> str:
    """An entry of the evidence as a sentence."""
    words = {name: str(value) for name, value in facts.items() if isinstance(value, str | int)}
    template = _SAID.get(event, event.replace("_", " ").capitalize())
    said = template.format_map(
        {"reason": "", "why": "", "by": "", "name": "", "email": "", "state": "", **words}
    )
    return sentence(said.rstrip(": "))
