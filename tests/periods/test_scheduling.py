"""Periods that create themselves on their start date, once, wherever the project is (R-PERIOD-2; decisions)."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.core import clock
from tallystick.core.dates import start_of_day
from tallystick.core.errors import BadInput, Refused
from tallystick.periods import actions
from tallystick.periods.calc import Frequency, Rule
from tallystick.periods.models import BillingPeriod, PeriodSchedule
from tallystick.periods.scheduling import coming, create_due_periods, create_for, rule_of, save_schedule
from tallystick.runs import periodic
from tallystick.runs.kinds import discover
from tests import factories as make

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 21, 12, tzinfo=UTC)
MONTHLY = Rule(Frequency.MONTHLY, date(2026, 4, 1))


def scheduled(rule: Rule = MONTHLY, **project):
    made = make.make_project(**project)
    with clock.at(MARCH):
        save_schedule(make.OPERATOR, made, rule)
    return made


def starts(project) -> list[date]:
    return list(project.periods.order_by("start").values_list("start", flat=True))


def open_start(project) -> date:
    return project.periods.get(status="open").start


def test_the_worker_knows_the_chore():
    discover()
    assert "tallystick.periods.scheduling.create_due_periods" in [one.name for one in periodic.chores()]


@pytest.mark.parametrize(
    "zone", ["Australia/Sydney", "Pacific/Auckland", "Pacific/Tongatapu", "America/Los_Angeles", "UTC"]
)
def test_a_period_appears_at_midnight_where_the_project_is(at, zone):
    project = scheduled(time_zone=zone)
    midnight = start_of_day(date(2026, 4, 1), zone)
    with at(midnight - timedelta(seconds=1)):
        assert create_due_periods() == 0
    with at(midnight):
        assert create_due_periods() == 1
        assert create_due_periods() == 0
    assert starts(project) == [date(2026, 4, 1)]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Tongatapu"])
def test_thirteen_hours_ahead_the_first_comes_while_it_is_still_the_31st_in_utc(at, zone):
    project = scheduled(time_zone=zone)
    with at(datetime(2026, 3, 31, 11, 30, tzinfo=UTC)):
        assert create_due_periods() == 1
    assert project.periods.get().due == date(2026, 4, 25)


# Sydney's clocks go back on Sunday 5 April 2026 at 3 am, and forward on 4 October.
@pytest.mark.parametrize("day", [date(2026, 4, 5), date(2026, 10, 4)])
def test_the_day_on_which_the_clocks_change_has_one_period_too(at, day):
    project = make.make_project()
    with at(start_of_day(day - timedelta(days=3), "Australia/Sydney")):
        save_schedule(make.OPERATOR, project, Rule(Frequency.WEEKLY, day, weekday=6))
    begins = start_of_day(day, "Australia/Sydney")
    with at(begins - timedelta(minutes=1)):
        assert create_due_periods() == 0
    for hours in range(26):
        with at(begins + timedelta(hours=hours)):
            create_due_periods()
    assert starts(project) == [day]


def test_no_earlier_period_is_needed_and_what_has_begun_comes_at_once(at):
    project = make.make_project()
    with at(MARCH):
        made = save_schedule(make.OPERATOR, project, Rule(Frequency.MONTHLY, date(2026, 3, 1)))
    assert [(one.start, one.end, one.due) for one in made] == [
        (date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 25))
    ]


def test_missed_ones_come_in_order_and_only_the_latest_stays_open(at):
    project = scheduled()
    with at(datetime(2026, 7, 10, tzinfo=UTC)):
        assert create_due_periods() == 4
    assert starts(project) == [date(2026, month, 1) for month in (4, 5, 6, 7)]
    assert open_start(project) == date(2026, 7, 1)
    names = Event.objects.filter(project=project, subject_type="periods.billingperiod").order_by("pk")
    assert list(names.values_list("name", flat=True)) == [
        "period.opened",
        *["period.closed", "period.opened"] * 3,
    ]
    assert set(names.values_list("actor_name", flat=True)) == {"The schedule"}


def test_a_missed_one_never_closes_a_later_one(at):
    project = scheduled()
    make.open_period_of(project, date(2026, 6, 1), date(2026, 6, 30), date(2026, 6, 25))
    with at(datetime(2026, 6, 10, tzinfo=UTC)):
        assert create_due_periods() == 2
    assert starts(project) == [date(2026, month, 1) for month in (4, 5, 6)]
    assert open_start(project) == date(2026, 6, 1)


def test_one_that_would_overlap_is_not_created_and_its_history_says_so(at):
    project = scheduled()
    make.open_period_of(project, date(2026, 4, 10), date(2026, 5, 9), date(2026, 5, 9))
    with at(datetime(2026, 6, 2, tzinfo=UTC)):
        create_due_periods()
    assert starts(project) == [date(2026, 4, 10), date(2026, 6, 1)]
    assert Event.objects.filter(project=project, name="schedule.skipped").count() == 2


def test_one_that_was_deleted_or_moved_does_not_come_again(at):
    project = scheduled()
    with at(datetime(2026, 4, 2, tzinfo=UTC)):
        create_due_periods()
        actions.delete_period(make.OPERATOR, project.periods.get())
        assert create_due_periods() == 0
    with at(datetime(2026, 5, 2, tzinfo=UTC)):
        create_due_periods()
        moved = project.periods.get()
        actions.change_period(
            make.OPERATOR, moved, start=date(2026, 5, 3), end=date(2026, 5, 20), due=date(2026, 5, 20)
        )
        schedule = PeriodSchedule.objects.get(project=project)
        assert create_due_periods() == 0
        schedule.done_to, schedule.next_start = None, date(2026, 4, 1)
        schedule.save()
        create_due_periods()
    assert starts(project) == [date(2026, 4, 1), date(2026, 5, 3)]


def test_saving_the_same_rule_twice_changes_nothing(at):
    project = scheduled()
    with at(datetime(2026, 4, 2, tzinfo=UTC)):
        assert len(save_schedule(make.OPERATOR, project, MONTHLY)) == 1
        assert save_schedule(make.OPERATOR, project, MONTHLY) == []
    assert Event.objects.filter(project=project, name="schedule.changed").count() == 1
    assert rule_of(project) == MONTHLY


def test_by_hand_nothing_is_created(at):
    project = scheduled()
    with at(MARCH):
        save_schedule(make.OPERATOR, project, Rule(Frequency.MANUAL, date(2026, 4, 1), due_day=28))
    with at(datetime(2027, 1, 1, tzinfo=UTC)):
        assert create_due_periods() == 0


def test_a_project_that_is_over_gets_none(at):
    project = scheduled()
    project.is_active = False
    project.save()
    with at(datetime(2026, 5, 1, tzinfo=UTC)):
        assert create_due_periods() == 0
        assert create_for(project.pk) == []


def test_the_preview_says_what_will_not_be_created_and_where_days_are_left_out(at):
    project = make.make_project()
    there = make.open_period_of(project)
    with at(MARCH):
        rows = coming(project, Rule(Frequency.MONTHLY, date(2026, 3, 1), end_day=30))
    assert len(rows) == 12
    assert (rows[0].overlaps, rows[1].overlaps) == (there, None)
    assert rows[0].begun and not rows[1].begun
    assert [row.gap for row in rows[:4]] == [0, 1, 0, 1]
    assert BillingPeriod.objects.filter(project=project).count() == 1


def test_a_schedule_reaches_back_a_year_at_most(at):
    with at(MARCH), pytest.raises(BadInput, match="reaches back a year"):
        save_schedule(make.OPERATOR, make.make_project(), Rule(Frequency.WEEKLY, date(2024, 1, 1)))


@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_only_administrators_change_the_schedule(level):
    project = make.make_project()
    with pytest.raises(Refused, match="manage billing periods"):
        save_schedule(make.actor_of(make.make_member(project, level)), project, MONTHLY)
    assert not PeriodSchedule.objects.exists()


def test_the_database_keeps_a_scheduled_period_from_being_there_twice():
    project = make.make_project()
    facts = {"project": project, "scheduled_for": date(2026, 4, 1), "status": "closed"}
    BillingPeriod.objects.create(
        start=date(2026, 4, 1), end=date(2026, 4, 30), due=date(2026, 4, 25), **facts
    )
    with pytest.raises(IntegrityError):
        BillingPeriod.objects.create(
            start=date(2026, 5, 1), end=date(2026, 5, 30), due=date(2026, 5, 25), **facts
        )


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_create_each_period_once():
    project = scheduled()
    together = threading.Barrier(2)

    def work() -> None:
        try:
            with clock.at(datetime(2026, 6, 10, tzinfo=UTC)):
                together.wait(timeout=20)
                create_due_periods()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert starts(project) == [date(2026, month, 1) for month in (4, 5, 6)]
    assert open_start(project) == date(2026, 6, 1)
