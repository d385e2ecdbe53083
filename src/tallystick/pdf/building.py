"""From an opened document to its segment, and the trial that decides whether to believe it."""

from __future__ import annotations

import warnings
from pathlib import Path

import pikepdf

from tallystick.pdf import pdfium
from tallystick.pdf.job import Built, Job
from tallystick.pdf.model import IngestStatus, Part
from tallystick.pdf.normalise.document import normalise
from tallystick.pdf.planning import plan
from tallystick.pdf.segment import SUFFIX
from tallystick.pdf.segment_writer import write_segment


class Untrusted(ValueError):
    """What a stage made of the file can't be believed."""


def build(job: Job, pdf: pikepdf.Pdf, stage: str) -> Built:
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
    return Built(status, segment, pages, "; ".join(remarks))


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
    """Splice the segment alone and have both libraries count; raises Untrusted when either disagrees."""
    plan([Part(segment, "Trial")]).write(trial, durable=False)
    if pdfium.count_pages(trial, None) != pages:
        raise Untrusted("pdfium can't find all pages in the result")
    with pikepdf.open(trial, suppress_warnings=True) as pdf:
        if len(pdf.pages) != pages or pdf.get_warnings():
            raise Untrusted("qpdf can't find all pages in the result")
