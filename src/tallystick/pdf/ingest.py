"""Ingest: what a file is, and its segment if its pages can be merged. Runs in the sandboxed child only."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

import pikepdf

from tallystick.pdf import kinds
from tallystick.pdf.building import build
from tallystick.pdf.images import PictureRefused, picture_to_pdf
from tallystick.pdf.job import Built, FileFaults, Job, MachineFault, blame_the_machine
from tallystick.pdf.model import IngestResult, IngestStatus, SegmentDamaged
from tallystick.pdf.segment import SMALL, SUFFIX, read_segment
from tallystick.pdf.stages import ingest_pdf


def ingest(job: Job, tell: Callable[[str, object], None]) -> IngestResult:
    """Ingest one file. ``tell`` hears "facts" (sha256, size, kind) and each "stage" before it is tried."""
    try:
        handle = _open_regular(job.source)
    except OSError as fault:
        return _refused(job, _why_unopened(fault))
    with handle:
        size = os.fstat(handle.fileno()).st_size
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        handle.seek(0)
        head = handle.read(kinds.HEAD_BYTES)
    kind = kinds.kind_of(head, job.name)
    tell("facts", [sha256, size, kind])
    if not size:
        built = Built(IngestStatus.UNREADABLE, None, 0, "The file is empty.")
    elif kind == kinds.PDF:
        built = ingest_pdf(job, tell)
    elif kind in kinds.IMAGES:
        built = _ingest_picture(job, kind)
    else:
        note = f"This is {kinds.called(kind)}, whose pages can't be merged; it is attached as it is."
        built = Built(IngestStatus.NOT_A_DOCUMENT, None, 0, note)
    segment = None
    if built.segment is not None:
        segment = job.dest_dir / f"{sha256}{SUFFIX}"
        try:
            _settle(built.segment, segment)
        except OSError as fault:
            raise MachineFault(fault.errno, os.strerror(fault.errno or 0)) from fault
    return IngestResult(
        job.name, built.status, built.note, built.pages, segment, sha256, size, kind, lossy=built.lossy
    )


def _open_regular(path: Path) -> BufferedReader:
    # A pipe would make opening wait for ever; O_NONBLOCK opens it at once, and then it is refused.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise IsADirectoryError("not a regular file")
    return os.fdopen(handle, "rb")


def _why_unopened(fault: OSError) -> str:
    if isinstance(fault, FileNotFoundError):
        return "The file is not there any more."
    if isinstance(fault, PermissionError):
        return "The file may not be read: its permissions forbid it."
    if isinstance(fault, IsADirectoryError):
        return "This is not a file but a folder, a pipe or a device."
    return "The file can't be read from its disk."


def _refused(job: Job, note: str) -> IngestResult:
    return IngestResult(job.name, IngestStatus.UNREADABLE, note, 0, None, "", 0, kinds.UNKNOWN)


def _settle(built: Path, segment: Path) -> None:
    if segment.exists():
        with suppress(SegmentDamaged):
            if read_segment(segment).digest == read_segment(built).digest:
                return
    # A small segment is checked in full whenever it is used; of a big one only the index is, so it is synced.
    if built.stat().st_size > SMALL:
        with built.open("rb") as handle:
            os.fsync(handle.fileno())
    built.replace(segment)


def _ingest_picture(job: Job, kind: str) -> Built:
    as_pdf = job.work / "picture.pdf"
    try:
        unchanged, damaged = picture_to_pdf(job.source, kind, as_pdf, job.limits)
        with pikepdf.open(as_pdf) as pdf:
            built = build(job, pdf, "picture")
    except PictureRefused as refusal:
        return Built(IngestStatus.UNREADABLE, None, 0, f"The picture can't be shown: {refusal}.")
    except FileFaults as fault:
        blame_the_machine(fault, job)
        return Built(IngestStatus.UNREADABLE, None, 0, "The picture can't be shown: its data can't be read.")
    if damaged:
        note = "The picture is cut off or damaged; what could be read of it is shown."
        return Built(IngestStatus.REPAIRED, built.segment, built.pages, note, lossy=True)
    note = "" if unchanged else "The picture was converted so that it can be shown."
    return Built(IngestStatus.OK, built.segment, built.pages, note)
