"""Everything about one claim but its lines: where it stands, what this person can do next, the face, the history.

The number of queries does not depend on the claim's lines, its contract's claims or the length of its history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum

from tallystick.access.actor import Actor
from tallystick.audit.models import Event
from tallystick.claims.adding import missing_variations
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.moving import possible_moves
from tallystick.claims.policies import can_add_variations, can_delete, can_edit_entries, side_of
from tallystick.claims.review.rounds import RoundStep, reason_sent_back
from tallystick.claims.review.verdict import Verdict, verdicts_of
from tallystick.claims.states import CERTIFIED, EDITABLE, ClaimStatus, Side, is_reopening
from tallystick.core.errors import Decision
from tallystick.core.money import (
    format_percent,
    rate_of,
)
from tallystick.terms import text


@dataclass(frozen=True, slots=True)
class Step:
    """A status that this person can, or for a reason can't, take the claim to."""

    target: ClaimStatus
    verb: str
    decision: Decision
    needs_reason: bool
    reopens: bool = False
    hands_back: bool = False

    @property
    def takes_reason(self) -> bool:
        """Whether a reason is asked for: needed to reopen, welcome when it goes back."""
        return self.needs_reason or self.hands_back


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to be done now, and whether it is the reader who is waited for."""

    text: str
    is_yours: bool


@dataclass(frozen=True, slots=True)
class FaceLine:
    """One of the nine lines, or a line under them. ``kind`` is sub, total, due or empty."""

    line: str
    label: str
    amount: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A row of the box of variations, minor units."""

    label: str
    additions: int
    deductions: int


@dataclass(frozen=True, slots=True)
class Face:
    """The certificate's figures as stored (domain §16.2)."""

    lines: tuple[FaceLine, ...]
    tax: tuple[FaceLine, ...]
    box: tuple[BoxRow, ...]
    net_variations: int


@dataclass(frozen=True, slots=True)
class Money:
    """The claim's money as one bar: gross work and materials before and in this claim, retention, the sum."""

    contract_sum: int
    previous: int
    this: int
    retention: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A dated step of the claim's way. ``state`` is done, now or empty."""

    label: str
    at: datetime | None
    by: str
    state: str


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """What the pages of one claim show beside the tab that is open."""

    claim: Claim
    side: Side | None
    next_step: NextStep
    primary: Step | None
    others: tuple[Step, ...]
    can_edit: Decision
    can_delete: Decision
    money: Money
    face: Face
    moments: tuple[Moment, ...]
    contacts: tuple[str, ...]
    papers: int
    verdict: Verdict
    sent_back: RoundStep | None
    new_variations: int

    @property
    def steps(self) -> tuple[Step, ...]:
        """The first choice and the others."""
        return (self.primary, *self.others) if self.primary else self.others

    @property
    def changed_by_reviewer(self) -> bool:
        """Whether anything is assessed otherwise than it was claimed."""
        return bool(self.verdict.changed)

    @property
    def is_certified(self) -> bool:
        """Whether the figures are final."""
        return self.claim.status in CERTIFIED


def claim_page(actor: Actor, claim: Claim) -> ClaimPage:
    """The claim as the actor sees it. The caller has loaded it through ``policies.visible_to``."""
    side = side_of(actor, claim.contract)
    verdict = verdicts_of([claim.pk])[claim.pk]
    steps = _steps(actor, claim, verdict)
    primary = _primary(steps, verdict)
    can_edit = can_edit_entries(actor, claim)
    return ClaimPage(
        claim=claim,
        side=side,
        next_step=_next_step(claim, side),
        primary=primary,
        others=tuple(step for step in steps if step is not primary),
        can_edit=can_edit,
        can_delete=can_delete(actor, claim),
        money=money_of(claim),
        face=face_of(claim),
        moments=_moments(claim),
        contacts=tuple(
            claim.contract.claim_contacts.filter(person__is_active=True)
            .order_by("person__name")
            .values_list("person__name", flat=True)
        ),
        papers=_papers(claim),
        verdict=verdict,
        sent_back=reason_sent_back(claim),
        new_variations=len(missing_variations(claim)) if can_add_variations(actor, claim) else 0,
    )


