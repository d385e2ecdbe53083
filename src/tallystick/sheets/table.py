"""What is written to a spreadsheet: columns of a kind, rows of exact values, nothing computed.

Amounts are integers of minor units, percentages of basis points, quantities and unit prices of ten-thousandths, as
everywhere. ``None`` leaves a cell empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Value = int | str | date | None


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    MONEY = "money"
    PERCENT = "percent"
    QUANTITY = "quantity"
    PRICE = "price"
    COUNT = "count"
    DAY = "day"


WIDTHS = {
    Kind.TEXT: 18,
    Kind.MONEY: 15,
    Kind.PERCENT: 9,
    Kind.QUANTITY: 12,
    Kind.PRICE: 12,
    Kind.COUNT: 9,
    Kind.DAY: 12,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``width`` in characters, 0 for its kind's own; a hidden one is there for reading back."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 0
    hidden: bool = False
    typed: bool = False

    @property
    def characters(self) -> int:
        """How wide it is."""
        return self.width or WIDTHS[self.kind]


class Style(StrEnum):
    """How a row is set."""

    LINE = "line"
    HEADING = "heading"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: one value for each column."""

    values: Sequence[Value]
    style: Style = Style.LINE


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet. ``rows`` may be a generator: it is gone through once. ``exponent`` is the currency's."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    exponent: int = 2
    hidden: bool = False
    frozen_columns: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Properties of the document."""

    title: str
    subject: str = ""
    company: str = ""
    comments: str = ""
    keywords: Sequence[str] = field(default=())
