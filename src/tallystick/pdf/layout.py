"""Where everything goes: object numbers, byte offsets and field values of a plan, before a byte is copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tallystick.pdf.model import PlanTooLarge, SegmentDamaged
from tallystick.pdf.segment import (
    CATALOGUE,
    MOST_OBJECTS,
    PAGES,
    PART_ITEM,
    STRUCTURE_BASE,
    STRUCTURE_DOCUMENT,
    WIDTH,
    Int64s,
    Segment,
)

LITERAL, SEGMENT, FILE = 0, 1, 2


@dataclass(slots=True)
class Piece:
    """A stretch of the output: literal bytes, or a range of a segment's body or of an attached file."""

    at: int
    size: int
    kind: int
    data: bytes = b""
    segment: Segment | None = None
    path: Path | None = None
    start: int = 0


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to a segment's body on the way: ``removed`` bytes at ``at`` give way to ``inserted``."""

    at: int
    removed: int
    inserted: bytes


@dataclass(slots=True)
class Placed:
    """One use of a segment: what its numbers are added to and what is changed on the way."""

    segment: Segment
    base: int
    item: int = 0
    structure: int = 0
    edits: list[Edit] = field(default_factory=list)
    shared: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """The copied part of the output: its pieces, its fields and where its objects begin."""

    pieces: list[Piece]
    end: int
    fields: Int64s
    values: Int64s
    numbers: Int64s
    offsets: Int64s


@dataclass(frozen=True, slots=True)
class Roots:
    """Numbers of the output's own objects that segments refer to."""

    catalogue: int
    pages: int
    structure: int


def share_streams(placed: Sequence[Placed]) -> None:
    """Write each large stream once: later copies are cut and their references lead to the first."""
    first: dict[bytes, int] = {}
    for part in placed:
        digests = part.segment.stream_digests
        if not digests:
            continue
        for place, number in enumerate(part.segment.stream_objects.tolist()):
            owner = first.setdefault(digests[32 * place : 32 * place + 32], part.base + number)
            if owner != part.base + number:
                part.shared.append((number, owner))
                part.edits.append(_cut(part.segment, number))


def _cut(segment: Segment, number: int) -> Edit:
    start = int(segment.offsets[number - 1])
    end = int(segment.offsets[number]) if number < segment.objects else segment.body_size
    return Edit(start, end - start, b"")


def number_parts(segments: Sequence[Segment], first: int) -> tuple[list[Placed], int]:
    """Give each use of a segment its range of object numbers; return the next free number."""
    placed = []
    for segment in segments:
        placed.append(Placed(segment, first - 1))
        first += segment.objects
    if first > MOST_OBJECTS:
        raise PlanTooLarge(
            f"This would make one file of more than {MOST_OBJECTS:,} objects, more than PDF viewers can open. "
            "Choose fewer files and make several outputs."
        )
    return placed, first


def lay_out(placed: Sequence[Placed], start: int, roots: Roots) -> Layout:
    """Place the bodies one after the other from ``start``.

    Everything is reckoned for all parts at once: first as if the bodies stood unchanged in a row, then moved by what
    the edits before each place take away or put in.
    """
    segments = [part.segment for part in placed]
    sizes = np.array([segment.body_size for segment in segments], np.int64)
    begins = np.cumsum(sizes) - sizes
    bases = np.array([part.base for part in placed], np.int64)
    counts = np.array([len(segment.positions) for segment in segments])
    object_counts = np.array([segment.objects for segment in segments])
    relative = np.concatenate([segment.positions for segment in segments])
    offset = np.concatenate([segment.offsets for segment in segments])
    target = np.concatenate([segment.targets for segment in segments]).astype(np.int64)
    fields = relative + np.repeat(begins, counts)
    _refuse_strays(
        fields,
        within=bool((relative >= 0).all())
        and bool((relative <= np.repeat(sizes - WIDTH, counts)).all())
        and bool((offset >= 0).all())
        and bool((offset < np.repeat(sizes, object_counts)).all())
        and bool((target <= np.repeat(object_counts, counts)).all()),
    )
    values = target + np.repeat(bases, counts)
    _name_specials(placed, target, values, np.cumsum(counts), roots)
    _lead_to_owners(placed, values)
    numbers = np.arange(1, len(offset) + 1) + np.repeat(
        bases - np.cumsum(object_counts) + object_counts, object_counts
    )
    pieces, end = _pieces(placed, start)
    move = _Moves(placed, begins, start)
    kept, fields = move.places(fields)
    stays, offsets = move.places(offset + np.repeat(begins, object_counts))
    offsets[~stays] = 0
    return Layout(pieces, end, fields[kept], values[kept], numbers, offsets)


