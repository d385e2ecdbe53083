"""What a project chose for its checks before submission, and the papers that every claim must bring."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick.access.policies import can_change_project
from tallystick.claims.checks.settings import CheckSetting, check_settings
from tallystick.configuration import wording
from tallystick.configuration.catalogue import label_of
from tallystick.configuration.saving import project_values, save_project
from tallystick.directory.models import Project
from tallystick.terms import lazy_text
from tallystick.web import load
from tallystick.web.forms import PercentField
from tallystick.web.request import PageRequest
from tallystick.web.settings.fields import LinesField
from tallystick.web.settings.form import SettingsForm, saved
from tallystick.web.settings.pages import label_of_section, project_page

DECIDED_BY = {"over_claiming": "project-claiming"}
"""Checks whose rule is chosen in another section: key → the section's address."""


class ChecksForm(SettingsForm):
    """A choice for each check that is not decided elsewhere, the largest step, and required papers."""

    largest_jump_bp = PercentField(
        label=label_of("largest_jump_bp"),
        required=False,
        help_text="A line that grows by more of its scheduled value is asked about.",
    )
    required_papers = LinesField(
        label=label_of("required_papers"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=lazy_text(
            "One on each line, such as Statutory declaration. Every {claim} must bring each of them; on its Papers "
            "tab one says which paper is which."
        ),
    )

    def __init__(self, *args: Any, settings: list[CheckSetting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._settings = settings
        for one in settings:
            if not one.decided:
                choices = [
                    (value, label + (" (default)" if value == one.default else ""))
                    for value, label in wording.RULES.items()
                ]
                field = forms.ChoiceField(label=one.title, help_text=one.help, choices=choices)
                self.add_field(f"check:{one.key}", field)

    def rows(self, project: Project) -> list[dict[str, Any]]:
        """Every check in its order with its field, or where its rule is chosen."""
        return [
            {
                "setting": one,
                "bound": None if one.decided else self[f"check:{one.key}"],
                "url": reverse(DECIDED_BY[one.key], args=[project.pk]) if one.decided else "",
                "section": label_of_section(DECIDED_BY[one.key]) if one.decided else "",
            }
            for one in self._settings
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: PageRequest, project_id: int) -> HttpResponse:
    """What each check does, the largest step in one period, and the papers that every claim must bring."""
    found = load.project_for(request, project_id)
    can_change_project(request.actor, found).require()
    settings = check_settings(found)
    names = [
        "largest_jump_bp",
        "required_papers",
        *(f"check:{one.key}" for one in settings if not one.decided),
    ]
    form = ChecksForm(
        request.POST if request.method == "POST" else None,
        values=project_values(found, names),
        settings=settings,
    )
    if saved(request, form, partial(save_project, request.actor, found), "The settings are saved."):
        return redirect("project-checks", found.pk)
    page = {**project_page(request, found, "project-checks"), "form": form, "rows": form.rows(found)}
    return render(request, "settings/checks.html", page, status=form.status)
