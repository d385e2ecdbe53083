"""The settings of an account; its administrators (R-PERM-6, R-TERMS-3, domain §12)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.access.policies import can_manage_account
from tallystick.configuration.catalogue import ACCOUNT, label_of
from tallystick.configuration.history import account_events, row_of
from tallystick.configuration.saving import account_values, save_account
from tallystick.directory.models import Account, InsuranceKind, Locale
from tallystick.web import load
from tallystick.web.points_of_view import point_of_view_choices
from tallystick.web.request import PageRequest
from tallystick.web.settings_form import SettingsForm, saved
from tallystick.web.settings_pages import account_page
from tallystick.web.views.projects import zone_choices

PAGE = 50


class AccountForm(SettingsForm):
    """What holds for every project that does not say otherwise."""

    name = forms.CharField(label=label_of("name", ACCOUNT), max_length=200)
    point_of_view = forms.ChoiceField(
        label=label_of("point_of_view", ACCOUNT),
        widget=forms.RadioSelect,
        help_text="Tools, pages and papers are named as this party names them. Projects and people may differ.",
    )
    locale = forms.ChoiceField(
        label=label_of("locale", ACCOUNT),
        choices=Locale.choices,
        help_text="Decides words, dates and the size of paper, where a project or a person has no other.",
    )
    time_zone = forms.ChoiceField(
        label=label_of("time_zone", ACCOUNT),
        help_text="Decides what today is in the directory: when insurance expires. Projects have their own.",
    )
    required_insurance = forms.MultipleChoiceField(
        label=label_of("required_insurance", ACCOUNT),
        choices=[(kind.value, kind.label) for kind in InsuranceKind if kind is not InsuranceKind.OTHER],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Where one of these is not recorded, the directory and the commitment say so.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point_of_view"].choices = point_of_view_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]


class ClaimingForm(SettingsForm):
    """What holds in every project, whatever it chose."""

    forbid_over_claiming = forms.BooleanField(
        label=label_of("forbid_over_claiming", ACCOUNT),
        required=False,
        help_text="Wins over the settings of projects and contracts.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def general(request: PageRequest, account_id: int) -> HttpResponse:
    """Name, words, language, zone, required insurance (R-TERMS-3)."""
    account = _account(request, account_id)
    return _answer(request, account, "account-settings", AccountForm, "settings/account.html")


@require_http_methods(["GET", "HEAD", "POST"])
def claiming(request: PageRequest, account_id: int) -> HttpResponse:
    """What the account decides for the claims tool of all its projects."""
    account = _account(request, account_id)
    return _answer(request, account, "account-claiming", ClaimingForm, "settings/account_claiming.html")


@require_safe
def history(request: PageRequest, account_id: int) -> HttpResponse:
    """Who changed which setting of the account, from and to, the latest first."""
    account = _account(request, account_id)
    page = Paginator(account_events(account), PAGE).get_page(request.GET.get("page"))
    context = account_page(account, "account-settings-history")
    context |= {"page": page, "rows": [row_of(event) for event in page.object_list]}
    return render(request, "settings/history.html", context)


def _account(request: PageRequest, account_id: int) -> Account:
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    return account


def _answer(
    request: PageRequest, account: Account, name: str, kind: type[SettingsForm], template: str
) -> HttpResponse:
    form = kind(
        request.POST if request.method == "POST" else None, values=account_values(account, kind.base_fields)
    )
    told = "The settings of the account are saved."
    if saved(request, form, partial(save_account, request.actor, account), told):
        return redirect(name, account.pk)
    return render(request, template, {**account_page(account, name), "form": form}, status=form.status)
