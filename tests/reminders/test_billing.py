"""Reminders to bill: when they begin, what they say, and everything that ends them (R-NOTIFY-2, domain §4)."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from tallystick.claims.creation import create_claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.actions import move_contract
from tallystick.contracts.states import ContractStatus
from tallystick.core import clock
from tallystick.notifications.models import Message
from tallystick.notifications.switches import choose
from tallystick.periods.actions import extend_period
from tallystick.periods.invites import answer_as
from tallystick.periods.models import BillingPeriod, InviteAnswer, PeriodStatus
from tallystick.reminders.models import Reminder, Round
from tallystick.reminders.rounds import do_due_rounds
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(make_job):
    return make_job()


def test_an_invited_contact_is_reminded_daily_in_the_morning_until_the_due_day_is_over(job):
    job.invite(20)
    Message.objects.all().delete()
    told = {day: job.look(day, hour) for day, hour in ((20, 19), (21, 7), (22, 9), (23, 9), (24, 9), (25, 9))}
    assert told == {
        20: [],
        21: [],
        22: ["Carl Contact: 3 days left to bill SC-001 Concrete works"],
        23: ["Carl Contact: 2 days left to bill SC-001 Concrete works"],
        24: ["Carl Contact: Tomorrow is the last day to bill SC-001 Concrete works"],
        25: ["Carl Contact: Today is the last day to bill SC-001 Concrete works"],
    }
    assert job.look(26) == job.look(27) == []


def test_it_says_what_is_asked_by_whom_until_when_and_in_the_project_s_own_words(job):
    job.set(invite_message="Please send\nphotographs too.")
    job.invite(10)
    job.look(11)
    message = Message.objects.get(event="invite.reminder")
    for said in (
        "Ann Admin has invited you to bill SC-001 Concrete works",
        "Billing period: 1–31 Mar 2026",
        "Type of progress claim: Work, materials and retention",
        "Due: 25 Mar 2026",
        "Please send\nphotographs too.",
        "Say on the page of the commitment whether you want to bill",
    ):
        assert said in message.text, said
    assert make.leads_to(message.text) == [f"/contracts/{job.contract.pk}"]
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_with_a_draft_it_leads_to_the_draft(job):
    job.invite(10)
    with job.at(10, 12):
        claim = create_claim(make.actor_of(job.contact), job.contract, job.period)
    job.look(11)
    message = Message.objects.get(event="invite.reminder")
    assert make.leads_to(message.text) == [f"/claims/{claim.pk}"]
    assert (
        "Progress claim 1 is a draft: submit it." in message.text
        and "Open the progress claim:" in message.text
    )


@pytest.mark.parametrize("every", [2, 3])
def test_it_comes_at_the_interval_that_the_project_has_set(job, every):
    job.set(remind_every_days=every)
    job.invite(4)
    days = [day for day in range(4, 20) if job.look(day)]
    assert days == list(range(4 + every, 20, every))


def test_it_comes_once_a_day_however_often_somebody_looks(job):
    job.invite(10)
    assert len(job.look(11)) == 1
    assert job.look(11) == job.look(11, 15) == job.look(11, 19) == []
    Round.objects.all().delete()
    assert job.look(11, 16) == [], "the reminder itself is remembered too"


def test_a_worker_that_was_down_for_a_week_sends_one(job):
    job.invite(4)
    assert len(job.look(5)) == 1
    assert len(job.look(12)) == 1
    assert Reminder.objects.get().times == 2
    assert len(job.look(13)) == 1


def test_nothing_is_written_in_the_evening_or_at_night_and_the_morning_is_not_missed(job):
    job.invite(10)
    assert job.look(11, 6) == job.look(11, 7, 59) == []
    assert len(job.look(11, 8)) == 1
    assert job.look(12, 21) == job.look(12, 23, 59) == job.look(13, 0, 1) == []
    assert len(job.look(13, 8)) == 1


def test_switching_it_off_and_on_again(job):
    job.set(remind_every_days=0)
    job.invite(10)
    assert job.look(11) == []
    job.set(remind_every_days=1)
    assert len(job.look(12, 14)) == 1
    job.set(remind_every_days=0)
    assert job.look(13) == []


def declined(job):
    answer_as(job.contact, job.contract, job.period, InviteAnswer.DECLINED)


def submitted(job):
    claim = create_claim(make.OPERATOR, job.contract, job.period)
    move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)


def sent_back(job):
    claim = create_claim(make.OPERATOR, job.contract, job.period)
    move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
    move_claim(make.OPERATOR, claim, ClaimStatus.REVISE_AND_RESUBMIT, reason="See page 2.")


def closed(job):
    BillingPeriod.objects.update(status=PeriodStatus.CLOSED, closed_at=clock.now())


def terminated(job):
    move_contract(make.OPERATOR, job.contract, ContractStatus.TERMINATED)


def project_ended(job):
    job.set(is_active=False)


def nobody_left(job):
    job.contract.claim_contacts.all().delete()


@pytest.mark.parametrize(
    "what", [declined, submitted, sent_back, closed, terminated, project_ended, nobody_left]
)
def test_what_ends_it(job, what):
    job.invite(10)
    assert len(job.look(11)) == 1
    with job.at(11, 15):
        what(job)
    assert [one for one in job.look(12) if "bill" in one] == []


def test_an_answer_of_yes_and_a_draft_do_not_end_it(job):
    job.invite(10)
    with job.at(11, 15):
        answer_as(job.contact, job.contract, job.period, InviteAnswer.ACCEPTED)
    assert len(job.look(12)) == 1
    assert "You want to bill this period" in Message.objects.get(event="invite.reminder").text
    with job.at(12, 15):
        create_claim(make.OPERATOR, job.contract, job.period)
    assert len(job.look(13)) == 1


def test_an_extension_lets_it_go_on(job):
    job.invite(24)
    with job.at(24, 15):
        extend_period(make.actor_of(job.admin), job.period, job.contract, due=date(2026, 3, 27))
    assert job.look(26) == ["Carl Contact: Tomorrow is the last day to bill SC-001 Concrete works"]
    assert len(job.look(27)) == 1
    assert job.look(28) == []


def test_whoever_was_not_invited_is_not_reminded(job):
    other = make.make_contract(job.project)
    make.make_claim_contact(other, "Olga Other")
    job.invite(10)
    assert [one.partition(":")[0] for one in job.look(11)] == ["Carl Contact"]


def test_each_contact_is_told_but_those_who_do_not_want_it(job):
    make.make_claim_contact(job.contract, "Dora Contact")
    choose(job.contact.login, [])
    job.invite(10)
    job.look(11)
    told = Message.objects.filter(event="invite.reminder")
    assert dict(told.values_list("name", "status")) == {
        "Carl Contact": "suppressed",
        "Dora Contact": "queued",
    }


def test_an_invite_that_is_sent_again_begins_anew(job):
    job.set(remind_every_days=3)
    job.invite(4)
    assert len(job.look(7)) == 1
    job.invite(9)
    assert job.look(10) == job.look(11) == []
    assert len(job.look(12)) == 1


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Apia", "America/Los_Angeles"])
def test_days_and_hours_are_those_of_the_project(make_job, zone):
    job = make_job(zone)
    job.invite(9, 23)
    assert job.look(10, 7, 59) == []
    assert job.look(10, 8) == ["Carl Contact: 15 days left to bill SC-001 Concrete works"]


def test_the_day_on_which_clocks_change_has_one_morning(make_job):
    # New Zealand's clocks go back at 3 am on 5 April 2026; the United States' went on at 2 am on 8 March.
    late = make_job("Pacific/Auckland")
    BillingPeriod.objects.update(due=date(2026, 4, 20))
    late.invite(31)
    told = [late.look(day, hour, month=4) for day in (4, 5, 6) for hour in (2, 7, 8, 9)]
    assert [len(one) for one in told] == [0, 0, 1, 0] * 3
    early = make_job("America/Los_Angeles")
    early.invite(6)
    told = [early.look(day, hour) for day in (7, 8, 9) for hour in (1, 7, 8, 9)]
    assert [len(one) for one in told] == [0, 0, 1, 0] * 3


def test_a_fault_in_one_project_holds_up_no_other(make_job, monkeypatch):
    first, second = make_job(), make_job()
    for job in (first, second):
        job.invite(10)
    from tallystick.reminders import rounds

    def broken(project, today):
        if project.pk == first.project.pk:
            raise RuntimeError("no")
        return rounds.remind_to_bill(project, today)

    monkeypatch.setattr(rounds, "BILL", rounds.Turn(rounds.RoundKind.BILL, rounds._billing, broken))
    assert len(first.look(11)) == 1
    monkeypatch.undo()
    assert first.look(11, 9, 30) == [], "an hour has to pass"
    assert len(first.look(11, 10, 5)) == 1


def test_looking_costs_three_queries_while_nothing_is_due(make_job, django_assert_num_queries):
    jobs = [make_job() for _ in range(3)]
    for job in jobs:
        job.invite(10)
    jobs[0].look(11)
    with jobs[0].at(11, 12), django_assert_num_queries(3):
        assert do_due_rounds() == 0


def test_reading_takes_as_many_queries_for_five_as_for_one(make_job):
    from django.test.utils import CaptureQueriesContext

    def read(count: int) -> int:
        job = make_job()
        for number in range(count):
            contract = make.make_contract(job.project, number=f"SC-1{number}")
            make.make_claim_contact(contract)
            job.invite(10, contract=contract)
        with job.at(10, 12), CaptureQueriesContext(connection) as queries:
            from tallystick.reminders.billing import remind_to_bill

            job.project.refresh_from_db()
            assert remind_to_bill(job.project, date(2026, 3, 10)) == 0
        return len(queries)

    assert read(1) == read(5)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_it_once(make_job):
    job = make_job()
    job.invite(10)
    together = threading.Barrier(2)
    faults: list[Exception] = []
    moment = datetime(2026, 3, 11, tzinfo=UTC) + timedelta(minutes=5)

    def work() -> None:
        try:
            with clock.at(moment):
                together.wait()
                do_due_rounds()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Message.objects.filter(event="invite.reminder").count() == 1
    assert Reminder.objects.get().times == 1
