"""Variations of a contract: the list, one with its lines, creating, approving, voiding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick import terms
from tallystick.audit import queries as audit
from tallystick.contracts import queries
from tallystick.contracts.models import Contract, Variation
from tallystick.contracts.policies import can_administer, can_see_sov
from tallystick.contracts.states import VARIATION_TRANSITIONS, VariationStatus
from tallystick.contracts.variations import create_variation, move_variation
from tallystick.core import clock
from tallystick.core.dates import format_instant
from tallystick.core.errors import BadInput, Refused
from tallystick.web import load
from tallystick.web.contract_pages import contract_page
from tallystick.web.forms import DayField, Form
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest
from tallystick.web.sov_grid import Grid, read_grid

MORE = "more"
_VERBS = {
    VariationStatus.DRAFT: "Return to draft",
    VariationStatus.PENDING: "Mark as pending",
    VariationStatus.APPROVED: "Approve",
    VariationStatus.REJECTED: "Reject",
    VariationStatus.VOID: "Void",
}


class VariationForm(Form):
    """A variation without its lines, which are a grid of their own."""

    number = forms.CharField(label="Number", max_length=40)
    title = forms.CharField(label="Title", max_length=200)
    description = forms.CharField(
        label="Description", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ApprovalForm(Form):
    """The day of approval."""

    on = DayField(label="Approved on", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def variations(request: PageRequest, contract_id: int) -> HttpResponse:
    """The contract's variations; a POST creates one."""
    if request.method == "POST":
        return variation_new(request, contract_id)
    found = load.contract_for(request, contract_id)
    page = contract_page(request, found, "variations")
    page["rows"] = queries.variations_of(found)
    return render(request, "contracts/variations.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def variation_new(request: PageRequest, contract_id: int) -> HttpResponse:
    """A new variation with its lines. It counts once it is approved."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    posted = request.POST if request.method == "POST" else None
    form = VariationForm(posted, initial={"number": _next_number(found)})
    if posted is None:
        return _new_page(request, found, form, Grid([], [], [], 0).with_blanks())
    grid = read_grid(posted, found)
    if MORE in posted:
        return _new_page(request, found, VariationForm(initial=posted.dict()), grid.with_blanks(20))
    if not grid.rows:
        grid.problems.append("Write at least one line: what changes, and by how much.")
    if form.is_valid() and not grid.problems:

        def make() -> str:
            made = create_variation(request.actor, found, lines=grid.lines, **form.cleaned_data)
            messages.success(request, f"{made.number} is created as a draft. It counts once it is approved.")
            return reverse("variation", args=[made.pk])

        if address := make_once(request, form, make):
            return redirect(address)
    return _new_page(request, found, form, grid.with_blanks())


@require_safe
def variation(request: PageRequest, variation_id: int) -> HttpResponse:
    """One variation: lines, status, history."""
    found = load.variation_for(request, variation_id)
    return render(request, "contracts/variation.html", _page(request, found))


@require_POST
def status(request: PageRequest, variation_id: int) -> HttpResponse:
    """Move the variation to another status. Already there: nothing happens."""
    found = load.variation_for(request, variation_id)
    can_administer(request.actor, found.contract).require()
    wanted = request.POST.get("status", "")
    if wanted not in VariationStatus.values:
        raise BadInput("There is no such status. Choose one of those offered.")
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        raise BadInput("Type the day of approval such as 21 Mar 2026, or leave it empty for today.")
    if found.status != wanted:
        try:
            target = VariationStatus(wanted)
            found = move_variation(request.actor, found, target, on=form.cleaned_data["on"])
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, f"{found.number} is {found.get_status_display().lower()} now.")
    return redirect("variation", found.pk)


def _page(request: PageRequest, found: Variation) -> dict[str, Any]:
    contract = found.contract
    page = contract_page(request, contract, "variations")
    locale = terms.current().locale.code
    sees = can_see_sov(request.actor, contract)
    lines = list(found.lines.order_by("position", "pk")) if sees else []
    page |= {
        "title": f"{found.number} {found.title}",
        "variation": found,
        "lines": lines,
        "amount": sum(line.scheduled_value for line in found.lines.all()),
        "by_unit": contract.accounting_method == "unit",
        "today": clock.today_in(contract.project.time_zone),
        "moves": [
            {
                "value": target.value,
                "label": _VERBS[target],
                "tone": "danger"
                if target in {VariationStatus.VOID, VariationStatus.REJECTED}
                else "secondary",
            }
            for target in VariationStatus
            if target in VARIATION_TRANSITIONS[VariationStatus(found.status)]
            and target != VariationStatus.APPROVED
        ],
        "can_approve": VariationStatus.APPROVED in VARIATION_TRANSITIONS[VariationStatus(found.status)],
        "items": [
            {
                "who": row.actor,
                "what": row.text,
                "when": format_instant(row.at, contract.project.time_zone, locale),
                "icon": "dot",
            }
            for row in reversed(audit.history(found))
        ],
        "crumbs": _crumbs(page, contract, found.number),
    }
    return page


def _new_page(request: PageRequest, contract: Contract, form: VariationForm, grid: Grid) -> HttpResponse:
    page = contract_page(request, contract, "variations")
    page |= {
        "title": terms.text("New {variation}"),
        "form": form,
        "grid": grid,
        "by_unit": contract.accounting_method == "unit",
        "action": reverse("variations", args=[contract.pk]),
        "crumbs": _crumbs(page, contract, "New"),
    }
    failed = bool(grid.problems) or bool(form.is_bound and form.errors)
    return render(request, "contracts/variation_new.html", page, status=422 if failed else 200)


def _crumbs(page: dict[str, Any], contract: Contract, last: str) -> list[dict[str, str]]:
    words = terms.current()
    return [
        *page["crumbs"][:-1],
        {"label": contract.number, "url": reverse("contract", args=[contract.pk])},
        {
            "label": words.cap("variation", plural=True),
            "url": reverse("variations", args=[contract.pk]),
        },
        {"label": last, "url": ""},
    ]


def _next_number(contract: Contract) -> str:
    return f"V-{contract.variations.count() + 1:03}"
