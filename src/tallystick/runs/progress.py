"""Saying how far a run is. The row is what the page's bar reads."""

import threading
import time
from uuid import UUID

from tallystick.runs.models import Run
from tallystick.runs.states import RunState

# A bar that moves four times a second is smooth, and a thousand claims must not cost a thousand writes.
INTERVAL = 0.25

_last: dict[UUID, float] = {}
_lock = threading.Lock()


def report(run_id: UUID, done: int, total: int, sentence: str = "") -> None:
    """Note that ``done`` of ``total`` is finished. Of many in quick succession some are left out."""
    instant = time.monotonic()
    with _lock:
        too_soon = instant - _last.get(run_id, 0.0) < INTERVAL and 0 < done < total
        if not too_soon:
            _last[run_id] = instant
            if done >= total:
                _last.pop(run_id, None)
    if not too_soon:
        Run.objects.filter(pk=run_id, state=RunState.RUNNING).update(
            done=done, total=total, sentence=sentence[:300]
        )
