"""A claim's grid as HTML, lean: a claim has a thousand lines, and each has a dozen cells.

A template's loop takes five times as long for the same text. Cells carry no id and hardly a class: what a column is
stands once in its header, and the script goes by the header's name for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from tallystick.claims.grid import Column, Grid, GridGroup, GridRow
from tallystick.claims.models import LineReview
from tallystick.terms import text

ON_CARD = frozenset({"scheduled", "claimed", "proposed", "quantity", "work", "percent", "review"})
"""Columns that a phone's card shows of a line, each named beside its figure."""

GROUPS_TAKE = frozenset({"work", "percent"})
"""Columns whose subtotals can be typed into."""

CHUNK = 40
"""Lines in a table body. A browser lays out and paints only the bodies that are in sight (css/grid.css)."""

Typed = Mapping[str, str]
"""What was typed into cells and not saved, by the input's name: ``{"work-12": "1,2,3"}``."""

Problems = Mapping[str, str]
"""Sentences by line and column (``line-12:work``), line (``line-12``) or group (``g:c:work``)."""

_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def grid_table(grid: Grid, typed: Typed | None = None, problems: Problems | None = None) -> SafeString:
    """The whole table. Everything that people wrote is escaped."""
    return _safe(_Table(grid, typed or {}, problems or {}).write())


def grid_widths(grid: Grid) -> str:
    """How wide the columns are, as ``grid-columns`` takes it; the description takes what room is left."""
    widths = ".".join(f"{column.width}{'f' * (column.key == 'description')}" for column in grid.columns)
    return f"w={widths}&lead={_leading(grid.columns)}"


def grid_data(data: Mapping[str, Any]) -> SafeString:
    """Data for the script, as the content of a script element of JSON."""
    return _safe(json.dumps(data, separators=(",", ":"), ensure_ascii=False).translate(_IN_SCRIPT))


