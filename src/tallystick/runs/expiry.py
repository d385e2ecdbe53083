"""Removing results whose time is over."""

import logging
from uuid import UUID

from tallystick.core import clock
from tallystick.runs.kinds import kind_named
from tallystick.runs.models import Run
from tallystick.runs.states import FINISHED

logger = logging.getLogger("tallystick.runs")
BATCH = 200


def delete_expired() -> list[UUID]:
    """Clean up after every run that has expired, and forget it; their ids. Two at once do no harm.

    One whose clean-up doesn't work is kept, and tried again next time.
    """
    expired = Run.objects.filter(state__in=FINISHED, expires_at__lte=clock.now()).order_by("expires_at")
    found = {run.pk: run for run in expired[:BATCH]}
    return [run_id for run_id, run in found.items() if _forget(run)]


def _forget(run: Run) -> bool:
    kind = kind_named(run.kind)
    if run.result is not None and kind is not None and kind.cleanup is not None:
        try:
            kind.cleanup(run.result)
        except Exception:
            logger.exception("the result of run %s could not be removed", run.pk)
            return False
    run.delete()
    return True
