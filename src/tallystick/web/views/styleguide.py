"""The style guide: every component in every state, and the pages that others are measured by.

Served at ``/styleguide/`` while debugging, and by the tests; it needs no database. What it shows, a believable month
on a believable job, stands in ``templates/styleguide/sample.json``.
"""

import json
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from tallystick.core.errors import ALLOWED, refused

SAMPLE = Path(__file__).resolve().parent.parent / "templates" / "styleguide" / "sample.json"

_PAGES = {
    "": "index",
    "claims": "claims",
    "claim": "claim",
    "sign-in": "sign_in",
    "empty": "empty",
    "problem": "problem",
}


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


@login_not_required
def styleguide(request: HttpRequest, name: str = "") -> HttpResponse:
    """One page of the style guide."""
    if name not in _PAGES:
        raise Http404
    context = _sample()
    if name == "claim":
        context["crumbs"].append({"label": context["claim_crumb"], "url": ""})
    if name != "claims":
        context["shell"]["banners"] = []
    return render(request, f"styleguide/{_PAGES[name]}.html", context)


def _sample() -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for row in sample["rows"]:
        row["skip"] = json.dumps(row["skip"])
    for file in sample["files"]:
        file["can_delete"] = refused(file["refusal"]) if "refusal" in file else ALLOWED
    for line in sample["grid"]:
        line["total"] = line["previous"] + line["this"] + line["stored"]
        line["percent"] = line["total"] * 10_000 // line["scheduled"]
        line["balance"] = line["scheduled"] - line["total"]
    sums = ("claimed", "certified", "retention", "due", "papers")
    return sample | {
        "totals": {name: sum(row[name] or 0 for row in sample["rows"]) for name in sums},
        "no_contact": refused(sample["no_contact"]),
        "page": Paginator(range(1, 219), 14).get_page(1),
        "form": _form_to_be_put_right(),
    }


def _form_to_be_put_right() -> SampleForm:
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
    form.errors.clear()
    form.add_error("due", "There is no 31 February. Type a date such as 28 Feb 2026.")
    form.add_error("amount", "“12,34” can't be read as an amount. Type one such as 1,234.56.")
    return form


urlpatterns = [
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/<slug:name>", styleguide, name="styleguide-page"),
]
