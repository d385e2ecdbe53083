"""Insurance of companies: the account's list, recording, changing and removing (R-INSURANCE)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick import terms
from tallystick.access import people as writing
from tallystick.access.actor import Actor
from tallystick.access.policies import can_manage_account, can_see_directory
from tallystick.contracts.moving_people import with_commitments
from tallystick.core import clock
from tallystick.core.errors import BadInput
from tallystick.directory.insurance import Policy, in_state, with_renewal
from tallystick.directory.insurance_states import LABELS, Cover
from tallystick.directory.models import Account, Company, Insurance, InsuranceKind
from tallystick.documents.actions import add_attachment
from tallystick.documents.certificates import (
    certificate_of,
    papers_to_choose,
    set_certificate,
    with_certificates,
)
from tallystick.documents.models import Attachment
from tallystick.web import load
from tallystick.web.forms import DayField, Form, MoneyField, problems_on
from tallystick.web.load.directory import insurance_for
from tallystick.web.once import make_once
from tallystick.web.people.directory import company_crumb, directory_crumb, directory_tabs
from tallystick.web.people.insurance import MARKS, row_of
from tallystick.web.request import PageRequest

PAGE = 50
_PRESSING_FIRST = ("renewed", F("expires_on").asc(nulls_last=True), "company__name", "pk")
_RENEWABLE = (Cover.EXPIRED, Cover.EXPIRING)
_FILTERS = (Cover.EXPIRING, Cover.EXPIRED, Cover.MISSING, Cover.NOT_YET, Cover.CURRENT, Cover.EXEMPT)


class InsuranceForm(Form):
    """What is recorded of one insurance."""

    kind = forms.ChoiceField(label="Type", choices=[("", "Choose one"), *InsuranceKind.choices])
    other_name = forms.CharField(
        label="Name of the type", max_length=120, required=False, help_text="Where the type is Other."
    )
    insurer = forms.CharField(label="Insurer", max_length=200, required=False)
    policy_number = forms.CharField(label="Policy number", max_length=80, required=False)
    currency = forms.RegexField(
        label="Currency",
        regex=r"^[A-Z]{3}$",
        error_messages={"invalid": "Type the three letters of the currency, such as AUD."},
    )
    limit = MoneyField(label="Limit", required=False, minimum=0)
    effective_on = DayField(label="Effective from", required=False)
    expires_on = DayField(
        label="Expires on", required=False, help_text="The last day of cover. Not needed for an exemption."
    )
    is_exempt = forms.BooleanField(
        label="Exempt: the company needs no insurance of this type", required=False
    )
    exempt_reason = forms.CharField(label="Reason for the exemption", max_length=300, required=False)
    notify_expiry = forms.BooleanField(
        label="Send expiry notification",
        required=False,
        help_text="Two weeks before the insurance expires.",
    )
    paper = forms.ChoiceField(label="Certificate", required=False, help_text="One of the company’s papers.")
    file = forms.FileField(
        label="Upload a certificate", required=False, help_text="Joins the company’s papers."
    )

    def __init__(self, *args: Any, papers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].choices = [("", "None"), *papers]  # type: ignore[attr-defined]
        typed = str(self.data.get("currency") or self.initial.get("currency") or "")
        if len(typed) == 3 and typed.isascii() and typed.isupper():
            self.fields["limit"].currency = typed  # type: ignore[attr-defined]

    def policy(self) -> Policy:
        """What was typed, for the action."""
        names = (name for name in self.cleaned_data if name not in ("paper", "file"))
        return Policy(**{name: self.cleaned_data[name] for name in names})


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A type that a company must have and has no record of."""

    company_id: int
    company: str
    kind: str
    title: str


