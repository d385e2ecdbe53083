"""Billing periods (R-PERIOD, decisions)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim, delete_claim
from tallystick.claims.policies import can_create_claim
from tallystick.core.dates import due_moment
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.actions import change_project
from tallystick.periods import actions
from tallystick.periods.models import BillingPeriod, PeriodStatus
from tallystick.periods.queries import period_row
from tests import factories as make

pytestmark = pytest.mark.django_db


def opened(project, month: int, **dates) -> BillingPeriod:
    start = dates.get("start", date(2026, month, 1))
    end = dates.get("end", date(2026, month, 28))
    return actions.open_period(
        make.OPERATOR, project, start=start, end=end, due=dates.get("due", date(2026, month, 25))
    )


def test_opening_a_period_closes_the_one_that_was_open():
    project = make.make_project()
    march, april = opened(project, 3), opened(project, 4)
    march.refresh_from_db()
    assert (march.status, april.status) == (PeriodStatus.CLOSED, PeriodStatus.OPEN)
    actions.reopen_period(make.OPERATOR, march)
    assert BillingPeriod.objects.get(project=project, status=PeriodStatus.OPEN) == march


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 3, 1), date(2026, 3, 28)),
        (date(2026, 3, 28), date(2026, 4, 10)),
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 3, 10), date(2026, 3, 12)),
    ],
)
def test_ranges_may_not_overlap(start, end):
    project = make.make_project()
    opened(project, 3)
    with pytest.raises(BadInput, match=r"overlap the period 1 Mar 2026 to 28 Mar 2026"):
        opened(project, 3, start=start, end=end, due=end)
    opened(make.make_project(), 3, start=start, end=end, due=end)


@pytest.mark.parametrize(("days", "fits"), [(-28, False), (-27, True), (0, True), (60, True), (61, False)])
def test_the_due_day_lies_from_the_start_to_sixty_days_after_the_end(days, fits):
    project = make.make_project()
    due = date(2026, 3, 28) + timedelta(days=days)
    if fits:
        assert opened(project, 3, due=due).due == due
    else:
        with pytest.raises(BadInput, match="60 days after its end"):
            opened(project, 3, due=due)


def test_a_period_ends_after_it_starts():
    with pytest.raises(BadInput, match="ends before it starts"):
        opened(make.make_project(), 3, end=date(2026, 2, 1))


def test_a_period_may_be_changed_within_its_own_dates():
    project = make.make_project()
    period = opened(project, 3)
    changed = actions.change_period(
        make.OPERATOR, period, start=period.start, end=date(2026, 3, 31), due=date(2026, 4, 5)
    )
    assert (changed.end, changed.due) == (date(2026, 3, 31), date(2026, 4, 5))


def test_a_period_with_claims_is_closed_never_deleted():
    contract = make.make_contract()
    period = make.open_period_of(contract.project)
    create_claim(make.OPERATOR, contract, period)
    with pytest.raises(Refused, match="1 progress claim belongs to this billing period"):
        actions.delete_period(make.OPERATOR, period)
    empty = opened(contract.project, 5)
    actions.delete_period(make.OPERATOR, empty)
    assert not BillingPeriod.objects.filter(pk=empty.pk).exists()


@pytest.mark.parametrize(
    "zone", ["Pacific/Auckland", "Australia/Sydney", "America/Los_Angeles", "Pacific/Kiritimati"]
)
def test_contacts_may_claim_until_the_due_day_has_ended_where_the_project_is(at, zone):
    project = make.make_project(time_zone=zone)
    contract = make.make_contract(project)
    period = opened(project, 4, due=date(2026, 4, 5))
    contact = make.actor_of(make.make_claim_contact(contract))
    admin = make.actor_of(make.make_member(project, Level.ADMIN))
    end = due_moment(period.due, zone)
    with at(end - timedelta(seconds=1)):
        assert can_create_claim(contact, contract, period)
    with at(end):
        decision = can_create_claim(contact, contract, period)
        assert not decision
        assert "5 Apr 2026" in decision.reason
        assert can_create_claim(admin, contract, period)


def test_an_extension_lets_one_contract_in(at):
    project = make.make_project()
    late, other = make.make_contract(project), make.make_contract(project)
    period = opened(project, 3)
    actions.extend_period(make.OPERATOR, period, late, due=date(2026, 4, 2), reason="Flood")
    with at(datetime(2026, 3, 30, tzinfo=UTC)):
        assert can_create_claim(make.actor_of(make.make_claim_contact(late)), late, period)
        assert not can_create_claim(make.actor_of(make.make_claim_contact(other)), other, period)
    with pytest.raises(BadInput, match="has to end after"):
        actions.extend_period(make.OPERATOR, period, late, due=period.due)


def test_late_claims_are_accepted_where_the_project_says_so(at):
    project = make.make_project()
    contract = make.make_contract(project)
    period = opened(project, 3)
    contact = make.actor_of(make.make_claim_contact(contract))
    change_project((None, "x"), project, accept_late_claims=True)
    contract.project.refresh_from_db()
    with at(datetime(2026, 3, 30, tzinfo=UTC)):
        assert can_create_claim(contact, contract, period)


def test_a_closed_period_takes_no_claims_from_contacts(at):
    project = make.make_project()
    contract = make.make_contract(project)
    period = opened(project, 3)
    contact = make.actor_of(make.make_claim_contact(contract))
    period = actions.close_period(make.OPERATOR, period)
    with at(datetime(2026, 3, 10, tzinfo=UTC)):
        assert "closed" in can_create_claim(contact, contract, period).reason


def test_only_administrators_manage_periods():
    project = make.make_project()
    user = make.actor_of(make.make_member(project, Level.STANDARD))
    with pytest.raises(Refused, match="manage billing periods"):
        actions.open_period(
            user, project, start=date(2026, 1, 1), end=date(2026, 1, 31), due=date(2026, 1, 31)
        )


def test_a_period_counts_the_claims_that_its_reader_may_see():
    project = make.make_project()
    period = make.open_period_of(project)
    lines = [("Works", 100_00)]
    for private in (False, True):
        create_claim(make.OPERATOR, make.make_contract(project, lines=lines, is_private=private), period)
    deleted = create_claim(make.OPERATOR, make.make_contract(project, lines=lines), period)
    delete_claim(make.OPERATOR, deleted)
    reader = make.actor_of(make.make_member(project, commitments=Level.READ_ONLY))
    admin = make.actor_of(make.make_member(project, commitments=Level.ADMIN))
    assert [period_row(actor, period).claims for actor in (reader, admin)] == [1, 2]
    assert not period_row(admin, period).can_delete
