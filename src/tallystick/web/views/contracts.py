"""Commitments and head contracts: the lists, a contract's pages, creating and changing one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick import terms
from tallystick.access.levels import Level
from tallystick.access.policies import require_level
from tallystick.claims.contract_terms import change_terms, unfinished_claims
from tallystick.claims.models import Claim
from tallystick.contracts import actions, queries
from tallystick.contracts.actions import RuleInput
from tallystick.contracts.defaults import defaults_of
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer, can_change_company, tool_of
from tallystick.contracts.retention_words import cap_in_words, scale_in_words
from tallystick.contracts.sending import bring_in_default_contact, can_send
from tallystick.contracts.states import ContractKind, ContractStatus
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.core.text import join_and
from tallystick.directory.models import Company, Project
from tallystick.payments.queries import NOTHING as NO_MONEY
from tallystick.payments.queries import money_of, money_of_contracts, total_money
from tallystick.periods.queries import extensions_of
from tallystick.web import load
from tallystick.web.contracts.forms import FactsForm, NewContractForm, SettingsForm, facts_seen
from tallystick.web.contracts.general import first_steps, money_figures, standing_of, sum_figures
from tallystick.web.contracts.invites import invited_to
from tallystick.web.contracts.pages import contract_page, history_items
from tallystick.web.contracts.sending import send_if_wanted, wants_sending
from tallystick.web.forms import problems_on
from tallystick.web.mine.rows import what_waits
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest
from tallystick.web.status_marks import mark_of

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def commitments(request: PageRequest, project_id: int) -> HttpResponse:
    """Subcontracts and purchase orders; a POST creates one."""
    if request.method == "POST":
        return _new(request, project_id, upstream=False)
    return _list(request, project_id, upstream=False)


@require_http_methods(["GET", "HEAD", "POST"])
def head_contracts(request: PageRequest, project_id: int) -> HttpResponse:
    """Contracts above us; a POST creates one."""
    if request.method == "POST":
        return _new(request, project_id, upstream=True)
    return _list(request, project_id, upstream=True)


@require_safe
def commitment_new(request: PageRequest, project_id: int) -> HttpResponse:
    """The form for a new commitment."""
    return _new(request, project_id, upstream=False)


@require_safe
def head_contract_new(request: PageRequest, project_id: int) -> HttpResponse:
    """The form for a new head contract."""
    return _new(request, project_id, upstream=True)


@require_safe
def contract(request: PageRequest, contract_id: int) -> HttpResponse:
    """A contract: its money, facts and papers."""
    found = load.contract_for(request, contract_id)
    page = contract_page(request, found, "contract")
    page |= {
        "figures": sum_figures(found, page["sums"]),
        "money": money_figures(found, page["sums"], money_of(found)),
        "steps": first_steps(found) if page["manage"] else [],
        "standing": standing_of(found),
        "extensions": extensions_of(found),
        "retention_cap": cap_in_words(found),
        "scale": scale_in_words(found, actions.rules_of(found)),
        "has_scale": bool(found.sliding_rules.all()),
        "invited": invited_to(request.actor, found),
    }
    if not page["manage"]:
        page |= what_waits(request.actor, found)
    return render(request, "contracts/general.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: PageRequest, contract_id: int) -> HttpResponse:
    """Number, title, company, date and description."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    companies = Company.objects.filter(account_id=found.project.account_id).order_by("name")
    form = FactsForm(
        request.POST if request.method == "POST" else None,
        contract=found,
        may_move=can_change_company(request.actor, found),
        companies=list(companies.values_list("pk", "name")),
    )
    if form.is_bound and form.is_valid():
        with problems_on(form), transaction.atomic():
            values = form.cleaned_data
            values["company"] = companies.get(pk=int(values["company"]))
            _change(request, found, values)
            told = send_if_wanted(request, found)
            messages.success(request, f"{values['number'].strip()} is saved. {told}".strip())
            return redirect("contract", found.pk)
    page = contract_page(request, found, "contract")
    page |= {"form": form, "seen": facts_seen(found), "can_send": can_send(request.actor, found)}
    return render(request, "contracts/facts.html", page, status=form.status)


