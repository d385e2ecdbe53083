"""Insurance that is about to expire: told once, once more on the last day, anew when the day changes (R-NOTIFY-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tallystick.core import clock
from tallystick.directory.insurance import Policy, change_insurance
from tallystick.directory.models import Account
from tallystick.notifications.models import Message
from tallystick.reminders.rounds import do_due_rounds
from tests import factories as make

pytestmark = pytest.mark.django_db
POLICY = Policy("public_liability", insurer="Acme", policy_number="PL-7", expires_on=date(2026, 3, 31))


class Office:
    """A company with a commitment, whose public liability ends on 31 March; its contact, and the account's boss."""

    def __init__(self):
        self.project = make.make_project()
        self.account = self.project.account
        Account.objects.update(time_zone="Pacific/Auckland")
        self.company = make.make_company(self.account, "Apex Concrete")
        self.contract = make.make_contract(self.project, self.company)
        self.contact = make.make_claim_contact(self.contract, "Carl Contact")
        self.boss = make.make_account_admin(self.account, "Bea Boss")
        self.insurance = make.make_insurance(
            self.company, expires=date(2026, 3, 31), insurer="Acme", policy_number="PL-7"
        )

    def look(self, day: int, hour: int = 9, month: int = 3) -> list[str]:
        before = set(Message.objects.values_list("pk", flat=True))
        with clock.at(datetime(2026, month, day, hour, tzinfo=ZoneInfo("Pacific/Auckland"))):
            do_due_rounds()
        new = Message.objects.exclude(pk__in=before).order_by("name")
        return [f"{message.name}: {message.subject.partition(': ')[2]}" for message in new]

    def change(self, **facts):
        change_insurance(make._BY, self.insurance, replace(POLICY, **facts))


@pytest.fixture
def office():
    return Office()


def test_contacts_are_told_two_weeks_before_and_everybody_on_the_last_day(office):
    assert office.look(16) == []
    assert office.look(17, 7) == []
    assert office.look(17, 8) == ["Carl Contact: Public liability of Apex Concrete expires on 31 Mar 2026"]
    assert [office.look(day) for day in (17, 18, 24, 30)] == [[], [], [], []]
    assert office.look(31) == [
        "Bea Boss: Public liability of Apex Concrete expires today",
        "Carl Contact: Public liability of Apex Concrete expires today",
    ]
    assert office.look(1, month=4) == office.look(2, month=4) == []


def test_it_says_which_one_and_leads_each_to_where_they_may_look(office):
    office.look(17)
    (first,) = Message.objects.all()
    assert "Insurer: Acme\nPolicy: PL-7\nLast day of cover: 31 Mar 2026" in first.text
    assert make.leads_to(first.text) == [f"/contracts/{office.contract.pk}"]
    office.look(31)
    hers = Message.objects.get(name="Bea Boss")
    assert make.leads_to(hers.text) == [f"/companies/{office.company.pk}#insurance"]


def test_another_day_of_expiry_begins_anew(office):
    office.look(17)
    office.change(expires_on=date(2026, 4, 20))
    assert office.look(31) == []
    assert len(office.look(6, month=4)) == 1


def test_what_was_recorded_late_is_told_the_next_morning(office):
    office.change(expires_on=date(2026, 3, 19))
    assert len(office.look(17)) == 1


def test_a_worker_that_was_away_on_the_last_day_tells_it_after(office):
    office.look(17)
    assert "Bea Boss: Public liability of Apex Concrete expired on 31 Mar 2026" in office.look(2, month=4)
    office.change(expires_on=date(2026, 3, 2))
    assert office.look(10, month=4) == []


def renewed(office):
    make.make_insurance(office.company, expires=date(2027, 3, 31))


def exempted(office):
    office.change(is_exempt=True, exempt_reason="Labour only", expires_on=None)


def switched_off(office):
    office.change(notify_expiry=False)


def removed(office):
    office.insurance.delete()


@pytest.mark.parametrize("what", [renewed, exempted, switched_off, removed])
def test_what_leaves_nothing_to_tell(office, what):
    what(office)
    assert office.look(17) == office.look(31) == []


def test_without_contacts_the_default_contact_is_told(office):
    other = make.make_person(office.company, "Dan Default")
    office.company.default_contact = other
    office.company.save()
    office.contract.claim_contacts.all().delete()
    assert office.look(17) == ["Dan Default: Public liability of Apex Concrete expires on 31 Mar 2026"]
    assert make.leads_to(Message.objects.get().text) == ["/"]


def test_with_nobody_to_tell_administrators_still_are_on_the_last_day(office):
    office.contract.claim_contacts.all().delete()
    assert office.look(17) == []
    assert office.look(31) == ["Bea Boss: Public liability of Apex Concrete expires today"]


def test_contacts_of_ended_contracts_and_people_who_left_are_not_told(office):
    office.contact.is_active = False
    office.contact.save()
    assert office.look(17) == []
