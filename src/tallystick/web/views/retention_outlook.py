"""How a contract's next claims will hold retention, by its rules or by rules that are being tried (domain §6.6)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tallystick.claims.calc.preview import Outlook, Reached, Standing, Step, outlook
from tallystick.claims.models import Claim
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer
from tallystick.contracts.queries import sums_of
from tallystick.contracts.states import RetentionCap
from tallystick.core.money import format_money, format_percent
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.contracts.forms import RULE_LIMITS
from tallystick.web.contracts.outlook_chart import outlook_chart
from tallystick.web.contracts.outlook_form import OutlookQuery
from tallystick.web.contracts.pages import contract_page
from tallystick.web.request import PageRequest


@require_safe
def retention_outlook(request: PageRequest, contract_id: int) -> HttpResponse:
    """The outlook as a page; asked by htmx, or with ``fragment``, only what it says, for other pages to show."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    standing = _standing(found)
    asked = OutlookQuery(request.GET, found, standing)
    told = None if asked.problems else outlook(asked.terms, standing, asked.works)
    shown = {
        "contract": found,
        "currency": found.currency,
        "asked": asked,
        "standing": standing,
        "told": told,
        "steps": [_step(step, found.currency) for step in told.steps] if told else [],
        "says": _says(told, found.currency) if told else [],
        "chart": outlook_chart(told) if told else None,
        "rule_limits": RULE_LIMITS,
        "caps": RetentionCap.choices,
        "outlook_url": reverse("contract-retention-preview", args=[found.pk]),
    }
    if request.GET.get("fragment") or request.htmx:
        return render(request, "contracts/_outlook.html", shown)
    page = contract_page(request, found, "contract-retention")
    return render(request, "contracts/outlook.html", page | shown, status=422 if asked.problems else 200)


def _standing(contract: Contract) -> Standing:
    """Where the contract stands by its latest claim, unfinished ones counted: they hold before the next ones do."""
    sums = sums_of(contract)
    latest = Claim.objects.filter(contract=contract, deleted_at=None).order_by("-number").first()
    if latest is None:
        return Standing(sums.original_sum, sums.revised_sum)
    return Standing(sums.original_sum, sums.revised_sum, latest.completed_to_date, latest.total_retention)


def _step(step: Step, currency: str) -> dict[str, Any]:
    locale = current().locale.code
    rules = [
        f"{f'rule {part.rule}, ' if part.rule else ''}{format_percent(part.rate_bp)}: "
        f"{format_money(part.amount, currency, locale, symbol=False)}"
        for part in step.parts
    ]
    return {"step": step, "rules": "; ".join(rules)}


def _says(told: Outlook, currency: str) -> list[str]:
    """When each limit is reached, in a sentence each."""
    return [_reached(limit, currency) for limit in told.limits]


def _reached(limit: Reached, currency: str) -> str:
    def money(amount: int | None) -> str:
        return format_money(amount or 0, currency, current().locale.code)

    what = f"The limit of rule {limit.rule}" if limit.rule else "The cap"
    if limit.step is None:
        return f"{what}, {money(limit.limit)}, is not reached with this work."
    if limit.step == 0:
        return f"{what}, {money(limit.limit)}, is reached already."
    return text(
        "{what}, {limit}, is reached when {billed} is {bill:past} in all, on the {nth} of the next {claims}.",
        what=what,
        limit=money(limit.limit),
        billed=money(limit.billed),
        nth=_ordinal(limit.step),
    )


def _ordinal(number: int) -> str:
    teens = 10 <= number % 100 <= 20
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
