"""Billing periods: the table with its dates to type into, opening, closing, deleting, extending (R-PERIOD)."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tallystick import terms
from tallystick.contracts.policies import visible_to as visible_contracts
from tallystick.contracts.states import COMMITMENT_KINDS
from tallystick.core.dates import format_date, format_range
from tallystick.core.errors import Refused
from tallystick.directory.models import Project
from tallystick.periods import actions
from tallystick.periods.models import BillingPeriod
from tallystick.periods.policies import can_manage_periods
from tallystick.periods.queries import PeriodRow, period_row, periods_of
from tallystick.web import load
from tallystick.web.forms import DayField, Form, problems_on
from tallystick.web.once import make_once
from tallystick.web.periods.parts import next_dates, period_crumbs, schedule_in_words, states_of
from tallystick.web.request import PageRequest


class PeriodForm(Form):
    """The three dates of a period."""

    start = DayField(label="From")
    end = DayField(label="To")
    due = DayField(
        label="Due", help_text="The last day on which it can be claimed for, by the project’s clock."
    )


class ExtensionForm(Form):
    """A later due day for one contract."""

    contract = forms.ChoiceField(label="Contract")
    due = DayField(label="New due day")
    reason = forms.CharField(
        label="Reason", max_length=300, help_text="Shown to everybody who sees the contract."
    )

    def __init__(self, *args: Any, contracts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].choices = [("", "Choose one"), *contracts]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: PageRequest, project_id: int) -> HttpResponse:
    """The project's periods; a POST opens a new one."""
    if request.method == "POST":
        return period_new(request, project_id)
    project = load.project_for(request, project_id)
    return _page(request, project)


