"""Looking at a stored file once: what it is, and its pages prepared for splicing (architecture §4)."""

import logging
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.db.models import Q, QuerySet

from tallystick.core import clock
from tallystick.documents.kinds import PAPERS, media_type_of
from tallystick.documents.models import StoredFile
from tallystick.documents.store import FileMissing, local_path, segment_folder
from tallystick.documents.thumbnails import make_thumbnail
from tallystick.pdf import IngestResult, ingest_file

logger = logging.getLogger("tallystick.documents")

# Longer than the largest upload may keep the reader busy, so that two workers don't read it side by side.
TAKEN_FOR = timedelta(minutes=15)


def examine(stored: StoredFile, name: str, *, password: str | None = None) -> IngestResult:
    """What ingest makes of the file; done once and remembered. Done again where the segment is gone.

    The parsing happens in a limited child process. Raises ``FileMissing`` where the bytes are.
    """
    known = result_of(stored)
    if known is not None and password is None and (known.segment is None or known.segment.exists()):
        return known
    result = ingest_file(local_path(stored), segment_folder(stored.sha256), name=name, password=password)
    remember(stored, result)
    return result


def result_of(stored: StoredFile) -> IngestResult | None:
    """The remembered result, its segment's path made absolute for this machine."""
    if stored.ingest is None:
        return None
    result = IngestResult.from_dict(stored.ingest)
    if result.segment is None:
        return result
    return replace(result, segment=segment_folder(stored.sha256) / result.segment.name)


def remember(stored: StoredFile, result: IngestResult) -> None:
    """Write the result on the row. Only the segment's name is kept: its folder follows from the digest."""
    data = result.to_dict()
    if result.segment is not None:
        data["segment"] = Path(result.segment).name
    stored.ingest = data
    StoredFile.objects.filter(pk=stored.pk).update(ingest=data)


def waiting() -> QuerySet[StoredFile]:
    """Files that nobody has looked at yet and nobody is looking at now, oldest first."""
    free = Q(taken_at=None) | Q(taken_at__lt=clock.now() - TAKEN_FOR)
    return StoredFile.objects.filter(free, ingest__isnull=True).order_by("pk")


def examine_waiting(*, for_seconds: float = 60.0) -> int:
    """Look at files that were uploaded and not looked at yet; how many it were. Any number may do so at once.

    A request never does this: what somebody uploads may need a long time to read. A file that can't be looked
    at now (its bytes are missing, the disk is full) is left alone for a while.
    """
    until = time.monotonic() + for_seconds
    count = 0
    while time.monotonic() < until:
        stored = _take()
        if stored is None:
            break
        name = stored.attachments.order_by("pk").values_list("name", flat=True).first()
        try:
            if name is not None and media_type_of(name) in PAPERS.values():
                # First the picture, so that it is there when the row says that the paper was looked at.
                make_thumbnail(stored.sha256, local_path(stored))
            examine(stored, name or f"{stored}.pdf")
            count += 1
        except (FileMissing, OSError) as cause:
            logger.warning("file %s could not be looked at: %s", stored, cause)
    return count


def _take() -> StoredFile | None:
    for stored in waiting()[:5]:
        if waiting().filter(pk=stored.pk).order_by().update(taken_at=clock.now()):
            return stored
    return None
