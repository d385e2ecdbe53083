"""What the grid's page and the answer to a saved cell carry, and what a form of cells says was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from tallystick.claims import figures
from tallystick.claims.grid import Grid, sum_text, text_of
from tallystick.claims.grid.columns import Column
from tallystick.claims.grid.groups import lines_in
from tallystick.claims.grid.saving import CellsSaved, LineConflict
from tallystick.claims.grid.typed import Typed
from tallystick.claims.grid.wire import FIELDS, raw_line, raw_lines, raw_sums, raw_terms
from tallystick.claims.models import Claim
from tallystick.claims.policies import side_of
from tallystick.core.dates import format_instant
from tallystick.core.ids import number_in
from tallystick.core.money import currency_exponent, format_money
from tallystick.terms import current, text
from tallystick.web.claims.grid_markup import GROUPS_TAKE, grid_data, grid_widths
from tallystick.web.money_bar import money_bar_geometry
from tallystick.web.request import PageRequest


def grid_context(request: PageRequest, claim: Claim, grid: Grid) -> dict[str, Any]:
    """What the template needs of the grid beside its table."""
    name = f"claim-{claim.contract.accounting_method}"
    data = _data(request, claim, grid)
    return {
        "grid": grid,
        "data": data,
        "grid_data": grid_data(data),
        "layout_url": reverse("grid-layout", args=[name]),
        "columns_css": f"{reverse('grid-columns')}?{grid_widths(grid)}",
        "sections": _sections(grid),
        "groupings": _groupings(grid),
        "takes": any(line.proposed_work is not None for line in grid.lines) and _takes_entries(grid),
    }


def _data(request: PageRequest, claim: Claim, grid: Grid) -> dict[str, Any]:
    """The grid for the script. Of a claim that can't be typed into it needs no figures: it shows what stands there."""
    data: dict[str, Any] = {
        "version": claim.version,
        "editable": bool(grid.can_edit),
        "side": side_of(request.actor, claim.contract),
        "can_review": grid.typing.review,
        "currency": claim.contract.currency,
        "locale": claim.contract.project.locale,
        "exponent": currency_exponent(claim.contract.currency),
        "columns": [_column(column) for column in grid.columns],
        "groups": [
            {"key": group.key, "title": group.title, "parent": group.parent, "lines": group.line_ids}
            for group in grid.groups
        ],
    }
    if grid.can_edit:
        data |= {
            "terms": raw_terms(figures.terms_of(claim.contract)),
            "previous_certificates": claim.previous_certificates,
            "fields": FIELDS,
            "inputs": [column.key for column in grid.choices if column.is_input],
            "order": [line.pk for line in grid.lines],
            "lines": raw_lines(grid.lines),
        }
    return data


def _column(column: Column) -> dict[str, Any]:
    return {
        "key": column.key,
        "label": column.label,
        "kind": column.kind,
        "figure": column.figure,
        "input": column.is_input,
        "sums": column.summed,
        "pinned": column.pinned,
        "width": column.width,
    }


def _sections(grid: Grid) -> list[dict[str, Any]]:
    """All columns under their sections, for choosing."""
    sections: dict[str, list[Column]] = {}
    for column in grid.choices:
        sections.setdefault(column.section, []).append(column)
    return [{"title": title, "columns": columns} for title, columns in sections.items()]


def _groupings(grid: Grid) -> list[dict[str, Any]]:
    choices = [("contract", text("Contract and {variations}"))]
    if grid.headings:
        choices.append(("heading", "Own headings"))
    choices.append(("none", "Nothing"))
    chosen = grid.arrangement.group_by
    known = chosen if chosen in dict(choices) else "contract"
    return [{"value": value, "label": label, "current": value == known} for value, label in choices]


def _takes_entries(grid: Grid) -> bool:
    return any(column.is_input and column.key in ("work", "quantity") for column in grid.choices)


# --- answers -------------------------------------------------------------------------------------------------


