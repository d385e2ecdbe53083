"""What a message may carry beside its sentences: two buttons, facts, files, and secrets (esign §7)."""

from __future__ import annotations

import email
import logging
from email import policy

import pytest
from django.core import mail
from django.urls import reverse

from tallystick.core.errors import Refused
from tallystick.notifications import rules, sending
from tallystick.notifications.actions import MessageFile, Recipient, notify, resend, suppress_address
from tallystick.notifications.models import Message
from tallystick.notifications.policies import can_resend
from tallystick.notifications.rendering import Fact
from tallystick.notifications.rules import Recipients, Rule, Template
from tallystick.notifications.sending import send_due
from tallystick.notifications.states import MessageStatus as S
from tests import factories as make

pytestmark = pytest.mark.django_db

CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n"
ASKED = Rule(
    "test.asked",
    "Somebody was asked",
    Recipients.CLAIM_CONTACTS,
    Template(
        "bill {contract}",
        ("You are invited.",),
        "Yes",
        second_button="No",
        facts="terms",
        quote="said",
        closing=("Do you want to bill?",),
    ),
)
CODE = Rule(
    "test.code",
    "A code to sign in",
    Recipients.REQUESTER,
    Template("sign in", ("Your code is {code}.",), "Sign in"),
    secret=True,
)


@pytest.fixture(autouse=True)
def two_rules(monkeypatch):
    for rule in (ASKED, CODE):
        monkeypatch.setitem(rules._BY_EVENT, rule.event, rule)


def ask(*people, **more):
    return notify(
        "test.asked",
        account=people[0].account,
        to=[Recipient.of_person(person) for person in people],
        key="1",
        thread="1",
        path=lambda to: f"/answer/yes-of-{to.name.split()[0]}",
        second_path=lambda to: f"/answer/no-of-{to.name.split()[0]}",
        values={
            "contract": "SC-001",
            "terms": lambda words: [Fact("Due", f"21 Mar 2026 <{words.locale.code}>"), Fact("By", "Ann")],
            "said": "Please be\nquick.",
        },
        **more,
    )


def send_code(person):
    (message,) = notify(
        "test.code",
        account=person.account,
        to=[Recipient.of_person(person)],
        key="1",
        thread="1",
        path=lambda _: "/sign-in/SECRETPATH",
        values={"code": "928374"},
    )
    return message


def test_each_recipient_gets_two_buttons_of_their_own_in_both_twins():
    company = make.make_company(make.make_account())
    carl, bea = make.make_person(company, "Carl C"), make.make_person(company, "Bea B")
    messages = {message.person_id: message for message in ask(carl, bea)}
    mine, other = messages[carl.pk], messages[bea.pk]
    for twin in (mine.text, mine.html):
        assert "/answer/yes-of-Carl" in twin and "/answer/no-of-Carl" in twin and "of-Bea" not in twin
    assert mine.text.index("Yes:\n") < mine.text.index("No:\n")
    assert "yes-of-Bea" in other.html


def test_without_a_second_path_there_is_one_button():
    person = make.make_person()
    (message,) = notify(
        "test.asked",
        account=person.account,
        to=[Recipient.of_person(person)],
        key="1",
        thread="1",
        path="/x",
        values={"contract": "SC-001", "terms": [], "said": ""},
    )
    assert "No:" not in message.text and message.html.count("<a ") == 1


def test_facts_stand_in_a_small_table_before_what_somebody_wrote():
    (message,) = ask(make.make_person())
    assert "Due: 21 Mar 2026 <en-AU>\nBy: Ann\n\nPlease be\nquick.\n\nDo you want to bill?" in message.text
    assert "21 Mar 2026 &lt;en-AU&gt;</td>" in message.html and "Please be<br>quick." in message.html


def test_a_calendar_stands_beside_the_twins_and_once_more_as_a_file(mail_server):
    person = make.make_person(email="carl@apex.com")
    ask(person, files=[MessageFile("invite.ics", "text/calendar", CALENDAR, method="PUBLISH")])
    send_due()
    (got,) = mail_server.arrived()
    assert got.get_content_type() == "multipart/mixed"
    alternative, file = got.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = list(alternative.iter_parts())[2]
    assert calendar.get_param("method") == "PUBLISH" and calendar.get_content_charset() == "utf-8"
    assert calendar.get_content().splitlines() == CALENDAR.splitlines()
    assert (file.get_filename(), file.get_content_disposition()) == ("invite.ics", "attachment")
    assert file.get_content() == CALENDAR.encode()


