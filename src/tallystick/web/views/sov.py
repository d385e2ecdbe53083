"""A contract's schedule of values: the table, and a plain grid to type it into."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick import terms
from tallystick.contracts import actions
from tallystick.contracts.policies import can_change_sov, can_see_sov
from tallystick.contracts.states import VariationStatus
from tallystick.core.errors import BadInput, Stale
from tallystick.web import load
from tallystick.web.contract_pages import contract_page
from tallystick.web.request import PageRequest
from tallystick.web.sov_grid import Grid, fingerprint, grid_of, read_grid

MORE = "more"


@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: PageRequest, contract_id: int) -> HttpResponse:
    """The lines, the contract's own and those of approved variations; a POST replaces the contract's own."""
    if request.method == "POST":
        return edit(request, contract_id)
    found = load.contract_for(request, contract_id)
    can_see_sov(request.actor, found).require()
    page = contract_page(request, found, "sov")
    every = list(found.lines.filter(variation=None, parent=None).order_by("position", "pk"))
    varied = list(
        found.lines.filter(variation__status=VariationStatus.APPROVED)
        .select_related("variation")
        .order_by("variation__number", "variation_id", "position", "pk")
    )
    page |= {"lines": every, "varied": varied, "by_unit": found.accounting_method == "unit"}
    return render(request, "contracts/sov.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, contract_id: int) -> HttpResponse:
    """The grid. Saving replaces all lines; ``more`` only adds empty rows to go on typing."""
    found = load.contract_for(request, contract_id)
    can_change_sov(request.actor, found).require()
    existing = list(found.lines.filter(variation=None, parent=None).order_by("position", "pk"))
    seen = fingerprint(existing)
    if request.method != "POST":
        return _page(request, contract_id, grid_of(existing, found).with_blanks(), seen)
    grid = read_grid(request.POST, found)
    if MORE in request.POST:
        return _page(request, contract_id, grid.with_blanks(20), request.POST.get("seen", seen))
    if request.POST.get("seen", "") != seen:
        raise Stale(
            f"Somebody else saved the lines of {found.number} while this page was open, so yours were not saved "
            "over them. Open the lines again and bring your changes over from here."
        )
    if grid.problems:
        return _page(request, contract_id, grid.with_blanks(), seen)
    try:
        actions.set_sov_lines(request.actor, found, grid.lines)
    except BadInput as problem:
        grid.problems.append(str(problem))
        return _page(request, contract_id, grid.with_blanks(), seen)
    messages.success(
        request,
        terms.text("The {sov} of {number} is saved: {sov_lines:n}.", number=found.number, n=len(grid.lines)),
    )
    return redirect("sov", found.pk)


def _page(request: PageRequest, contract_id: int, grid: Grid, seen: str) -> HttpResponse:
    found = load.contract_for(request, contract_id)
    page = contract_page(request, found, "sov")
    page["crumbs"] = [
        *page["crumbs"][:-1],
        {"label": found.number, "url": reverse("contract", args=[found.pk])},
        {"label": terms.current().cap("sov"), "url": ""},
    ]
    page |= {
        "title": terms.text("{Sov} of {number}", number=found.number),
        "grid": grid,
        "seen": seen,
        "by_unit": found.accounting_method == "unit",
        "action": reverse("sov", args=[found.pk]),
    }
    return render(request, "contracts/sov_edit.html", page, status=422 if grid.problems else 200)
