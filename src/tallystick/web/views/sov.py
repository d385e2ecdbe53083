"""A contract's schedule of values: the table under its headings, a grid to type it into, and its headings alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick import terms
from tallystick.contracts import sov
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer, can_change_sov, can_see_sov
from tallystick.contracts.states import VariationStatus
from tallystick.core.errors import BadInput, Stale
from tallystick.web import load
from tallystick.web.contracts.lines import grouped_lines, lines_context
from tallystick.web.contracts.pages import contract_page
from tallystick.web.contracts.sov_grid import Grid, fingerprint, grid_of, read_grid, says_the_same, typed_grid
from tallystick.web.request import PageRequest

ACT = "act"


@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: PageRequest, contract_id: int) -> HttpResponse:
    """The lines, the contract's own and those of approved variations; a POST saves the contract's own."""
    if request.method == "POST":
        return edit(request, contract_id)
    found = load.contract_for(request, contract_id)
    can_see_sov(request.actor, found).require()
    page = contract_page(request, found, "sov")
    varied = (
        found.lines.filter(variation__status=VariationStatus.APPROVED)
        .select_related("variation")
        .order_by("variation__approved_on", "variation__number", "variation_id", "position", "pk")
    )
    own = sov.own_lines(found)
    page |= {
        "groups": grouped_lines(own, varied),
        "any_lines": bool(own or varied),
        "by_unit": found.accounting_method == "unit",
    }
    return render(request, "contracts/sov.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, contract_id: int) -> HttpResponse:
    """The grid. Saving brings the lines to what was typed; its tools (``act``) only change the grid."""
    found = load.contract_for(request, contract_id)
    can_change_sov(request.actor, found).require()
    existing = sov.own_lines(found)
    seen = fingerprint(existing)
    if request.method != "POST":
        return _page(request, found, grid_of(existing, found).with_blanks(), seen)
    posted_seen = request.POST.get("seen", "")
    if ACT in request.POST:
        grid = typed_grid(request.POST, found, request.POST.get(ACT, ""))
        return _page(request, found, grid, posted_seen)
    grid = read_grid(request.POST, found)
    if grid.problems:
        return _page(request, found, grid.with_blanks(), posted_seen)
    try:
        sov.set_sov_lines(request.actor, found, grid.lines, seen=posted_seen)
    except BadInput as problem:
        grid.problems.append(str(problem))
        return _page(request, found, grid.with_blanks(), posted_seen)
    except Stale:
        if not says_the_same(existing, grid.lines, by_unit=found.accounting_method == "unit"):
            raise
    messages.success(
        request,
        terms.text("The {sov} of {number} is saved: {sov_lines:n}.", number=found.number, n=len(grid.lines)),
    )
    return redirect("sov", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def headings(request: PageRequest, contract_id: int) -> HttpResponse:
    """The headings of all lines: they may change at any time, since they change no figure and no paper."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    own = sov.own_lines(found)
    seen = fingerprint(own)
    problem = ""
    if request.method == "POST":
        typed = {line.pk: request.POST.get(f"group-{line.pk}", line.group) for line in own}
        if request.POST.get("seen") != seen and any(typed[line.pk].strip() != line.group for line in own):
            raise Stale(
                f"Somebody else changed the lines of {found.number} while this page was open, so nothing was saved. "
                "Open the headings again."
            )
        try:
            changed = sov.set_groups(request.actor, found, typed)
        except BadInput as told:
            problem = str(told)
            for line in own:
                line.group = typed[line.pk]
        else:
            if changed:
                messages.success(request, f"The headings of {found.number} are saved.")
            return redirect("sov", found.pk)
    page = contract_page(request, found, "sov")
    page |= {
        "title": f"Headings of {found.number}",
        "lines": own,
        "headings": list(dict.fromkeys(line.group for line in own if line.group)),
        "seen": seen,
        "problem": problem,
        "crumbs": _crumbs(page, found, "Headings"),
    }
    return render(request, "contracts/headings.html", page, status=422 if problem else 200)


def _page(request: PageRequest, found: Contract, grid: Grid, seen: str) -> HttpResponse:
    page = contract_page(request, found, "sov")
    page |= lines_context(request, found, grid, agreed=True)
    page |= {
        "crumbs": _crumbs(page, found, terms.current().cap("sov")),
        "title": terms.text("{Sov} of {number}", number=found.number),
        "seen": seen,
        "action": reverse("sov", args=[found.pk]),
        "save_label": "Save lines",
        "back_url": reverse("sov", args=[found.pk]),
    }
    return render(request, "contracts/sov_edit.html", page, status=422 if grid.problems else 200)


def _crumbs(page: dict[str, Any], found: Contract, last: str) -> list[dict[str, str]]:
    return [
        *page["crumbs"][:-1],
        {"label": found.number, "url": reverse("contract", args=[found.pk])},
        {"label": last, "url": ""},
    ]