def _pieces(placed: Sequence[Placed], start: int) -> tuple[list[Piece], int]:
    """The stretches of all bodies, and where the last one ends."""
    pieces: list[Piece] = []
    out = start
    for part in placed:
        segment, cursor = part.segment, 0
        part.edits.sort(key=_place)
        for edit in part.edits:
            if edit.at < cursor or edit.at + edit.removed > segment.body_size:
                raise SegmentDamaged(
                    f"The prepared copy {segment.path.name} can't be used: its index contradicts itself. "
                    "Prepare the original file again."
                )
            if edit.at > cursor:
                pieces.append(Piece(out, edit.at - cursor, SEGMENT, segment=segment, start=cursor))
                out += edit.at - cursor
            if edit.inserted:
                pieces.append(Piece(out, len(edit.inserted), LITERAL, data=edit.inserted))
                out += len(edit.inserted)
            cursor = edit.at + edit.removed
        if cursor < segment.body_size:
            pieces.append(Piece(out, segment.body_size - cursor, SEGMENT, segment=segment, start=cursor))
            out += segment.body_size - cursor
    return pieces, out


def _place(edit: Edit) -> int:
    return edit.at


class _Moves:
    """Where a place in the unchanged row of bodies comes to lie in the output."""

    def __init__(self, placed: Sequence[Placed], begins: Int64s, start: int) -> None:
        edits = [
            (begin + edit.at, edit)
            for part, begin in zip(placed, begins.tolist(), strict=True)
            for edit in part.edits
        ]
        self.begins = np.array([at for at, _ in edits], np.int64)
        removed = np.array([edit.removed for _, edit in edits], np.int64)
        inserted = np.array([len(edit.inserted) for _, edit in edits], np.int64)
        self.ends = self.begins + removed
        self.shifts = start + np.concatenate([np.zeros(1, np.int64), np.cumsum(inserted - removed)])

    def places(self, before: Int64s) -> tuple[npt.NDArray[np.bool_], Int64s]:
        """Which of the places are still there, and where."""
        if not len(self.begins):
            return np.ones(len(before), np.bool_), before + self.shifts[0]
        passed = np.searchsorted(self.begins, before, side="right")
        cut = (passed > 0) & (before < self.ends[passed - 1])
        return ~cut, before + self.shifts[passed]


def _lead_to_owners(placed: Sequence[Placed], values: Int64s) -> None:
    """References to a stream that is written once lead to its one copy."""
    shared = sorted((part.base + number, owner) for part in placed for number, owner in part.shared)
    if not shared:
        return
    copies = np.array([copy for copy, _ in shared], np.int64)
    owners = np.array([owner for _, owner in shared], np.int64)
    place = np.minimum(np.searchsorted(copies, values), len(copies) - 1)
    found = copies[place] == values
    values[found] = owners[place[found]]


def _refuse_strays(fields: Int64s, *, within: bool) -> None:
    """All segments' indexes in one go: a field or an object outside of its body, or a name out of range."""
    if not within or bool((np.diff(fields) < WIDTH).any()):
        raise SegmentDamaged(
            "One of the prepared copies can't be used: its index points outside of it. Prepare the files again."
        )


def _name_specials(
    placed: Sequence[Placed], target: Int64s, values: Int64s, ends: Int64s, roots: Roots
) -> None:
    where = np.nonzero(target < 0)[0]
    if not len(where):
        return
    owner = np.searchsorted(ends, where, side="right")
    kinds = target[where]
    items = np.array([part.item for part in placed])
    structures = np.array([part.structure for part in placed])
    named = np.full(len(where), roots.catalogue, np.int64)
    named[kinds == PAGES] = roots.pages
    named[kinds == CATALOGUE] = roots.catalogue
    named[kinds == STRUCTURE_DOCUMENT] = roots.structure
    items_wanted = kinds == PART_ITEM
    named[items_wanted] = items[owner[items_wanted]]
    keys = kinds <= STRUCTURE_BASE
    named[keys] = structures[owner[keys]] + (STRUCTURE_BASE - kinds[keys])
    if bool(((named < 0) | (named > MOST_OBJECTS)).any()):
        raise SegmentDamaged(
            "One of the prepared copies can't be used: it names unknown things. Prepare it again."
        )
    values[where] = named
