"""Moving a claim through its statuses: submitting, sending back, certifying, reopening (domain §5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims.chain import follow_previous
from tallystick.claims.entries import recalculate
from tallystick.claims.facts import facts_of
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.policies import can_move, side_of
from tallystick.claims.states import CERTIFIED, EDITABLE, ClaimStatus, is_reopening, steps_from
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim
from tallystick.core import clock
from tallystick.core.errors import BadInput, Decision, TallystickProblem
from tallystick.periods.policies import is_past_due
from tallystick.terms.context import text


@transaction.atomic
def move_claim(
    actor: Actor, claim: Claim, target: ClaimStatus, *, reason: str = "", version: int | None = None
) -> Claim:
    """Take the claim to ``target``. Being there already is no problem and changes nothing.

    Submitting freezes what is claimed; certifying copies assessed to certified and what the document names;
    handing it back to the claimant keeps what the reviewer assessed as proposals; reopening needs a ``reason`` and
    makes the next revision. Raises ``Refused``, ``BadInput``, ``Stale``.
    """
    claim = lock_claim(claim.pk, version=version)
    source = ClaimStatus(claim.status)
    if source == target:
        return claim
    can_move(actor, claim, target).require()
    lines = lines_of(claim)
    if is_reopening(source, target):
        _reopen(claim, lines, reason)
    elif target == ClaimStatus.UNDER_REVIEW:
        _submit(actor, claim, lines)
    elif target in CERTIFIED:
        _certify(actor, claim, lines)
    if target in EDITABLE:
        _hand_back(claim, lines)
    claim.status = target
    save_claim(claim, lines)
    _record(actor, claim, source, target, reason)
    follow_previous(actor, claim)
    return claim


def _submit(actor: Actor, claim: Claim, lines: list[ClaimLine]) -> None:
    for line in lines:
        line.review = LineReview.NO_ACTION
    recalculate(claim, lines)
    claim.submitted_at = clock.now()
    claim.submitted_by_id = actor.login_id
    claim.received_on = clock.today_in(claim.contract.project.time_zone)
    claim.is_late = claim.period is not None and is_past_due(claim.period, claim.contract)


_ENTRIES = ("work", "quantity", "materials_previous", "materials_new")


def _hand_back(claim: Claim, lines: list[ClaimLine]) -> None:
    """The claimant's figures are in force again; what the reviewer assessed otherwise stands beside them."""
    for line in lines:
        differs = any(
            getattr(line, f"claimed_{name}") != getattr(line, f"assessed_{name}") for name in _ENTRIES
        )
        for name in _ENTRIES:
            assessed = getattr(line, f"assessed_{name}")
            setattr(line, f"proposed_{name}", assessed if differs else None)
            setattr(line, f"assessed_{name}", getattr(line, f"claimed_{name}"))
    recalculate(claim, lines)


def _certify(actor: Actor, claim: Claim, lines: list[ClaimLine]) -> None:
    recalculate(claim, lines)
    for line in lines:
        line.certified_work = line.assessed_work
        line.certified_quantity = line.assessed_quantity
        line.certified_materials_previous = line.assessed_materials_previous
        line.certified_materials_new = line.assessed_materials_new
    claim.certified_this_period = claim.assessed_this_period
    claim.certified_at = clock.now()
    claim.certified_by_id = actor.login_id
    claim.frozen = facts_of(claim)


def _reopen(claim: Claim, lines: list[ClaimLine], reason: str) -> None:
    if not reason.strip():
        raise BadInput(
            text("Say why this {claim} is reopened; the reason stays in its history."),
            {"reason": "Type the reason."},
        )
    for line in lines:
        line.certified_work = line.certified_quantity = None
        line.certified_materials_previous = line.certified_materials_new = None
    claim.certified_this_period = None
    claim.certified_at = None
    claim.certified_by = None
    claim.frozen = None
    claim.revision += 1


def _record(actor: Actor, claim: Claim, source: ClaimStatus, target: ClaimStatus, reason: str) -> None:
    if is_reopening(source, target):
        record_on(actor, "claim.reopened", claim, revision=claim.revision, reason=reason.strip())
    elif target == ClaimStatus.UNDER_REVIEW:
        record_on(actor, "claim.submitted", claim)
    elif target in CERTIFIED and source not in CERTIFIED:
        record_on(actor, "claim.certified", claim, target=target.label)
    else:
        record_on(
            actor,
            "claim.status_changed",
            claim,
            source=source.label,
            target=target.label,
            changes={"reason": [None, reason.strip()]} if reason.strip() else None,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim in a bulk action, and why not where nothing did."""

    claim: Claim
    done: bool
    reason: str = ""


def move_claims(
    actor: Actor, claims: Sequence[Claim], target: ClaimStatus, *, reason: str = ""
) -> list[Outcome]:
    """Move several, each on its own: one that can't go holds up none of the others (R-CLAIM-4)."""
    outcomes = []
    for claim in claims:
        try:
            move_claim(actor, claim, target, reason=reason)
            outcomes.append(Outcome(claim, True))
        except TallystickProblem as problem:
            outcomes.append(Outcome(claim, False, str(problem)))
    return outcomes


def possible_moves(actor: Actor, claim: Claim) -> list[tuple[ClaimStatus, str, Decision]]:
    """The steps from here for this actor: target, the button's verb, and whether it is open right now."""
    side = side_of(actor, claim.contract)
    if side is None:
        return []
    return [
        (step.target, step.verb, can_move(actor, claim, step.target))
        for step in steps_from(ClaimStatus(claim.status), side)
    ]
