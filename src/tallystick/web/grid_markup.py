"""The rows of a claim's grid as HTML, lean: a claim has a thousand lines, and each has a dozen cells.

A template's loop takes five times as long for the same text. Cells carry no class and no id: what a column is stands
once in its header, and style sheet and script go by the header's name for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe

from tallystick.claims.grid import Column, Grid, GridGroup, GridRow

ON_CARD = frozenset({"scheduled", "previous", "quantity", "work", "percent"})
"""Columns that a phone shows of a line, each named beside its figure."""

Typed = Mapping[str, str]
"""What was typed into cells and not saved, by the input's name: ``{"work-12": "1,2,3"}``."""

Problems = Mapping[str, str]
"""Sentences by line and column (``line-12:work``) or line (``line-12``)."""


def grid_rows(grid: Grid, typed: Typed | None = None, problems: Problems | None = None) -> SafeString:
    """All table bodies, one for each group. Everything that people wrote is escaped."""
    typed, problems = typed or {}, problems or {}
    parts: list[str] = []
    titled = len(grid.groups) > 1
    for group in grid.groups:
        parts.append(f'<tbody data-group="{group.key}">')
        if titled:
            parts.append(_group(group))
        parts += [_row(row, grid.columns, typed, problems) for row in group.rows]
        parts.append("</tbody>")
    return mark_safe("".join(parts))  # noqa: S308 - made of escaped texts and of figures written by us


def _group(group: GridGroup) -> str:
    cells = "".join(f"<td>{text}" for text in group.cells)
    title = f'<th class="is-stuck" scope="rowgroup" colspan="2">{escape(group.title)}</th>'
    return f'<tr class="is-group">{title}{cells}</tr>'


def _row(row: GridRow, columns: tuple[Column, ...], typed: Typed, problems: Problems) -> str:
    parts = [
        f'<tr id="l{row.id}"><th class="is-stuck" scope="row" id="i{row.id}">{escape(row.item)}'
        f"<td>{escape(row.description)}"
    ]
    told: list[str] = []
    for column, text in zip(columns, row.cells, strict=True):
        begin = f'<td data-l="{escape(column.label)}"' if column.key in ON_CARD else "<td"
        if not column.is_input:
            parts.append(f"{begin} class=z>{text}" if text == "0.00" else f"{begin}>{text}")
            continue
        name = f"{column.key}-{row.id}"
        value = text
        mark = ""
        if typed or problems:
            value = escape(typed.get(name, text))
            if problem := problems.get(f"line-{row.id}:{column.key}"):
                told.append(problem)
                mark = f' aria-invalid="true" aria-describedby="p{row.id}"'
        parts.append(
            f'{begin}><input name="{name}" value="{value}" aria-labelledby="c-{column.key} i{row.id}"{mark}>'
        )
    if problem := problems.get(f"line-{row.id}"):
        told.append(problem)
    parts.append("</tr>")
    if told:
        parts.append(_problem(row.id, told, len(columns) + 2))
    return "".join(parts)


def _problem(line_id: int, told: list[str], span: int) -> str:
    text = escape(" ".join(told))
    return (
        f'<tr class="is-problem" data-problem="{line_id}"><td colspan="{span}">'
        f'<p id="p{line_id}">{text}</p></td></tr>'
    )
