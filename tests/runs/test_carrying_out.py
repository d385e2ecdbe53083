"""From taken up to ended: steps, progress, and the words when it goes wrong."""

import errno
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tallystick.core import clock
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account, Login
from tallystick.runs import engine, execution, failures, kinds, progress, workers
from tallystick.runs.actions import cancel_run, request_run
from tallystick.runs.context import Context
from tallystick.runs.expiry import delete_expired
from tallystick.runs.models import Run, Worker
from tallystick.runs.states import RunState

pytestmark = pytest.mark.django_db

Handle = Callable[[Callable[[UUID, Context], Any]], Run]


@pytest.fixture
def account() -> Account:
    return Account.objects.create(name="Rowan Constructions")


@pytest.fixture
def run_of(account: Account) -> Iterator[Handle]:
    """Register a handler for the test and ask for a run of it."""
    known = dict(kinds._KINDS)

    def ask(handler: Callable[[UUID, Context], Any], **options: Any) -> Run:
        kinds.run_kind("test.once", **options)(handler)
        return request_run(
            "test.once", account_id=account.pk, title="Once", params={"n": 3}, asked_by_id=None
        )

    yield ask
    kinds._KINDS.clear()
    kinds._KINDS.update(known)


def test_a_run_goes_from_waiting_to_ready_with_its_result(run_of: Handle) -> None:
    def handler(run_id: UUID, context: Context) -> dict[str, int]:
        assert Run.objects.get(pk=run_id).state == RunState.RUNNING
        first = context.step("double", lambda number: number * 2, context.params["n"])
        return {"total": sum(context.each("squares", lambda number: number**2, range(first)))}

    run = engine.run_inline(run_of(handler))

    assert (run.state, run.result, run.percent, run.problem) == ("succeeded", {"total": 55}, 100, "")
    assert run.started_at is not None and run.finished_at is not None
    assert run.expires_at == run.finished_at + timedelta(days=30)


def test_progress_is_counted_over_several_stages(run_of: Handle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0)
    seen: list[tuple[int, int, str]] = []

    def look(number: int) -> None:
        row = Run.objects.get()
        seen.append((row.done, row.total, row.sentence))

    def handler(run_id: UUID, context: Context) -> dict[str, int]:
        context.each("first", look, [1], sentence="Rendering claims", total=2)
        context.each("second", look, [1], sentence="Compiling", before=1, total=2)
        return {}

    engine.run_inline(run_of(handler))

    assert seen == [(0, 2, "Rendering claims"), (1, 2, "Compiling")]


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (
            BadInput("Claim 4 has no billing period. Choose one."),
            "Claim 4 has no billing period. Choose one.",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "The server's disk is full, so nothing was made."),
        (MemoryError(), "This needed more memory than one piece of work may use."),
        (KeyError("claims[4]"), "Something unexpected stopped this, and nothing was made."),
    ],
)
@pytest.mark.parametrize("in_a_step", [True, False])
def test_what_goes_wrong_becomes_a_sentence_and_never_a_traceback(
    run_of: Handle, cause: Exception, words: str, in_a_step: bool
) -> None:
    def wrong() -> None:
        raise cause

    def handler(run_id: UUID, context: Context) -> dict[str, int]:
        if in_a_step:
            context.step("wrong", wrong)
        wrong()
        return {}

    run = engine.run_inline(run_of(handler))

    assert run.state == RunState.FAILED
    assert run.problem.startswith(words)
    assert "Traceback" not in run.problem and "KeyError" not in run.problem


def test_a_kind_that_this_version_does_not_know_fails_with_clear_words(account: Account) -> None:
    run = request_run("moon.landing", account_id=account.pk, title="", params={}, asked_by_id=None)
    run = engine.run_inline(run)
    assert run.problem.startswith("This version of Tallystick doesn't know how to do this (moon.landing).")