def answer_of(request: PageRequest, saved: CellsSaved) -> dict[str, Any]:
    """What the page needs to show the new state: changed lines as plain figures, the sums, what nobody may miss."""
    claim = saved.claim
    conflicts = {conflict.line.pk for conflict in saved.conflicts}
    wanted = saved.changed | conflicts
    return {
        "version": claim.version,
        "lines": {str(line.pk): raw_line(line) for line in saved.lines if line.pk in wanted},
        **raw_sums(saved.figures),
        "bar": bar_of(claim),
        "conflicts": [_conflict(claim, conflict) for conflict in saved.conflicts],
        "others": [_conflict(claim, other) for other in saved.others],
        "warnings": list(saved.warnings),
        "reload": saved.reload,
    }


def _conflict(claim: Claim, conflict: LineConflict) -> dict[str, Any]:
    return {
        "line": conflict.line.pk,
        "item": conflict.line.item_number,
        "who": conflict.who,
        "when": _when(claim, conflict),
        "yours": dict(conflict.yours),
    }


def _when(claim: Claim, conflict: LineConflict) -> str:
    if conflict.at is None:
        return ""
    return format_instant(conflict.at, claim.contract.project.time_zone, current().locale.code)


def bar_of(claim: Claim) -> dict[str, Any]:
    """The claim's money bar: its texts and where its parts stand."""
    currency, locale = claim.contract.currency, claim.contract.project.locale
    previous = claim.completed_to_date - claim.assessed_this_period
    bar = money_bar_geometry(claim.sum_to_date, previous, claim.assessed_this_period, claim.total_retention)
    parts = (("previous", bar.previous), ("this", bar.this), ("retention", bar.retention), ("over", bar.over))

    def said(amount: int) -> str:
        return format_money(amount, currency, locale, symbol="auto")

    return {
        "this": said(claim.assessed_this_period),
        "retention": said(claim.total_retention),
        "balance": said(claim.sum_to_date - claim.completed_to_date),
        "segments": {name: [segment.x, segment.width] for name, segment in parts},
    }


# --- forms ---------------------------------------------------------------------------------------------------


def typed_on_form(claim: Claim, grid: Grid, posted: Mapping[str, str]) -> tuple[Typed, dict[str, str]]:
    """The cells of a form whose text is not the one that was shown: by line or group, and by their names."""
    by_id = {line.pk: line for line in grid.lines}
    columns = {column.key: column for column in grid.choices}
    typed: dict[int | str, dict[str, str]] = {}
    texts: dict[str, str] = {}
    for name, value in posted.items():
        key, _, where = name.partition("-")
        column, number = columns.get(key), number_in(where)
        if key == "take":
            proposals = [line for line in grid.lines if line.proposed_work is not None]
            for line in proposals:
                if where == "all" or line.pk == number:
                    typed.setdefault(line.pk, {})["take"] = str(value)
            continue
        if column is None:
            continue
        if where.startswith("g:") and key in GROUPS_TAKE:
            shown: str | None = sum_text(claim, column, lines_in(grid.lines, where.removeprefix("g:")))
        elif number is not None and column.is_input:
            found = by_id.get(number)
            shown = None if found is None else text_of(claim, column, found)
        else:
            continue
        if shown is None or str(value).strip() != shown:
            typed.setdefault(where if number is None else number, {})[key] = texts[name] = str(value)
    return typed, texts


def conflict_typed(saved: CellsSaved) -> dict[str, str]:
    """What was typed on lines that were not saved, by the inputs' names."""
    return {
        f"{column}-{conflict.line.pk}": said
        for conflict in saved.conflicts
        for column, said in conflict.yours.items()
    }


def conflict_problems(saved: CellsSaved) -> dict[str, str]:
    """A sentence for each line that was not saved."""
    told = {}
    for conflict in saved.conflicts:
        when = _when(saved.claim, conflict)
        currency, locale = saved.claim.contract.currency, saved.claim.contract.project.locale
        amount = format_money(conflict.line.assessed_work, currency, locale)
        told[f"line-{conflict.line.pk}"] = (
            f"{conflict.who} changed this line{f', {when}' if when else ''}: "
            f"this period is {amount} now. Yours is above, and not saved yet."
        )
    return told
