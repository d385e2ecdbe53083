"""What the pages show of the answer to a claim: the clock, the dates, the preview, what was issued."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.states import ContractKind
from tallystick.core import clock
from tallystick.core.errors import Decision
from tallystick.jurisdictions import Deadline, Deadlines
from tallystick.jurisdictions.telling import days_left_in_words, name_of
from tallystick.payment_schedules.calc import Figures, differs
from tallystick.payment_schedules.figures import figures_of
from tallystick.payment_schedules.law import law_or_why_not, received_on
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.policies import (
    ANSWERABLE,
    can_administer,
    can_change_receipt,
    can_issue,
    kinds_for,
)
from tallystick.payment_schedules.states import PaperKind

WAITING = frozenset({*ANSWERABLE, ClaimStatus.REVISE_AND_RESUBMIT})
"""Submitted: the law's clock runs, also while the claimant revises."""


@dataclass(frozen=True, slots=True)
class Clock:
    """By when an answer has to be there: ``Serve the payment schedule by 14 Apr 2026 · 6 business days left``."""

    name: str
    day: date
    left: int
    left_in_words: str

    @property
    def is_late(self) -> bool:
        """Whether the day is over."""
        return self.left < 0

    @property
    def is_near(self) -> bool:
        """Whether it is the last days: two or fewer of those that count."""
        return 0 <= self.left <= 2


def clock_of(claim: Claim, law: Deadlines | None, answered: Iterable[str]) -> Clock | None:
    """The clock that runs for the claim, if one does. ``answered`` are the kinds of papers that stand.

    A certified claim is only counted until its day: afterwards it was answered outside, or paid, and a clock that
    is late for ever helps nobody.
    """
    if law is None or claim.status not in WAITING or claim.contract.kind == ContractKind.HEAD_CONTRACT:
        return None
    waiting = _waiting(law, set(answered))
    if waiting is None or waiting.day is None:
        return None
    left = law.counted_days_left(waiting, clock.today_in(claim.contract.project.time_zone))
    if left is None or (left < 0 and claim.status in CERTIFIED):
        return None
    return Clock(name_of(waiting, law.rule), waiting.day, left, days_left_in_words(left, law.rule))


def _waiting(law: Deadlines, answered: set[str]) -> Deadline | None:
    if law.rule.paper and law.rule.answer in answered:
        return None
    return law.answer


def clocks_of(claims: Iterable[Claim]) -> dict[int, Clock]:
    """The running clocks of many claims by their id; one query. Each comes with contract, project and account."""
    waiting = [claim for claim in claims if claim.status in WAITING]
    stand: dict[int, list[str]] = {}
    issued = PaymentSchedule.objects.filter(claim__in=[c.pk for c in waiting], withdrawn_at=None)
    for claim_id, kind in issued.values_list("claim_id", "kind") if waiting else ():
        stand.setdefault(claim_id, []).append(kind)
    clocks = {
        claim.pk: clock_of(claim, law_or_why_not(claim)[0], stand.get(claim.pk, ())) for claim in waiting
    }
    return {claim_id: running for claim_id, running in clocks.items() if running is not None}


@dataclass(frozen=True, slots=True)
class KindState:
    """One paper that the law asks for: what stands, what can be issued."""

    kind: PaperKind
    standing: PaymentSchedule | None
    can_issue: Decision
    is_outdated: bool
    """The figures or reasons have changed since it was issued."""


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """The tab of the answer. ``law`` is ``None`` where ``why_not`` says why; ``figures`` are administrators'."""

    law: Deadlines | None
    why_not: str
    clock: Clock | None
    received_on: date | None
    issued: tuple[PaymentSchedule, ...]
    is_admin: bool
    can_change_receipt: Decision
    kinds: tuple[KindState, ...]
    figures: Figures | None

    @property
    def has_standing(self) -> bool:
        """Whether an answer stands."""
        return any(one.withdrawn_at is None for one in self.issued)

    @property
    def can_issue_any(self) -> bool:
        """Whether there is a paper that could be issued, or would be but for a reason worth showing."""
        return any(one.standing is None for one in self.kinds)

    @property
    def shows_preview(self) -> bool:
        """What it would say now matters while something can be issued, or what stands says something else."""
        return self.can_issue_any or any(one.is_outdated for one in self.kinds)

    @property
    def next_kind(self) -> KindState | None:
        """The first paper that could be issued now; else the first of all."""
        return next((one for one in self.kinds if one.can_issue), self.kinds[0] if self.kinds else None)


def schedule_page(actor: Actor, claim: Claim) -> SchedulePage:
    """Everything about the answer to a claim. The caller has loaded the claim through what the actor may see."""
    law, why_not = law_or_why_not(claim)
    issued = tuple(
        PaymentSchedule.objects.filter(claim=claim).select_related("file", "withdrawn_by").order_by("-pk")
    )
    standing = {one.kind: one for one in issued if one.withdrawn_at is None}
    is_admin = bool(can_administer(actor, claim))
    answerable = claim.status in ANSWERABLE and law is not None and law.rule.paper
    downstream = claim.contract.kind != ContractKind.HEAD_CONTRACT
    figures = figures_of(claim, lines_of(claim)) if is_admin and answerable and downstream else None
    kinds = tuple(
        KindState(
            kind,
            standing.get(kind),
            can_issue(actor, claim, kind),
            _is_outdated(standing.get(kind), figures),
        )
        for kind in (kinds_for(law) if law is not None and is_admin and downstream else ())
    )
    return SchedulePage(
        law=law,
        why_not=why_not,
        clock=clock_of(claim, law, standing),
        received_on=received_on(claim),
        issued=issued,
        is_admin=is_admin,
        can_change_receipt=can_change_receipt(actor, claim),
        kinds=kinds,
        figures=figures,
    )


def _is_outdated(standing: PaymentSchedule | None, figures: Figures | None) -> bool:
    if standing is None or figures is None:
        return False
    return standing.scheduled_total != figures.scheduled.total or differs(
        standing.lines, [line.frozen() for line in figures.lines]
    )
