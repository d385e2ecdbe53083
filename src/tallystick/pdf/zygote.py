"""The warmed-up process that forks one child per file. It never looks at a file itself.

Run by ``sandbox`` with the number of its end of a socket; talks JSON, one line each way. Everything slow is
imported before the first fork, so that a child costs a few milliseconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import json
import logging
import os
import resource
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pikepdf

from tallystick.pdf import checking, thumbnail
from tallystick.pdf.ingest import ingest
from tallystick.pdf.job import Job, MachineFault
from tallystick.pdf.kinds import PDF, UNKNOWN
from tallystick.pdf.model import IngestResult, IngestStatus, Limits
from tallystick.pdf.stages import STAGES

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWNET = 0x40000000
BYTES_PER_EXTRA_SECOND = 8 << 20
LARGEST_ANSWER = 4 << 20
MOST_OPEN_FILES = 128
# C++ ends itself by SIGABRT when it gets no more memory.
OVER_THE_LIMIT = (signal.SIGXCPU, signal.SIGKILL, signal.SIGABRT)

_libc = ctypes.CDLL(None, use_errno=True)

Tell = Callable[[str, object], None]


def main(handle: int) -> None:
    """Answer requests until the other end goes away."""
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # No file that is read needs the network. Where the system lets us, there is none.
    _libc.unshare(CLONE_NEWNET)
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _warm_up()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=handle) as line, line.makefile("rb") as requests:
        line.sendall(b'{"ready": true}\n')
        for request in requests:
            answer = _answer(json.loads(request), line)
            line.sendall(json.dumps(answer).encode() + b"\n")


def _warm_up() -> None:
    """Go the usual way once with a page of our own, so that children find everything loaded."""
    with tempfile.TemporaryDirectory(prefix="tallystick-") as folder:
        work = Path(folder)
        page = work / "page.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page().Contents = pdf.make_stream(b"0 0 9 9 re f")
            pdf.save(page)
        ingest(Job(page, "page.pdf", work, work, None, Limits()), lambda _what, _value: None)
        checking.check(page)
        thumbnail.draw(page, work / "page.png", 8)
    thumbnail.warm_up()


def _answer(request: dict[str, Any], line: socket.socket) -> dict[str, Any]:
    limits = Limits(**request["limits"])
    if request["do"] == "check":
        report = _Child(limits, 0, line).run(
            lambda tell: tell("result", checking.check(Path(request["source"])))
        )
        return {"result": report.result, "why": report.why}
    if request["do"] == "thumbnail":
        source, target, edge = Path(request["source"]), Path(request["target"]), int(request["edge"])
        drawn = _Child(limits, 0, line).run(
            lambda tell: tell("result", {"drawn": thumbnail.draw(source, target, edge)})
        )
        return {"result": drawn.result, "why": drawn.why}
    if request["do"] == "read":
        return _read(request, limits, line)
    job = Job(
        source=Path(request["source"]),
        name=request["name"],
        dest_dir=Path(request["dest_dir"]),
        work=Path(request["work"]),
        password=request["password"],
        limits=limits,
    )
    return _ingest(job, line)


def _read(request: dict[str, Any], limits: Limits, line: socket.socket) -> dict[str, Any]:
    """Another room's reader, named by our own parent as ``module:function``; imported before the fork."""
    module, _, function = str(request["reader"]).partition(":")
    reader = getattr(import_module(module), function)
    source, target = Path(request["source"]), Path(request["target"])
    child = _Child(limits, 0, line).run(lambda tell: tell("result", reader(source, target)))
    return {"result": child.result, "why": child.why}


def _ingest(job: Job, line: socket.socket) -> dict[str, Any]:
    """Try the stages one after the other, each after the last that killed its child."""
    try:
        size = job.source.stat().st_size
    except OSError:
        size = 0
    first, why = 0, ""
    facts: list[Any] = ["", size, UNKNOWN]
    while first < len(STAGES):
        attempt = Job(job.source, job.name, job.dest_dir, job.work, job.password, job.limits, first)
        child = _Child(job.limits, size, line).run(
            lambda tell, attempt=attempt: tell("result", ingest(attempt, tell).to_dict())  # type: ignore[misc]
        )
        facts = child.facts or facts
        if child.result is not None:
            return {"result": child.result}
        if child.machine is not None:
            return {"machine": child.machine}
        why = why or child.why
        if facts[2] != PDF or child.stage is None:
            break
        first = child.stage + 1
    note = f"The file can't be shown: {why}. It is attached as it is."
    return {
        "result": IngestResult(
            job.name, IngestStatus.UNREADABLE, note, 0, None, facts[0], facts[1], facts[2]
        ).to_dict()
    }


