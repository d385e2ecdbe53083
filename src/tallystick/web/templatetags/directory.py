"""Insurance of a company at work: ``{% load directory %}{% insurance_of contract as insured %}``."""

from __future__ import annotations

from django import template
from django.template.context import Context

from tallystick.contracts.models import Contract
from tallystick.web.people.insurance import ContractInsurance, insurance_of_contract

register = template.Library()


@register.simple_tag(takes_context=True)
def insurance_of(context: Context, contract: Contract) -> ContractInsurance | None:
    """How the contract's company is insured, as the reader may know it."""
    return insurance_of_contract(context["request"].actor, contract)
