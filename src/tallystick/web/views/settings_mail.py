"""Which e-mails a project sends, and whom it tells what comes in (R-NOTIFY, domain §12, §13)."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.access.policies import can_change_project
from tallystick.configuration.catalogue import label_of
from tallystick.configuration.saving import project_values, save_project
from tallystick.core.errors import BadInput
from tallystick.directory.models import Person, Project
from tallystick.notifications.distribution import (
    add_to_distribution,
    listed,
    may_be_listed,
    remove_from_distribution,
)
from tallystick.notifications.rules import project_rules
from tallystick.terms import lazy_text, text
from tallystick.web import load
from tallystick.web.people.choice import OFFERED, people_matching
from tallystick.web.request import PageRequest
from tallystick.web.settings.fields import message_field, reminders_field
from tallystick.web.settings.form import SettingsForm, saved
from tallystick.web.settings.pages import project_page


class MailForm(SettingsForm):
    """Messages that a project may switch, reminders, its own words, the digest."""

    remind_every_days = reminders_field()
    invite_message = message_field()
    weekly_digest = forms.BooleanField(
        label=label_of("weekly_digest"),
        required=False,
        help_text=lazy_text("Every Monday: which {claims} of the open {billing_period} are not finished."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rule in project_rules():
            switch = forms.BooleanField(label=text(rule.label), required=False)
            self.add_field(f"mail:{rule.event}", switch)

    @property
    def switches(self) -> list[BoundField]:
        """The messages that may be switched, in the order of their table."""
        return [self[f"mail:{rule.event}"] for rule in project_rules()]


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: PageRequest, project_id: int) -> HttpResponse:
    """E-mails of a project, and the distribution list."""
    found = _project(request, project_id)
    names = (*MailForm.base_fields, *(f"mail:{rule.event}" for rule in project_rules()))
    form = MailForm(request.POST if request.method == "POST" else None, values=project_values(found, names))
    if saved(request, form, partial(save_project, request.actor, found), "The settings are saved."):
        return redirect("project-notifications", found.pk)
    page = project_page(request, found, "project-notifications")
    wanted = request.GET.get("find", "").strip()[:100]
    offered = list(people_matching(may_be_listed(found), wanted)[: OFFERED + 1])
    page |= {
        "form": form,
        "listed": listed(found),
        "wanted": wanted,
        "choices": _by_company(offered[:OFFERED]),
        "more": len(offered) > OFFERED,
    }
    return render(request, "settings/mail.html", page, status=form.status)


def _by_company(people: list[Person]) -> list[tuple[str, list[Person]]]:
    return [(company.name, list(some)) for company, some in groupby(people, key=lambda one: one.company)]


@require_POST
def distribution(request: PageRequest, project_id: int) -> HttpResponse:
    """Put somebody on the list. Again is harmless."""
    found = _project(request, project_id)
    chosen = request.POST.get("person", "")
    if not chosen:
        raise BadInput("Choose who is to be on the distribution list.", {"person": "Choose somebody."})
    person = load.person_among(Person.objects.filter(account=found.account_id), chosen)
    add_to_distribution(request.actor, found, person)
    messages.success(request, f"{person.name} is on the distribution list.")
    return _back(found)


@require_POST
def distribution_removal(request: PageRequest, project_id: int, person_id: int) -> HttpResponse:
    """Take somebody off the list. Again is harmless."""
    found = _project(request, project_id)
    person = load.person_among(Person.objects.filter(account=found.account_id), person_id)
    remove_from_distribution(request.actor, found, person)
    messages.success(request, f"{person.name} is not on the distribution list any more.")
    return _back(found)


def _back(project: Project) -> HttpResponse:
    return redirect(reverse("project-notifications", args=[project.pk]) + "#distribution")


def _project(request: PageRequest, project_id: int) -> Project:
    found = load.project_for(request, project_id)
    can_change_project(request.actor, found).require()
    return found
