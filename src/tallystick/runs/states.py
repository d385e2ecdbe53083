"""The states of a run and who moves it from one to another."""

from django.db import models


class RunState(models.TextChoices):
    """Where a piece of long work stands."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "In progress"
    SUCCEEDED = "succeeded", "Ready"
    FAILED = "failed", "Not done"
    CANCELLED = "cancelled", "Cancelled"


ACTIVE = (RunState.QUEUED, RunState.RUNNING)
FINISHED = (RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED)

# (from, to): who. A worker that was killed finds its run RUNNING and goes on; nothing leads out of FINISHED.
TRANSITIONS: dict[tuple[RunState, RunState], str] = {
    (RunState.QUEUED, RunState.RUNNING): "worker",
    (RunState.RUNNING, RunState.SUCCEEDED): "worker",
    (RunState.QUEUED, RunState.FAILED): "worker",
    (RunState.RUNNING, RunState.FAILED): "worker",
    (RunState.QUEUED, RunState.CANCELLED): "person",
    (RunState.RUNNING, RunState.CANCELLED): "person",
}


def may_become(state: RunState) -> tuple[RunState, ...]:
    """The states from which a run may become ``state``."""
    return tuple(before for before, after in TRANSITIONS if after == state)