@require_POST
def status(request: PageRequest, contract_id: int) -> HttpResponse:
    """Move the contract to another status. Already there: nothing happens."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    wanted = request.POST.get("status", "")
    if wanted not in ContractStatus.values:
        raise BadInput("There is no such status. Choose one of those offered on the contract.")
    if found.status != wanted:
        try:
            found = actions.move_contract(request.actor, found, ContractStatus(wanted))
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, f"{found.number} is {found.get_status_display()} now.")
    return redirect("contract", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PageRequest, contract_id: int) -> HttpResponse:
    """Advanced settings: accounting method, retention, stored materials, privacy, tax."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    form = SettingsForm(request.POST or None, contract=found)
    if form.is_bound and form.is_valid():
        with problems_on(form), transaction.atomic():
            followed = _change(request, found, form.facts(), form.rules())
            told = f"{_told(followed)} {send_if_wanted(request, found)}".strip()
            messages.success(request, f"The settings of {found.number} are saved. {told}".strip())
            return redirect("contract-settings", found.pk)
    page = contract_page(request, found, "contract-settings")
    unfinished = unfinished_claims(found)
    page |= {
        "form": form,
        "seen": facts_seen(found),
        "unfinished": unfinished,
        "last_unfinished": unfinished[-1].number if unfinished else 0,
        "scale": scale_in_words(found, actions.rules_of(found)),
        "contacts": [contact.person for contact in found.claim_contacts.select_related("person")],
        "listed": found.private_list.count(),
        "can_send": can_send(request.actor, found),
    }
    return render(request, "contracts/settings.html", page, status=form.status)


