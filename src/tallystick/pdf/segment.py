"""The segment: one prepared file, laid out so that it can be copied into an output without being parsed.

A segment file is ``body``, ``index``, ``footer``. The body holds the objects 1 … n in the order of their numbers;
every object number in it, at the object's head and in each reference, stands in a field of ``WIDTH`` bytes, digits
first and spaces after. The index says where those fields are and what they name. Everything is little-endian.

    index = object offsets   int64 × objects      where each object begins in the body
            field positions  int64 × fields       ascending
            field targets    int32 × fields       see below
            page objects     int32 × pages
            page shapes      float64 × 6 × pages  left, bottom, right, top as seen, rotation, user unit
            stamp points     int64 × 2 × pages    just inside the /Contents brackets of each page, -1 if none
            font points      int64 × fonts        just inside each /Font dictionary that pages use
            stream objects   int32 × streams      streams that are worth sharing …
            stream digests   32 bytes × streams   … and what their content hashes to
            facts            JSON, may be empty

A target above 0 is an object of the segment itself. The others are the output's (``PAGES`` …), or a structure
parent key: ``STRUCTURE_BASE - key``.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick.pdf.model import SegmentDamaged

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Int64s = npt.NDArray[np.int64]
    Int32s = npt.NDArray[np.int32]
    Float64s = npt.NDArray[np.float64]

FORMAT = 1
MAGIC = b"TALLYSEG"
SUFFIX = ".seg"
WIDTH = 7
MOST_OBJECTS = 9_999_999

PAGES = -1  # the output's page tree root
PART_ITEM = -2  # the outline node of this part
CATALOGUE = -3
STRUCTURE_DOCUMENT = -4  # the output's top structure element
STRUCTURE_BASE = -1_000_000_000

SMALL = 1 << 20
FOOTER = struct.Struct("<8sHHQQIIIIIIIIII32s32sI")


@dataclass(slots=True)
class Segment:
    """A segment's index in memory, and for a small one its body too.

    Planning a thousand small files opens a thousand of these, so what is rarely asked for is only read then.
    """

    path: Path
    stamp: tuple[int, int]
    version: int
    body_size: int
    objects: int
    page_root: int
    page_count: int
    offsets: memoryview[int]
    positions: memoryview[int]
    targets: memoryview[int]
    digest: bytes
    stream_digests: bytes
    raw: bytes
    pages_at: int
    n_fonts: int
    n_streams: int
    foot: int
    body: bytes | None
    _facts: dict[str, Any] | None = None

    def forget_body(self) -> None:
        """Keep the index only; the body will be read again when it is copied."""
        self.body = None
        self.raw = self.raw[self.body_size :]
        # The views looked into the old bytes, which would have kept them alive.
        self.offsets = memoryview(self.offsets.tobytes()).cast("q")
        self.positions = memoryview(self.positions.tobytes()).cast("q")
        self.targets = memoryview(self.targets.tobytes()).cast("i")
        self.pages_at -= self.body_size
        self.foot -= self.body_size

    @property
    def first_page(self) -> int:
        """The object number of the first page."""
        return int.from_bytes(self.raw[self.pages_at : self.pages_at + 4], "little")

    @property
    def pages(self) -> list[int]:
        """The object numbers of the pages."""
        return self._numbers("i", self.page_count, self.pages_at)

    @property
    def shapes(self) -> list[list[float]]:
        """Six numbers for each page, see above."""
        flat = self._numbers("d", 6 * self.page_count, self.pages_at + 4 * self.page_count)
        return [flat[at : at + 6] for at in range(0, len(flat), 6)]

    @property
    def stamp_points(self) -> list[list[int]]:
        """Where each page's list of contents begins and ends."""
        flat = self._numbers("q", 2 * self.page_count, self.pages_at + 52 * self.page_count)
        return [flat[at : at + 2] for at in range(0, len(flat), 2)]

    @property
    def font_points(self) -> list[int]:
        """Where a font can join each font dictionary."""
        return self._numbers("q", self.n_fonts, self.pages_at + 68 * self.page_count)

    @property
    def stream_objects(self) -> list[int]:
        """The object numbers of the streams that are worth sharing."""
        at = self.pages_at + 68 * self.page_count + 8 * self.n_fonts
        return self._numbers("i", self.n_streams, at)

    def _numbers(self, kind: str, count: int, at: int) -> list[Any]:
        return list(struct.unpack_from(f"<{count}{kind}", self.raw, at))

    @property
    def facts(self) -> dict[str, Any]:
        """What else is known: outline, form, layers, structure, labels, embedded files."""
        if self._facts is None:
            at = self.pages_at + 68 * self.page_count + 8 * self.n_fonts + 36 * self.n_streams
            self._facts = json.loads(self.raw[at : self.foot]) if at < self.foot else {}
        return self._facts

    def numbers(self, key: str) -> list[int]:
        """The object numbers that the facts hold under ``key``; raises SegmentDamaged if it lacks one of them."""
        found = [int(number) for number in self.facts.get(key, ())]
        if any(not 0 <= number <= self.objects for number in found):
            raise _damaged(self.path, "its index names objects that it doesn't have")
        return found


