"""A claim's paper of an earlier day: as it stood then, and of a revision that was certified before it was reopened."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from tallystick.claims.as_at import EarlierRevision, claim_at_end_of, claim_before
from tallystick.claims.facts import facts_in_force
from tallystick.claims.models import Claim
from tallystick.core.dates import due_moment
from tallystick.core.errors import NotFound
from tallystick.documents.claim_paper import claim_paper_at, paper_of
from tallystick.documents.fingerprints import claim_fingerprint
from tallystick.documents.kinds import clean_name
from tallystick.documents.models import Attachment, ClaimDocument, SignedDocument, StoredFile
from tallystick.documents.papers import render_claim
from tallystick.documents.rendering import file_name, load_claim
from tallystick.documents.store import keep_bytes
from tallystick.documents.words import dictionary_of
from tallystick.terms.context import use


def pdf_at_end_of(claim: Claim, day: date) -> tuple[bytes, str]:
    """The paper as it was when ``day`` was over, marked so on every page, and its file name. It is not kept.

    The caller has loaded the claim through what the actor may see. Raises ``BadInput`` where it did not exist yet.
    """
    loaded = load_claim(claim.pk)
    was, lines = claim_at_end_of(loaded, day)
    attached = _attached(claim, due_moment(day, loaded.contract.project.time_zone))
    with use(dictionary_of(loaded.contract.project)):
        data = render_claim(claim_paper_at(was, lines, attached, on=day))
    name = file_name(was).removesuffix(".pdf")
    return data, clean_name(f"{name} - as at {day.isoformat()}.pdf")


def revision_pdf(claim: Claim, earlier: EarlierRevision) -> tuple[StoredFile, str]:
    """The certificate of an earlier revision and its name: the version that was signed, else what was given out then.

    Where nobody had fetched it while it was in force it is made now from what stood then, to the same bytes.
    """
    signed = (
        SignedDocument.objects.filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gt=earlier.reopened_at),
            claim=claim,
            revision=earlier.revision,
        )
        .select_related("file")
        .order_by("-stored_at", "-pk")
        .first()
    )
    if signed is not None:
        return signed.file, signed.name
    was, lines = claim_before(load_claim(claim.pk), earlier.change)
    attached = _attached(claim, earlier.reopened_at)
    digest = claim_fingerprint(was, facts_in_force(was), attached)
    known = ClaimDocument.objects.filter(claim_id=claim.pk, digest=digest).select_related("file").first()
    if known is not None:
        return known.file, file_name(was)
    with use(dictionary_of(was.contract.project)):
        data = render_claim(paper_of(was, lines, attached))
    stored = keep_bytes(was.contract.project.account, data, "application/pdf")
    ClaimDocument.objects.get_or_create(
        claim_id=claim.pk, digest=digest, defaults={"file": stored, "revision": earlier.revision}
    )
    return stored, file_name(was)


def revision_of(revisions: list[EarlierRevision], number: int) -> EarlierRevision:
    """The revision of this number. Raises ``NotFound``."""
    for earlier in revisions:
        if earlier.revision == number:
            return earlier
    raise NotFound("There is no such earlier revision.")


def _attached(claim: Claim, moment: datetime) -> list[str]:
    """Names of the papers that were on the claim, in their order."""
    there = Q(deleted_at=None) | Q(deleted_at__gt=moment)
    found = Attachment.objects.filter(there, claim_id=claim.pk, uploaded_at__lte=moment)
    return list(found.order_by("position", "pk").values_list("name", flat=True))
