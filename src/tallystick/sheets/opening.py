"""Opening a spreadsheet that somebody brought. The bytes are parsed in a child with limits, never here."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from tallystick.core.errors import BadInput
from tallystick.pdf.model import Limits
from tallystick.pdf.sandbox import read_confined
from tallystick.sheets.book import Book, from_plain
from tallystick.sheets.limits import CPU_SECONDS, MEMORY, MOST_BYTES, OUTPUT, WALL_SECONDS

LIMITS = Limits(memory_bytes=MEMORY, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS, output_bytes=OUTPUT)

ACCEPT = ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv,.tsv,.txt"
"""Endings that a file field offers; what a file is, its bytes say."""


def too_large(name: str) -> str:
    """The sentence for a file over the limit."""
    return f"{name} is larger than {MOST_BYTES // 1_000_000} MB. Save the sheet that is needed in a file of its own."


def open_book(path: Path, name: str, *, limits: Limits = LIMITS) -> Book:
    """What the spreadsheet holds. ``BadInput`` says in a sentence with its name why it can't be read."""
    if path.stat().st_size > MOST_BYTES:
        raise BadInput(too_large(name))
    with tempfile.TemporaryDirectory(prefix="tallystick-sheet-") as folder:
        target = Path(folder) / "book.json"
        answer, why = read_confined("tallystick.sheets.reading:read_into", path, target, limits=limits)
        if answer is None:
            raise BadInput(
                f"{name} can’t be read: {why}. Copy the table into a new spreadsheet, save it and upload that."
            )
        if answer["problem"]:
            raise BadInput(f"{name} was not read. {answer['problem']}")
        book = from_plain(json.loads(target.read_text(encoding="utf-8")))
    if all(sheet.is_empty and not sheet.cut for sheet in book.sheets):
        raise BadInput(f"{name} was not read. There is nothing in its cells.")
    return replace(book, name=name)
