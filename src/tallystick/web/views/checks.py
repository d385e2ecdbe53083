"""Checks before submission: the panel of a claim."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tallystick.web import load
from tallystick.web.claims.checks import panel_of
from tallystick.web.request import PageRequest


@require_safe
def claim_checks(request: PageRequest, claim_id: int) -> HttpResponse:
    """What stands in the panel, for a page on which something was saved meanwhile."""
    found = load.claim_for(request, claim_id)
    panel = panel_of(request.actor, found)
    if panel is None:
        return HttpResponse()
    return render(request, "claims/_checks_inside.html", {"claim": found, "panel": panel})
