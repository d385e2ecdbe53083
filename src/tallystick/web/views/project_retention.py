"""A project's retention: what every contract holds and can release, releasing on several, a statement for printing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tallystick.access.levels import Tool
from tallystick.claims.policies import can_administer_claims
from tallystick.claims.retention.project_ledger import (
    AT_LIMIT,
    EVERYTHING,
    HELD,
    RELEASABLE,
    SHOWS,
    SORTS,
    ContractLedger,
    LedgerWanted,
    ProjectLedger,
    project_ledger,
)
from tallystick.claims.retention.releasing import create_release_claims
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import visible_in
from tallystick.core import clock
from tallystick.core.dates import format_date
from tallystick.core.errors import BadInput
from tallystick.core.money import BASIS_POINTS, format_money
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.notice import Notice, leave_notice, take_notice
from tallystick.web.contracts.retention_forms import figure, ticked
from tallystick.web.contracts.retention_pages import standing_text
from tallystick.web.forms import DayField
from tallystick.web.request import PageRequest
from tallystick.web.views.claims import check_sees_claims, claims_tabs
from tallystick.web.views.contract_retention import named

PAGE = 50
MOST = 200


@require_safe
def project_retention(request: PageRequest, project_id: int) -> HttpResponse:
    """The ledger of the commitments that the reader may see."""
    project = load.project_for(request, project_id)
    check_sees_claims(request, project)
    wanted = ledger_wanted(request.GET)
    found = project_ledger(request.actor, project, wanted)
    page = Paginator(found.rows, PAGE).get_page(request.GET.get("page"))
    may = can_administer_claims(request.actor, project, text("release {retention} on several contracts"))
    title = text("{Retention} ledger")
    url = reverse("project-retention", args=[project.pk])
    request.search = (url, "Search contracts")  # type: ignore[attr-defined]
    context = _context(project, title) | {
        "tabs": claims_tabs(request, project, "project-retention"),
        "found": found,
        "wanted": wanted,
        "sort": wanted.sort,
        "page": page,
        "rows": [_row(row) for row in page.object_list],
        "figures": _figures(found, project),
        "filters": _filters(found, wanted),
        "is_narrowed": bool(wanted.search or wanted.company or wanted.show != EVERYTHING),
        "may": may,
        "periods": [(period.pk, named(period)) for period in _periods(project)] if may else [],
        "notice": take_notice(request),
        "statement_url": reverse("project-retention-statement", args=[project.pk]),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "claims/ledger.html", context)


@require_safe
def project_statement(request: PageRequest, project_id: int) -> HttpResponse:
    """Every contract's certified movements with a running balance, as at a day: the ledger of money held in trust."""
    project = load.project_for(request, project_id)
    check_sees_claims(request, project)
    today = clock.today_in(project.time_zone)
    until = _day(request.GET.get("until", "")) or today
    found = project_ledger(request.actor, project, LedgerWanted(until=until))
    title = text("{Retention} statement")
    context = _context(project, title) | {
        "rows": [row for row in found.rows if row.movements],
        "totals": [sums for sums in found.totals if sums.contracts],
        "until": until,
        "until_text": format_date(until, current().locale.code),
    }
    return render(request, "claims/ledger_statement.html", context)


@require_POST
def project_releases(request: PageRequest, project_id: int) -> HttpResponse:
    """Create a claim that releases retention on every ticked contract; each answers for itself."""
    project = load.project_for(request, project_id)
    can_administer_claims(request.actor, project, text("release {retention} on several contracts")).require()
    back = reverse("project-retention", args=[project.pk]) + _query(ledger_wanted(request.POST))
    contracts = _ticked(request, project)
    if not contracts:
        leave_notice(request, Notice("Choose contracts first: tick them in the list.", tone="info"))
        return redirect(back)
    period = next((p for p in _periods(project) if str(p.pk) == request.POST.get("period", "")), None)
    percent = BASIS_POINTS
    try:
        if typed := request.POST.get("percent", "").strip():
            percent = figure(typed, "percent", None)
        if len(contracts) > MOST:
            raise BadInput(f"Choose at most {MOST} contracts at a time.")
    except BadInput as problem:
        leave_notice(request, Notice(str(problem), tone="bad"))
        return redirect(back)
    outcomes = create_release_claims(request.actor, contracts, period, percent_bp=percent)
    locale = current().locale.code
    done = [
        text(
            "{contract}: {claim:short} {number} releases {amount}.",
            contract=outcome.contract.number,
            number=outcome.claim.number,
            amount=format_money(outcome.claim.retention_released, outcome.contract.currency, locale),
        )
        for outcome in outcomes
        if outcome.claim is not None
    ]
    left = [f"{outcome.contract.number}: {outcome.reason}" for outcome in outcomes if outcome.claim is None]
    title = text("{claims:n} created, in Draft.", n=len(done))
    if left:
        title = text("{claims:n} created, {left} left out.", n=len(done), left=len(left))
    tone = "ok" if not left else "warn" if done else "bad"
    leave_notice(request, Notice(title, tone=tone, details=left + done, summary="Which, and why"))
    return redirect(back)


