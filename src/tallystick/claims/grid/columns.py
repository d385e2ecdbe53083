"""Columns of a grid, what somebody chose about them, and what may be typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tallystick.claims.models import ClaimLine

Value = Callable[[ClaimLine], int | str | None]

WIDTHS = {
    "money": 114,
    "price": 96,
    "quantity": 88,
    "percent": 80,
    "text": 96,
    "mark": 96,
    "words": 220,
}
"""Pixels of a column by its kind, until somebody drags it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``kind`` is money, percent, quantity, price, text (short, read only), words (typed) or mark (review).

    ``figure`` names the value for the script: a figure of the calculation, or ``claimed.work`` for what is kept on
    the line. Columns with ``summed`` have subtotals. ``shown`` is whether it stands in the grid before anybody chose.
    """

    key: str
    label: str
    kind: str
    of: Value
    figure: str = ""
    is_input: bool = False
    hint: str = ""
    section: str = ""
    summed: bool = False
    shown: bool = True
    pinned: bool = False
    width: int = 0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What somebody chose for a grid: by column whether it is shown and pinned and how wide; what lines stand under."""

    shown: Mapping[str, bool] = field(default_factory=dict)
    pinned: Mapping[str, bool] = field(default_factory=dict)
    widths: Mapping[str, int] = field(default_factory=dict)
    group_by: str = "contract"

    def applied_to(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """All columns as chosen. The first is always shown, and stands before the other pinned ones."""
        return tuple(
            replace(
                column,
                shown=index == 0 or self.shown.get(column.key, column.shown),
                pinned=index == 0 or self.pinned.get(column.key, column.pinned),
                width=self.widths.get(column.key) or column.width or WIDTHS[column.kind],
            )
            for index, column in enumerate(columns)
        )


AS_DELIVERED = Arrangement()


def in_view(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that stand in the grid, pinned ones first."""
    shown = [column for column in columns if column.shown]
    return (*[c for c in shown if c.pinned], *[c for c in shown if not c.pinned])


@dataclass(frozen=True, slots=True)
class Typing:
    """What may be typed into the claim now."""

    entries: bool = False
    retention: bool = False
    review: bool = False


NOTHING = Typing()
