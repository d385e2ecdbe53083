"""The form above the preview of a spreadsheet: which sheet, from which row on, and which column is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from tallystick.contracts.importing import Choice, column_choices
from tallystick.sheets.book import Book, Sheet, address, letters
from tallystick.sheets.columns import Field, Layout, guess_layout
from tallystick.sheets.figures import shown
from tallystick.web.forms import Form

SHOWN_ROWS = 14
SHOWN_COLUMNS = 14

_LABELS: Mapping[Field, str] = {
    Field.ITEM: "Item",
    Field.COST_CODE: "Cost code",
    Field.DESCRIPTION: "Description",
    Field.SCHEDULED: "Scheduled value",
    Field.QUANTITY: "Quantity",
    Field.UNIT: "Unit",
    Field.UNIT_PRICE: "Unit price",
    Field.GROUP: "Heading",
    Field.PREVIOUS: "Previous",
    Field.WORK: "This period",
    Field.WORK_QUANTITY: "Quantity this period",
    Field.NEW_MATERIALS: "New materials",
    Field.STORED: "Materials stored",
    Field.PERCENT: "% of the total",
    Field.COMMENT: "Comment",
}


def label_of(name: Field) -> str:
    """What a field is called on the page."""
    return _LABELS[name]


class ChoiceForm(Form):
    """Selects for the sheet and its columns; the first row as people count, from 1."""

    sheet = forms.ChoiceField(label="Sheet")
    first_row = forms.IntegerField(
        label="First row of lines",
        min_value=1,
        max_value=20_000,
        help_text="What stands above it is not read.",
    )

    def __init__(
        self, *args: Any, book: Book, sheet: Sheet, layout: Layout, fields: Sequence[Field], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = fields
        self.fields["sheet"].choices = [  # type: ignore[attr-defined]
            (number, _sheet_name(one, number)) for number, one in enumerate(book.sheets)
        ]
        if len(book.sheets) < 2:
            self.fields["sheet"].widget = forms.HiddenInput()
        choices = [(-1, "Not in the sheet"), *column_choices(sheet, layout.names(sheet))]
        for name in fields:
            self.fields[f"column_{name.value}"] = forms.ChoiceField(label=_LABELS[name], choices=choices)

    def column_fields(self) -> list[Any]:
        """The selects of columns, for the template."""
        return [self[f"column_{name.value}"] for name in self.columns]

    @property
    def sheets(self) -> bool:
        """Whether there is more than one sheet to choose from."""
        return not self["sheet"].is_hidden


def _sheet_name(sheet: Sheet, number: int) -> str:
    name = sheet.name or f"Sheet {number + 1}"
    return f"{name} (hidden)" if sheet.hidden else name


def chosen(
    data: QueryDict, book: Book, guessed: Choice, fields: Sequence[Field], needed: Sequence[Field]
) -> tuple[Choice, ChoiceForm]:
    """What the form says, where it was sent, else the guess. Another sheet than before is guessed anew."""
    sheet_number = _number(data.get("sheet"), len(book.sheets) - 1)
    asked = "first_row" in data and sheet_number is not None
    if asked and data.get("was") not in (None, str(sheet_number)):
        asked = False
        layout = guess_layout(book.sheets[sheet_number or 0], fields, needed=needed)
        guessed = Choice(sheet_number or 0, layout.first_row, layout.columns)
    if asked:
        first = _number(data.get("first_row"), 20_000)
        columns = {
            name: column
            for name in fields
            if (column := _number(data.get(f"column_{name.value}"), 10_000)) is not None
        }
        row = guessed.first_row if first is None else max(first - 1, 0)
        choice = Choice(sheet_number or 0, row, columns)
    else:
        choice = guessed
    sheet = book.sheets[choice.sheet]
    layout = guess_layout(sheet, list(Field), needed=needed)
    heading = layout.heading if layout.heading and layout.heading[1] < choice.first_row else None
    if heading is None and choice.first_row > 0:
        heading = (choice.first_row - 1, choice.first_row - 1)
    form = ChoiceForm(
        initial=as_data(choice, fields),
        book=book,
        sheet=sheet,
        layout=Layout(choice.first_row, choice.columns, heading),
        fields=fields,
        auto_id="choice_%s",
    )
    return choice, form


def as_data(choice: Choice, fields: Sequence[Field]) -> dict[str, int]:
    """The choice as the form's fields: for its first showing, and for the hidden fields of the last form."""
    return {
        "sheet": choice.sheet,
        "first_row": choice.first_row + 1,
        **{f"column_{name.value}": choice.columns.get(name, -1) for name in fields},
    }


def _number(value: str | None, most: int) -> int | None:
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 6:
        return None
    return int(value) if int(value) <= most else None


def first_rows(sheet: Sheet, choice: Choice) -> dict[str, Any]:
    """The rows around the first line as the sheet has them, with what each column was taken for."""
    width = min(sheet.width, SHOWN_COLUMNS)
    taken = {column: _LABELS[name] for name, column in choice.columns.items()}
    start = max(choice.first_row - 4, 0)
    rows = []
    for row in range(start, min(len(sheet.rows), start + SHOWN_ROWS)):
        rows.append(
            {
                "number": row + 1,
                "above": row < choice.first_row,
                "cells": [
                    {"text": shown(sheet.cell(row, column)), "number": sheet.cell(row, column).is_number}
                    for column in range(width)
                ],
            }
        )
    return {
        "columns": [{"letter": letters(column), "taken": taken.get(column, "")} for column in range(width)],
        "rows": rows,
        "more": max(sheet.width - width, 0),
    }


def where(choice: Choice, row: int, name: Field) -> str:
    """The address of a field's cell in a row; the row alone where the sheet has no such column."""
    column = choice.columns.get(name)
    return f"Row {row + 1}" if column is None else address(row, column)