@dataclass(frozen=True, slots=True)
class Sections:
    """What the writer hands over to be packed behind the body."""

    version: int
    body_size: int
    body_crc: int
    body_sha256: bytes
    page_root: int
    offsets: Int64s
    positions: Int64s
    targets: Int32s
    pages: Int32s
    shapes: Float64s
    stamp_points: Int64s
    font_points: Int64s
    stream_objects: Int32s
    stream_digests: bytes
    facts: dict[str, Any]


def pack(sections: Sections) -> bytes:
    """The index and the footer, ready to be written after the body."""
    facts = b""
    if sections.facts:
        facts = json.dumps(sections.facts, sort_keys=True, separators=(",", ":")).encode()
    index = b"".join(
        (
            sections.offsets.astype("<i8").tobytes(),
            sections.positions.astype("<i8").tobytes(),
            sections.targets.astype("<i4").tobytes(),
            sections.pages.astype("<i4").tobytes(),
            sections.shapes.astype("<f8").tobytes(),
            sections.stamp_points.astype("<i8").tobytes(),
            sections.font_points.astype("<i8").tobytes(),
            sections.stream_objects.astype("<i4").tobytes(),
            sections.stream_digests,
            facts,
        )
    )
    digest = hashlib.sha256(b"%d" % FORMAT + sections.body_sha256 + hashlib.sha256(index).digest()).digest()
    head = FOOTER.pack(
        MAGIC,
        FORMAT,
        sections.version,
        sections.body_size,
        len(index),
        sections.body_crc,
        zlib.crc32(index),
        len(sections.offsets),
        len(sections.positions),
        len(sections.pages),
        len(sections.font_points),
        len(sections.stream_objects),
        len(facts),
        sections.page_root,
        0,
        sections.body_sha256,
        digest,
        0,
    )[:-4]
    return index + head + struct.pack("<I", zlib.crc32(head))


