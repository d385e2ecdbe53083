"""Processes for heavy work: one per core, each doing one call at a time, replaced when it dies or takes too
long.

A process that runs out of memory or time takes only its own call with it, not its neighbours'.
"""

import math
import os
import pickle
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from tallystick.runs.failures import Cancelled, OutOfTime, WorkerLost

OUT_OF_TIME = (
    "This took longer than {minutes} minutes, so it was given up. Choose fewer items, or ask the person who "
    "runs Tallystick to raise TALLYSTICK_RUN_MINUTES."
)
LOST = (
    "A process that worked on this ended in the middle, twice, mostly for want of memory. Choose fewer "
    "items, or ask the person who runs Tallystick to look at the log."
)


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: ``wanted`` is asked every second; ``deadline`` is a ``time.monotonic()``."""

    wanted: Callable[[], bool] = lambda: True
    deadline: float = math.inf
    minutes: int = 0


NO_LIMITS = Limits()


class _Child:
    """One process and the line to it."""

    def __init__(self, memory_bytes: int) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tallystick.runs.pool_child", str(theirs.fileno()), str(memory_bytes)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        self.line = Connection(ours.detach())
        self.calls = 0

    def ask(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.line.send_bytes(pickle.dumps((function.__module__, function.__qualname__, args)))

    def stop(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.wait()


class Pool:
    """``size`` processes, started when first needed and kept; used by any number of threads."""

    # A fresh process now and then gives back what libraries leak.
    CALLS_PER_PROCESS = 500

    def __init__(self, size: int, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._size = size
        self._free: queue.Queue[_Child | None] = queue.Queue()
        for _ in range(size):
            self._free.put(None)
        self._threads = ThreadPoolExecutor(max_workers=size, thread_name_prefix="heavy")

    def warm(self) -> None:
        """Start the processes now: they need a second to load, better while nobody waits."""
        children = [self._free.get() or _Child(self._memory_bytes) for _ in range(self._size)]
        for child in children:
            self._free.put(child)

    def each(
        self,
        function: Callable[..., Any],
        calls: Sequence[tuple[Any, ...]],
        on_done: Callable[[int], None],
        limits: Limits = NO_LIMITS,
    ) -> list[Any]:
        """Call ``function`` with each of ``calls``, in parallel; results in that order.

        ``on_done`` hears how many are finished. Raises what the first call that went wrong raised,
        ``Cancelled``, ``OutOfTime`` or ``WorkerLost``; calls not yet begun are then left out.
        """
        give_up = threading.Event()

        def one(args: tuple[Any, ...]) -> Any:
            return self._call(function, args, give_up, limits)

        waiting = [self._threads.submit(one, args) for args in calls]
        results = []
        try:
            for count, future in enumerate(waiting, start=1):
                results.append(future.result())
                on_done(count)
        except BaseException:
            give_up.set()
            for future in waiting:
                future.cancel()
            raise
        return results

    def stop(self) -> None:
        """End the processes once their calls are done."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while True:
            try:
                child = self._free.get_nowait()
            except queue.Empty:
                return
            if child is not None:
                child.stop()

    def _call(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        give_up: threading.Event,
        limits: Limits,
    ) -> Any:
        for attempt in (1, 2):
            child = self._free.get()
            try:
                if child is None or child.process.poll() is not None:
                    child = _Child(self._memory_bytes)
                child.ask(function, args)
                while not child.line.poll(1.0):
                    if give_up.is_set() or not limits.wanted():
                        raise Cancelled
                    if time.monotonic() > limits.deadline:
                        raise OutOfTime(OUT_OF_TIME.format(minutes=limits.minutes))
                fine, value = pickle.loads(child.line.recv_bytes())  # noqa: S301 - our own process wrote it
            except (EOFError, ConnectionError, BrokenPipeError) as cause:
                self._replace(child)
                if attempt == 2:
                    raise WorkerLost(LOST) from cause
                continue
            except BaseException:
                self._replace(child)
                raise
            self._give_back(child)
            if not fine:
                raise value
            return value
        raise AssertionError("unreachable")

    def _give_back(self, child: _Child) -> None:
        child.calls += 1
        if child.calls >= self.CALLS_PER_PROCESS:
            self._replace(child)
        else:
            self._free.put(child)

    def _replace(self, child: _Child | None) -> None:
        if child is not None:
            child.stop()
        self._free.put(None)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
