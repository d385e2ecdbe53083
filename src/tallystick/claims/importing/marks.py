"""The mark in a workbook that we gave out: of which claim it is, at which version, and which column is what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tallystick.claims.exporting import LINE_ID, MARK_FORMAT, MARK_SHEET
from tallystick.contracts.importing import Choice
from tallystick.core.ids import number_in
from tallystick.sheets.book import Book, Sheet
from tallystick.sheets.columns import Field

_HEADING_WITHIN = 60
_FIELDS = {
    "item": Field.ITEM,
    "description": Field.DESCRIPTION,
    "scheduled": Field.SCHEDULED,
    "previous": Field.PREVIOUS,
    "work": Field.WORK,
    "quantity": Field.WORK_QUANTITY,
    "comment": Field.COMMENT,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What the hidden sheet says, with the columns where they are now: people move and insert some."""

    claim_id: int
    version: int
    contract: str
    number: str
    sheet: int
    heading: int
    columns: Mapping[str, int]

    def column_of(self, key: str) -> int | None:
        """Where a column is, from 0."""
        return self.columns.get(key)

    def choice(self, book: Book) -> Choice | None:
        """The choice that the mark makes; None where the sheet has been taken apart."""
        if LINE_ID not in self.columns or self.sheet >= len(book.sheets):
            return None
        columns = {name: self.columns[key] for key, name in _FIELDS.items() if key in self.columns}
        return Choice(self.sheet, self.heading + 1, columns)


def mark_of(book: Book) -> Mark | None:
    """The mark; None for a workbook that is none of ours."""
    sheet = book.sheet_named(MARK_SHEET)
    if sheet is None:
        return None
    facts = {sheet.text(row, 0): (sheet.text(row, 1), sheet.text(row, 2)) for row in range(len(sheet.rows))}
    said = {name: value for name, (value, _) in facts.items()}
    claim_id, version = number_in(said.get("claim", "")), number_in(said.get("version", ""))
    if said.get("format") != MARK_FORMAT or claim_id is None or version is None:
        return None
    labels = {value: label for name, (value, label) in facts.items() if name.startswith("column ")}
    for index, one in enumerate(book.sheets):
        if one is sheet:
            continue
        for row in range(min(len(one.rows), _HEADING_WITHIN)):
            columns = _columns_in(one, row, labels)
            if LINE_ID in columns and len(columns) > len(labels) // 2:
                return Mark(
                    claim_id,
                    version,
                    said.get("contract", ""),
                    said.get("number", ""),
                    index,
                    row,
                    columns,
                )
    return None


def _columns_in(sheet: Sheet, row: int, labels: Mapping[str, str]) -> dict[str, int]:
    by_label = {label: key for key, label in labels.items() if label}
    found: dict[str, int] = {}
    for column in range(len(sheet.rows[row])):
        key = by_label.get(sheet.text(row, column))
        if key is not None and key not in found:
            found[key] = column
    return found
