"""What a claim says about itself: period, dates, reference, comment, and the account's own fields."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick.claims.details import (
    LONGEST_REFERENCE,
    MoreDetails,
    can_change_payment_date,
    can_change_period,
    can_change_type,
    change_details,
)
from tallystick.claims.fields import USUAL, FieldRule, asked_custom_fields, rule_of
from tallystick.claims.holds import Held
from tallystick.claims.models import Claim, CustomField, CustomKind
from tallystick.claims.policies import can_edit_entries, side_of
from tallystick.claims.states import ClaimType, Side
from tallystick.core.dates import format_range
from tallystick.core.ids import version_in
from tallystick.periods.models import BillingPeriod
from tallystick.periods.wording import type_label
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.held import ask_first, token_in
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.one import claim_context
from tallystick.web.forms import DayField, Form, problems_on
from tallystick.web.request import PageRequest

_DATES = ("period_start", "period_end", "submitted_on", "payment_date")


class DetailsForm(Form):
    """Period, dates, the claimant's reference, a comment; as far as the project asks for them."""

    period = forms.ChoiceField(label="Period", required=False)
    billing_date = DayField(label="Billing date")
    reference = forms.CharField(label="Reference", required=False, max_length=LONGEST_REFERENCE)
    period_start = DayField(label="From", required=False)
    period_end = DayField(label="To", required=False)
    submitted_on = DayField(label="Date on the paper", required=False)
    payment_date = DayField(label="Payment date", required=False)
    comment = forms.CharField(
        label="Comment",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Printed on the paper.",
    )
    claim_type = forms.ChoiceField(label="What it holds", required=False, widget=forms.RadioSelect)
    is_final = forms.BooleanField(label="It is meant to be the last one of this contract", required=False)

    def __init__(
        self, *args: Any, claim: Claim, periods: list[BillingPeriod], is_admin: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        locale, project = current().locale.code, claim.contract.project
        named = [(period.pk, format_range(period.start, period.end, locale)) for period in periods]
        self.fields["period"].label = current().cap("billing_period")
        self.fields["period"].choices = [("", "Choose …"), *named]  # type: ignore[attr-defined]
        if not periods:
            del self.fields["period"]
        kinds = [(kind.value, type_label(kind)) for kind in ClaimType]
        self.fields["claim_type"].choices = kinds  # type: ignore[attr-defined]
        for one in USUAL:
            if one.name not in self.fields:
                continue
            rule = rule_of(project, one.name)
            if rule is FieldRule.HIDDEN or (one.is_of_admin and not is_admin):
                del self.fields[one.name]
            else:
                self.fields[one.name].label = text(one.label)
                self.fields[one.name].required = rule is FieldRule.REQUIRED
                self.add_field(one.name, self.fields[one.name])
        asked = asked_custom_fields(project)
        self.custom = [field for field, _ in asked]
        for field, rule in asked:
            made = _field_of(field, claim.custom.get(str(field.pk), ""))
            made.required = rule is FieldRule.REQUIRED
            made.initial = claim.custom.get(str(field.pk), "")
            self.add_field(field.name, made)

    @property
    def own(self) -> list[Any]:
        """The account's own fields, bound."""
        return [self[field.name] for field in self.custom if field.name in self.fields]

    def more(self, claim: Claim) -> MoreDetails:
        """What was typed into those; what is not asked for stays as the claim has it."""
        typed = self.cleaned_data
        return MoreDetails(
            **{name: typed[name] if name in self.fields else getattr(claim, name) for name in _DATES},
            custom={
                field.pk: _as_kept(typed[field.name])
                if field.name in self.fields
                else claim.custom.get(str(field.pk), "")
                for field in self.custom
            },
        )


def _field_of(field: CustomField, held: str) -> forms.Field:
    """What a field of that kind is typed into; a choice that is no longer offered stays while it is held."""
    if field.kind == CustomKind.DATE:
        return DayField(label=field.label)
    if field.kind == CustomKind.CHOICE:
        offered = [*field.choices, *([held] if held and held not in field.choices else [])]
        return forms.ChoiceField(
            label=field.label, choices=[("", "Choose …"), *((one, one) for one in offered)]
        )
    if field.kind == CustomKind.YES_NO:
        return forms.ChoiceField(label=field.label, choices=[("", "Choose …"), ("yes", "Yes"), ("no", "No")])
    mode = {"inputmode": "decimal"} if field.kind == CustomKind.NUMBER else {}
    return forms.CharField(label=field.label, max_length=500, widget=forms.TextInput(attrs=mode))


def _as_kept(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: PageRequest, claim_id: int) -> HttpResponse:
    """The claim's period, dates, reference and comment."""
    found = load.claim_for(request, claim_id)
    choose_period, typing = can_change_period(request.actor, found), can_edit_entries(request.actor, found)
    if not choose_period and not can_change_payment_date(request.actor, found):
        typing.require()
    periods = (
        list(BillingPeriod.objects.filter(project=found.contract.project).order_by("-start"))
        if choose_period
        else []
    )
    names = ("billing_date", "reference", "comment", "claim_type", "is_final", *_DATES)
    form = DetailsForm(
        request.POST or None,
        claim=found,
        periods=periods,
        is_admin=side_of(request.actor, found.contract) is Side.ADMIN,
        initial={"period": found.period_id, **{name: getattr(found, name) for name in names}},
    )
    if not can_change_type(request.actor, found):
        del form.fields["claim_type"]
    if not typing:
        # A page from before it was final may still send the rest: the action says that it is final.
        kept = {"period", "payment_date", *request.POST}
        for name in [name for name in form.fields if name not in kept]:
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        with suppress(Held), problems_on(form):
            change_details(
                request.actor,
                found,
                period=next((p for p in periods if str(p.pk) == typed.get("period", "")), None),
                billing_date=typed.get("billing_date") or found.billing_date,
                reference=typed.get("reference", found.reference),
                comment=typed.get("comment", found.comment),
                is_final=typed.get("is_final"),
                claim_type=typed.get("claim_type") or None,
                more=form.more(found),
                version=version_in(request.POST.get("version", "")),
                in_spite_of_holds=token_in(request),
            )
            leave_notice(request, Notice("The details are saved."))
            return redirect("claim-summary", found.pk)
        if form.is_valid():
            return ask_first(request, found, reverse("claim-summary", args=[found.pk]))
    page = claim_context(request, found, "claim-details") | {"form": form, "why_not": typing.reason}
    return render(request, "claims/details.html", page, status=form.status)
