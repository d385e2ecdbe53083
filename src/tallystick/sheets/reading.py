"""Reading a file into a book. Runs in the limited child only; ``opening`` is what the rest of the program calls."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine as calamine

from tallystick.sheets import packages, plain_text
from tallystick.sheets.book import Book, Kind, Sheet, as_plain
from tallystick.sheets.limits import (
    GUARDED,
    LONGEST_TEXT,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    NotThis,
    Unreadable,
)

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD = "It is protected by a password. Save it without one and upload it again."  # noqa: S105 - a sentence
_OTHERS = (
    (b"%PDF", "It is a PDF, not a spreadsheet. Ask for the spreadsheet that it was printed from."),
    (b"\xff\xd8\xff", "It is a picture, not a spreadsheet."),
    (b"\x89PNG", "It is a picture, not a spreadsheet."),
    (b"GIF8", "It is a picture, not a spreadsheet."),
    (b"II*\0", "It is a picture, not a spreadsheet."),
    (b"MM\0*", "It is a picture, not a spreadsheet."),
    (b"{\\rtf", "It is a text document, not a spreadsheet."),
    (b"\x1f\x8b", "It is an archive, not a spreadsheet. Unpack it and upload the spreadsheet itself."),
    (b"7z\xbc\xaf", "It is an archive, not a spreadsheet. Unpack it and upload the spreadsheet itself."),
    (b"Rar!", "It is an archive, not a spreadsheet. Unpack it and upload the spreadsheet itself."),
)
_MARKED_UP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta")


def read_into(source: Path, target: Path) -> dict[str, Any]:
    """Write what the file holds to ``target`` as JSON, or say in ``problem`` why it can't be read."""
    try:
        book = read(source)
    except NotThis as problem:
        return {"problem": str(problem)}
    except Unreadable as problem:
        return {"problem": f"It can’t be read: {problem}."}
    target.write_text(json.dumps(as_plain(book), separators=(",", ":")), encoding="utf-8")
    return {"problem": ""}


def read(source: Path) -> Book:
    """The book in the file; which sort of file it is, its bytes say. Raises ``Unreadable`` or ``NotThis``."""
    with source.open("rb") as handle:
        start = handle.read(4096)
    if not start.strip():
        raise Unreadable("the file is empty")
    for begins, sentence in _OTHERS:
        if start.startswith(begins):
            raise NotThis(sentence)
    if start.startswith(b"PK"):
        sort = packages.check_package(source)
        return _workbook(source, sort)
    if start.startswith(_COMPOUND):
        return _compound(source)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKED_UP):
        raise NotThis(
            "It is a web page or XML under the name of a spreadsheet. Open it in a spreadsheet program, "
            "save it as .xlsx and upload that."
        )
    return _text(source)


def _compound(source: Path) -> Book:
    data = source.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise NotThis(_PASSWORD)
    if "WordDocument".encode("utf-16-le") in data:
        raise NotThis("It is a text document, not a spreadsheet. Copy its table into a spreadsheet.")
    return _workbook(source, "xls")


