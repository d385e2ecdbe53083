"""How a piece of work that ended is told: one function for each kind of run.

A room's views register theirs, and its banner, its line in the tray and its page follow:

    @outcome("backup.compile")
    def told(run: RunRow) -> Outcome: …
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.urls import reverse

from tallystick.runs.queries import RunRow
from tallystick.runs.states import RunState


@dataclass(frozen=True, slots=True)
class Action:
    """A button on a banner; the first of them comes first in focus."""

    label: str
    url: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a banner says: the result in a sentence, what to do with it, and the details that unfold."""

    title: str
    text: str = ""
    tone: str = "ok"
    actions: tuple[Action, ...] = ()
    details: tuple[str, ...] = ()
    summary: str = "Details"


Teller = Callable[[RunRow], Outcome]
_tellers: dict[str, Teller] = {}


def outcome(kind: str) -> Callable[[Teller], Teller]:
    """Register how runs of ``kind`` that succeeded are told."""

    def register(teller: Teller) -> Teller:
        _tellers[kind] = teller
        return teller

    return register


def outcome_of(run: RunRow) -> Outcome:
    """What to say about a run that has ended. A failure tells its own reason."""
    if run.failed:
        return Outcome(f"{run.title} could not be done", run.problem, tone="bad")
    teller = _tellers.get(run.kind)
    return teller(run) if teller else Outcome(f"{run.title}: ready")


def progress_text(run: RunRow) -> str:
    """How far a run is, in one sentence. How much waits before it is other people's business, of other accounts too."""
    if run.state == RunState.QUEUED:
        return "Starting …" if run.place_in_queue <= 1 else "Waiting for other work to be done."
    if run.state == RunState.RUNNING:
        return run.sentence or "In progress …"
    return str(run.state_text)


@dataclass(frozen=True, slots=True)
class Banner:
    """A banner of the page, as ``components/banners.html`` shows it."""

    id: str
    tone: str
    title: str
    text: str = ""
    summary: str = ""
    dismiss_url: str = ""
    actions: tuple[Action, ...] = ()
    details: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Progress:
    """A run as ``components/run_progress.html`` shows it."""

    id: UUID
    url: str
    title: str
    text: str
    percent: int | None
    is_active: bool
    cancel_url: str


def progress_of(run: RunRow) -> Progress:
    """How far a run is, for its bar."""
    return Progress(
        id=run.id,
        url=reverse("run", args=[run.id]),
        title=run.title,
        text=progress_text(run),
        percent=run.percent if run.total else None,
        is_active=run.is_active,
        cancel_url=reverse("run-cancellation", args=[run.id]) if run.is_active else "",
    )
