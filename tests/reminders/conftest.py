"""A project whose contracts are invited to bill in March 2026, and a clock of its own zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tallystick.access.levels import Level
from tallystick.core import clock
from tallystick.directory.models import ClaimDistribution, Project
from tallystick.notifications.models import Message
from tallystick.periods.invites import send_invites
from tallystick.periods.models import InviteType
from tallystick.reminders.rounds import do_due_rounds
from tests import factories as make


class Job:
    """A subcontract with a contact in an open period that is due on 25 March."""

    def __init__(self, zone: str = "Australia/Sydney", **settings: object) -> None:
        self.zone = zone
        self.project = make.make_project(name="Harbour Tower", time_zone=zone)
        Project.objects.filter(pk=self.project.pk).update(**{"remind_every_days": 1, **settings})
        self.project.refresh_from_db()
        self.contract = make.make_contract(self.project, number="SC-001")
        self.contact = make.make_claim_contact(self.contract, "Carl Contact")
        self.admin = make.make_member(self.project, Level.ADMIN, name="Ann Admin")
        self.period = make.open_period_of(self.project)

    def set(self, **settings: object) -> None:
        Project.objects.filter(pk=self.project.pk).update(**settings)

    def invite(self, day: int, hour: int = 10, contract=None):
        with self.at(day, hour):
            send_invites(make.actor_of(self.admin), self.period, [contract or self.contract], InviteType.ALL)

    def list(self, *people) -> None:
        for person in people:
            ClaimDistribution.objects.create(project=self.project, person=person)

    def at(self, day: int, hour: int = 9, minute: int = 0, month: int = 3):
        """The project's clock says so, in 2026."""
        return clock.at(datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(self.zone)))

    def look(self, day: int, hour: int = 9, minute: int = 0, month: int = 3) -> list[str]:
        """A worker looks what is due at that hour; the subjects of what it writes, with who gets it."""
        before = set(Message.objects.values_list("pk", flat=True))
        with self.at(day, hour, minute, month):
            do_due_rounds()
        new = Message.objects.exclude(pk__in=before).order_by("name", "subject")
        return [f"{message.name}: {message.subject.partition(': ')[2]}" for message in new]


@pytest.fixture
def make_job():
    return Job
