"""Where untrusted bytes are read: child processes with limits, forked from a warmed-up one. The parent never parses.

``ingest_file`` and ``ingest_many`` may be called from any number of threads. Each thread that is at work has a zygote
of its own, at most one per core; idle ones are kept for the next call and go when the process ends.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tallystick.pdf.model import DEFAULT_LIMITS, CheckReport, IngestResult, IngestStatus, Limits

STARTING_SECONDS = 60
# Beyond what the zygote itself allows its children; it is trusted and only fails when the machine does.
GRACE_SECONDS = 30
ATTEMPTS = 4
WORK_PREFIX = ".ingest-"
LEFT_BEHIND_SECONDS = 6 * 3600
BYTES_PER_EXTRA_SECOND = 4 << 20
SOURCE_ROOT = Path(__file__).resolve().parents[2]
BOOT = "import sys; sys.path.insert(0, sys.argv[2]); from tallystick.pdf.zygote import main; main(int(sys.argv[1]))"


THUMBNAIL_LIMITS = Limits(cpu_seconds=5, wall_seconds=10, output_bytes=4 << 20)


@dataclass(frozen=True, slots=True)
class IngestJob:
    """A file to ingest and the name that people know it by."""

    source: Path
    name: str
    password: str | None = None


def ingest_file(
    source: Path,
    dest_dir: Path,
    *,
    name: str,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> IngestResult:
    """Say what a file is and prepare its segment in ``dest_dir`` if its pages can be merged.

    Whatever is in the file, the answer is a result: a child that dies, hangs or wants too much makes it
    ``unreadable`` with the reason. Raises OSError when ``dest_dir`` can't be written or no child can be started.
    """
    source = Path(source).absolute()
    dest_dir = Path(dest_dir).absolute()
    dest_dir.mkdir(parents=True, exist_ok=True)
    _sweep(dest_dir)
    work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=dest_dir))
    try:
        request = {
            "do": "ingest",
            "source": str(source),
            "dest_dir": str(dest_dir),
            "work": str(work),
            "name": name,
            "password": password,
            "limits": asdict(limits),
        }
        answer = _ask(request, _patience(source, limits))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if answer is None:
        note = "The file can't be shown: reading it took too much of the machine. It is attached as it is."
        return IngestResult(name, IngestStatus.UNREADABLE, note, 0, None, "", 0, "application/octet-stream")
    if "machine" in answer:
        raise OSError(answer["machine"], os.strerror(answer["machine"]), str(dest_dir))
    return IngestResult.from_dict(answer["result"])


def ingest_many(
    jobs: Iterable[IngestJob],
    dest_dir: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    workers: int | None = None,
) -> Iterator[IngestResult]:
    """Ingest many files on warm children, one per core unless ``workers`` says otherwise, in the jobs' order."""
    count = workers or os.cpu_count() or 1
    waiting: deque[Future[IngestResult]] = deque()
    with ThreadPoolExecutor(count, thread_name_prefix="ingest") as pool:
        try:
            for job in jobs:
                waiting.append(pool.submit(_ingest_job, job, dest_dir, limits))
                if len(waiting) >= 4 * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            # Whoever stops listening, or presses Ctrl-C, need not wait for what hasn't begun.
            for future in waiting:
                future.cancel()


def _ingest_job(job: IngestJob, dest_dir: Path, limits: Limits) -> IngestResult:
    return ingest_file(job.source, dest_dir, name=job.name, password=job.password, limits=limits)


def check_file(path: Path, expected_pages: int | None = None) -> CheckReport:
    """Open an output again, in a child, with two libraries (architecture §4, step 4)."""
    path = Path(path).absolute()
    answer = _ask({"do": "check", "source": str(path), "limits": asdict(DEFAULT_LIMITS)}, 300)
    found = answer.get("result") if answer else None
    if found is None:
        return CheckReport(
            False, 0, 0, 0, "The file could not be checked: reading it took too much of the machine."
        )
    problem = str(found["problem"])
    if not problem and expected_pages is not None and found["page_count"] != expected_pages:
        problem = f"It has {found['page_count']:,} pages where {expected_pages:,} were put in."
    return CheckReport(
        not problem, found["page_count"], found["outline_count"], found["attachment_count"], problem
    )


