"""One claim, completed in the provider's own pages: more documents, more people, their order (domain §9)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.core.errors import BadInput, Refused
from tallystick.signing.models import Envelope
from tallystick.signing.registry import provider_of
from tallystick.signing.requesting import request_signatures
from tallystick.signing.seam import ProviderProblem, ProviderRef
from tallystick.signing.states import LIVE
from tallystick.web import load
from tallystick.web.load.signatures import envelope_for
from tallystick.web.request import PageRequest
from tallystick.web.signatures.provider import own_page_of
from tallystick.web.views.docusign import leave

NOT_OPEN = "There is nothing to be completed or corrected for this one now. Load its page again."


@require_POST
def draft(request: PageRequest, claim_id: int) -> HttpResponse:
    """Have a draft of its envelope made, to be completed and sent by hand. Pressed twice it is one."""
    claim = load.claim_for(request, claim_id)
    try:
        request_signatures(request.actor, claim.contract.project, [claim.pk], as_draft=True)
    except (Refused, BadInput) as problem:
        messages.error(request, str(problem))
        return redirect("claim", claim.pk)
    made = Envelope.objects.filter(claim=claim, state__in=LIVE).order_by("-pk").first()
    return redirect("signature", made.key) if made else redirect("claim", claim.pk)


@require_POST
def provider_page(request: PageRequest, envelope_key: UUID) -> HttpResponse:
    """Go on in the provider's pages: their address is asked for now, and good for one visit."""
    envelope = envelope_for(request, envelope_key)
    page = own_page_of(request.actor, envelope)
    if page is None or not page.label:
        raise Refused(NOT_OPEN)
    here = reverse("signature", args=[envelope.key])
    try:
        url = provider_of(envelope).sender_url(ProviderRef(envelope.provider_ref), settings.PUBLIC_URL + here)
    except ProviderProblem as problem:
        messages.error(request, str(problem))
        return redirect(here)
    if url is None:
        messages.error(request, NOT_OPEN)
        return redirect(here)
    return leave(request, url, back=here)
