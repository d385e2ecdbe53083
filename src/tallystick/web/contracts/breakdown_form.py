"""A breakdown as typed: the detail rows of every line, read from the form and shown again as they were typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.states import AccountingMethod
from tallystick.contracts.sub_sov import DetailInput, Part
from tallystick.core.errors import BadInput
from tallystick.core.ids import number_in
from tallystick.core.money import (
    currency_exponent,
    extend,
    format_money,
    format_quantity,
    parse_money,
    parse_quantity,
    parse_unit_price,
)
from tallystick.web.contracts.sov_grid import short_price

MOST_ROWS = 10_000
BLANK_ROWS = 5
NAMES = ("detail", "item_number", "description", "scheduled_value", "quantity", "unit", "unit_price")
LONGEST = {"item_number": 40, "description": 500, "unit": 20}


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One detail row as text; ``billed`` is what claims hold of it, ``amount`` what it comes to, minor units."""

    detail: str = ""
    item_number: str = ""
    description: str = ""
    scheduled_value: str = ""
    quantity: str = ""
    unit: str = ""
    unit_price: str = ""
    problem: str = ""
    amount: int | None = None
    billed: int | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(getattr(self, name).strip() for name in NAMES[1:])


@dataclass(frozen=True, slots=True)
class TypedPart:
    """A line of the schedule with its rows, ready to be shown."""

    line: SovLine
    rows: list[TypedRow]
    remaining: int
    billed: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the block is shown unfolded: there is something to do, or to put right."""
        return self.remaining != 0 or any(row.problem for row in self.rows)

    def with_blanks(self, number: int) -> TypedPart:
        """The same with empty rows to go on typing."""
        return replace(self, rows=[*self.rows, *(TypedRow() for _ in range(number))])


@dataclass(slots=True)
class Typed:
    """Everything that came with the form: rows to show, what they mean, and what has to be put right."""

    parts: list[TypedPart] = field(default_factory=list)
    details: dict[int, list[DetailInput]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def shown(parts: Sequence[Part], contract: Contract, billed: dict[int, int]) -> list[TypedPart]:
    """The breakdown as it is stored."""
    return [
        TypedPart(
            part.line,
            [_row_of(detail, contract, billed.get(detail.pk)) for detail in part.details],
            part.remaining,
            sum(billed.get(line.pk, 0) for line in (part.line, *part.details)) if billed else None,
        )
        for part in parts
    ]


def _row_of(line: SovLine, contract: Contract, billed: int | None) -> TypedRow:
    return TypedRow(
        detail=str(line.pk),
        item_number=line.item_number,
        description=line.description,
        scheduled_value=format_money(line.scheduled_value, contract.currency, symbol=False),
        quantity=format_quantity(line.quantity) if line.quantity else "",
        unit=line.unit,
        unit_price=short_price(line.unit_price) if line.unit_price else "",
        amount=line.scheduled_value,
        billed=billed,
    )


def read(posted: QueryDict, parts: Sequence[Part], contract: Contract) -> Typed:
    """The rows as sent, by line. Blank rows are left out; one that can't be read keeps its text and says why."""
    typed = Typed()
    count = 0
    for part in parts:
        rows = _rows(posted, part, contract)
        count += len(rows)
        if count > MOST_ROWS:
            raise BadInput(f"These are more than {MOST_ROWS:,} rows. Use fewer and larger ones.")
        _read_part(typed, part, rows, contract)
    return typed


def _rows(posted: QueryDict, part: Part, contract: Contract) -> list[TypedRow]:
    key = part.line.pk
    columns: dict[str, Any] = {name: posted.getlist(f"{name}-{key}") for name in NAMES}
    length = max(map(len, columns.values()), default=0)
    rows = [
        TypedRow(**{name: column[at] for name, column in columns.items() if at < len(column)})
        for at in range(length)
    ]
    return rows + _pasted(posted.get(f"pasted-{key}", ""), contract)


def _pasted(text: str, contract: Contract) -> list[TypedRow]:
    """Rows copied from a spreadsheet: description and figures, with or without a number before them."""
    by_unit = contract.accounting_method == AccountingMethod.UNIT
    names = (
        "item_number",
        "description",
        *(("quantity", "unit", "unit_price") if by_unit else ("scheduled_value",)),
    )
    rows = []
    for line in text.splitlines()[:MOST_ROWS]:
        cells = [cell.strip() for cell in line.split("\t")]
        if any(cells):
            chosen = names[min(max(0, len(names) - len(cells)), 1) :]
            rows.append(TypedRow(**dict(zip(chosen, cells, strict=False))))
    return rows


def _read_part(typed: Typed, part: Part, rows: Sequence[TypedRow], contract: Contract) -> None:
    kept: list[TypedRow] = []
    lines: list[DetailInput] = []
    total = 0
    for row in rows:
        if row.is_blank:
            continue
        try:
            line, amount = _input(row, contract)
        except BadInput as problem:
            kept.append(replace(row, problem=str(problem)))
            typed.problems.append(f"Line {part.line.item_number}, row {len(kept)}: {problem}")
        else:
            kept.append(replace(row, amount=amount))
            lines.append(line)
            total += amount
    typed.parts.append(TypedPart(part.line, kept, part.line.scheduled_value - total))
    typed.details[part.line.pk] = lines


def _input(row: TypedRow, contract: Contract) -> tuple[DetailInput, int]:
    if not row.description.strip():
        raise BadInput("Say what the work is.")
    for name, most in LONGEST.items():
        if len(getattr(row, name).strip()) > most:
            raise BadInput(f"The {name.replace('_', ' ')} is longer than {most} characters. Shorten it.")
    exponent = currency_exponent(contract.currency)
    description, item, key = row.description.strip(), row.item_number.strip(), number_in(row.detail)
    if contract.accounting_method == AccountingMethod.UNIT:
        quantity = parse_quantity(row.quantity)
        price = parse_unit_price(row.unit_price, currency=contract.currency)
        return (
            DetailInput(description, 0, item, quantity, row.unit.strip(), price, key),
            extend(quantity, price, exponent),
        )
    amount = parse_money(row.scheduled_value, exponent, currency=contract.currency)
    return DetailInput(description, amount, item, id=key), amount
