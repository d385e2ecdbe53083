"""Answering an invite by the link of its e-mail, and on the commitment's page (R-INVITE-4, esign §7)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.access.entry import entry_of
from tallystick.audit.queries import history
from tallystick.claims.creation import create_claim
from tallystick.contracts import actions as contracts
from tallystick.core.dates import due_moment
from tallystick.notifications.models import Message
from tallystick.periods import actions as periods
from tallystick.periods.invite_policies import GRACE
from tallystick.periods.invites import answer_as
from tests import factories as make
from tests.periods.invite_job import EARLY, A, Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(EARLY):
        yield


@pytest.fixture
def job():
    made = Job(name="Riverside Tower")
    made.invite()
    message = Message.objects.get(event="invite.sent")
    made.yes, made.no = re.findall(r"/invites/[\w.:-]+", message.text)
    return made


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_opening_a_link_changes_nothing(job):
    """Programs that look mail through follow links, with HEAD and with GET, also several times."""
    outsider = Client()
    for url in (job.yes, job.no):
        for ask in (outsider.head, outsider.get, outsider.get):
            response = ask(url)
            assert response.status_code == 200
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cache-Control"] == "no-store"
    assert job.stored().answer == "none"


def test_the_page_asks_one_question_about_one_contract(job):
    page = Client().get(job.yes)
    said = text(page)
    assert "Answer Yes for Riverside Tower, SC-1?" in said
    for fact in (
        f"Ann Admin has invited {job.contract.company.name} to bill.",
        "SC-1 Concrete works",
        "Work, materials and retention",
        "1–31 Mar 2026",
        "25 Mar 2026",
    ):
        assert fact in said
    html = page.content.decode()
    assert html.count('<form method="post">') == 1 and "<script>" not in html
    assert job.person.email not in html


def test_declining_needs_no_log_in(job):
    outsider = Client(enforce_csrf_checks=True)
    answered = outsider.post(job.no)
    assert answered.headers["Location"] == job.no
    assert (job.stored().answer, job.stored().answered_by) == ("declined", job.person)
    said = text(outsider.get(job.no))
    assert "You answered No" in said and "Answer Yes instead" in said
    (row,) = [row for row in history(job.contract) if row.name == "invite.answered_by_link"]
    assert (row.actor, row.text) == (
        "Carl Contact",
        "answered No to the invite to bill for 1–31 Mar 2026, by the link in the e-mail",
    )


def test_yes_is_recorded_and_leads_on_to_the_claim_through_the_sign_in(job):
    outsider = Client(enforce_csrf_checks=True)
    answered = outsider.post(job.yes)
    assert job.stored().answer == "accepted"
    entry = entry_of(answered.headers["Location"].removeprefix("/e/"))
    assert entry.login_id == job.person.login_id
    assert entry.path == (
        f"/projects/{job.project.pk}/claims/new?contract={job.contract.pk}&period={job.period.pk}"
    )
    assert "Your answer is recorded: Yes." in text(outsider.get(answered.headers["Location"]))


def test_whoever_is_signed_in_already_comes_straight_to_the_form(job):
    client = make.signed_in(job.person)
    landed = client.post(job.yes, follow=True)
    assert landed.request["PATH_INFO"] == reverse("claim-new", args=[job.project.pk])
    assert "Your answer is recorded: Yes." in text(landed)


def test_yes_leads_to_the_claim_that_is_there(job):
    claim = create_claim(job.contact, job.contract, job.period)
    answered = Client().post(job.yes)
    assert entry_of(answered.headers["Location"].removeprefix("/e/")).path == f"/claims/{claim.pk}"


def test_somebody_else_who_is_signed_in_answers_in_the_name_of_the_link(job):
    stranger = make.signed_in(make.make_account_admin(make.make_account(), "Sly Stranger"))
    answered = stranger.post(job.yes)
    assert job.stored().answered_by_name == "Carl Contact"
    page = stranger.get(answered.headers["Location"])
    assert "you are signed in as" in text(page)


def test_a_double_click_is_one_answer(job):
    outsider = Client()
    outsider.post(job.no)
    outsider.post(job.no)
    assert len([row for row in history(job.contract) if row.name.startswith("invite.answered")]) == 1


def test_a_second_answer_is_shown_and_may_be_changed(job):
    colleague = make.make_person(job.contract.company, "Cora Colleague")
    make.make_member(job.project, person=colleague, commitments=make.Level.READ_ONLY)
    contracts.add_claim_contact(make.OPERATOR, job.contract, colleague)
    answer_as(colleague, job.contract, job.period, A.DECLINED)
    outsider = Client()
    said = text(outsider.get(job.yes))
    assert "So far: Cora Colleague answered No on 10 Mar 2026" in said
    assert "Cora Colleague answered No" in text(outsider.get(job.no))
    outsider.post(job.yes)
    assert job.stored().answered_by_name == "Carl Contact"
    said = text(outsider.get(job.yes))
    assert "You answered Yes" in said and "Go on to the claim" in said and "Answer No instead" in said


def closed(job):
    periods.close_period(make.OPERATOR, job.period)


def off_the_contract(job):
    contracts.remove_claim_contact(make.OPERATOR, job.contract, job.person)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (closed, "This billing period is closed. Ask the project's administrator to open it again."),
        (off_the_contract, "Only a progress claim contact of this contract can answer."),
    ],
)
def test_what_ended_meanwhile_is_said_in_place_of_the_button(job, what, said):
    what(job)
    outsider = Client()
    page = outsider.get(job.yes)
    assert page.status_code == 200
    assert said in text(page).replace("&#x27;", "'")
    assert b"<form" not in page.content
    refused = outsider.post(job.yes)
    assert refused.status_code == 403
    assert said in text(refused).replace("&#x27;", "'")
    assert job.stored().answer == "none"


def test_after_the_due_day_the_page_says_so_and_two_weeks_later_nothing(job, at):
    outsider = Client()
    end = due_moment(job.period.due, job.project.time_zone)
    with at(end - timedelta(seconds=1)):
        assert outsider.post(job.no).status_code == 302
    with at(end):
        assert "The due date of this billing period was 25 Mar 2026" in text(outsider.get(job.yes))
        assert outsider.post(job.yes).status_code == 403
    with at(end + GRACE):
        page = outsider.get(job.yes)
        assert page.status_code == 404
        assert "Riverside" not in text(page) and "ask whoever sent it to you" in text(page)


@pytest.mark.parametrize(
    "url", ["/invites/x", "/invites/WzEsMSwiYWNjZXB0ZWQiXQ.abc", "/invites/..", "/invites/%00"]
)
def test_a_link_that_is_none_says_what_to_do(url):
    for ask in (Client().get, Client().post):
        response = ask(url)
        assert response.status_code in (404, 422)
    assert "Use the button in the e-mail once more." in text(Client().get("/invites/x"))


def test_a_token_of_another_answer_cannot_be_made_from_this_one(job):
    payload, _, signature = job.yes.removeprefix("/invites/").partition(".")
    other = job.no.removeprefix("/invites/").partition(".")[0]
    assert Client().post(f"/invites/{other}.{signature}").status_code == 404
    assert job.stored().answer == "none"
    assert payload != other


def test_the_outbox_shows_the_message_without_its_answers(job):
    boss = make.signed_in(make.make_account_admin(job.project.account))
    message = Message.objects.get(event="invite.sent")
    page = boss.get(reverse("message", args=[message.pk])).content.decode()
    frame = boss.get(reverse("message-html", args=[message.pk])).content.decode()
    for shown in (page, frame):
        assert "/invites/…" in shown
        assert not re.search(r"/invites/[\w.:-]", shown)
    assert "answer in the name of Carl Contact" in page
