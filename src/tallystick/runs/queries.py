"""Reads about runs: what I asked for, how far it is, what waits for me."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tallystick.core import clock
from tallystick.core.errors import NotFound
from tallystick.runs.models import Run, RunFollower, Worker
from tallystick.runs.states import ACTIVE, RunState

# A worker says every few seconds that it is there.
SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as its bar, its banner and the API show it."""

    id: UUID
    kind: str
    title: str
    project_id: int | None
    state: RunState
    state_text: str
    sentence: str
    done: int
    total: int
    percent: int
    problem: str
    result: dict[str, Any] | None
    asked_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    place_in_queue: int

    @property
    def is_active(self) -> bool:
        """Whether it still waits or goes on: worth asking again in a second."""
        return self.state in ACTIVE

    @property
    def succeeded(self) -> bool:
        """Whether there is a result."""
        return self.state == RunState.SUCCEEDED

    @property
    def failed(self) -> bool:
        """Whether ``problem`` says why there is none."""
        return self.state == RunState.FAILED


def followed_by(login_id: int) -> QuerySet[RunFollower]:
    """What this person asked for and may see, newest first. Two SQL queries whatever their number."""
    return (
        RunFollower.objects.filter(login_id=login_id)
        .exclude(run__state=RunState.CANCELLED)
        .filter(Q(run__expires_at=None) | Q(run__expires_at__gt=clock.now()))
        .select_related("run")
        .order_by("-asked_at", "-pk")
    )


def tray(login_id: int, *, limit: int = 20) -> list[RunRow]:
    """What goes on for this person, and what ended and has not been dismissed."""
    return _rows(followed_by(login_id).filter(dismissed_at=None)[:limit])


def all_of(login_id: int, *, limit: int = 100) -> list[RunRow]:
    """Everything that the person asked for, dismissed or not, newest first."""
    return _rows(followed_by(login_id)[:limit])


def runs_of(login_id: int, *, kind: str, project_id: int | None = None, limit: int = 100) -> list[RunRow]:
    """The person's runs of one kind, dismissed or not, newest first."""
    runs = followed_by(login_id).filter(run__kind=kind)
    if project_id is not None:
        runs = runs.filter(run__project_id=project_id)
    return _rows(runs[:limit])


def run_of(login_id: int, run_id: UUID) -> RunRow:
    """One run that the person asked for; ``NotFound`` for any other."""
    found = _rows(followed_by(login_id).filter(run_id=run_id)[:1])
    if not found:
        raise NotFound("There is no such piece of work, or it has expired.")
    return found[0]


def workers_alive() -> int:
    """How many workers have given a sign of life in the last half minute."""
    return Worker.objects.filter(seen_at__gt=clock.now() - SILENT_AFTER).count()


def _rows(followers: QuerySet[RunFollower]) -> list[RunRow]:
    found = list(followers)
    waiting: list[UUID] = []
    if any(follower.run.state == RunState.QUEUED for follower in found):
        waiting = list(
            Run.objects.filter(state=RunState.QUEUED)
            .order_by("created_at", "pk")
            .values_list("pk", flat=True)[:500]
        )
    return [_row(follower, waiting) for follower in found]


def _row(follower: RunFollower, waiting: list[UUID]) -> RunRow:
    run = follower.run
    state = RunState(run.state)
    place = waiting.index(run.pk) + 1 if state == RunState.QUEUED and run.pk in waiting else 0
    return RunRow(
        id=run.pk,
        kind=run.kind,
        title=run.title,
        project_id=run.project_id,
        state=state,
        state_text=str(state.label),
        sentence=run.sentence,
        done=run.done,
        total=run.total,
        percent=run.percent,
        problem=run.problem,
        result=run.result,
        asked_at=follower.asked_at,
        finished_at=run.finished_at,
        expires_at=run.expires_at,
        place_in_queue=place,
    )
