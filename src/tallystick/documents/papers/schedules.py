"""What follows the signatures: differences with their reasons, variations, retention."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tallystick.core.dates import format_date
from tallystick.documents.papers.figures import figure_writer
from tallystick.documents.papers.furniture import HEADING, Pens, capital, heading
from tallystick.documents.papers.model import ClaimPaper, Difference, Differences, RetentionRow
from tallystick.pdf.draw import Line, Typesetter
from tallystick.pdf.draw.flow import Flow
from tallystick.pdf.draw.table import Column, Look, Table

_NOT_YET = "–"
_LARGEST, _SMALLEST = 8.0, 4.0
_ROOM = 110.0
"""What the column of words should have at least, in points."""
_TOGETHER = 320.0
"""A table that is lower than this goes to the next page whole where it doesn't fit."""


@dataclass(frozen=True, slots=True)
class _Heading:
    title: str
    kind: Literal["text", "words", "money"] = "money"


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as text. ``note`` stands under it, from the column of words on."""

    cells: tuple[str, ...]
    strong: bool = False
    note: str = ""


class Schedules:
    """Draws the tables that have something to show."""

    def __init__(self, flow: Flow, paper: ClaimPaper, pens: Pens) -> None:
        self._flow = flow
        self._paper = paper
        self._words = paper.words
        self._pens = pens
        self._figure = figure_writer(paper.currency)

    def draw(self) -> None:
        """All of them, in the order in which they are asked for."""
        if self._paper.differences is not None:
            self._differences(self._paper.differences)
        if self._paper.variation_rows:
            self._variations()
        if self._paper.retention is not None:
            self._retention()

    # --- differences ----------------------------------------------------------------------------------------

    def _differences(self, found: Differences) -> None:
        names = {
            "proposed": ("Proposed",),
            "assessed": ("Assessed",),
            "certified": ("Assessed", "Certified"),
        }[found.compared]
        headings = [
            _Heading("Item", "text"),
            _Heading("Description", "words"),
            _Heading("Claimed"),
            *(_Heading(name) for name in names),
            _Heading("Difference"),
        ]
        rows = [self._difference(each, names) for each in found.lines]
        rows.append(self._difference(found.others, names))
        rows.append(self._difference(found.total, names, strong=True))
        self._table(
            "Reasons for difference",
            headings,
            rows,
            f"Work and {self._words.stored_materials} of this period, before {self._words.retention}",
        )

    def _difference(self, found: Difference, names: Sequence[str], *, strong: bool = False) -> _Row:
        amounts = [getattr(found, name.lower()) for name in names]
        return _Row(
            (
                found.item,
                found.description,
                self._figure(found.claimed),
                *(self._or_not_yet(amount) for amount in (*amounts, found.difference)),
            ),
            strong,
            found.reason.strip(),
        )

    def _or_not_yet(self, amount: int | None) -> str:
        return _NOT_YET if amount is None else self._figure(amount)

    # --- variations -----------------------------------------------------------------------------------------

    def _variations(self) -> None:
        figure, locale = self._figure, self._paper.locale
        found = self._paper.variation_rows
        rows = [
            _Row(
                (
                    each.number,
                    each.title,
                    format_date(each.approved_on, locale) if each.approved_on else _NOT_YET,
                    figure(each.amount),
                    figure(each.this_period),
                    figure(each.to_date),
                )
            )
            for each in found
        ]
        sums = (sum(getattr(each, name) for each in found) for name in ("amount", "this_period", "to_date"))
        rows.append(_Row(("", "Total", "", *map(figure, sums)), strong=True))
        headings = [
            _Heading("Number", "text"),
            _Heading("Title", "words"),
            _Heading("Approved on", "text"),
            _Heading("Amount"),
            _Heading("This period"),
            _Heading("Total to date"),
        ]
        self._table(capital(self._words.variations), headings, rows)

    # --- retention ------------------------------------------------------------------------------------------

    def _retention(self) -> None:
        found = self._paper.retention
        assert found is not None
        moves = bool(found.work.moved or found.materials.moved)
        rows = [
            self._retention_row("On completed work", found.work, moves=moves),
            self._retention_row(f"On {self._words.stored_materials}", found.materials, moves=moves),
            self._retention_row("Total", found.total, moves=moves, strong=True),
        ]
        headings = [
            _Heading("", "words"),
            _Heading("Held before"),
            _Heading("This period"),
            *([_Heading("Moved to work")] if moves else []),
            _Heading("Released"),
            _Heading("Held now"),
        ]
        self._table(capital(self._words.retention), headings, rows)

    def _retention_row(self, label: str, row: RetentionRow, *, moves: bool, strong: bool = False) -> _Row:
        moved = (row.moved,) if moves else ()
        amounts = (row.before, row.this_period, *moved, row.released, row.held)
        return _Row((label, *map(self._figure, amounts)), strong)

    # --- any of them ----------------------------------------------------------------------------------------

    def _table(self, title: str, headings: Sequence[_Heading], rows: Sequence[_Row], note: str = "") -> None:
        flow, pens = self._flow, self._pens
        look, columns = self._columns(headings, rows)
        words = next(at for at, each in enumerate(headings) if each.kind == "words")
        table = Table(flow, columns, pens.regular, look)
        sets = [[self._cell(row, at, each, columns) for at, each in enumerate(headings)] for row in rows]
        notes = [
            pens.italic.wrap(row.note, table.span_width(words), look.size * 0.95) if row.note else []
            for row in rows
        ]
        whole = HEADING + 30 + sum(map(table.height, sets)) + sum(map(len, notes)) * 2 * look.leading
        flow.need(whole if whole < _TOGETHER else HEADING + 40 + table.height(sets[0]))
        flow.y += 4
        heading(flow.page, pens, title, (flow.left, flow.y, flow.right), note)
        flow.y += HEADING - 4
        flow.fresh = False
        table.begin()
        for at, (row, cells, said) in enumerate(zip(rows, sets, notes, strict=True)):
            last = at == len(rows) - 1
            if last:
                table.line(0.5)
            keep = look.leading if said else table.height(sets[-1]) if at == len(rows) - 2 else 0
            table.row(cells, keep=keep, rule=1 if said else 0 if row.strong else 0.8)
            if said:
                table.span(said, first=words, size=look.size * 0.95, gray=0.2, rule=0.8)
        flow.y += 12

    def _cell(self, row: _Row, at: int, each: _Heading, columns: Sequence[Column]) -> list[Line]:
        pen = self._pen(row)
        text = row.cells[at]
        if not text:
            return []
        return [pen.figure(text)] if each.kind == "money" else pen.wrap(text, columns[at].width, self._size)

    def _pen(self, row: _Row) -> Typesetter:
        return self._pens.semibold if row.strong else self._pens.regular

    def _columns(self, headings: Sequence[_Heading], rows: Sequence[_Row]) -> tuple[Look, list[Column]]:
        """The largest type at which every amount fits and the words keep some room."""
        size = _LARGEST
        while True:
            look = Look(
                size=size, leading=size * 1.36, gutter=size * 1.2, head_size=min(size * 0.86, 6.9), padding=size * 0.34
            )  # fmt: skip
            widths = [self._width(at, each, rows, look) for at, each in enumerate(headings)]
            room = self._flow.width - sum(widths) - look.gutter * (len(widths) - 1)
            if room >= _ROOM * min(1, size / 7) or size <= _SMALLEST:
                break
            size -= 0.25
        self._size = size
        figures = sum(each.kind == "money" for each in headings)
        wider = min(max(room - 1.5 * _ROOM, 0) / figures, 12)
        room -= wider * figures
        return look, [
            Column(
                each.title,
                max(room, 30) if each.kind == "words" else width + (wider if each.kind == "money" else 0),
                "right" if each.kind == "money" else "left",
            )
            for each, width in zip(headings, widths, strict=True)
        ]

    def _width(self, at: int, each: _Heading, rows: Sequence[_Row], look: Look) -> float:
        if each.kind == "words":
            return 0
        pens = self._pens
        longest = max(
            (pens.semibold.width(text, look.size) for text in {row.cells[at] for row in rows}), default=0
        )
        if each.kind == "text":
            longest = min(longest, 70 * look.size / 8)
        least = max((pens.regular.width(word, look.head_size) for word in each.title.split()), default=0)
        return max(longest, least + 1, 24 * look.size / 8)
