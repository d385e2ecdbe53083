"""Messages leave by a real mail server, each once, and what it answers has its consequence (R-NOTIFY, esign §7)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection

from tallystick.audit.models import Event
from tallystick.core import clock
from tallystick.notifications import sending
from tallystick.notifications.models import AddressState, Message
from tallystick.notifications.sending import send_due, take
from tallystick.notifications.states import MessageStatus as S
from tests import factories as make

NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


@pytest.fixture
def person():
    return make.make_person(name="Carl Contact", email="carl@apex.com")


def at_address(local: str):
    return make.make_person(name="Someone", email=f"{local}@apex.com")


@pytest.mark.django_db
def test_a_message_arrives_with_both_twins_and_its_headers(mail_server, write, person):
    (message,) = write(person)
    assert send_due() == 1
    (got,) = mail_server.arrived()
    assert (got["X-To"], got["X-From"]) == ("carl@apex.com", "claims@northbuild.com")
    assert got["Message-ID"] == f"<{message.pk}@northbuild.com>"
    assert "(Tallystick)" in got["From"] and "claims@northbuild.com" in got["From"]
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert got["List-Unsubscribe"].strip().startswith("<https://claims.northbuild.com/unsubscribe/")
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert got.get_content_type() == "multipart/alternative"
    for part in (plain, html):
        assert "https://claims.northbuild.com/e/" in part.get_content()
        assert make.leads_to(part.get_content()) == ["/backups/1/file"]
    assert html.get_content().count('style="display:inline-block') == 1
    assert "prefers-color-scheme: dark" in html.get_content() and "<img" not in html.get_content()
    message.refresh_from_db()
    assert (message.status, message.tries) == (S.SENT, 1)
    assert message.last_answer.startswith("250")
    assert send_due() == 0


@pytest.mark.django_db
def test_undeliverable_mail_goes_back_to_an_address_that_names_the_message(
    mail_server, write, person, settings
):
    settings.MAIL_BOUNCES = "bounces@northbuild.com"
    (message,) = write(person)
    send_due()
    assert mail_server.arrived()[0]["X-From"] == f"bounces+{message.pk}@northbuild.com"


@pytest.mark.django_db
def test_messages_about_one_thing_form_one_conversation(mail_server, write, person):
    write(person, key="one", thread="claim:7")
    write(person, key="two", thread="claim:7")
    write(person, key="three", thread="claim:8")
    send_due()
    first, second, other = mail_server.arrived()
    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]
    assert other["References"] != first["References"]


@pytest.mark.django_db
@pytest.mark.parametrize("local", ["gone", "unknown"])
def test_an_address_that_is_refused_for_good_is_marked_and_administrators_are_told(mail_server, write, local):
    person = at_address(local)
    boss = make.make_account_admin(person.account, email="boss@northbuild.com")
    write(person)
    send_due()
    message = Message.objects.get(event="backup.ready")
    assert message.status == S.FAILED
    state = AddressState.objects.get()
    assert (state.address, "5.1.1" in state.why) == (f"{local}@apex.com", True)
    assert Event.objects.filter(name="address.suppressed", account=person.account).count() == 1
    send_due()
    (told,) = mail_server.arrived()
    assert told["X-To"] == boss.email
    assert f"{local}@apex.com" in told["Subject"]
    (held,) = write(person, key="next")
    assert held.status == S.SUPPRESSED
    assert "takes no mail" in held.reason


@pytest.mark.django_db
def test_what_was_waiting_when_its_address_was_marked_is_held_back(mail_server, write):
    person = at_address("gone")
    write(person, key="one")
    write(person, key="two")
    send_due()
    assert sorted(Message.objects.values_list("status", flat=True)) == [S.FAILED, S.SUPPRESSED]
    assert AddressState.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_content_is_no_fault_of_the_address(mail_server, write):
    (message,) = write(at_address("policy"))
    send_due()
    message.refresh_from_db()
    assert message.status == S.FAILED
    assert "5.7.1" in message.last_answer
    assert not AddressState.objects.exists()
    assert Event.objects.filter(name="message.given_up").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer", ["550 Sender rejected", "553 5.1.8 Unknown sender", "550 5.1.7 Bad address", "550 5.7.1 No"]
)
def test_a_refused_sender_is_no_fault_of_the_address(mail_server, write, person, answer):
    (mail_server.folder / "no-sender").write_text(answer)
    (message,) = write(person)
    send_due()
    message.refresh_from_db()
    assert (message.status, message.last_answer) == (S.FAILED, answer)
    assert not AddressState.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("local", ["full", "broken"])
def test_what_did_not_work_is_tried_again_ever_later_and_given_up_in_the_end(mail_server, write, local):
    instant = NOON
    with clock.at(instant):
        (message,) = write(at_address(local))
        assert send_due() == 1
        assert send_due() == 0
    for tries, pause in enumerate(sending.PAUSES, start=2):
        with clock.at(instant + pause - timedelta(seconds=1)):
            assert send_due() == 0
        instant += pause
        with clock.at(instant):
            assert send_due() == 1
        message.refresh_from_db()
        assert message.tries == tries
    assert message.status == S.GIVEN_UP
    assert message.reason == f"It was tried {len(sending.PAUSES) + 1} times without success."
    assert Event.objects.filter(name="message.given_up").count() == 1
    assert not AddressState.objects.exists()
    with clock.at(instant + timedelta(days=30)):
        assert send_due() == 0


@pytest.mark.django_db
def test_a_connection_that_breaks_before_the_answer_loses_nothing_and_repeats_it_under_the_same_number(
    mail_server, write
):
    with clock.at(NOON):
        (message,) = write(at_address("lost"))
        assert send_due() == 1
        assert send_due() == 0, "nobody knows yet whether it arrived, and nobody hurries"
    message.refresh_from_db()
    assert (message.status, message.tries) == (S.QUEUED, 1)
    for hours in (1, 2, 48):
        with clock.at(NOON + timedelta(hours=hours)):
            send_due()
    message.refresh_from_db()
    assert (message.status, message.tries) == (S.SENT, 2)
    # Mailboxes show it once: whoever collects mail knows a message by its number.
    assert [got["Message-ID"] for got in mail_server.arrived()] == [f"<{message.pk}@northbuild.com>"] * 2


@pytest.mark.django_db
def test_a_server_that_is_busy_or_away_costs_one_try_and_then_all_arrive(
    mail_server, write, person, settings
):
    with clock.at(NOON):
        for number in range(5):
            write(person, key=f"backup:{number}")
        right, settings.MAIL_SERVER = settings.MAIL_SERVER, {**settings.MAIL_SERVER, "port": 9}
        assert send_due() == 1
        assert send_due() == 0
        assert sorted(Message.objects.values_list("tries", flat=True)) == [0, 0, 0, 0, 1]
        settings.MAIL_SERVER = right
    mail_server.busy(True)
    with clock.at(NOON + timedelta(minutes=2)):
        send_due()
        assert set(Message.objects.values_list("status", flat=True)) == {S.QUEUED}
    mail_server.busy(False)
    with clock.at(NOON + timedelta(hours=1)):
        assert send_due() == 5
    assert len(mail_server.arrived()) == 5


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_each_message_once(mail_server, write, person):
    for number in range(24):
        write(person, key=f"backup:{number}")
    together = threading.Barrier(3)
    taken: list[int] = []

    def work() -> None:
        together.wait()
        try:
            taken.append(send_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [message["Message-ID"] for message in mail_server.arrived()]
    assert len(names) == len(set(names)) == sum(taken) == 24
    assert set(Message.objects.values_list("status", "tries")) == {(S.SENT, 1)}


@pytest.mark.django_db(transaction=True)
def test_two_who_write_the_same_message_at_once_write_one(write, person):
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        try:
            write(person)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_what_a_dead_worker_had_only_taken_is_sent_by_the_next(mail_server, write, person):
    with clock.at(NOON):
        write(person)
        assert take() is not None
        assert send_due() == 0
    with clock.at(NOON + sending.LEASE + timedelta(seconds=1)):
        assert send_due() == 1
    assert len(mail_server.arrived()) == 1


@pytest.mark.django_db
def test_what_a_dead_worker_was_handing_over_is_not_sent_twice(mail_server, write, person):
    with clock.at(NOON):
        write(person)
        message = take()
        assert message is not None
        sending._note(message)
    with clock.at(NOON + sending.LEASE + timedelta(seconds=1)):
        send_due()
    assert mail_server.arrived() == []
    message.refresh_from_db()
    assert (message.status, message.reason) == (S.FAILED, sending.MAY_HAVE_ARRIVED)


@pytest.mark.django_db
def test_without_a_mail_server_messages_are_kept_and_written_to_the_folder(write, person, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    (message,) = write(person)
    send_due()
    message.refresh_from_db()
    assert message.status == S.KEPT
    (file,) = tmp_path.iterdir()
    assert "carl@apex.com" in file.read_text("utf-8")
    assert mail.outbox == []


@pytest.mark.django_db
def test_nothing_is_handed_over_for_addresses_of_examples(mail_server, write):
    (message,) = write(make.make_person(email="luca@ardenfall.example"))
    send_due()
    message.refresh_from_db()
    assert message.status == S.SUPPRESSED
    assert mail_server.arrived() == []