def test_a_cancelled_run_stops_at_its_next_step(run_of: Handle) -> None:
    person = Login.objects.create(email="pm@rowan.example")
    steps: list[int] = []

    def handler(run_id: UUID, context: Context) -> dict[str, int]:
        for number in range(3):
            context.step(f"step {number}", steps.append, number)
            if number == 0:
                cancel_run(person.pk, run_id)
        return {}

    run = run_of(handler)
    run.followers.create(login=person)
    run = engine.run_inline(run)

    assert (run.state, steps) == (RunState.CANCELLED, [0])


def test_a_run_that_takes_its_worker_down_every_time_is_given_up(run_of: Handle) -> None:
    run = run_of(lambda run_id, context: {})
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, attempts=5)
    execution.carry_out(run.pk, "sixth", lambda name, work: work(), engine._InThisProcess())
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.problem.startswith("The worker was stopped 5 times while doing this")


def test_a_run_that_has_ended_is_not_done_again(run_of: Handle) -> None:
    run = engine.run_inline(run_of(lambda run_id, context: {"made": 1}))
    execution.carry_out(run.pk, "late", lambda name, work: pytest.fail("done again"), engine._InThisProcess())
    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.SUCCEEDED, 1)


def test_an_expired_result_is_removed_with_its_run(run_of: Handle) -> None:
    removed: list[dict[str, Any]] = []
    run = engine.run_inline(run_of(lambda run_id, context: {"file": "a.pdf"}, cleanup=removed.append))
    assert delete_expired() == []
    with clock.at(clock.now() + timedelta(days=31)):
        assert delete_expired() == [run.pk]
    assert removed == [{"file": "a.pdf"}]
    assert not Run.objects.filter(pk=run.pk).exists()


def test_a_result_that_cannot_be_removed_is_tried_again_next_time(run_of: Handle) -> None:
    def refuse(result: dict[str, Any]) -> None:
        raise OSError(errno.EIO, "the disk is away")

    run = engine.run_inline(run_of(lambda run_id, context: {"file": "a.pdf"}, cleanup=refuse))
    with clock.at(clock.now() + timedelta(days=31)):
        assert delete_expired() == []
    assert Run.objects.filter(pk=run.pk).exists()


def test_people_take_turns_however_much_one_of_them_asks_for() -> None:
    ids = [UUID(int=number) for number in range(6)]
    asked = list(zip(ids, ["Ann", "Ann", "Ann", "Ann", "Ben", "Cal"], strict=True))
    turns = engine._in_turns(asked)
    assert turns == [ids[0], ids[4], ids[5], ids[1], ids[2], ids[3]]


def test_a_silent_worker_is_taken_over_by_one_other_only() -> None:
    noon = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
    with clock.at(noon):
        silent = Worker.objects.create(id="far away", host="another host", pid=1)
        first = Worker.objects.create(id="first", host="here", pid=2)
        second = Worker.objects.create(id="second", host="here", pid=3)
        assert workers.take_over_from_silent(first) == []
    with clock.at(noon + timedelta(seconds=31)):
        workers.sign_of_life(first)
        workers.sign_of_life(second)
        assert workers.take_over_from_silent(first) == [silent.pk]
        assert workers.take_over_from_silent(second) == []
    with clock.at(noon + timedelta(seconds=100)):
        # The first died while it took over: after a minute somebody else may.
        workers.sign_of_life(second)
        assert set(workers.take_over_from_silent(second)) == {silent.pk, first.pk}


def test_the_sentences_that_people_read_name_a_next_step() -> None:
    words = [value for name, value in vars(failures).items() if name.isupper() and isinstance(value, str)]
    assert len(words) >= 6
    for sentence in words:
        assert any(step in sentence for step in ("Ask", "ask", "try again", "Try again", "Choose", "update"))
        assert "Error" not in sentence and "invalid" not in sentence


def test_progress_writes_to_the_database_a_few_times_a_second_at_most(
    run_of: Handle, django_assert_max_num_queries: Any
) -> None:
    run = run_of(lambda run_id, context: {})
    Run.objects.update(state=RunState.RUNNING)
    context = Context(run, lambda name, work: work(), engine._InThisProcess())
    with django_assert_max_num_queries(50):
        for number in range(1001):
            context.progress(number, 1000)
    run.refresh_from_db()
    assert run.done == 1000