@require_safe
def insurances(request: PageRequest, account_id: int) -> HttpResponse:
    """All insurance of the account: ``?show=STATE&kind=&q=&page=``."""
    account = load.account_for(request, account_id)
    can_see_directory(request.actor, account).require()
    today = clock.today_in(account.time_zone)
    wanted = request.GET.get("q", "").strip()[:100]
    kind = request.GET.get("kind", "")
    kind = kind if kind in InsuranceKind.values else ""
    show = request.GET.get("show", "")
    show = show if show in _FILTERS else ""
    found = with_renewal(_matching(Insurance.objects.filter(company__account=account), wanted, kind))
    missing = _missing(account, wanted, kind)
    request.search = (request.path, "Search insurance")  # type: ignore[attr-defined]
    pages = Paginator(missing if show == Cover.MISSING else _rows(found, show, today), PAGE).get_page(
        request.GET.get("page")
    )
    page = {
        "title": "Insurance",
        "crumbs": [directory_crumb(account.pk), {"label": "Insurance", "url": ""}],
        "tabs": directory_tabs(account, "insurances"),
        "page": pages,
        "rows": [row_of(row, today) for row in pages.object_list if isinstance(row, Insurance)],
        "is_missing": show == Cover.MISSING,
        "wanted": wanted,
        "kind": kind,
        "show": show,
        "kinds": InsuranceKind.choices,
        "filters": _filters(request, found, len(missing), show, today),
        "account": account,
        "manage": can_manage_account(request.actor, account),
    }
    return render(request, "directory/insurances.html", page)


def _matching(rows: QuerySet[Insurance], wanted: str, kind: str) -> QuerySet[Insurance]:
    for word in wanted.split():
        rows = rows.filter(
            Q(company__name__icontains=word)
            | Q(insurer__icontains=word)
            | Q(policy_number__icontains=word)
            | Q(other_name__icontains=word)
        )
    return rows.filter(kind=kind) if kind else rows


def _state(cover: str, today: date) -> Q:
    """Of this state, and not renewed already where that would settle it."""
    state = in_state(Cover(cover), today)
    return state & Q(renewed=False) if cover in _RENEWABLE else state


def _rows(found: QuerySet[Insurance], show: str, today: date) -> QuerySet[Insurance]:
    rows = found.filter(_state(show, today)) if show else found
    return with_certificates(rows.select_related("company").order_by(*_PRESSING_FIRST))


def _missing(account: Account, wanted: str, kind: str) -> list[MissingRow]:
    """The types that are required of companies at work, and of which there is no record: two queries."""
    required = [one for one in InsuranceKind if one in account.required_insurance and kind in ("", one)]
    if not required:
        return []
    companies = with_commitments(account.pk)
    for word in wanted.split():
        companies = companies.filter(name__icontains=word)
    there = set(
        Insurance.objects.filter(company__in=companies, kind__in=required).values_list("company_id", "kind")
    )
    return [
        MissingRow(number, name, one.value, one.label)
        for number, name in companies.order_by("name", "pk").values_list("pk", "name")
        for one in required
        if (number, one.value) not in there
    ]


def _filters(
    request: PageRequest, found: QuerySet[Insurance], missing: int, show: str, today: date
) -> list[dict[str, Any]]:
    states = [cover for cover in _FILTERS if cover is not Cover.MISSING]
    counts = found.aggregate(
        all=Count("pk"), **{cover.value: Count("pk", filter=_state(cover, today)) for cover in states}
    )
    counts[Cover.MISSING.value] = missing
    items = [{"label": "All", "count": counts["all"], "url": _url(request, ""), "current": not show}]
    for cover in _FILTERS:
        tone, icon = MARKS[cover]
        items.append(
            {
                "label": LABELS[cover],
                "count": counts[cover.value],
                "url": _url(request, cover.value),
                "current": show == cover,
                "tone": tone,
                "icon": icon,
            }
        )
    return items


def _url(request: PageRequest, show: str) -> str:
    query = request.GET.copy()
    for name in ("page", "show"):
        query.pop(name, None)
    if show:
        query["show"] = show
    return f"{request.path}?{query.urlencode()}" if query else request.path


