"""Who may see a claim and what they may do with it (R-PERM, R-CONTACT, domain §2.2, §5.3).

The claims tool has no level of its own: everything follows from the contract's tool and from being one of its
claim contacts. Each reason is the sentence on the disabled button.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import level_of, require_level
from tallystick.claims.models import Claim
from tallystick.claims.review.verdict import Verdict, can_certify, needs_verdict, verdicts_of
from tallystick.claims.states import (
    CERTIFIED,
    EDITABLE,
    UNFINISHED,
    ClaimStatus,
    ClaimType,
    Side,
    is_reopening,
    may_step,
)
from tallystick.contracts.models import ClaimContact, Contract
from tallystick.contracts.policies import is_admin_of, is_claim_contact, tool_of
from tallystick.contracts.policies import visible_to as contracts_visible_to
from tallystick.contracts.states import CLAIMABLE, ContractStatus, SubSovStatus
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.core.money import format_money
from tallystick.directory.models import Project
from tallystick.periods.invite_policies import OwnTerms, billable_types
from tallystick.periods.models import BillingPeriod, PeriodStatus
from tallystick.periods.policies import contact_may_claim
from tallystick.periods.wording import type_label
from tallystick.terms.context import text


def visible_to(actor: Actor) -> QuerySet[Claim]:
    """Claims of the contracts that the actor may see, deleted ones left out."""
    claims = Claim.objects.filter(deleted_at=None)
    if actor.is_operator:
        return claims
    return claims.filter(contract__in=contracts_visible_to(actor))


def side_of(actor: Actor, contract: Contract) -> Side | None:
    """In which capacity the actor deals with claims on this contract; ``None``: as an onlooker."""
    if is_admin_of(actor, contract):
        return Side.ADMIN
    if is_claim_contact(actor, contract):
        return Side.CONTACT
    return None


def can_create_claim(
    actor: Actor,
    contract: Contract,
    period: BillingPeriod | None,
    claim_type: ClaimType | None = None,
    *,
    own: OwnTerms | None = None,
) -> Decision:
    """Start the contract's next claim in ``period`` (R-CLAIM-1), without ``claim_type`` one of any type. An unfinished
    one before it is told apart by ``blocking_claim``, since an administrator may go ahead in spite of it. ``own`` is
    what the period is for this contract, looked up where it is not given."""
    side = side_of(actor, contract)
    if side is None:
        return refused(
            text("Only {a claim_contact} of this contract or an administrator can create {a claim} on it.")
        )
    if contract.status not in CLAIMABLE:
        return refused(
            text(
                "The contract is {status}. {Claims} can be created once it is Approved.",
                status=ContractStatus(contract.status).label,
            )
        )
    releases = claim_type is ClaimType.RELEASE
    if contract.uses_sub_sov and contract.sub_sov_status != SubSovStatus.APPROVED and not releases:
        return refused(
            text(
                "The {ssov} of this contract is {status}. {Claims} can be created once it is Approved.",
                status=SubSovStatus(contract.sub_sov_status).label,
            )
        )
    if period is None:
        return refused("There is no open billing period. Open one on the Billing periods page first.")
    if side is Side.CONTACT:
        in_time = contact_may_claim(period, contract, due=own.due if own else None)
        return in_time and _may_bill(actor, contract, period, claim_type, own)
    return ALLOWED


def _may_bill(
    actor: Actor,
    contract: Contract,
    period: BillingPeriod,
    claim_type: ClaimType | None,
    own: OwnTerms | None = None,
) -> Decision:
    """Whether a contact may bill that much: by the contract's invite, else by what the project allows uninvited."""
    allowed = billable_types(contract, period, own=own)
    if not allowed:
        return refused(
            text(
                "On this project {claims} are made by invite, and this contract has none for the "
                "{billing_period}. Ask the administrator of the project for one."
            )
        )
    if claim_type is None:
        return ALLOWED
    if claim_type.value not in allowed:
        return refused(
            text(
                "In this {billing_period} this contract can {bill} “{kinds}”. "
                "Ask the administrator of the project for more.",
                kinds="”, “".join(type_label(kind) for kind in ClaimType if kind.value in allowed),
            )
        )
    if claim_type is ClaimType.RELEASE and len(allowed) > 1:
        return require_level(
            actor,
            contract.project,
            tool_of(contract.kind),
            Level.STANDARD,
            text("create {a claim} for the release of {retention} alone"),
        )
    return ALLOWED


