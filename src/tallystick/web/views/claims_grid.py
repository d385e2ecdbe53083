"""The grid: its cells as a page, saved by a form without scripts, or as they are typed by a script."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.claims.detail import face_of
from tallystick.claims.entries import Saved, save_entries
from tallystick.claims.grid import Grid, claim_grid, grid_of
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.policies import can_edit_entries
from tallystick.claims.storage import lines_of
from tallystick.claims.typed import COLUMNS, read_cells
from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import BadInput, Stale, TallystickProblem
from tallystick.core.ids import number_in, version_in
from tallystick.core.money import format_money, to_decimal_string
from tallystick.core.text import plural
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.claims_notice import Notice, leave_notice
from tallystick.web.claims_one import claim_context
from tallystick.web.grid_markup import grid_rows
from tallystick.web.money_bar import money_bar_geometry
from tallystick.web.request import PageRequest
from tallystick.web.views.errors import STATUS

MOST_CELLS = 20_000


@require_safe
def claim(request: PageRequest, claim_id: int) -> HttpResponse:
    """The claim, open on its grid."""
    found = load.claim_for(request, claim_id)
    return _page(request, found, claim_grid(request.actor, found))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim_entries(request: PageRequest, claim_id: int) -> HttpResponse:
    """The grid's figures as JSON; a POST saves typed cells, as JSON or as the whole form.

    A form that was refused leaves its reader at this address: who comes back to it gets the claim's page.
    """
    found = load.claim_for(request, claim_id)
    can_see_sov(request.actor, found.contract).require()
    if request.method != "POST":
        if "text/html" in request.headers.get("Accept", ""):
            return redirect("claim", found.pk)
        lines = lines_of(found)
        grid = grid_of(found, lines, can_edit_entries(request.actor, found))
        return JsonResponse(_answer(found, grid, grid.texts, ()))
    if request.content_type == "application/json":
        return _save_cells(request, found)
    return _save_form(request, found)


def _page(
    request: PageRequest,
    found: Claim,
    grid: Grid,
    *,
    typed: dict[str, str] | None = None,
    problem: TallystickProblem | None = None,
    status: int = 200,
) -> HttpResponse:
    problems = problem.fields if isinstance(problem, BadInput) else {}
    page = claim_context(request, found, "claim")
    page |= {
        "grid": grid,
        "grid_rows": grid_rows(grid, typed, problems),
        "problem": str(problem) if problem else "",
        "span": len(grid.columns) + 2,
    }
    return render(request, "claims/claim.html", page, status=status)


# --- as a form, without scripts ------------------------------------------------------------------------------


def _save_form(request: PageRequest, found: Claim) -> HttpResponse:
    """Save every cell whose text is not the one that was shown."""
    lines = lines_of(found)
    before = grid_of(found, lines, can_edit_entries(request.actor, found))
    typed = _changed_cells(request, before)
    try:
        saved = _save(request, found, lines, _by_line(typed), _version(request.POST.get("version")))
    except (BadInput, Stale) as problem:
        status, _ = STATUS[type(problem)]
        return _page(request, found, before, typed=typed, problem=problem, status=status)
    if saved is None:
        leave_notice(request, Notice("Nothing was changed.", tone="info"))
    else:
        count = plural(len(_by_line(typed)), "line")
        leave_notice(
            request,
            Notice(f"Saved {count}.", details=list(saved.warnings), summary="Worth a second look")
            if not saved.warnings
            else Notice(
                f"Saved {count}. {plural(len(saved.warnings), 'thing is', 'things are')} worth a second look.",
                tone="warn",
                details=list(saved.warnings),
            ),
        )
    return redirect("claim", found.pk)


def _changed_cells(request: PageRequest, grid: Grid) -> dict[str, str]:
    texts = grid.texts
    inputs = {column.key: index for index, column in enumerate(grid.columns) if column.is_input}
    changed = {}
    for name, value in request.POST.items():
        key, _, line = name.rpartition("-")
        number = number_in(line)
        if key not in inputs or number is None:
            continue
        shown = texts.get(number)
        if shown is None or str(value).strip() != shown[inputs[key]]:
            changed[name] = str(value)
    return changed


def _by_line(typed: dict[str, str]) -> dict[int, dict[str, str]]:
    cells: dict[int, dict[str, str]] = {}
    for name, value in typed.items():
        key, _, line = name.rpartition("-")
        cells.setdefault(int(line), {})[key] = value
    return cells


# --- as typed, by the script ---------------------------------------------------------------------------------


def _save_cells(request: PageRequest, found: Claim) -> HttpResponse:
    """``{"version": 3, "cells": {"12": {"work": "12%"}}}`` → what changed, or a sentence for each cell."""
    try:
        version, cells = _read(request)
        lines = lines_of(found)
        before = grid_of(found, lines, can_edit_entries(request.actor, found)).texts
        saved = _save(request, found, lines, cells, version)
    except TallystickProblem as problem:
        status = next(code for kind, (code, _) in STATUS.items() if isinstance(problem, kind))
        fields = problem.fields if isinstance(problem, BadInput) else {}
        return JsonResponse({"problem": str(problem), "problems": fields}, status=status)
    if saved is None:
        grid = grid_of(found, lines, can_edit_entries(request.actor, found))
        return JsonResponse(_answer(found, grid, {}, ()))
    grid = grid_of(saved.claim, saved.lines, can_edit_entries(request.actor, saved.claim))
    changed = {
        line_id: texts
        for line_id, texts in grid.texts.items()
        if line_id in cells or before.get(line_id) != texts
    }
    return JsonResponse(_answer(saved.claim, grid, changed, saved.warnings))


def _read(request: PageRequest) -> tuple[int | None, dict[int, dict[str, str]]]:
    unreadable = BadInput("What was sent can't be read. Load the page again and type it once more.")
    try:
        sent: Any = json.loads(request.body)
        cells = {
            _known(line): {
                str(key): str(value)[:100]
                for key, value in typed.items()
                if key in COLUMNS and isinstance(value, str)
            }
            for line, typed in sent["cells"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise unreadable from fault
    if len(cells) > MOST_CELLS:
        raise unreadable
    return _version(sent.get("version")), cells


def _known(line: str) -> int:
    number = number_in(line)
    if number is None:
        raise ValueError("no line has such a number")
    return number


def _version(value: object) -> int | None:
    return None if value is None else version_in(str(value))


def _save(
    request: PageRequest,
    found: Claim,
    lines: list[ClaimLine],
    cells: dict[int, dict[str, str]],
    version: int | None,
) -> Saved | None:
    """Nothing typed saves nothing. A page that is older than the claim is refused before it is read."""
    can_edit_entries(request.actor, found).require()
    if version is not None and version != found.version:
        raise Stale(
            text("Somebody else changed this {claim} while you were working on it. ")
            + "Nothing of yours was saved yet: look at what changed, then save again."
        )
    edits = read_cells(found, lines, cells)
    return save_entries(request.actor, found, edits, version=version) if edits else None


def _answer(
    found: Claim, grid: Grid, rows: dict[int, tuple[str, ...]], warnings: tuple[str, ...]
) -> dict[str, Any]:
    """What the page needs to show the new state: texts of cells in the order of the columns, sums, the face."""
    currency, locale = found.contract.currency, found.contract.project.locale
    face = face_of(found)
    previous = found.completed_to_date - found.assessed_this_period
    bar = money_bar_geometry(found.sum_to_date, previous, found.assessed_this_period, found.total_retention)
    return {
        "version": found.version,
        "rows": {str(line): list(texts) for line, texts in rows.items()},
        "groups": {str(group.key): list(group.cells) for group in grid.groups},
        "totals": list(grid.totals),
        "face": [
            [
                line.label,
                format_money(line.amount, currency, locale, symbol="auto"),
                to_decimal_string(line.amount),
            ]
            for line in (*face.lines, *face.tax)
        ],
        "bar": {
            "this": format_money(found.assessed_this_period, currency, locale, symbol="auto"),
            "retention": format_money(found.total_retention, currency, locale, symbol="auto"),
            "balance": format_money(
                found.sum_to_date - found.completed_to_date, currency, locale, symbol="auto"
            ),
            "segments": {
                name: [segment.x, segment.width]
                for name, segment in (
                    ("previous", bar.previous),
                    ("this", bar.this),
                    ("retention", bar.retention),
                    ("over", bar.over),
                )
            },
        },
        "warnings": list(warnings),
    }
