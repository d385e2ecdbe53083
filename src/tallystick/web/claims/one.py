"""What all tabs of one claim share: header, money, the next step, the tabs themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse

from tallystick.claims.detail import ClaimPage, NextStep, claim_page, money_of
from tallystick.claims.models import Claim
from tallystick.claims.review.walk import next_to_review
from tallystick.claims.states import CERTIFIED
from tallystick.contracts.policies import can_see_sov
from tallystick.core.dates import describe_days_left, format_date, format_instant, format_range
from tallystick.periods.models import PeriodStatus
from tallystick.periods.policies import due_day
from tallystick.terms import current, text
from tallystick.web.claims.notice import take_notice
from tallystick.web.claims.payment_schedule import answer_tab, running_clock
from tallystick.web.claims.signature import signature_on
from tallystick.web.context import address
from tallystick.web.people.contacts import is_only_contact, own_crumbs
from tallystick.web.request import PageRequest


def claim_context(request: PageRequest, claim: Claim, tab: str) -> dict[str, Any]:
    """The context of a claim's tab; ``tab`` is the name of its address."""
    locale = current().locale.code
    page = claim_page(request.actor, claim)
    number = f"{claim.number} r{claim.revision}" if claim.revision else str(claim.number)
    title = text("{Claim:short} {number} of {company}", number=number, company=claim.contract.company.name)
    return {
        "title": title,
        "crumbs": _crumbs(request, claim, number),
        "claim": claim,
        "contract": claim.contract,
        "project": claim.contract.project,
        "currency": claim.contract.currency,
        "page": page,
        "tab": tab,
        "tabs": _tabs(claim, page, tab),
        "period": _period(claim, locale),
        "bar_labels": {
            "this": text("This {claim:short}"),
            "previous": "Earlier",
            "retention": text("{Retention} held"),
            "balance": "Balance to finish",
            "sum": "Contract sum to date",
        },
        "notice": take_notice(request),
        "pdf_url": address("claim-pdf", claim.pk) if can_see_sov(request.actor, claim.contract) else "",
        "steps": _steps(claim, page, locale),
        "answer_clock": running_clock(claim),
        "signature": signature_on(request.actor, claim),
        "next_review": next_to_review(request.actor, claim),
    }


def as_it_was(context: dict[str, Any], was: Claim) -> dict[str, Any]:
    """What the header says when the page shows an earlier state: its status and money, and nothing to be done."""
    shown: ClaimPage = context["page"]
    then = replace(
        shown,
        claim=was,
        side=None,
        next_step=NextStep("", False),
        primary=None,
        others=(),
        money=money_of(was),
        sent_back=None,
        new_variations=0,
    )
    number = f"{was.number} r{was.revision}" if was.revision else str(was.number)
    title = text("{Claim:short} {number} of {company}", number=number, company=was.contract.company.name)
    return {"claim": was, "page": then, "title": title, "pdf_url": "", "next_review": None}


def _crumbs(request: PageRequest, claim: Claim, number: str) -> list[dict[str, str]]:
    project = claim.contract.project
    if is_only_contact(request):
        here = [{"label": text("{Claim:short} {number}", number=number), "url": ""}]
        return own_crumbs(request, here, contract=claim.contract)
    return [
        {"label": project.name, "url": reverse("project", args=[project.pk])},
        {"label": current()("claims_tool"), "url": reverse("claims", args=[project.pk])},
        {
            "label": text("{contract} {claim:short} {number}", contract=claim.contract.number, number=number),
            "url": "",
        },
    ]


def _tabs(claim: Claim, page: ClaimPage, tab: str) -> list[dict[str, Any]]:
    return [
        {"label": "Grid", "url": reverse("claim", args=[claim.pk]), "current": tab == "claim"},
        {
            "label": "Review",
            "url": reverse("claim-review", args=[claim.pk]),
            "current": tab == "claim-review",
        },
        {
            "label": "Summary",
            "url": reverse("claim-summary", args=[claim.pk]),
            "current": tab == "claim-summary",
        },
        {
            "label": current().cap("retention"),
            "url": reverse("claim-retention", args=[claim.pk]),
            "current": tab == "claim-retention",
        },
        {
            "label": "Payments",
            "url": reverse("claim-payments", args=[claim.pk]),
            "current": tab == "claim-payments",
        },
        *answer_tab(claim, tab),
        {
            "label": "Papers",
            "url": reverse("claim-papers", args=[claim.pk]),
            "current": tab == "claim-papers",
            "count": page.papers,
        },
        {
            "label": "History",
            "url": reverse("claim-history", args=[claim.pk]),
            "current": tab == "claim-history",
        },
    ]


def _period(claim: Claim, locale: str) -> dict[str, str]:
    dates = format_range(claim.period_start, claim.period_end, locale)
    if claim.period is None:
        return {"dates": dates, "due": "", "missing": "1"}
    day = due_day(claim.period, claim.contract)
    due = f"due {format_date(day, locale)}"
    if day != claim.period.due:
        due += f", extended from {format_date(claim.period.due, locale)}"
    if claim.period.status == PeriodStatus.OPEN and claim.status not in CERTIFIED:
        left = describe_days_left(day, claim.contract.project.time_zone)
        due += f", {left[:1].lower()}{left[1:]}"
    return {"dates": dates, "due": due, "missing": ""}


def _steps(claim: Claim, page: ClaimPage, locale: str) -> list[dict[str, str]]:
    zone = claim.contract.project.time_zone
    return [
        {
            "label": moment.label,
            "note": ", ".join(
                part
                for part in (format_instant(moment.at, zone, locale) if moment.at else "", moment.by)
                if part
            ),
            "state": moment.state,
        }
        for moment in page.moments
    ]
