"""Reading and signing here, by whoever is asked (esign §5): opened, read, agreed to, signed or declined."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import NotFound, Refused
from tallystick.documents.page_pictures import picture_path
from tallystick.signing.builtin.answering import decline, open_document, sign
from tallystick.signing.builtin.consent import CURRENT
from tallystick.signing.collecting import signed_name
from tallystick.signing.models import EnvelopeSigner
from tallystick.signing.policies import can_sign
from tallystick.signing.registry import BUILTIN
from tallystick.signing.states import SignerState
from tallystick.web.downloads import give_out
from tallystick.web.forms import problems_on
from tallystick.web.load.signatures import envelope_for, place_for
from tallystick.web.request import PageRequest
from tallystick.web.signatures.pages import RefusalForm, SignForm, company_of, signing_context
from tallystick.web.signatures.proof import circumstances
from tallystick.web.views.papers import give_stored

NOT_ASKED = "Only those who are asked can sign this, and you are not among them."
ELSEWHERE = "This is signed in the pages of the provider that wrote to you, by the link in its e-mail."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signing(request: PageRequest, envelope_key: UUID) -> HttpResponse:
    """The cover, the document with the form to sign it, or how it ended. POST signs; GET changes nothing."""
    place = place_for(request, envelope_key)
    if place is None or place.envelope.provider != BUILTIN:
        messages.info(request, NOT_ASKED if place is None else ELSEWHERE)
        return redirect("signature", envelope_key)
    if request.method != "POST":
        return _page(request, place)
    form = SignForm(request.POST, company=company_of(place))
    if form.is_valid():
        # The page says itself why nothing is to be signed any more.
        with suppress(Refused), problems_on(form):
            _sign(request, place, form)
        if form.is_valid():
            return redirect("signature-signing", envelope_key)
    return _page(request, place, form=form, status=422)


def _sign(request: PageRequest, place: EnvelopeSigner, form: SignForm) -> None:
    strokes = form.drawn()
    sign(
        request.actor,
        place.envelope,
        circumstances(request),
        reading=form.reading,
        consent=CURRENT if form.cleaned_data["consent"] else "",
        written_name="" if strokes else form.cleaned_data["written_name"],
        strokes=strokes,
    )


def _page(
    request: PageRequest,
    place: EnvelopeSigner,
    *,
    form: SignForm | None = None,
    refusal: RefusalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(request, "signatures/sign.html", signing_context(place, form, refusal), status=status)


@require_POST
def opening(request: PageRequest, envelope_key: UUID) -> HttpResponse:
    """Open the document: from now on it is known that it was. Again: nothing more."""
    place = _own_place(request, envelope_key)
    with suppress(Refused):
        open_document(request.actor, place.envelope, circumstances(request))
    return redirect("signature-signing", envelope_key)


@require_POST
def refusal(request: PageRequest, envelope_key: UUID) -> HttpResponse:
    """Decline to sign, with a reason."""
    place = _own_place(request, envelope_key)
    form = RefusalForm(request.POST)
    if form.is_valid():
        with suppress(Refused), problems_on(form):
            why = form.cleaned_data["reason"]
            decline(request.actor, place.envelope, circumstances(request), reason=why)
            messages.success(
                request, f"You declined to sign. {place.envelope.requested_by_name} is told why."
            )
        if form.is_valid():
            return redirect("signature-signing", envelope_key)
    return _page(request, place, refusal=form, status=422)


def _own_place(request: PageRequest, envelope_key: UUID) -> EnvelopeSigner:
    place = place_for(request, envelope_key)
    if place is None:
        raise Refused(NOT_ASKED)
    if place.envelope.provider != BUILTIN:
        raise Refused(ELSEWHERE)
    return place


@require_safe
def page_picture(request: PageRequest, envelope_key: UUID, page_number: int) -> HttpResponseBase:
    """A page of the document as a picture, for those who are asked to sign it."""
    place = place_for(request, envelope_key)
    document = place.envelope.document if place and can_sign(place) else None
    path = picture_path(document, page_number) if document else None
    if path is None or document is None:
        raise NotFound("There is no such page to be read by you.")
    return give_out(
        request,
        path,
        name=f"{page_number}.png",
        media_type="image/png",
        digest=f"page-{page_number}-{document.sha256}",
        inline=True,
        cache="private, max-age=3600",
    )


@require_safe
def document(request: PageRequest, envelope_key: UUID) -> HttpResponseBase:
    """The document: as it is to be signed, and the signed file once there is one. Whoever signed can always have it;
    everybody else by what they may see."""
    place = place_for(request, envelope_key)
    if place is not None and (place.state == SignerState.SIGNED or can_sign(place)):
        envelope = place.envelope
    else:
        envelope = envelope_for(request, envelope_key)
        can_see_sov(request.actor, envelope.claim.contract).require()
    stored = envelope.signed_file or envelope.document
    if stored is None:
        raise NotFound("The document is not drawn yet. Try again in a moment.")
    name = envelope.document_name or "Document.pdf"
    return give_stored(request, stored, signed_name(envelope) if envelope.signed_file else name)
