"""``tallystick serve``: the web process and a worker under one command."""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

from tallystick.cli import prepare
from tallystick.config import environment as env

READY_WITHIN = 60.0
STOP_WITHIN = 8.0
LONGEST_PAUSE = 30.0
HEAD_START = 5.0


def main(argv: list[str]) -> int:
    """Serve until told to stop; the exit code."""
    parser = argparse.ArgumentParser(
        prog="tallystick serve",
        description="Serve the pages, and work through what people ask for. Ctrl-C or SIGTERM stops both.",
    )
    parser.add_argument(
        "--host", default=env.text("TALLYSTICK_HOST"), help="address to listen on (%(default)s)"
    )
    parser.add_argument("--port", type=int, default=env.number("TALLYSTICK_PORT"), help="port (%(default)s)")
    parser.add_argument("--web-only", action="store_true", help="no worker: other hosts run it")
    parser.add_argument(
        "--sample", action="store_true", help="load the sample project into an empty database"
    )
    arguments = parser.parse_args(argv)

    with listen(arguments.host, arguments.port) as listener:
        prepare.prepare(sample=arguments.sample)
        us = str(os.getpid())
        children = [Child("web", ["-m", "tallystick.cli.web", str(listener.fileno()), us], listener.fileno())]
        if not arguments.web_only:
            children.append(Child("worker", ["-m", "tallystick.cli", "worker", "--parent", us]))
        host, port = listener.getsockname()[:2]
        return Supervisor(children, host, port).run()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, opened before anything slow; one sentence if somebody else has the port."""
    if not 0 <= port <= 65_535:  # the C library would take it modulo 65,536 and listen somewhere
        raise env.SettingProblem(f"There is no port {port}: choose one from 1 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except (OSError, OverflowError) as cause:
        reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
        raise env.SettingProblem(
            f"Tallystick can't listen on {host} port {port} ({reason}): stop what uses it, or choose "
            "another port with --port or TALLYSTICK_PORT."
        ) from cause
    return listener


@dataclass
class Child:
    """A process that is kept running."""

    name: str
    arguments: list[str]
    descriptor: int | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches us alone, and we stop it in order."""
        inherited = () if self.descriptor is None else (self.descriptor,)
        self.process = subprocess.Popen(
            [sys.executable, *self.arguments],
            pass_fds=inherited,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it again if it ended, after a pause that grows while it keeps ending."""
        instant = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            code = self.process.returncode
            lived = instant - self.started
            self.pause = 0.5 if lived > LONGEST_PAUSE else min(LONGEST_PAUSE, max(0.5, self.pause * 2))
            self.not_before = instant + self.pause
            self.process = None
            say(f"The {self.name} process ended unexpectedly ({_how(code)}); it is started again.")
        if self.process is None and instant >= self.not_before:
            self.start()

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait for its end, and make it end at the deadline."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Keeps the children running, says when the pages answer, and stops everything in order."""

    def __init__(self, children: list[Child], host: str, port: int) -> None:
        self.children = children
        self.host = host
        self.port = port
        self.stopping = threading.Event()

    def run(self) -> int:
        """Until a signal comes; the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        # The others load for a second or two: the first, the pages, has the processor to itself until it answers.
        first, *others = self.children
        first.start()
        for child in others:
            child.not_before = time.monotonic() + HEAD_START
        announcement = threading.Thread(target=self._announce, daemon=True)
        announcement.start()
        while not self.stopping.wait(0.2):
            for child in self.children:
                child.look_after()
        say("Stopping …")
        for child in self.children:
            child.stop()
        deadline = time.monotonic() + STOP_WITHIN
        for child in self.children:
            child.end(deadline)
        say("Stopped.")
        return 0

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _announce(self) -> None:
        give_up = time.monotonic() + READY_WITHIN
        pause = 0.05
        while not answers(self.host, self.port):
            if self.stopping.wait(pause):
                return
            pause = min(1.0, pause * 1.1)
        for child in self.children:
            child.not_before = 0.0
            if time.monotonic() > give_up:
                say("The pages don't answer yet; the lines above may say why.")
                return
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - a comparison
        shown = f"[{shown}]" if ":" in shown else shown
        say(f"\nTallystick is ready: http://{shown}:{self.port}/\n")
        log_ins = prepare.sample_log_ins(env.data_folder())
        if log_ins:
            from tallystick.cli.demo import table

            say(f"Sign in to the sample project as one of\n{table(log_ins)}")
        say("Ctrl-C stops it.")


def answers(host: str, port: int) -> bool:
    """Whether the web process answers a request."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a comparison
    line = http.client.HTTPConnection(reachable, port, timeout=5)
    allowed = next((name for name in env.names("TALLYSTICK_ALLOWED_HOSTS") if name != "*"), "localhost")
    try:
        line.request("GET", "/healthz", headers={"Host": allowed.removeprefix(".")})
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def say(text: str) -> None:
    """One line for the person at the terminal."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _how(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
