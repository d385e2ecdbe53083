"""Papers of something, for templates: ``{% load papers %}{% papers owner as found %}``."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse

from tallystick.claims.models import Claim
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_see_sov
from tallystick.documents.kinds import COMPANIONS, PAPERS
from tallystick.documents.policies import Owner
from tallystick.documents.queries import Papers, papers_of
from tallystick.documents.rendering import file_name
from tallystick.terms import text

register = template.Library()

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class PapersHere:
    """What ``documents/_papers.html`` shows."""

    papers: Papers
    is_claim: bool
    is_checking: bool
    own_name: str
    upload_url: str
    hint: str
    accept: str
    most_bytes: int
    most_words: str


@register.simple_tag(takes_context=True)
def papers(context: Context, owner: Owner) -> PapersHere:
    """The papers of a claim, a contract or a company that the page has loaded, for its reader."""
    is_claim = isinstance(owner, Claim)
    limit = f"{settings.UPLOAD_MAX_BYTES // MIB} MiB"
    found = papers_of(context["request"].actor, owner)
    return PapersHere(
        papers=found,
        is_claim=is_claim,
        is_checking=any(row.is_checking for row in found.rows),
        own_name=_own_name(context, owner),
        upload_url=upload_url(owner),
        hint=_hint(limit, is_claim),
        accept=",".join(f".{suffix}" for suffix in (*PAPERS, *COMPANIONS)),
        most_bytes=settings.UPLOAD_MAX_BYTES,
        most_words=limit,
    )


def _own_name(context: Context, owner: Owner) -> str:
    """The name of a claim's own PDF, where the reader may see the lines that it carries."""
    if isinstance(owner, Claim) and can_see_sov(context["request"].actor, owner.contract):
        return file_name(owner)
    return ""


def upload_url(owner: Owner) -> str:
    """Where files for ``owner`` are sent."""
    kind = "claim" if isinstance(owner, Claim) else "contract" if isinstance(owner, Contract) else "company"
    return reverse(f"{kind}-uploads", args=[owner.pk])


def _hint(limit: str, is_claim: bool) -> str:
    said = (
        "PDF, pictures, spreadsheets, documents, e-mail, drawings or .zip; "
        f"each up to {limit}, {settings.UPLOAD_MAX_FILES} at a time."
    )
    if is_claim:
        said += text(" PDFs and pictures become pages of {a claim_backup}; anything else is embedded in it.")
    return said
