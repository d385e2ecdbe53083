"""Finding the table in a sheet: which rows are its heading, and which of its columns is what.

By the names that columns have in schedules of values, bills of quantities and continuation sheets of the
English-speaking countries, headings over several rows and merged cells taken together (domain §16.1); where there is no
heading, by what the cells hold. A guess only: the person sees it and can change each part.
"""

# terms: allow-file schedule of values, subcontract, progress claim, claim, claims, retention, retainage, invoice

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tallystick.sheets.book import Kind, Sheet

HEADING_WITHIN = 80
TALLEST_HEADING = 4
_LONGEST_NAME = 90


class Field(StrEnum):
    """What a column of a sheet may be."""

    ITEM = "item"
    COST_CODE = "cost_code"
    DESCRIPTION = "description"
    GROUP = "group"
    SCHEDULED = "scheduled_value"
    QUANTITY = "quantity"
    UNIT = "unit"
    UNIT_PRICE = "unit_price"
    PREVIOUS = "previous"
    PREVIOUS_QUANTITY = "previous_quantity"
    WORK = "work"
    WORK_QUANTITY = "work_quantity"
    NEW_MATERIALS = "new_materials"
    STORED = "stored"
    TOTAL = "total"
    PERCENT = "percent"
    BALANCE = "balance"
    RETENTION = "retention"
    COMMENT = "comment"


NAMES: Mapping[Field, tuple[str, ...]] = {
    Field.ITEM: (
        "item", "item no", "item number", "item ref", "item #", "no", "#", "line", "line no", "line item", "ref",
        "reference", "pos", "id", "sov item", "line number", "item code", "bill ref",
    ),
    Field.COST_CODE: (
        "cost code", "budget code", "wbs", "wbs code", "account code", "code", "cost type", "job code", "phase code",
        "csi code", "csi", "phase", "cost centre", "cost center",
    ),
    Field.DESCRIPTION: (
        "description", "description of work", "description of works", "work description", "item description",
        "scope of work", "scope", "works", "work item", "particulars", "activity", "details", "detail", "task",
        "element", "desc", "descr", "name", "work",
    ),
    Field.GROUP: (
        "group", "group heading", "heading", "section", "trade", "division", "category", "building", "area", "stage",
        "trade section", "bill", "zone",
    ),
    Field.SCHEDULED: (
        "scheduled value", "schedule value", "sched value", "scheduled amount", "schedule of values", "contract value",
        "contract amount", "contract price", "contract sum", "scheduled values", "value", "amount", "price", "sum",
        "budget", "lump sum", "extension", "total price", "line total", "total value", "total amount", "total cost",
        "cost", "total", "subcontract value", "value of works", "original value", "revised value", "tender amount",
    ),
    Field.QUANTITY: (
        "quantity", "qty", "scheduled quantity", "scheduled qty", "contract quantity", "contract qty", "quant",
        "total quantity", "boq qty", "est qty", "estimated quantity",
    ),
    Field.UNIT: ("unit", "uom", "unit of measure", "u m", "units", "unit of measurement", "meas unit"),
    Field.UNIT_PRICE: (
        "unit price", "unit rate", "unit cost", "rate", "price per unit", "unit value", "rate per unit",
        "cost per unit",
    ),
    Field.PREVIOUS: (
        "from previous application", "from previous applications", "work completed from previous application",
        "work from previous application", "previous", "previous application", "previous applications", "previously",
        "previously claimed", "previous claims", "previous claim", "previously billed", "previously invoiced",
        "prior", "prior period", "prior billing", "claimed to date previous", "d e", "previously certified",
        "less previous", "previous period", "previous work", "work completed previously", "last claim",
    ),
    Field.PREVIOUS_QUANTITY: ("previous quantity", "previous qty", "prior quantity", "prior qty"),
    Field.WORK: (
        "this period", "this claim", "this month", "this application", "this invoice", "work completed this period",
        "work this period", "claimed this period", "claim this period", "current claim", "current period", "current",
        "current billing", "this progress claim", "claimed this month", "amount this period", "value this period",
        "this draw", "new value", "this period work", "work completed",
    ),
    Field.WORK_QUANTITY: (
        "quantity this period", "qty this period", "this period quantity", "this period qty", "new quantity",
        "qty this claim", "quantity this claim", "current quantity", "current qty",
    ),
    Field.NEW_MATERIALS: ("new materials", "new materials stored", "materials this period", "new stored materials"),
    Field.STORED: (
        "materials presently stored", "presently stored materials", "presently stored", "materials stored",
        "stored materials", "stored material", "materials presently stored not in d or e", "material stored",
        "materials on site", "materials off site", "unfixed materials", "unfixed goods", "materials currently stored",
        "not in d or e",
    ),
    Field.TOTAL: (
        "total completed and stored to date", "total completed stored to date", "completed and stored to date",
        "total completed", "total to date", "completed to date", "claimed to date", "claim to date", "to date",
        "total claimed", "total claimed to date", "value to date", "work to date", "total completed to date",
        "total complete", "d e f", "cumulative", "gross to date",
    ),
    Field.PERCENT: (
        "%", "% complete", "percent", "percent complete", "percentage complete", "% completed", "complete %", "% g c",
        "g c", "% to date", "% claimed", "progress %", "completed %", "percentage", "% of work", "pct",
    ),
    Field.BALANCE: (
        "balance", "balance to finish", "balance to complete", "to finish", "remaining", "c g", "balance remaining",
        "remaining balance", "left to claim", "cost to complete", "balance to claim", "to complete",
    ),
    Field.RETENTION: (
        "retention", "retainage", "retention held", "retainage if variable rate", "retention to date",
        "retained", "holdback",
    ),
    Field.COMMENT: ("comment", "comments", "remarks", "remark", "notes", "note"),
}  # fmt: skip

