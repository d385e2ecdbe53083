"""The answer to a claim: its dates, what it would say, issuing it, its service, taking it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick.claims.models import Claim
from tallystick.contracts.policies import can_see_sov
from tallystick.core.dates import format_date
from tallystick.core.errors import BadInput, NotFound, Stale
from tallystick.core.ids import version_in
from tallystick.payment_schedules import actions
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.policies import can_administer, visible_to
from tallystick.payment_schedules.queries import SchedulePage, schedule_page
from tallystick.payment_schedules.states import PaperKind, ServiceMethod
from tallystick.terms import current, lazy_text, text
from tallystick.web import load
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.one import claim_context
from tallystick.web.claims.payment_schedule import first_address, page_of
from tallystick.web.forms import DayField, Form
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest
from tallystick.web.views.papers import give_stored

TAB = "claim-payment-schedule"


class IssueForm(Form):
    """How the paper is served, and what it says beside the lines."""

    service_method = forms.ChoiceField(label="How it is served", choices=ServiceMethod.choices)
    served_to = forms.CharField(
        label="To whom, and where", max_length=200, help_text="Such as a name and an e-mail address."
    )
    retention_reason = forms.CharField(
        label=lazy_text("Reason for {retention} beyond the contract’s rate"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Printed after the lines.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def claim_payment_schedule(request: PageRequest, claim_id: int) -> HttpResponse:
    """The tab; POST issues the paper of the ``kind`` that is named."""
    claim = load.claim_for(request, claim_id)
    if request.method == "POST":
        return _issue(request, claim)
    page = schedule_page(request.actor, claim)
    form = IssueForm(initial={"served_to": first_address(claim)}) if page.kinds else None
    return _show(request, claim, page, form)


def _issue(request: PageRequest, claim: Claim) -> HttpResponse:
    can_administer(request.actor, claim).require()
    kind = request.POST.get("kind", "")
    if kind not in PaperKind.values:
        raise BadInput("There is no such paper. Choose one of those offered.")
    form = IssueForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data

        def make() -> str:
            issued = actions.issue_payment_schedule(
                request.actor,
                claim,
                PaperKind(kind),
                service_method=ServiceMethod(typed["service_method"]),
                served_to=typed["served_to"],
                retention_reason=typed["retention_reason"],
                note=typed["note"],
                version=version_in(request.POST.get("version", "")),
            )
            said = f"The {current()(issued.kind)} is issued. Serve it, then record when."
            leave_notice(request, Notice(said))
            return reverse(TAB, args=[claim.pk]) + "#issued"

        if made := make_once(request, form, make):
            return redirect(made)
    claim = load.claim_for(request, claim.pk)
    return _show(request, claim, schedule_page(request.actor, claim), form)


def _show(request: PageRequest, claim: Claim, page: SchedulePage, form: IssueForm | None) -> HttpResponse:
    context: dict[str, Any] = claim_context(request, claim, TAB) | page_of(request, claim, page)
    context["form"] = form
    context["methods"] = ServiceMethod.choices
    bound = form is not None and form.is_bound
    return render(request, "payment_schedules/claim.html", context, status=422 if bound else 200)


class ReceiptForm(Form):
    """The day on which the claim arrived."""

    received_on = DayField(label="Received on")


@require_POST
def claim_receipt(request: PageRequest, claim_id: int) -> HttpResponse:
    """Set right the day on which the claim arrived."""
    claim = load.claim_for(request, claim_id)
    back = reverse(TAB, args=[claim.pk])
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        can_administer(request.actor, claim).require()
        messages.error(request, _problems(form))
        return redirect(back)
    try:
        claim = actions.set_received_on(
            request.actor,
            claim,
            form.cleaned_data["received_on"],
            version=version_in(request.POST.get("version", "")),
        )
    except (BadInput, Stale) as problem:
        messages.error(request, _whole(problem))
    else:
        day = format_date(form.cleaned_data["received_on"], current().locale.code)
        leave_notice(request, Notice(text("The {claim} counts as received on {day}.", day=day)))
    return redirect(back)


@require_safe
def file(request: PageRequest, schedule_id: int) -> HttpResponseBase:
    """The issued paper; withdrawn ones stay readable."""
    schedule = schedule_for(request, schedule_id)
    can_see_sov(request.actor, schedule.claim.contract).require()
    return give_stored(request, schedule.file, schedule.file_name)


class ServiceForm(Form):
    """When and how it reached the claimant."""

    served_on = DayField(label="Served on")
    service_method = forms.ChoiceField(label="How", choices=ServiceMethod.choices)
    served_to = forms.CharField(label="To", max_length=200)


@require_POST
def service(request: PageRequest, schedule_id: int) -> HttpResponse:
    """Record the service."""
    schedule = schedule_for(request, schedule_id)
    back = reverse(TAB, args=[schedule.claim_id]) + "#issued"
    form = ServiceForm(request.POST)
    if not form.is_valid():
        can_administer(request.actor, schedule.claim).require()
        messages.error(request, _problems(form))
        return redirect(back)
    typed = form.cleaned_data
    try:
        actions.record_service(
            request.actor,
            schedule,
            served_on=typed["served_on"],
            service_method=ServiceMethod(typed["service_method"]),
            served_to=typed["served_to"],
        )
    except BadInput as problem:
        messages.error(request, _whole(problem))
    else:
        leave_notice(request, Notice("The service is recorded."))
    return redirect(back)


@require_POST
def withdrawal(request: PageRequest, schedule_id: int) -> HttpResponse:
    """Take an issued paper back; the next one is its revision."""
    schedule = schedule_for(request, schedule_id)
    try:
        actions.withdraw_payment_schedule(
            request.actor, schedule, reason=request.POST.get("withdrawn_reason", "")
        )
    except BadInput as problem:
        messages.error(request, _whole(problem))
    else:
        leave_notice(
            request,
            Notice(
                f"The {current()(schedule.kind)} is withdrawn. Tell the claimant, and issue the next one."
            ),
        )
    return redirect(reverse(TAB, args=[schedule.claim_id]))


def _problems(form: Form) -> str:
    return " ".join(str(said) for texts in form.errors.values() for said in texts)


def _whole(problem: BadInput | Stale) -> str:
    told = list(problem.fields.values()) if isinstance(problem, BadInput) else []
    return " ".join([str(problem), *told])


def schedule_for(request: PageRequest, schedule_id: int) -> PaymentSchedule:
    """An issued paper of a claim that the actor may see."""
    schedule = (
        visible_to(request.actor)
        .select_related("file", "claim__contract__project__account", "claim__contract__company")
        .filter(pk=schedule_id)
        .first()
    )
    if schedule is None:
        raise NotFound(text("There is no such answer to {a claim} among those you may see."))
    load.enter_project(request, schedule.claim.contract.project)
    return schedule
