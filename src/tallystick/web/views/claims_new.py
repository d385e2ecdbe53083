"""Starting a claim: on one contract with its dates, or on several at once (R-CLAIM-1)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.claims.creation import create_claim
from tallystick.claims.listing.query import commitments_of, is_admin
from tallystick.claims.policies import blocking_claim, can_administer_claims, can_create_claim, side_of
from tallystick.claims.states import ClaimStatus, ClaimType, Side
from tallystick.contracts.models import Contract
from tallystick.contracts.states import CLAIMABLE, COMMITMENT_KINDS
from tallystick.core.dates import format_range
from tallystick.core.errors import BadInput, Refused, TallystickProblem
from tallystick.core.text import clipped
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod, PeriodStatus
from tallystick.periods.wording import type_label
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.listing import wanted_of
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.selection import chosen_contracts
from tallystick.web.forms import DayField, Form
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest
from tallystick.web.views.claims import check_sees_claims


class NewClaimForm(Form):
    """Contract, period, billing date, the claimant's reference; and going ahead in spite of an unfinished one."""

    contract = forms.ChoiceField(label="Contract")
    period = forms.ChoiceField(label="Period")
    billing_date = DayField(
        label="Billing date", required=False, help_text="Empty: the due day of the period."
    )
    reference = forms.CharField(
        label="Reference", required=False, max_length=60, help_text="The number on the paper that came in."
    )
    claim_type = forms.ChoiceField(label="What it holds", required=False, widget=forms.RadioSelect)
    is_final = forms.BooleanField(label="It is meant to be the last one of this contract", required=False)
    in_spite = forms.BooleanField(label="Create it anyway", required=False)

    def __init__(
        self,
        *args: Any,
        contracts: list[tuple[int, str]],
        periods: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].choices = [("", "Choose …"), *contracts]  # type: ignore[attr-defined]
        self.fields["period"].choices = periods  # type: ignore[attr-defined]
        self.fields["claim_type"].choices = [(kind.value, type_label(kind)) for kind in ClaimType]  # type: ignore[attr-defined]
        self.fields["claim_type"].initial = ClaimType.ALL.value
        self.fields["period"].label = current().cap("billing_period")


@require_http_methods(["GET", "HEAD", "POST"])
def claim_new(request: PageRequest, project_id: int) -> HttpResponse:
    """The form for a new claim; a POST creates it and leads to its grid."""
    project = load.project_for(request, project_id)
    check_sees_claims(request, project)
    claimable = _claimable(request, project)
    # Plain rows: a project may have thousands of contracts, and one of them is chosen.
    contracts = list(claimable.order_by("number").values_list("pk", "number", "company__name", "title"))
    periods = _periods(request, project)
    form = NewClaimForm(
        request.POST or None,
        initial=_initial(request, periods),
        contracts=[
            (pk, clipped(f"{number} {company}, {title}", 100)) for pk, number, company, title in contracts
        ],
        periods=[(period.pk, _named(period)) for period in periods],
    )
    blocking = None
    if request.method == "POST" and form.is_valid():
        contract = claimable.select_related("company", "project__account").get(
            pk=form.cleaned_data["contract"]
        )
        period = next(p for p in periods if str(p.pk) == form.cleaned_data["period"])
        if side_of(request.actor, contract) is Side.ADMIN and not form.cleaned_data["in_spite"]:
            blocking = blocking_claim(contract)
        address = make_once(request, form, lambda: _make(request, form, contract, period))
        if address:
            return redirect(address)
    title = text("New {claim}")
    page = {
        "title": title,
        "crumbs": _crumbs(project, title),
        "project": project,
        "form": form,
        "blocking": blocking,
        "blocking_label": ClaimStatus(blocking.status).label if blocking else "",
        "nothing": not contracts or not periods,
        "has_periods": bool(periods),
        "is_admin": bool(contracts) and is_admin(request.actor, project),
    }
    return render(request, "claims/new.html", page, status=form.status)


def _make(request: PageRequest, form: Form, contract: Contract, period: BillingPeriod) -> str:
    try:
        claim = create_claim(
            request.actor,
            contract,
            period,
            billing_date=form.cleaned_data["billing_date"],
            reference=form.cleaned_data["reference"],
            claim_type=ClaimType(form.cleaned_data["claim_type"] or ClaimType.ALL),
            is_final=form.cleaned_data["is_final"],
            in_spite_of_unfinished=form.cleaned_data["in_spite"],
        )
    except Refused as problem:
        raise BadInput(str(problem), {"contract": str(problem)}) from problem
    return reverse("claim-retention" if claim.claim_type == ClaimType.RELEASE else "claim", args=[claim.pk])


def _claimable(request: PageRequest, project: Project) -> QuerySet[Contract]:
    """Contracts on which the actor may claim: an administrator's all, a contact's own."""
    found: QuerySet[Contract] = commitments_of(request.actor, project).filter(
        status__in=CLAIMABLE, kind__in=COMMITMENT_KINDS
    )
    if not is_admin(request.actor, project):
        found = found.filter(
            claim_contacts__person__login_id=request.actor.login_id or 0,
            claim_contacts__person__is_active=True,
        )
    return found


def _periods(request: PageRequest, project: Project) -> list[BillingPeriod]:
    """An administrator's are all, the open one first; a contact's is the open one."""
    found = BillingPeriod.objects.filter(project=project)
    if not can_administer_claims(request.actor, project, "choose a period"):
        found = found.filter(status=PeriodStatus.OPEN)
    return list(found.order_by("-status", "-start"))


def _initial(request: PageRequest, periods: list[BillingPeriod]) -> dict[str, Any]:
    return {
        "contract": request.GET.get("contract", ""),
        "period": request.GET.get("period") or (periods[0].pk if periods else ""),
    }


def _named(period: BillingPeriod) -> str:
    state = "open" if period.status == PeriodStatus.OPEN else "closed"
    return f"{format_range(period.start, period.end, current().locale.code)} ({state})"


def _crumbs(project: Project, title: str) -> list[dict[str, str]]:
    return [
        {"label": project.name, "url": reverse("project", args=[project.pk])},
        {"label": current()("claims_tool"), "url": reverse("claims", args=[project.pk])},
        {"label": title, "url": ""},
    ]


@require_POST
def claim_batch(request: PageRequest, project_id: int) -> HttpResponse:
    """Create a claim on every selected contract that has none in the period; each answers for itself."""
    project = load.project_for(request, project_id)
    can_administer_claims(request.actor, project, text("create {claims} on several contracts")).require()
    wanted = wanted_of(project, request.POST)
    contracts = chosen_contracts(request, project, wanted)
    made, left = [], []
    for contract in contracts:
        name = f"{contract.number} {contract.company.name}"
        try:
            can_create_claim(request.actor, contract, wanted.period).require()
            claim = create_claim(request.actor, contract, wanted.period)
            made.append(text("{name}: {claim:short} {number} created.", name=name, number=claim.number))
        except TallystickProblem as problem:
            left.append(f"{name}: {problem}")
    if not contracts:
        notice = Notice(text("Choose contracts without {a claim} first: tick them in the list."), tone="info")
    elif not left:
        notice = Notice(text("{claims:n} created, in Draft.", n=len(made)), details=made)
    else:
        notice = Notice(
            text("{claims:n} created, {left} left out.", n=len(made), left=len(left)),
            tone="warn",
            details=left + made,
            summary="Which, and why",
        )
    leave_notice(request, notice)
    return redirect(reverse("claims", args=[project.pk]) + wanted.query())
