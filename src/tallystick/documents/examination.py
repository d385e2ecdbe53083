"""Looking at a stored file once: what it is, and its pages prepared for splicing (architecture §4)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tallystick.documents.models import StoredFile
from tallystick.documents.store import local_path, segment_folder
from tallystick.pdf import IngestResult, ingest_file


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


def waiting(limit: int = 200) -> Sequence[StoredFile]:
    """Files that nobody has looked at yet, oldest first."""
    return list(StoredFile.objects.filter(ingest=None).order_by("pk")[:limit])
