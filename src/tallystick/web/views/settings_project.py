"""The settings of a project, section by section (domain §12); Admin on Commitments."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.access.policies import can_change_project
from tallystick.configuration import wording
from tallystick.configuration.catalogue import label_of
from tallystick.configuration.history import project_events, row_of
from tallystick.configuration.saving import project_values, save_project
from tallystick.directory.models import Account, Project
from tallystick.terms import lazy_text, text
from tallystick.web import load
from tallystick.web.contracts.commitment_fields import CommitmentTermsFields
from tallystick.web.forms import MoneyField
from tallystick.web.points_of_view import point_of_view_name, point_of_view_options
from tallystick.web.request import PageRequest
from tallystick.web.settings.fields import footer_field, uninvited_field
from tallystick.web.settings.form import SettingsForm, locale_choices, saved
from tallystick.web.settings.law import keep_place, place_field
from tallystick.web.settings.pages import project_page

PAGE = 50


class GeneralForm(SettingsForm):
    """What the project is called, and whose words it speaks (R-TERMS-3)."""

    name = forms.CharField(label=label_of("name"), max_length=200)
    address = forms.CharField(
        label=label_of("address"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Printed on papers.",
    )
    point_of_view = forms.ChoiceField(
        label=label_of("point_of_view"),
        required=False,
        widget=forms.RadioSelect,
        help_text="Tools, pages and papers of this project are named as this party names them. "
        "Whoever chose words of their own reads pages and e-mails in those; papers stay the project’s.",
    )
    own_locale = forms.ChoiceField(
        label=label_of("own_locale"),
        required=False,
        help_text="Decides words, dates and the size of paper.",
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point_of_view"].choices = [  # type: ignore[attr-defined]
            ("", f"As the account has it ({point_of_view_name(account.point_of_view)})"),
            *point_of_view_options(),
        ]
        self.fields["own_locale"].choices = locale_choices(account)  # type: ignore[attr-defined]


class ClaimingForm(SettingsForm):
    """What claim contacts may do."""

    uninvited_claims = uninvited_field()
    over_claiming = forms.ChoiceField(
        label=label_of("over_claiming"),
        choices=lambda: [(value, text(said)) for value, said in wording.OVER_CLAIMING.items()],
        widget=forms.RadioSelect,
        help_text="A contract may say otherwise in its own settings. A credit line is measured the other way round.",
    )
    accept_late_claims = forms.BooleanField(
        label=label_of("accept_late_claims"),
        required=False,
        help_text="After the due day they are let through and marked as late. Otherwise a contract needs an extension.",
    )
    shows_claimed = forms.BooleanField(
        label=label_of("shows_claimed"),
        required=False,
        help_text=lazy_text(
            "The PDF shows what was {bill:past} beside what was assessed and certified, with the reasons for each "
            "difference, the same for everybody. {Payment_schedules} show them in any case: payment law asks for it. "
            "{Claims} that are certified stay as they were."
        ),
    )


class CommitmentsForm(CommitmentTermsFields):
    """What new commitments of the project begin with."""

    family = "contract"

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["retention_cap_amount"]
        assert isinstance(amount, MoneyField)
        amount.currency = currency


class PapersForm(SettingsForm):
    """What is printed besides the figures."""

    paper_footer = footer_field()
    stamp_backup_pages = forms.BooleanField(
        label=label_of("stamp_backup_pages"),
        required=False,
        help_text=lazy_text("Shows on each page which {claim} it belongs to."),
    )


class LawForm(SettingsForm):
    """Whose payment law is counted by."""

    jurisdiction = place_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_place(self.fields["jurisdiction"], str(self.initial.get("jurisdiction", "")))


@require_http_methods(["GET", "HEAD", "POST"])
def general(request: PageRequest, project_id: int) -> HttpResponse:
    """Name, address, words and language (R-TERMS-3)."""
    found = _project(request, project_id)
    form = _form(request, found, partial(GeneralForm, account=found.account))
    return _answer(request, found, "project-settings", form, "settings/general.html")


@require_http_methods(["GET", "HEAD", "POST"])
def claiming(request: PageRequest, project_id: int) -> HttpResponse:
    """What may be billed uninvited, over-claiming (domain §6.5), late claims."""
    found = _project(request, project_id)
    locked = {}
    if found.account.forbid_over_claiming:
        locked["over_claiming"] = (
            f"{found.account.name} refuses it on all its projects, so there is no choice here."
        )
    form = _form(request, found, partial(ClaimingForm, locked=locked))
    if locked:
        form.initial["over_claiming"] = "refuse"
    return _answer(request, found, "project-claiming", form, "settings/claiming.html", forbidden=bool(locked))


@require_http_methods(["GET", "HEAD", "POST"])
def contracts(request: PageRequest, project_id: int) -> HttpResponse:
    """What new commitments begin with; those that exist stay as they are."""
    found = _project(request, project_id)
    form = _form(request, found, partial(CommitmentsForm, currency=found.currency))
    return _answer(request, found, "project-contracts", form, "settings/contracts.html")


@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: PageRequest, project_id: int) -> HttpResponse:
    """The footer of papers and the stamp on compiled pages."""
    found = _project(request, project_id)
    return _answer(
        request, found, "project-papers", _form(request, found, PapersForm), "settings/papers.html"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def law(request: PageRequest, project_id: int) -> HttpResponse:
    """Whose payment law says by when to answer and to pay."""
    found = _project(request, project_id)
    return _answer(request, found, "project-law", _form(request, found, LawForm), "settings/law.html")


@require_safe
def history(request: PageRequest, project_id: int) -> HttpResponse:
    """Who changed which setting, from and to, the latest first."""
    found = _project(request, project_id)
    page = Paginator(project_events(found), PAGE).get_page(request.GET.get("page"))
    context = project_page(request, found, "project-settings-history")
    context |= {"page": page, "rows": [row_of(event, found.currency) for event in page.object_list]}
    return render(request, "settings/history.html", context)


def _project(request: PageRequest, project_id: int) -> Project:
    found = load.project_for(request, project_id)
    can_change_project(request.actor, found).require()
    return found


def _form(request: PageRequest, project: Project, form: Any) -> SettingsForm:
    """A section's form with the stored values of the settings that its fields are named after."""
    kind: type[SettingsForm] = getattr(form, "func", form)
    names = [kind.setting(name) for name in kind.base_fields]
    made: SettingsForm = form(
        request.POST if request.method == "POST" else None, values=project_values(project, names)
    )
    return made


def _answer(
    request: PageRequest,
    project: Project,
    name: str,
    form: SettingsForm,
    template: str,
    **more: Any,
) -> HttpResponse:
    if saved(request, form, partial(save_project, request.actor, project), "The settings are saved."):
        return redirect(name, project.pk)
    page = {**project_page(request, project, name), **more, "form": form}
    return render(request, template, page, status=form.status)
