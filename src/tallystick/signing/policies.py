"""Who may send claims for signature, take them back, remind, and sign (R-SIGN, R-PERM).

Each reason is the tooltip of the greyed button and the answer for that claim in a bulk action (R-SIGN-3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tallystick.access.actor import Actor
from tallystick.access.policies import can_change_project
from tallystick.claims import policies as claims
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED, ClaimStatus, Side
from tallystick.contracts.models import ClaimContact
from tallystick.contracts.states import COMMITMENT_KINDS
from tallystick.core import clock
from tallystick.core.dates import format_instant
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.core.text import join_and
from tallystick.directory.models import Person, Project
from tallystick.documents.models import SignedDocument
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.registry import kind_for
from tallystick.signing.states import LIVE, OUT, EnvelopeState, SignerState
from tallystick.terms.context import text

REMIND_AGAIN_AFTER_SECONDS = 3600
_IN_QUERY = 500


def visible_to(actor: Actor) -> QuerySet[Envelope]:
    """Envelopes of the claims that the actor may see."""
    return Envelope.objects.filter(claim__in=claims.visible_to(actor))


def can_choose_signing(actor: Actor, project: Project) -> Decision:
    """Choose the project's provider, rule, expiry and reminders."""
    return can_change_project(actor, project)


def can_send_from(actor: Actor, project: Project) -> Decision:
    """Send claims of the project at all: Admin on Commitments (R-SIGN-1), and its provider is ready."""
    decision = claims.can_administer_claims(actor, project, text("send {claims} for signature"))
    return decision and kind_for(project).ready(project.account)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether one claim can go: who would sign, what is out, whether it is signed."""

    contacts: tuple[Person, ...] = ()
    live: Envelope | None = None
    is_signed: bool = False


def standings_of(found: Sequence[Claim]) -> dict[int, Standing]:
    """The standing of each of several claims; three queries for every 500."""
    contacts: dict[int, list[Person]] = {}
    live: dict[int, Envelope] = {}
    signed: set[int] = set()
    for start in range(0, len(found), _IN_QUERY):
        part = found[start : start + _IN_QUERY]
        ids = [claim.pk for claim in part]
        revisions = {claim.pk: claim.revision for claim in part}
        rows = ClaimContact.objects.filter(
            contract_id__in={claim.contract_id for claim in part}, person__is_active=True
        )
        for row in rows.select_related("person__login").order_by("contract_id", "person__name", "pk"):
            people = contacts.setdefault(row.contract_id, [])
            if row.person not in people:
                people.append(row.person)
        out = Envelope.objects.filter(claim_id__in=ids, state__in=LIVE).prefetch_related("signers")
        live.update({envelope.claim_id: envelope for envelope in out})
        versions = SignedDocument.objects.filter(claim_id__in=ids, withdrawn_at=None)
        signed |= {one.claim_id for one in versions if one.revision == revisions[one.claim_id]}
    return {
        claim.pk: Standing(tuple(contacts.get(claim.contract_id, ())), live.get(claim.pk), claim.pk in signed)
        for claim in found
    }


def can_send(actor: Actor, claim: Claim, standing: Standing | None = None) -> Decision:
    """Send this claim for signature. The reasons come in the order in which they can be put right (R-SIGN-2, -3)."""
    if claim.contract.kind not in COMMITMENT_KINDS:
        return refused(
            text(
                "{Claims} to the {client} are not sent for signature here. Store the signed version when it is there."
            )
        )
    if claims.side_of(actor, claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator sends {claims} for signature."))
    standing = standing or standings_of([claim])[claim.pk]
    decision = _can_go(claim, standing)
    return decision and kind_for(claim.contract.project).ready(claim.contract.project.account)


def _can_go(claim: Claim, standing: Standing) -> Decision:
    if claim.status not in CERTIFIED:
        return refused(
            text(
                "Only {a claim} that is Approved, Approved as Noted or Pending Owner Approval can be signed. "
                "This one is {status}.",
                status=ClaimStatus(claim.status).label,
            )
        )
    if not standing.contacts:
        return refused(
            text(
                "{contract} has no {claim_contact}, and they are who signs. ", contract=claim.contract.number
            )
            + text("Add one on its People page first.")
        )
    if standing.live is not None:
        return refused(out_already(standing.live))
    if standing.is_signed:
        return refused(
            text("This {claim} is signed. Withdraw its signed version first to have it signed again.")
        )
    return ALLOWED


def out_already(envelope: Envelope) -> str:
    """Why nothing more can go out: with whom it is, since when."""
    project = envelope.claim.contract.project
    names = join_and([signer.name for signer in envelope.signers.all()], limit=3)
    if envelope.void_requested_at is not None:
        return text("This {claim} is just being taken back from {names}. ", names=names) + "Wait a moment."
    if envelope.sent_at is None:
        return text("This {claim} is on its way to {names} already.", names=names)
    since = format_instant(envelope.sent_at, project.time_zone, project.locale)
    return text(
        "This {claim} is out for signature with {names} since {since}. ", names=names, since=since
    ) + ("Void that first to send it again.")


def short_reason(claim_status: str, *, has_contact: bool, signature: str) -> str:
    """In a few words why a row of the list is left out of sending; empty where it can go."""
    if claim_status not in CERTIFIED:
        return "not approved"
    if not has_contact:
        return text("without {a claim_contact}")
    if signature in LIVE:
        return "out already"
    return "signed already" if signature == EnvelopeState.COMPLETED else ""


def can_void(actor: Actor, envelope: Envelope) -> Decision:
    """Take it back while it waits for signatures."""
    if claims.side_of(actor, envelope.claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator takes {claims} back from signature."))
    if envelope.state not in LIVE:
        return refused(f"This is over: {EnvelopeState(envelope.state).label}. There is nothing to void.")
    if envelope.all_signed_at is not None:
        return refused("Everybody has signed; the signed file is just being stored.")
    if envelope.void_requested_at is not None:
        return refused("It is being voided already.")
    return ALLOWED


def can_remind(actor: Actor, envelope: Envelope) -> Decision:
    """Ask those who have not signed once more."""
    if claims.side_of(actor, envelope.claim.contract) is not Side.ADMIN:
        return refused("Only an administrator sends reminders.")
    if envelope.state not in OUT or envelope.all_signed_at is not None or envelope.void_requested_at:
        return refused("A reminder can be sent while it is out for signature.")
    last = envelope.reminded_at or envelope.sent_at
    if last is not None and (clock.now() - last).total_seconds() < REMIND_AGAIN_AFTER_SECONDS:
        return refused("They were asked within the last hour. Give them a little time.")
    return ALLOWED


def signers_of(actor: Actor, envelopes: Iterable[Envelope]) -> QuerySet[EnvelopeSigner]:
    """The actor's own places among the signers of these envelopes."""
    return EnvelopeSigner.objects.filter(
        envelope__in=list(envelopes), person__login_id=actor.login_id or 0, person__is_active=True
    )