def _papers(claim: Claim) -> int:
    kept: Any = claim
    return int(kept.attachments.filter(deleted_at=None).count())


def _steps(actor: Actor, claim: Claim, verdict: Verdict) -> list[Step]:
    """The steps in their usual order; what the review came to decides which of them comes first."""
    source = ClaimStatus(claim.status)
    steps = []
    for target, verb, decision in possible_moves(actor, claim, verdict=verdict):
        reopens = is_reopening(source, target)
        hands_back = source is ClaimStatus.UNDER_REVIEW and target in EDITABLE
        silent = target is ClaimStatus.REVISE_AND_RESUBMIT and not verdict.rejected
        steps.append(Step(target, verb, decision, reopens or silent, reopens, hands_back))
    if verdict.changed:
        steps.sort(key=lambda step: step.target is not ClaimStatus.APPROVED_AS_NOTED)
    return steps


def _primary(steps: Sequence[Step], verdict: Verdict) -> Step | None:
    """The step that comes next: back to the claimant where a line was rejected and nothing proposed, else onwards."""
    if verdict.standing:
        for step in steps:
            if step.target is ClaimStatus.REVISE_AND_RESUBMIT:
                return step
    return next((step for step in steps if not step.takes_reason), None)


def _next_step(claim: Claim, side: Side | None) -> NextStep:
    status = ClaimStatus(claim.status)
    told = _TOLD.get((status, side), "")
    if not told:
        told = {
            ClaimStatus.DRAFT: "Not submitted yet.",
            ClaimStatus.UNDER_REVIEW: "Submitted, and being reviewed.",
            ClaimStatus.REVISE_AND_RESUBMIT: "Sent back for revision.",
            ClaimStatus.PENDING_OWNER_APPROVAL: "Waiting for the {owner}’s approval.",
        }.get(status, "Certified: the figures are final.")
    yours = (status, side) in _YOURS
    return NextStep(text(told), yours)


_TOLD: dict[tuple[ClaimStatus, Side | None], str] = {
    (ClaimStatus.DRAFT, Side.CONTACT): "Enter what was done this period, add your papers, then submit.",
    (
        ClaimStatus.DRAFT,
        Side.ADMIN,
    ): "Being prepared. Enter figures for the {contract_company} here, or wait for them to submit.",
    (
        ClaimStatus.UNDER_REVIEW,
        Side.ADMIN,
    ): "Check the assessed figures and the papers, then approve or send back.",
    (ClaimStatus.REVISE_AND_RESUBMIT, Side.CONTACT): "Sent back to you. Correct the figures, then resubmit.",
    (
        ClaimStatus.PENDING_OWNER_APPROVAL,
        Side.ADMIN,
    ): "Passed to the {owner}. Record the answer when it comes.",
}
_YOURS = frozenset(
    {
        (ClaimStatus.DRAFT, Side.CONTACT),
        (ClaimStatus.REVISE_AND_RESUBMIT, Side.CONTACT),
        (ClaimStatus.UNDER_REVIEW, Side.ADMIN),
    }
)


def money_of(claim: Claim) -> Money:
    """The claim's money as stored on its row."""
    return Money(
        contract_sum=claim.sum_to_date,
        previous=claim.completed_to_date - claim.assessed_this_period,
        this=claim.assessed_this_period,
        retention=claim.total_retention,
    )