def _workbook(source: Path, sort: str) -> Book:
    try:
        workbook = calamine.load_workbook(io.BytesIO(source.read_bytes()))
    except calamine.PasswordError as fault:
        raise NotThis(_PASSWORD) from fault
    except (calamine.CalamineError, OSError, ValueError) as fault:
        raise Unreadable(
            "the file is damaged or was cut off on its way. Open it in a spreadsheet program and save it again"
        ) from fault
    metadata = [one for one in workbook.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
    notes = []
    if len(metadata) > MOST_SHEETS:
        notes.append(f"Only the first {MOST_SHEETS} of {len(metadata):,} sheets were read.")
        metadata = metadata[:MOST_SHEETS]
    marks = packages.hidden_marks(source) if sort == "xlsx" else {}
    sheets = []
    left = MOST_CELLS
    for one in metadata:
        sheet = _sheet(workbook, one, marks.get(one.name, {}), left)
        left -= sum(len(row) for row in sheet.rows)
        sheets.append(sheet)
    if not sheets:
        raise Unreadable("there is no sheet with cells in it, only charts or macros")
    return Book("", tuple(sheets), notes=tuple(notes))


def _sheet(
    workbook: calamine.CalamineWorkbook, facts: calamine.SheetMetadata, marks: packages.Marks, room: int
) -> Sheet:
    hidden = facts.visible != calamine.SheetVisibleEnum.Visible
    try:
        sheet = workbook.get_sheet_by_name(facts.name)
    except (calamine.CalamineError, ValueError, OSError):
        return Sheet(facts.name, [], hidden, cut="This sheet is damaged and can’t be read.")
    first_column = sheet.start[1] if sheet.start else 0
    cut = ""
    if sheet.total_height > MOST_ROWS:
        cut = f"This sheet goes down to row {sheet.total_height:,}; {MOST_ROWS:,} rows are the most that can be read."
    if sheet.total_width > MOST_COLUMNS:
        cut = f"This sheet has {sheet.total_width:,} columns; {MOST_COLUMNS} are the most that can be read."
    rows: list[list[str]] = []
    for row in islice(_rows(sheet), MOST_ROWS):
        cells = [
            "",
        ] * first_column + [_kept(value) for value in row]
        rows.append(_trimmed(cells[:MOST_COLUMNS]))
        room -= len(rows[-1])
        if room < 0:
            cut = f"This file has more than {MOST_CELLS:,} cells, which are the most that can be read."
            break
    _mark(rows, marks)
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(facts.name, rows, hidden, cut, _merged(sheet))


def _rows(sheet: calamine.CalamineSheet) -> Iterator[list[Any]]:
    return iter(sheet.iter_rows())


def _mark(rows: list[list[str]], marks: packages.Marks) -> None:
    """Put faults and uncalculated formulas where calamine gave nothing."""
    for (row, column), kept in marks.items():
        if row >= MOST_ROWS or column >= MOST_COLUMNS:
            continue
        while len(rows) <= row:
            rows.append([])
        cells = rows[row]
        cells += [""] * (column + 1 - len(cells))
        if not cells[column]:
            cells[column] = kept


def _merged(sheet: calamine.CalamineSheet) -> tuple[tuple[int, int, int, int], ...]:
    with contextlib.suppress(Exception):
        return tuple(
            (top, left, bottom, right)
            for (top, left), (bottom, right) in (sheet.merged_cell_ranges or ())[:2000]
        )
    return ()


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _kept(value: Any) -> str:
    """A cell as it is kept: its kind, then its text."""
    if isinstance(value, str):
        return _kept_text(value)
    if isinstance(value, bool):
        return f"{Kind.TRUTH}{'TRUE' if value else 'FALSE'}"
    if isinstance(value, int):
        return f"{Kind.NUMBER}{value}"
    if isinstance(value, date | time | timedelta):
        return f"{Kind.DATE}{_shown_time(value)}"
    return Kind.NUMBER + exact(value)


def _kept_text(text: str) -> str:
    text = text.replace("\0", "")
    return Kind.TEXT + text[:LONGEST_TEXT] if text.strip() else ""


def _shown_time(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return str(value)


def _unguarded(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet program from taking a text for a formula (``writing``)."""
    return text[1:] if text[:1] == "'" and text[1:2] in GUARDED else text


def exact(value: Any) -> str:
    """The number that a spreadsheet shows for a binary one: its shortest decimal form, of 15 digits at the most.

    >>> exact(33.333333), exact(12345.670000000002), exact(1e21)
    ('33.333333', '12345.67', '1000000000000000000000')
    """
    text = repr(value)
    if len(text.replace(".", "").replace("-", "").lstrip("0")) > 15:
        text = f"{value:.15g}"
    if text in ("inf", "-inf", "nan"):
        return "0"
    if "e" in text:
        text = format(Decimal(text), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _text(source: Path) -> Book:
    rows, more = plain_text.rows_of(source.read_bytes())
    kept = []
    wide = 0
    room = MOST_CELLS
    for row in rows:
        wide = max(wide, len(row))
        cells = _trimmed([_kept_text(_unguarded(cell)) for cell in row[:MOST_COLUMNS]])
        room -= len(cells)
        kept.append(cells)
        if room < 0:
            break
    while kept and not kept[-1]:
        kept.pop()
    if not kept:
        raise Unreadable("the file is empty")
    cut = ""
    if more:
        cut = f"This file has more than {MOST_ROWS:,} rows, which are the most that can be read."
    if wide > MOST_COLUMNS:
        cut = f"This file has {wide:,} columns; {MOST_COLUMNS} are the most that can be read."
    if room < 0:
        cut = f"This file has more than {MOST_CELLS:,} cells, which are the most that can be read."
    return Book("", (Sheet("", kept, cut=cut),), is_text=True)
