"""The account's directory: companies and their people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.access import administration
from tallystick.access.policies import can_manage_account, can_see_directory, visible_companies
from tallystick.audit.queries import history_of_all
from tallystick.contracts.policies import visible_to as visible_contracts
from tallystick.core import clock
from tallystick.core.errors import Decision
from tallystick.directory.insurance import with_renewal
from tallystick.directory.models import Company, Person
from tallystick.documents.certificates import with_certificates
from tallystick.terms import lazy_text
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.once import make_once
from tallystick.web.people.directory import company_crumb, directory_crumb, directory_tabs, timeline
from tallystick.web.people.insurance import chips_of, row_of
from tallystick.web.request import PageRequest

SORTS = {
    "name": ("name", "pk"),
    "trade": ("trade", "name", "pk"),
    "people": ("number_of_people", "name", "pk"),
}
PAGE = 50
CONTRACTS_SHOWN = 100
PEOPLE_SHOWN = 50


class CompanyForm(Form):
    """A company's record."""

    name = forms.CharField(label="Name", max_length=200)
    trade = forms.CharField(
        label="Trade", max_length=120, required=False, help_text="Such as Concrete, Electrical."
    )
    tax_number = forms.CharField(label=lazy_text("{Business_number}"), max_length=40, required=False)
    address = forms.CharField(
        label="Address", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    email = forms.EmailField(label="E-mail address", required=False, max_length=254)
    phone = forms.CharField(
        label="Telephone", max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )


class PersonForm(Form):
    """Somebody whom a company employs."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail address", max_length=254)
    job_title = forms.CharField(label="Job title", max_length=120, required=False)
    phone = forms.CharField(
        label="Telephone", max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    login = forms.BooleanField(
        label="May sign in",
        required=False,
        initial=True,
        help_text="Somebody with a log-in already uses it here too. What the person sees is decided by project.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def companies(request: PageRequest, account_id: int) -> HttpResponse:
    """The companies of the directory; a POST adds one."""
    account = load.account_for(request, account_id)
    if request.method == "POST":
        return company_new(request, account_id)
    can_see_directory(request.actor, account).require()
    wanted = request.GET.get("q", "").strip()[:100]
    found = visible_companies(request.actor).filter(account=account)
    for word in wanted.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(trade__icontains=word)
            | Q(tax_number__icontains=word)
            | Q(people__name__icontains=word)
            | Q(people__email__icontains=word)
        )
    sort = request.GET.get("sort", "name")
    columns = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    down = "-" if sort.startswith("-") else ""
    counted = found.annotate(
        number_of_people=Count("people", filter=Q(people__is_active=True), distinct=True)
    )
    pages = Paginator(counted.order_by(*(down + column for column in columns)), PAGE)
    request.search = (request.path, "Search companies and people")  # type: ignore[attr-defined]
    shown = pages.get_page(request.GET.get("page"))
    chips = chips_of(account, shown.object_list, clock.today_in(account.time_zone))
    page = {
        "title": "Directory",
        "crumbs": [{"label": account.name, "url": ""}, {"label": "Directory", "url": ""}],
        "tabs": directory_tabs(account, "companies"),
        "page": shown,
        "rows": [(company, chips[company.pk]) for company in shown.object_list],
        "wanted": wanted,
        "sort": sort if sort.removeprefix("-") in SORTS else "name",
        "manage": can_manage_account(request.actor, account),
    }
    return render(request, "directory/companies.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def company_new(request: PageRequest, account_id: int) -> HttpResponse:
    """Add a company."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    form = CompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = administration.create_company(request.actor, account, **form.cleaned_data)
            messages.success(
                request, f"{made.name} is in the directory. Next, add the people who work there."
            )
            return reverse("company", args=[made.pk])

        if address := make_once(request, form, make):
            return redirect(address)
    page = {
        "title": "New company",
        "form": form,
        "account": account,
        "crumbs": [directory_crumb(account.pk), {"label": "New company", "url": ""}],
    }
    return render(request, "directory/company_new.html", page, status=form.status)


@require_safe
def company(request: PageRequest, company_id: int) -> HttpResponse:
    """A company's record: facts, people, insurance, contracts that the reader may see, papers."""
    found = load.company_for(request, company_id)
    manage = can_manage_account(request.actor, found.account)
    contracts = (
        visible_contracts(request.actor)
        .filter(company=found)
        .select_related("project")
        .order_by("number", "pk")
    )
    employed = found.people.select_related("login").order_by("name", "pk")
    page = {
        "title": found.name,
        "company": found,
        "contracts": contracts[:CONTRACTS_SHOWN],
        "manage": manage,
        "crumbs": [directory_crumb(found.account_id), {"label": found.name, "url": ""}],
        **_people(found, employed, manage),
        **_insurance(found),
    }
    return render(request, "directory/company.html", page)


def _people(found: Company, employed: QuerySet[Person], manage: Decision) -> dict[str, Any]:
    """The first of those who work there; the list of people shows all of them."""
    counts = employed.aggregate(
        active=Count("pk", filter=Q(is_active=True)), off=Count("pk", filter=Q(is_active=False))
    )
    people = list(employed.filter(is_active=True)[:PEOPLE_SHOWN])
    choices = people
    if manage and found.default_contact_id and found.default_contact_id not in {one.pk for one in people}:
        choices = [*employed.filter(pk=found.default_contact_id), *people]
    return {
        "people": people,
        "people_count": counts["active"],
        "more_people": counts["active"] > len(people),
        "off": employed.filter(is_active=False)[:PEOPLE_SHOWN] if counts["off"] else [],
        "off_count": counts["off"],
        "contact_choices": choices if manage else [],
    }


def _insurance(found: Company) -> dict[str, Any]:
    today = clock.today_in(found.account.time_zone)
    rows = with_certificates(with_renewal(found.insurances.all())).order_by(
        "kind", "other_name", "-expires_on"
    )
    return {
        "insurance": [row_of(row, today) for row in rows],
        "insured": chips_of(found.account, [found], today)[found.pk],
    }


@require_safe
def company_history(request: PageRequest, company_id: int) -> HttpResponse:
    """What was done to the company's record, to its people, its insurance and its papers; administrators only."""
    found = load.company_for(request, company_id)
    can_manage_account(request.actor, found.account).require()
    rows = history_of_all(found.account_id, found, found.people.all())
    page = {
        "title": f"History of {found.name}",
        "company": found,
        "items": timeline(rows, found.account),
        "crumbs": [
            directory_crumb(found.account_id),
            company_crumb(found),
            {"label": "History", "url": ""},
        ],
    }
    return render(request, "directory/company_history.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def company_facts(request: PageRequest, company_id: int) -> HttpResponse:
    """Change a company's record."""
    found = load.company_for(request, company_id)
    can_manage_account(request.actor, found.account).require()
    names = tuple(CompanyForm.base_fields)
    form = CompanyForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            administration.change_company(request.actor, found, **form.cleaned_data)
            messages.success(request, "The record is saved.")
            return redirect("company", found.pk)
    page = {
        "title": f"Change {found.name}",
        "form": form,
        "company": found,
        "crumbs": [
            directory_crumb(found.account_id),
            company_crumb(found),
            {"label": "Change", "url": ""},
        ],
    }
    return render(request, "directory/company_facts.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: PageRequest, company_id: int) -> HttpResponse:
    """Add somebody whom the company employs."""
    found = load.company_for(request, company_id)
    can_manage_account(request.actor, found.account).require()
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = administration.create_person(request.actor, found, **form.cleaned_data)
            messages.success(request, f"{made.name} is in the directory.")
            return reverse("company", args=[found.pk]) + f"#person-{made.pk}"

        if address := make_once(request, form, make):
            return redirect(address)
    page = {
        "title": f"New person at {found.name}",
        "form": form,
        "company": found,
        "crumbs": [
            directory_crumb(found.account_id),
            company_crumb(found),
            {"label": "New person", "url": ""},
        ],
    }
    return render(request, "directory/person_new.html", page, status=form.status)
