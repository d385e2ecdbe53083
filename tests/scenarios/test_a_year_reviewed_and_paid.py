"""A subcontract of twelve months as it really goes: broken down, reviewed line by line, sent back, cut, reopened, paid.

What every month ended with is remembered and asked for again at the end of the year.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.claims.as_at import claim_as_at
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.retention.ledger import contract_ledger
from tallystick.claims.retention.releasing import create_release_claim
from tallystick.claims.review.marking import Mark, approve_remaining, mark_lines, take_proposed
from tallystick.claims.review.rounds import rounds_of
from tallystick.claims.states import ClaimStatus, PaymentState, payment_state
from tallystick.claims.storage import lines_of
from tallystick.contracts import sub_sov
from tallystick.contracts.actions import RuleInput, set_sliding_rules
from tallystick.contracts.models import Contract
from tallystick.contracts.states import AccountingMethod, RuleLimit, SubSovStatus
from tallystick.core import clock
from tallystick.core.arithmetic import SCALE
from tallystick.core.dates import add_months, start_of_day
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Project
from tallystick.payments.actions import record_payment
from tallystick.payments.queries import money_of
from tallystick.periods.models import BillingPeriod
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus
MONTHS = 12
DAY = timedelta(days=1)


@dataclass
class Year:
    """The people, the contract, and the states of its claims that somebody might ask about later."""

    project: Project
    contract: Contract
    contact: Actor
    admin: Actor
    month: int = 0
    remembered: list[tuple[datetime, int, dict[str, Any]]] = field(default_factory=list)

    @property
    def first(self) -> date:
        """The first day of the month."""
        return add_months(date(2025, 7, 1), self.month)

    def on(self, day: int) -> Any:
        """Ten in the morning of a day of this month."""
        return clock.at(
            start_of_day(self.first.replace(day=day), self.project.time_zone) + timedelta(hours=10)
        )

    def open(self) -> BillingPeriod:
        """The month's billing period."""
        end = add_months(self.first, 1) - DAY
        return make.open_period_of(self.project, start=self.first, end=end, due=self.first.replace(day=25))

    def remember(self, claim: Claim) -> None:
        """Note everything that the claim says now."""
        now = Claim.objects.get(pk=claim.pk)
        self.remembered.append((clock.now(), claim.pk, everything_of(now, lines_of(now))))

    def pay(self, claim: Claim, *parts: int) -> None:
        """Pay what is due, in these parts or in one."""
        claim.refresh_from_db()
        for index, amount in enumerate(parts or (claim.payment_due_with_tax,)):
            with self.on(26 + index):
                record_payment(
                    self.admin,
                    self.contract,
                    claim=claim,
                    amount=amount,
                    paid_on=clock.today_in(self.project.time_zone),
                    reference=f"EFT {claim.number}-{index}",
                )


def everything_of(claim: Claim, lines: list[ClaimLine]) -> dict[str, Any]:
    """All columns of the claim and its lines but those that only count writes."""

    def columns(row: Any, *left_out: str) -> dict[str, Any]:
        return {
            f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in left_out
        }

    return {
        "claim": columns(claim, "version", "updated_at"),
        "lines": [columns(line, "version") for line in lines],
    }


def test_a_subcontract_broken_down_reviewed_sent_back_cut_reopened_released_and_paid():
    year = _let(
        lines=[("Piling", 120_000_00), ("Footings", 80_000_00), ("Slab", 99_999_99)],
        uses_sub_sov=True,
        tax_bp=1000,
    )
    set_sliding_rules(
        make.OPERATOR,
        year.contract,
        [
            RuleInput(1000, RuleLimit.PERCENT_ORIGINAL, limit_bp=300),
            RuleInput(500, RuleLimit.PERCENT_ORIGINAL, limit_bp=500),
        ],
    )
    with year.on(1):
        _break_down(year)
    for year.month in range(MONTHS):
        with year.on(2):
            period = year.open()
            if year.month == 4:
                make.make_variation(year.contract, [("Rock excavation", 33_333_33)], title="Rock")
                make.make_variation(year.contract, [("Omit upstand", -12_345_67)], title="Upstand")
        _play_month(year, period)
    _release_the_rest(year)

    claims = list(Claim.objects.filter(contract=year.contract).order_by("number"))
    last = claims[-1]
    assert last.total_retention == last.balance_to_finish == 0
    assert last.completed_to_date == last.sum_to_date == 299_999_99 + 33_333_33 - 12_345_67
    assert sum(claim.payment_due for claim in claims) == last.sum_to_date
    held = max(claim.total_retention for claim in claims)
    assert held == 15_000_00, "5 % of 299,999.99, to the cent"

    money = money_of(year.contract)
    assert money.outstanding == 0
    assert money.paid == sum(claim.payment_due_with_tax for claim in claims)
    ledger = contract_ledger(year.contract)
    assert (ledger.held, ledger.releasable) == (0, 0)
    assert ledger.retained == ledger.released
    _ask_again(year)


