"""Moving a claim through its statuses: submitting, sending back, certifying, reopening (domain §5.3)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.audit.actions import Changes
from tallystick.claims.chain import follow_previous
from tallystick.claims.checks import require_clear
from tallystick.claims.entries import recalculate
from tallystick.claims.facts import facts_of
from tallystick.claims.holds import let_go
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.policies import can_move, side_of
from tallystick.claims.review.marking import LONGEST_REASON
from tallystick.claims.review.verdict import (
    ENTRIES,
    Verdict,
    is_changed,
    needs_verdict,
    verdict_of,
    verdicts_of,
)
from tallystick.claims.states import CERTIFIED, EDITABLE, ClaimStatus, is_reopening, steps_from
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim
from tallystick.claims.telling import tell_contacts, tell_distribution
from tallystick.core import clock
from tallystick.core.errors import BadInput, Decision, TallystickProblem
from tallystick.periods.policies import is_past_due
from tallystick.terms.context import text


@transaction.atomic
def move_claim(
    actor: Actor,
    claim: Claim,
    target: ClaimStatus,
    *,
    reason: str = "",
    version: int | None = None,
    in_spite_of_holds: str = "",
) -> Claim:
    """Take the claim to ``target``. Being there already is no problem and changes nothing.

    Submitting freezes what is claimed and begins a round without marks; certifying approves what has no mark, and
    copies assessed to certified and what the document names; handing it back to the claimant keeps what the reviewer
    assessed as proposals, and sending back for revision says why, on a line or with ``reason``; reopening needs a
    ``reason`` and makes the next revision. What the checks of the project block is not submitted, but by an
    administrator with a ``reason`` (``checks.require_clear``). A certified claim that something holds, such as being
    out for signature, is only reopened with its token (``holds``) as ``in_spite_of_holds``.

    Raises ``Refused``, ``Held``, ``BadInput``, ``Stale``.
    """
    if len(reason.strip()) > LONGEST_REASON:
        raise BadInput(
            f"The reason is longer than {LONGEST_REASON:,} characters. Shorten it.", {"reason": "Shorten it."}
        )
    claim = lock_claim(claim.pk, version=version)
    source = ClaimStatus(claim.status)
    if source == target:
        return claim
    lines = lines_of(claim)
    verdict = verdict_of(lines)
    can_move(actor, claim, target, verdict=verdict).require()
    review = _review_facts(claim, lines)
    passed_over: tuple[str, ...] = ()
    if is_reopening(source, target):
        let_go(actor, claim, reason.strip(), confirmed=in_spite_of_holds)
        _reopen(claim, lines, reason)
    elif target == ClaimStatus.UNDER_REVIEW:
        passed_over = require_clear(actor, claim, lines, reason)
        _submit(actor, claim, lines)
        review = _review_facts(claim, lines)
    elif target in CERTIFIED:
        _certify(actor, claim, lines)
    elif target == ClaimStatus.REVISE_AND_RESUBMIT:
        _check_says_why(verdict, reason)
    if target in EDITABLE:
        _hand_back(claim, lines)
    claim.status = target
    save_claim(claim, lines)
    _record(actor, claim, source, reason, review, passed_over=passed_over)
    tell_contacts(actor, claim, lines, source, reason.strip())
    tell_distribution(actor, claim, source)
    follow_previous(actor, claim)
    return claim


def _review_facts(claim: Claim, lines: Sequence[ClaimLine]) -> dict[str, Any]:
    """What a step finds, kept with its event: the figures of the round, and how many lines stand how."""
    marks = Counter(line.review for line in lines)
    return {
        "claimed": claim.claimed_this_period,
        "assessed": claim.assessed_this_period,
        "approved": marks[LineReview.APPROVED],
        "rejected": marks[LineReview.REJECTED],
        "changed": sum(map(is_changed, lines)),
        "of": len(lines),
    }


def _check_says_why(verdict: Verdict, reason: str) -> None:
    if not reason.strip() and not verdict.rejected:
        raise BadInput(
            text(
                "Say why this {claim} goes back, or reject a line with a reason: "
                "the {contract_company} needs to know what to change."
            ),
            {"reason": "Type the reason."},
        )


def _submit(actor: Actor, claim: Claim, lines: list[ClaimLine]) -> None:
    """A new round begins without marks; what was said in the last one stays readable (``rounds.last_round``)."""
    for line in lines:
        line.review, line.review_reason = LineReview.NO_ACTION, ""
    recalculate(claim, lines)
    claim.submitted_at = clock.now()
    claim.submitted_by_id = actor.login_id
    claim.received_on = clock.today_in(claim.contract.project.time_zone)
    claim.is_late = claim.period is not None and is_past_due(claim.period, claim.contract)


def _hand_back(claim: Claim, lines: list[ClaimLine]) -> None:
    """The claimant's figures are in force again; what the reviewer assessed otherwise stands beside them."""
    for line in lines:
        differs = is_changed(line)
        for name in ENTRIES:
            assessed = getattr(line, f"assessed_{name}")
            setattr(line, f"proposed_{name}", assessed if differs else None)
            setattr(line, f"assessed_{name}", getattr(line, f"claimed_{name}"))
    recalculate(claim, lines)


