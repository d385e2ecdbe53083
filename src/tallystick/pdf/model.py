"""What the engine takes and gives: statuses, results, limits and the parts of a plan. No parsing here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

STAMP_POSITIONS = ("bottom-right", "bottom-left", "bottom-centre", "top-right", "top-left", "top-centre")
StampPosition = Literal["bottom-right", "bottom-left", "bottom-centre", "top-right", "top-left", "top-centre"]

MIB = 1 << 20


class PdfProblem(Exception):
    """Something that stops a plan or a write; ``str()`` of it is a sentence for the person who asked."""


class SegmentDamaged(PdfProblem):
    """A prepared segment is truncated, altered or of another format version; ingest its source again."""


class PlanTooLarge(PdfProblem):
    """The output would need more objects than the format's seven-digit object numbers can name."""


class IngestStatus(StrEnum):
    """What ingest made of a file (architecture §4)."""

    OK = "ok"
    REPAIRED = "repaired"
    RASTERISED = "rasterised"
    PASSWORD = "password"  # noqa: S105 - a status, not a secret
    UNREADABLE = "unreadable"
    SIGNED = "signed"
    XFA = "xfa"
    PORTFOLIO = "portfolio"
    NOT_A_DOCUMENT = "not_a_document"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one ingest may use; a file that needs more is reported as unreadable, never merged in part.

    ``memory_bytes`` is address space beyond what the warmed-up child already has. CPU and wall seconds are
    per attempt (there are up to three: pikepdf, pdfium's re-save, pdfium's pictures), and grow by one second
    per 8 MiB of source.
    """

    memory_bytes: int = 1536 * MIB
    cpu_seconds: int = 20
    wall_seconds: int = 40
    output_bytes: int = 4096 * MIB
    pages: int = 20_000
    image_pixels: int = 300_000_000
    raster_pages: int = 200
    raster_dpi: int = 150
    portfolio_files: int = 50
    outline_items: int = 20_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What a file is, and where its segment lies if its pages can be merged.

    ``note`` is one plain sentence (or two) for the contents page, empty when there is nothing to tell.
    ``segment`` is None when no page of the file can be merged. ``sha256`` and ``size`` are the source's.
    ``kind`` is the media type that the bytes show, whatever the name says.
    """

    name: str
    status: IngestStatus
    note: str
    page_count: int
    segment: Path | None
    sha256: str
    size: int
    kind: str
    lossy: bool = False

    @property
    def merged(self) -> bool:
        """Whether the file's pages can go into an output."""
        return self.segment is not None

    @property
    def embed_original(self) -> bool:
        """Whether the original bytes should go in as an attachment, because the pages don't tell all."""
        return self.lossy or self.status not in (IngestStatus.OK, IngestStatus.REPAIRED)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping; ``from_dict`` gives the same result back."""
        data = asdict(self)
        data["status"] = self.status.value
        data["segment"] = None if self.segment is None else str(self.segment)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> IngestResult:
        """The result that ``to_dict`` wrote."""
        segment = data["segment"]
        return cls(
            name=str(data["name"]),
            status=IngestStatus(data["status"]),
            note=str(data["note"]),
            page_count=int(data["page_count"]),
            segment=None if segment is None else Path(segment),
            sha256=str(data["sha256"]),
            size=int(data["size"]),
            kind=str(data["kind"]),
            lossy=bool(data.get("lossy", False)),
        )

    def moved_to(self, segment: Path) -> IngestResult:
        """The same result with its segment at another place (a storage that names files itself)."""
        return replace(self, segment=segment)


@dataclass(frozen=True, slots=True)
class Part:
    """One prepared file in the output.

    ``title`` names its outline node (None: no node, and its own outline is left out). ``label`` goes in front
    of its page labels ("3-" gives 3-1, 3-2 …); without one the source's labels are kept, or pages are numbered
    by their place in the output. ``own_outline`` keeps the source's outline under the node.
    """

    segment: Path
    title: str | None
    label: str = ""
    own_outline: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """An outline node over parts and further groups; it opens on its first page. ``opened`` shows its children."""

    title: str
    children: Sequence[Part | Group]
    opened: bool = True


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to embed as an associated file: a path (streamed, never loaded) or bytes.

    ``filename`` is shown to readers and need not be unique. ``relationship`` is PDF 2.0's AFRelationship.
    ``sha256`` of the content, hex, spares reading a path once more; it must be right.
    """

    content: Path | bytes
    filename: str
    description: str = ""
    mime: str = "application/octet-stream"
    relationship: Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"] = "Source"
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A place on a page that leads to the first page of another part.

    ``part`` and ``target`` count the parts from 0 in their order, ``page`` the pages of ``part`` from 0. ``rect`` is
    left, bottom, right, top in points from the page's lower left corner. The page has to be one that was made for
    this: with content, and without annotations of its own.
    """

    part: int
    page: int
    rect: tuple[float, float, float, float]
    target: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """One line of text on every page, upright as the page is seen, inside its crop box.

    ``text`` may use {page}, {pages} (of the output), {label}, {title} (of the part), {part_page}, {part_pages}.
    Latin text only (WinAnsi); ``size`` and ``margin`` are points.
    """

    text: str
    position: StampPosition = "bottom-right"
    size: float = 7.0
    margin: float = 14.0


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What opening an output again showed. ``problem`` is a sentence, empty when all is well."""

    ok: bool
    page_count: int
    outline_count: int
    attachment_count: int
    problem: str = ""
