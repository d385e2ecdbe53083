"""Reading .csv, .tsv and their like: which encoding, which delimiter. Runs in the limited child only."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from tallystick.sheets.limits import MOST_ROWS, Unreadable

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 200
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}


def rows_of(data: bytes) -> tuple[list[list[str]], bool]:
    """The cells of every row, and whether there were more rows than are read."""
    text = decoded(data)
    delimiter = delimiter_of(text)
    rows: list[list[str]] = []
    csv.field_size_limit(1 << 20)
    try:
        for row in _records(text, delimiter):
            if len(rows) >= MOST_ROWS:
                return rows, True
            rows.append(row)
    except csv.Error as fault:
        raise Unreadable(
            f"its line {len(rows) + 1:,} can't be split into cells; a quotation mark may be missing"
        ) from fault
    return rows, False


def decoded(data: bytes) -> str:
    """The text: by its byte order mark, as UTF-16 without one, as UTF-8, else as Windows-1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _strictly(data, encoding)
    start = data[:4000]
    if len(start) > 3 and start.count(0) > len(start) // 4:
        return _strictly(data, "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be")
    if any(byte in _CONTROL for byte in start):
        raise Unreadable("it is neither a spreadsheet nor text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise Unreadable("its text is damaged") from fault


def delimiter_of(text: str) -> str:
    """The delimiter that splits the most lines into the same number of cells, quoted ones left whole.

    A first line ``sep=;``, as some spreadsheet programs write it, decides.
    """
    first = text[:10].lower()
    if first.startswith("sep=") and len(text) > 4:
        return text[4]
    best, most = ",", (0, 0)
    for delimiter in DELIMITERS:
        found = (_width(text, delimiter), -DELIMITERS.index(delimiter))
        if found > most:
            best, most = delimiter, found
    return best


def _width(text: str, delimiter: str) -> int:
    """How many rows have the commonest number of cells, if that is more than one, times that number."""
    counts: dict[int, int] = {}
    try:
        for number, row in enumerate(_records(text[: 1 << 18], delimiter)):
            if number >= _SAMPLE_LINES:
                break
            if len(row) > 1:
                counts[len(row)] = counts.get(len(row), 0) + 1
    except csv.Error:
        return 0
    return max((cells * rows for cells, rows in counts.items()), default=0)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    if "\0" in text:
        raise Unreadable("it is neither a spreadsheet nor text")
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
