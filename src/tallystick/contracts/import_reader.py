"""Reading the rows of a sheet as lines, from top to bottom: what each row is, and what is wrong with it by cell."""

# terms: allow-file GST, VAT, sales tax

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tallystick.contracts.actions import LineInput
from tallystick.contracts.import_model import (
    CALLED,
    LONGEST,
    MOST_LINES,
    Choice,
    Reading,
    ReadLine,
    Terms,
    Told,
)
from tallystick.core.errors import BadInput
from tallystick.core.money import extend
from tallystick.core.text import clipped
from tallystick.sheets.book import Cell, Kind, Sheet, address, every_row
from tallystick.sheets.columns import Field, normal
from tallystick.sheets.figures import (
    Figure,
    check_readable,
    money_in,
    quantity_in,
    shown,
    unit_price_in,
)

_SORTS = r"(?:grand|sub|contract|project|net|overall|page|section|bill|tender|revised|original|final)"
_TOTAL = re.compile(rf"(?:{_SORTS}[\s-]*)*(?:totals?|subtotals?|sum)\b", re.IGNORECASE)
_SURELY_TOTAL = re.compile(rf"(?:(?:{_SORTS}[\s-]*)+(?:totals?|sum)|subtotals?)\b", re.IGNORECASE)
_ONLY_TOTAL = re.compile(
    r"totals?\s*(?:[:.=]*|[-–:(]?\s*(?:of|for|to|carried|c/f|b/f|ex|excl|excluding|incl|inc|including|brought|this|page"
    r"|section|gst|vat|contract|project)\b.*)",
    re.IGNORECASE,
)
_CARRIED = re.compile(r"(?:carried|brought) (?:forward|to)\b.*|c/f|b/f", re.IGNORECASE)
_TAX = re.compile(r"(?:add |plus )?(?:gst|vat|sales tax|hst|pst|tax)\b.{0,20}", re.IGNORECASE)


@dataclass
class _Sums:
    """Sums of the lines so far: those that a subtotal may stand for."""

    whole: int = 0
    since_heading: int = 0
    since_total: int = 0
    lines_since_total: int = 0

    def add(self, value: int) -> None:
        self.whole += value
        self.since_heading += value
        self.since_total += value
        self.lines_since_total += 1

    def holds(self, value: int) -> bool:
        return value in (self.whole, self.since_heading, self.since_total)

    def end(self) -> None:
        self.since_total = self.lines_since_total = 0


