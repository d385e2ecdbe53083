"""What can be done in a provider's own pages: ``{% load signatures %}{% preparing_of claim as preparing %}``."""

from __future__ import annotations

from django import template
from django.template.context import Context

from tallystick.claims.models import Claim
from tallystick.signing.models import Envelope
from tallystick.web.signatures.provider import OwnPage, Preparing, own_page_of, preparing

register = template.Library()


@register.simple_tag(takes_context=True)
def preparing_of(context: Context, claim: Claim) -> Preparing | None:
    """Whether the claim can be prepared there; nothing where its provider has no such page."""
    return preparing(context["request"].actor, claim)


@register.simple_tag(takes_context=True)
def provider_page_of(context: Context, envelope: Envelope) -> OwnPage | None:
    """What its own pages are good for just now; nothing for whoever can't go there."""
    return own_page_of(context["request"].actor, envelope)
