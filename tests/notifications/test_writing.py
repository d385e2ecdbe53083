"""What is written to whom: rules, words, threads, switches, people who left, and names that are no headers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core import mail

from tallystick import terms
from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.review.marking import Mark, mark_lines
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.core.errors import NotFound, Refused
from tallystick.directory.actions import change_login
from tallystick.directory.models import ClaimDistribution
from tallystick.notifications.actions import release_address, resend, suppress_address
from tallystick.notifications.models import AddressState, Message
from tallystick.notifications.rendering import Fact, Item, render
from tallystick.notifications.rules import RULES, Recipients
from tallystick.notifications.sending import send_due
from tallystick.notifications.states import MessageStatus as S
from tallystick.notifications.switches import choose, message_of, switch_off, switch_project, token_of
from tallystick.terms.lint import wrong_articles
from tests import factories as make

pytestmark = pytest.mark.django_db

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tallystick"
EVERYTHING = {
    "by": "Ann Admin",
    "contract": "SC-001 Concrete works",
    "project": "HT Harbour Tower",
    "number": 3,
    "status": "Approved",
    "docusign_account": "Northbuild Constructions",
    "reason": "Level 4\nis not poured.",
    "why": "550 5.1.1 No such user",
    "address": "gone@apex.com",
    "claimed": "$5.00",
    "certified": "$4.00",
    "count": 2,
    "pages": "3 pages",
    "file": "Backup.pdf",
    "who": "Carl Contact",
    "names": "Carl Contact and Dana Rossi",
    "signed": "Carl Contact",
    "until": "Friday",
    "code": "123456",
    "minutes": 10,
    "what": "The password of your log-in was changed.",
    "place": "Firefox on Windows, 203.0.113.7",
    "apart": "1 paper could not be merged.",
    "left": "3 days left",
    "stands": "No claim has been started yet.",
    "open": "open the page",
    "said": "Please be\nquick.",
    "summary": "2 under review, 1 draft",
    "period": "1–31 Mar 2026",
    "due": "25 Mar 2026",
    "unfinished": [
        Item("SC-001", "Apex", "/claims/1", "Draft"),
        Item("SC-002", "Bolt", "/claims/2", "Draft"),
    ],
    "insurance": "Public liability",
    "company": "Apex Concrete",
    "account": "Northbuild",
    "when": "expires on 21 Mar 2026",
    "did": "revised and resubmitted",
    "terms": [Fact("Commitment", "SC-001")],
    "lines": [Item("1.1 Footings", "Not yet.")],
    "days": "1–31 Mar 2026",
    "message": "Please be\nquick.",
    "papers": [Item("Locked.pdf", "It can only be opened with a password.")],
}


def test_the_table_is_complete():
    events = [rule.event for rule in RULES]
    assert len(events) == len(set(events))
    source = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py") if path.name != "rules.py")
    for rule in RULES:
        assert isinstance(rule.recipients, Recipients)
        assert rule.label and rule.template.subject and rule.template.paragraphs and rule.template.button
        assert f'"{rule.event}"' in source, f"nothing writes {rule.event}"
        if rule.by_project is not None:
            assert rule.optional
    told = set(re.findall(r'notify\(\s*"([a-z_.]+)"', source))
    assert told <= set(events)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.event)
@pytest.mark.parametrize("view", list(terms.PointOfView))
@pytest.mark.parametrize("locale", [code for code, _ in terms.locale_choices()])
def test_every_template_reads_well_in_every_dictionary(rule, view, locale):
    rendered = render(
        rule,
        terms.dictionary(view, locale),
        EVERYTHING,
        beginning="Harbour Tower",
        greeting="Carl Contact",
        url="https://claims.example.com/x",
        footer="Sent by Tallystick for Northbuild.",
    )
    assert rendered.subject.startswith("Harbour Tower: ")
    for twin in (rendered.text, rendered.html):
        assert "{" not in twin.partition("</style>")[2 if "</style>" in twin else 0]
        assert [str(found) for found in wrong_articles(twin)] == []
    assert not re.search(r"\n{3,}", rendered.text)


def test_names_cannot_write_headers(write):
    account = make.make_account("North\r\nBcc: all@evil.com")
    project = make.make_project(account, "X", "Tower\r\nBcc: all@evil.com")
    person = make.make_person(make.own_company(account), name="Carl\nX-Evil: yes", email="carl@apex.com")
    (message,) = write(person, project_=project, file="<script>alert(1)</script>")
    assert "\n" not in message.subject + message.name and "\r" not in message.subject
    assert "<script>" not in message.html and "&lt;script&gt;" in message.html
    send_due()
    (sent,) = mail.outbox
    raw = sent.message().as_string().partition("\n\n")[0]
    assert not re.search(r"^(Bcc|X-Evil):", raw, re.MULTILINE)
    assert sent.recipients() == ["carl@apex.com"]


def test_the_same_occasion_is_written_once_and_another_anew(write):
    person = make.make_person(email="carl@apex.com")
    assert len(write(person)) == 1
    assert write(person) == []
    assert len(write(person, key="backup:2")) == 1
    assert Message.objects.count() == 2


def test_everybody_reads_their_own_words(write):
    account = make.make_account()
    project = make.make_project(account)
    one = make.make_person(make.own_company(account), email="one@apex.com")
    other = make.make_person(make.own_company(account), email="other@apex.com")
    change_login(other.login, point_of_view="specialty_contractor", locale="en-US")
    (mine,) = write(one, project_=project)
    (theirs,) = write(other, project_=project)
    assert "progress claim" in mine.text.lower() and 'lang="en-AU"' in mine.html
    assert "progress claim" not in theirs.text.lower() and 'lang="en-US"' in theirs.html


def test_people_who_left_get_nothing(write):
    person = make.make_person(email="carl@apex.com")
    (waiting,) = write(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert write(person, key="backup:2") == []
    send_due()
    waiting.refresh_from_db()
    assert waiting.status == S.SUPPRESSED
    locked = make.make_person(email="bea@apex.com")
    locked.login.is_active = False
    locked.login.save(update_fields=["is_active"])
    assert write(locked) == []
    assert mail.outbox == []


def test_what_may_be_switched_off_is_and_what_needs_an_answer_is_not(write):
    person = make.make_person(email="carl@apex.com")
    choose(person.login, [])
    (message,) = write(person)
    assert message.status == S.SUPPRESSED and "switched" in message.reason
    (told,) = write(person, "address.suppressed", address="x@y.com", why="550")
    assert told.status == S.QUEUED
    assert "List-Unsubscribe" not in told.headers
    choose(person.login, ["backup.ready"])
    assert write(person, key="backup:2")[0].status == S.QUEUED


def test_the_link_in_a_message_switches_its_kind_off(write):
    person = make.make_person(email="carl@apex.com")
    (message,) = write(person)
    switch_off(message_of(token_of(message.pk)))
    assert write(person, key="backup:2")[0].status == S.SUPPRESSED
    with pytest.raises(NotFound):
        message_of(token_of(message.pk)[:-1] + "!")


def test_an_address_is_released_by_an_administrator_and_messages_can_be_sent_again(write):
    person = make.make_person(email="carl@apex.com")
    boss = make.actor_of(make.make_account_admin(person.account))
    state = suppress_address(person.account, "Carl@apex.com", "550 No such user")
    assert suppress_address(person.account, "carl@apex.com", "again").pk == state.pk
    (message,) = write(person)
    with pytest.raises(Refused, match="takes no mail"):
        resend(boss, message)
    with pytest.raises(NotFound):
        release_address(make.actor_of(person), state)
    with pytest.raises(NotFound):
        resend(make.actor_of(person), message)
    release_address(boss, state)
    assert not AddressState.objects.exists()
    again = resend(boss, message)
    assert (again.status, again.resend_of_id, again.html) == (S.QUEUED, message.pk, message.html)
    assert again.headers["Message-ID"] != message.headers["Message-ID"]
    with pytest.raises(Refused, match="on its way"):
        resend(boss, message)
    send_due()
    assert "carl@apex.com" in [sent.to[0] for sent in mail.outbox]


class Job:
    """A claim under review, of which one line will be rejected."""

    def __init__(self):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project)
        self.contact = make.make_claim_contact(self.contract, "Carl Contact")
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN, name="Ann Admin"))
        period = make.open_period_of(self.project)
        claim = create_claim(make.OPERATOR, self.contract, period)
        lines = lines_of(claim)
        save_entries(make.OPERATOR, claim, [EntryEdit(lines[0].pk, work=5_000_00)], version=claim.version)
        self.claim = move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)


@pytest.fixture
def job():
    with clock.at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield Job()


def test_a_contact_reads_why_a_claim_came_back_line_by_line_and_what_is_proposed(job):
    line = lines_of(job.claim)[0]
    mark = Mark(line.pk, LineReview.REJECTED, "Level 4 is not poured.", work=4_000_00)
    mark_lines(job.admin, job.claim, [mark])
    move_claim(job.admin, job.claim, ClaimStatus.REVISE_AND_RESUBMIT, reason="See the line.")
    (message,) = Message.objects.all()
    assert (message.event, message.address) == ("claim.sent_back", job.contact.email)
    assert message.subject.startswith(f"{job.project.name}: Revise progress claim 1 of")
    for said in (
        "Ann Admin",
        "See the line.",
        "Footings",
        "Level 4 is not poured.",
        "$5,000.00",
        "$4,000.00",
    ):
        assert said in message.text and said in message.html
    assert "proposed $4,000.00, rejected" in message.text
    assert make.leads_to(message.text) == [f"/claims/{job.claim.pk}/review"]


def test_approvals_are_told_only_where_the_project_says_so(job):
    switch_project(job.admin, job.project, {"claim.approved": True})
    move_claim(job.admin, job.claim, ClaimStatus.APPROVED)
    (message,) = Message.objects.all()
    assert message.event == "claim.approved"
    assert "claimed $5,000.00, certified $5,000.00" in message.text


def test_by_default_an_approval_is_not_told(job):
    move_claim(job.admin, job.claim, ClaimStatus.APPROVED)
    assert not Message.objects.exists()


def test_the_distribution_list_is_told_of_each_claim_that_is_to_be_reviewed(job):
    Message.objects.all().delete()
    reviewer = make.make_member(job.project, Level.ADMIN, name="Rhea Reviewer")
    outsider = make.make_member(job.project, Level.READ_ONLY, name="Otto Outsider")
    for person in (reviewer, outsider):
        ClaimDistribution.objects.create(project=job.project, person=person)
    move_claim(job.admin, job.claim, ClaimStatus.REVISE_AND_RESUBMIT, reason="See the line.")
    move_claim(make.actor_of(job.contact), job.claim, ClaimStatus.UNDER_REVIEW)
    move_claim(job.admin, job.claim, ClaimStatus.APPROVED)
    with clock.at(datetime(2026, 3, 11, tzinfo=UTC)):
        move_claim(job.admin, job.claim, ClaimStatus.UNDER_REVIEW, reason="Wrong rate.")
    told = Message.objects.filter(event="claim.submitted").order_by("created_at", "pk")
    assert {message.name for message in told} == {"Rhea Reviewer"}, "the contract is private"
    again, reopened = told
    assert "was revised and resubmitted" in again.subject and "was reopened for review" in reopened.subject
    assert "Carl Contact has revised and resubmitted progress claim 1" in again.text
    assert "Claimed this period: $5,000.00" in again.text
    assert make.leads_to(again.text) == [f"/claims/{job.claim.pk}"]


def test_a_first_submission_says_so_and_contacts_are_not_told(job):
    reviewer = make.make_member(job.project, Level.ADMIN, name="Rhea Reviewer")
    ClaimDistribution.objects.create(project=job.project, person=reviewer)
    move_claim(job.admin, job.claim, ClaimStatus.DRAFT)
    move_claim(make.actor_of(job.contact), job.claim, ClaimStatus.UNDER_REVIEW)
    (message,) = Message.objects.all()
    assert message.name == "Rhea Reviewer"
    assert message.subject.endswith("was submitted")
