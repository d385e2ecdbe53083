"""A schedule of values as typed into a plain grid: read, checked line by line, shown again as it was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.sov import LONGEST, MOST_LINES, LineInput, fingerprint
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

__all__ = [
    "Grid",
    "TypedLine",
    "fingerprint",
    "grid_of",
    "read_grid",
    "says_the_same",
    "short_price",
    "typed_grid",
]

BLANK_ROWS = 5
TEXTS = ("item_number", "group", "cost_code", "description")
FIGURES = ("scheduled_value", "quantity", "unit", "unit_price")
NAMES = (*TEXTS, *FIGURES)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One row of the grid, as text. ``line`` is the id of the line that it was, ``value`` what it comes to where it
    can be read, ``problem`` what has to be put right."""

    item_number: str = ""
    group: str = ""
    cost_code: str = ""
    description: str = ""
    scheduled_value: str = ""
    quantity: str = ""
    unit: str = ""
    unit_price: str = ""
    line: str = ""
    is_ticked: bool = False
    value: int | None = None
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; a heading alone is nothing."""
        return not any(getattr(self, name).strip() for name in NAMES if name != "group")


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

    @property
    def headings(self) -> list[str]:
        """The headings in use, to be offered again."""
        return list(dict.fromkeys(row.group.strip() for row in self.rows if row.group.strip()))


def read_grid(posted: QueryDict, contract: Contract) -> Grid:
    """The grid as sent. Blank rows are left out; a line that can't be read keeps its text and says why."""
    return _read([row for row in _rows(posted, contract) if not row.is_blank], contract)


def typed_grid(posted: QueryDict, contract: Contract, act: str) -> Grid:
    """The grid as sent after one of its tools was used on the ticked rows; nothing is said about lines yet.

    ``act`` is ``more``, ``below``, ``remove``, ``up`` or ``down``; anything else only adds up.
    """
    rows = _rows(posted, contract)
    chosen = [at for at, row in enumerate(rows) if row.is_ticked]
    if act == "more":
        rows += [TypedLine() for _ in range(20)]
    elif act == "below":
        for at in reversed(chosen or [len(rows) - 1]):
            rows.insert(at + 1, TypedLine(group=rows[at].group if rows else ""))
    elif act == "remove":
        rows = [row for row in rows if not row.is_ticked]
    elif act in ("up", "down"):
        _move(rows, chosen, up=act == "up")
    _check_number(rows)
    read = _read([row for row in rows if not row.is_blank], contract)
    values = iter(read.rows)
    shown = [row if row.is_blank else replace(row, value=next(values).value) for row in rows]
    return Grid(shown, read.lines, [], read.total)


def _move(rows: list[TypedLine], chosen: list[int], *, up: bool) -> None:
    """Each run of ticked rows one place up or down, until it stands at the end."""
    if up:
        for floor, at in enumerate(chosen):
            if at > floor:
                rows[at - 1], rows[at] = rows[at], rows[at - 1]
        return
    for below, at in enumerate(reversed(chosen)):
        if at < len(rows) - 1 - below:
            rows[at + 1], rows[at] = rows[at], rows[at + 1]


def _rows(posted: QueryDict, contract: Contract) -> list[TypedLine]:
    columns = {name: posted.getlist(name) for name in (*NAMES, "line")}
    length = max(map(len, columns.values()), default=0)
    ticked = set(posted.getlist("tick"))
    typed = []
    for at in range(length):
        texts: dict[str, Any] = {
            name: values[at] if at < len(values) else "" for name, values in columns.items()
        }
        typed.append(TypedLine(**texts, is_ticked=str(at + 1) in ticked))
    typed += _pasted(posted.get("pasted", ""), contract)
    _check_number(typed)
    return typed


def _check_number(rows: Sequence[TypedLine]) -> None:
    if sum(not row.is_blank for row in rows) > MOST_LINES:
        raise BadInput(
            f"These are more than {MOST_LINES:,} lines, the most that there can be. Use fewer, larger ones."
        )


def _read(typed: Iterable[TypedLine], contract: Contract) -> Grid:
    rows, lines, problems = [], [], []
    for row in typed:
        try:
            line = _line(row, contract)
            lines.append(line)
            rows.append(replace(row, value=_value(line, contract)))
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
            group=line.group,
            cost_code=line.cost_code,
            description=line.description,
            scheduled_value=format_money(line.scheduled_value, contract.currency, symbol=False),
            quantity=format_quantity(line.quantity) if line.quantity else "",
            unit=line.unit,
            unit_price=short_price(line.unit_price) if line.unit_price else "",
            line=str(line.pk),
            value=line.scheduled_value,
        )
        for line in found
    ]
    return Grid(rows, [], [], sum(line.scheduled_value for line in found))


def says_the_same(lines: Sequence[SovLine], typed: Sequence[LineInput], *, by_unit: bool) -> bool:
    """Whether what was typed is what is there already: then sending it again is no conflict."""
    return len(lines) == len(typed) and all(
        (
            line.description,
            line.group,
            line.cost_code,
            line.item_number,
            line.quantity,
            line.unit,
            line.unit_price,
            0 if by_unit else line.scheduled_value,
        )
        == (
            row.description,
            row.group,
            row.cost_code,
            row.item_number or str(at),
            row.quantity,
            row.unit,
            row.unit_price,
            row.scheduled_value,
        )
        for at, (line, row) in enumerate(zip(lines, typed, strict=True), 1)
    )


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
            label = {"group": "heading"}.get(name, name.replace("_", " "))
            raise BadInput(f"The {label} is longer than {most} characters. Shorten it.")
    texts: dict[str, Any] = {name: getattr(row, name).strip() for name in TEXTS}
    texts["id"] = int(row.line) if row.line.isascii() and row.line.isdigit() and len(row.line) < 18 else None
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
