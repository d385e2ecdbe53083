"""A worker's regular chores: done again and again, one that goes wrong keeps nobody from anything."""

import threading
from collections.abc import Iterator

import pytest

from tallystick.runs import periodic
from tallystick.runs.kinds import discover
from tallystick.runs.periodic import Chore

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_these(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(periodic, "_chores", dict(periodic._chores))
    yield


def test_rooms_register_their_chores_in_their_tasks() -> None:
    discover()
    assert "tallystick.documents.examination.examine_waiting" in [chore.name for chore in periodic.chores()]


def test_the_same_chore_is_registered_once() -> None:
    def sweep() -> None: ...

    before = len(periodic.chores())
    periodic.register(sweep, every_seconds=1)
    periodic.register(sweep, every_seconds=2)
    assert len(periodic.chores()) == before + 1
    assert periodic.chores()[-1].every_seconds == 2


def test_a_chore_that_goes_wrong_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise OSError("the disk is away")

    assert periodic.once(Chore(broken, 1)) is False
    assert "is tried again in a moment" in caplog.text


def test_chores_go_on_until_the_worker_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, seen = threading.Event(), []

    def count() -> None:
        seen.append(1)
        if len(seen) == 3:
            stop.set()

    periodic._again_and_again(Chore(count, 0), stop)
    assert len(seen) == 3


def test_a_slow_chore_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, slow_began, quick_done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        slow_began.set()
        assert quick_done.wait(20)

    def quick() -> None:
        assert slow_began.wait(20)
        quick_done.set()

    monkeypatch.setattr(periodic, "_chores", {"slow": Chore(slow, 0), "quick": Chore(quick, 0)})
    periodic.start(stop)
    assert quick_done.wait(20)
    stop.set()