def can_sign(signer: EnvelopeSigner) -> Decision:
    """Sign, or decline, as this signer. The caller has made sure that it is them."""
    decision = _is_open(signer.envelope)
    return decision and _may_answer(signer)


def _is_open(envelope: Envelope) -> Decision:
    if envelope.state not in OUT or envelope.all_signed_at is not None:
        return refused(_why_over(envelope))
    if envelope.void_requested_at is not None:
        return refused(text("This {claim} was taken back, so there is nothing to sign any more."))
    if clock.now() >= envelope.expires_at:
        return refused("The time to sign is over. Ask for it to be sent again.")
    return ALLOWED


def _may_answer(signer: EnvelopeSigner) -> Decision:
    if signer.state == SignerState.SIGNED:
        return refused("You have signed already.")
    if signer.state == SignerState.DECLINED:
        return refused("You have declined to sign.")
    if signer.person is None or not signer.person.is_active:
        return refused("You are not active in the directory any more. Ask whoever sent it.")
    if not ClaimContact.objects.filter(
        contract_id=signer.envelope.claim.contract_id, person=signer.person
    ).exists():
        return refused(
            text("You are not {a claim_contact} of this contract any more. Ask whoever sent it to you.")
        )
    return ALLOWED


def _why_over(envelope: Envelope) -> str:
    match EnvelopeState(envelope.state):
        case EnvelopeState.COMPLETED:
            return text("This {claim} is signed.")
        case EnvelopeState.DECLINED:
            return "Signing was declined, so there is nothing to sign any more."
        case EnvelopeState.VOIDED:
            return text("This {claim} was taken back, so there is nothing to sign any more.")
        case EnvelopeState.EXPIRED:
            return "The time to sign is over. Ask for it to be sent again."
        case EnvelopeState.QUEUED | EnvelopeState.DRAFT:
            return "This is not out for signature yet. Whoever is asked gets an e-mail."
        case _:
            return text("Enough have signed, so there is nothing to sign any more.")
