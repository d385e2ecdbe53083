"""Ingest: what a file is, and its segment if its pages can be merged. Runs in the sandboxed child only.

A PDF is tried in stages, each of which may fail or even die without harm: as pikepdf opens it, as pdfium saves it
again, as pikepdf opens it although the two count pages differently, as pictures drawn by pdfium. Whatever comes out
is put into a trial output and counted by both libraries before it is believed; a repair must show ink as well.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import pikepdf
from PIL import Image

from tallystick.pdf import kinds, pdfium
from tallystick.pdf.images import PictureRefused, picture_to_pdf
from tallystick.pdf.model import Group, IngestResult, IngestStatus, Limits, Part, SegmentDamaged
from tallystick.pdf.normalise.document import normalise
from tallystick.pdf.normalise.embedded import extract_pdfs, is_portfolio
from tallystick.pdf.normalise.forms import is_dynamic_xfa
from tallystick.pdf.planning import plan
from tallystick.pdf.segment import SMALL, SUFFIX, read_segment
from tallystick.pdf.segment_writer import write_segment

STAGES = ("open", "save_again", "open_anyway", "draw")

MACHINE_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
LEAST_ROOM = 8 << 20

# What qpdf says when something is gone for good.
SIGNS_OF_LOSS = ("non-dictionary object; ignoring", "not found in file after regenerating", "error decoding")
# Said by qpdf of pages that are quite all right, such as a blank one.
HARMLESS_WARNINGS = ("Resources is missing",)

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
class _Built:
    status: IngestStatus
    segment: Path | None
    pages: int
    note: str
    lossy: bool = False


class _Untrusted(ValueError):
    """What a stage made of the file can't be believed."""


class MachineFault(OSError):
    """It isn't the file: the disk is full or can't be written."""


class _NeedsPassword(Exception):
    """Only a password is missing, or the given one is wrong."""


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
        built = _Built(IngestStatus.UNREADABLE, None, 0, "The file is empty.")
    elif kind == kinds.PDF:
        built = _ingest_pdf(job, tell)
    elif kind in kinds.IMAGES:
        built = _ingest_picture(job, kind)
    else:
        note = f"This is {kinds.called(kind)}, whose pages can't be merged; it is attached as it is."
        built = _Built(IngestStatus.NOT_A_DOCUMENT, None, 0, note)
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


def _ingest_picture(job: Job, kind: str) -> _Built:
    as_pdf = job.work / "picture.pdf"
    try:
        unchanged, damaged = picture_to_pdf(job.source, kind, as_pdf, job.limits)
        with pikepdf.open(as_pdf) as pdf:
            built = _build(job, pdf, "picture")
    except PictureRefused as refusal:
        return _Built(IngestStatus.UNREADABLE, None, 0, f"The picture can't be shown: {refusal}.")
    except FileFaults as fault:
        _blame_the_machine(fault, job)
        return _Built(IngestStatus.UNREADABLE, None, 0, "The picture can't be shown: its data can't be read.")
    if damaged:
        note = "The picture is cut off or damaged; what could be read of it is shown."
        return _Built(IngestStatus.REPAIRED, built.segment, built.pages, note, lossy=True)
    note = "" if unchanged else "The picture was converted so that it can be shown."
    return _Built(IngestStatus.OK, built.segment, built.pages, note)


def _ingest_pdf(job: Job, tell: Callable[[str, object], None]) -> _Built:
    for place, stage in enumerate(STAGES):
        if place < job.first_stage:
            continue
        tell("stage", place)
        try:
            built = _STAGES[stage](job)
        except _NeedsPassword:
            note = "It can only be opened with a password"
            note += (
                ", and the one given doesn't fit."
                if job.password
                else "; upload it again together with that."
            )
            return _Built(IngestStatus.PASSWORD, None, 0, note)
        except FileFaults as fault:
            _blame_the_machine(fault, job)
            for leftover in job.work.glob(f"{stage}*"):
                with suppress(OSError):
                    leftover.unlink()
            continue
        if built is not None:
            return built
    return _Built(
        IngestStatus.UNREADABLE, None, 0, "The file is too damaged to be shown; it is attached as it is."
    )