def draw_thumbnail(source: Path, target: Path, *, edge: int, limits: Limits = THUMBNAIL_LIMITS) -> bool:
    """Write a small PNG of the first page of a PDF or picture; False where the file can't be drawn.

    ``edge`` is the length of its shorter edge in pixels. ``target`` may be left half-written then.
    """
    request = {
        "do": "thumbnail",
        "source": str(Path(source).absolute()),
        "target": str(Path(target).absolute()),
        "edge": edge,
        "limits": asdict(limits),
    }
    answer = _ask(request, limits.wall_seconds + GRACE_SECONDS)
    return bool(answer and answer.get("result"))


def read_confined(
    reader: str, source: Path, target: Path, *, limits: Limits
) -> tuple[dict[str, Any] | None, str]:
    """Have a function of ours, named ``module:function``, read a file in a child: what it answers, or None and why not.

    It is called with ``source`` and ``target``, where it may write what is too long for its answer. The second value
    is a clause for people: “reading it took too long”.
    """
    request = {
        "do": "read",
        "reader": reader,
        "source": str(Path(source).absolute()),
        "target": str(Path(target).absolute()),
        "limits": asdict(limits),
    }
    answer = _ask(request, limits.wall_seconds + GRACE_SECONDS)
    if answer is None:
        return None, "reading it took too much of the machine"
    return answer.get("result"), str(answer.get("why") or "reading it failed badly")


def _sweep(dest_dir: Path) -> None:
    """Once per process and folder: throw away what processes left that were killed while they worked."""
    with _making:
        if dest_dir in _swept:
            return
        _swept.add(dest_dir)
    for leftover in dest_dir.glob(f"{WORK_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > LEFT_BEHIND_SECONDS:
                shutil.rmtree(leftover, ignore_errors=True)


def _patience(source: Path, limits: Limits) -> float:
    try:
        size = source.stat().st_size
    except OSError:
        size = 0
    return ATTEMPTS * (limits.wall_seconds + size / BYTES_PER_EXTRA_SECOND) + GRACE_SECONDS


class _Zygote:
    """One warmed-up process and our end of its socket."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.line = ours
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", BOOT, str(theirs.fileno()), str(SOURCE_ROOT)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                    "OPENBLAS_NUM_THREADS": "1",
                    "OMP_NUM_THREADS": "1",
                },
                start_new_session=True,
            )
        self.answers = ours.makefile("rb")
        self.line.settimeout(STARTING_SECONDS)
        if not self.answers.readline():
            self.close()
            raise OSError(
                "The process that reads files could not be started; see that pikepdf and pdfium are installed."
            )

    def ask(self, request: dict[str, Any], patience: float) -> dict[str, Any] | None:
        """The answer, None when the zygote is gone or silent."""
        try:
            self.line.settimeout(patience)
            self.line.sendall(json.dumps(request).encode() + b"\n")
            answer = self.answers.readline()
            return dict(json.loads(answer)) if answer else None
        except (OSError, ValueError):
            return None

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.answers.close()
            self.line.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self.process.wait(5)


class _Pool:
    """Idle zygotes of this process. A forked copy of the process starts with none."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.lock = threading.Lock()
        self.idle: list[_Zygote] = []
        self.places = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))

    def take(self) -> _Zygote:
        with self.lock:
            while self.idle:
                zygote = self.idle.pop()
                if zygote.process.poll() is None:
                    return zygote
                zygote.close()
        return _Zygote()

    def give_back(self, zygote: _Zygote) -> None:
        with self.lock:
            self.idle.append(zygote)

    def close(self) -> None:
        if self.owner != os.getpid():
            return
        with self.lock:
            idle, self.idle = self.idle, []
        for zygote in idle:
            zygote.close()


_pools: list[_Pool] = []
_making = threading.Lock()
_swept: set[Path] = set()


def _pool() -> _Pool:
    with _making:
        if not _pools or _pools[-1].owner != os.getpid():
            _pools[:] = [_Pool()]
        return _pools[-1]


def close_children() -> None:
    """End the idle zygotes now instead of when the process ends."""
    for pool in _pools:
        pool.close()


atexit.register(close_children)


def _ask(request: dict[str, Any], patience: float) -> dict[str, Any] | None:
    pool = _pool()
    with pool.places:
        for _ in range(2):
            zygote = pool.take()
            answer = zygote.ask(request, patience)
            if answer is not None:
                pool.give_back(zygote)
                return answer
            # It died, most likely of the machine's own memory running out: once more with a fresh one.
            zygote.close()
    return None
