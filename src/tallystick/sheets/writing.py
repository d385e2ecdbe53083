"""Writing tables as .xlsx and .csv. Texts stay texts: nothing that somebody typed becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tallystick.core.money import (
    percent_to_decimal_string,
    scaled_to_decimal_string,
    to_decimal_string,
)
from tallystick.sheets.limits import GUARDED
from tallystick.sheets.table import Column, Facts, Kind, Row, Style, Table, Value

BOM = "\ufeff"
LONGEST_CELL = 32_000
LONGEST_NAME = 31
SHOWN_DIGITS = 15
"""Digits that spreadsheet programs keep of a number; a longer one is written as text, so that none is lost."""

_PLACES = {Kind.PERCENT: 4, Kind.QUANTITY: 4, Kind.PRICE: 4, Kind.COUNT: 0}
_INK, _SOFT, _RULE, _TYPED = "#1B1A17", "#EFECE4", "#8A857A", "#FFF7E0"


# --- .csv ----------------------------------------------------------------------------------------------------


def csv_rows(table: Table) -> Iterator[bytes]:
    """The table by RFC 4180 in UTF-8 with a byte order mark, a row at a time; hidden columns are left out.

    Figures are plain decimals (``-1234.50``), percentages without a sign, days as ``2026-03-21``.
    """
    shown = [index for index, column in enumerate(table.columns) if not column.hidden]
    yield (BOM + _line([guarded(table.columns[index].label) for index in shown])).encode()
    for row in table.rows:
        cells = [
            _plain(row.values[index], table.columns[index].kind, table.exponent)
            if index < len(row.values)
            else ""
            for index in shown
        ]
        yield _line(cells).encode()


def _line(cells: Sequence[str]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerow(cells)
    return target.getvalue()


def guarded(text: str) -> str:
    """A text that no spreadsheet program takes for a formula: ``'=1+1``."""
    return f"'{text}" if text.startswith(GUARDED) else text


def _plain(value: Value, kind: Kind, exponent: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, date):
        return value.isoformat()
    write = _FIGURES.get(kind)
    return write(value) if write else to_decimal_string(value, exponent if kind is Kind.MONEY else 0)


_FIGURES = {
    Kind.PERCENT: percent_to_decimal_string,
    Kind.QUANTITY: scaled_to_decimal_string,
    Kind.PRICE: scaled_to_decimal_string,
}


# --- .xlsx ---------------------------------------------------------------------------------------------------


def write_xlsx(tables: Sequence[Table], path: Path, facts: Facts, *, made: datetime) -> None:
    """Write the tables as sheets of one workbook. Memory does not grow with the rows."""
    import xlsxwriter  # not before it is needed: the web process starts without it

    options = {"constant_memory": True, "default_date_format": "d mmm yyyy", "in_memory": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties(
            {
                "title": facts.title,
                "subject": facts.subject,
                "company": facts.company,
                "comments": facts.comments,
                "keywords": ", ".join(facts.keywords),
                "author": "Tallystick",
                "created": made.replace(tzinfo=None),
            }
        )
        taken: set[str] = set()
        for table in tables:
            _Sheet(workbook, table, _name(table.title, taken)).write()


def _name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: short, without its special characters, once."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", title).strip().strip("'")[:LONGEST_NAME] or "Sheet"
    name, number = plain, 2
    while name.lower() in taken or name.lower() == "history":
        name = f"{plain[: LONGEST_NAME - 4]} {number}"
        number += 1
    taken.add(name.lower())
    return name


class _Sheet:
    """One sheet being written."""

    def __init__(self, workbook: Any, table: Table, name: str) -> None:
        self.workbook = workbook
        self.table = table
        self.sheet = workbook.add_worksheet(name)
        self.formats: dict[tuple[str, Style, bool], Any] = {}

    def write(self) -> None:
        table, sheet = self.table, self.sheet
        if table.hidden:
            sheet.hide()
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, column.characters, None, {"hidden": column.hidden})
        sheet.freeze_panes(1, table.frozen_columns)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&A&R&P / &N")
        head = {"bold": True, "text_wrap": True, "bottom": 2, "bg_color": _SOFT, "font_color": _INK}
        left = self.workbook.add_format(head)
        right = self.workbook.add_format({**head, "align": "right"})
        for index, column in enumerate(table.columns):
            sheet.write_string(0, index, column.label, left if column.kind is Kind.TEXT else right)
        for number, row in enumerate(table.rows, start=1):
            self._row(number, row)

    def _row(self, number: int, row: Row) -> None:
        for index, (column, value) in enumerate(zip(self.table.columns, row.values, strict=False)):
            self._cell(number, index, column, value, row.style)

    def _cell(self, row: int, index: int, column: Column, value: Value, style: Style) -> None:
        if value is None:
            if style is not Style.LINE or column.typed:
                self.sheet.write_blank(row, index, None, self._format("", column, style))
            return
        if isinstance(value, str):
            self.sheet.write_string(row, index, value[:LONGEST_CELL], self._format("", column, style))
        elif isinstance(value, date):
            self.sheet.write_datetime(row, index, value, self._format("d mmm yyyy", column, style))
        else:
            self._number(row, index, column, value, style)

    def _number(self, row: int, index: int, column: Column, value: int, style: Style) -> None:
        places = self.table.exponent if column.kind is Kind.MONEY else _PLACES.get(column.kind, 0)
        number = Decimal(value).scaleb(-places)
        mask = _mask(column.kind, value, self.table.exponent)
        if len(str(abs(value))) > SHOWN_DIGITS:
            self.sheet.write_string(row, index, format(number, "f"), self._format("@", column, style))
        else:
            self.sheet.write_number(row, index, number, self._format(mask, column, style))

    def _format(self, mask: str, column: Column, style: Style) -> Any:
        typed = column.typed and style is Style.LINE
        key = (mask, style, typed)
        if key not in self.formats:
            facts: dict[str, Any] = {"valign": "top"}
            if mask:
                facts["num_format"] = mask
            else:
                facts["text_wrap"] = style is Style.LINE
            if style is not Style.LINE:
                facts["bold"] = True
            if style in (Style.SUBTOTAL, Style.TOTAL):
                facts |= {"top": 2 if style is Style.TOTAL else 1, "top_color": _RULE}
            if typed:
                facts["bg_color"] = _TYPED
            self.formats[key] = self.workbook.add_format(facts)
        return self.formats[key]


def _mask(kind: Kind, value: int, exponent: int) -> str:
    """The number format: grouping in thousands, the currency's decimals, no idle ones of a quantity."""
    if kind is Kind.MONEY:
        return "#,##0" + ("." + "0" * exponent if exponent else "")
    if kind is Kind.PERCENT:
        return "0.00%"
    if kind is Kind.QUANTITY:
        return "#,##0" if value % 10_000 == 0 else "#,##0.0###"
    if kind is Kind.PRICE:
        return "#,##0.00##"
    return "#,##0"
