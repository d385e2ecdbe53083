"""A claim's own PDF: made once for what it shows, and given out the same to everybody (R-COMPILE-6)."""

from tallystick.claims.facts import facts_in_force, with_facts
from tallystick.claims.models import Claim
from tallystick.claims.storage import lines_of
from tallystick.core.errors import NotFound
from tallystick.documents.actions import signed_version
from tallystick.documents.claim_paper import paper_of
from tallystick.documents.fingerprints import claim_fingerprint
from tallystick.documents.kinds import clean_name
from tallystick.documents.models import Attachment, ClaimDocument, StoredFile
from tallystick.documents.papers import render_claim
from tallystick.documents.store import keep_bytes
from tallystick.documents.words import dictionary_of
from tallystick.terms.context import text, use


def claim_pdf(claim_id: int) -> tuple[StoredFile, str]:
    """The file to give out for a claim and its name: the signed version once there is one, else the default.

    The caller has loaded the claim through what the actor may see.
    """
    claim = load_claim(claim_id)
    signed = signed_version(claim)
    if signed is not None:
        return signed.file, signed.name
    return default_pdf(claim), file_name(claim)


def load_claim(claim_id: int) -> Claim:
    """The claim with everything that its paper names."""
    claim = with_facts(Claim.objects.filter(pk=claim_id, deleted_at=None)).first()
    if claim is None:
        raise NotFound(text("This {claim} was deleted in the meantime."))
    return claim


def default_pdf(claim: Claim) -> StoredFile:
    """The claim's application and certificate, rendered unless that was done for the same content before.

    It is not prepared for splicing here: that is the worker's part, so that a page which gives out a PDF is quick.
    """
    attached = list(
        Attachment.objects.filter(claim=claim, deleted_at=None)
        .order_by("position", "pk")
        .values_list("name", flat=True)
    )
    fingerprint = claim_fingerprint(claim, facts_in_force(claim), attached)
    known = ClaimDocument.objects.filter(claim=claim, digest=fingerprint).select_related("file").first()
    if known is not None:
        return known.file
    with use(dictionary_of(claim.contract.project)):
        data = render_claim(paper_of(claim, lines_of(claim), attached))
    stored = keep_bytes(claim.contract.project.account, data, "application/pdf")
    ClaimDocument.objects.get_or_create(
        claim=claim, digest=fingerprint, defaults={"file": stored, "revision": claim.revision}
    )
    return stored


def file_name(claim: Claim) -> str:
    """What the downloaded PDF is called: ``Progress claim - SC-012 - 4.pdf``."""
    word = dictionary_of(claim.contract.project).cap("claim")
    revision = f" r{claim.revision}" if claim.revision else ""
    return clean_name(f"{word} - {claim.contract.number} - {claim.number}{revision}.pdf".replace("/", "-"))
