"""Checks of a claim for templates: ``{% load checks %}{% claim_checks claim as panel %}``."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.context import Context

from tallystick.claims.models import Claim, ClaimLine
from tallystick.web.claims.checks import Panel, panel_of

register = template.Library()


@register.simple_tag(takes_context=True)
def claim_checks(context: Context, claim: Claim, lines: Sequence[ClaimLine] | str = "") -> Panel | None:
    """What was found on the claim, for those who work on it; nothing for onlookers and certified claims.

    ``lines`` are those that the page has loaded anyhow; a page without any gives none.
    """
    return panel_of(context["request"].actor, claim, lines if lines and not isinstance(lines, str) else None)
