"""The document that goes out: the claim's own PDF, drawn once for the envelope and kept by its content."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict

from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED
from tallystick.claims.storage import lines_of
from tallystick.documents import papers
from tallystick.documents.claim_paper import paper_of
from tallystick.documents.examination import examine
from tallystick.documents.models import Attachment
from tallystick.documents.rendering import load_claim
from tallystick.documents.store import keep_bytes
from tallystick.documents.words import dictionary_of
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.registry import kind_named
from tallystick.signing.seam import Anchors
from tallystick.terms.context import use


def draw(envelope_id: int) -> str:
    """Make sure that the envelope has its document; gives the digest. A heavy step, safe to repeat.

    Empty where the claim was reopened meanwhile: then there is nothing to be signed.
    """
    envelope = Envelope.objects.select_related("document").get(pk=envelope_id)
    if envelope.document is not None:
        return str(envelope.document.sha256)
    claim = load_claim(envelope.claim_id)
    if not is_as_asked(envelope, claim):
        return ""
    signers: list[EnvelopeSigner] = []
    if kind_named(envelope.provider).capabilities.needs_anchors:
        signers = list(envelope.signers.all())
        _choose_anchor(envelope)
    attached = (
        Attachment.objects.filter(claim=claim, deleted_at=None)
        .order_by("position", "pk")
        .values_list("name", flat=True)
    )
    with use(dictionary_of(claim.contract.project)):
        paper = paper_of(claim, lines_of(claim), list(attached))
        drawn = papers.render_for_signing(paper, _places(envelope, signers))
    stored = keep_bytes(claim.contract.project.account, drawn.pdf, "application/pdf")
    examine(stored, envelope.document_name)
    Envelope.objects.filter(pk=envelope_id, document=None).update(
        document=stored, sign_spot=asdict(drawn.spot) if drawn.spot else None
    )
    return str(Envelope.objects.values_list("document__sha256", flat=True).get(pk=envelope_id))


def is_as_asked(envelope: Envelope, claim: Claim) -> bool:
    """Whether the claim still is what was to be signed."""
    return (
        claim.deleted_at is None and claim.revision == envelope.claim_revision and claim.status in CERTIFIED
    )


def _choose_anchor(envelope: Envelope) -> None:
    """Nobody can guess it: a line's description that held an anchor would attract the provider's field (esign §1.2)."""
    if not envelope.anchor:
        Envelope.objects.filter(pk=envelope.pk, anchor="").update(anchor=secrets.token_hex(6))
        envelope.refresh_from_db(fields=["anchor"])


def anchors_of(envelope: Envelope, signer: EnvelopeSigner) -> Anchors:
    """The texts that stand where this signer's fields belong; empty where the provider needs none."""
    if not envelope.anchor:
        return Anchors()
    end = f"{envelope.anchor}-{signer.pk}/"
    return Anchors(signature=f"/sig-{end}", name=f"/name-{end}", date=f"/date-{end}")


def _places(envelope: Envelope, signers: Sequence[EnvelopeSigner]) -> tuple[papers.SignPlace, ...]:
    return tuple(
        papers.SignPlace(
            name=signer.name,
            email=signer.email,
            signature=anchors.signature,
            name_anchor=anchors.name,
            date=anchors.date,
        )
        for signer in signers
        for anchors in [anchors_of(envelope, signer)]
    )
