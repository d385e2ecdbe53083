"""What was read from a spreadsheet: sheets of cells, each a text, an exact number, or something that is neither.

A row is a list of short texts whose first character is the cell's kind, so that a book of 20,000 rows is a small JSON
document that can be kept between looking at it and bringing it in. Nothing here parses a file.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_KEPT_BYTES = 64 << 20


class Kind(StrEnum):
    """What a cell holds. Its value is the first character of the stored text."""

    EMPTY = ""
    TEXT = "t"
    NUMBER = "n"
    DATE = "d"
    TRUTH = "b"
    FAULT = "e"
    UNCALCULATED = "f"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``text`` of a number is exact and plain (``-1234.5``), of a date ``2026-03-21``."""

    kind: Kind
    text: str = ""

    def __bool__(self) -> bool:
        return self.kind is not Kind.EMPTY

    @property
    def is_number(self) -> bool:
        """Whether the sheet holds it as a number, so that its decimals are not what somebody typed."""
        return self.kind is Kind.NUMBER


EMPTY = Cell(Kind.EMPTY)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet from its cell A1 on. ``cut`` says what was too much to read; empty where all of it is here."""

    name: str
    rows: Sequence[Sequence[str]]
    hidden: bool = False
    cut: str = ""
    merged: Sequence[tuple[int, int, int, int]] = ()

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a row and column, both from 0; empty outside of what there is."""
        if not 0 <= row < len(self.rows) or not 0 <= column < len(self.rows[row]):
            return EMPTY
        kept = self.rows[row][column]
        return Cell(Kind(kept[0]), kept[1:]) if kept else EMPTY

    def text(self, row: int, column: int) -> str:
        """The cell as text on one line."""
        return " ".join(self.cell(row, column).text.split())

    @property
    def width(self) -> int:
        """The number of columns of its widest row."""
        return max((len(row) for row in self.rows), default=0)

    def is_blank(self, row: int) -> bool:
        """Whether nothing stands in this row."""
        return not any(cell[1:].strip() for cell in self.rows[row] if cell)

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(1 for row in self.rows for cell in row if cell)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return all(self.is_blank(row) for row in range(len(self.rows)))


@dataclass(frozen=True, slots=True)
class Book:
    """What one file held. ``is_text`` where it was a .csv or the like, whose numbers are as somebody typed them."""

    name: str
    sheets: tuple[Sheet, ...]
    is_text: bool = False
    notes: tuple[str, ...] = field(default=())

    def sheet_named(self, name: str) -> Sheet | None:
        """The sheet of this name, hidden ones too."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    @property
    def best(self) -> int:
        """The sheet that most likely holds the table: of those that are seen the one with most in it."""
        order = sorted(
            range(len(self.sheets)),
            key=lambda index: (self.sheets[index].hidden, -self.sheets[index].filled, index),
        )
        return order[0] if order else 0

    def packed(self) -> bytes:
        """The book as compressed bytes, for keeping."""
        return zlib.compress(json.dumps(as_plain(self), separators=(",", ":")).encode(), 6)


def unpacked(data: bytes) -> Book:
    """The book that ``packed`` made."""
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(bytes(data), MOST_KEPT_BYTES)
    if unpacker.unconsumed_tail:
        raise ValueError("more was kept than a book can hold")
    return from_plain(json.loads(text))


def as_plain(book: Book) -> dict[str, Any]:
    """The book as lists and texts."""
    return {
        "name": book.name,
        "text": book.is_text,
        "notes": list(book.notes),
        "sheets": [
            {
                "name": sheet.name,
                "rows": [list(row) for row in sheet.rows],
                "hidden": sheet.hidden,
                "cut": sheet.cut,
                "merged": [list(area) for area in sheet.merged],
            }
            for sheet in book.sheets
        ],
    }


def from_plain(plain: dict[str, Any]) -> Book:
    """The book that ``as_plain`` made."""
    return Book(
        plain["name"],
        tuple(
            Sheet(
                sheet["name"],
                sheet["rows"],
                sheet["hidden"],
                sheet["cut"],
                tuple((area[0], area[1], area[2], area[3]) for area in sheet["merged"]),
            )
            for sheet in plain["sheets"]
        ),
        plain["text"],
        tuple(plain["notes"]),
    )


def letters(column: int) -> str:
    """The letters of a column, from 0: ``A``, ``Z``, ``AA``."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(row: int, column: int) -> str:
    """What people call a cell; row and column from 0: ``D14``."""
    return f"{letters(column)}{row + 1}"


def place_of(name: str) -> tuple[int, int] | None:
    """Row and column, from 0, of ``D14``; None for what is no address."""
    text = name.rstrip("0123456789")
    number = name[len(text) :]
    if not text or not number or len(number) > 8 or len(text) > 3 or not text.isascii() or not text.isalpha():
        return None
    column = 0
    for letter in text.upper():
        column = column * 26 + ord(letter) - 64
    return int(number) - 1, column - 1


def every_row(sheet: Sheet, start: int = 0) -> Iterator[int]:
    """Rows from ``start`` on in which something stands."""
    return (row for row in range(start, len(sheet.rows)) if not sheet.is_blank(row))
