"""Claims on other rooms' pages: ``{% load claims %}``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template.context import Context

from tallystick.claims.models import Claim
from tallystick.claims.policies import can_create_claim, restorable_claim
from tallystick.contracts.models import Contract
from tallystick.core.dates import format_range
from tallystick.core.errors import Decision
from tallystick.periods.models import BillingPeriod
from tallystick.terms import current

register = template.Library()

SHOWN = 60


@register.simple_tag
def claims_of(contract: Contract) -> list[Claim]:
    """The contract's claims, the latest first. The page has loaded the contract for its reader."""
    found: Any = Claim.objects.filter(contract=contract, deleted_at=None).order_by("-number")
    return list(found[:SHOWN])


@register.simple_tag(takes_context=True)
def may_claim(context: Context, contract: Contract) -> Decision:
    """Whether the reader can start a claim on the contract now: for its button."""
    period = BillingPeriod.objects.filter(project=contract.project_id).order_by("-status", "-start").first()
    return can_create_claim(context["request"].actor, contract, period)


@register.simple_tag(takes_context=True)
def restorable(context: Context, contract: Contract) -> Claim | None:
    """The deleted draft that the reader can bring back."""
    return restorable_claim(context["request"].actor, contract)


@register.simple_tag
def date_range(start: date, end: date) -> str:
    """A range of days in the reader's language: ``1–31 Mar 2026``."""
    return format_range(start, end, current().locale.code)
