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
from tallystick.claims.numbering import LONGEST_PATTERN, numbered
from tallystick.configuration import wording
from tallystick.configuration.catalogue import ACCOUNT, BEGINNINGS, label_of
from tallystick.configuration.history import account_events, row_of
from tallystick.configuration.saving import account_values, save_account
from tallystick.contracts.states import RetentionCap
from tallystick.directory.models import Account, InsuranceKind, Locale
from tallystick.terms import lazy_text
from tallystick.web import load
from tallystick.web.contracts.commitment_fields import CommitmentTermsFields
from tallystick.web.points_of_view import point_of_view_options
from tallystick.web.request import PageRequest
from tallystick.web.settings.fields import footer_field, message_field, reminders_field, uninvited_field
from tallystick.web.settings.form import SettingsForm, saved
from tallystick.web.settings.pages import account_page
from tallystick.web.views.projects import zone_choices

PAGE = 50
SAMPLE = "SC-012"
"""The contract whose claim shows what a pattern comes to."""


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
        self.fields["point_of_view"].choices = point_of_view_options()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]


def day_field(name: str, help_text: str = "") -> forms.IntegerField:
    """A day of the month, from 1 to 31; the 29th and later are the last day of shorter months."""
    field = forms.IntegerField(
        label=label_of(name, BEGINNINGS),
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field.error_messages["invalid"] = "Type a whole number."
    return field


class ClaimingForm(SettingsForm):
    """What holds in every project, whatever it chose."""

    forbid_over_claiming = forms.BooleanField(
        label=label_of("forbid_over_claiming", ACCOUNT),
        required=False,
        help_text="Wins over the settings of projects and contracts.",
    )
    claim_numbering = forms.CharField(
        label=label_of("claim_numbering", ACCOUNT),
        required=False,
        max_length=LONGEST_PATTERN,
        help_text=lazy_text(
            "What a new {claim} is given as its reference where nobody types one, such as "
            "{{contract}}-{{number:3}} for SC-012-004. It may name {{project}}, {{contract}} and {{number}}; a figure "
            "behind the number fills it up with noughts. Left empty, a reference is only what somebody types."
        ),
    )


class BeginningsForm(CommitmentTermsFields):
    """What new projects begin with. Days as in the dialog of a billing period."""

    family = "begin"

    start_day = day_field("start_day")
    end_day = day_field("end_day", "Before the first day: of the next month.")
    due_day = day_field("due_day")
    due_month = forms.TypedChoiceField(
        label=label_of("due_month", BEGINNINGS), coerce=int, choices=list(wording.DUE_MONTHS.items())
    )
    uninvited_claims = uninvited_field()
    remind_every_days = reminders_field()
    invite_message = message_field()
    paper_footer = footer_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["retention_cap_amount"]
        self.fields["retention_cap"].choices = [  # type: ignore[attr-defined]
            choice for choice in RetentionCap.choices if choice[0] != RetentionCap.AMOUNT
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def general(request: PageRequest, account_id: int) -> HttpResponse:
    """Name, words, language, zone, required insurance (R-TERMS-3)."""
    account = _account(request, account_id)
    return _answer(request, account, "account-settings", AccountForm, "settings/account.html")


@require_http_methods(["GET", "HEAD", "POST"])
def claiming(request: PageRequest, account_id: int) -> HttpResponse:
    """What the account decides for the claims tool of all its projects."""
    account = _account(request, account_id)
    sample = numbered(account.claim_numbering, project="NB-014", contract=SAMPLE, number=4)
    return _answer(
        request,
        account,
        "account-claiming",
        ClaimingForm,
        "settings/account_claiming.html",
        sample=sample,
        of_contract=SAMPLE,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def beginnings(request: PageRequest, account_id: int) -> HttpResponse:
    """What the account's new projects begin with; those that exist stay as they are."""
    account = _account(request, account_id)
    return _answer(request, account, "account-beginnings", BeginningsForm, "settings/beginnings.html")


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
    request: PageRequest,
    account: Account,
    name: str,
    kind: type[SettingsForm],
    template: str,
    **more: Any,
) -> HttpResponse:
    names = [kind.setting(name) for name in kind.base_fields]
    form = kind(request.POST if request.method == "POST" else None, values=account_values(account, names))
    told = "The settings of the account are saved."
    if saved(request, form, partial(save_account, request.actor, account), told):
        return redirect(name, account.pk)
    return render(
        request, template, {**account_page(account, name), **more, "form": form}, status=form.status
    )
