"""A schedule of values as typed into a plain grid: read, checked line by line, shown again as it was typed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from tallystick.contracts.actions import LineInput
from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.states import AccountingMethod
from tallystick.core.errors import BadInput
from tallystick.core.money import (
    currency_exponent,
    extend,
    format_money,
    format_quantity,
    parse_money,
    parse_quantity,
    parse_unit_price,
    scaled_to_decimal_string,
)

BLANK_ROWS = 5
MOST_ROWS = 2_000
NAMES = ("item_number", "cost_code", "description", "scheduled_value", "quantity", "unit", "unit_price")
LONGEST = {"item_number": 40, "cost_code": 40, "description": 500, "unit": 20}


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One row of the grid, as text. ``problem`` says what has to be put right."""

    item_number: str = ""
    cost_code: str = ""
    description: str = ""
    scheduled_value: str = ""
    quantity: str = ""
    unit: str = ""
    unit_price: str = ""
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(getattr(self, name).strip() for name in NAMES)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows to show, and the lines they mean where every one of them can be read."""

    rows: list[TypedLine]
    lines: list[LineInput]
    problems: list[str]
    total: int

    def with_blanks(self, number: int = BLANK_ROWS) -> Grid:
        """The same with empty rows to go on typing."""
        return replace(self, rows=[*self.rows, *(TypedLine() for _ in range(number))])


def read_grid(posted: QueryDict, contract: Contract) -> Grid:
    """The grid as sent. Blank rows are left out; a line that can't be read keeps its text and says why."""
    columns = [posted.getlist(name) for name in NAMES]
    length = max((len(column) for column in columns), default=0)
    if length > MOST_ROWS:
        raise BadInput(f"These are more than {MOST_ROWS:,} lines. Send them in parts.")
    typed = [
        TypedLine(*(column[index] if index < len(column) else "" for column in columns))
        for index in range(length)
    ]
    typed += _pasted(posted.get("pasted", ""), contract)
    rows, lines, problems = [], [], []
    for row in typed:
        if row.is_blank:
            continue
        try:
            lines.append(_line(row, contract))
            rows.append(row)
        except BadInput as problem:
            rows.append(replace(row, problem=str(problem)))
            problems.append(f"Line {len(rows)}: {problem}")
    return Grid(rows, lines, problems, sum(_value(line, contract) for line in lines))


def grid_of(lines: Iterable[SovLine], contract: Contract) -> Grid:
    """The grid of lines that exist."""
    found = list(lines)
    rows = [
        TypedLine(
            item_number=line.item_number,
            cost_code=line.cost_code,
            description=line.description,
            scheduled_value=format_money(line.scheduled_value, contract.currency, symbol=False),
            quantity=format_quantity(line.quantity) if line.quantity else "",
            unit=line.unit,
            unit_price=short_price(line.unit_price) if line.unit_price else "",
        )
        for line in found
    ]
    return Grid(rows, [], [], sum(line.scheduled_value for line in found))


def fingerprint(lines: Sequence[SovLine]) -> str:
    """Changes when any line changes: a page sends it back, so that it can't overwrite what it has not seen."""
    text = repr(
        [
            (line.pk, line.position, line.description, line.scheduled_value, line.quantity, line.unit_price)
            for line in lines
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _pasted(text: str, contract: Contract) -> list[TypedLine]:
    """Rows copied from a spreadsheet: description and figures, with or without number and cost code."""
    by_unit = contract.accounting_method == AccountingMethod.UNIT
    figures = ("quantity", "unit", "unit_price") if by_unit else ("scheduled_value",)
    names = (*("item_number", "cost_code", "description"), *figures)
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if not any(cells):
            continue
        missing = max(0, len(names) - len(cells))
        # Fewer columns: the ones in front are left out first.
        chosen = names[min(missing, 2) :]
        rows.append(TypedLine(**dict(zip(chosen, cells, strict=False))))
    return rows


def _line(row: TypedLine, contract: Contract) -> LineInput:
    if not row.description.strip():
        raise BadInput("Say what the work is.")
    for name, most in LONGEST.items():
        if len(getattr(row, name).strip()) > most:
            raise BadInput(f"The {name.replace('_', ' ')} is longer than {most} characters. Shorten it.")
    texts: dict[str, Any] = {
        name: getattr(row, name).strip() for name in ("item_number", "cost_code", "description")
    }
    if contract.accounting_method == AccountingMethod.UNIT:
        line = LineInput(
            **texts,
            quantity=parse_quantity(row.quantity),
            unit=row.unit.strip(),
            unit_price=parse_unit_price(row.unit_price, currency=contract.currency),
        )
        _value(line, contract)
        return line
    exponent = currency_exponent(contract.currency)
    return LineInput(
        **texts, scheduled_value=parse_money(row.scheduled_value, exponent, currency=contract.currency)
    )


def _value(line: LineInput, contract: Contract) -> int:
    if contract.accounting_method == AccountingMethod.UNIT:
        return extend(line.quantity, line.unit_price, currency_exponent(contract.currency))
    return line.scheduled_value


def short_price(scaled: int) -> str:
    """A unit price with four decimals but without idle noughts, two at least: ``125.00``, ``0.0875``."""
    whole, _, fraction = scaled_to_decimal_string(scaled).partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"
