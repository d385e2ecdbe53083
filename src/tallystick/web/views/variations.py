"""Variations of a contract: the list, one with its lines and effect, writing, approving, voiding, deleting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick import terms
from tallystick.claims.of_contract import first_claims
from tallystick.contracts import queries, variations
from tallystick.contracts.models import Contract, Variation
from tallystick.contracts.policies import (
    can_administer,
    can_change_variation,
    can_delete_variation,
    can_see_sov,
)
from tallystick.contracts.states import VARIATION_TRANSITIONS, VariationStatus
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.web import load
from tallystick.web.contracts.lines import lines_context
from tallystick.web.contracts.pages import contract_page, history_items
from tallystick.web.contracts.sov_grid import Grid, grid_of, read_grid, says_the_same, typed_grid
from tallystick.web.forms import DayField, Form, problems_on
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest

ACT = "act"
_VERBS = {
    VariationStatus.DRAFT: "Return to draft",
    VariationStatus.PENDING: "Mark as pending",
    VariationStatus.APPROVED: "Approve",
    VariationStatus.REJECTED: "Reject",
    VariationStatus.VOID: "Void",
}
_OPEN = frozenset({VariationStatus.DRAFT, VariationStatus.PENDING})


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
def variations_list(request: PageRequest, contract_id: int) -> HttpResponse:
    """The contract's variations, those that don't count yet with a sum of their own; a POST creates one."""
    if request.method == "POST":
        return variation_new(request, contract_id)
    found = load.contract_for(request, contract_id)
    page = contract_page(request, found, "variations")
    carried = first_claims(found)
    page["rows"] = [
        {"variation": row, "carried": carried.get(row.id)} for row in queries.variations_of(found)
    ]
    return render(request, "contracts/variations.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def variation_new(request: PageRequest, contract_id: int) -> HttpResponse:
    """A new variation with its lines. It counts once it is approved."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    posted = request.POST if request.method == "POST" else None
    form = VariationForm(posted, initial={"number": _next_number(found)})
    if posted is None:
        return _form_page(request, found, form, Grid([], [], [], 0).with_blanks())
    if ACT in posted:
        return _form_page(request, found, _untouched(posted), typed_grid(posted, found, posted.get(ACT, "")))
    grid = _read(posted, found)
    if form.is_valid() and not grid.problems:

        def make() -> str:
            made = variations.create_variation(request.actor, found, lines=grid.lines, **form.cleaned_data)
            messages.success(request, f"{made.number} is created as a draft. It counts once it is approved.")
            return reverse("variation", args=[made.pk])

        if address := make_once(request, form, make):
            return redirect(address)
    return _form_page(request, found, form, grid.with_blanks())


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, variation_id: int) -> HttpResponse:
    """What a draft or pending variation says, and its lines."""
    found = load.variation_for(request, variation_id)
    can_change_variation(request.actor, found).require()
    contract = found.contract
    if request.method != "POST":
        facts = {name: getattr(found, name) for name in VariationForm.base_fields}
        grid = grid_of(found.lines.order_by("position", "pk"), contract).with_blanks(2)
        seen = variations.variation_fingerprint(found)
        return _form_page(request, contract, VariationForm(initial=facts), grid, found=found, seen=seen)
    posted, seen = request.POST, request.POST.get("seen", "")
    if ACT in posted:
        grid = typed_grid(posted, contract, posted.get(ACT, ""))
        return _form_page(request, contract, _untouched(posted), grid, found=found, seen=seen)
    form, grid = VariationForm(posted), _read(posted, contract)
    if form.is_valid() and not grid.problems:
        with problems_on(form):
            try:
                variations.change_variation(
                    request.actor, found, lines=grid.lines, seen=seen, **form.cleaned_data
                )
            except Stale:
                if not _says_the_same(found, form, grid):
                    raise
            messages.success(request, f"{form.cleaned_data['number'].strip()} is saved.")
            return redirect("variation", found.pk)
    return _form_page(request, contract, form, grid.with_blanks(2), found=found, seen=seen)


@require_safe
def variation(request: PageRequest, variation_id: int) -> HttpResponse:
    """One variation: lines, what it does to the contract's sum, status, history."""
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
            found = variations.move_variation(request.actor, found, target, on=form.cleaned_data["on"])
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, f"{found.number} is {found.get_status_display().lower()} now.")
    return redirect("variation", found.pk)