# --- writing ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def insurance_new(request: PageRequest, company_id: int) -> HttpResponse:
    """Record an insurance of a company; ``?kind=`` begins with a type."""
    company = load.company_for(request, company_id)
    can_manage_account(request.actor, company.account).require()
    form = _form(request, company, _first(request))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = writing.add_insurance(request.actor, company, form.policy())
            _certify(request, made, form)
            messages.success(request, f"{made.title} of {company.name} is recorded.")
            return reverse("company", args=[company.pk]) + "#insurance"

        if address := make_once(request, form, make):
            return redirect(address)
    page = _page(company, "New insurance", form)
    return render(request, "directory/insurance_new.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def insurance(request: PageRequest, insurance_id: int) -> HttpResponse:
    """Change what is recorded of an insurance."""
    found = insurance_for(request, insurance_id)
    can_manage_account(request.actor, found.company.account).require()
    paper = certificate_of(found)
    first = {name: getattr(found, name) for name in asdict(Policy("")) if name != "limit"}
    form = _form(
        request,
        found.company,
        first | {"limit": found.limit or None, "paper": paper.pk if paper else ""},
    )
    if request.method == "POST" and form.is_valid():
        with problems_on(form), transaction.atomic():
            changed = writing.change_insurance(request.actor, found, form.policy())
            _certify(request, changed, form)
            messages.success(request, f"{changed.title} of {found.company.name} is saved.")
            return redirect(reverse("company", args=[found.company_id]) + "#insurance")
    page = _page(found.company, found.title, form) | {"insurance": found, "certificate": paper}
    return render(request, "directory/insurance.html", page, status=form.status)


@require_POST
def removal(request: PageRequest, insurance_id: int) -> HttpResponse:
    """Take a record out; the history keeps what it said."""
    found = insurance_for(request, insurance_id)
    company, title = found.company, found.title
    writing.remove_insurance(request.actor, found)
    messages.success(request, f"{title} is removed from the record of {company.name}.")
    return redirect(reverse("company", args=[company.pk]) + "#insurance")


def _first(request: PageRequest) -> dict[str, Any]:
    first: dict[str, Any] = {"currency": terms.current().locale.currency, "notify_expiry": True}
    kind = request.GET.get("kind", "")
    return first | {"kind": kind} if kind in InsuranceKind.values else first


def _form(request: PageRequest, company: Company, first: dict[str, Any]) -> InsuranceForm:
    papers = list(papers_to_choose(company).values_list("pk", "name"))
    posted = request.method == "POST"
    return InsuranceForm(
        request.POST if posted else None, request.FILES if posted else None, initial=first, papers=papers
    )


def _certify(request: PageRequest, found: Insurance, form: InsuranceForm) -> None:
    """An uploaded certificate joins the company's papers; otherwise the chosen paper is the certificate."""
    if getattr(request, "too_large", []):
        told = "This file is larger than this server takes. Save it smaller, then choose it again."
        raise BadInput(told, {"file": told})
    uploaded: UploadedFile[Any] | None = form.cleaned_data["file"]
    if uploaded is not None:
        set_certificate(request.actor, found, _upload(request.actor, found.company, uploaded))
        return
    chosen = form.cleaned_data["paper"]
    set_certificate(
        request.actor, found, papers_to_choose(found.company).get(pk=int(chosen)) if chosen else None
    )


def _upload(actor: Actor, company: Company, uploaded: UploadedFile[Any]) -> Attachment:
    try:
        return add_attachment(
            actor,
            company,
            name=uploaded.name or "",
            size=uploaded.size or 0,
            chunks=uploaded.chunks(1 << 20),
        )
    except BadInput as problem:
        raise BadInput(str(problem), {"file": str(problem)}) from problem


def _page(company: Company, title: str, form: InsuranceForm) -> dict[str, Any]:
    return {
        "title": title,
        "company": company,
        "form": form,
        "crumbs": [directory_crumb(company.account_id), company_crumb(company), {"label": title, "url": ""}],
    }
