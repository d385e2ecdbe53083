"""Which workers are alive, and taking over from those that fell silent."""

import os
import secrets
import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.db.models import Q

from tallystick.core import clock
from tallystick.runs.models import Worker
from tallystick.runs.queries import SILENT_AFTER

# A worker that died while it took over from another must not block the next one for ever.
TAKE_OVER_AGAIN_AFTER = timedelta(minutes=1)


def enrol() -> Worker:
    """Write this process down as a worker, under a name of its own that no later process will have."""
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    return Worker.objects.create(id=name, host=this_host(), pid=os.getpid())


def sign_of_life(worker: Worker) -> None:
    """Say that this worker is there; also after others thought that it was gone."""
    instant = clock.now()
    changed = Worker.objects.filter(pk=worker.pk).update(
        seen_at=instant, taken_over_by="", taken_over_at=None
    )
    if not changed:
        Worker.objects.create(
            id=worker.pk, host=worker.host, pid=worker.pid, started_at=worker.started_at, seen_at=instant
        )


def leave(worker_id: str) -> None:
    """Forget a worker: it has ended, and nothing that it began is left."""
    Worker.objects.filter(pk=worker_id).delete()


def take_over_from_silent(worker: Worker) -> list[str]:
    """The silent workers whose work ``worker`` now has to resume. Each is given to one worker only."""
    instant = clock.now()
    free = Q(taken_over_by="") | Q(taken_over_at__lt=instant - TAKE_OVER_AGAIN_AFTER)
    taken = []
    for other in Worker.objects.filter(free).exclude(pk=worker.pk):
        if not (other.seen_at < instant - SILENT_AFTER or _is_dead(other)):
            continue
        mine = Worker.objects.filter(free, pk=other.pk, seen_at=other.seen_at)
        if mine.update(taken_over_by=worker.pk, taken_over_at=instant):
            taken.append(other.pk)
    return taken


def this_host() -> str:
    """Where this process's number means something: the host's name and, in a container, its namespace."""
    namespace = ""
    with suppress(OSError):
        namespace = str(Path("/proc/self/ns/pid").readlink())
    return f"{socket.gethostname()} {namespace}".strip()


def _is_dead(other: Worker) -> bool:
    earlier_with_this_number = other.host == this_host() and other.pid == os.getpid()
    return earlier_with_this_number or is_gone(other.host, other.pid)


def is_gone(host: str, pid: int) -> bool:
    """Whether a process has ended. Known at once for one of this host; any other is presumed alive."""
    if host != this_host():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
