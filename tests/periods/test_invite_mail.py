"""What is mailed of invites to bill: the question with its answers, the calendar, copies (R-INVITE-3, esign §7)."""

import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from tallystick.access.levels import Level
from tallystick.contracts import actions as contracts
from tallystick.core.dates import due_moment
from tallystick.core.errors import NotFound
from tallystick.directory.actions import change_project
from tallystick.directory.people import deactivate_person
from tallystick.notifications.actions import suppress_address
from tallystick.notifications.models import Message
from tallystick.periods import actions as periods
from tallystick.periods.invite_links import answer_path, link_of
from tallystick.periods.invite_policies import GRACE
from tallystick.periods.invite_queries import contract_invite, questions_of
from tallystick.periods.invites import answer_invite, invite_awaited, send_invites
from tallystick.periods.scheduling import SCHEDULE
from tests import factories as make
from tests.periods.invite_job import EARLY, OPERATOR, A, Job, T

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(EARLY):
        yield


@pytest.fixture
def job():
    return Job(name="Riverside Tower")


def the_message(event="invite.sent", **found) -> Message:
    return Message.objects.get(event=event, **found)


def links_in(text: str) -> list[str]:
    return re.findall(r"/invites/([\w.:-]+)", text)


def entry_in(message: Message):
    (file,) = message.files
    calendar = Calendar.from_ical(file["text"])
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_the_invite_as_it_is_read(job):
    change_project(
        (None, "Operator"),
        job.project,
        invite_message="Please bill by the 20th.\nLevel 4 is not handed over.",
    )
    job.invite(T.WORK)
    message = the_message()
    assert message.subject == "Riverside Tower: Ann Admin has invited you to bill"
    assert message.address == job.person.email
    yes, no = re.findall(r"http\S+/invites/\S+", message.text)
    assert message.text == (
        "Carl Contact,\n\n"
        f"Ann Admin has invited {job.contract.company.name} to bill for SC-1 Concrete works on "
        f"{job.project.number} Riverside Tower.\n\n"
        "Commitment: SC-1 Concrete works\n"
        "Progress claim type: Work and materials\n"
        "Billing period: 1–31 Mar 2026\n"
        "Invited by: Ann Admin\n"
        "Due date: 25 Mar 2026\n\n"
        "Please bill by the 20th.\nLevel 4 is not handed over.\n\n"
        "The due date is attached for your calendar.\n\n"
        "Do you want to bill this period?\n\n"
        f"Yes:\n{yes}\n\nNo:\n{no}\n\n"
        f"-- \nSent by Tallystick for {job.project.account.name}.\n"
    )
    for fact in ("SC-1 Concrete works", "Work and materials", "25 Mar 2026", yes, no):
        assert fact in message.html


def test_each_contact_gets_answers_of_their_own(job):
    colleague = make.make_person(job.contract.company, "Cora Colleague")
    make.make_member(job.project, person=colleague, commitments=Level.READ_ONLY)
    contracts.add_claim_contact(OPERATOR, job.contract, colleague)
    job.invite()
    for person in (job.person, colleague):
        yes, no = links_in(the_message(person=person).text)
        assert (link_of(yes).person, link_of(yes).answer) == (person, A.ACCEPTED)
        assert (link_of(no).person, link_of(no).answer) == (person, A.DECLINED)
        assert link_of(yes).invite == job.stored()


def test_sending_again_writes_another_message_of_the_same_conversation(job):
    job.invite()
    job.invite()
    first, second = Message.objects.filter(event="invite.sent").order_by("created_at", "pk")
    assert first.headers["In-Reply-To"] == second.headers["In-Reply-To"]


