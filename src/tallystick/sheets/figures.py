"""What a cell says as an amount, a quantity, a unit price or a text: exactly, or in a sentence why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tallystick.core.dates import format_date
from tallystick.core.errors import BadInput
from tallystick.core.money import (
    MAX_MINOR,
    bounded,
    parse_money,
    parse_quantity,
    parse_unit_price,
    round_half_up,
)
from tallystick.core.text import clipped
from tallystick.sheets.book import Cell, Kind

SCALE_PLACES = 4
_NOUGHT = frozenset({"-", "–", "—", "−", "nil", "$ -", "$-", "$ –", "- $"})
_DECIMAL = re.compile(r"[-−]?\d+\.\d{4,}")
_COMMA = re.compile(r"[-−(]?\s*\d{1,3}(?:[. ]?\d{3})*,\d{1,2}\)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as an integer of its unit. ``rounded_from`` is what the cell holds where that has more decimals."""

    value: int
    rounded_from: str = ""


def money_in(cell: Cell, exponent: int, currency: str) -> Figure:
    """The amount in a cell, minor units, half a cent up where a formula left more decimals than the currency has.

    Raises ``BadInput`` for what is no amount; a dash is nought.
    """
    return _figure(cell, exponent, "an amount", lambda text: parse_money(text, exponent, currency=currency))


def quantity_in(cell: Cell) -> Figure:
    """The quantity in a cell, ten-thousandths. Raises ``BadInput``."""
    return _figure(cell, SCALE_PLACES, "a quantity", parse_quantity)


def unit_price_in(cell: Cell, currency: str) -> Figure:
    """The unit price in a cell, ten-thousandths. Raises ``BadInput``."""
    return _figure(cell, SCALE_PLACES, "a unit price", lambda text: parse_unit_price(text, currency=currency))


def _figure(cell: Cell, places: int, what: str, parse: Callable[[str], int]) -> Figure:
    check_readable(cell, what)
    text = cell.text.strip()
    if cell.is_number or _DECIMAL.fullmatch(text):
        return _exact(text.replace("−", "-"), places)
    if text.lower() in _NOUGHT:
        return Figure(0)
    try:
        return Figure(parse(text))
    except BadInput as problem:
        said = str(problem)
        if "another currency" in said or "more decimals" in said or "percentage" in said:
            raise
        hint = " Write a point before the decimals." if _COMMA.fullmatch(text) else ""
        raise BadInput(f"“{clipped(text, 40)}” is not {what}.{hint}") from problem


def check_readable(cell: Cell, what: str) -> None:
    """Raise ``BadInput`` for a cell that is neither a text nor a number."""
    if cell.kind is Kind.DATE:
        raise BadInput(f"{shown(cell)} is a date, not {what}.")
    if cell.kind is Kind.TRUTH:
        raise BadInput(f"“{cell.text}” is not {what}.")
    if cell.kind is Kind.FAULT:
        raise BadInput(
            f"the formula ends in {cell.text}. Put it right in the spreadsheet, then upload it again."
        )
    if cell.kind is Kind.UNCALCULATED:
        raise BadInput(
            "the formula was never calculated. Open the file in a spreadsheet program, save it and upload it again."
        )


def _exact(text: str, places: int) -> Figure:
    whole, _, fraction = text.partition(".")
    digits = int(whole.lstrip("-") + fraction or "0") * (-1 if whole.startswith("-") else 1)
    if len(fraction) <= places:
        return Figure(_small(digits * 10 ** (places - len(fraction))))
    value = round_half_up(digits, 10 ** (len(fraction) - places))
    # What is left of binary arithmetic far behind the decimals is no difference to anybody.
    difference = abs(value * 10 ** (len(fraction) - places) - digits)
    told = difference * 10_000 >= 10 ** (len(fraction) - places)
    return Figure(_small(value), text if told else "")


def _small(value: int) -> int:
    if abs(value) > MAX_MINOR:
        return bounded(value, "It")
    return value


def shown(cell: Cell) -> str:
    """The cell as people read it: a day as ``21 Mar 2026``, everything else as its text on one line."""
    text = " ".join(cell.text.split())
    if cell.kind is Kind.DATE:
        try:
            return format_date(date.fromisoformat(text[:10]))
        except ValueError:
            return text
    return text