def offered_types(actor: Actor, contract: Contract, period: BillingPeriod) -> tuple[ClaimType, ...]:
    """The types of claim that the actor may start on the contract in the period, the widest first.

    An administrator is not bound by invites. One for the release of retention alone is started by contacts who were
    invited to, or have Standard (domain §2.2, §4).
    """
    if side_of(actor, contract) is Side.ADMIN:
        return tuple(ClaimType)
    return tuple(kind for kind in ClaimType if _may_bill(actor, contract, period, kind))


def can_start_claims(actor: Actor, project: Project) -> Decision:
    """Whether there can be a commitment of the project on which the actor starts a claim: administrators and claim
    contacts. Which one, and whether it is time, is ``can_create_claim``."""
    level = level_of(actor, project, Tool.COMMITMENTS)
    if level >= Level.ADMIN or (
        level >= Level.READ_ONLY
        and ClaimContact.objects.filter(
            contract__project=project, person__login_id=actor.login_id or 0, person__is_active=True
        ).exists()
    ):
        return ALLOWED
    return refused(
        text(
            "You are {a claim_contact} of no contract of this project. "
            "Ask the administrator of the project to make you one."
        )
    )


def blocking_claim(contract: Contract) -> Claim | None:
    """The contract's latest claim, if the next one has to wait for it (decisions, Claims)."""
    latest = latest_claim(contract)
    return latest if latest is not None and latest.status in UNFINISHED else None


def latest_claim(contract: Contract) -> Claim | None:
    """The contract's claim with the highest number."""
    return Claim.objects.filter(contract=contract, deleted_at=None).order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands among its contract's: whether it is the latest, and an earlier one is unfinished."""

    is_latest: bool
    after_unfinished: bool


def places_of(claims: Sequence[Claim]) -> dict[int, Place]:
    """The place of each of several claims, by one query."""
    beside: dict[int, list[tuple[int, str]]] = {claim.contract_id: [] for claim in claims}
    rows = Claim.objects.filter(contract_id__in=list(beside), deleted_at=None)
    for contract_id, number, status in rows.values_list("contract_id", "number", "status"):
        beside[contract_id].append((number, status))
    return {
        claim.pk: Place(
            all(number <= claim.number for number, _ in beside[claim.contract_id]),
            any(
                number < claim.number and status in UNFINISHED for number, status in beside[claim.contract_id]
            ),
        )
        for claim in claims
    }


def is_latest(claim: Claim) -> bool:
    """Whether no later claim stands on this one's figures."""
    later = Claim.objects.filter(contract_id=claim.contract_id, deleted_at=None, number__gt=claim.number)
    return not later.exists()


def can_edit_entries(actor: Actor, claim: Claim) -> Decision:
    """Type into the grid: in Draft and Revise & Resubmit by either side, under review by an administrator."""
    side = side_of(actor, claim.contract)
    if side is None:
        return refused(
            text("Only {a claim_contact} of this contract or an administrator can change {a claim}.")
        )
    if claim.status in CERTIFIED:
        return refused(
            text(
                "This {claim} is {status} and its figures are final. An administrator can reopen it.",
                status=ClaimStatus(claim.status).label,
            )
        )
    if claim.status in EDITABLE:
        return ALLOWED
    if side is Side.ADMIN:
        return ALLOWED
    return refused(text("This {claim} is under review. Wait for the answer, or ask for it to be sent back."))


def can_change_retention(actor: Actor, claim: Claim) -> Decision:
    """Set or release retention: whoever may type into the claim, a contact only in the current period (domain §2.2)."""
    decision = can_edit_entries(actor, claim)
    if not decision or side_of(actor, claim.contract) is Side.ADMIN:
        return decision
    if claim.period is None or claim.period.status != PeriodStatus.OPEN:
        return refused(
            text(
                "The {billing_period} of this {claim} is not open. "
                "Ask the administrator of the project to set or release {retention} in it."
            )
        )
    return ALLOWED


