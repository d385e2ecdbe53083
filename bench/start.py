"""Loading the sample project, starting a second time, and what web and worker hold in memory at rest."""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Figure, Table, show_all

CHECKOUT = Path(__file__).resolve().parents[1]
STARTS = 5
REST_SECONDS = 8.0
PATIENCE_SECONDS = 120.0
KIB = 1024


def main(argv: list[str]) -> int:
    """Print the tables. Everything happens in a throwaway data folder, on a free port."""
    parser = argparse.ArgumentParser(prog="tallystick bench start", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args(argv)
    starting = Table("Starting", goal="the sample in 20 s; the second start in 2 s")
    resting = Table("Memory at rest", goal="web 200 MiB")
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        environment = {**os.environ, "TALLYSTICK_DATA": folder, "TALLYSTICK_PORT": str(_free_port())}
        environment.pop("DATABASE_URL", None)
        starting.add(_timed("python -c pass", [sys.executable, "-c", "pass"], environment))
        command = [sys.executable, "-m", "tallystick.cli"]
        starting.add(_timed("creating the database and loading the sample", [*command, "demo"], environment))
        seconds = []
        for last in range(STARTS):
            with _served([*command, "serve"], environment) as (took, server):
                seconds.append(took)
                if last == STARTS - 1:
                    time.sleep(REST_SECONDS)
                    for figure in _memory(server.pid):
                        resting.add(figure)
        starting.add(Figure("second start, to the first answer", min(seconds), note=f"best of {STARTS}"))
    show_all([starting, resting], as_json=arguments.json)
    return 0


def _timed(name: str, command: list[str], environment: dict[str, str]) -> Figure:
    began = time.perf_counter()
    subprocess.run(command, env=environment, cwd=CHECKOUT, check=True, capture_output=True)
    return Figure(name, time.perf_counter() - began)


@contextmanager
def _served(
    command: list[str], environment: dict[str, str]
) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    """Seconds until the sign-in page answers, and the server, which is stopped at the end."""
    began = time.perf_counter()
    server = subprocess.Popen(
        command, env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(int(environment["TALLYSTICK_PORT"])):
            if server.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                raise RuntimeError("the server did not start")
            time.sleep(0.01)
        yield time.perf_counter() - began, server
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/sign-in")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def _memory(supervisor: int) -> list[Figure]:
    """Resident memory of each kind of process under the supervisor, by what its command line says."""
    held: dict[str, int] = {}
    for pid in _below(supervisor):
        words = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
        for kind, mark in (("web", "web"), ("worker", "worker"), ("a process for heavy work", "pool_child")):
            if any(mark in word for word in words):
                held[kind] = held.get(kind, 0) + _resident(pid)
                break
    return [Figure(kind, 0, rss=size) for kind, size in held.items()]


def _below(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [below for child in map(int, children) for below in (child, *_below(child))]


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * KIB
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