def _day(typed: str) -> date | None:
    try:
        return DayField(required=False).clean(typed)
    except ValidationError:
        return None


def _ticked(request: PageRequest, project: Project) -> list[Contract]:
    if request.POST.get("all_matching"):
        rows = project_ledger(request.actor, project, ledger_wanted(request.POST)).rows
        ids = [row.contract_id for row in rows]
    else:
        ids = ticked(request.POST, "contract")
    found = visible_in(request.actor, project, Tool.COMMITMENTS).filter(pk__in=ids)
    return list(found.select_related("company", "project__account").order_by("number"))


def _periods(project: Project) -> list[BillingPeriod]:
    return list(BillingPeriod.objects.filter(project=project).order_by("-status", "-start"))


def ledger_wanted(query: QueryDict) -> LedgerWanted:
    """How the ledger is narrowed and sorted by its address."""
    company, show, sort = query.get("company", ""), query.get("show", ""), query.get("sort", "")
    return LedgerWanted(
        search=" ".join(query.get("q", "").split())[:120],
        company=int(company) if company.isdecimal() and len(company) < 12 else 0,
        show=show if show in SHOWS else EVERYTHING,
        sort=sort if sort.removeprefix("-") in SORTS else "contract",
    )


def _query(wanted: LedgerWanted) -> str:
    query = QueryDict(mutable=True)
    kept = {
        "q": wanted.search,
        "company": str(wanted.company or ""),
        "show": wanted.show if wanted.show != EVERYTHING else "",
        "sort": wanted.sort if wanted.sort != "contract" else "",
    }
    for name, value in kept.items():
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def _context(project: Project, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "project": project,
        "crumbs": [
            {"label": project.name, "url": reverse("project", args=[project.pk])},
            {"label": current()("claims_tool"), "url": reverse("claims", args=[project.pk])},
            {"label": title, "url": ""},
        ],
    }


def _row(row: ContractLedger) -> dict[str, Any]:
    skip = {} if row.releasable > 0 else {"release": "with nothing to release"}
    return {"row": row, "standing": standing_text(row.standing, row.currency), "skip": json.dumps(skip)}


def _figures(found: ProjectLedger, project: Project) -> list[dict[str, Any]]:
    sums, currency = found.totals[0], project.currency
    pending = ""
    if sums.on_its_way:
        amount = format_money(sums.on_its_way, currency, current().locale.code)
        pending = text("{amount} on {claims} that are not certified", amount=amount)
    return [
        {"label": "Retained", "amount": sums.retained, "currency": currency, "note": "to date"},
        {"label": "Released", "amount": sums.released, "currency": currency, "note": "to date"},
        {"label": "Held", "amount": sums.held, "currency": currency, "strong": True},
        {"label": "Can be released", "amount": sums.releasable, "currency": currency, "note": pending},
    ]


def _filters(found: ProjectLedger, wanted: LedgerWanted) -> list[dict[str, Any]]:
    labels = {
        EVERYTHING: "All",
        HELD: "Something held",
        RELEASABLE: "Can be released",
        AT_LIMIT: "At the limit",
    }
    return [
        {
            "label": label,
            "count": found.counts[show],
            "url": _query(replace(wanted, show=show)),
            "current": wanted.show == show,
        }
        for show, label in labels.items()
    ]
