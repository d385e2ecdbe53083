"""A schedule of values from a spreadsheet: what each row is, what is wrong with it by cell, and how the sums agree.

Nothing is written here. ``read_lines`` reads everything that the sheet says, or says why it can't, so that a person
sees all of it before any line is replaced. Subtotals and totals are left out, and told; a row with a text and no amount
is the heading of the rows under it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.contracts.import_model import CALLED, Choice, Reading, Terms, Told
from tallystick.contracts.import_reader import Reader
from tallystick.contracts.states import AccountingMethod
from tallystick.core.text import clipped, plural
from tallystick.sheets.book import Book, Sheet, letters
from tallystick.sheets.columns import guess_layout

__all__ = [
    "Choice",
    "Reading",
    "Terms",
    "Told",
    "column_choices",
    "counted",
    "guess",
    "read_lines",
    "terms_for",
]


def terms_for(method: str, currency: str, locale: str) -> Terms:
    """The terms of a contract."""
    return Terms(method == AccountingMethod.UNIT, currency, locale)


def guess(book: Book, terms: Terms, sheet: int | None = None) -> Choice:
    """The most likely choice: the sheet that is given, or the first visible one in which a table is found."""
    order = [book.best, *range(len(book.sheets))] if sheet is None else [sheet]
    first: Choice | None = None
    for index in order:
        layout = guess_layout(book.sheets[index], terms.fields, needed=terms.needed)
        choice = Choice(index, layout.first_row, layout.columns)
        first = first or choice
        fits = layout.heading is not None and all(name in layout.columns for name in terms.needed)
        if fits and (not book.sheets[index].hidden or sheet is not None):
            return choice
    assert first is not None
    return first


def read_lines(book: Book, choice: Choice, terms: Terms) -> Reading:
    """Read every row from the first one on."""
    sheet = book.sheets[choice.sheet]
    missing = [CALLED[name] for name in terms.needed if name not in choice.columns]
    if missing or sheet.cut:
        problems = [Told("", sheet.cut)] if sheet.cut else []
        problems += [Told("", f"Choose the column with the {name}.") for name in missing]
        return Reading((), tuple(problems), (), (), 0)
    return Reader(sheet, choice, terms, is_text=book.is_text).read()


def column_choices(sheet: Sheet, names: Sequence[str]) -> list[tuple[int, str]]:
    """The columns of a sheet for a select: ``B: Description of work``, empty ones left out."""
    used = {column for row in sheet.rows for column, cell in enumerate(row) if cell}
    return [
        (
            column,
            f"{letters(column)}: {clipped(names[column], 40)}"
            if names[column]
            else f"Column {letters(column)}",
        )
        for column in sorted(used)
        if column < len(names)
    ]


def counted(reading: Reading) -> str:
    """``214 lines under 6 headings``."""
    lines = plural(len(reading.lines), "line")
    return f"{lines} under {plural(len(reading.groups), 'heading')}" if reading.groups else lines