def _certify(actor: Actor, claim: Claim, lines: list[ClaimLine]) -> None:
    recalculate(claim, lines)
    for line in lines:
        if line.review == LineReview.NO_ACTION:
            line.review = LineReview.APPROVED
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


def _record(
    actor: Actor,
    claim: Claim,
    source: ClaimStatus,
    reason: str,
    review: Mapping[str, Any],
    *,
    passed_over: Sequence[str] = (),
) -> None:
    target, said = ClaimStatus(claim.status), reason.strip()
    facts: dict[str, Any] = {"review": dict(review), "source": source.value, "target": target.label}
    if is_reopening(source, target):
        name = "claim.reopened" if target == ClaimStatus.DRAFT else "claim.reopened_for_review"
        facts |= {"revision": claim.revision, "reason": said}
    elif target == ClaimStatus.UNDER_REVIEW:
        again = source == ClaimStatus.REVISE_AND_RESUBMIT
        name = "claim.resubmitted" if again else "claim.submitted"
    elif target == ClaimStatus.REVISE_AND_RESUBMIT:
        name = "claim.sent_back"
    elif target in CERTIFIED and source not in CERTIFIED:
        name = "claim.certified"
    else:
        name, facts["source"] = "claim.status_changed", source.label
    told_in_sentence = name in ("claim.reopened", "claim.reopened_for_review")
    changes: Changes | None = {"reason": [None, said]} if said and not told_in_sentence else None
    if passed_over:
        changes = {**(changes or {}), "passed_over": [None, " ".join(passed_over)]}
    record_on(actor, name, claim, changes=changes, **facts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim in a bulk action, and why not where nothing did."""

    claim: Claim
    done: bool
    reason: str = ""


def move_claims(
    actor: Actor,
    claims: Sequence[Claim],
    target: ClaimStatus,
    *,
    reason: str = "",
    in_spite_of_holds: Mapping[int, str] | None = None,
) -> list[Outcome]:
    """Move several, each on its own: one that can't go holds up none of the others (R-CLAIM-4). ``in_spite_of_holds``
    has the tokens of what holds some of them, by claim."""
    tokens = in_spite_of_holds or {}
    outcomes = []
    for claim in claims:
        token = tokens.get(claim.pk, "")
        try:
            move_claim(actor, claim, target, reason=reason, in_spite_of_holds=token)
            outcomes.append(Outcome(claim, True))
        except TallystickProblem as problem:
            outcomes.append(Outcome(claim, False, str(problem)))
    return outcomes


def possible_moves(
    actor: Actor, claim: Claim, *, verdict: Verdict | None = None
) -> list[tuple[ClaimStatus, str, Decision]]:
    """The steps from here for this actor: target, the button's verb, and whether it is open right now."""
    side = side_of(actor, claim.contract)
    if side is None:
        return []
    source = ClaimStatus(claim.status)
    steps = steps_from(source, side)
    if verdict is None and any(needs_verdict(source, step.target) for step in steps):
        verdict = verdicts_of([claim.pk])[claim.pk]
    return [(step.target, step.verb, can_move(actor, claim, step.target, verdict=verdict)) for step in steps]