class _Child:
    """One forked child with limits, and what it told before it ended."""

    def __init__(self, limits: Limits, size: int, line: socket.socket) -> None:
        self.size = size
        extra = size // BYTES_PER_EXTRA_SECOND
        self.cpu = limits.cpu_seconds + extra
        self.wall = limits.wall_seconds + 2 * extra
        self.limits = limits
        self.line = line
        self.facts: list[Any] | None = None
        self.stage: int | None = None
        self.result: dict[str, Any] | None = None
        self.why = ""
        self.machine: int | None = None

    def run(self, work: Callable[[Tell], None]) -> _Child:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(reader)
                self._confine()
                self._work(work, writer)
            finally:
                os._exit(1)
        os.close(writer)
        try:
            told, timed_out = self._listen(reader)
        finally:
            os.close(reader)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
        for text in told.split(b"\n"):
            self._note(text)
        if self.result is None:
            self.why = self._reason(status, timed_out)
            if not told and os.WIFEXITED(status):
                # It never came to look at the file, so the file is not to blame.
                self.machine = errno.EAGAIN
        return self

    def _confine(self) -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        self.line.close()
        already = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        for what, wanted in (
            # The file and what is made of it are mapped, which counts as address space but needs no memory.
            (resource.RLIMIT_AS, already + self.limits.memory_bytes + 4 * self.size),
            (resource.RLIMIT_CPU, self.cpu),
            (resource.RLIMIT_FSIZE, self.limits.output_bytes + 2 * self.size),
            (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
            (resource.RLIMIT_CORE, 0),
        ):
            # Whoever runs the process may have set a lower one, which can't be raised again.
            _, highest = resource.getrlimit(what)
            allowed = wanted if highest == resource.RLIM_INFINITY else min(wanted, highest)
            resource.setrlimit(what, (allowed, allowed))
        # Writing too much raises OSError instead of killing the child, and is then an ordinary failure.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        sys.setrecursionlimit(3000)

    def _work(self, work: Callable[[Tell], None], writer: int) -> None:
        def tell(what: str, value: object) -> None:
            text = json.dumps({what: value}).encode() + b"\n"
            while text:
                text = text[os.write(writer, text) :]

        try:
            work(tell)
        except MachineFault as fault:
            tell("machine", fault.errno)
        except MemoryError:
            tell("why", "it needs more memory than one file may use")
        except BaseException:
            tell("why", "it made the reader stumble")
            tell("trace", traceback.format_exc()[-2000:])

    def _listen(self, reader: int) -> tuple[bytes, bool]:
        until = time.monotonic() + self.wall
        told = bytearray()
        while len(told) < LARGEST_ANSWER:
            left = until - time.monotonic()
            if left <= 0:
                return bytes(told), True
            watched: list[int] = [reader, self.line.fileno()]
            ready, _, _ = select.select(watched, [], [], left)
            if self.line.fileno() in ready and not self.line.recv(1, socket.MSG_PEEK):
                # Nobody waits for the answer any more.
                return bytes(told), True
            if reader in ready:
                piece = os.read(reader, 1 << 16)
                if not piece:
                    break
                told += piece
        return bytes(told), False

    def _note(self, text: bytes) -> None:
        try:
            heard = json.loads(text) if text else {}
        except ValueError:
            return
        if "facts" in heard:
            self.facts = heard["facts"]
        elif "stage" in heard:
            self.stage = int(heard["stage"])
        elif "result" in heard:
            self.result = heard["result"]
        elif "machine" in heard:
            self.machine = int(heard["machine"])
        elif "why" in heard:
            self.why = str(heard["why"])

    def _reason(self, status: int, timed_out: bool) -> str:
        if self.why:
            return self.why
        if timed_out:
            return "reading it took too long"
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in OVER_THE_LIMIT:
            return "reading it took too much time or memory"
        return "reading it failed badly"
