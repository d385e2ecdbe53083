"""Which row of a sheet is which line of a claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from tallystick.claims.exporting import LINE_ID
from tallystick.claims.importing.marks import Mark
from tallystick.claims.models import ClaimLine
from tallystick.contracts.import_reader import names_a_total
from tallystick.contracts.importing import Choice, Told
from tallystick.core.errors import BadInput
from tallystick.core.ids import number_in
from tallystick.core.money import currency_exponent
from tallystick.core.text import clipped, join_and, plural
from tallystick.sheets.book import Sheet, address, every_row
from tallystick.sheets.columns import Field, normal
from tallystick.sheets.figures import money_in
from tallystick.terms import text

_ENTRIES = (Field.WORK, Field.WORK_QUANTITY, Field.STORED)
_NO_FIGURE = frozenset({"", "0", "0.00", "-", "–", "—"})


@dataclass(frozen=True, slots=True)
class Match:
    """A row, from 0, and its line."""

    row: int
    line: ClaimLine


@dataclass(frozen=True, slots=True)
class Matches:
    """All rows that were recognised, and what is to be told of the others."""

    matches: tuple[Match, ...]
    problems: tuple[Told, ...]
    notes: tuple[Told, ...]
    left_out: tuple[Told, ...]


def match_rows(
    sheet: Sheet, choice: Choice, lines: Sequence[ClaimLine], mark: Mark | None, currency: str
) -> Matches:
    """Match every row from the first one on.

    A row that has entries and is no line of the claim is a problem: its figures would be lost.
    """
    return _Matcher(sheet, choice, list(lines), mark, currency).match()


@dataclass
class _Matcher:
    sheet: Sheet
    choice: Choice
    lines: list[ClaimLine]
    mark: Mark | None
    currency: str
    by_row: dict[int, ClaimLine] = field(default_factory=dict)
    problems: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    left_out: list[Told] = field(default_factory=list)

    def match(self) -> Matches:
        rows = [
            row for row in every_row(self.sheet, max(self.choice.first_row, 0)) if not self._is_total(row)
        ]
        if self.mark is not None and (column := self.mark.column_of(LINE_ID)) is not None:
            self._by_id(rows, column)
        self._by(rows, lambda line: (_item(line.item_number), normal(line.description)), self._item_and_words)
        self._by(rows, lambda line: _item(line.item_number), self._item_of)
        self._by(rows, lambda line: normal(line.description), self._words_of)
        self._by_position(rows)
        self._tell(rows)
        matches = tuple(Match(row, line) for row, line in sorted(self.by_row.items()))
        return Matches(matches, tuple(self.problems), tuple(self.notes), tuple(self.left_out))

    # --- the ways --------------------------------------------------------------------------------------------

    def _by_id(self, rows: Sequence[int], column: int) -> None:
        by_id = {line.pk: line for line in self.lines}
        for row in rows:
            line_id = number_in(self.sheet.text(row, column))
            line = by_id.get(line_id) if line_id is not None else None
            if line is None:
                continue
            if line.pk in {one.pk for one in self.by_row.values()}:
                self.problems.append(
                    Told(
                        f"Row {row + 1}",
                        f"line {line.item_number} is in the sheet twice. Delete one of the rows.",
                    )
                )
            else:
                self.by_row[row] = line

    def _by(
        self,
        rows: Sequence[int],
        of_line: Callable[[ClaimLine], Hashable],
        of_row: Callable[[int], Hashable | None],
    ) -> None:
        """Match what one line and one row alone have in common."""
        taken = {line.pk for line in self.by_row.values()}
        lines: defaultdict[Hashable, list[ClaimLine]] = defaultdict(list)
        found: defaultdict[Hashable, list[int]] = defaultdict(list)
        for line in self.lines:
            if line.pk not in taken:
                lines[of_line(line)].append(line)
        for row in rows:
            if row not in self.by_row and (key := of_row(row)) is not None:
                found[key].append(row)
        for key, places in found.items():
            candidates = lines.get(key, [])
            if len(candidates) == len(places):
                self.by_row |= dict(zip(places, candidates, strict=True))

    def _by_position(self, rows: Sequence[int]) -> None:
        """What is left, one after the other, where there are as many rows as lines and the scheduled values agree."""
        taken = {line.pk for line in self.by_row.values()}
        lines = [line for line in self.lines if line.pk not in taken]
        left = [row for row in rows if row not in self.by_row and self._scheduled(row) is not None]
        if not lines or len(lines) != len(left):
            return
        agreed = all(
            self._scheduled(row) == line.scheduled_value for row, line in zip(left, lines, strict=True)
        )
        if agreed:
            self.by_row |= dict(zip(left, lines, strict=True))
            where = join_and((f"{row + 1}" for row in left), limit=8)
            self.notes.append(
                Told("", f"Rows {where} were matched by their place and scheduled value, not by their names.")
            )

    # --- what a row says -------------------------------------------------------------------------------------

    def _text(self, row: int, name: Field) -> str:
        return self.sheet.text(row, self.choice.columns.get(name, -1))

    def _item_of(self, row: int) -> Hashable | None:
        return _item(self._text(row, Field.ITEM)) or None

    def _words_of(self, row: int) -> Hashable | None:
        return normal(self._text(row, Field.DESCRIPTION)) or None

    def _item_and_words(self, row: int) -> Hashable | None:
        item, words = self._item_of(row), self._words_of(row)
        return (item, words) if item and words else None

    def _scheduled(self, row: int) -> int | None:
        cell = self.sheet.cell(row, self.choice.columns.get(Field.SCHEDULED, -1))
        if not cell:
            return None
        try:
            return money_in(cell, currency_exponent(self.currency), self.currency).value
        except BadInput:
            return None

    def _is_total(self, row: int) -> bool:
        labels = [self._text(row, Field.DESCRIPTION), self._text(row, Field.ITEM)]
        if not any(labels):
            labels = [self.sheet.text(row, column) for column in range(len(self.sheet.rows[row]))]
        return any(names_a_total(label) or label.lower() in ("total", "totals") for label in labels if label)

    def _tell(self, rows: Sequence[int]) -> None:
        for row in rows:
            if row in self.by_row:
                continue
            label = join_and(
                filter(None, [self._text(row, Field.ITEM), self._text(row, Field.DESCRIPTION)]), word=""
            )
            entries = [
                (name, self._text(row, name))
                for name in _ENTRIES
                if name in self.choice.columns and self._text(row, name) not in _NO_FIGURE
            ]
            named = f"“{clipped(label, 60)}”" if label else "a row without a name"
            if entries and any(char.isdigit() for char in entries[0][1]):
                name, said = entries[0]
                self.problems.append(
                    Told(
                        address(row, self.choice.columns[name]),
                        text(
                            "{said} stands beside {named}, which is no line of this {claim}. Clear the cell, "
                            "or have the line added to the contract.",
                            said=said,
                            named=named,
                        ),
                    )
                )
            else:
                self.left_out.append(Told(f"Row {row + 1}", f"{named}, which is no line"))
        missing = [line for line in self.lines if line.pk not in {one.pk for one in self.by_row.values()}]
        if missing and self.by_row:
            names = join_and((line.item_number or line.description for line in missing), limit=8)
            self.notes.append(
                Told(
                    "",
                    f"{plural(len(missing), 'line is', 'lines are')} not in the sheet and stay as they are: {names}.",
                )
            )
        if not self.by_row and not self.problems:
            self.problems.append(
                Told("", text("No row of this sheet is a line of this {claim}. Is it the right one?"))
            )


def _item(number: str) -> str:
    plain = normal(number)
    return plain.lstrip("0") or plain
