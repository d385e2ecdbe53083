"""From whatever stopped a run to the sentence that the person who asked will read. Never a traceback."""

import errno
import logging
from uuid import UUID

from tallystick.core.errors import TallystickProblem

logger = logging.getLogger("tallystick.runs")


class Cancelled(Exception):
    """The person who asked doesn't want it any more."""


class StepProblem(TallystickProblem):
    """A step could not be done; its sentence was kept with the step."""


class OutOfTime(TallystickProblem):
    """The run took longer than it may."""


class WorkerLost(TallystickProblem):
    """A process that did heavy work ended in the middle, mostly for want of memory."""


DISK_FULL = (
    "The server's disk is full, so nothing was made. Ask the person who runs Tallystick to free some space, "
    "then try again."
)
FILE_TOO_LARGE = (
    "The server does not take a file as large as this one would be, so nothing was made. Choose fewer items, or "
    "ask the person who runs Tallystick to raise its limit on the size of files."
)
NO_MEMORY = (
    "This needed more memory than one piece of work may use. Choose fewer items, or ask the person who runs "
    "Tallystick to raise TALLYSTICK_WORKER_MEMORY_MIB."
)
UNEXPECTED = (
    "Something unexpected stopped this, and nothing was made. Try again; if it happens again, give the "
    "person who runs Tallystick this reference: {reference}."
)
KEEPS_FAILING = (
    "The worker was stopped {attempts} times while doing this, so it was given up. Choose fewer items, or "
    "ask the person who runs Tallystick to look at the log for {reference}."
)
UNKNOWN_KIND = (
    "This version of Tallystick doesn't know how to do this ({kind}). It was asked for by another version: "
    "update all of its processes, then ask again."
)
LOST_TRACK = (
    "The record of how far this had come was lost, so it was given up. Nothing was made: ask for it again."
)


def sentence_for(cause: BaseException, run_id: UUID) -> str:
    """What to tell the person; anything but a known problem is also logged with its traceback."""
    if isinstance(cause, TallystickProblem):
        return str(cause)
    if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
        logger.error("run %s: %s", run_id, cause)
        return DISK_FULL
    if isinstance(cause, OSError) and cause.errno == errno.EFBIG:
        logger.error("run %s: %s", run_id, cause)
        return FILE_TOO_LARGE
    if "database or disk is full" in str(cause):
        logger.error("run %s: %s", run_id, cause)
        return DISK_FULL
    if isinstance(cause, MemoryError):
        logger.error("run %s ran out of memory", run_id)
        return NO_MEMORY
    logger.error("run %s stopped unexpectedly", run_id, exc_info=cause)
    return UNEXPECTED.format(reference=str(run_id)[-12:])