def test_nobody_is_asked_who_left_or_whose_address_takes_no_mail(job):
    gone, silent = (make.make_person(job.contract.company, name) for name in ("Gail Gone", "Sid Silent"))
    for person in (gone, silent):
        make.make_member(job.project, person=person, commitments=Level.READ_ONLY)
        contracts.add_claim_contact(OPERATOR, job.contract, person)
    deactivate_person((None, "Operator"), gone)
    suppress_address(job.project.account, silent.email, "550 No such user")
    job.invite()
    told = {message.name: message.status for message in Message.objects.filter(event="invite.sent")}
    assert told == {"Carl Contact": "queued", "Sid Silent": "suppressed"}


def test_the_private_list_is_told_where_that_was_asked_for(job):
    """Only people of the contract company, and no answers for them: R-INVITE-1, R-PERM-4."""
    clerk = make.make_person(job.contract.company, "Clara Clerk")
    ours = make.make_member(job.project, commitments=Level.READ_ONLY, name="Otto Ours")
    for person in (clerk, ours):
        contracts.add_to_private_list(OPERATOR, job.contract, person)
    send_invites(job.admin, job.period, [job.contract], T.ALL)
    assert not Message.objects.filter(event="invite.told").exists()
    send_invites(job.admin, job.period, [job.contract], T.ALL, private_list=True)
    message = the_message("invite.told")
    assert message.name == "Clara Clerk"
    assert (
        "Carl Contact can answer. You are told because you are on the contract’s private list."
        in message.text
    )
    assert links_in(message.text) == []
    assert make.leads_to(message.text) in ([], [f"/contracts/{job.contract.pk}"])
    assert message.files[0]["method"] == "PUBLISH"


def test_a_schedule_speaks_for_the_account(job):
    invite_awaited(SCHEDULE, job.period, T.ALL)
    message = the_message()
    assert message.subject == f"Riverside Tower: {job.project.account.name} has invited you to bill"
    assert f"Invited by: {job.project.account.name}\n" in message.text


def test_names_break_neither_headers_nor_calendars(at):
    job = Job(name="Tower\r\nBcc: all@evil.com")
    job.contract.title = "Works;\r\nX-EVIL:yes, and\nmore"
    job.contract.save(update_fields=["title"])
    job.invite()
    message = the_message()
    assert "\n" not in message.subject
    _, event = entry_in(message)
    assert "X-EVIL" not in event
    assert "BCC" not in event
    assert "X-EVIL:yes" in str(event["description"])


# --- the calendar --------------------------------------------------------------------------------------------


def test_the_calendar_has_the_due_day_and_a_reminder(job):
    job.invite(T.WORK)
    calendar, event = entry_in(the_message())
    assert str(calendar["method"]) == "PUBLISH"
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 3, 25), date(2026, 3, 26))
    assert str(event["summary"]) == "Progress claim due: SC-1, Riverside Tower"
    assert str(event["description"]) == "Work and materials for 1–31 Mar 2026, on SC-1 Concrete works."
    assert event["sequence"] == 0
    assert str(event["uid"]).startswith(f"invite-{job.stored().pk}@")
    assert str(event["organizer"]).startswith("mailto:")
    (alarm,) = event.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(days=-2)


def test_a_later_message_takes_the_place_of_the_entry(job, at):
    job.invite()
    periods.extend_period(job.admin, job.period, job.contract, due=date(2026, 3, 28))
    with at(EARLY + timedelta(days=1)):
        job.invite()
    first, second = (
        entry_in(message)[1]
        for message in Message.objects.filter(event="invite.sent").order_by("created_at", "pk")
    )
    assert first["uid"] == second["uid"]
    assert second["sequence"] > first["sequence"]
    assert second["dtstart"].dt == date(2026, 3, 28)


