"""``bin/tallystick`` and its verbs."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tallystick.cli.__main__ import VERBS, main
from tallystick.cli.serve import answers
from tests.factories import make_contract

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0

UNWANTED = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "TALLYSTICK_SECRET_KEY"}
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    data = tmp_path / "data"
    return {
        **kept,
        "PYTHONPATH": f"{CHECKOUT}/src",
        "TALLYSTICK_DATA": str(data),
        "TALLYSTICK_LOG_LEVEL": "INFO",
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Start ``tallystick …`` as a process, and see to its end."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tallystick.cli", *arguments],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, "it did not happen within three minutes"
        time.sleep(0.05)


def children_of(pid: int) -> dict[str, int]:
    """The supervisor's children, by what they are."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode()
            found["web" if "cli.web" in words else "worker"] = int(child)
    return found


def test_help_lists_every_verb_and_loads_nothing_slow() -> None:
    script = (
        "import sys; from tallystick.cli.__main__ import main; main(['--help'])\n"
        "slow = {'django', 'argparse', 'dbos', 'pikepdf'} & set(sys.modules); assert not slow, slow"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": f"{CHECKOUT}/src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    for verb in VERBS:
        assert f"  {verb.name} " in answer.stdout


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert verb in capsys.readouterr().out


def test_a_verb_that_does_not_exist_is_answered_with_the_one_that_was_meant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["comple-backup"]) == 2
    assert "Perhaps 'compile-backup' was meant." in capsys.readouterr().err


def test_a_port_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "99999999"]) == 1
    assert "There is no port 99999999" in capsys.readouterr().err


def test_a_day_that_there_is_not_is_told_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compile-backup", "--project", "1", "--period", "2026-02-31", "--output", "x.pdf"])
    said = capsys.readouterr().err
    assert "'2026-02-31' is no day; write it as 2026-10-15" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("output", "claim", "sentence"),
    [
        (".", "SC-1:1", "is a folder"),
        ("gone/x.pdf", "SC-1:1", "no folder"),
        ("letter.txt", "SC-1:1", "is no PDF"),
        ("x.pdf", "SC-1:²", "was not found"),
        ("x.pdf", "SC-1:" + "9" * 5000, "was not found"),
    ],
)
def test_compiling_refuses_in_words_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str, claim: str, sentence: str
) -> None:
    project = make_contract(number="SC-1").project
    (tmp_path / "letter.txt").write_text("Dear Sir")
    where = str(tmp_path / output)
    assert main(["compile-backup", "--project", project.number, "--claim", claim, "--output", where]) == 1
    assert sentence in capsys.readouterr().err
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.django_db
def test_check_says_what_is_in_order_and_what_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--json"])
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["database"]["state"] == "ok"
    assert findings["storage"]["state"] in ("ok", "note")
    assert findings["workers"]["text"].startswith("No worker runs.")


def test_a_port_in_use_is_one_clear_sentence(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start("serve", "--port", str(taken.getsockname()[1]))
        output, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output == ""
    assert len(said.strip().splitlines()) == 1
    assert "Address already in use" in said and "--port" in said


def test_serve_makes_everything_ready_restarts_a_dead_worker_and_stops_in_order(
    start: Start, environment: dict[str, str]
) -> None:
    port = free_port()
    supervisor = start("serve", "--port", str(port))
    wait_until(lambda: answers("127.0.0.1", port))
    data = Path(environment["TALLYSTICK_DATA"])
    assert (data / "tallystick.sqlite3").exists()
    assert (data / "secret-key").stat().st_mode & 0o077 == 0
    wait_until(lambda: set(children_of(supervisor.pid)) == {"web", "worker"})
    first = children_of(supervisor.pid)

    os.kill(first["worker"], signal.SIGKILL)
    wait_until(lambda: children_of(supervisor.pid).get("worker", first["worker"]) != first["worker"])
    assert answers("127.0.0.1", port)
    last = children_of(supervisor.pid)

    supervisor.send_signal(signal.SIGINT)
    _, said = supervisor.communicate(timeout=60)
    assert supervisor.returncode == 0
    assert f"http://127.0.0.1:{port}/" in said
    assert "The worker process ended unexpectedly (signal SIGKILL); it is started again." in said
    assert said.rstrip().endswith("Stopped.")
    assert not any(Path(f"/proc/{pid}").exists() for pid in last.values())


def test_nothing_keeps_running_when_the_supervisor_itself_is_killed(start: Start) -> None:
    port = free_port()
    supervisor = start("serve", "--port", str(port))
    wait_until(lambda: answers("127.0.0.1", port) and "worker" in children_of(supervisor.pid))
    children = children_of(supervisor.pid)
    supervisor.kill()
    supervisor.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children.values()))
