"""One claim: summary, papers, history, its details, and what moves it on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick.claims.creation import delete_claim, restore_claim
from tallystick.claims.details import LONGEST_REFERENCE, can_change_period, can_change_type, change_details
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.policies import can_edit_entries
from tallystick.claims.states import CERTIFIED, ClaimStatus, ClaimType
from tallystick.core.dates import format_range
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.core.ids import version_in
from tallystick.periods.models import BillingPeriod
from tallystick.periods.wording import type_label
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims_notice import Notice, leave_notice
from tallystick.web.claims_one import claim_context
from tallystick.web.forms import DayField, Form, problems_on
from tallystick.web.request import PageRequest
from tallystick.web.views.ways import where_from


@require_safe
def summary(request: PageRequest, claim_id: int) -> HttpResponse:
    """The nine lines and the box of variations."""
    found = load.claim_for(request, claim_id)
    return render(request, "claims/summary.html", claim_context(request, found, "claim-summary"))


@require_safe
def papers(request: PageRequest, claim_id: int) -> HttpResponse:
    """What is attached."""
    found = load.claim_for(request, claim_id)
    page = claim_context(request, found, "claim-papers")
    return render(request, "claims/papers.html", page | {"owner": found, "owner_kind": "claim"})


@require_POST
def status(request: PageRequest, claim_id: int) -> HttpResponse:
    """Take the claim to another status. Already there: nothing happens."""
    found = load.claim_for(request, claim_id)
    target = request.POST.get("target", "")
    if target not in ClaimStatus.values:
        raise BadInput(text("There is no such status. Choose one of those offered on the {claim}."))
    version = request.POST.get("version", "")
    back = reverse("claim", args=[found.pk])
    wanted = ClaimStatus(target)
    if found.status == wanted:
        return redirect(back)
    try:
        moved = move_claim(
            request.actor,
            found,
            wanted,
            reason=request.POST.get("reason", ""),
            version=version_in(version),
        )
    except (BadInput, Stale) as problem:
        messages.error(request, str(problem))
    else:
        was_certified = found.status in CERTIFIED
        leave_notice(request, Notice(_told(moved, wanted, was_certified=was_certified)))
    return redirect(where_from(request, back))


def _told(claim: Claim, target: ClaimStatus, *, was_certified: bool) -> str:
    if target is ClaimStatus.UNDER_REVIEW and was_certified:
        return text(
            "Reopened as revision {revision}. The {claim} is Under Review again.", revision=claim.revision
        )
    if target is ClaimStatus.UNDER_REVIEW:
        late = " It came after the due day and is marked Late." if claim.is_late else ""
        return text("Submitted. The {claim} is Under Review now.") + late
    if target is ClaimStatus.DRAFT and was_certified:
        return text(
            "Reopened as revision {revision}. The {claim} is in Draft again.", revision=claim.revision
        )
    return text("The {claim} is {status} now.", status=target.label)


@require_POST
def deletion(request: PageRequest, claim_id: int) -> HttpResponse:
    """Delete a draft; the next page offers to undo it."""
    found = load.claim_for(request, claim_id, deleted=True)
    back = reverse("claims", args=[found.contract.project_id])
    try:
        delete_claim(request.actor, found)
    except Refused:
        if found.deleted_at is None:
            raise
    leave_notice(
        request,
        Notice(
            text(
                "{Claim:short} {number} of {company} is deleted.",
                number=found.number,
                company=found.contract.company.name,
            ),
            undo_url=reverse("claim-restoration", args=[found.pk]),
        ),
    )
    return redirect(back)


@require_POST
def restoration(request: PageRequest, claim_id: int) -> HttpResponse:
    """Bring a deleted draft back."""
    found = load.claim_for(request, claim_id, deleted=True)
    restored = restore_claim(request.actor, found)
    leave_notice(
        request,
        Notice(
            text(
                "{Claim:short} {number} of {company} is back.",
                number=restored.number,
                company=found.contract.company.name,
            )
        ),
    )
    return redirect("claim", restored.pk)


class DetailsForm(Form):
    """Period, billing date, the claimant's reference, a comment."""

    period = forms.ChoiceField(label="Period", required=False)
    billing_date = DayField(label="Billing date")
    reference = forms.CharField(label="Reference", required=False, max_length=LONGEST_REFERENCE)
    comment = forms.CharField(
        label="Comment",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Printed on the paper.",
    )
    claim_type = forms.ChoiceField(label="What it holds", required=False, widget=forms.RadioSelect)
    is_final = forms.BooleanField(label="It is meant to be the last one of this contract", required=False)

    def __init__(self, *args: Any, periods: list[BillingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locale = current().locale.code
        named = [(period.pk, format_range(period.start, period.end, locale)) for period in periods]
        self.fields["period"].label = current().cap("billing_period")
        self.fields["period"].choices = [("", "Choose …"), *named]  # type: ignore[attr-defined]
        if not periods:
            del self.fields["period"]
        kinds = [(kind.value, type_label(kind)) for kind in ClaimType]
        self.fields["claim_type"].choices = kinds  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: PageRequest, claim_id: int) -> HttpResponse:
    """The claim's period, dates, reference and comment."""
    found = load.claim_for(request, claim_id)
    choose_period = can_change_period(request.actor, found)
    if not choose_period:
        can_edit_entries(request.actor, found).require()
    periods = (
        list(BillingPeriod.objects.filter(project=found.contract.project).order_by("-start"))
        if choose_period
        else []
    )
    form = DetailsForm(
        request.POST or None,
        periods=periods,
        initial={
            "period": found.period_id,
            "billing_date": found.billing_date,
            "reference": found.reference,
            "comment": found.comment,
            "claim_type": found.claim_type,
            "is_final": found.is_final,
        },
    )
    if not can_change_type(request.actor, found):
        del form.fields["claim_type"]
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        version = request.POST.get("version", "")
        with problems_on(form):
            change_details(
                request.actor,
                found,
                period=next((p for p in periods if str(p.pk) == typed.get("period", "")), None),
                billing_date=typed["billing_date"],
                reference=typed["reference"],
                comment=typed["comment"],
                is_final=typed["is_final"],
                claim_type=typed.get("claim_type") or None,
                version=version_in(version),
            )
            leave_notice(request, Notice("The details are saved."))
            return redirect("claim-summary", found.pk)
    page = claim_context(request, found, "claim-details")
    return render(request, "claims/details.html", page | {"form": form}, status=422 if form.is_bound else 200)