_LETTERS = {
    "a": Field.ITEM,
    "b": Field.DESCRIPTION,
    "c": Field.SCHEDULED,
    "d": Field.PREVIOUS,
    "e": Field.WORK,
    "f": Field.STORED,
    "g": Field.TOTAL,
    "h": Field.BALANCE,
    "i": Field.RETENTION,
}
_FORMULA = re.compile(r"\(?[a-i](?: ?[+÷/−–-] ?[a-i])*\)?", re.IGNORECASE)
FIGURES = frozenset(
    {
        Field.SCHEDULED,
        Field.QUANTITY,
        Field.UNIT_PRICE,
        Field.PREVIOUS,
        Field.WORK,
        Field.STORED,
        Field.TOTAL,
        Field.PERCENT,
        Field.BALANCE,
    }
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table lies: the first row of its lines (from 0), which column is what, and the rows of its heading."""

    first_row: int
    columns: Mapping[Field, int] = field(default_factory=dict)
    heading: tuple[int, int] | None = None

    def names(self, sheet: Sheet) -> list[str]:
        """What the heading says over each column."""
        if self.heading is None:
            return [""] * sheet.width
        top, bottom = self.heading
        return [_heading_over(sheet, top, bottom, column) for column in range(sheet.width)]


def guess_layout(sheet: Sheet, fields: Collection[Field], *, needed: Collection[Field]) -> Layout:
    """Where the table begins and which of ``fields`` its columns are; all ``NAMES`` are told apart all the same.

    A heading has to name a description or one of ``needed``. Without one, columns are taken by what they hold.
    """
    best: tuple[int, Layout] | None = None
    for top in range(min(len(sheet.rows), HEADING_WITHIN)):
        if sheet.is_blank(top):
            continue
        for bottom in range(top, min(top + TALLEST_HEADING, len(sheet.rows))):
            if _has_figures(sheet, bottom):
                break
            found = _matched([_heading_over(sheet, top, bottom, column) for column in range(sheet.width)])
            score = _score(found, needed) - (bottom - top) * 25
            if score > 0 and (best is None or score > best[0]):
                best = score, Layout(bottom + 1, _assigned(found), (top, bottom))
    if best is None:
        return _by_content(sheet, fields)
    layout = _past_letters(sheet, best[1])
    kept = {name: column for name, column in layout.columns.items() if name in fields}
    return Layout(layout.first_row, kept, layout.heading)


def _score(found: Mapping[int, tuple[int, Field]], needed: Collection[Field]) -> int:
    fields = {name for _, name in found.values()}
    if Field.DESCRIPTION not in fields and not fields & set(needed):
        return 0
    if len(fields) < 2:
        return 0
    return sum(100 + points for points, _ in found.values())


def _has_figures(sheet: Sheet, row: int) -> bool:
    """Whether the row holds numbers, as lines do and headings don't."""
    cells = [sheet.cell(row, column) for column in range(len(sheet.rows[row]))]
    return sum(1 for cell in cells if cell.kind in (Kind.NUMBER, Kind.FAULT)) > 1


def _matched(names: Sequence[str]) -> dict[int, tuple[int, Field]]:
    """For every column that has a known name: how well it fits, and the field. No field twice."""
    scored = sorted(
        ((points, -column, name) for column, text in enumerate(names) for points, name in _fits(text)),
        reverse=True,
    )
    taken: set[Field] = set()
    found: dict[int, tuple[int, Field]] = {}
    for points, column, name in scored:
        if name not in taken and -column not in found:
            found[-column] = (points, name)
            taken.add(name)
    return found


def _assigned(found: Mapping[int, tuple[int, Field]]) -> dict[Field, int]:
    return {name: column for column, (_, name) in sorted(found.items())}


def _fits(text: str) -> Iterator[tuple[int, Field]]:
    plain = normal(text)
    if not plain or len(plain) > _LONGEST_NAME:
        return
    padded = f" {plain} "
    for name, words in NAMES.items():
        best = 0
        for place, word in enumerate(words):
            if plain == word:
                best = max(best, 200 - place)
            elif f" {word} " in padded:
                best = max(best, 20 + 4 * len(word) - len(plain) // 3)
        if best > 0:
            yield best, name


def normal(text: str) -> str:
    """A column's name for comparing: small letters, single spaces, no marks but % and #."""
    return " ".join(re.sub(r"[^\w%#]+", " ", text.lower().replace("_", " ")).split())


def _heading_over(sheet: Sheet, top: int, bottom: int, column: int) -> str:
    """What stands over a column in these rows, a merged cell over each of the columns that it covers."""
    said: list[str] = []
    for row in range(top, bottom + 1):
        text = sheet.text(row, column)
        if not text:
            text = next(
                (
                    sheet.text(area[0], area[1])
                    for area in sheet.merged
                    if area[0] == row and area[1] < column <= area[3]
                ),
                "",
            )
        if text and text not in said:
            said.append(text)
    return " ".join(said)


def _past_letters(sheet: Sheet, layout: Layout) -> Layout:
    """Leave out a row of column letters (A, B, C, D + E …) beside the heading, and learn from it."""
    assert layout.heading is not None
    columns = dict(layout.columns)
    first = layout.first_row
    top, bottom = layout.heading
    for row in (top - 1, top, bottom, bottom + 1):
        if 0 <= row < len(sheet.rows) and _is_letters(sheet, row):
            first = max(first, row + 1)
            for column in range(len(sheet.rows[row])):
                name = _LETTERS.get(sheet.text(row, column).lower().strip("()"))
                if name and name not in columns and column not in columns.values():
                    columns[name] = column
    while first < len(sheet.rows) and first < bottom + 4 and _goes_on(sheet, first, columns):
        first += 1
    return Layout(first, columns, layout.heading)


def _goes_on(sheet: Sheet, row: int, columns: Mapping[Field, int]) -> bool:
    """Whether the row still belongs to the heading: remarks over figures, and nothing that begins a line."""
    if sheet.is_blank(row) or _has_figures(sheet, row):
        return False
    begins = [columns[name] for name in (Field.ITEM, Field.COST_CODE, Field.DESCRIPTION) if name in columns]
    kinds = {sheet.cell(row, column).kind for column in range(len(sheet.rows[row]))} - {Kind.EMPTY}
    return (
        kinds == {Kind.TEXT}
        and not any(sheet.text(row, column) for column in begins)
        and not any(char.isdigit() for column in columns.values() for char in sheet.text(row, column))
    )


def _is_letters(sheet: Sheet, row: int) -> bool:
    texts = [sheet.text(row, column) for column in range(len(sheet.rows[row]))]
    filled = [text for text in texts if text]
    letters = [text for text in filled if _FORMULA.fullmatch(text)]
    return len(letters) >= 4 and len(letters) >= len(filled) - 2


def _by_content(sheet: Sheet, fields: Collection[Field]) -> Layout:
    """Without a heading: the longest texts are descriptions, the last column of numbers the values."""
    numbers, lengths = [0] * sheet.width, [0] * sheet.width
    for row in range(min(len(sheet.rows), 500)):
        for column in range(len(sheet.rows[row])):
            cell = sheet.cell(row, column)
            if cell.kind is Kind.NUMBER or _LOOKS_LIKE_MONEY.fullmatch(cell.text.strip()):
                numbers[column] += 1
            elif cell.kind is Kind.TEXT:
                lengths[column] += len(cell.text)
    columns: dict[Field, int] = {}
    if any(lengths):
        columns[Field.DESCRIPTION] = max(range(sheet.width), key=lambda column: lengths[column])
    after = columns.get(Field.DESCRIPTION, -1)
    figures = [column for column in range(after + 1, sheet.width) if numbers[column]]
    if figures and Field.SCHEDULED in fields:
        columns[Field.SCHEDULED] = figures[-1]
    if after > 0 and Field.ITEM in fields:
        columns[Field.ITEM] = 0
    first = next((row for row in range(len(sheet.rows)) if not sheet.is_blank(row)), 0)
    return Layout(first, {name: column for name, column in columns.items() if name in fields})


_LOOKS_LIKE_MONEY = re.compile(r"\(?-?[$£€]?\s?\d[\d,]*(?:\.\d+)?\)?")
