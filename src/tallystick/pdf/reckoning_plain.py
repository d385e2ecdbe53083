"""Offsets and values of a small plan in plain Python: loading numpy would take longer than all of it.

The twin of ``reckoning``; what it gives must be the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from tallystick.pdf.layout import Placed, Roots, special, strayed
from tallystick.pdf.segment import WIDTH


def reckon(
    placed: Sequence[Placed], start: int, roots: Roots, numbers: int
) -> tuple[list[int], list[int], list[int]]:
    """Where the fields are, what they hold, and where the objects begin by number; raises SegmentDamaged."""
    fields: list[int] = []
    values: list[int] = []
    by_number = [0] * numbers
    for part in placed:
        segment, base = part.segment, part.base
        _refuse_strays(part)
        move = _Moves(part, start)
        owners = dict(part.shared)
        for position, target in zip(segment.positions, segment.targets, strict=True):
            place = move.place(position)
            if place is None:
                continue
            fields.append(place)
            if target <= 0:
                values.append(special(target, part, roots))
            else:
                values.append(owners.get(target, base + target))
        for number, offset in enumerate(segment.offsets, start=base + 1):
            by_number[number] = move.place(offset) or 0
        start = move.end
    return fields, values, by_number


def _refuse_strays(part: Placed) -> None:
    segment, before = part.segment, 0
    for position in segment.positions:
        if position < before:
            raise strayed()
        before = position + WIDTH
    if before > segment.body_size:
        raise strayed()
    if any(not 0 <= offset < segment.body_size for offset in segment.offsets):
        raise strayed()
    if any(target > segment.objects for target in segment.targets):
        raise strayed()


class _Moves:
    """Where a place in a part's unchanged body comes to lie in the output."""

    def __init__(self, part: Placed, start: int) -> None:
        self.begins = [edit.at for edit in part.edits]
        self.ends = [edit.at + edit.removed for edit in part.edits]
        changes = [len(edit.inserted) - edit.removed for edit in part.edits]
        self.shifts = list(accumulate(changes, initial=start))
        self.end = part.segment.body_size + self.shifts[-1]

    def place(self, before: int) -> int | None:
        """None when the place was cut."""
        passed = bisect_right(self.begins, before)
        if passed and before < self.ends[passed - 1]:
            return None
        return before + self.shifts[passed]
