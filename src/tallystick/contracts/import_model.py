"""What bringing in lines from a spreadsheet is made of: the choice of columns, and all that came of reading them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tallystick.contracts.actions import LineInput
from tallystick.core.money import currency_exponent, format_money
from tallystick.sheets.columns import Field

BY_AMOUNT = (Field.ITEM, Field.COST_CODE, Field.DESCRIPTION, Field.SCHEDULED, Field.GROUP)
BY_UNIT = (
    Field.ITEM,
    Field.COST_CODE,
    Field.DESCRIPTION,
    Field.QUANTITY,
    Field.UNIT,
    Field.UNIT_PRICE,
    Field.SCHEDULED,
    Field.GROUP,
)
LONGEST = {Field.ITEM: 40, Field.COST_CODE: 40, Field.DESCRIPTION: 500, Field.UNIT: 20, Field.GROUP: 100}
CALLED = {
    Field.ITEM: "item",
    Field.COST_CODE: "cost code",
    Field.DESCRIPTION: "description",
    Field.UNIT: "unit",
    Field.GROUP: "heading",
    Field.SCHEDULED: "amount",
    Field.QUANTITY: "quantity",
    Field.UNIT_PRICE: "unit price",
}
MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose, or the guess: the sheet, the first row of lines, which column is what. All from 0."""

    sheet: int
    first_row: int
    columns: Mapping[Field, int]


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a contract decides how its lines are read."""

    by_unit: bool
    currency: str
    locale: str = "en-AU"

    @property
    def exponent(self) -> int:
        """The currency's decimals."""
        return currency_exponent(self.currency)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns that lines of this method have."""
        return BY_UNIT if self.by_unit else BY_AMOUNT

    @property
    def needed(self) -> tuple[Field, ...]:
        """Those that can't be missing."""
        if self.by_unit:
            return (Field.DESCRIPTION, Field.QUANTITY, Field.UNIT_PRICE)
        return (Field.DESCRIPTION, Field.SCHEDULED)

    def money(self, minor: int) -> str:
        """An amount as people read it."""
        return format_money(minor, self.currency, self.locale)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about a cell or a row; ``where`` is its address."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line, the row of the sheet that it stands in (from 0), and its scheduled value."""

    row: int
    line: LineInput
    value: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was made of a sheet. With a problem nothing can be brought in."""

    lines: tuple[ReadLine, ...]
    problems: tuple[Told, ...]
    notes: tuple[Told, ...]
    left_out: tuple[Told, ...]
    total: int
    sheet_total: int | None = None
    sheet_total_at: str = ""
    groups: tuple[str, ...] = ()

    @property
    def inputs(self) -> list[LineInput]:
        """The lines as the action takes them."""
        return [one.line for one in self.lines]

    @property
    def agrees(self) -> bool:
        """Whether the sheet's own total, where it has one, is the sum of the lines."""
        return self.sheet_total is None or self.sheet_total == self.total
