"""Which fields claims are asked for: by the account, with its own fields, and by a project that may (domain §12)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.access.policies import can_change_project, can_manage_account
from tallystick.claims.custom_fields import (
    LONGEST_LABEL,
    MOST_FIELDS,
    add_custom_field,
    change_custom_field,
    retire_custom_field,
)
from tallystick.claims.fields import USUAL, account_rule, custom_fields, rules_allowed
from tallystick.claims.models import CustomField, CustomKind
from tallystick.configuration import wording
from tallystick.configuration.catalogue import ACCOUNT, label_of
from tallystick.configuration.saving import account_values, project_values, save_account, save_project
from tallystick.directory.models import Account
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.load.directory import custom_field_for
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest
from tallystick.web.settings.fields import LinesField
from tallystick.web.settings.form import SettingsForm, saved
from tallystick.web.settings.pages import account_page, project_page


class RulesForm(SettingsForm):
    """A choice for each usual field and each of the account's own."""

    def __init__(self, *args: Any, account: Account, of_project: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own = custom_fields(account)
        labels = [(one.name, text(one.label)) for one in USUAL]
        labels += [(one.name, one.label) for one in self._own]
        for name, label in labels:
            choices = [(rule.value, wording.FIELD_RULES[rule.value]) for rule in rules_allowed(name)]
            if of_project:
                usual = wording.FIELD_RULES[account_rule(account, name).value]
                choices.insert(0, ("", f"As the account has it: {usual}"))
            self.add_field(
                f"field:{name}", forms.ChoiceField(label=label, choices=choices, required=not of_project)
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each field with its choice; an account's own ones with the field itself."""
        own = {one.name: one for one in self._own}
        hints = {one.name: one.is_of_admin for one in USUAL}
        return [
            {
                "bound": self[name],
                "own": own.get(name.removeprefix("field:")),
                "is_of_admin": hints.get(name.removeprefix("field:"), False),
            }
            for name in self.fields
            if name.startswith("field:")
        ]


class AccountRulesForm(RulesForm):
    """And whether projects may differ."""

    projects_choose_fields = forms.BooleanField(
        label=label_of("projects_choose_fields", ACCOUNT),
        required=False,
        help_text="Whoever has Admin on Commitments of a project may then choose for it.",
    )


class FieldForm(Form):
    """One of the account's own fields; its kind is chosen once."""

    label = forms.CharField(label="Name", max_length=LONGEST_LABEL)
    kind = forms.ChoiceField(
        label="Kind", choices=CustomKind.choices, widget=forms.RadioSelect, initial=CustomKind.TEXT
    )
    choices = LinesField(
        label="Choices",
        required=False,
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One on each line, where the kind is one of several.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: PageRequest, account_id: int) -> HttpResponse:
    """What claims of all projects are asked for, and the account's own fields."""
    found = _account(request, account_id)
    names = [*_rules(found), "projects_choose_fields"]
    form = AccountRulesForm(
        request.POST if request.method == "POST" else None,
        values=account_values(found, names),
        account=found,
    )
    told = "The settings of the account are saved."
    if saved(request, form, partial(save_account, request.actor, found), told):
        return redirect("account-fields", found.pk)
    page = {**account_page(found, "account-fields"), "form": form, "most": MOST_FIELDS}
    return render(request, "settings/fields.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def project(request: PageRequest, project_id: int) -> HttpResponse:
    """The same for one project, where the account lets it choose."""
    found = load.project_for(request, project_id)
    can_change_project(request.actor, found).require()
    names = _rules(found.account)
    closed = (
        ""
        if found.account.projects_choose_fields
        else f"{found.account.name} decides this for all its projects."
    )
    form = RulesForm(
        request.POST if request.method == "POST" else None,
        values=project_values(found, names),
        account=found.account,
        of_project=True,
    )
    if closed:
        for field in form.fields.values():
            field.disabled = True
    if saved(request, form, partial(save_project, request.actor, found), "The settings are saved."):
        return redirect("project-fields", found.pk)
    page = {**project_page(request, found, "project-fields"), "form": form, "closed": closed}
    return render(request, "settings/fields.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest, account_id: int) -> HttpResponse:
    """One more field of the account's own."""
    found = _account(request, account_id)
    form = FieldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            typed = form.cleaned_data
            made = add_custom_field(
                request.actor, found, label=typed["label"], kind=typed["kind"], choices=typed["choices"]
            )
            messages.success(
                request, text("“{field}” is one of the fields of {claims} now.", field=made.label)
            )
            return reverse("account-fields", args=[found.pk])

        if address := make_once(request, form, make):
            return redirect(address)
    return _field_page(request, found, form, "New field")


@require_http_methods(["GET", "HEAD", "POST"])
def field(request: PageRequest, field_id: int) -> HttpResponse:
    """Another name or other choices."""
    found = custom_field_for(request, field_id)
    form = FieldForm(
        request.POST if request.method == "POST" else None,
        initial={"label": found.label, "choices": found.choices},
    )
    del form.fields["kind"]
    if found.kind != CustomKind.CHOICE:
        del form.fields["choices"]
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            change_custom_field(
                request.actor,
                found,
                label=form.cleaned_data["label"],
                choices=form.cleaned_data.get("choices", ()),
            )
            messages.success(request, "The field is saved.")
            return redirect("account-fields", found.account_id)
    return _field_page(request, found.account, form, found.label, found)


@require_POST
def retirement(request: PageRequest, field_id: int) -> HttpResponse:
    """Ask for it no longer."""
    found = custom_field_for(request, field_id)
    retire_custom_field(request.actor, found)
    messages.success(
        request,
        text(
            "“{field}” is asked for no longer. {Claims} that have a value keep and show it.",
            field=found.label,
        ),
    )
    return redirect("account-fields", found.account_id)


def _rules(of: Account) -> list[str]:
    """The settings of the page by their names."""
    usual = [one.name for one in USUAL]
    return [f"field:{name}" for name in [*usual, *(one.name for one in custom_fields(of))]]


def _account(request: PageRequest, account_id: int) -> Account:
    found = load.account_for(request, account_id)
    can_manage_account(request.actor, found).require()
    return found


def _field_page(
    request: PageRequest, found: Account, form: Form, title: str, field: CustomField | None = None
) -> HttpResponse:
    page = {**account_page(found, "account-fields"), "form": form, "field": field, "part": title}
    return render(request, "settings/field.html", page, status=form.status)
