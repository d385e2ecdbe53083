"""What was paid as a column, a filter and a counter of the list of claims."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.listing.rows import ListFilters
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.queries import claims_page, matching_claims
from tallystick.claims.states import ClaimStatus, PaymentState, payment_state
from tallystick.claims.storage import lines_of
from tallystick.payments.actions import Confirmed, record_payment
from tests import factories as make

S = ClaimStatus
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march(at):
    with at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


class Job:
    """Certified claims on SC-1 … on which 104.50 is due, paid as told; the last contract has a draft."""

    def __init__(self, *paid):
        self.project = make.make_project()
        self.period = make.open_period_of(self.project)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN))
        for number, amount in enumerate(paid, 1):
            self.pay(self.certified(f"SC-{number}"), amount)
        self.draft(f"SC-{len(paid) + 1}")

    def draft(self, number):
        contract = make.make_contract(self.project, number=number)
        claim = create_claim(self.admin, contract, self.period)
        return save_entries(self.admin, claim, [EntryEdit(lines_of(claim)[0].pk, work=100_00)]).claim

    def certified(self, number):
        return move_claim(self.admin, move_claim(self.admin, self.draft(number), S.UNDER_REVIEW), S.APPROVED)

    def pay(self, claim, amount):
        if amount:
            record_payment(
                self.admin,
                claim.contract,
                amount=amount,
                claim=claim,
                paid_on=date(2026, 3, 9),
                confirmed=Confirmed(overpayment=True),
            )

    def page(self, sort="contract", **filters):
        return claims_page(
            self.admin, self.project, period=self.period, filters=ListFilters(**filters), sort=sort
        )


def numbers(page):
    return [row.contract_number for row in page.rows]


def test_each_row_tells_what_was_paid_and_what_is_outstanding():
    page = Job(0, 4_50, 104_50, 105_00).page()
    assert [(row.payment, row.paid, row.outstanding) for row in page.rows] == [
        ("unpaid", 0, 104_50),
        ("part_paid", 4_50, 100_00),
        ("paid", 104_50, 0),
        ("overpaid", 105_00, -50),
        ("", None, None),
    ]
    assert page.rows[1].payment_label == "Partly paid"
    (sums,) = page.figures
    assert (sums.paid, sums.outstanding) == (214_00, 4 * 104_50 - 214_00)


def test_counters_and_the_filter_go_along_with_the_status():
    job = Job(0, 0, 4_50, 104_50)
    page = job.page()
    assert [(counter.label, counter.count) for counter in page.payments] == [
        ("Unpaid", 2),
        ("Partly paid", 1),
        ("Paid", 1),
    ]
    unpaid = job.page(payment="unpaid")
    assert numbers(unpaid) == ["SC-1", "SC-2"]
    assert {c.state: c.count for c in unpaid.counters if c.count} == {"approved": 2}
    assert unpaid.totals[0].outstanding == 209_00
    assert job.page(state="draft").payments[0].count == 0
    filters = ListFilters(payment="unpaid")
    assert len(matching_claims(job.admin, job.project, period=job.period, filters=filters)) == 2


def test_sorting_puts_what_is_still_to_pay_first():
    job = Job(104_50, 0, 4_50)
    assert numbers(job.page("payment")) == ["SC-2", "SC-3", "SC-1", "SC-4"]
    assert numbers(job.page("-outstanding")) == ["SC-2", "SC-3", "SC-1", "SC-4"]
    assert numbers(job.page("-paid"))[0] == "SC-1"


@pytest.mark.parametrize("due", [-100, 0, 100])
def test_the_database_tells_the_state_as_the_rule_does(due):
    job = Job(0)
    for paid in (-150, -100, -50, 0, 50, 100, 150):
        Claim.objects.filter(contract__number="SC-1").update(payment_due_with_tax=due, paid=paid)
        assert PaymentState(job.page().rows[0].payment) is payment_state(due, paid), (due, paid)


def test_the_list_asks_as_often_for_many_as_for_one():
    job = Job(4_50)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            job.page("payment")
        return len(queries)

    before = asked()
    for number in range(10, 14):
        job.pay(job.certified(f"SC-{number}"), 1_00)
    assert asked() == before
