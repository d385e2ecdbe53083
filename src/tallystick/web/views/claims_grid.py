"""The grid: its cells as a page, saved by a form without scripts, or as they are typed by a script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.claims.grid import Grid, claim_grid, grid_of
from tallystick.claims.grid.saving import CellsSaved, as_shown, save_cells
from tallystick.claims.grid.typed import COLUMNS, typed_length
from tallystick.claims.models import Claim
from tallystick.claims.policies import can_edit_entries
from tallystick.claims.storage import lines_of
from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import BadInput, Stale, TallystickProblem
from tallystick.core.ids import number_in, version_in
from tallystick.core.text import plural
from tallystick.web import load
from tallystick.web.claims.grid import (
    answer_of,
    conflict_problems,
    conflict_typed,
    grid_context,
    typed_on_form,
)
from tallystick.web.claims.grid_markup import grid_table
from tallystick.web.claims.layouts import arrangement_of
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.one import claim_context
from tallystick.web.request import PageRequest
from tallystick.web.views.errors import STATUS

MOST_CELLS = 20_000


@require_safe
def claim(request: PageRequest, claim_id: int) -> HttpResponse:
    """The claim, open on its grid."""
    found = load.claim_for(request, claim_id)
    return _page(request, found, claim_grid(request.actor, found, _arrangement(request, found)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim_entries(request: PageRequest, claim_id: int) -> HttpResponse:
    """The grid as JSON: its table as it is now, with its figures; a POST saves cells, as JSON or as the whole form.

    A form that was refused leaves its reader at this address: who comes back to it gets the claim's page.
    """
    found = load.claim_for(request, claim_id)
    can_see_sov(request.actor, found.contract).require()
    if request.method != "POST":
        if "text/html" in request.headers.get("Accept", ""):
            return redirect("claim", found.pk)
        grid = claim_grid(request.actor, found, _arrangement(request, found))
        return JsonResponse({"table": str(grid_table(grid))} | grid_context(request, found, grid)["data"])
    if request.content_type == "application/json":
        return _save_cells(request, found)
    return _save_form(request, found)


def _arrangement(request: PageRequest, found: Claim) -> Any:
    return arrangement_of(request.user, f"claim-{found.contract.accounting_method}")


def _page(
    request: PageRequest,
    found: Claim,
    grid: Grid,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    page = claim_context(request, found, "claim") | grid_context(request, found, grid)
    page |= {"table": grid_table(grid, typed, problems), "problem": problem}
    return render(request, "claims/claim.html", page, status=status)


# --- as a form, without scripts ------------------------------------------------------------------------------


def _save_form(request: PageRequest, found: Claim) -> HttpResponse:
    """Save every cell whose text is not the one that was shown."""
    arrangement = _arrangement(request, found)
    version = _version(request.POST.get("version"))
    lines = lines_of(found)
    before = grid_of(request.actor, found, as_shown(found, lines, version), arrangement)
    typed, texts = typed_on_form(found, before, request.POST)
    try:
        can_edit_entries(request.actor, found).require()
        saved = save_cells(request.actor, found, typed, version) if typed else None
    except (BadInput, Stale) as refusal:
        fields = refusal.fields if isinstance(refusal, BadInput) else {}
        grid = grid_of(request.actor, found, lines, arrangement)
        return _page(
            request,
            found,
            grid,
            typed=texts,
            problems=fields,
            problem=str(refusal),
            status=STATUS[type(refusal)][0],
        )
    if saved is None:
        leave_notice(request, Notice("Nothing was changed.", tone="info"))
    elif saved.conflicts:
        grid = grid_of(request.actor, saved.claim, saved.lines, arrangement)
        return _page(
            request,
            saved.claim,
            grid,
            typed=conflict_typed(saved),
            problems=conflict_problems(saved),
            problem=_told(saved),
            status=409,
        )
    else:
        _leave_saved(request, saved)
    return redirect("claim", found.pk)


def _told(saved: CellsSaved) -> str:
    others = f"{plural(saved.saved, 'other line')} {'was' if saved.saved == 1 else 'were'} saved. "
    lines = "this line" if len(saved.conflicts) == 1 else "these lines"
    return (
        (others if saved.saved else "")
        + f"Somebody else typed on {lines} meanwhile. Save again to keep yours, or leave the page to keep theirs."
    )


def _leave_saved(request: PageRequest, saved: CellsSaved) -> None:
    count = plural(saved.saved, "line")
    if not saved.warnings:
        leave_notice(request, Notice(f"Saved {count}."))
        return
    things = plural(len(saved.warnings), "thing is", "things are")
    leave_notice(
        request,
        Notice(f"Saved {count}. {things} worth a second look.", tone="warn", details=list(saved.warnings)),
    )


# --- as typed, by the script ---------------------------------------------------------------------------------


def _save_cells(request: PageRequest, found: Claim) -> HttpResponse:
    """``{"version": 3, "cells": {"12": {"work": "12%"}}}`` → what changed, or a sentence for each cell."""
    try:
        version, typed = _read(request)
        return JsonResponse(answer_of(request, save_cells(request.actor, found, typed, version)))
    except TallystickProblem as problem:
        status = next(code for kind, (code, _) in STATUS.items() if isinstance(problem, kind))
        fields = problem.fields if isinstance(problem, BadInput) else {}
        return JsonResponse({"problem": str(problem), "problems": fields}, status=status)


def _read(request: PageRequest) -> tuple[int | None, dict[int | str, dict[str, str]]]:
    unreadable = BadInput("What was sent can't be read. Load the page again and type it once more.")
    try:
        sent: Any = json.loads(request.body)
        cells = {
            _known(name): {
                str(key): _text(value)[: typed_length(key) + 1]  # what is longer is refused in words
                for key, value in typed.items()
                if key in COLUMNS
            }
            for name, typed in sent["cells"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise unreadable from fault
    if len(cells) > MOST_CELLS:
        raise unreadable
    return _version(sent.get("version")), cells


def _text(value: object) -> str:
    """What was typed: text that a database keeps, so without NUL and halves of characters."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text that can be kept")
    value.encode()
    return value


def _known(name: str) -> int | str:
    if name.startswith("g:") and len(name) < 40:
        return name
    number = number_in(name)
    if number is None:
        raise ValueError("no line has such a number")
    return number


def _version(value: object) -> int | None:
    return None if value is None else version_in(str(value))
