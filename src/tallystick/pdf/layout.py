"""Where everything goes: object numbers, byte offsets and field values of a plan, before a byte is copied."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tallystick.pdf.model import PlanTooLarge, SegmentDamaged
from tallystick.pdf.segment import (
    CATALOGUE,
    MOST_OBJECTS,
    PAGES,
    PART_ITEM,
    STRUCTURE_BASE,
    STRUCTURE_DOCUMENT,
    Segment,
)

if TYPE_CHECKING:
    from tallystick.pdf.segment import Int64s

LITERAL, SEGMENT, FILE = 0, 1, 2
# Up to so many fields and objects plain Python is done before numpy would be loaded.
FEW = 20_000


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
    """The copied part of the output: its pieces, its fields and where its objects begin, by number.

    Lists when it is a small one, numpy's arrays when it is not; ``offsets`` has a place for every number below
    the next free one, 0 where there is no object.
    """

    pieces: list[Piece]
    end: int
    fields: list[int] | Int64s
    values: list[int] | Int64s
    offsets: list[int] | Int64s


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
        for place, number in enumerate(part.segment.stream_objects):
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


def lay_out(placed: Sequence[Placed], start: int, roots: Roots, numbers: int) -> Layout:
    """Place the bodies one after the other from ``start``; ``numbers`` is the first number that nothing has."""
    pieces, end = _pieces(placed, start)
    things = sum(len(part.segment.positions) + part.segment.objects for part in placed)
    if plainly(things):
        from tallystick.pdf import reckoning_plain

        return Layout(pieces, end, *reckoning_plain.reckon(placed, start, roots, numbers))
    from tallystick.pdf import reckoning

    return Layout(pieces, end, *reckoning.reckon(placed, start, roots, numbers))


def plainly(things: int) -> bool:
    """Whether so many fields and objects are done in plain Python before numpy would be there."""
    return things <= FEW and "numpy" not in sys.modules


def special(kind: int, part: Placed, roots: Roots) -> int:
    """The output's number, or structure key, that a target below 1 stands for; raises SegmentDamaged."""
    if kind == PAGES:
        return roots.pages
    if kind == PART_ITEM:
        return part.item
    if kind == CATALOGUE:
        return roots.catalogue
    if kind == STRUCTURE_DOCUMENT:
        return roots.structure
    if STRUCTURE_BASE - MOST_OBJECTS <= kind <= STRUCTURE_BASE:
        key: int = part.structure + STRUCTURE_BASE - kind
        return min(key, MOST_OBJECTS)
    raise SegmentDamaged(
        "One of the prepared copies can't be used: it names unknown things. Prepare it again."
    )


def strayed() -> SegmentDamaged:
    """The refusal of an index with a field or an object outside of its body, or a name out of range."""
    return SegmentDamaged(
        "One of the prepared copies can't be used: its index points outside of it. Prepare the files again."
    )


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
