"""What an ingest works on, what it makes, and what may go wrong that is not the file's fault."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image

from tallystick.pdf.model import IngestStatus, Limits

MACHINE_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
LEAST_ROOM = 8 << 20

# What pikepdf, qpdf, pdfium, Pillow and our own checks raise for what is in a file.
FileFaults = (
    pikepdf.PdfError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    OSError,
    RecursionError,
    NotImplementedError,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class Job:
    """One file to ingest. ``work`` is a folder of its own that is thrown away afterwards."""

    source: Path
    name: str
    dest_dir: Path
    work: Path
    password: str | None
    limits: Limits
    first_stage: int = 0


@dataclass(frozen=True, slots=True)
class Built:
    status: IngestStatus
    segment: Path | None
    pages: int
    note: str
    lossy: bool = False


class MachineFault(OSError):
    """It isn't the file: the disk is full or can't be written."""


def blame_the_machine(fault: BaseException, job: Job) -> None:
    """Raise MachineFault when a stage failed for want of room, which says nothing about the file."""
    if isinstance(fault, OSError) and fault.errno in MACHINE_FAULTS:
        raise MachineFault(fault.errno, os.strerror(fault.errno)) from fault
    room = os.statvfs(job.work)
    if room.f_bavail * room.f_frsize < LEAST_ROOM:
        raise MachineFault(errno.ENOSPC, os.strerror(errno.ENOSPC)) from fault
