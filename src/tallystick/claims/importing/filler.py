"""Reading the cells of a matched sheet into edits of a claim, by the rules of the grid; each mistake by its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tallystick.claims import calc, figures
from tallystick.claims.calc import entry as calc_entry
from tallystick.claims.edits import EntryEdit
from tallystick.claims.entries import preview_edits
from tallystick.claims.grid.typed import read_cells
from tallystick.claims.importing.marks import Mark
from tallystick.claims.importing.rows import Match, match_rows
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import EDITABLE
from tallystick.contracts.importing import Choice, Told
from tallystick.contracts.states import AccountingMethod
from tallystick.core.errors import BadInput
from tallystick.core.money import (
    currency_exponent,
    format_money,
    format_quantity,
    is_percent,
    scaled_to_decimal_string,
    to_decimal_string,
)
from tallystick.sheets.book import Cell, Kind, Sheet, address
from tallystick.sheets.columns import Field
from tallystick.sheets.figures import check_readable, money_in, quantity_in, shown
from tallystick.terms import text

LONGEST_COMMENT = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """A cell of the sheet that differs from the claim: where, what stands in the claim, what will."""

    where: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FilledLine:
    """A line of the claim and what the sheet changes on it."""

    line: ClaimLine
    row: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Filling:
    """All that came of reading the sheet. With a problem nothing can be saved."""

    edits: tuple[EntryEdit, ...]
    lines: tuple[FilledLine, ...]
    problems: tuple[Told, ...]
    notes: tuple[Told, ...]
    left_out: tuple[Told, ...]
    matched: int
    work_before: int
    work_after: int
    due_before: int
    due_after: int
    is_own: bool = False


@dataclass
class Filler:
    """Reads one sheet against one claim."""

    sheet: Sheet
    choice: Choice
    claim: Claim
    lines: list[ClaimLine]
    mark: Mark | None
    problems: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    cells: dict[int, dict[str, str]] = field(default_factory=dict)
    edits: dict[int, EntryEdit] = field(default_factory=dict)
    places: dict[tuple[int, str], str] = field(default_factory=dict)
    changes: dict[int, list[Change]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.currency = self.claim.contract.currency
        self.locale = self.claim.contract.project.locale
        self.exponent = currency_exponent(self.currency)
        self.by_unit = self.claim.contract.accounting_method == AccountingMethod.UNIT
        self.side = "claimed" if self.claim.status in EDITABLE else "assessed"

    def read(self) -> Filling:
        """Match the rows, read their cells, and see what saving would make of it."""
        own = self.mark is not None
        found = match_rows(self.sheet, self.choice, self.lines, self.mark, self.currency)
        self.problems += found.problems
        if own and self.mark is not None and self.mark.version != self.claim.version:
            self.notes.append(
                Told(
                    "",
                    text(
                        "This {claim:short} was changed after the spreadsheet was downloaded. "
                        "Only the cells that you typed into are taken over."
                    ),
                )
            )
        for match in found.matches:
            self._row(match)
        self._read_typed()
        work = sum(getattr(line, f"{self.side}_work") for line in self.lines)
        work_after, due_after = self._would_be(work)
        rows = {match.line.pk: match.row for match in found.matches}
        return Filling(
            edits=tuple(self.edits.values()),
            lines=tuple(
                FilledLine(line, rows[line.pk], tuple(self.changes[line.pk]))
                for line in self.lines
                if line.pk in self.changes
            ),
            problems=tuple(self.problems),
            notes=(*self.notes, *found.notes),
            left_out=found.left_out,
            matched=len(found.matches),
            work_before=work,
            work_after=work_after,
            due_before=self.claim.payment_due,
            due_after=due_after,
            is_own=own,
        )

    # --- one row ---------------------------------------------------------------------------------------------

    def _row(self, match: Match) -> None:
        self._compare(match, Field.SCHEDULED, match.line.scheduled_value, "the contract says")
        self._compare(match, Field.PREVIOUS, match.line.previous_work, text("earlier {claims:short} come to"))
        if self.by_unit and Field.WORK_QUANTITY in self.choice.columns:
            # The amount follows from the quantity; one that was typed instead counts all the same.
            if not self._figure(match, Field.WORK_QUANTITY, "quantity"):
                self._figure(match, Field.WORK, "work")
        elif Field.WORK in self.choice.columns:
            self._figure(match, Field.WORK, "work")
        if self.mark is not None:
            self._figure(match, Field.NEW_MATERIALS, "new")
            self._left(match)
        else:
            self._figure(match, Field.STORED, "stored")
        self._comment(match)

    def _compare(self, match: Match, name: Field, known: int, says: str) -> None:
        """Tell where C or D differ; what the sheet says of them is never taken over."""
        cell = self._cell(match.row, name)
        if not cell or not cell.text.strip():
            return
        try:
            said = money_in(cell, self.exponent, self.currency).value
        except BadInput:
            return
        if said != known:
            self.notes.append(
                Told(
                    self._where(match.row, name),
                    f"the sheet says {self._money(said)}; {says} {self._money(known)}.",
                )
            )

    def _left(self, match: Match) -> None:
        column = self.mark.column_of("left") if self.mark is not None else None
        if column is not None:
            self._at(match, column, "left", text("Earlier materials"))

    def _figure(self, match: Match, name: Field, column: str) -> bool:
        place = self.choice.columns.get(name)
        if place is None and self.mark is not None and name is Field.NEW_MATERIALS:
            place = self.mark.column_of("new")
        return place is not None and self._at(match, place, column, _LABELS[column])

    def _at(self, match: Match, place: int, column: str, label: str) -> bool:
        """Take a cell over where it was typed and differs from the claim; whether it does."""
        cell = self.sheet.cell(match.row, place)
        where = address(match.row, place)
        was = self._was(match, column)
        if not cell or not cell.text.strip():
            if not was:
                return False
            cell = Cell(Kind.NUMBER, "0")  # it was emptied
        now = self._now(match.line, column)
        try:
            if is_percent(cell.text) and cell.kind is Kind.TEXT and column in ("work", "new"):
                change = Change(where, label, self._shown(column, now), shown(cell))
                self._take(match.line, column, cell.text.strip(), change)
                return True
            figure = (
                quantity_in(cell) if column == "quantity" else money_in(cell, self.exponent, self.currency)
            )
        except BadInput as problem:
            self.problems.append(Told(where, str(problem)))
            return False
        if figure.value == now or (was is not None and figure.value == was):
            return False
        if figure.rounded_from:
            self.notes.append(
                Told(where, f"{figure.rounded_from} has more decimals than can be kept; it is rounded.")
            )
        if was is not None and was != now:
            self.notes.append(
                Told(
                    where,
                    f"somebody changed this to {self._shown(column, now)} after you downloaded the spreadsheet; "
                    f"your {self._shown(column, figure.value)} takes its place.",
                )
            )
        change = Change(where, label, self._shown(column, now), self._shown(column, figure.value))
        self._take(match.line, column, self._plain(column, figure.value), change)
        return True

    def _take(self, line: ClaimLine, column: str, typed: str, change: Change) -> None:
        self.places[line.pk, column] = change.where
        self.cells.setdefault(line.pk, {})[column] = typed
        self.changes.setdefault(line.pk, []).append(change)

    def _comment(self, match: Match) -> None:
        place = self.choice.columns.get(Field.COMMENT)
        if place is None:
            return
        cell = self.sheet.cell(match.row, place)
        where = address(match.row, place)
        try:
            check_readable(cell, "a comment")
        except BadInput as problem:
            self.notes.append(Told(where, f"{problem} It is left out."))
            return
        typed = cell.text.strip()
        was = self._was_text(match, "comment")
        if not typed or typed in (match.line.comment, was):
            return
        if len(typed) > LONGEST_COMMENT:
            self.problems.append(Told(where, f"the comment is longer than {LONGEST_COMMENT:,} characters."))
            return
        self.edits[match.line.pk] = EntryEdit(match.line.pk, comment=typed)
        self.changes.setdefault(match.line.pk, []).append(
            Change(where, "Comment", match.line.comment or "–", typed)
        )

    # --- what stands there -----------------------------------------------------------------------------------

    def _now(self, line: ClaimLine, column: str) -> int:
        if column == "stored":
            left = getattr(line, f"{self.side}_materials_previous")
            return int(left + getattr(line, f"{self.side}_materials_new"))
        names = {"new": "materials_new", "left": "materials_previous"}
        return int(getattr(line, f"{self.side}_{names.get(column, column)}"))

    def _was(self, match: Match, column: str) -> int | None:
        """What our own workbook said when it was downloaded."""
        place = self.mark.column_of(f"was_{column}") if self.mark is not None else None
        if place is None:
            return None
        cell = self.sheet.cell(match.row, place)
        try:
            if column == "quantity":
                return quantity_in(cell).value if cell else None
            return money_in(cell, self.exponent, self.currency).value if cell else None
        except BadInput:
            return None

    def _was_text(self, match: Match, column: str) -> str | None:
        place = self.mark.column_of(f"was_{column}") if self.mark is not None else None
        return None if place is None else self.sheet.cell(match.row, place).text.strip()

    def _cell(self, row: int, name: Field) -> Cell:
        return self.sheet.cell(row, self.choice.columns.get(name, -1))

    def _where(self, row: int, name: Field) -> str:
        return address(row, self.choice.columns[name])

    def _plain(self, column: str, value: int) -> str:
        if column == "quantity":
            return scaled_to_decimal_string(value)
        return to_decimal_string(value, self.exponent)

    def _shown(self, column: str, value: int) -> str:
        return format_quantity(value) if column == "quantity" else self._money(value)

    def _money(self, minor: int) -> str:
        return format_money(minor, self.currency, self.locale, symbol=False)

    # --- into edits ------------------------------------------------------------------------------------------

    def _read_typed(self) -> None:
        """The cells as edits, by the rules of the grid (domain §6.2)."""
        by_id = {line.pk: line for line in self.lines}
        stored = {key: cells.pop("stored") for key, cells in self.cells.items() if "stored" in cells}
        typed: dict[int | str, Mapping[str, str]] = {key: cells for key, cells in self.cells.items() if cells}
        try:
            made = {edit.line_id: edit for edit in read_cells(self.claim, self.lines, typed)} if typed else {}
        except BadInput as problem:
            for name, sentence in problem.fields.items():
                line_id, _, column = name.removeprefix("line-").partition(":")
                place = self.places.get((int(line_id), column), "") if line_id.isdigit() else ""
                self.problems.append(Told(place, sentence))
            return
        for key, edit in made.items():
            comment = self.edits[key].comment if key in self.edits else None
            self.edits[key] = replace(edit, comment=comment)
        for key, plain in stored.items():
            entry = calc_entry.enter_materials_stored(
                self._input(by_id[key]),
                money_in(Cell(Kind.NUMBER, plain), self.exponent, self.currency).value,
            )
            self.edits[key] = replace(
                self.edits.get(key, EntryEdit(key)),
                materials_previous=entry.materials_previous,
                materials_new=entry.materials_new,
            )

    def _input(self, line: ClaimLine) -> calc.LineInput:
        given = figures.input_of(line)
        entry = replace(
            given.entry,
            materials_previous=getattr(line, f"{self.side}_materials_previous"),
            materials_new=getattr(line, f"{self.side}_materials_new"),
        )
        return replace(given, entry=entry)

    def _would_be(self, work: int) -> tuple[int, int]:
        """Work of this period and what is due if this were saved; what saving would refuse becomes a problem."""
        if self.problems or not self.edits:
            return work, self.claim.payment_due
        try:
            saved = preview_edits(self.claim, self.lines, list(self.edits.values()))
        except BadInput as problem:
            self._refused(problem)
            return work, self.claim.payment_due
        self.notes += [Told("", sentence) for sentence in saved.warnings]
        return sum(getattr(line, f"{self.side}_work") for line in saved.lines), saved.claim.payment_due

    def _refused(self, problem: BadInput) -> None:
        if not problem.fields:
            self.problems.append(Told("", str(problem)))
        for name, sentence in problem.fields.items():
            line_id = name.removeprefix("line-").partition(":")[0]
            places = [where for (key, _), where in self.places.items() if str(key) == line_id]
            self.problems.append(Told(places[0] if places else "", sentence))


_LABELS = {
    "work": "This period",
    "quantity": "Quantity this period",
    "new": "New materials",
    "stored": "Materials stored",
}