@require_safe
def history(request: PageRequest, contract_id: int) -> HttpResponse:
    """What was done to the contract, the latest first; for its administrators."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    page = contract_page(request, found, "contract-history")
    page["items"] = history_items(found, found)
    return render(request, "contracts/history.html", page)


@transaction.atomic
def _change(
    request: PageRequest, found: Contract, values: dict[str, Any], rules: list[RuleInput] | None = None
) -> list[Claim]:
    """Save what a page typed, unless somebody else saved since it was opened; the claims that follow."""
    locked = (
        Contract.objects.select_for_update(of=("self",)).select_related("project__account").get(pk=found.pk)
    )
    if request.POST.get("seen", "") != facts_seen(locked):
        if _says_the_same(locked, values, rules):
            return []
        raise Stale(
            f"{found.number} was changed while this page was open, so nothing was saved over it. "
            "Open its settings again, look at what changed, and make your change once more."
        )
    try:
        return change_terms(request.actor, found, values, rules=rules)
    except Refused as problem:
        raise BadInput(str(problem)) from problem


def _says_the_same(found: Contract, values: dict[str, Any], rules: list[RuleInput] | None) -> bool:
    """Whether what was typed is there already: the form was sent twice, or two people agree."""
    return all(getattr(found, name) == value for name, value in values.items()) and (
        rules is None or rules == actions.rules_of(found)
    )


def _told(followed: list[Claim]) -> str:
    if not followed:
        return ""
    numbers = join_and(str(claim.number) for claim in followed)
    return terms.text("{Claim:short} {numbers} was computed anew by them.", numbers=numbers)


def _list(request: PageRequest, project_id: int, *, upstream: bool) -> HttpResponse:
    project = load.project_for(request, project_id)
    kind = ContractKind.HEAD_CONTRACT if upstream else ContractKind.SUBCONTRACT
    words = terms.current()
    tool, concept = tool_of(kind), "head_contract" if upstream else "commitment"
    named = words("upstream_tool" if upstream else "commitments_tool")
    require_level(request.actor, project, tool, Level.READ_ONLY, f"see its {words.plural(concept)}").require()
    wanted = _filter(request)
    everything = queries.contracts_of(request.actor, project, upstream=upstream)
    found = queries.narrowed(everything, wanted)
    pages = Paginator(found, PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = queries.rows(list(page.object_list))
    in_currency = found.filter(currency=project.currency)
    totals = queries.totals(in_currency)
    money = {} if upstream else money_of_contracts([row.id for row in rows])
    list_name = "head-contracts" if upstream else "commitments"
    url = reverse(list_name, args=[project.pk])
    request.search = (url, f"Search {words.plural(concept)}")  # type: ignore[attr-defined]
    request.is_upstream = upstream  # type: ignore[attr-defined]
    everywhere = queries.narrowed(everything, _without(wanted, status=""))
    context = {
        "title": named,
        "named": concept,
        "list_name": list_name,
        "new_url": reverse("head-contract-new" if upstream else "commitment-new", args=[project.pk]),
        "can_create": require_level(request.actor, project, tool, Level.ADMIN, f"create {words.a(concept)}"),
        "rows": [(row, money.get(row.id, NO_MONEY)) for row in rows],
        "page": page,
        "totals": totals,
        "money": NO_MONEY if upstream else total_money(in_currency),
        "with_money": not upstream,
        "others": page.paginator.count - totals.count,
        "wanted": wanted,
        "narrowed": bool(wanted.text or wanted.status or wanted.company),
        "any_at_all": bool(rows) or everything.exists(),
        "filters": _filters(request, queries.counts_by_status(everywhere), wanted.status),
        "companies": queries.companies_of(request.actor, project, upstream=upstream),
        "sort": wanted.sort,
        "crumbs": [
            {"label": project.name, "url": reverse("project", args=[project.pk])},
            {"label": named, "url": ""},
        ],
    }
    return render(request, "contracts/list.html", context)


def _filter(request: PageRequest) -> queries.ContractFilter:
    company = request.GET.get("company", "")
    chosen = request.GET.get("status", "")
    sort = request.GET.get("sort", "number")
    return queries.ContractFilter(
        text=request.GET.get("q", "").strip()[:100],
        status=chosen if chosen in ContractStatus.values else "",
        company=int(company) if company.isascii() and company.isdigit() and len(company) < 18 else 0,
        sort=sort if sort.removeprefix("-") in queries.SORTS else "number",
    )


def _without(wanted: queries.ContractFilter, **changes: Any) -> queries.ContractFilter:
    return replace(wanted, **changes)


def _filters(request: PageRequest, counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    items = [
        {
            "label": "All",
            "count": sum(counts.values()),
            "url": _address(request.GET, status=""),
            "current": not chosen,
        }
    ]
    for value in ContractStatus:
        if counts.get(value) or chosen == value:
            tone, icon = mark_of(value)
            items.append(
                {
                    "label": value.label,
                    "count": counts.get(value, 0),
                    "url": _address(request.GET, status=value),
                    "current": chosen == value,
                    "tone": tone,
                    "icon": icon,
                }
            )
    return items


def _address(query: QueryDict, **changes: str) -> str:
    kept = query.copy()
    kept.pop("page", None)
    for name, value in changes.items():
        if value:
            kept[name] = value
        else:
            kept.pop(name, None)
    return f"?{kept.urlencode()}"


def _new(request: PageRequest, project_id: int, *, upstream: bool) -> HttpResponse:
    project = load.project_for(request, project_id)
    kind = ContractKind.HEAD_CONTRACT if upstream else ContractKind.SUBCONTRACT
    words = terms.current()
    concept = "head_contract" if upstream else "commitment"
    require_level(request.actor, project, tool_of(kind), Level.ADMIN, f"create {words.a(concept)}").require()
    request.is_upstream = upstream  # type: ignore[attr-defined]
    companies = Company.objects.filter(account=project.account).order_by("name")
    form = NewContractForm(
        request.POST if request.method == "POST" else None,
        upstream=upstream,
        companies=list(companies.values_list("pk", "name")),
        begins=None if upstream else defaults_of(project),
        initial={"number": _next_number(project, upstream=upstream)},
    )
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            facts = form.facts()
            made = actions.create_contract(
                request.actor,
                project,
                kind=facts.pop("kind", None) or kind,
                company=companies.get(pk=int(facts.pop("company"))),
                **facts,
            )
            told = ""
            if wants_sending(request):
                bring_in_default_contact(request.actor, made)
                told = send_if_wanted(request, made)
            messages.success(request, f"{made.number} is created. {told} Next, write its lines.")
            return reverse("sov-edit", args=[made.pk])

        if address := make_once(request, form, make):
            return redirect(address)
    list_name = "head-contracts" if upstream else "commitments"
    named = words("upstream_tool" if upstream else "commitments_tool")
    context = {
        "title": words.text("New {head_contract}" if upstream else "New {commitment}"),
        "form": form,
        "list_url": reverse(list_name, args=[project.pk]),
        "company_new": reverse("company-new", args=[project.account_id]),
        "defaults_url": "" if upstream else reverse("project-contracts", args=[project.pk]),
        "crumbs": [
            {"label": project.name, "url": reverse("project", args=[project.pk])},
            {"label": named, "url": reverse(list_name, args=[project.pk])},
            {"label": "New", "url": ""},
        ],
    }
    return render(request, "contracts/new.html", context, status=form.status)


def _next_number(project: Project, *, upstream: bool) -> str:
    """The number after the highest of the usual form; the person may type another."""
    prefix = "HC" if upstream else "SC"  # terms: allow HC
    numbers = Contract.objects.filter(project=project, number__startswith=f"{prefix}-").values_list(
        "number", flat=True
    )
    used = [
        int(tail) for number in numbers if (tail := number[len(prefix) + 1 :]).isdigit() and len(tail) < 9
    ]
    return f"{prefix}-{max(used, default=0) + 1:03}"
