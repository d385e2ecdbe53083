"""The last days of a billing period, hour by hour, where clocks are far ahead and on the days on which they change.

Told for Apia (thirteen hours ahead all year), Auckland and London (one day of 25 and one of 23 hours) and New York. Two
workers look every hour; what is told by the calendar comes once, in the morning of the project, and what ends with the
due day ends with its last second there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import icalendar
import pytest

from tallystick.access.entry import GOOD_FOR, entry_of, entry_path
from tallystick.claims.creation import create_claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.core import clock
from tallystick.core.dates import start_of_day
from tallystick.core.errors import Refused
from tallystick.directory.models import ClaimDistribution, Project
from tallystick.mine.queries import Wanted, my_page
from tallystick.notifications.models import Message
from tallystick.periods.actions import extend_period
from tallystick.periods.invites import answer_invite, send_invites
from tallystick.periods.models import InviteAnswer, InviteType
from tallystick.reminders import rounds
from tallystick.reminders.rounds import do_due_rounds
from tallystick.sign_in.codes import GOOD_FOR as CODE_GOOD_FOR
from tallystick.sign_in.codes import CodeOver, ask_for_code, prove_by_code
from tests import factories as make

pytestmark = pytest.mark.django_db

PLACES = [
    ("Pacific/Apia", date(2026, 3, 25), 24),
    ("Pacific/Auckland", date(2026, 4, 5), 25),
    ("Pacific/Auckland", date(2026, 9, 27), 23),
    ("Europe/London", date(2026, 3, 29), 23),
    ("Europe/London", date(2026, 10, 25), 25),
    ("America/New_York", date(2026, 3, 8), 23),
    ("America/New_York", date(2026, 11, 1), 25),
]
"""A zone, a due day, and how many hours that day has there."""

SECOND = timedelta(seconds=1)


class Job:
    """Two commitments of one contact, in a period of which the last day to claim is ``due``; asked four days before."""

    def __init__(self, zone: str, due: date) -> None:
        self.zone, self.due = ZoneInfo(zone), due
        self.project = make.make_project(name="Harbour Tower", time_zone=zone)
        Project.objects.update(remind_every_days=1, weekly_digest=True)
        self.project.refresh_from_db()
        self.contract = make.make_contract(self.project, number="SC-001")
        self.other = make.make_contract(self.project, self.contract.company, number="SC-002")
        self.contact = make.make_claim_contact(self.contract, "Carl Contact")
        make.contracts.add_claim_contact(make.OPERATOR, self.other, self.contact)
        admin = make.make_member(self.project, make.Level.ADMIN, name="Ann Admin")
        ClaimDistribution.objects.create(project=self.project, person=admin)
        self.period = make.open_period_of(self.project, due - timedelta(days=20), due, due)
        self.asked = self.at(due - timedelta(days=4), 9)
        with clock.at(self.asked):
            send_invites(make.OPERATOR, self.period, [self.contract], InviteType.ALL)

    def at(self, day: date, hour: int = 0) -> datetime:
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        return start_of_day(day + timedelta(days=1), self.project.time_zone)

    def actor(self) -> make.Actor:
        """The contact, as they are at the next request."""
        return make.actor_of(self.contact)

    def hours(self, until: datetime) -> Iterator[datetime]:
        """From the asking on, five minutes after each full hour."""
        moment = self.asked + timedelta(minutes=5)
        while moment < until:
            yield moment
            moment += timedelta(hours=1)

    def told(self, event: str) -> list[datetime]:
        """When messages of the kind were written, on the clock of the project."""
        found = Message.objects.filter(event=event).order_by("created_at")
        return [message.created_at.astimezone(self.zone) for message in found]

    def days_left(self) -> dict[str, int | None]:
        page = my_page(self.actor(), Wanted())
        return {row.mine.contract.number: row.mine.days_left for row in page.rows}


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]} {place[1]}")
def job(request: pytest.FixtureRequest) -> Job:
    zone, due, hours = request.param
    made = Job(zone, due)
    assert made.end_of(due) - made.at(due) == timedelta(hours=hours)
    return made


def test_reminders_and_the_digest_come_once_a_morning_whoever_looks(job: Job) -> None:
    for moment in job.hours(until=job.end_of(job.due) + timedelta(days=2)):
        with clock.at(moment):
            do_due_rounds()
            do_due_rounds()  # the other worker
    reminded = [job.due - timedelta(days=left) for left in (3, 2, 1, 0)]
    assert [(at.date(), at.hour) for at in job.told("invite.reminder")] == [(day, 8) for day in reminded]
    subjects = Message.objects.filter(event="invite.reminder").order_by("created_at")
    assert [message.subject.partition(": ")[2].partition(" to bill")[0] for message in subjects] == [
        "3 days left",
        "2 days left",
        "Tomorrow is the last day",
        "Today is the last day",
    ]
    mondays = [at for at in job.told("claims.digest") if (at.weekday(), at.hour) == (0, 8)]
    days = [job.due + timedelta(days=further) for further in range(-3, 3)]
    assert [at.date() for at in mondays] == [day for day in days if day.weekday() == 0]
    assert len(mondays) == len(job.told("claims.digest"))


def test_a_worker_that_dies_at_its_work_leaves_it_to_the_next_and_nothing_is_said_twice(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = job.at(job.due - timedelta(days=3), 8)

    def killed(project: Project, today: date) -> int:
        rounds.remind_to_bill(project, today)
        raise SystemExit

    with monkeypatch.context() as patch, clock.at(morning):
        patch.setattr(rounds, "BILL", rounds.Turn(rounds.RoundKind.BILL, rounds._billing, killed))
        with pytest.raises(SystemExit):
            do_due_rounds()
    assert job.told("invite.reminder") == []
    for minutes in (1, 2, 3):
        with clock.at(morning + timedelta(minutes=minutes)):
            do_due_rounds()
    assert len(job.told("invite.reminder")) == 1


def test_the_due_day_ends_with_its_last_second_and_an_extension_with_its_own(job: Job) -> None:
    end = job.end_of(job.due)
    with clock.at(end - SECOND):
        assert job.days_left() == {"SC-001": 0, "SC-002": 0}
        answer_invite(job.actor(), job.contract, job.period, InviteAnswer.ACCEPTED)
        claim = create_claim(job.actor(), job.contract, job.period)
        page = make.signed_in(job.contact).get(f"/contracts/{job.other.pk}").content.decode()
        assert "Ask the project" not in page
    with clock.at(end):
        assert job.days_left() == {"SC-001": -1, "SC-002": -1}
        with pytest.raises(Refused):
            create_claim(job.actor(), job.other, job.period)
        with pytest.raises(Refused):
            move_claim(job.actor(), claim, ClaimStatus.UNDER_REVIEW)
        longer = job.due + timedelta(days=3)
        extend_period(make.OPERATOR, job.period, job.other, due=longer)
        assert job.days_left() == {"SC-001": -1, "SC-002": 2}
    with clock.at(job.end_of(longer) - SECOND):
        assert job.days_left()["SC-002"] == 0
        create_claim(job.actor(), job.other, job.period)
    with clock.at(job.end_of(longer)), pytest.raises(Refused):
        move_claim(job.actor(), job.other.claims.get(), ClaimStatus.UNDER_REVIEW)


def test_calendars_have_the_due_day_whatever_the_clocks_do(job: Job) -> None:
    (file,) = Message.objects.get(event="invite.sent").files
    entry = icalendar.Calendar.from_ical(file["text"]).walk("VEVENT")[0]
    assert entry.decoded("dtstart") == job.due
    assert entry.decoded("dtend") == job.due + timedelta(days=1)
    assert entry.decoded("dtstamp") == job.asked


def test_links_and_codes_count_time_that_passes_not_what_clocks_show(job: Job) -> None:
    assert job.contact.login is not None
    with clock.at(job.asked):
        token = entry_path(job.contact.login, "/my/contracts").rsplit("/", 1)[-1]
    for further, over in ((GOOD_FOR - SECOND, False), (GOOD_FOR, True)):
        with clock.at(job.asked + further):
            assert entry_of(token).is_over is over
    # Asked for five minutes before the clocks change: they are good for five minutes more, whatever hour it is then.
    change = _change_on(job)
    for further, good in ((CODE_GOOD_FOR - SECOND, True), (CODE_GOOD_FOR, False)):
        with clock.at(change - timedelta(minutes=5)):
            asked = ask_for_code(job.contact.login.email, "192.0.2.1")
            code = make.code_mailed_to(job.contact)
        with clock.at(change - timedelta(minutes=5) + further):
            if good:
                assert prove_by_code(asked.pk, code, "192.0.2.1") == job.contact.login
            else:
                with pytest.raises(CodeOver):
                    prove_by_code(asked.pk, code, "192.0.2.1")


def _change_on(job: Job) -> datetime:
    """The moment of the due day at which clocks change there; its noon where they do not."""
    moments = [job.at(job.due) + timedelta(minutes=minutes) for minutes in range(0, 24 * 60, 15)]
    for before, moment in pairwise(moments):
        if before.astimezone(job.zone).utcoffset() != moment.astimezone(job.zone).utcoffset():
            return moment
    return job.at(job.due, 12)