def test_a_subcontract_by_unit_price_ends_at_a_hundred_percent_to_the_cent():
    year = _let(
        lines=[
            make.LineInput("Blockwork", quantity=333 * SCALE + 3_333, unit="m²", unit_price=87_1250),
            make.LineInput("Lintels", quantity=17 * SCALE, unit="no", unit_price=145_3333),
        ],
        accounting_method=AccountingMethod.UNIT,
        work_retention_bp=500,
    )
    for year.month in range(MONTHS):
        with year.on(2):
            period = year.open()
            claim = create_claim(year.contact, year.contract, period)
            edits = []
            for line in lines_of(claim):
                left = line.scheduled_quantity - line.previous_quantity
                edits.append(EntryEdit(line.pk, quantity=left if year.month == MONTHS - 1 else left // 7))
            save_entries(year.contact, claim, edits)
            move_claim(year.contact, claim, S.UNDER_REVIEW)
        with year.on(8):
            approve_remaining(year.admin, claim)
            move_claim(year.admin, claim, S.APPROVED)
            year.remember(claim)
        year.pay(claim)
    _release_the_rest(year)
    last = Claim.objects.filter(contract=year.contract).latest("number")
    assert [line.percent_bp for line in lines_of(last)] == [10_000, 10_000]
    assert last.completed_to_date == last.sum_to_date
    assert last.balance_to_finish == money_of(year.contract).outstanding == 0
    _ask_again(year)


def _let(lines: Any, **facts: Any) -> Year:
    project = make.make_project(time_zone="Australia/Sydney")
    contract = make.make_contract(project, lines=lines, **facts)
    return Year(
        project,
        contract,
        contact=make.actor_of(make.make_claim_contact(contract)),
        admin=make.actor_of(make.make_member(project, Level.ADMIN)),
    )


def _break_down(year: Year) -> None:
    """Sent back once because something remains; nobody can claim before it is approved."""
    period = year.open()
    with pytest.raises(Refused):
        create_claim(year.contact, year.contract, period)
    parts = sub_sov.breakdown_of(year.contract)
    halves = {
        part.line.pk: [
            sub_sov.DetailInput("Materials", part.line.scheduled_value // 3),
            sub_sov.DetailInput("Labour", part.line.scheduled_value - part.line.scheduled_value // 3 - 1),
        ]
        for part in parts
    }
    sub_sov.save_breakdown(year.contact, year.contract, halves)
    with pytest.raises(BadInput, match=r"0\.01"):
        sub_sov.move_breakdown(year.contact, year.contract, SubSovStatus.UNDER_REVIEW)
    for part in sub_sov.breakdown_of(year.contract):
        rows = [
            sub_sov.DetailInput(line.description, line.scheduled_value + (1 if index else 0), id=line.pk)
            for index, line in enumerate(part.details)
        ]
        sub_sov.save_breakdown(year.contact, year.contract, {part.line.pk: rows})
    sub_sov.move_breakdown(year.contact, year.contract, SubSovStatus.UNDER_REVIEW)
    sub_sov.move_breakdown(
        year.admin, year.contract, SubSovStatus.REVISE_AND_RESUBMIT, reason="Split the slab by pour."
    )
    sub_sov.move_breakdown(year.contact, year.contract, SubSovStatus.UNDER_REVIEW)
    year.contract = sub_sov.move_breakdown(year.admin, year.contract, SubSovStatus.APPROVED)
    period.delete()


def _play_month(year: Year, period: BillingPeriod) -> None:
    with year.on(20):
        claim = create_claim(year.contact, year.contract, period)
        assert all(line.sov_line.parent_id or line.sov_line.variation_id for line in lines_of(claim))
        _claim(year, claim)
        move_claim(year.contact, claim, S.UNDER_REVIEW)
        year.remember(claim)
    if year.month == 2:
        _send_back_and_take_the_proposal(year, claim)
    with year.on(23):
        if year.month == 7:
            _cut(year, claim)
        else:
            approve_remaining(year.admin, claim)
            claim = move_claim(year.admin, claim, S.APPROVED)
        year.remember(claim)
    if year.month == 8:
        _reopen(year, claim)
    due = Claim.objects.get(pk=claim.pk).payment_due_with_tax
    year.pay(claim, *((due // 3, due - due // 3) if year.month == 5 else ()))
    claim.refresh_from_db()
    assert payment_state(claim.payment_due_with_tax, claim.paid) is PaymentState.PAID


def _claim(year: Year, claim: Claim) -> None:
    edits = []
    for line in lines_of(claim):
        left = line.scheduled_value - line.previous_work - line.previous_materials
        if year.month == MONTHS - 1:
            edits.append(EntryEdit(line.pk, work=left + line.previous_materials, materials_previous=0))
        elif year.month == 5:
            edits.append(EntryEdit(line.pk, work=left // 8, materials_new=left // 20))
        else:
            edits.append(EntryEdit(line.pk, work=left // 5))
    save_entries(year.contact, claim, edits)


def _send_back_and_take_the_proposal(year: Year, claim: Claim) -> None:
    """Round one is answered with a proposal, which the contact takes over; both rounds stay readable."""
    first = lines_of(claim)[0]
    proposed = first.claimed_work - 1_234_56
    with year.on(21):
        mark_lines(
            year.admin,
            claim,
            [Mark(first.pk, review=LineReview.REJECTED, reason="Two piles are not tested.", work=proposed)],
        )
        claim = move_claim(year.admin, claim, S.REVISE_AND_RESUBMIT)
        line = lines_of(claim)[0]
        assert (line.claimed_work, line.assessed_work) == (first.claimed_work, first.claimed_work)
        assert line.proposed_work == proposed
        year.remember(claim)
    with year.on(22):
        take_proposed(year.contact, claim, [first.pk])
        move_claim(year.contact, claim, S.UNDER_REVIEW)
        assert lines_of(claim)[0].claimed_work == proposed
        year.remember(claim)
    assert len(rounds_of(claim)) == 2


def _cut(year: Year, claim: Claim) -> None:
    """Cut with a reason: it can only be approved as noted, and what was claimed stays beside it for ever."""
    line = lines_of(claim)[1]
    mark_lines(
        year.admin,
        claim,
        [Mark(line.pk, review=LineReview.REJECTED, reason="Not poured yet.", work=line.claimed_work - 50_00)],
    )
    with pytest.raises((Refused, BadInput)):
        move_claim(year.admin, claim, S.APPROVED)
    approve_remaining(year.admin, claim)
    claim = move_claim(year.admin, claim, S.APPROVED_AS_NOTED)
    line = lines_of(claim)[1]
    assert line.claimed_work - line.certified_work == 50_00
    assert claim.claimed_this_period - claim.certified_this_period == 50_00


def _reopen(year: Year, claim: Claim) -> None:
    """Certified, reopened for review with a reason, certified again as revision 1."""
    with year.on(24):
        with pytest.raises(BadInput):
            move_claim(year.admin, claim, S.UNDER_REVIEW)
        reopened = move_claim(year.admin, claim, S.UNDER_REVIEW, reason="The wrong line was marked.")
        assert (reopened.revision, reopened.certified_this_period) == (1, None)
        year.remember(reopened)
    with year.on(25):
        move_claim(year.admin, reopened, S.APPROVED)
        year.remember(reopened)


def _release_the_rest(year: Year) -> None:
    """One claim more, for nothing but the retention; work can't be typed into it."""
    year.month = MONTHS
    with year.on(3):
        period = year.open()
        claim = create_release_claim(year.admin, year.contract, period, is_final=True)
        first = lines_of(claim)[0]
        with pytest.raises(BadInput):
            save_entries(year.admin, claim, [EntryEdit(first.pk, work=1_00)])
        move_claim(year.admin, claim, S.UNDER_REVIEW)
        approve_remaining(year.admin, claim)
        move_claim(year.admin, claim, S.APPROVED)
        year.remember(claim)
    year.pay(claim)


def _ask_again(year: Year) -> None:
    """Every remembered state is rebuilt as it was, to the cent and to the letter."""
    assert len(year.remembered) > MONTHS
    for moment, claim_id, was in year.remembered:
        claim, lines = claim_as_at(Claim.objects.get(pk=claim_id), moment)
        assert everything_of(claim, lines) == was, (claim.number, moment)