@dataclass
class Reader:
    """Goes through the rows once, from top to bottom."""

    sheet: Sheet
    choice: Choice
    terms: Terms
    is_text: bool = False
    lines: list[ReadLine] = field(default_factory=list)
    problems: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    left_out: list[Told] = field(default_factory=list)
    totals: list[tuple[int, int]] = field(default_factory=list)
    sums: _Sums = field(default_factory=_Sums)
    heading: str = ""
    heading_row: int | None = None
    used: set[int] = field(default_factory=set)

    def read(self) -> Reading:
        """All rows, then what can only be said at the end."""
        for row in every_row(self.sheet, max(self.choice.first_row, 0)):
            self._row(row)
        self._unused_heading()
        if not self.lines and not self.problems:
            self.problems.append(
                Told("", "There are no lines under the first row. Choose another sheet or another first row.")
            )
        if len(self.lines) > MOST_LINES:
            self.problems.append(
                Told(
                    "", f"These are {len(self.lines):,} lines; {MOST_LINES:,} are the most that one can have."
                )
            )
        total = self.sums.whole
        at, said = self._whole_total(total)
        return Reading(
            lines=tuple(self.lines),
            problems=tuple(self.problems),
            notes=tuple(self.notes),
            left_out=tuple(sorted(self.left_out, key=_by_row)),
            total=total,
            sheet_total=said,
            sheet_total_at=at,
            groups=tuple(dict.fromkeys(one.line.group for one in self.lines if one.line.group)),
        )

    # --- what a row is ---------------------------------------------------------------------------------------

    def _row(self, row: int) -> None:
        label = self._label(row)
        amount = self._amount_of_total(row)
        if self._is_heading_again(row):
            self._leave_out(row, "the names of the columns again")
        elif _is_total(label, amount, self.sums):
            self._total(row, label, amount)
        elif self._has_no_figures(row):
            self._text_only(row)
        elif not label and amount is not None and self.lines and self.sums.holds(amount):
            self._total(row, "", amount)
        elif self.totals and _TAX.fullmatch(label):
            self._leave_out(row, f"“{clipped(label, 60)}”, a tax and not a line")
        else:
            self._line(row)

    def _label(self, row: int) -> str:
        for name in (Field.DESCRIPTION, Field.ITEM, Field.COST_CODE, Field.GROUP):
            text = self._text(row, name)
            if text and (name is Field.DESCRIPTION or _TOTAL.match(text) or _CARRIED.fullmatch(text)):
                return text
        if not self._text(row, Field.DESCRIPTION):
            # A total may say so in a column that is none of ours, as in a merged cell or beside the amount.
            for column in range(len(self.sheet.rows[row])):
                text = self.sheet.text(row, column)
                if self.sheet.cell(row, column).kind is Kind.TEXT and _TOTAL.match(text):
                    return text
        return ""

    def _amount_of_total(self, row: int) -> int | None:
        column = self.choice.columns.get(Field.SCHEDULED)
        cell = self.sheet.cell(row, column) if column is not None else None
        if not cell:
            return None
        try:
            return money_in(cell, self.terms.exponent, self.terms.currency).value
        except BadInput:
            return None

    def _has_no_figures(self, row: int) -> bool:
        figures = [
            name
            for name in (Field.SCHEDULED, Field.QUANTITY, Field.UNIT_PRICE)
            if name in self.choice.columns
        ]
        if not self.terms.by_unit:
            figures = [Field.SCHEDULED]
        return not any(self._cell(row, name) for name in figures)

    def _is_heading_again(self, row: int) -> bool:
        top = self.choice.first_row - 1
        if top < 0 or row == top:
            return False
        here = [normal(self.sheet.text(row, column)) for column in self.choice.columns.values()]
        there = [normal(self.sheet.text(top, column)) for column in self.choice.columns.values()]
        return sum(1 for text in here if text) > 1 and here == there

    # --- rows that are no lines ------------------------------------------------------------------------------

    def _leave_out(self, row: int, what: str) -> None:
        self.left_out.append(Told(f"Row {row + 1}", what))

    def _total(self, row: int, label: str, amount: int | None) -> None:
        named = f"“{clipped(label, 60)}”, " if label else ""
        if amount is None:
            self._leave_out(row, f"{named}a total without an amount")
        else:
            said = self.terms.money(amount)
            if self.sums.holds(amount):
                self._leave_out(row, f"{named}a total of {said}, which agrees with the lines above it")
            else:
                ours = self.terms.money(self.sums.whole)
                self._leave_out(row, f"{named}a total of {said}; the lines above it add up to {ours}")
            self.totals.append((row, amount))
        self.sums.end()

    def _text_only(self, row: int) -> None:
        """A heading for what follows, or a remark."""
        text = (
            self._text(row, Field.DESCRIPTION) or self._text(row, Field.ITEM) or self._text(row, Field.GROUP)
        )
        item = self._text(row, Field.ITEM)
        if not text:
            words = next(
                (
                    self.sheet.text(row, c)
                    for c in range(len(self.sheet.rows[row]))
                    if self.sheet.text(row, c)
                ),
                "",
            )
            self._leave_out(row, f"“{clipped(words, 60)}”, with neither a description nor an amount")
            return
        if self.lines and (text[0].islower() or text[0] in "(-–•*"):
            self._leave_out(row, f"“{clipped(text, 60)}”, a remark without an amount")
            return
        self._unused_heading()
        if item and item != text and len(f"{item} {text}") <= LONGEST[Field.GROUP]:
            text = f"{item} {text}"
        if len(text) > LONGEST[Field.GROUP]:
            self._leave_out(row, f"“{clipped(text, 60)}”, a text without an amount")
            return
        self.heading, self.heading_row = text, row
        self.sums.since_heading = 0

    def _unused_heading(self) -> None:
        if self.heading_row is not None and self.heading_row not in self.used:
            self._leave_out(self.heading_row, f"“{clipped(self.heading, 60)}”, a text without an amount")
            self.used.add(self.heading_row)

    # --- lines -----------------------------------------------------------------------------------------------

    def _line(self, row: int) -> None:
        found: dict[str, str] = {}
        for name in (Field.ITEM, Field.COST_CODE, Field.DESCRIPTION, Field.UNIT, Field.GROUP):
            if name in self.choice.columns and (name is not Field.UNIT or self.terms.by_unit):
                found[name.value] = self._checked_text(row, name)
        line = LineInput(
            description=found.get("description", ""),
            item_number=found.get("item", ""),
            cost_code=found.get("cost_code", ""),
            unit=found.get("unit", ""),
            group=found.get("group", "") or self.heading,
        )
        before = len(self.problems)
        if not self._cell(row, Field.DESCRIPTION):
            self._problem(row, Field.DESCRIPTION, "there is an amount in this row, and no description.")
        value = self._unit_figures(row, line) if self.terms.by_unit else self._amount(row, line)
        if value is None or len(self.problems) > before:
            return
        line, minor = value
        if self.heading_row is not None and line.group == self.heading:
            self.used.add(self.heading_row)
        self.lines.append(ReadLine(row, line, minor))
        self.sums.add(minor)

    def _amount(self, row: int, line: LineInput) -> tuple[LineInput, int] | None:
        figure = self._figure(row, Field.SCHEDULED)
        if figure is None:
            return None
        return replace(line, scheduled_value=figure.value), figure.value

    def _unit_figures(self, row: int, line: LineInput) -> tuple[LineInput, int] | None:
        quantity, price = self._figure(row, Field.QUANTITY), self._figure(row, Field.UNIT_PRICE)
        if quantity is None or price is None:
            return None
        value = extend(quantity.value, price.value, self.terms.exponent)
        said = self._amount_of_total(row)
        if said is not None and said != value:
            self.notes.append(
                Told(
                    address(row, self.choice.columns[Field.SCHEDULED]),
                    f"the sheet says {self.terms.money(said)}; quantity × unit price is {self.terms.money(value)}, "
                    "which counts.",
                )
            )
        return replace(line, quantity=quantity.value, unit_price=price.value), value

    def _figure(self, row: int, name: Field) -> Figure | None:
        cell = self._cell(row, name)
        if not cell or (not cell.text.strip() and cell.kind is Kind.TEXT):
            self._problem(row, name, f"the {CALLED[name]} is missing.")
            return None
        try:
            if name is Field.SCHEDULED:
                figure = money_in(cell, self.terms.exponent, self.terms.currency)
            elif name is Field.QUANTITY:
                figure = quantity_in(cell)
            else:
                figure = unit_price_in(cell, self.terms.currency)
        except BadInput as problem:
            self._problem(row, name, str(problem))
            return None
        if figure.rounded_from:
            kept = (
                self.terms.money(figure.value)
                if name is Field.SCHEDULED
                else f"{figure.value // 10_000}.{figure.value % 10_000:04}"
            )
            self.notes.append(
                Told(
                    address(row, self.choice.columns[name]),
                    f"{figure.rounded_from} has more decimals than can be kept; it is taken as {kept}.",
                )
            )
        return figure

    def _checked_text(self, row: int, name: Field) -> str:
        cell = self._cell(row, name)
        if cell.kind in (Kind.FAULT, Kind.UNCALCULATED):
            try:
                check_readable(cell, CALLED[name])
            except BadInput as problem:
                self._problem(row, name, str(problem))
            return ""
        if cell.kind is Kind.DATE and name in (Field.ITEM, Field.COST_CODE):
            self.notes.append(
                Told(
                    address(row, self.choice.columns[name]),
                    f"the {CALLED[name]} is a date, {shown(cell)}. Spreadsheet programs make dates of numbers "
                    "such as 1-2; correct it on the page of the lines.",
                )
            )
        text = shown(cell)
        if len(text) > LONGEST[name]:
            self._problem(
                row, name, f"the {CALLED[name]} is longer than {LONGEST[name]} characters. Shorten it."
            )
            return ""
        return text

    def _problem(self, row: int, name: Field, sentence: str) -> None:
        self.problems.append(Told(address(row, self.choice.columns[name]), sentence))

    def _cell(self, row: int, name: Field) -> Cell:
        return self.sheet.cell(row, self.choice.columns.get(name, -1))

    def _text(self, row: int, name: Field) -> str:
        return self.sheet.text(row, self.choice.columns.get(name, -1))

    def _whole_total(self, total: int) -> tuple[str, int | None]:
        """The sheet's own total of everything: one that agrees, else the first after the last line."""
        column = self.choice.columns.get(Field.SCHEDULED)
        if column is None or not self.totals:
            return "", None
        last = self.lines[-1].row if self.lines else -1
        after = [(row, amount) for row, amount in self.totals if row > last]
        agreeing = [(row, amount) for row, amount in self.totals if amount == total]
        found = agreeing or after
        if not found:
            return "", None
        return address(found[-1 if agreeing else 0][0], column), found[-1 if agreeing else 0][1]


def names_a_total(label: str) -> bool:
    """Whether a row that is called this is a total and never a line."""
    return bool(_SURELY_TOTAL.match(label) or _ONLY_TOTAL.fullmatch(label) or _CARRIED.fullmatch(label))


def _is_total(label: str, amount: int | None, sums: _Sums) -> bool:
    if not label:
        return False
    if names_a_total(label):
        return True
    return bool(_TOTAL.match(label)) and (amount is None or sums.holds(amount))


def _by_row(told: Told) -> int:
    digits = "".join(char for char in told.where if char.isdigit())
    return int(digits) if digits else 0
