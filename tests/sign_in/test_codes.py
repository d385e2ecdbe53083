"""Codes by e-mail: who gets one, how long and how often it may be tried, and what guessing leads to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.core import clock
from tallystick.core.errors import BadInput, TryLater
from tallystick.directory.people import deactivate_person
from tallystick.notifications.actions import suppress_address
from tallystick.notifications.models import Message
from tallystick.notifications.sending import send_due
from tallystick.notifications.states import MessageStatus
from tallystick.sign_in.codes import (
    GOOD_FOR,
    TRIES,
    CodeOver,
    ask_for_code,
    forget_old,
    issue_waiting,
    prove_by_code,
)
from tallystick.sign_in.models import Attempt, SignInCode
from tallystick.sign_in.states import LIMITS, AttemptKind
from tests import factories as make

pytestmark = pytest.mark.django_db

HERE = "203.0.113.7"


@pytest.fixture
def carl() -> make.Person:
    return make.make_person(name="Carl Contact", email="carl@apex.com")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def at_once(times: int, do: Callable[[], object]) -> list[object]:
    """What ``do`` answers in several threads that begin together."""
    answers: list[object] = []
    ready = threading.Barrier(times)

    def run() -> None:
        ready.wait()
        try:
            answers.append(do())
        except BadInput as told:
            answers.append(type(told))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_code_is_mailed_and_proves_the_address_once(carl, held_clock) -> None:
    asked = ask_for_code(" CARL@apex.com", HERE)
    code = make.code_mailed_to(carl)
    send_due()
    (letter,) = mail.outbox
    assert letter.to == ["carl@apex.com"]
    assert letter.subject == f"{carl.account.name}: Your code to sign in"
    assert code in letter.body and code not in letter.subject
    assert "good for 10 minutes and works once" in letter.body
    assert prove_by_code(asked.pk, code, HERE) == carl.login
    with pytest.raises(CodeOver, match="used already"):
        prove_by_code(asked.pk, code, HERE)


def test_neither_the_code_nor_the_address_is_kept(carl) -> None:
    ask_for_code("carl@apex.com", HERE)
    code = make.code_mailed_to(carl)
    row = SignInCode.objects.get()
    assert code not in row.digest and len(row.digest) == 64
    assert "carl" not in row.address
    send_due()
    letter = Message.objects.get()
    assert letter.is_secret and code not in letter.text + letter.html + letter.subject


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}-{1}\n", "{0}{1}", "wide"])
def test_it_is_taken_however_it_is_pasted(carl, typed: str) -> None:
    asked = ask_for_code("carl@apex.com", HERE)
    code = make.code_mailed_to(carl)
    if typed == "wide":  # full width digits, as some keyboards write them
        typed = code.translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert prove_by_code(asked.pk, typed.format(code[:3], code[3:]), HERE) == carl.login


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "१२३४५६", "1" * 5000])
def test_what_is_no_code_at_all_costs_no_try(carl, typed: str) -> None:
    asked = ask_for_code("carl@apex.com", HERE)
    with pytest.raises(BadInput, match="The code has 6 digits"):
        prove_by_code(asked.pk, typed, HERE)
    assert SignInCode.objects.get().tries == 0


def test_five_tries_and_then_even_the_right_one_is_worth_nothing(carl, held_clock) -> None:
    asked = ask_for_code("carl@apex.com", HERE)
    code = make.code_mailed_to(carl)
    for left in ("4 tries are", "3 tries are", "2 tries are", "1 try is"):
        with pytest.raises(BadInput, match=f"This is not the code.*{left} left"):
            prove_by_code(asked.pk, wrong(code), HERE)
    with pytest.raises(CodeOver, match="A wrong code was typed 5 times"):
        prove_by_code(asked.pk, wrong(code), HERE)
    with pytest.raises(CodeOver):
        prove_by_code(asked.pk, code, HERE)


def test_a_code_ends_to_the_second(carl, held_clock) -> None:
    asked = ask_for_code("carl@apex.com", HERE)
    code = make.code_mailed_to(carl)
    with (
        clock.at(held_clock + GOOD_FOR),
        pytest.raises(CodeOver, match="good for 10 minutes, which are over"),
    ):
        prove_by_code(asked.pk, code, HERE)
    with clock.at(held_clock + GOOD_FOR - timedelta(microseconds=1)):
        assert prove_by_code(asked.pk, code, HERE) == carl.login


def test_a_new_code_ends_the_one_before(carl, held_clock) -> None:
    first = ask_for_code("carl@apex.com", HERE)
    code = make.code_mailed_to(carl)
    with clock.at(held_clock + timedelta(minutes=1)):
        second = ask_for_code("carl@apex.com", HERE)
        newer = make.code_mailed_to(carl)
        with pytest.raises(CodeOver, match="A newer code took the place"):
            prove_by_code(first.pk, code, HERE)
        assert prove_by_code(second.pk, newer, HERE) == carl.login


def test_a_code_works_only_for_what_it_was_asked_for(carl, monkeypatch) -> None:
    codes = iter((111111, 222222))
    monkeypatch.setattr("tallystick.sign_in.codes.secrets.randbelow", lambda _: next(codes))
    other = make.make_person(email="other@apex.com")
    asked = ask_for_code("carl@apex.com", HERE)
    make.code_mailed_to(carl)
    another = ask_for_code("other@apex.com", HERE)
    make.code_mailed_to(other)
    with pytest.raises(BadInput, match="This is not the code"):
        prove_by_code(another.pk, "111111", HERE)
    assert prove_by_code(asked.pk, "111111", HERE) == carl.login


def test_an_unknown_address_is_asked_for_with_the_same_work_and_never_let_in(carl) -> None:
    with CaptureQueriesContext(connection) as known:
        ask_for_code("carl@apex.com", HERE)
    with CaptureQueriesContext(connection) as unknown:
        asked = ask_for_code("nobody@apex.com", HERE)
    assert [query["sql"].split()[0] for query in known] == [query["sql"].split()[0] for query in unknown]
    assert issue_waiting() == 1
    assert Message.objects.count() == 1
    for code in ("000000", "123456", "999999", "555555"):
        with pytest.raises(BadInput, match="This is not the code"):
            prove_by_code(asked.pk, code, HERE)
    with pytest.raises(CodeOver, match="typed 5 times"):
        prove_by_code(asked.pk, "000001", HERE)


def test_no_code_is_right_before_the_worker_has_made_one(carl) -> None:
    asked = ask_for_code("carl@apex.com", HERE)
    with pytest.raises(BadInput, match="This is not the code"):
        prove_by_code(asked.pk, "000000", HERE)


@pytest.mark.parametrize("left", ["person", "log-in"])
def test_somebody_who_left_gets_no_code(carl, left: str) -> None:
    if left == "person":
        deactivate_person((None, "Operator"), carl)
    else:
        carl.login.is_active = False
        carl.login.save()
    ask_for_code("carl@apex.com", HERE)
    assert issue_waiting() == 0
    assert not Message.objects.exists()
    assert not SignInCode.objects.filter(issued_at=None).exists()


def test_somebody_who_leaves_while_the_code_is_on_its_way_is_not_let_in(carl) -> None:
    asked = ask_for_code("carl@apex.com", HERE)
    code = make.code_mailed_to(carl)
    carl.login.is_active = False
    carl.login.save()
    with pytest.raises(CodeOver):
        prove_by_code(asked.pk, code, HERE)


def test_an_account_where_the_address_takes_no_mail_is_passed_over_for_another(carl) -> None:
    elsewhere = make.make_person(make.make_company(), email="carl@apex.com")
    suppress_address(carl.account, "carl@apex.com", "550 5.1.1 No such user")
    ask_for_code("carl@apex.com", HERE)
    make.code_mailed_to(carl)
    assert Message.objects.get(event="sign_in.code").account == elsewhere.account


def test_a_code_that_could_not_be_mailed_in_time_is_not_mailed_any_more(carl, held_clock) -> None:
    ask_for_code("carl@apex.com", HERE)
    make.code_mailed_to(carl)
    with clock.at(held_clock + GOOD_FOR):
        send_due()
    letter = Message.objects.get()
    assert letter.status == MessageStatus.SUPPRESSED and "could not be sent in time" in letter.reason
    assert letter.text == letter.html == ""
    assert mail.outbox == []


def test_a_code_goes_out_before_everything_else_that_waits(carl, held_clock) -> None:
    make.make_account_admin(carl.account, email="boss@northbuild.com")
    for number in range(3):
        suppress_address(carl.account, f"gone{number}@apex.com", "550 No such user")
    ask_for_code("carl@apex.com", HERE)
    make.code_mailed_to(carl)
    assert Message.objects.count() == 4
    send_due(1)
    (letter,) = mail.outbox
    assert letter.to == ["carl@apex.com"]


def test_codes_can_not_be_asked_for_without_end(carl, held_clock) -> None:
    place = LIMITS[AttemptKind.CODE_ASKED][0]
    for _ in range(place.most):
        ask_for_code("carl@apex.com", HERE)
    with pytest.raises(TryLater, match="wait 15 minutes and try again") as told:
        ask_for_code("carl@apex.com", HERE)
    assert told.value.seconds == 15 * 60
    ask_for_code("carl@apex.com", "198.51.100.1")
    with clock.at(held_clock + place.window):
        ask_for_code("carl@apex.com", HERE)


def test_from_anywhere_no_more_than_a_hundred_guesses_a_day_are_possible(carl, held_clock) -> None:
    hour, day = LIMITS[AttemptKind.CODE_ASKED][1:3]
    asked, said = 0, ""
    for hours in range(24):
        with clock.at(held_clock + timedelta(hours=hours)):
            for number in range(50):
                try:
                    ask_for_code("carl@apex.com", f"198.51.100.{number}")
                except TryLater as told:
                    said = str(told)
                    break
                asked += 1
    assert asked == day.most == 20 and asked * TRIES <= 100
    assert hour.most == 10
    assert "wait 60 minutes and try again" in said


def test_a_long_wait_is_told_in_hours(carl, held_clock) -> None:
    for number in range(20):
        with clock.at(held_clock + timedelta(hours=number // 10)):
            ask_for_code("carl@apex.com", f"198.51.100.{number}")
    with clock.at(held_clock + timedelta(hours=3)), pytest.raises(TryLater, match="wait 21 hours and try"):
        ask_for_code("carl@apex.com", HERE)


def test_one_network_can_not_try_address_after_address(held_clock) -> None:
    most = LIMITS[AttemptKind.CODE_ASKED][3].most
    for number in range(most):
        ask_for_code(f"person{number}@apex.com", HERE)
    with pytest.raises(TryLater):
        ask_for_code("another@apex.com", HERE)


def test_success_forgives_what_was_asked_for(carl, held_clock) -> None:
    for _ in range(3):
        asked = ask_for_code("carl@apex.com", HERE)
    prove_by_code(asked.pk, make.code_mailed_to(carl), HERE)
    assert not Attempt.objects.exists()


def test_rows_are_forgotten(carl, held_clock) -> None:
    ask_for_code("carl@apex.com", HERE)
    with clock.at(held_clock + timedelta(days=1)):
        assert forget_old() == 0
    with clock.at(held_clock + timedelta(days=3)):
        assert forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_five_tries(carl) -> None:
    asked = ask_for_code("carl@apex.com", HERE)
    code = make.code_mailed_to(carl)
    answers = at_once(12, lambda: prove_by_code(asked.pk, wrong(code), HERE))
    assert len(answers) == 12 and answers.count(BadInput) < TRIES
    assert SignInCode.objects.get().tries == TRIES
    with pytest.raises(CodeOver):
        prove_by_code(asked.pk, code, HERE)


@pytest.mark.django_db(transaction=True)
def test_the_right_code_at_the_same_moment_lets_in_once(carl) -> None:
    asked = ask_for_code("carl@apex.com", HERE)
    code = make.code_mailed_to(carl)
    answers = at_once(4, lambda: prove_by_code(asked.pk, code, HERE))
    assert answers.count(carl.login) == 1 and answers.count(CodeOver) == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_mail_one_code(carl) -> None:
    ask_for_code("carl@apex.com", HERE)
    assert sorted(map(int, at_once(4, issue_waiting))) == [0, 0, 0, 1]  # type: ignore[call-overload]
    assert Message.objects.filter(event="sign_in.code").count() == 1
