"""Asking first: what holds a claim, such as being out for signature, is let go only after a yes to just that."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tallystick.claims.holds import holds_on
from tallystick.claims.models import Claim
from tallystick.web.claims.one import claim_context
from tallystick.web.request import PageRequest
from tallystick.web.views.ways import where_from

FIELD = "held"
_NOT_KEPT = frozenset({"csrfmiddlewaretoken", FIELD, "next"})


def token_in(request: PageRequest) -> str:
    """The yes that a form carries."""
    return request.POST.get(FIELD, "")[:400]


def ask_first(request: PageRequest, claim: Claim, back: str) -> HttpResponse:
    """Say what the change would void, and have it sent again with the yes. What was typed goes along."""
    holding = holds_on([claim]).get(claim.pk)
    if holding is None:
        return redirect(back)
    sent = [(name, value) for name, value in request.POST.items() if name not in _NOT_KEPT]
    # The answer to a form has no page of its own to come back to.
    sent.append(("next", where_from(request, back)))
    page = claim_context(request, claim, "claim") | {"holding": holding, "kept": sent, "back": back}
    return render(request, "claims/held.html", page, status=409)
