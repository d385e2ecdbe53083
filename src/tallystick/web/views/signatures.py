"""One request for signatures: what became of it, for those who see the claim."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tallystick.signing.models import Envelope
from tallystick.signing.queries import envelope_page
from tallystick.terms import current, text
from tallystick.web.load_signatures import envelope_for
from tallystick.web.request import PageRequest


@require_safe
def signature(request: PageRequest, envelope_key: UUID) -> HttpResponse:
    """Who is asked, how far each is, and what happened."""
    found = envelope_for(request, envelope_key)
    return render(request, "signatures/signature.html", frame_of(found) | {"page": envelope_page(found)})


def frame_of(envelope: Envelope) -> dict[str, Any]:
    """Title and way back."""
    claim = envelope.claim
    name = text("{contract} {claim:short} {n}", contract=claim.contract.number, n=claim.number)
    return {
        "title": text("Signature of {claim} {n}", n=claim.number),
        "crumbs": [
            {"label": current()("claims_tool"), "url": reverse("claims", args=[claim.contract.project_id])},
            {"label": name, "url": reverse("claim", args=[claim.pk])},
            {"label": "Signature", "url": ""},
        ],
        "envelope": envelope,
        "claim": claim,
        "contract": claim.contract,
        "project": claim.contract.project,
    }
