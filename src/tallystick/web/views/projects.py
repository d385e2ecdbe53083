"""A new project, and the settings of one."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick import terms
from tallystick.access import administration
from tallystick.access.policies import can_change_project, can_manage_account
from tallystick.directory.models import Locale, OverClaiming
from tallystick.terms import lazy_text
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.law_fields import keep_place, place_field
from tallystick.web.once import make_once
from tallystick.web.points_of_view import point_of_view_choices, point_of_view_name
from tallystick.web.request import PageRequest


class SettingsForm(Form):
    """What a project decides for itself."""

    name = forms.CharField(label="Name", max_length=200)
    address = forms.CharField(
        label="Address", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    point_of_view = forms.ChoiceField(
        label="Words used by",
        required=False,
        widget=forms.RadioSelect,
        help_text="Tools, pages and papers of this project are named as this party names them.",
    )
    locale = forms.ChoiceField(
        label="Language", choices=Locale.choices, help_text="Decides words, dates and the size of paper."
    )
    over_claiming = forms.ChoiceField(
        label=lazy_text("When more is claimed on a line than its scheduled value"),
        choices=OverClaiming.choices,
        widget=forms.RadioSelect,
    )
    accept_late_claims = forms.BooleanField(
        label=lazy_text("Accept late {claims}"),
        required=False,
        help_text="After the due day they are let through and marked as late.",
    )
    jurisdiction = place_field()
    paper_footer = forms.CharField(
        label="Footer of papers",
        required=False,
        max_length=300,
        help_text="Printed at the foot of every page.",
    )
    stamp_backup_pages = forms.BooleanField(
        label=lazy_text("Print number and page on every page of {a claim_backup}"), required=False
    )

    def __init__(self, *args: Any, account_words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point_of_view"].choices = [  # type: ignore[attr-defined]
            ("", f"As the account has it ({account_words})"),
            *point_of_view_choices(),
        ]
        keep_place(self.fields["jurisdiction"], str(self.initial.get("jurisdiction", "")))


class NewProjectForm(Form):
    """What a project needs from the beginning."""

    number = forms.CharField(label="Number", max_length=40)
    name = forms.CharField(label="Name", max_length=200)
    address = forms.CharField(
        label="Address", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    locale = forms.ChoiceField(
        label="Language", choices=Locale.choices, help_text="Decides words, dates and the size of paper."
    )
    currency = forms.RegexField(
        label="Currency",
        regex=r"^[A-Z]{3}$",
        help_text="Three letters, such as AUD. It can't change later.",
        error_messages={"invalid": "Type the three letters of the currency, such as AUD."},
    )
    time_zone = forms.ChoiceField(
        label="Time zone", help_text="Due days end at midnight there. It can't change later."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Places of the world by name; looked up on the disk once."""
    names = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, zone.replace("_", " ")) for zone in names]


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: PageRequest, account_id: int) -> HttpResponse:
    """A new project, by an administrator of the account."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    habits = terms.current().locale
    first = {"locale": account.locale, "currency": habits.currency, "time_zone": "Australia/Sydney"}
    form = NewProjectForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = administration.create_project(request.actor, account, **form.cleaned_data)
            messages.success(request, f"Project {made.number} is ready.")
            return reverse("project", args=[made.pk])

        if made := make_once(request, form, make):
            return redirect(made)
    page = {"title": "New project", "form": form, "account": account}
    return render(request, "projects/new.html", page, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def project_settings(request: PageRequest, project_id: int) -> HttpResponse:
    """The project's own choices; Admin on Commitments (R-TERMS-3)."""
    found = load.project_for(request, project_id)
    can_change_project(request.actor, found).require()
    names = tuple(SettingsForm.base_fields)
    form = SettingsForm(
        request.POST or None,
        initial={name: getattr(found, name) for name in names},
        account_words=point_of_view_name(found.account.point_of_view),
    )
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            administration.change_project(request.actor, found, **form.cleaned_data)
            messages.success(request, "The settings of the project are saved.")
            return redirect("project-settings", found.pk)
    page = {
        "title": "Project settings",
        "form": form,
        "forbidden": found.account.forbid_over_claiming,
        "crumbs": [
            {"label": found.name, "url": reverse("project", args=[found.pk])},
            {"label": "Settings", "url": ""},
        ],
    }
    return render(request, "projects/settings.html", page, status=422 if form.is_bound else 200)