def _safe(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 - made of escaped texts and of figures written by us


class _Table:
    """Writes the table row by row."""

    def __init__(self, grid: Grid, typed: Typed, problems: Problems) -> None:
        self.grid = grid
        self.columns = grid.columns
        self.typed = typed
        self.problems = problems
        self.lead = _leading(grid.columns)
        """How many columns at the left are no figures: a group's title stands over them."""
        self.classes = [_pin(index, column) for index, column in enumerate(grid.columns)]
        self.cells = [self._cell_of(index, column) for index, column in enumerate(grid.columns)]
        self.takes = any(column.is_input and column.key in ("work", "quantity") for column in grid.choices)

    def write(self) -> str:
        grid = self.grid
        titled = len(grid.groups) > 1
        parts = [self._head()]
        for group in grid.groups:
            parts.append(f'<tbody data-group="{group.key}" data-in="{group.parent}">')
            if titled:
                parts.append(self._group(group))
            for place, row in enumerate(group.rows):
                if place and place % CHUNK == 0:
                    parts.append(f'</tbody><tbody data-in="{group.key} {group.parent}">')
                parts.append(self._row(row))
            parts.append("</tbody>")
        parts.append(self._foot())
        return "".join(parts)

    def _head(self) -> str:
        caption = escape(text("Lines of the {sov}"))
        heads = "".join(
            f'<th id="c-{c.key}" data-col="{c.key}" scope="col" class="{_head_class(index, c)}"'
            f"{_title(c.hint)}>{escape(c.label)}</th>"
            for index, c in enumerate(self.columns)
        )
        return f'<caption class="visually-hidden">{caption}</caption><thead><tr>{heads}</tr></thead>'

    # --- lines ---------------------------------------------------------------------------------------------------

    def _row(self, row: GridRow) -> str:
        parts = [f'<tr id="l{row.id}">']
        told: list[str] = []
        parts += [cell(row, said, told) for cell, said in zip(self.cells, row.cells, strict=True)]
        if self.problems and (problem := self.problems.get(f"line-{row.id}")):
            told.append(problem)
        parts.append("</tr>")
        if told:
            parts.append(self._problem(f"p{row.id}", str(row.id), told))
        return "".join(parts)

    def _cell_of(self, index: int, column: Column) -> Callable[[GridRow, str, list[str]], str]:
        """How this column's cells are written."""
        key, pin = column.key, self.classes[index]
        on_card = f' data-l="{escape(column.label)}"' if key in ON_CARD else ""
        if key == "item":
            return lambda row, said, told: f'<th class="s0" scope="row" id="i{row.id}">{escape(said)}</th>'
        if column.kind == "mark":
            return self._mark_of(column, pin, on_card)
        if column.is_input:
            return self._input_of(column, pin, on_card)
        if column.kind in ("text", "words"):
            begin = f'<td class="t{" " + pin if pin else ""}">'
            return lambda row, said, told: begin + escape(said) + "</td>"
        begin = f"<td{on_card}{f' class={chr(34)}{pin}{chr(34)}' if pin else ''}>"
        nought = f'<td{on_card} class="{pin + " " if pin else ""}z">'
        if key == "proposed" and self.grid.typing.entries:
            return lambda row, said, told: begin + (_take(row) if row.proposes else "") + said + "</td>"
        return lambda row, said, told: (nought if said == "0.00" else begin) + said + "</td>"

    def _input_of(self, column: Column, pin: str, on_card: str) -> Callable[[GridRow, str, list[str]], str]:
        key = column.key
        words = column.kind == "words"
        css = " ".join(filter(None, ("i", "t" if words else "", pin)))
        begin, unread = f'<td{on_card} class="{css}">', f'<td{on_card} class="{css} is-unread">'
        more = ' maxlength="2000"' if words else ""
        typed, problems = self.typed, self.problems

        def write(row: GridRow, said: str, told: list[str]) -> str:
            name = f"{key}-{row.id}"
            mark, cell = more, begin
            if typed or problems:
                said = typed.get(name, said)
                if problem := problems.get(f"line-{row.id}:{key}"):
                    told.append(problem)
                    cell = unread
                    mark += f' aria-invalid="true" aria-describedby="p{row.id}"'
            return (
                f'{cell}<input name="{name}" value="{escape(said)}" '
                f'aria-labelledby="c-{key} i{row.id}"{mark}></td>'
            )

        return write

    def _mark_of(self, column: Column, pin: str, on_card: str) -> Callable[[GridRow, str, list[str]], str]:
        if not column.is_input:
            tones = {LineReview.APPROVED.value: "ok", LineReview.REJECTED.value: "bad"}
            labels = {mark.value: mark.label for mark in LineReview} | {LineReview.NO_ACTION.value: "–"}
            return lambda row, said, told: (
                f'<td{on_card} class="t {tones.get(said, "")} {pin}">{labels.get(said, "–")}</td>'
            )
        choices = (("approved", "Approve", "✓"), ("rejected", "Reject", "✗"))

        def write(row: GridRow, said: str, told: list[str]) -> str:
            item = escape(row.item or row.cells[-1])
            buttons = "".join(
                f'<button name="review-{row.id}" value="{"no_action" if said == value else value}" '
                f'data-mark="{value}" aria-pressed="{"true" if said == value else "false"}" '
                f'aria-label="{label} {item}">{glyph}</button>'
                for value, label, glyph in choices
            )
            return f'<td{on_card} class="mk {pin}">{buttons}</td>'

        return write

    # --- subtotals and what went wrong -------------------------------------------------------------------------------

    def _group(self, group: GridGroup) -> str:
        title = escape(group.title)
        level = " is-part" if group.parent else ""
        fold = (
            f'<button type="button" class="fold" aria-expanded="true" data-fold="{group.key}">'
            f'<span aria-hidden="true"></span>{title}</button>'
        )
        head = f'<th class="s0" scope="rowgroup" colspan="{self.lead}" id="g-{group.key}">{fold}</th>'
        told: list[str] = []
        cells = self._sums(group.key, group.cells, told)
        row = f'<tr class="is-group{level}" id="r-{group.key}">{head}{cells}</tr>'
        return row + (self._problem(f"p-{group.key}", f"g:{group.key}", told) if told else "")

    def _foot(self) -> str:
        count = self.grid.rows
        label = f"Total of {count:,} line{'' if count == 1 else 's'}"
        head = f'<th class="s0" scope="row" colspan="{self.lead}" id="g-all">{label}</th>'
        told: list[str] = []
        cells = self._sums("all", self.grid.totals, told)
        problem = self._problem("p-all", "g:all", told) if told else ""
        return f'<tfoot><tr id="r-all">{head}{cells}</tr>{problem}</tfoot>'

    def _sums(self, key: str, cells: Sequence[str], told: list[str]) -> str:
        parts = []
        for index, column in enumerate(self.columns):
            if index < self.lead:
                continue
            said, pin = cells[index], self.classes[index]
            css = pin
            if self.takes and column.key in GROUPS_TAKE and not key.startswith("n"):
                name = f"{column.key}-g:{key}"
                mark, css = "", f"i {pin}".strip()
                if problem := self.problems.get(f"g:{key}:{column.key}"):
                    told.append(problem)
                    css += " is-unread"
                    mark = f' aria-invalid="true" aria-describedby="p-{key}"'
                value = escape(self.typed.get(name, said))
                said = f'<input name="{name}" value="{value}" aria-labelledby="c-{column.key} g-{key}"{mark}>'
            parts.append(f'<td class="{css}">{said}</td>' if css else f"<td>{said}</td>")
        return "".join(parts)

    def _problem(self, place: str, row: str, told: Sequence[str]) -> str:
        return (
            f'<tr class="is-problem" data-problem="{row}"><td colspan="{len(self.columns)}">'
            f'<p id="{place}">{escape(" ".join(told))}</p></td></tr>'
        )


def _leading(columns: Sequence[Column]) -> int:
    for index, column in enumerate(columns):
        if column.kind not in ("text", "words"):
            return max(index, 1)
    return len(columns)


def _pin(index: int, column: Column) -> str:
    return f"s{index}" if column.pinned else ""


def _head_class(index: int, column: Column) -> str:
    parts = [_pin(index, column), "" if column.kind in ("text", "words", "mark") else "num"]
    return " ".join(filter(None, (*parts, "is-typed" if column.is_input else "")))


def _title(hint: str) -> str:
    return f' title="{escape(hint)}"' if hint else ""


def _take(row: GridRow) -> str:
    return (
        f'<button class="take" name="take-{row.id}" value="proposed" '
        f'aria-label="Take the proposed amount of {escape(row.item)}">Take</button>'
    )
