"""A worker that is killed, for real: issue 2, "the run finishes after the restart, once, with the right file"."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from tallystick.directory.models import Account
from tallystick.runs.actions import request_run
from tallystick.runs.models import Run

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Workshop:
    """A data folder with its database, and the workers started on it."""

    data: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def ask(self, kind: str, **params: Any) -> None:
        account = Account.objects.create(name="Rowan Constructions")
        request_run(kind, account_id=account.pk, title="Test", params=params, asked_by_id=None)

    def start_worker(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "TALLYSTICK_DATA": str(self.data), "TALLYSTICK_WORKER_PROCESSES": "2"}
        environment |= {"PYTHONPATH": f"{CHECKOUT}/src:{CHECKOUT}", "TALLYSTICK_WORKER_MEMORY_MIB": "512"}
        environment["DJANGO_SETTINGS_MODULE"] = "tallystick.config.settings"
        environment["DATABASE_URL"] = _url_of_test_database()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.runs.worker_process"], env=environment, cwd=CHECKOUT
        )
        self.processes.append(process)
        return process

    def row(self) -> dict[str, Any]:
        return Run.objects.values("state", "result", "problem", "attempts", "done").get()

    def wait_for_end(self) -> dict[str, Any]:
        _wait_until(lambda: self.row()["state"] not in ("queued", "running"))
        return self.row()


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    workshop = Workshop(tmp_path)
    yield workshop
    for process in workshop.processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_run_goes_on_where_it_was_when_its_worker_is_killed_and_started_again(workshop: Workshop) -> None:
    log = workshop.data / "log"
    workshop.ask("test.steps", log=str(log))
    worker = workshop.start_worker()
    _wait_until(lambda: "began 6" in _lines(log))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert workshop.row()["state"] == "running"

    workshop.start_worker()

    row = workshop.wait_for_end()
    assert row["state"] == "succeeded"
    assert row["result"] == {"sum": sum(number * number for number in range(10))}
    assert row["attempts"] == 2
    ended = [line for line in _lines(log) if line.startswith("ended")]
    # Finished steps are not done again; at most the one that was under way is.
    assert ended == [f"ended {number}" for number in range(10)]


def test_another_worker_takes_over_at_once(workshop: Workshop) -> None:
    log = workshop.data / "log"
    workshop.ask("test.steps", log=str(log))
    first = workshop.start_worker()
    _wait_until(lambda: "began 2" in _lines(log))
    workshop.start_worker()
    first.send_signal(signal.SIGKILL)
    first.wait()

    row = workshop.wait_for_end()

    assert (row["state"], row["attempts"]) == ("succeeded", 2)
    assert len([line for line in _lines(log) if line.startswith("ended")]) == 10


def test_heavy_work_is_spread_over_processes_which_end_with_their_worker(workshop: Workshop) -> None:
    log = workshop.data / "log"
    workshop.ask("test.heavy", log=str(log))
    worker = workshop.start_worker()
    row = workshop.wait_for_end()
    assert row["result"]["sum"] == sum(number * number for number in range(50))
    assert 1 <= row["result"]["processes"] <= 2
    children = _children_of(worker.pid)
    assert children

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    _wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_heavy_work_that_kills_its_process_twice_fails_with_a_sentence(workshop: Workshop) -> None:
    log = workshop.data / "log"
    workshop.ask("test.dies", log=str(log))
    worker = workshop.start_worker()
    row = workshop.wait_for_end()
    assert row["state"] == "failed"
    assert row["problem"].startswith("A process that worked on this ended in the middle, twice")
    assert _lines(log) == ["died", "died"]
    assert worker.poll() is None


def test_heavy_work_that_wants_too_much_memory_fails_with_a_sentence(workshop: Workshop) -> None:
    workshop.ask("test.greedy", size=1024**3)
    workshop.start_worker()
    row = workshop.wait_for_end()
    assert row["state"] == "failed"
    assert row["problem"].startswith("This needed more memory")


def test_a_worker_that_is_asked_to_stop_does_so_within_seconds(workshop: Workshop) -> None:
    log = workshop.data / "log"
    workshop.ask("test.steps", log=str(log))
    worker = workshop.start_worker()
    _wait_until(lambda: "began 2" in _lines(log))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    workshop.start_worker()
    assert workshop.wait_for_end()["state"] == "succeeded"


def _wait_until(condition: Callable[[], bool]) -> None:
    """Other processes take the time they take; only a hang is a failure."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, "it did not happen within three minutes"
        time.sleep(0.02)


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def _children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    found = [(task / "children").read_text().split() for task in tasks.iterdir()]
    return [int(child) for children in found for child in children]


def _url_of_test_database() -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    described = connection.settings_dict
    login = quote(described["USER"], safe="")
    if described["PASSWORD"]:
        login += ":" + quote(described["PASSWORD"], safe="")
    query = urlencode({"host": described["HOST"], "port": described["PORT"]})
    return f"postgres://{login}@/{described['NAME']}?{query}"
