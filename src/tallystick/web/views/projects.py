"""A new project."""

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
from tallystick.access.policies import can_manage_account
from tallystick.configuration.beginning import create_project
from tallystick.directory.models import Account
from tallystick.web import load
from tallystick.web.forms import Form
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest
from tallystick.web.settings.form import locale_choices


class NewProjectForm(Form):
    """What a project needs from the beginning."""

    number = forms.CharField(label="Number", max_length=40)
    name = forms.CharField(label="Name", max_length=200)
    address = forms.CharField(
        label="Address", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    own_locale = forms.ChoiceField(
        label="Language", required=False, help_text="Decides words, dates and the size of paper."
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

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["own_locale"].choices = locale_choices(account)  # type: ignore[attr-defined]
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
    first = {"currency": terms.current().locale.currency, "time_zone": account.time_zone}
    form = NewProjectForm(request.POST or None, account=account, initial=first)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = create_project(request.actor, account, **form.cleaned_data)
            messages.success(request, f"Project {made.number} is ready.")
            return reverse("project", args=[made.pk])

        if made := make_once(request, form, make):
            return redirect(made)
    page = {"title": "New project", "form": form, "account": account}
    return render(request, "projects/new.html", page, status=form.status)
