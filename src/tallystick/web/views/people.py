"""People of the directory: the list, one person, changing, moving, switching off and on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick import terms
from tallystick.access import people as writing
from tallystick.access.policies import can_manage_account, can_see_directory
from tallystick.audit.queries import history
from tallystick.contracts.moving_people import claims_on, move_person
from tallystick.contracts.policies import visible_to as visible_contracts
from tallystick.core.errors import BadInput
from tallystick.core.ids import number_in
from tallystick.directory.models import Company, Person
from tallystick.notifications.queries import silent_people
from tallystick.sign_in.sessions import deactivate_person, end_sessions_of
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.load.directory import person_for
from tallystick.web.people.directory import company_crumb, directory_crumb, directory_tabs, timeline
from tallystick.web.request import PageRequest

PAGE = 50
CONTRACTS_SHOWN = 100
SORTS = {
    "name": ("name", "pk"),
    "company": ("company__name", "name", "pk"),
    "email": ("email", "pk"),
}
SHOWN = {"active": Q(is_active=True), "deactivated": Q(is_active=False), "all": Q()}
LABELS = {"active": "Active", "deactivated": "Deactivated", "all": "All"}


class PersonFactsForm(Form):
    """A person's record."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="Once in a directory. Another address is another log-in: whoever signs in with the old one "
        "sees nothing of this account any more.",
    )
    job_title = forms.CharField(label="Job title", max_length=120, required=False)
    phone = forms.CharField(
        label="Telephone", max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    login = forms.BooleanField(
        label="May sign in",
        required=False,
        help_text="Somebody with a log-in already uses it here too. What the person sees is decided by project.",
    )


class CompanyChoiceForm(Form):
    """Where somebody works from now on."""

    company = forms.ChoiceField(label="Works for")

    def __init__(self, *args: Any, companies: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].choices = [("", "Choose one"), *companies]  # type: ignore[attr-defined]


@require_safe
def people(request: PageRequest, account_id: int) -> HttpResponse:
    """Everybody of the directory: ``?q=&show=active|deactivated|all&company=ID&sort=&page=``."""
    account = load.account_for(request, account_id)
    can_see_directory(request.actor, account).require()
    company = _company_wanted(request, account.pk)
    wanted = request.GET.get("q", "").strip()[:100]
    found = Person.objects.filter(account=account)
    if company is not None:
        found = found.filter(company=company)
    found = _matching(found, wanted)
    show = request.GET.get("show", "active")
    show = show if show in SHOWN else "active"
    sort = request.GET.get("sort", "name")
    sort = sort if sort.removeprefix("-") in SORTS else "name"
    down = "-" if sort.startswith("-") else ""
    order = (down + column for column in SORTS[sort.removeprefix("-")])
    rows = found.filter(SHOWN[show]).select_related("company", "login").order_by(*order)
    counts = found.aggregate(
        all=Count("pk"),
        active=Count("pk", filter=SHOWN["active"]),
        deactivated=Count("pk", filter=SHOWN["deactivated"]),
    )
    request.search = (request.path, "Search people")  # type: ignore[attr-defined]
    page = {
        "title": "People",
        "crumbs": [directory_crumb(account.pk), {"label": "People", "url": ""}],
        "tabs": directory_tabs(account, "directory-people"),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "company": company,
        "sort": sort,
        "filters": [
            {
                "label": label,
                "count": counts[name],
                "url": "?" + _query(request, show=name),
                "current": name == show,
            }
            for name, label in LABELS.items()
        ],
    }
    return render(request, "directory/people.html", page)


def _matching(people: QuerySet[Person], wanted: str) -> QuerySet[Person]:
    for word in wanted.split():
        people = people.filter(
            Q(name__icontains=word)
            | Q(email__icontains=word)
            | Q(job_title__icontains=word)
            | Q(phone__icontains=word)
            | Q(company__name__icontains=word)
        )
    return people


def _company_wanted(request: PageRequest, account_id: int) -> Company | None:
    number = number_in(request.GET.get("company", ""))
    return Company.objects.filter(account_id=account_id, pk=number).first() if number is not None else None


def _query(request: PageRequest, **choices: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in choices.items():
        query[name] = value
    return query.urlencode()


@require_safe
def person(request: PageRequest, person_id: int) -> HttpResponse:
    """Somebody's record, and the contracts of theirs that the reader may see."""
    found = person_for(request, person_id)
    manage = can_manage_account(request.actor, found.account)
    contracts = visible_contracts(request.actor).filter(claim_contacts__person=found)
    page = {
        "title": found.name,
        "person": found,
        "manage": manage,
        "is_silent": bool(silent_people(found.account_id, [found])),
        "outbox": found.account_id if manage else None,
        "is_self": found.login_id is not None and found.login_id == request.actor.login_id,
        "contracts": contracts.select_related("project").order_by("number", "pk")[:CONTRACTS_SHOWN],
        "memberships": found.memberships.select_related("project").order_by("project__name", "pk")
        if manage
        else [],
        "items": timeline(history(found, newest_first=True), found.account) if manage else [],
        "crumbs": [
            directory_crumb(found.account_id),
            company_crumb(found.company),
            {"label": found.name, "url": ""},
        ],
    }
    return render(request, "directory/person.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: PageRequest, person_id: int) -> HttpResponse:
    """Change a person's record."""
    found = person_for(request, person_id)
    can_manage_account(request.actor, found.account).require()
    first = {name: getattr(found, name) for name in ("name", "email", "job_title", "phone")}
    form = PersonFactsForm(request.POST or None, initial={**first, "login": found.login_id is not None})
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            writing.change_person(request.actor, found, **form.cleaned_data)
            messages.success(request, "The record is saved.")
            return redirect("person", found.pk)
    page = _page(found, f"Change {found.name}", "Change", form=form)
    return render(request, "directory/person_facts.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def company(request: PageRequest, person_id: int) -> HttpResponse:
    """Move somebody to another company, and say first what ends with the old one."""
    found = person_for(request, person_id)
    can_manage_account(request.actor, found.account).require()
    companies = Company.objects.filter(account_id=found.account_id).exclude(pk=found.company_id)
    form = CompanyChoiceForm(
        request.POST or None, companies=list(companies.order_by("name").values_list("pk", "name"))
    )
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            target = companies.get(pk=int(form.cleaned_data["company"]))
            move_person(request.actor, found, target)
            messages.success(request, f"{found.name} works for {target.name} now.")
            return redirect("person", found.pk)
    page = _page(found, f"Move {found.name} to another company", "Move", form=form)
    page |= {
        "contracts": claims_on(found).select_related("project").order_by("number", "pk"),
        "memberships": found.memberships.select_related("project").order_by("project__name", "pk"),
        "is_default": Company.objects.filter(default_contact=found).exists(),
        "distributed": found.distributions.select_related("project").order_by("project__name", "pk"),
    }
    return render(request, "directory/person_company.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def deactivation(request: PageRequest, person_id: int) -> HttpResponse:
    """Switch somebody off, and say first what that means. Again is harmless."""
    found = person_for(request, person_id)
    can_manage_account(request.actor, found.account).require()
    if request.method == "POST":
        try:
            deactivate_person(request.actor, found)
        except BadInput as problem:
            messages.error(request, str(problem))
        else:
            messages.success(
                request,
                f"{found.name} is deactivated, signed out everywhere, and sees nothing of this account any more.",
            )
        return redirect("person", found.pk)
    page = _page(found, f"Deactivate {found.name}", "Deactivate")
    page["contracts"] = claims_on(found).select_related("project").order_by("number", "pk")
    return render(request, "directory/person_deactivation.html", page)


@require_POST
def reactivation(request: PageRequest, person_id: int) -> HttpResponse:
    """Switch somebody on again. Again is harmless."""
    found = person_for(request, person_id)
    writing.reactivate_person(request.actor, found)
    messages.success(
        request, f"{found.name} is active again, with the levels and designations that there were before."
    )
    return redirect("person", found.pk)


@require_POST
def sessions_ending(request: PageRequest, person_id: int) -> HttpResponse:
    """Sign somebody out everywhere. Again is harmless."""
    found = person_for(request, person_id)
    if end_sessions_of(request.actor, found):
        messages.success(request, f"{found.name} is signed out everywhere, and can sign in again.")
    else:
        messages.info(request, f"{found.name} is signed in nowhere.")
    return redirect("person", found.pk)


@require_POST
def default_contact(request: PageRequest, company_id: int) -> HttpResponse:
    """Who is offered first as claim contact on the company's contracts; empty: nobody."""
    found = load.company_for(request, company_id)
    can_manage_account(request.actor, found.account).require()
    chosen = request.POST.get("person", "")
    someone = load.person_among(found.people.all(), chosen) if chosen else None
    try:
        writing.set_default_contact(request.actor, found, someone)
    except BadInput as problem:
        messages.error(request, str(problem))
    else:
        said = "{person} is offered first as {claim_contact} from now on."
        messages.success(
            request,
            terms.text(said, person=someone.name)
            if someone
            else terms.text("{company} has no usual {claim_contact} any more.", company=found.name),
        )
    return redirect(reverse("company", args=[found.pk]) + "#people")


def _page(found: Person, title: str, label: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "person": found,
        "crumbs": [
            directory_crumb(found.account_id),
            company_crumb(found.company),
            {"label": found.name, "url": reverse("person", args=[found.pk])},
            {"label": label, "url": ""},
        ],
        **more,
    }
