"""Claims on other rooms' pages: ``{% load claims %}``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from tallystick.claims.models import Claim
from tallystick.contracts.models import Contract
from tallystick.core.dates import format_range
from tallystick.terms import current

register = template.Library()

SHOWN = 60


@register.simple_tag
def claims_of(contract: Contract) -> list[Claim]:
    """The contract's claims, the latest first. The page has loaded the contract for its reader."""
    found: Any = Claim.objects.filter(contract=contract, deleted_at=None).order_by("-number")
    return list(found[:SHOWN])


@register.simple_tag
def date_range(start: date, end: date) -> str:
    """A range of days in the reader's language: ``1–31 Mar 2026``."""
    return format_range(start, end, current().locale.code)
