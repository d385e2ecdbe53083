"""The life of a run from the worker's side: begin, carry out, finish. The engine and tests share it."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F

from tallystick.core import clock
from tallystick.runs import failures
from tallystick.runs.context import Checkpoints, Context, HeavyWork
from tallystick.runs.kinds import kind_named
from tallystick.runs.models import Run
from tallystick.runs.states import RunState, may_become

logger = logging.getLogger("tallystick.runs")

# A run that takes its worker down with it every time must not keep the others from working.
MOST_ATTEMPTS = 5


def carry_out(run_id: UUID, worker: str, checkpoints: Checkpoints, heavy: HeavyWork) -> None:
    """Do the run, or what is left of it, and write down how it ended. Safe to call again after a crash."""
    run = _begin(run_id, worker)
    if run is None:
        return
    if run.attempts > MOST_ATTEMPTS:
        sentence = failures.KEEPS_FAILING.format(attempts=MOST_ATTEMPTS, reference=str(run_id)[-12:])
        fail(run_id, sentence)
        return
    try:
        kind = kind_named(run.kind)
        if kind is None:
            fail(run_id, failures.UNKNOWN_KIND.format(kind=run.kind))
            return
        result = kind.handler(run_id, Context(run, checkpoints, heavy))
    except failures.Cancelled:
        logger.info("run %s was cancelled", run_id)
    except Exception as cause:
        fail(run_id, failures.sentence_for(cause, run_id))
    else:
        _succeed(run_id, result)


def fail(run_id: UUID, problem: str) -> None:
    """End the run with a sentence for the person who asked."""
    _finish(run_id, RunState.FAILED, problem=problem, sentence="")


def _begin(run_id: UUID, worker: str) -> Run | None:
    """Take the run up. ``None`` when it has ended already, or doesn't exist any more."""
    takeable = Run.objects.filter(pk=run_id, state__in=[RunState.RUNNING, *may_become(RunState.RUNNING)])
    if not takeable.update(state=RunState.RUNNING, worker=worker, attempts=F("attempts") + 1):
        return None
    Run.objects.filter(pk=run_id, started_at=None).update(started_at=clock.now())
    return Run.objects.get(pk=run_id)


def _succeed(run_id: UUID, result: dict[str, Any]) -> None:
    if not _finish(run_id, RunState.SUCCEEDED, result=result, sentence=""):
        logger.info("run %s was cancelled while it finished", run_id)


def _finish(run_id: UUID, state: RunState, **fields: Any) -> bool:
    instant = clock.now()
    ended = Run.objects.filter(pk=run_id, state__in=may_become(state)).update(
        state=state,
        finished_at=instant,
        expires_at=instant + timedelta(days=settings.RESULT_DAYS),
        **fields,
    )
    return bool(ended)
