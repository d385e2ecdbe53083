"""Asking for work, following it, taking it back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tallystick.core import clock
from tallystick.core.errors import NotFound, Refused
from tallystick.directory.models import Account, Login
from tallystick.runs import actions, queries
from tallystick.runs.models import Run, RunFollower
from tallystick.runs.states import RunState

pytestmark = pytest.mark.django_db
MONTH_END = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    return Account.objects.create(name="Rowan Constructions")


@pytest.fixture
def people() -> list[Login]:
    return [Login.objects.create(email=f"person{number}@rowan.example") for number in range(3)]


def ask(account: Account, person: Login | None, fingerprint: str = "", **params: object) -> Run:
    return actions.request_run(
        "test.steps",
        account_id=account.pk,
        title="Backup of 4 claims",
        params=dict(params),
        asked_by_id=person.pk if person else None,
        fingerprint=fingerprint,
    )


def finish(run: Run, state: RunState = RunState.SUCCEEDED, days: int = 30) -> None:
    Run.objects.filter(pk=run.pk).update(
        state=state, result={}, finished_at=clock.now(), expires_at=clock.now() + timedelta(days=days)
    )


def test_the_same_work_asked_for_by_many_is_done_once_and_everybody_hears_of_it(
    account: Account, people: list[Login]
) -> None:
    runs = {ask(account, person, claims=[4, 7]).pk for person in people}
    assert len(runs) == 1
    finish(Run.objects.get())
    assert [queries.tray(person.pk)[0].succeeded for person in people] == [True, True, True]


def test_different_work_is_a_run_of_its_own(account: Account, people: list[Login]) -> None:
    other = Account.objects.create(name="Another builder")
    ask(account, people[0], claims=[4])
    ask(account, people[0], claims=[5])
    ask(other, people[0], claims=[4])
    assert Run.objects.count() == 3


def test_the_database_itself_refuses_a_second_active_run_of_the_same_work(
    account: Account, people: list[Login]
) -> None:
    run = ask(account, people[0], claims=[4])
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(kind="test.steps", account=account, title="", dedupe_key=run.dedupe_key)


def test_a_finished_run_answers_the_same_fingerprint_until_it_expires(
    account: Account, people: list[Login]
) -> None:
    with clock.at(MONTH_END):
        first = ask(account, people[0], fingerprint="plan 1")
        finish(first)
        assert ask(account, people[1], fingerprint="plan 1") == first
        assert ask(account, people[1], fingerprint="plan 2") != first
    with clock.at(MONTH_END + timedelta(days=31)):
        assert ask(account, people[0], fingerprint="plan 1") != first


def test_a_finished_run_without_a_fingerprint_is_done_again(account: Account, people: list[Login]) -> None:
    first = ask(account, people[0], claims=[4])
    finish(first)
    assert ask(account, people[0], claims=[4]) != first


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED])
def test_work_that_was_not_done_is_done_when_asked_again(
    account: Account, people: list[Login], state: RunState
) -> None:
    first = ask(account, people[0], fingerprint="plan 1")
    finish(first, state)
    assert ask(account, people[0], fingerprint="plan 1") != first


def test_a_banner_stays_closed_until_the_person_asks_again(account: Account, people: list[Login]) -> None:
    run = ask(account, people[0], fingerprint="plan 1")
    finish(run)
    actions.dismiss_run(people[0].pk, run.pk)
    actions.dismiss_run(people[0].pk, run.pk)
    assert queries.tray(people[0].pk) == []
    assert [row.id for row in queries.runs_of(people[0].pk, kind="test.steps")] == [run.pk]
    ask(account, people[0], fingerprint="plan 1")
    assert [row.id for row in queries.tray(people[0].pk)] == [run.pk]


def test_others_can_neither_see_nor_touch_a_run(account: Account, people: list[Login]) -> None:
    run = ask(account, people[0])
    for forbidden in (queries.run_of, actions.dismiss_run, actions.cancel_run):
        with pytest.raises(NotFound):
            forbidden(people[1].pk, run.pk)
    with pytest.raises(NotFound):
        queries.run_of(people[0].pk, uuid4())


def test_cancelling_stops_the_work_only_when_nobody_else_waits_for_it(
    account: Account, people: list[Login]
) -> None:
    run = ask(account, people[0])
    ask(account, people[1])
    actions.cancel_run(people[0].pk, run.pk)
    run.refresh_from_db()
    assert run.state == RunState.QUEUED
    assert queries.tray(people[0].pk) == []
    actions.cancel_run(people[1].pk, run.pk)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    with pytest.raises(Refused, match="nothing to cancel"):
        actions.cancel_run(people[1].pk, run.pk)


def test_the_tray_takes_the_same_number_of_queries_for_one_run_and_for_many(
    account: Account, people: list[Login], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask(account, people[0], claims=[0])
    with django_assert_num_queries(2):
        assert queries.tray(people[0].pk)[0].place_in_queue == 1
    for number in range(1, 15):
        ask(account, people[0], claims=[number])
    with django_assert_num_queries(2):
        rows = queries.tray(people[0].pk)
    assert [row.place_in_queue for row in rows] == list(range(15, 0, -1))


def test_asking_writes_nothing_when_the_request_fails(account: Account, people: list[Login]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        ask(account, people[0])
        raise RuntimeError
    assert not Run.objects.exists()
    assert not RunFollower.objects.exists()