def face_of(claim: Claim, lines: Sequence[ClaimLine] | None = None) -> Face:
    """The nine lines with their labels in the words in force, the tax under them, and the box of variations.

    With ``lines``, which need not be stored, nothing is asked of the database.
    """
    work, stored = _bases(claim, lines)
    work_rate = rate_of(claim.work_retention, work)
    stored_rate = rate_of(claim.materials_retention, stored)
    nine = (
        FaceLine("1", "Original contract sum", claim.original_sum),
        FaceLine("2", text("Net change by {variations}"), claim.net_variations),
        FaceLine("3", "Contract sum to date (1 + 2)", claim.sum_to_date, "total"),
        FaceLine("4", "Total completed and stored to date", claim.completed_to_date),
        FaceLine("5a", _rate(text("{Retention} on completed work"), work_rate), claim.work_retention, "sub"),
        FaceLine(
            "5b",
            _rate(text("{Retention} on {stored_materials}"), stored_rate),
            claim.materials_retention,
            "sub",
        ),
        FaceLine("5", text("Total {retention} (5a + 5b)"), claim.total_retention),
        FaceLine("6", text("Total earned less {retention} (4 − 5)"), claim.earned_less_retention, "total"),
        FaceLine("7", "Less previous certificates", claim.previous_certificates),
        FaceLine("8", "Current payment due (6 − 7)", claim.payment_due, "due"),
        FaceLine("9", text("Balance to finish, with {retention} (3 − 6)"), claim.balance_to_finish),
    )
    tax: tuple[FaceLine, ...] = ()
    if claim.contract.tax_bp or claim.tax:
        tax = (
            FaceLine("", f"{text('{Tax}')} {format_percent(claim.contract.tax_bp)}", claim.tax, "sub"),
            FaceLine("", text("Payment due with {tax}"), claim.payment_due_with_tax, "total"),
        )
    box = (
        BoxRow(
            text("On earlier {claims}"),
            claim.variation_additions_previous,
            claim.variation_deductions_previous,
        ),
        BoxRow(text("New on this {claim}"), claim.variation_additions_this, claim.variation_deductions_this),
        BoxRow(
            "Total",
            claim.variation_additions_previous + claim.variation_additions_this,
            claim.variation_deductions_previous + claim.variation_deductions_this,
        ),
    )
    return Face(nine, tax, box, claim.net_variations)


def _bases(claim: Claim, lines: Sequence[ClaimLine] | None) -> tuple[int, int]:
    """What retention is a rate of: completed work to date, and what is in store."""
    if lines is None:
        sums = ClaimLine.objects.filter(claim=claim).aggregate(
            previous=Sum("previous_work"), work=Sum("assessed_work"), stored=Sum("materials_stored")
        )
        return (sums["previous"] or 0) + (sums["work"] or 0), sums["stored"] or 0
    return (
        sum(line.previous_work + line.assessed_work for line in lines),
        sum(line.materials_stored for line in lines),
    )


def _rate(label: str, basis_points: int | None) -> str:
    return label if not basis_points else f"{label} ({format_percent(basis_points, places=2)})"


def _moments(claim: Claim) -> tuple[Moment, ...]:
    """Draft, under review, and where it went from there, each with its day and who did it."""
    by: dict[str, str] = {}
    events = Event.objects.filter(
        subject_type=claim._meta.label_lower,
        subject_id=str(claim.pk),
        name__in=(
            "claim.created",
            "claim.submitted",
            "claim.resubmitted",
            "claim.sent_back",
            "claim.certified",
        ),
    ).order_by("at", "pk")
    for event in events[:200]:
        by[event.name.replace("resubmitted", "submitted")] = event.actor_name
    status = ClaimStatus(claim.status)
    certified = status in CERTIFIED
    back = status is ClaimStatus.REVISE_AND_RESUBMIT
    submitted = claim.submitted_at is not None and status is not ClaimStatus.DRAFT
    last = ClaimStatus(status).label if certified else "Certified"
    moments = [
        Moment(
            ClaimStatus.DRAFT.label,
            claim.created_at,
            by.get("claim.created", ""),
            "now" if status is ClaimStatus.DRAFT else "done",
        ),
        Moment(
            ClaimStatus.UNDER_REVIEW.label,
            claim.submitted_at if submitted else None,
            by.get("claim.submitted", "") if submitted else "",
            "now" if status is ClaimStatus.UNDER_REVIEW else "done" if submitted else "",
        ),
    ]
    if back:
        moments.append(
            Moment(
                ClaimStatus.REVISE_AND_RESUBMIT.label, claim.updated_at, by.get("claim.sent_back", ""), "now"
            )
        )
    moments.append(
        Moment(
            last,
            claim.certified_at,
            by.get("claim.certified", "") if certified else "",
            ("now" if status is ClaimStatus.PENDING_OWNER_APPROVAL else "done") if certified else "",
        )
    )
    return tuple(moments)