def _open(path: Path, password: str | None) -> pikepdf.Pdf:
    try:
        return pikepdf.open(path, password=password or "", suppress_warnings=True)
    except pikepdf.PasswordError as fault:
        raise _NeedsPassword from fault


def _stage_open(job: Job) -> _Built | None:
    with _open(job.source, job.password) as pdf:
        if is_dynamic_xfa(pdf):
            note = "This is a form that only Adobe Reader can show (XFA); it is attached as it is."
            return _Built(IngestStatus.XFA, None, 0, note)
        if is_portfolio(pdf):
            return _expand(job, pdf)
        expected = len(pdf.pages)
        counted = pdfium.count_pages(job.source, job.password)
        if counted is not None and counted != expected:
            raise _Untrusted("the two libraries count different numbers of pages")
        return _merge_as_opened(job, pdf, "open", counted is not None)


def _stage_open_anyway(job: Job) -> _Built | None:
    with _open(job.source, job.password) as pdf:
        if is_portfolio(pdf) or is_dynamic_xfa(pdf):
            return None
        built = _merge_as_opened(job, pdf, "open_anyway", second_opinion=False)
    note = f"The file is damaged; {_pages(built.pages)} could be found in it."
    return _Built(IngestStatus.REPAIRED, built.segment, built.pages, note, lossy=True)


def _merge_as_opened(job: Job, pdf: pikepdf.Pdf, stage: str, second_opinion: bool) -> _Built:
    owner_password = pdf.is_encrypted and not job.password
    built = _build(job, pdf, stage)
    notes: list[str] = []
    status, lossy = IngestStatus.OK, False
    warned = [text for text in map(str, pdf.get_warnings()) if not any(h in text for h in HARMLESS_WARNINGS)]
    if warned or built.note:
        status = IngestStatus.REPAIRED
        lossy = bool(built.note) or any(sign in text for text in warned for sign in SIGNS_OF_LOSS)
        if lossy:
            notes.append(f"The file is damaged; {_pages(built.pages)} could be read, perhaps not in full.")
        elif any("reconstruct" in text for text in warned):
            notes.append("The file was damaged and has been repaired.")
        else:
            notes.append("Small faults in the file were mended.")
        trial = job.work / f"{stage}.trial.pdf"
        if pdfium.has_ink(trial) is False and not (
            second_opinion and pdfium.has_ink(job.source, job.password) is False
        ):
            raise _Untrusted("nothing is left to be seen")
    if owner_password:
        notes.append("It was protected against changes by an owner password; the merged copy is not.")
    if built.status is IngestStatus.SIGNED:
        status = IngestStatus.SIGNED
        notes.insert(
            0, "It is digitally signed; merging ends the signature's validity, so the original is attached."
        )
    return _Built(status, built.segment, built.pages, " ".join(notes), lossy)


def _stage_save_again(job: Job) -> _Built | None:
    again = job.work / "save_again.pdf"
    counted = pdfium.save_again(job.source, again, job.password)
    if not counted:
        if not job.password and pdfium.wants_password(job.source):
            raise _NeedsPassword
        return None
    with _open(again, None) as pdf:
        if len(pdf.pages) != counted or is_dynamic_xfa(pdf) or is_portfolio(pdf):
            raise _Untrusted("the two libraries still count different numbers of pages")
        built = _build(job, pdf, "save_again")
    if not pdfium.has_ink(job.work / "save_again.trial.pdf"):
        raise _Untrusted("nothing is left to be seen")
    note = f"The file is damaged; {_pages(built.pages)} could be recovered."
    return _Built(IngestStatus.REPAIRED, built.segment, built.pages, note, lossy=True)


def _stage_draw(job: Job) -> _Built | None:
    drawn = job.work / "draw.pdf"
    pages, total = pdfium.draw_pages(job.source, drawn, job.password, job.limits)
    if not pages:
        return None
    with _open(drawn, None) as pdf:
        built = _build(job, pdf, "draw")
    if not pdfium.has_ink(job.work / "draw.trial.pdf"):
        raise _Untrusted("nothing is left to be seen")
    note = "The file is damaged; its pages are shown as pictures."
    if pages < total:
        note = f"The file is damaged; {pages:,} of {_pages(total)} could be shown, as pictures."
    return _Built(IngestStatus.RASTERISED, built.segment, built.pages, note, lossy=True)


