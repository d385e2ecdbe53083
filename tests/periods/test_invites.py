"""Inviting to bill: who can be asked, who answers, what may then be billed (R-INVITE, R-PERM-4, domain §4)."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections

from tallystick.access import actions as access
from tallystick.access.levels import Level, Tool
from tallystick.audit.queries import history
from tallystick.claims.creation import create_claim, delete_claim
from tallystick.claims.details import change_details
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.moving import move_claim
from tallystick.claims.policies import can_create_claim, offered_types
from tallystick.claims.states import ClaimStatus, ClaimType
from tallystick.claims.storage import lines_of
from tallystick.contracts import actions as contracts
from tallystick.contracts.states import ContractStatus
from tallystick.contracts.sub_sov import use_breakdown
from tallystick.core import clock
from tallystick.core.dates import due_moment
from tallystick.core.errors import NotFound, Refused
from tallystick.directory.actions import change_project
from tallystick.directory.people import deactivate_person
from tallystick.periods import actions as periods
from tallystick.periods.calc import Frequency, Rule
from tallystick.periods.invite_policies import can_invite
from tallystick.periods.invites import (
    answer_as,
    answer_invite,
    invite_awaited,
    open_and_invite,
    send_invites,
)
from tallystick.periods.models import Invite
from tallystick.periods.scheduling import Inviting, create_due_periods, save_schedule
from tests import factories as make
from tests.periods.invite_job import EARLY, OPERATOR, A, Job, T

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(EARLY):
        yield


@pytest.fixture
def job():
    return Job()


# --- sending -------------------------------------------------------------------------------------------------


def test_an_invite_is_sent_once_and_remembers_who_asked_for_what(job):
    invite = job.invite(T.WORK)
    assert (invite.claim_type, invite.invited_by_name, invite.times_sent) == ("work", "Ann Admin", 1)
    assert (invite.answer, invite.sent_at) == ("none", EARLY)
    (row,) = [row for row in history(job.contract) if row.name == "invite.sent"]
    assert row.text == (
        "sent SC-1 Concrete works an invite to bill for 1–31 Mar 2026: Work and materials, due 25 Mar 2026, "
        "to Carl Contact"
    )


def test_sending_again_asks_again_and_keeps_a_yes(job, at):
    job.invite()
    answer_invite(job.contact, job.contract, job.period, A.ACCEPTED)
    with at(EARLY + timedelta(days=2)):
        (outcome,) = send_invites(job.admin, job.period, [job.contract], T.WORK)
    assert outcome.again
    invite = job.stored()
    assert (invite.times_sent, invite.claim_type, invite.answer) == (2, "work", "accepted")
    assert (invite.first_sent_at, invite.sent_at) == (EARLY, EARLY + timedelta(days=2))
    assert Invite.objects.count() == 1


def test_sending_again_asks_anew_whoever_declined(job):
    job.invite()
    answer_invite(job.contact, job.contract, job.period, A.DECLINED)
    invite = job.invite()
    assert (invite.answer, invite.answered_by, invite.answered_at, invite.answered_by_name) == (
        "none",
        None,
        None,
        "",
    )


def test_the_three_reasons_for_a_greyed_button(job, at):
    lonely = make.make_contract(job.project)
    assert can_invite(job.admin, lonely, job.period).reason == (
        "This contract has no progress claim contact. Name one on its People tab first."
    )
    use_breakdown(OPERATOR, job.contract, True)
    job.contract.refresh_from_db()
    assert can_invite(job.admin, job.contract, job.period).reason == (
        "The subcontractor schedule of values of this contract is Draft. "
        "The invite can go out once it is Approved."
    )
    use_breakdown(OPERATOR, job.contract, False)
    job.contract.refresh_from_db()
    assert can_invite(job.admin, job.contract, job.period)
    with at(due_moment(job.period.due, job.project.time_zone)):
        assert can_invite(job.admin, job.contract, job.period).reason == (
            "The due date of this billing period was 25 Mar 2026. Give the contract an extension first."
        )


@pytest.mark.parametrize(
    "zone",
    ["Australia/Sydney", "Pacific/Auckland", "Pacific/Tongatapu", "America/Los_Angeles", "UTC"],
)
@pytest.mark.parametrize("due", [date(2026, 3, 25), date(2026, 4, 5), date(2026, 3, 8), date(2026, 3, 29)])
def test_the_due_day_ends_at_midnight_where_the_project_is(at, zone, due):
    """Also on the days on which clocks change: 5 April in Sydney, 8 March in Los Angeles, 29 March in Europe."""
    job = Job(time_zone=zone)
    with at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        job.period = periods.change_period(
            OPERATOR, job.period, start=job.period.start, end=job.period.end, due=due
        )
        job.invite()
    midnight = due_moment(due, zone)
    with at(midnight - timedelta(seconds=1)):
        assert can_invite(job.admin, job.contract, job.period)
        assert answer_invite(job.contact, job.contract, job.period, A.ACCEPTED).answer == "accepted"
    with at(midnight):
        assert not can_invite(job.admin, job.contract, job.period)
        with pytest.raises(Refused, match="extension"):
            answer_invite(job.contact, job.contract, job.period, A.DECLINED)


def test_an_extension_lets_one_be_asked_after_the_due_day(job, at):
    other = make.make_contract(job.project)
    make.make_claim_contact(other)
    periods.extend_period(job.admin, job.period, job.contract, due=date(2026, 3, 28))
    with at(due_moment(date(2026, 3, 27), job.project.time_zone)):
        outcomes = send_invites(job.admin, job.period, [job.contract, other], T.ALL)
    assert [outcome.done for outcome in outcomes] == [True, False]
    (row,) = [row for row in history(job.contract) if row.name == "invite.sent"]
    assert row.text.endswith("due 28 Mar 2026, to Carl Contact")


def test_who_has_a_claim_already_is_not_asked(job):
    claim = create_claim(job.contact, job.contract, job.period)
    assert can_invite(job.admin, job.contract, job.period).reason == (
        "There is a progress claim for this billing period already."
    )
    delete_claim(job.admin, claim)
    assert can_invite(job.admin, job.contract, job.period)


def test_what_the_contract_and_the_period_are_like(job):
    draft = make.make_contract(job.project, status=ContractStatus.DRAFT)
    head = make.make_head_contract(job.project)
    make.make_claim_contact(head)
    elsewhere = make.make_contract()
    assert "is Draft" in can_invite(job.admin, draft, job.period).reason
    assert "with the owner/client" in can_invite(OPERATOR, head, job.period).reason
    assert "another project" in can_invite(OPERATOR, elsewhere, job.period).reason
    assert "no open billing period" in can_invite(job.admin, job.contract, None).reason
    closed = periods.close_period(job.admin, job.period)
    assert "closed" in can_invite(job.admin, job.contract, closed).reason


def test_only_administrators_send(job):
    standard = make.actor_of(make.make_member(job.project, Level.STANDARD))
    for actor in (job.contact, standard, make.actor_of(make.make_person())):
        (outcome,) = send_invites(actor, job.period, [job.contract], T.ALL)
        assert outcome.decision.reason.startswith("You need Admin on the project's Commitments tool")
    assert not Invite.objects.exists()


def test_nobody_is_asked_to_release_what_is_not_held(job):
    assert "none to release" in can_invite(job.admin, job.contract, job.period, T.RELEASE).reason
    job.hold_retention()
    assert can_invite(job.admin, job.contract, job.period, T.RELEASE)


def test_each_of_many_answers_for_itself(job):
    lonely = make.make_contract(job.project, number="SC-2")
    outcomes = send_invites(job.admin, job.period, [job.contract, lonely, job.contract], T.ALL)
    assert [(outcome.contract, outcome.done) for outcome in outcomes] == [
        (job.contract, True),
        (lonely, False),
    ]
    assert list(Invite.objects.values_list("contract_id", flat=True)) == [job.contract.pk]


def queries_for(count: int, django_assert_max_num_queries) -> int:
    job = Job()
    many = [job.contract]
    for _ in range(count - 1):
        contract = make.make_contract(job.project, job.contract.company, lines=())
        contracts.add_claim_contact(OPERATOR, contract, job.person)
        many.append(contract)
    with django_assert_max_num_queries(60) as asked:
        assert all(one.done for one in send_invites(job.admin, job.period, many, T.ALL))
    with django_assert_max_num_queries(60) as again:
        assert all(one.again for one in send_invites(job.admin, job.period, many, T.ALL))
    return len(asked.captured_queries) + len(again.captured_queries)


def test_many_take_as_many_queries_as_few(django_assert_max_num_queries):
    few, many = (queries_for(n, django_assert_max_num_queries) for n in (2, 12))
    assert few == many


# --- answering -----------------------------------------------------------------------------------------------


def test_a_contact_answers_and_may_think_again(job):
    job.invite()
    answer_invite(job.contact, job.contract, job.period, A.ACCEPTED)
    invite = answer_invite(job.contact, job.contract, job.period, A.DECLINED)
    assert (invite.answer, invite.answered_by, invite.answered_by_name) == (
        "declined",
        job.person,
        "Carl Contact",
    )
    told = [(row.actor, row.text, row.changes) for row in history(job.contract) if "answered" in row.name]
    assert told == [
        ("Carl Contact", "answered Yes to the invite to bill for 1–31 Mar 2026", ()),
        (
            "Carl Contact",
            "answered No to the invite to bill for 1–31 Mar 2026",
            (("answer", "Yes", "No"),),
        ),
    ]


def test_the_same_answer_again_changes_nothing(job, at):
    job.invite()
    answer_invite(job.contact, job.contract, job.period, A.ACCEPTED)
    with at(EARLY + timedelta(hours=1)):
        answer_invite(job.contact, job.contract, job.period, A.ACCEPTED)
    assert job.stored().answered_at == EARLY
    assert len([row for row in history(job.contract) if row.name == "invite.answered"]) == 1


def test_another_contact_may_answer_otherwise(job):
    colleague = make.make_person(job.contract.company, "Cora Colleague")
    make.make_member(job.project, person=colleague, commitments=Level.READ_ONLY)
    contracts.add_claim_contact(OPERATOR, job.contract, colleague)
    job.invite()
    answer_invite(job.contact, job.contract, job.period, A.DECLINED)
    invite = answer_invite(make.actor_of(colleague), job.contract, job.period, A.ACCEPTED)
    assert (invite.answer, invite.answered_by_name) == ("accepted", "Cora Colleague")


def test_who_may_not_answer(job):
    job.invite()
    other = make.make_claim_contact(make.make_contract(job.project))
    listed = make.make_member(job.project, commitments=Level.READ_ONLY)
    contracts.add_to_private_list(OPERATOR, job.contract, listed)
    foreign = make.make_account_admin(make.make_account())
    for person in (other, listed, foreign):
        with pytest.raises(Refused, match="Only a progress claim contact of this contract can answer"):
            answer_invite(make.actor_of(person), job.contract, job.period, A.ACCEPTED)
    with pytest.raises(Refused):
        answer_invite(job.admin, job.contract, job.period, A.ACCEPTED)
    assert job.stored().answer == "none"


@pytest.mark.parametrize("level", list(Level))
def test_any_level_from_read_only_answers(job, level):
    """R-PERM-4, domain §2.2 note 2: None does not, and a contact who is an administrator too may."""
    job.invite()
    access.set_levels(OPERATOR, job.project, job.person, levels={Tool.COMMITMENTS: level})
    if level == Level.NONE:
        with pytest.raises(Refused):
            answer_as(job.person, job.contract, job.period, A.ACCEPTED)
    else:
        assert answer_as(job.person, job.contract, job.period, A.ACCEPTED).answer == "accepted"


def gone_from_the_directory(job):
    deactivate_person((None, "Operator"), job.person)


def gone_from_the_contract(job):
    contracts.remove_claim_contact(OPERATOR, job.contract, job.person)


def log_in_switched_off(job):
    type(job.person.login).objects.filter(pk=job.person.login_id).update(is_active=False)


def period_closed(job):
    periods.close_period(OPERATOR, job.period)


def contract_terminated(job):
    contracts.move_contract(OPERATOR, job.contract, ContractStatus.TERMINATED)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (gone_from_the_directory, "Only a progress claim contact"),
        (gone_from_the_contract, "Only a progress claim contact"),
        (log_in_switched_off, "Only a progress claim contact"),
        (period_closed, "This billing period is closed"),
        (contract_terminated, "The contract is Terminated now"),
    ],
)
def test_what_ends_the_asking(job, what, said):
    job.invite()
    what(job)
    person = type(job.person).objects.select_related("login").get(pk=job.person.pk)
    with pytest.raises(Refused, match=said):
        answer_as(person, job.contract, job.period, A.ACCEPTED, by_link=True)


def test_late_claims_that_are_accepted_may_be_announced_late(job, at):
    job.invite()
    change_project((None, "Operator"), job.project, accept_late_claims=True)
    job.contract.project.refresh_from_db()
    with at(due_moment(job.period.due, job.project.time_zone)):
        assert answer_invite(job.contact, job.contract, job.period, A.ACCEPTED).answer == "accepted"


def test_an_answer_stands_once_a_claim_was_submitted(job):
    job.invite()
    answer_invite(job.contact, job.contract, job.period, A.ACCEPTED)
    claim = create_claim(job.contact, job.contract, job.period)
    claim = save_entries(job.contact, claim, [EntryEdit(lines_of(claim)[0].pk, work=1_000_00)]).claim
    answer_invite(job.contact, job.contract, job.period, A.DECLINED)
    move_claim(job.contact, claim, ClaimStatus.UNDER_REVIEW)
    with pytest.raises(Refused, match="was submitted already"):
        answer_invite(job.contact, job.contract, job.period, A.ACCEPTED)


def test_nobody_answers_what_was_not_asked(job):
    with pytest.raises(NotFound):
        answer_invite(job.contact, job.contract, job.period, A.ACCEPTED)


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_the_same_moment_leave_one_answer_and_two_entries():
    job = Job()
    colleague = make.make_person(job.contract.company, "Cora Colleague")
    make.make_member(job.project, person=colleague, commitments=Level.READ_ONLY)
    contracts.add_claim_contact(OPERATOR, job.contract, colleague)
    job.invite()
    together = threading.Barrier(2)
    faults = []

    def give(person, answer):
        try:
            together.wait(10)
            with clock.at(EARLY):  # a thread has a clock of its own
                answer_as(person, job.contract, job.period, answer)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=give, args=(job.person, A.ACCEPTED)),
        threading.Thread(target=give, args=(colleague, A.DECLINED)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    told = [(row.actor, row.changes) for row in history(job.contract) if row.name == "invite.answered"]
    assert sorted(actor for actor, _ in told) == ["Carl Contact", "Cora Colleague"]
    assert told[0][1] == ()
    assert job.stored().answered_by_name == told[1][0]
    assert told[1][1][0][0] == "answer"


# --- what may be billed --------------------------------------------------------------------------------------


def test_an_invite_is_a_courtesy(job):
    assert can_create_claim(job.contact, job.contract, job.period)
    assert create_claim(job.contact, job.contract, job.period).claim_type == "all"


def test_where_an_invite_is_needed_nothing_is_billed_without_one(job):
    change_project((None, "Operator"), job.project, uninvited_claims="none")
    job.contract.project.refresh_from_db()
    assert can_create_claim(job.contact, job.contract, job.period).reason == (
        "On this project progress claims are made by invite, and this contract has none for the billing period. "
        "Ask the administrator of the project for one."
    )
    with pytest.raises(Refused):
        create_claim(job.contact, job.contract, job.period)
    assert can_create_claim(job.admin, job.contract, job.period)
    job.invite()
    assert can_create_claim(job.contact, job.contract, job.period)


def test_uninvited_work_alone(job):
    change_project((None, "Operator"), job.project, uninvited_claims="work")
    job.contract.project.refresh_from_db()
    assert offered_types(job.contact, job.contract, job.period) == (ClaimType.WORK,)
    assert can_create_claim(job.contact, job.contract, job.period, ClaimType.ALL).reason == (
        "In this billing period this contract can claim “Work and materials”. "
        "Ask the administrator of the project for more."
    )
    claim = create_claim(job.contact, job.contract, job.period)
    assert claim.claim_type == "work"
    with pytest.raises(Refused):
        change_details(
            job.contact,
            claim,
            period=claim.period,
            billing_date=claim.billing_date,
            reference="",
            comment="",
            claim_type="all",
        )


def test_an_invite_goes_beyond_what_is_billed_uninvited(job):
    change_project((None, "Operator"), job.project, uninvited_claims="work")
    job.contract.project.refresh_from_db()
    job.invite(T.ALL)
    assert offered_types(job.contact, job.contract, job.period) == (ClaimType.ALL, ClaimType.WORK)


def test_an_invite_to_work_narrows_and_binds_no_administrator(job):
    job.invite(T.WORK)
    assert offered_types(job.contact, job.contract, job.period) == (ClaimType.WORK,)
    assert offered_types(job.admin, job.contract, job.period) == tuple(ClaimType)
    assert create_claim(job.admin, job.contract, job.period).claim_type == "all"


def test_who_is_invited_to_release_needs_no_standard_for_it(job):
    job.hold_retention()
    assert ClaimType.RELEASE not in offered_types(job.contact, job.contract, job.period)
    job.invite(T.RELEASE)
    assert offered_types(job.contact, job.contract, job.period) == (ClaimType.RELEASE,)
    assert create_claim(job.contact, job.contract, job.period).claim_type == "release"


def test_who_declined_can_still_bill(job):
    job.invite()
    answer_invite(job.contact, job.contract, job.period, A.DECLINED)
    assert can_create_claim(job.contact, job.contract, job.period)


# --- when a period opens -------------------------------------------------------------------------------------


def test_opening_a_period_may_invite_everybody_who_is_awaited(job):
    lonely = make.make_contract(job.project, number="SC-2")
    later = make.make_contract(job.project, contract_date=date(2026, 5, 1))
    make.make_claim_contact(later)
    make.make_claim_contact(make.make_contract(job.project, status=ContractStatus.COMPLETE))
    period, outcomes = open_and_invite(
        job.admin,
        job.project,
        start=date(2026, 4, 1),
        end=date(2026, 4, 30),
        due=date(2026, 4, 25),
        claim_type=T.WORK,
    )
    assert [(outcome.contract, outcome.done) for outcome in outcomes] == [
        (job.contract, True),
        (lonely, False),
    ]
    assert list(period.invites.values_list("contract", "claim_type")) == [(job.contract.pk, "work")]


def test_the_schedule_invites_when_it_opens_a_period(job, at):
    save_schedule(job.admin, job.project, Rule(Frequency.MONTHLY, date(2026, 4, 1)), invites=Inviting(T.ALL))
    assert not Invite.objects.exists()
    with at(datetime(2026, 4, 1, 9, tzinfo=UTC)):
        assert create_due_periods() == 1
        assert create_due_periods() == 0
    (invite,) = Invite.objects.all()
    assert (invite.invited_by_name, invite.contract, invite.period.start) == (
        "The schedule",
        job.contract,
        date(2026, 4, 1),
    )


def test_a_schedule_that_was_silent_invites_for_the_latest_period_alone(job, at):
    save_schedule(job.admin, job.project, Rule(Frequency.MONTHLY, date(2026, 4, 1)), invites=Inviting(T.ALL))
    with at(datetime(2026, 6, 3, tzinfo=UTC)):
        assert create_due_periods() == 3
    assert [invite.period.start for invite in Invite.objects.all()] == [date(2026, 6, 1)]


def test_a_schedule_asks_nobody_where_nobody_said_so(job, at):
    save_schedule(job.admin, job.project, Rule(Frequency.MONTHLY, date(2026, 4, 1)))
    with at(datetime(2026, 4, 1, 9, tzinfo=UTC)):
        create_due_periods()
    assert not Invite.objects.exists()


def test_for_a_closed_period_nobody_is_invited(job):
    assert invite_awaited(job.admin, periods.close_period(job.admin, job.period), T.ALL) == []