def test_deleting_the_period_withdraws_what_was_asked(job):
    declined = make.make_contract(job.project, number="SC-2")
    other = make.actor_of(make.make_claim_contact(declined, "Dan Declined"))
    send_invites(job.admin, job.period, [job.contract, declined], T.ALL)
    answer_invite(other, declined, job.period, A.DECLINED)
    token = links_in(the_message(name="Carl Contact").text)[0]
    periods.delete_period(job.admin, job.period)
    message = the_message("invite.withdrawn")
    assert message.name == "Carl Contact"
    assert message.subject == "Riverside Tower: Invite to bill withdrawn: SC-1 Concrete works"
    calendar, event = entry_in(message)
    assert (str(calendar["method"]), str(event["status"])) == ("CANCEL", "CANCELLED")
    assert event["uid"] == entry_in(the_message(name="Carl Contact", event="invite.sent"))[1]["uid"]
    with pytest.raises(NotFound, match="over or was withdrawn"):
        link_of(token)


def test_deleting_a_period_whose_due_day_is_over_tells_nobody(job, at):
    job.invite()
    with at(due_moment(job.period.due, job.project.time_zone)):
        periods.delete_period(job.admin, job.period)
    assert not Message.objects.filter(event="invite.withdrawn").exists()


# --- links ---------------------------------------------------------------------------------------------------


def test_a_link_is_told_for_two_weeks_after_the_due_day(job, at):
    invite = job.invite()
    token = answer_path(invite, job.person, A.ACCEPTED).removeprefix("/invites/")
    end = due_moment(job.period.due, job.project.time_zone) + GRACE
    with at(end - timedelta(seconds=1)):
        assert link_of(token).invite == invite
    with at(end), pytest.raises(NotFound):
        link_of(token)


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "A", lambda t: "x", lambda t: t.replace(".", "")]
)
def test_a_link_that_was_tampered_with_is_none(job, spoil):
    invite = job.invite()
    token = answer_path(invite, job.person, A.ACCEPTED).removeprefix("/invites/")
    with pytest.raises(NotFound, match="not complete"):
        link_of(spoil(token))


def test_a_link_of_another_kind_is_none(job):
    """Every purpose signs with a salt of its own."""
    from tallystick.access.entry import entry_path
    from tallystick.notifications.switches import token_of

    job.invite()
    for other in (entry_path(job.person.login, "/x").removeprefix("/e/"), token_of(the_message().pk)):
        with pytest.raises(NotFound):
            link_of(other)


def test_a_link_for_somebody_of_another_account_is_none(job):
    invite = job.invite()
    stranger = make.make_person()
    token = answer_path(invite, stranger, A.ACCEPTED).removeprefix("/invites/")
    with pytest.raises(NotFound):
        link_of(token)


# --- what pages read -----------------------------------------------------------------------------------------


def test_the_page_of_a_contract_tells_its_administrators_and_contacts(job):
    assert contract_invite(job.contact, job.contract).question is None
    assert all(
        bool(decision) == (kind is not T.RELEASE)
        for kind, decision in contract_invite(job.admin, job.contract).sending.items()
    )
    job.invite()
    theirs = contract_invite(job.contact, job.contract)
    assert (theirs.question.said, bool(theirs.question.can_answer), theirs.sending) == ("", True, {})
    ours = contract_invite(job.admin, job.contract)
    assert not ours.question.can_answer
    onlooker = make.make_member(job.project, commitments=Level.READ_ONLY)
    assert contract_invite(make.actor_of(onlooker), job.contract) is None
    periods.close_period(job.admin, job.period)
    assert contract_invite(job.admin, job.contract) is None


def test_what_somebody_was_asked_on_all_projects(job, django_assert_num_queries):
    elsewhere = Job()
    contracts_of_both = [job.contract]
    send_invites(job.admin, job.period, contracts_of_both, T.ALL)
    elsewhere.invite()
    (asked,) = questions_of(job.contact)
    assert (asked.invite.contract, asked.due, asked.days_left) == (
        job.contract,
        date(2026, 3, 25),
        "15 days left",
    )
    assert questions_of(job.admin) == []
    periods.extend_period(job.admin, job.period, job.contract, due=date(2026, 3, 30))
    with django_assert_num_queries(3):
        (asked,) = questions_of(job.contact)
    assert asked.due == date(2026, 3, 30)
    periods.close_period(job.admin, job.period)
    assert questions_of(job.contact) == []