_STAGES: dict[str, Callable[[Job], _Built | None]] = {
    "open": _stage_open,
    "save_again": _stage_save_again,
    "open_anyway": _stage_open_anyway,
    "draw": _stage_draw,
}


def _build(job: Job, pdf: pikepdf.Pdf, stage: str) -> _Built:
    """Write the segment of an opened document and try it: status SIGNED or OK, note empty if nothing was mended."""
    saved, segment = job.work / f"{stage}.saved.pdf", job.work / f"{stage}{SUFFIX}"
    notes, signed = normalise(pdf, job.limits)
    version = _version(pdf)
    with warnings.catch_warnings():
        # pikepdf misses the form, which has moved from the catalogue to the segment's notes.
        warnings.simplefilter("ignore")
        pdf.save(
            saved,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=True,
            static_id=True,
            fix_metadata_version=False,
            preserve_pdfa=False,
        )
    remarks = write_segment(saved, segment, notes, version)
    saved.unlink()
    pages = len(notes.marks["pages"])
    _try_out(segment, job.work / f"{stage}.trial.pdf", pages)
    status = IngestStatus.SIGNED if signed else IngestStatus.OK
    return _Built(status, segment, pages, "; ".join(remarks))


def _version(pdf: pikepdf.Pdf) -> int:
    major, _, minor = pdf.pdf_version.partition(".")
    return (
        20
        if major == "2"
        else 10 + int(minor)
        if major == "1" and minor.isdigit() and len(minor) == 1
        else 17
    )


def _try_out(segment: Path, trial: Path, pages: int) -> None:
    """Splice the segment alone and have both libraries count; raises _Untrusted when either disagrees."""
    plan([Part(segment, "Trial")]).write(trial, durable=False)
    if pdfium.count_pages(trial, None) != pages:
        raise _Untrusted("pdfium can't find all pages in the result")
    with pikepdf.open(trial, suppress_warnings=True) as pdf:
        if len(pdf.pages) != pages or pdf.get_warnings():
            raise _Untrusted("qpdf can't find all pages in the result")


def _expand(job: Job, pdf: pikepdf.Pdf) -> _Built:
    """A portfolio: the PDFs in it, one level deep, each under its name."""
    folder = job.work / "portfolio"
    folder.mkdir()
    found, files = extract_pdfs(pdf, folder, job.limits.portfolio_files)
    parts: list[Part] = []
    pages = 0
    for place, (name, path) in enumerate(found):
        try:
            with pikepdf.open(path, suppress_warnings=True) as inner:
                if is_portfolio(inner) or is_dynamic_xfa(inner):
                    continue
                built = _build(job, inner, f"portfolio{place:04}")
        except FileFaults:
            continue
        pages += built.pages
        if built.segment is not None and pages <= job.limits.pages:
            parts.append(Part(built.segment, name))
    if not parts:
        note = f"This is a portfolio of {files} file{'s' * (files != 1)}, none of which can be shown; it is attached."
        return _Built(IngestStatus.PORTFOLIO, None, 0, note)
    merged = job.work / "portfolio.pdf"
    plan([Group("Portfolio", parts)] if len(parts) > 1 else parts).write(merged, durable=False)
    with pikepdf.open(merged) as whole:
        built = _build(job, whole, "portfolio")
    note = f"This is a portfolio of {files} file{'s' * (files != 1)}; "
    note += f"the {len(parts)} PDF{'s' * (len(parts) != 1)} among them that can be shown "
    note += f"{'are' if len(parts) != 1 else 'is'} merged, and the whole portfolio is attached."
    return _Built(IngestStatus.PORTFOLIO, built.segment, built.pages, note, lossy=True)


def _blame_the_machine(fault: BaseException, job: Job) -> None:
    """Raise MachineFault when a stage failed for want of room, which says nothing about the file."""
    if isinstance(fault, OSError) and fault.errno in MACHINE_FAULTS:
        raise MachineFault(fault.errno, os.strerror(fault.errno)) from fault
    room = os.statvfs(job.work)
    if room.f_bavail * room.f_frsize < LEAST_ROOM:
        raise MachineFault(errno.ENOSPC, os.strerror(errno.ENOSPC)) from fault


def _pages(count: int) -> str:
    return f"{count:,} page{'s' * (count != 1)}"
