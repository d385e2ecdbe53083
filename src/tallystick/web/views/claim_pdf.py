"""A claim's own PDF, and the signed version that takes its place (R-COMPILE-6)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import BadInput
from tallystick.documents import actions
from tallystick.documents.kinds import too_large
from tallystick.documents.policies import can_store_signed
from tallystick.documents.rendering import claim_pdf
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.load.papers import signed_for
from tallystick.web.request import PageRequest
from tallystick.web.views.papers import give_stored, page_of
from tallystick.web.views.ways import where_from

FIELD = "file"


@require_safe
def pdf(request: PageRequest, claim_id: int) -> HttpResponseBase:
    """The signed version once there is one, else the application and certificate as the claim is now.

    Both carry the lines, so they are for those who may see them.
    """
    claim = load.claim_for(request, claim_id)
    can_see_sov(request.actor, claim.contract).require()
    stored, name = claim_pdf(claim.pk)
    return give_stored(request, stored, name)


@require_POST
def signed_version(request: PageRequest, claim_id: int) -> HttpResponse:
    """Store the signed version of a certified claim; one that was there before is withdrawn, not lost."""
    claim = load.claim_for(request, claim_id)
    can_store_signed(request.actor, claim).require()
    try:
        file = request.FILES.get(FIELD)
        if file is None:
            cut_off = getattr(request, "too_large", [])
            raise BadInput(
                too_large(cut_off[0], settings.UPLOAD_MAX_BYTES)
                if cut_off
                else "No file arrived. Choose the signed PDF, then press Store."
            )
        signed = actions.add_signed(
            request.actor, claim, name=file.name or "", size=file.size or 0, chunks=file.chunks(1 << 20)
        )
    except BadInput as problem:
        messages.error(request, str(problem))
    else:
        said = text(
            "{name} is now given out as this {claim}’s PDF, and goes into its {claim_backups}.",
            name=signed.name,
        )
        messages.success(request, said)
    return redirect(where_from(request, page_of(claim)) + "#signed")


@require_POST
def withdrawal(request: PageRequest, signed_id: int) -> HttpResponse:
    """Let the default PDF stand again in the signed version's place."""
    signed = signed_for(request, signed_id)
    actions.withdraw_signed(request.actor, signed)
    messages.success(
        request, text("{name} was withdrawn. The {claim}’s own PDF is given out again.", name=signed.name)
    )
    return redirect(where_from(request, page_of(signed.claim)) + "#signed")