def can_review(actor: Actor, claim: Claim) -> Decision:
    """Mark lines as approved or rejected: an administrator, while the claim is under review (R-CLAIM-3)."""
    if side_of(actor, claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator reviews {claims}."))
    if claim.status != ClaimStatus.UNDER_REVIEW:
        return refused(
            text(
                "Lines are reviewed while the {claim} is Under Review; this one is {status}.",
                status=ClaimStatus(claim.status).label,
            )
        )
    return ALLOWED


def can_take_proposed(actor: Actor, claim: Claim) -> Decision:
    """Take over what the reviewer proposed: whoever may type what is claimed, once it was handed back."""
    decision = can_edit_entries(actor, claim)
    if decision and claim.status not in EDITABLE:
        return refused(text("Proposed amounts can be taken once the {claim} was sent back."))
    return decision


def can_add_variations(actor: Actor, claim: Claim) -> Decision:
    """Bring variations that were approved since into the claim, while the claimant works on it (domain §6.3)."""
    decision = can_edit_entries(actor, claim)
    if decision and claim.status not in EDITABLE:
        return refused(
            text("{Variations} can be added while the {claim} is in Draft or in Revise & Resubmit.")
        )
    return decision


def can_move(
    actor: Actor,
    claim: Claim,
    target: ClaimStatus,
    *,
    verdict: Verdict | None = None,
    place: Place | None = None,
) -> Decision:
    """Take the claim to another status: the table in ``states`` first, then what the step needs.

    ``verdict``, what the review of its lines comes to, and ``place``, where it stands among its contract's claims,
    are looked up where the step needs them and they are not given.
    """
    side = side_of(actor, claim.contract)
    if side is None:
        return refused(text("Only {a claim_contact} of this contract or an administrator can do this."))
    decision = may_step(ClaimStatus(claim.status), target, side)
    if not decision:
        return decision
    decision = _can_step(claim, target, side, place)
    if not decision or not needs_verdict(ClaimStatus(claim.status), target):
        return decision
    return can_certify(verdicts_of([claim.pk])[claim.pk] if verdict is None else verdict, target)


def _can_step(claim: Claim, target: ClaimStatus, side: Side, place: Place | None) -> Decision:
    source = ClaimStatus(claim.status)
    if is_reopening(source, target) and not (place.is_latest if place else is_latest(claim)):
        return refused(
            text(
                "A later {claim} stands on the figures of this one. Only the latest {claim} can be reopened."
            )
        )
    if is_reopening(source, target) and claim.paid:
        return refused(
            text(
                "{amount} was paid on this {claim}, so its figures stand. Correct them on the next {claim}, "
                "or void the payment first if it was recorded by mistake.",
                amount=format_money(claim.paid, claim.contract.currency, claim.contract.project.locale),
            )
        )
    if target in CERTIFIED and (
        place.after_unfinished if place is not None else _has_unfinished_before(claim)
    ):
        return refused(
            text(
                "An earlier {claim} of this contract is not certified yet, and this one stands on its figures. "
            )
            + text("Finish the earlier {claim} first.")
        )
    if source is ClaimStatus.DRAFT and target is ClaimStatus.UNDER_REVIEW and side is Side.CONTACT:
        if claim.period is None:
            return refused(text("This {claim} has no billing period. Ask an administrator to choose one."))
        return contact_may_claim(claim.period, claim.contract)
    return ALLOWED


def _has_unfinished_before(claim: Claim) -> bool:
    return Claim.objects.filter(
        contract_id=claim.contract_id, deleted_at=None, number__lt=claim.number, status__in=UNFINISHED
    ).exists()


def can_delete(actor: Actor, claim: Claim) -> Decision:
    """Delete the contract's latest draft; an administrator can undo it (decisions, Claims)."""
    if side_of(actor, claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator deletes {claims}."))
    if claim.status != ClaimStatus.DRAFT:
        return refused(text("Only a draft can be deleted. Return the {claim} to Draft first."))
    if not is_latest(claim):
        return refused(text("A later {claim} stands on this one. Only the latest {claim} can be deleted."))
    return ALLOWED


def restorable_claim(actor: Actor, contract: Contract) -> Claim | None:
    """The draft of the contract that was deleted last, where the actor can still bring it back: nothing took its
    place since."""
    if side_of(actor, contract) is not Side.ADMIN:
        return None
    deleted = (
        Claim.objects.filter(contract=contract, deleted_at__isnull=False).order_by("-deleted_at").first()
    )
    if deleted is None:
        return None
    latest = latest_claim(contract)
    return deleted if latest is None or latest.number < deleted.number else None


def can_administer_claims(actor: Actor, project: Project, doing: str) -> Decision:
    """Admin on Commitments, as everything in bulk needs it (R-COMPILE-3, R-SIGN-1)."""
    return require_level(actor, project, Tool.COMMITMENTS, Level.ADMIN, doing)
