"""The style guide: every component in every state, and the three pages that others are measured by.

Served at ``/styleguide/`` while debugging, and by the tests; it needs no database.
"""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from tallystick.core.errors import ALLOWED
from tallystick.web.views import styleguide_sample as sample


class SampleForm(forms.Form):
    """A form with every kind of control."""

    name = forms.CharField(label="Name", max_length=80, help_text="As it stands on the agreement.")
    email = forms.EmailField(label="E-mail", required=False)
    due = forms.DateField(label="Due date", widget=forms.DateInput(attrs={"placeholder": "21 Mar 2026"}))
    amount = forms.CharField(
        label="Amount", widget=forms.TextInput(attrs={"class": "is-money", "inputmode": "decimal"})
    )
    kind = forms.ChoiceField(
        label="Kind", choices=[("m", "Monthly"), ("w", "Weekly"), ("c", "Custom length")]
    )
    method = forms.ChoiceField(
        label="Method", widget=forms.RadioSelect, choices=[("a", "By amount"), ("u", "By unit and quantity")]
    )
    remind = forms.BooleanField(label="Remind people who have not answered", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)


def _filled_form() -> SampleForm:
    form = SampleForm(
        {
            "name": "Dana Whitlock",
            "due": "31/2/26",
            "amount": "12,34",
            "kind": "m",
            "method": "a",
            "email": "",
            "note": "",
        }
    )
    form.is_valid()
    form.errors.pop("due", None)
    form.errors.pop("amount", None)
    form.add_error("due", "There is no 31 February. Type a date such as 28 Feb 2026.")
    form.add_error("amount", "“12,34” can't be read as an amount. Type one such as 1,234.56.")
    return form


def _context(request: HttpRequest) -> dict[str, Any]:
    rows = sample.claim_rows()
    shell = sample.shell()
    return {
        "shell": shell,
        "crumbs": sample.CRUMBS,
        "rows": rows,
        "totals": sample.totals(rows),
        "figures": sample.FIGURES,
        "filters": sample.FILTERS,
        "periods": sample.PERIODS,
        "period": sample.PERIOD,
        "tabs": sample.TABS,
        "claim_tabs": sample.CLAIM_TABS,
        "nine_lines": sample.NINE_LINES,
        "grid": sample.GRID,
        "files": sample.FILES,
        "steps": sample.STEPS,
        "history": sample.HISTORY,
        "facts": sample.FACTS,
        "allowed": ALLOWED,
        "no_contact": sample.NO_CONTACT,
        "page": Paginator(range(1, 219), 14).get_page(1),
        "run": {
            "url": "",
            "title": "Compiling 41 of March",
            "text": "12 of 41 done, about 20 seconds left",
            "percent": 31,
        },
        "form": _filled_form(),
        "bar_labels": {
            "this": "This claim",  # terms: allow
            "previous": "Earlier",
            "retention": "Retention within",  # terms: allow
            "balance": "Balance",
            "sum": "Contract sum",
        },
    }


_PAGES = {
    "": "index",
    "claims": "claims",
    "claim": "claim",
    "sign-in": "sign_in",
    "empty": "empty",
    "problem": "problem",
}


def styleguide(request: HttpRequest, name: str = "") -> HttpResponse:
    """One page of the style guide."""
    if name not in _PAGES:
        raise Http404
    context = _context(request)
    if name in {"claims", "claim"}:
        context["shell"]["banners"] = sample.BANNERS if name == "claims" else []
    if name == "claim":
        context["crumbs"] = [*sample.CRUMBS, {"label": "SC-001 claim 6", "url": ""}]  # terms: allow
    return render(request, f"styleguide/{_PAGES[name]}.html", context)


urlpatterns = [
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/<slug:name>", styleguide, name="styleguide-page"),
]