def read_segment(path: Path | str) -> Segment:
    """Open a segment. Raises SegmentDamaged when it isn't whole, OSError when it can't be read."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        size = status.st_size
        if size < FOOTER.size:
            raise _damaged(path, "it is too short")
        if size <= SMALL:
            raw = os.pread(handle, size, 0)
            if len(raw) != size:
                raise _damaged(path, "it could not be read to its end")
            return _parse(path, status, raw, 0)
        tail = os.pread(handle, FOOTER.size, size - FOOTER.size)
        index_size = FOOTER.unpack(tail)[4] if tail[:8] == MAGIC else -1
        if not 0 <= index_size <= size - FOOTER.size:
            raise _damaged(path, "its index is missing")
        start = size - FOOTER.size - index_size
        raw = b"".join(iter_range(handle, start, size))
        return _parse(path, status, raw, start)
    finally:
        os.close(handle)


def iter_range(handle: int, start: int, end: int) -> list[bytes]:
    """The bytes of an open file from ``start`` to ``end``, as the pieces in which the system gives them."""
    pieces = []
    while start < end:
        piece = os.pread(handle, min(end - start, 64 << 20), start)
        if not piece:
            break
        pieces.append(piece)
        start += len(piece)
    return pieces


def _parse(path: Path | str, status: os.stat_result, raw: bytes, start: int) -> Segment:
    """``raw`` is the file from ``start``; a body is only in it when ``start`` is 0."""
    foot = len(raw) - FOOTER.size
    (
        magic,
        form,
        version,
        body_size,
        index_size,
        body_crc,
        index_crc,
        n_objects,
        n_fields,
        n_pages,
        n_fonts,
        n_streams,
        n_facts,
        page_root,
        _spare,
        _body_sha256,
        digest,
        foot_crc,
    ) = FOOTER.unpack_from(raw, foot)
    if magic != MAGIC:
        raise _damaged(path, "its end is missing")
    if zlib.crc32(memoryview(raw)[foot:-4]) != foot_crc:
        raise _damaged(path, "its last bytes were altered")
    if form != FORMAT:
        raise _damaged(path, f"it has format {form} where {FORMAT} is needed")
    at = foot - index_size
    if at + start != body_size or body_size + index_size + FOOTER.size != status.st_size:
        raise _damaged(path, "its length is wrong")
    view = memoryview(raw)
    if zlib.crc32(view[at:foot]) != index_crc:
        raise _damaged(path, "its index was altered")
    expected = 8 * n_objects + 12 * n_fields + 68 * n_pages + 8 * n_fonts + 36 * n_streams + n_facts
    if index_size != expected or not 0 < page_root <= n_objects:
        raise _damaged(path, "its index doesn't add up")
    body = None
    if start == 0 and body_size <= SMALL:
        if zlib.crc32(view[:body_size]) != body_crc:
            raise _damaged(path, "its content was altered")
        body = raw
    positions_at = at + 8 * n_objects
    targets_at = positions_at + 8 * n_fields
    pages_at = targets_at + 4 * n_fields
    digests_at = pages_at + 68 * n_pages + 8 * n_fonts + 4 * n_streams
    return Segment(
        path=path if isinstance(path, Path) else Path(path),
        stamp=(status.st_size, status.st_mtime_ns),
        version=version,
        body_size=body_size,
        objects=n_objects,
        page_root=page_root,
        page_count=n_pages,
        offsets=view[at:positions_at].cast("q"),
        positions=view[positions_at:targets_at].cast("q"),
        targets=view[targets_at:pages_at].cast("i"),
        digest=digest,
        stream_digests=raw[digests_at : digests_at + 32 * n_streams],
        raw=raw,
        pages_at=pages_at,
        n_fonts=n_fonts,
        n_streams=n_streams,
        foot=foot,
        body=body,
    )


def check_bounds(segment: Segment) -> None:
    """Refuse an index that points outside its own body or objects; raises SegmentDamaged."""
    limit = segment.body_size
    for places, room in ((segment.offsets, 1), (segment.positions, WIDTH), (segment.font_points, 0)):
        before = 0
        for place in places:
            if place < before or place + room > limit:
                raise _damaged(segment.path, "its index points outside of it")
            before = place + room
    for name in segment.targets:
        if name > segment.objects or (
            name < STRUCTURE_DOCUMENT and not STRUCTURE_BASE - MOST_OBJECTS <= name <= STRUCTURE_BASE
        ):
            raise _damaged(segment.path, "its index names objects that it doesn't have")
    for number in (*segment.pages, *segment.stream_objects):
        if not 1 <= number <= segment.objects:
            raise _damaged(segment.path, "its index names objects that it doesn't have")
    if any(not -1 <= point <= limit for points in segment.stamp_points for point in points):
        raise _damaged(segment.path, "its index points outside of it")


def verify_segment(path: Path) -> None:
    """Read a prepared segment in full against its own checksum; raises SegmentDamaged or OSError."""
    segment = read_segment(path)
    check_bounds(segment)
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        sha, at = hashlib.sha256(), 0
        while at < segment.body_size:
            piece = os.pread(handle, min(1 << 20, segment.body_size - at), at)
            if not piece:
                break
            sha.update(piece)
            at += len(piece)
        tail = os.pread(handle, FOOTER.size, os.fstat(handle).st_size - FOOTER.size)
    finally:
        os.close(handle)
    if sha.digest() != FOOTER.unpack(tail)[15]:
        raise _damaged(path, "its content was altered")


def _damaged(path: Path | str, why: str) -> SegmentDamaged:
    return SegmentDamaged(
        f"The prepared copy {Path(path).name} can't be used: {why}. Prepare the original file again."
    )