@require_POST
def deletion(request: PageRequest, variation_id: int) -> HttpResponse:
    """Delete a draft for good."""
    found = load.variation_for(request, variation_id)
    can_administer(request.actor, found.contract).require()
    try:
        variations.delete_variation(request.actor, found)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("variation", found.pk)
    messages.success(request, f"The draft {found.number} is deleted.")
    return redirect("variations", found.contract_id)


def _says_the_same(found: Variation, form: VariationForm, grid: Grid) -> bool:
    """Whether what was typed is there already: the form was sent twice."""
    facts = all(getattr(found, name) == value for name, value in form.cleaned_data.items())
    stored = list(found.lines.order_by("position", "pk"))
    return facts and says_the_same(stored, grid.lines, by_unit=found.contract.accounting_method == "unit")


def _read(posted: QueryDict, contract: Contract) -> Grid:
    grid = read_grid(posted, contract)
    if not grid.rows:
        grid.problems.append("Write at least one line: what changes, and by how much.")
    return grid


def _untouched(posted: QueryDict) -> VariationForm:
    """What was typed, without a word about it: a tool of the grid was used, nothing was saved."""
    return VariationForm(initial={name: posted.get(name, "") for name in VariationForm.base_fields})


def _page(request: PageRequest, found: Variation) -> dict[str, Any]:
    contract = found.contract
    page = contract_page(request, contract, "variations")
    every = list(found.lines.order_by("position", "pk"))
    amount = sum(line.scheduled_value for line in every)
    current = VariationStatus(found.status)
    page |= {
        "title": f"{found.number} {found.title}",
        "variation": found,
        "lines": every if can_see_sov(request.actor, contract) else [],
        "amount": amount,
        "additions": sum(max(line.scheduled_value, 0) for line in every),
        "deductions": sum(min(line.scheduled_value, 0) for line in every),
        "figures": _effect(page["sums"], contract, current, amount),
        "by_unit": contract.accounting_method == "unit",
        "today": clock.today_in(contract.project.time_zone),
        "carried": first_claims(contract).get(found.pk),
        "can_change": can_change_variation(request.actor, found),
        "can_delete": can_delete_variation(request.actor, found),
        "is_draft": current == VariationStatus.DRAFT,
        "moves": [
            {"value": target.value, "label": _VERBS[target]}
            for target in VariationStatus
            if target in VARIATION_TRANSITIONS[current] and target != VariationStatus.APPROVED
        ],
        "can_approve": VariationStatus.APPROVED in VARIATION_TRANSITIONS[current],
        "items": history_items(found, contract),
        "crumbs": _crumbs(page, contract, found.number),
    }
    return page


def _effect(
    sums: queries.Sums, contract: Contract, status: VariationStatus, amount: int
) -> list[dict[str, Any]]:
    """What the variation does to the contract's sum, or would do."""
    shown: list[dict[str, Any]] = [
        {"label": terms.text("This {variation}"), "amount": amount, "currency": contract.currency},
        {"label": "Revised sum now", "amount": sums.revised_sum, "currency": contract.currency},
    ]
    if status in _OPEN:
        after = {
            "label": "Once it is approved",
            "amount": sums.revised_sum + amount,
            "currency": contract.currency,
            "strong": True,
        }
        shown.append(after)
    return shown


def _form_page(
    request: PageRequest,
    contract: Contract,
    form: VariationForm,
    grid: Grid,
    *,
    found: Variation | None = None,
    seen: str = "",
) -> HttpResponse:
    page = contract_page(request, contract, "variations")
    page |= lines_context(request, contract, grid, agreed=False)
    title = found.number if found else terms.text("New {variation}")
    back = reverse("variation", args=[found.pk]) if found else reverse("variations", args=[contract.pk])
    page |= {
        "title": title,
        "form": form,
        "seen": seen,
        "action": reverse("variation-edit", args=[found.pk]) if found else back,
        "save_label": "Save" if found else "Create as draft",
        "back_url": back,
        "crumbs": _crumbs(page, contract, found.number if found else "New"),
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
    """The number after the highest of the usual form; the person may type another."""
    numbers = contract.variations.filter(number__startswith="V-").values_list("number", flat=True)
    used = [
        int(tail) for number in numbers if (tail := number[2:]).isascii() and tail.isdigit() and len(tail) < 9
    ]
    return f"V-{max(used, default=0) + 1:03}"
