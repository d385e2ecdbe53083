"""What becomes of a claim under review: objections with reasons, round trips, certificates, payment schedules."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim, LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.review.marking import Mark, approve_remaining, mark_lines, take_proposed
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.core.dates import format_date
from tallystick.demo.content.calendar import PERIODS, ZONE, Calendar
from tallystick.demo.entries import Objection, objections
from tallystick.demo.letting import Let
from tallystick.payment_schedules.actions import issue_payment_schedule, record_service
from tallystick.payment_schedules.states import PaperKind, ServiceMethod

S = ClaimStatus

SENT_BACK_FIRST = frozenset({("SC-010", 8), ("SC-011", 10), ("SC-017", 9)})
"""Claims that came back once: their claimants took over what the reviewer proposed."""

REOPENED = frozenset({("SC-012", 9)})
"""Claims that were certified, reopened for review, and certified again as revision 1."""

_ANSWERED_IN_WRITING = PERIODS - 3
"""From this period on a claim that was cut is answered by a payment schedule."""


@dataclass(frozen=True, slots=True)
class Case:
    """A claim to be answered, by whom, and when: the period and how many thousandths into it."""

    let: Let
    claim: Claim
    period: int
    calendar: Calendar
    reviewer: Actor
    claimant: Actor
    when: tuple[int, int]

    @property
    def key(self) -> tuple[str, int]:
        """By contract number and billing period."""
        return self.let.plan.number, self.period

    def after(self, share: int) -> AbstractContextManager[None]:
        """So many thousandths of the period later."""
        return clock.at(self.calendar.moment(self.when[0], self.when[1] + share))


def answer(case: Case, target: ClaimStatus | None) -> Claim:
    """Review the claim, then certify it or send it back; ``None`` leaves that to what was found."""
    wanted = 2 if target in (S.REVISE_AND_RESUBMIT, S.APPROVED_AS_NOTED) else 0
    sent_back_first = case.key in SENT_BACK_FIRST
    found: list[Objection] = []
    with case.after(0):
        if target not in (S.APPROVED, S.PENDING_OWNER_APPROVAL):
            day = format_date(clock.now().date())
            at_least = max(wanted, 2 if sent_back_first else 0)
            found = objections(case.let, lines_of(case.claim), case.period, day, at_least=at_least)
        if found:
            mark_lines(case.reviewer, case.claim, [_mark(objection) for objection in found])
    if sent_back_first and found:
        _send_back_and_forth(case, found)
        found = []
    with case.after(4):
        target = target or (S.APPROVED_AS_NOTED if found else S.APPROVED)
        if target != S.REVISE_AND_RESUBMIT:
            approve_remaining(case.reviewer, case.claim)
        claim = move_claim(case.reviewer, case.claim, target)
    if target == S.APPROVED_AS_NOTED and case.period >= _ANSWERED_IN_WRITING:
        _answer_in_writing(case, claim)
    return _reopened(case, claim) if case.key in REOPENED else claim


def _mark(objection: Objection) -> Mark:
    return Mark(
        objection.line.pk,
        review=LineReview.REJECTED,
        reason=objection.reason,
        work=objection.proposed,
    )


def _send_back_and_forth(case: Case, found: list[Objection]) -> None:
    with case.after(1):
        move_claim(case.reviewer, case.claim, S.REVISE_AND_RESUBMIT)
    with case.after(2):
        take_proposed(case.claimant, case.claim, [objection.line.pk for objection in found])
    with case.after(3):
        move_claim(case.claimant, case.claim, S.UNDER_REVIEW)


def _answer_in_writing(case: Case, claim: Claim) -> None:
    contact = claim.contract.claim_contacts.order_by("pk").first()
    address = contact.person.email if contact else "by hand on site"
    with case.after(6):
        schedule = issue_payment_schedule(
            case.reviewer,
            claim,
            PaperKind.PAYMENT_SCHEDULE,
            service_method=ServiceMethod.EMAIL,
            served_to=address,
        )
        record_service(
            case.reviewer,
            schedule,
            served_on=clock.today_in(ZONE),
            service_method=ServiceMethod.EMAIL,
            served_to=address,
        )


def _reopened(case: Case, claim: Claim) -> Claim:
    with case.after(8):
        claim = move_claim(
            case.reviewer, claim, S.UNDER_REVIEW, reason="The delivery dockets for level 6 came in after all."
        )
    with case.after(10):
        return move_claim(case.reviewer, claim, S.APPROVED)
