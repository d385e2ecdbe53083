"""Offsets and values of a plan by numpy, for all parts at once.

First everything is reckoned as if the bodies stood unchanged in a row, then moved by what the edits before each
place take away or put in. ``reckoning_plain`` does the same for small plans; their results must be the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tallystick.pdf.layout import Placed, Roots, special, strayed
from tallystick.pdf.segment import WIDTH

if TYPE_CHECKING:
    from tallystick.pdf.segment import Int64s


def reckon(placed: Sequence[Placed], start: int, roots: Roots, numbers: int) -> tuple[Int64s, Int64s, Int64s]:
    """Where the fields are, what they hold, and where the objects begin by number; raises SegmentDamaged."""
    segments = [part.segment for part in placed]
    sizes = np.array([segment.body_size for segment in segments], np.int64)
    begins = np.cumsum(sizes) - sizes
    bases = np.array([part.base for part in placed], np.int64)
    counts = np.array([len(segment.positions) for segment in segments])
    object_counts = np.array([segment.objects for segment in segments])
    relative = np.frombuffer(b"".join([segment.positions for segment in segments]), np.int64)
    offset = np.frombuffer(b"".join([segment.offsets for segment in segments]), np.int64)
    target = np.frombuffer(b"".join([segment.targets for segment in segments]), np.int32).astype(np.int64)
    fields = relative + np.repeat(begins, counts)
    if (
        bool((relative < 0).any())
        or bool((relative > np.repeat(sizes - WIDTH, counts)).any())
        or bool((offset < 0).any())
        or bool((offset >= np.repeat(sizes, object_counts)).any())
        or bool((target > np.repeat(object_counts, counts)).any())
        or bool((np.diff(fields) < WIDTH).any())
    ):
        raise strayed()
    values = target + np.repeat(bases, counts)
    where = np.nonzero(target <= 0)[0]
    owners = np.searchsorted(np.cumsum(counts), where, side="right").tolist()
    values[where] = [
        special(kind, placed[owner], roots)
        for kind, owner in zip(target[where].tolist(), owners, strict=True)
    ]
    _lead_to_owners(placed, values)
    move = _Moves(placed, begins, start)
    kept, fields = move.places(fields)
    stays, offset = move.places(offset + np.repeat(begins, object_counts))
    by_number = np.zeros(numbers, np.int64)
    first = bases - np.cumsum(object_counts) + object_counts
    by_number[np.arange(1, len(offset) + 1) + np.repeat(first, object_counts)] = np.where(stays, offset, 0)
    return fields[kept], values[kept], by_number


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
