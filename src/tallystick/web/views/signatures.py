"""One request for signatures: what became of it, for those who see the claim; taking it back, and reminding."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tallystick.claims.policies import side_of
from tallystick.claims.states import Side
from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import BadInput, NotFound, Refused
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.policies import can_remind, can_sign, can_void
from tallystick.signing.queries import envelope_page
from tallystick.signing.registry import BUILTIN
from tallystick.signing.taking_back import LONGEST_REASON, remind, void
from tallystick.terms import current, text
from tallystick.web.forms import Form, problems_on
from tallystick.web.load.signatures import envelope_for
from tallystick.web.request import PageRequest
from tallystick.web.views.papers import give_stored


class VoidForm(Form):
    """Why a request is taken back."""

    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Those who were asked to sign read it.",
    )


@require_safe
def signature(request: PageRequest, envelope_key: UUID) -> HttpResponse:
    """Who is asked, how far each is, and what happened."""
    return _page(request, envelope_for(request, envelope_key), VoidForm())


def _page(request: PageRequest, found: Envelope, form: VoidForm, status: int = 200) -> HttpResponse:
    place = EnvelopeSigner.objects.filter(
        envelope=found, person__login_id=request.actor.login_id or 0, person__is_active=True
    ).first()
    if place is not None:
        place.envelope = found
    page = {
        "page": envelope_page(found),
        "form": form,
        "is_admin": side_of(request.actor, found.claim.contract) is Side.ADMIN,
        "can_void": can_void(request.actor, found),
        "can_remind": can_remind(request.actor, found),
        "may_sign": bool(place and found.provider == BUILTIN and can_sign(place)),
        "sees_document": bool(can_see_sov(request.actor, found.claim.contract))
        and found.document is not None,
    }
    return render(request, "signatures/signature.html", frame_of(found) | page, status=status)


@require_POST
def voiding(request: PageRequest, envelope_key: UUID) -> HttpResponse:
    """Take it back, with a reason."""
    found = _administered(request, envelope_key)
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            with problems_on(form):
                void(request.actor, found, form.cleaned_data["reason"])
                messages.success(request, "It is taken back. Those who were asked are told.")
                return redirect("signature", envelope_key)
        except Refused as problem:
            messages.error(request, str(problem))
            return redirect("signature", envelope_key)
    return _page(request, found, form, status=422)


def _administered(request: PageRequest, envelope_key: UUID) -> Envelope:
    found = envelope_for(request, envelope_key)
    if side_of(request.actor, found.claim.contract) is not Side.ADMIN:
        raise Refused("Only an administrator of the contract takes this back or reminds.")
    return found


@require_POST
def reminder(request: PageRequest, envelope_key: UUID) -> HttpResponse:
    """Ask those who have not signed once more."""
    found = _administered(request, envelope_key)
    try:
        remind(request.actor, found)
    except (Refused, BadInput) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Those who have not signed are reminded.")
    return redirect("signature", envelope_key)


@require_safe
def evidence(request: PageRequest, envelope_key: UUID) -> HttpResponseBase:
    """The evidence as it is embedded in the signed file, or the provider’s certificate where that is a file."""
    found = envelope_for(request, envelope_key)
    can_see_sov(request.actor, found.claim.contract).require()
    if found.evidence is not None:
        return give_stored(request, found.evidence, f"evidence-{found.key}.json")
    if found.certificate is not None:
        return give_stored(request, found.certificate, f"certificate-{found.key}.pdf")
    raise NotFound("There is no evidence yet: it is written when everybody has signed.")


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