@require_http_methods(["GET", "HEAD", "POST"])
def period_new(request: PageRequest, project_id: int) -> HttpResponse:
    """Open a period. The one that is open closes in the same action, and the form says so."""
    project = load.project_for(request, project_id)
    can_manage_periods(request.actor, project).require()
    form = PeriodForm(request.POST or None, initial=next_dates(project))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = actions.open_period(request.actor, project, **form.cleaned_data)
            messages.success(request, f"The period {_named(made)} is open.")
            return reverse("periods", args=[project.pk]) + f"#period-{made.pk}"

        if address := make_once(request, form, make):
            return redirect(address)
    page = {
        "title": terms.text("New {billing_period}"),
        "form": form,
        "closes": _open_one(request, project),
        "project": project,
        "crumbs": [*period_crumbs(project, link=True), {"label": "New", "url": ""}],
    }
    return render(request, "periods/new.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def period(request: PageRequest, period_id: int) -> HttpResponse:
    """One period: its dates to change, who has longer. htmx sends the dates as they are typed."""
    found = load.period_for(request, period_id)
    names = ("start", "end", "due")
    form = PeriodForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST":
        can_manage_periods(request.actor, found.project).require()
        if form.is_valid():
            with problems_on(form):
                found = actions.change_period(request.actor, found, **form.cleaned_data)
                if not request.htmx:
                    messages.success(request, f"The period is {_named(found)} now.")
                    return redirect(reverse("periods", args=[found.project_id]) + f"#period-{found.pk}")
        if request.htmx:
            return _typed_row(request, found, form)
    return _one(request, found, form, _extension_form(request, found))


@require_POST
def close(request: PageRequest, period_id: int) -> HttpResponse:
    """Close it; a closed one stays closed."""
    found = load.period_for(request, period_id)
    can_manage_periods(request.actor, found.project).require()
    actions.close_period(request.actor, found)
    messages.success(request, f"The period {_named(found)} is closed.")
    return _back(found)


@require_POST
def reopen(request: PageRequest, period_id: int) -> HttpResponse:
    """Open it again; the one that was open closes. An open one stays open."""
    found = load.period_for(request, period_id)
    can_manage_periods(request.actor, found.project).require()
    actions.reopen_period(request.actor, found)
    messages.success(request, f"The period {_named(found)} is open.")
    return _back(found)


@require_POST
def delete(request: PageRequest, period_id: int) -> HttpResponse:
    """Delete it, if nothing was claimed for it."""
    found = load.period_for(request, period_id)
    can_manage_periods(request.actor, found.project).require()
    named = _named(found)
    try:
        actions.delete_period(request.actor, found)
    except Refused as problem:
        messages.error(request, str(problem))
        return _back(found)
    messages.success(request, f"The period {named} is deleted.")
    return redirect("periods", found.project_id)


@require_POST
def extend(request: PageRequest, period_id: int) -> HttpResponse:
    """Give one contract a later due day; again with another day changes it."""
    found = load.period_for(request, period_id)
    can_manage_periods(request.actor, found.project).require()
    form = _extension_form(request, found)
    if form.is_valid():
        contract = load.contract_for(request, int(form.cleaned_data["contract"]))
        with problems_on(form):
            given = actions.extend_period(
                request.actor,
                found,
                contract,
                due=form.cleaned_data["due"],
                reason=form.cleaned_data["reason"],
            )
            day = format_date(given.due, terms.current().locale.code)
            messages.success(request, f"{contract.number} has until {day}.")
            return redirect("period", found.pk)
    names = ("start", "end", "due")
    dates = PeriodForm(initial={name: getattr(found, name) for name in names})
    return _one(request, found, dates, form)


@require_POST
def extension_removal(request: PageRequest, period_id: int, contract_id: int) -> HttpResponse:
    """Take an extension back; where there is none nothing happens."""
    found = load.period_for(request, period_id)
    can_manage_periods(request.actor, found.project).require()
    contract = load.contract_for(request, contract_id)
    actions.take_back_extension(request.actor, found, contract)
    day = format_date(found.due, terms.current().locale.code)
    messages.success(request, f"{contract.number} has no longer than the others: {day}.")
    return redirect("period", found.pk)


def _typed_row(request: PageRequest, found: BillingPeriod, form: PeriodForm) -> HttpResponse:
    """The row again after its dates were typed: as saved, or as typed with what has to be put right."""
    shown = period_row(request.actor, found)
    row: dict[str, Any] = {
        "row": shown,
        "states": states_of(found.project, shown),
        "closes": None if shown.is_open else _open_one(request, found.project),
    }
    headers = {}
    if form.errors:
        row["problems"] = {
            name.replace("__all__", "whole"): " ".join(str(text) for text in texts)
            for name, texts in form.errors.items()
        }
        row["dates"] = {name: request.POST.get(name, "") for name in form.fields}
    else:
        headers["HX-Trigger"] = json.dumps({"toast": {"text": f"Saved: {_named(found)}."}})
    response = render(request, "periods/_row.html", row)
    for header, value in headers.items():
        response.headers[header] = value
    return response


def _page(request: PageRequest, project: Project) -> HttpResponse:
    rows = periods_of(request.actor, project)
    manage = can_manage_periods(request.actor, project)
    page = {
        "title": terms.current().cap("billing_period", plural=True),
        "rows": [{"row": row, "states": states_of(project, row)} for row in rows],
        "manage": manage,
        "schedule": schedule_in_words(project),
        "form": PeriodForm(initial=next_dates(project)) if manage else None,
        "closes": next((row for row in rows if row.is_open), None),
        "project": project,
        "crumbs": period_crumbs(project),
    }
    return render(request, "periods/list.html", page)


def _one(
    request: PageRequest, found: BillingPeriod, form: PeriodForm, extension: ExtensionForm
) -> HttpResponse:
    row = period_row(request.actor, found)
    page = {
        "title": _named(found),
        "row": row,
        "states": states_of(found.project, row),
        "closes": None if row.is_open else _open_one(request, found.project),
        "form": form,
        "extension": extension,
        "manage": row.can_manage,
        "project": found.project,
        "crumbs": [*period_crumbs(found.project, link=True), {"label": _named(found), "url": ""}],
    }
    status = 422 if form.errors or extension.errors else 200
    return render(request, "periods/one.html", page, status=status)


def _extension_form(request: PageRequest, found: BillingPeriod) -> ExtensionForm:
    contracts = [
        (pk, f"{number} {title} · {company}")
        for pk, number, title, company in visible_contracts(request.actor)
        .filter(project=found.project_id, kind__in=COMMITMENT_KINDS)
        .order_by("number")
        .values_list("pk", "number", "title", "company__name")
    ]
    posted = request.POST if request.method == "POST" and request.path.endswith("/extensions") else None
    return ExtensionForm(posted, contracts=contracts, prefix="extension", initial={"due": found.due})


def _open_one(request: PageRequest, project: Project) -> PeriodRow | None:
    return next((row for row in periods_of(request.actor, project) if row.is_open), None)


def _named(found: BillingPeriod) -> str:
    return format_range(found.start, found.end, terms.current().locale.code)


def _back(found: BillingPeriod) -> HttpResponse:
    return redirect(reverse("periods", args=[found.project_id]) + f"#period-{found.pk}")