def test_another_file_is_attached_alone_and_is_sent_again_with_the_message():
    person = make.make_person(email="carl@apex.com")
    ask(person, files=[MessageFile("lines.csv", "text/csv", "a,b\n")])
    send_due()
    boss = make.actor_of(make.make_account_admin(person.account))
    resend(boss, Message.objects.get())
    send_due()
    for sent in mail.outbox:
        parsed = email.message_from_bytes(sent.message().as_bytes(), policy=policy.default)
        (file,) = parsed.iter_attachments()
        assert (file.get_filename(), file.get_content().splitlines()) == ("lines.csv", ["a,b"])
    assert len(mail.outbox) == 2


def test_the_page_of_a_message_shows_its_files():
    person = make.make_person(email="carl@apex.com")
    (message,) = ask(person, files=[MessageFile("invite.ics", "text/calendar", CALENDAR, method="PUBLISH")])
    page = make.signed_in(make.make_account_admin(person.account)).get(reverse("message", args=[message.pk]))
    assert "invite.ics" in page.content.decode() and "SUMMARY:Grüße" in page.content.decode()


def test_no_page_shows_what_lets_somebody_in():
    person = make.make_person(email="carl@apex.com")
    message = send_code(person)
    assert "928374" in message.text
    client = make.signed_in(make.make_account_admin(person.account))
    outbox = client.get(reverse("outbox", args=[person.account_id])).content.decode()
    page = client.get(reverse("message", args=[message.pk])).content.decode()
    assert "content isn’t shown" in outbox and "lets somebody in" in page
    for secret in ("928374", "SECRETPATH"):
        assert secret not in outbox + page
    html = client.get(reverse("message-html", args=[message.pk]))
    assert html.status_code == 404 and "928374" not in html.content.decode()


def test_what_lets_somebody_in_is_sent_then_forgotten_and_not_sent_again(mail_server):
    person = make.make_person(email="carl@apex.com")
    message = send_code(person)
    send_due()
    assert "928374" in mail_server.arrived()[0].get_body(("plain",)).get_content()
    message.refresh_from_db()
    assert (message.status, message.text, message.html) == (S.SENT, "", "")
    assert "only to whoever asks" in can_resend(message).reason
    with pytest.raises(Refused, match="ask once more"):
        resend(make.actor_of(make.make_account_admin(person.account)), message)


def test_it_stays_while_it_is_tried_again_and_goes_with_the_last_try(mail_server):
    message = send_code(make.make_person(email="full@apex.com"))
    send_due()
    message.refresh_from_db()
    assert message.status == S.QUEUED and "928374" in message.text
    Message.objects.update(tries=len(sending.PAUSES), next_try_at=message.created_at)
    send_due()
    message.refresh_from_db()
    assert (message.status, message.text, message.html) == (S.GIVEN_UP, "", "")


def test_one_for_an_address_that_takes_no_mail_holds_nothing_from_the_start():
    person = make.make_person(email="carl@apex.com")
    suppress_address(person.account, person.email, "550")
    message = send_code(person)
    assert (message.status, message.text, message.html) == (S.SUPPRESSED, "", "")


def test_one_that_a_dead_worker_held_is_forgotten(mail_server):
    message = send_code(make.make_person(email="carl@apex.com"))
    taken = sending.take()
    assert taken is not None
    sending._note(taken)
    Message.objects.update(taken_at=message.created_at - sending.LEASE)
    send_due()
    message.refresh_from_db()
    assert (message.status, message.text) == (S.FAILED, "")


def test_without_a_mail_server_the_operator_reads_it_in_the_log_and_the_folder(settings, tmp_path, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    message = send_code(make.make_person(email="carl@apex.com"))
    with caplog.at_level(logging.INFO, "tallystick.notifications"):
        send_due()
    message.refresh_from_db()
    assert (message.status, message.text) == (S.KEPT, "")
    (line,) = [record.getMessage() for record in caplog.records]
    assert "carl@apex.com" in line and "928374" in line and "SECRETPATH" in line and "\n" not in line
    (file,) = tmp_path.iterdir()
    assert "928374" in file.read_text("utf-8")
