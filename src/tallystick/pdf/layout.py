"""Where everything goes: object numbers, byte offsets and field values of a plan, before a byte is copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tallystick.pdf.model import PlanTooLarge, SegmentDamaged
from tallystick.pdf.segment import (
    CATALOGUE,
    MOST_OBJECTS,
    PAGES,
    PART_ITEM,
    STRUCTURE_BASE,
    STRUCTURE_DOCUMENT,
    WIDTH,
    Int32s,
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
    """Place the bodies one after the other from ``start``."""
    pieces: list[Piece] = []
    positions: list[Int64s] = []
    targets: list[Int64s | Int32s] = []
    offsets: list[Int64s] = []
    sizes: list[int] = []
    retargeted: list[tuple[int, Int64s, Int64s]] = []
    at, fields_before = start, 0
    starts = []
    for part in placed:
        segment = part.segment
        starts.append(at)
        if part.edits:
            edited = _edited(part, at, pieces)
            positions.append(edited.positions)
            targets.append(edited.targets)
            offsets.append(edited.offsets)
            sizes.append(edited.size)
            if part.shared:
                retargeted.append((fields_before, *_retarget(part, edited.targets)))
            at += edited.size
            fields_before += len(edited.positions)
        else:
            pieces.append(Piece(at, segment.body_size, SEGMENT, segment=segment))
            positions.append(segment.positions)
            targets.append(segment.targets)
            offsets.append(segment.offsets)
            sizes.append(segment.body_size)
            at += segment.body_size
            fields_before += len(segment.positions)
    if not placed:
        empty = np.zeros(0, np.int64)
        return Layout([], start, empty, empty, empty, empty)
    counts = np.array([len(p) for p in positions])
    object_counts = np.array([len(o) for o in offsets])
    relative = np.concatenate(positions)
    target = np.concatenate(targets).astype(np.int64)
    offset = np.concatenate(offsets)
    starts_array, sizes_array = np.array(starts), np.array(sizes)
    bases = np.array([part.base for part in placed])
    fields = relative + np.repeat(starts_array, counts)
    most = np.array([part.segment.objects for part in placed])
    _refuse_strays(
        fields,
        within=bool((relative >= 0).all())
        and bool((relative <= np.repeat(sizes_array - WIDTH, counts)).all())
        and bool((offset < np.repeat(sizes_array, object_counts)).all())
        and bool((target <= np.repeat(most, counts)).all()),
    )
    values = target + np.repeat(bases, counts)
    _name_specials(placed, target, values, np.cumsum(counts), roots)
    for before, where, owners in retargeted:
        values[before + where] = owners
    numbers = np.concatenate([np.arange(1, n + 1) for n in object_counts.tolist()])
    numbers += np.repeat(bases, object_counts)
    placed_at = np.where(offset >= 0, offset + np.repeat(starts_array, object_counts), 0)
    return Layout(pieces, at, fields, values, numbers, placed_at)


@dataclass(slots=True)
class _Edited:
    positions: Int64s
    targets: Int64s
    offsets: Int64s
    size: int


def _edited(part: Placed, at: int, pieces: list[Piece]) -> _Edited:
    segment = part.segment
    edits = sorted(part.edits, key=lambda edit: edit.at)
    cursor, out = 0, at
    for edit in edits:
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
    places = np.array([edit.at for edit in edits], np.int64)
    ends = places + np.array([edit.removed for edit in edits], np.int64)
    shifts = np.cumsum([len(edit.inserted) - edit.removed for edit in edits])
    shifts = np.concatenate([[0], shifts])
    before = np.searchsorted(places, segment.positions, side="right")
    inside = (before > 0) & (segment.positions < ends[before - 1])
    kept = ~inside
    positions = (segment.positions + shifts[before])[kept]
    before = np.searchsorted(places, segment.offsets, side="right")
    inside = (before > 0) & (segment.offsets < ends[before - 1])
    offsets = np.where(inside, -1, segment.offsets + shifts[before])
    return _Edited(positions, segment.targets[kept].astype(np.int64), offsets, out - at)


def _retarget(part: Placed, targets: Int64s) -> tuple[Int64s, Int64s]:
    numbers = np.array([number for number, _ in part.shared], np.int64)
    owners = np.array([owner for _, owner in part.shared], np.int64)
    order = np.argsort(numbers)
    numbers, owners = numbers[order], owners[order]
    place = np.minimum(np.searchsorted(numbers, targets), len(numbers) - 1)
    where = np.nonzero(numbers[place] == targets)[0]
    return where, owners[place[where]]


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
