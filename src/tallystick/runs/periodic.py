"""Small regular chores of the worker: each room registers its own in its ``tasks.py``.

    register(examine_waiting, every_seconds=1.0)

Every worker does every chore, so a chore takes care by itself of several doing it at once (it takes rows by an UPDATE
and goes on with those that it changed). A chore has a thread of its own: a slow one keeps neither the others nor
the worker's sign of life waiting. What must not be lost is a run, not a chore.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

logger = logging.getLogger("tallystick.runs")

SECONDS_AFTER_A_FAULT = 10.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that every worker does again and again."""

    function: Callable[[], object]
    every_seconds: float

    @property
    def name(self) -> str:
        """As in the log."""
        return f"{self.function.__module__}.{self.function.__qualname__}"


_chores: dict[str, Chore] = {}


def register(function: Callable[[], object], every_seconds: float) -> None:
    """Have every worker call ``function`` again ``every_seconds`` after it returned."""
    chore = Chore(function, every_seconds)
    _chores[chore.name] = chore


def chores() -> list[Chore]:
    """Everything that was registered; ``kinds.discover`` has imported the rooms before."""
    return list(_chores.values())


def start(stop: threading.Event) -> None:
    """Begin all chores, each in a thread that goes with the process, or stops when ``stop`` is set."""
    for chore in chores():
        threading.Thread(target=_again_and_again, args=(chore, stop), name=chore.name, daemon=True).start()


def _again_and_again(chore: Chore, stop: threading.Event) -> None:
    pause = chore.every_seconds
    while not stop.wait(pause):
        pause = chore.every_seconds if once(chore) else max(chore.every_seconds, SECONDS_AFTER_A_FAULT)


def once(chore: Chore) -> bool:
    """Do the chore once; whether it went well. A fault is logged, and never ends the worker."""
    close_old_connections()
    try:
        chore.function()
    except Exception:
        logger.exception("%s did not work; it is tried again in a moment", chore.name)
        return False
    finally:
        close_old_connections()
    return True
