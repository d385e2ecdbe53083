"""Fetching what everybody signed, and putting it in the default PDF's place (R-COMPILE-6).

An envelope is completed when its signed file is here, opens, and is stored by its content; not before.
"""

from __future__ import annotations

import logging

from django.db import transaction

from tallystick.claims.storage import lock_claim, record_on
from tallystick.core import clock
from tallystick.core.errors import NotFound
from tallystick.core.text import join_and
from tallystick.documents.actions import store_signed_by
from tallystick.documents.examination import examine
from tallystick.documents.kinds import clean_name
from tallystick.documents.models import StoredFile
from tallystick.documents.store import keep_bytes
from tallystick.documents.words import dictionary_of
from tallystick.signing.drawing import is_as_asked
from tallystick.signing.evidence import note
from tallystick.signing.mail import tell_completed
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.registry import provider_of
from tallystick.signing.seam import ProviderProblem, ProviderRef, SignedArtifacts
from tallystick.signing.sending import PAUSES
from tallystick.signing.settling import by_provider
from tallystick.signing.states import LIVE, EnvelopeState, SignerState
from tallystick.signing.taking import give_back, lock, take

logger = logging.getLogger("tallystick.signing")

UNREADABLE = "The signed file could not be opened as a PDF. It is fetched again."


def collect_waiting() -> int:
    """Complete the envelopes that everybody has signed; how many. A chore of every worker."""
    waiting = Envelope.objects.filter(
        all_signed_at__isnull=False, state__in=LIVE, next_try_at__lte=clock.now()
    )
    ids = waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:50]
    return sum(collect_one(envelope_id) for envelope_id in ids)


def collect_one(envelope_id: int) -> bool:
    """Fetch, check and store what was signed; whether the envelope is completed now. Safe to repeat."""
    envelope = take(envelope_id)
    if envelope is None:
        return False
    try:
        if not envelope.is_live or envelope.all_signed_at is None:
            return False
        problem = _collect(envelope)
        if problem:
            _later(envelope, problem)
        return not problem
    finally:
        give_back(envelope)


def _collect(envelope: Envelope) -> str:
    """Empty when it is completed; else why it is not yet, as a sentence."""
    try:
        signed = provider_of(envelope).download(ProviderRef(envelope.provider_ref))
    except ProviderProblem as problem:
        return str(problem)
    except Exception:
        logger.exception("the signed file of envelope %s could not be fetched", envelope.pk)
        return "Fetching the signed file broke off. It is fetched again."
    if not signed.pdf.startswith(b"%PDF-"):
        return UNREADABLE
    stored = _keep(envelope, signed.pdf, "application/pdf")
    if not examine(stored, envelope.document_name).merged:
        return UNREADABLE
    _complete(envelope, stored, signed)
    return ""


def _keep(envelope: Envelope, data: bytes, media_type: str) -> StoredFile:
    return keep_bytes(envelope.claim.contract.project.account, data, media_type)


@transaction.atomic
def _complete(taken: Envelope, stored: StoredFile, signed: SignedArtifacts) -> None:
    """Claim first, then envelope: the order in which everybody locks the two."""
    try:
        claim = lock_claim(taken.claim_id)
    except NotFound:
        claim = None
    envelope = lock(taken.pk)
    if not envelope.is_live or envelope.taken_by != taken.taken_by:
        return
    envelope.signed_file = stored
    envelope.certificate = (
        _keep(envelope, signed.certificate, "application/pdf") if signed.certificate else None
    )
    envelope.evidence = _keep(envelope, signed.evidence, "application/json") if signed.evidence else None
    envelope.state = EnvelopeState.COMPLETED
    envelope.ended_at = clock.now()
    envelope.next_try_at = envelope.fetch_at = None
    envelope.reason = ""
    names = join_and(
        [signer.name for signer in EnvelopeSigner.objects.filter(envelope=envelope, state=SignerState.SIGNED)]
    )
    if claim is not None and is_as_asked(envelope, claim):
        store_signed_by(by_provider(envelope), claim, stored, signed_name(envelope))
    else:
        envelope.reason = dictionary_of(envelope.claim.contract.project).text(
            "It was signed before it could be taken back. The {claim} has changed since, so its own PDF stands."
        )
    envelope.save()
    note(
        envelope,
        "completed",
        document=envelope.document.sha256 if envelope.document else "",
        signed=stored.sha256,
    )
    record_on(by_provider(envelope), "signature.completed", envelope.claim, names=names or "everybody")
    tell_completed(envelope)


def signed_name(envelope: Envelope) -> str:
    """``Progress claim - SC-012 - 4 (signed).pdf``."""
    stem = envelope.document_name.removesuffix(".pdf")
    return clean_name(f"{stem} (signed).pdf")


@transaction.atomic
def _later(taken: Envelope, problem: str) -> None:
    """It is tried for as long as it takes: what was signed must not be lost."""
    envelope = lock(taken.pk)
    if not envelope.is_live or envelope.taken_by != taken.taken_by:
        return
    logger.warning("envelope %s is signed but not stored yet: %s", envelope.pk, problem)
    envelope.tries += 1
    envelope.next_try_at = clock.now() + PAUSES[min(envelope.tries, len(PAUSES)) - 1]
    envelope.reason = problem
    envelope.save(update_fields=["tries", "next_try_at", "reason"])
    if envelope.tries == 1:
        note(envelope, "storing_failed", why=problem)
