"""A contract's retention: its ledger, its statement for printing, and a claim that releases what is held."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.claims.policies import blocking_claim, can_create_claim, side_of
from tallystick.claims.retention.ledger import contract_ledger
from tallystick.claims.retention.project_ledger import standing_of
from tallystick.claims.retention.releasing import create_release_claim
from tallystick.claims.states import ClaimStatus, ClaimType, Side
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer
from tallystick.contracts.queries import with_sums
from tallystick.core.dates import format_range
from tallystick.core.errors import BadInput, Decision, Refused, refused
from tallystick.core.money import BASIS_POINTS, format_money
from tallystick.periods.models import BillingPeriod, PeriodStatus
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.contracts.pages import contract_page
from tallystick.web.contracts.retention_forms import ALL, AMOUNT, PERCENT, figure
from tallystick.web.contracts.retention_pages import ledger_figures, standing_text
from tallystick.web.forms import Form
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest


class ReleaseClaimForm(Form):
    """Which period's claim releases how much of what the contract holds."""

    period = forms.ChoiceField(label="Period")
    by = forms.ChoiceField(
        label="How much",
        choices=((ALL, "All that is held"), (PERCENT, "A percentage of it"), (AMOUNT, "An amount")),
        initial=ALL,
    )
    value = forms.CharField(
        label="Percentage or amount",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "is-money", "inputmode": "decimal", "autocomplete": "off"}),
    )
    is_final = forms.BooleanField(label="It is the last one of this contract", required=False)

    def __init__(self, *args: Any, periods: list[BillingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].label = current().cap("billing_period")
        self.fields["period"].choices = [(str(p.pk), named(p)) for p in periods]  # type: ignore[attr-defined]


def named(period: BillingPeriod) -> str:
    """A period as a choice: its days, and whether it is open."""
    state = "open" if period.status == PeriodStatus.OPEN else "closed"
    return f"{format_range(period.start, period.end, current().locale.code)} ({state})"


@require_http_methods(["GET", "HEAD", "POST"])
def contract_retention(request: PageRequest, contract_id: int) -> HttpResponse:
    """Every claim's movement of retention; a POST creates a claim that releases what is held."""
    found = load.contract_for(request, contract_id)
    ledger = contract_ledger(found)
    periods = _periods(request, found)
    may = may_release(request, found, periods, held=ledger.releasable)
    form = ReleaseClaimForm(request.POST or None, periods=periods)
    if request.method == "POST":
        side_may = can_create_claim(request.actor, found, periods[0] if periods else None, ClaimType.RELEASE)
        side_may.require()
        if form.is_valid() and (
            address := make_once(request, form, lambda: _release(request, found, form, periods))
        ):
            return redirect(address)
    page = contract_page(request, found, "contract-retention")
    only_certified = request.GET.get("show") == "certified"
    standing = standing_of(with_sums(Contract.objects.filter(pk=found.pk)).get(), ledger.held)
    page |= {
        "ledger": ledger,
        "rows": ledger.certified if only_certified else ledger.rows,
        "only_certified": only_certified,
        "shows": _shows(len(ledger.rows), len(ledger.certified), only_certified=only_certified),
        "figures": ledger_figures(ledger, found.currency),
        "standing": standing_text(standing, found.currency),
        "form": form,
        "may": may,
        "may_see_form": side_of(request.actor, found) is not None,
        "can_preview": bool(can_administer(request.actor, found)),
    }
    return render(request, "contracts/retention.html", page, status=form.status)


def _shows(everything: int, certified: int, *, only_certified: bool) -> list[dict[str, Any]]:
    return [
        {"label": text("All {claims}"), "count": everything, "url": "?", "current": not only_certified},
        {"label": "Certified", "count": certified, "url": "?show=certified", "current": only_certified},
    ]


def _periods(request: PageRequest, contract: Contract) -> list[BillingPeriod]:
    """An administrator's are all, the open one first; a contact's is the open one."""
    found = BillingPeriod.objects.filter(project=contract.project_id).order_by("-status", "-start")
    if side_of(request.actor, contract) is not Side.ADMIN:
        found = found.filter(status=PeriodStatus.OPEN)
    return list(found)


def may_release(
    request: PageRequest, contract: Contract, periods: list[BillingPeriod], *, held: int
) -> Decision:
    """Whether the reader can start a claim that releases what is held, for its button."""
    decision = can_create_claim(request.actor, contract, periods[0] if periods else None, ClaimType.RELEASE)
    blocking = blocking_claim(contract)
    if decision and blocking is not None:
        return refused(
            text(
                "{Claim:short} {number} of this contract is {status}. Release {retention} in it, or finish it first.",
                number=blocking.number,
                status=ClaimStatus(blocking.status).label,
            )
        )
    if decision and not held:
        return refused(text("No {retention} is held that could be released."))
    return decision


def _release(
    request: PageRequest, contract: Contract, form: ReleaseClaimForm, periods: list[BillingPeriod]
) -> str:
    typed = form.cleaned_data
    period = next(p for p in periods if str(p.pk) == typed["period"])
    amount = percent = None
    if typed["by"] == AMOUNT:
        amount = figure(typed["value"], "value", contract.currency)
        if amount <= 0:
            raise BadInput("Type an amount above 0.00.", {"value": "Type an amount above 0.00."})
    elif typed["by"] == PERCENT:
        percent = figure(typed["value"], "value", None)
    try:
        claim = create_release_claim(
            request.actor,
            contract,
            period,
            amount=amount,
            percent_bp=BASIS_POINTS if percent is None else percent,
            is_final=typed["is_final"],
        )
    except Refused as problem:
        raise BadInput(str(problem), {"period": str(problem)}) from problem
    released = format_money(claim.retention_released, contract.currency, current().locale.code)
    leave_notice(
        request,
        Notice(
            text(
                "{Claim:short} {number} is created, in Draft: it releases {released} of {retention}.",
                number=claim.number,
                released=released,
            )
        ),
    )
    return reverse("claim-retention", args=[claim.pk])


@require_safe
def contract_statement(request: PageRequest, contract_id: int) -> HttpResponse:
    """The ledger as a statement of the money held in trust: certified claims in their order, with a running balance."""
    found = load.contract_for(request, contract_id)
    ledger = contract_ledger(found)
    title = text("{Retention} statement")
    page = {
        "title": title,
        "contract": found,
        "project": found.project,
        "rows": [row for row in reversed(ledger.certified) if row.total.retained or row.total.released],
        "ledger": ledger,
        "crumbs": [
            {"label": found.project.name, "url": reverse("project", args=[found.project_id])},
            {"label": found.number, "url": reverse("contract-retention", args=[found.pk])},
            {"label": title, "url": ""},
        ],
    }
    return render(request, "contracts/retention_statement.html", page)
