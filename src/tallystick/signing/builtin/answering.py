"""A signer opens, signs or declines, here. Each step is evidence, and is settled like what any provider tells."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.core import clock
from tallystick.core.errors import BadInput, NotFound
from tallystick.documents.examination import result_of
from tallystick.signing import settling
from tallystick.signing.builtin.consent import consent_digest, is_known
from tallystick.signing.builtin.handwriting import Strokes
from tallystick.signing.builtin.models import BuiltinSigner
from tallystick.signing.builtin.snapshots import snapshot_of
from tallystick.signing.evidence import note
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.policies import can_sign
from tallystick.signing.registry import BUILTIN
from tallystick.signing.states import SignerState
from tallystick.signing.taking import lock

LONGEST_REASON = 1_000
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Circumstances:
    """From where somebody acts, and how they had proved who they are; kept as evidence.

    ``proof`` says how this session was begun: by which means, when, and for a mailed code which message carried it.
    """

    address: str = ""
    browser: str = ""
    proof: dict[str, Any] = field(default_factory=dict)

    def as_facts(self) -> dict[str, Any]:
        """As evidence holds it."""
        return {"address": self.address[:60], "browser": self.browser[:300], "proof": self.proof}


@dataclass(frozen=True, slots=True)
class Reading:
    """How the whole document was read: pages that stood on the screen, or the reader's word for it."""

    pages_shown: Collection[int] = ()
    confirmed: bool = False


def place_of(actor: Actor, envelope: Envelope) -> EnvelopeSigner | None:
    """The actor's own place among the signers; None: they are not asked to sign this."""
    if actor.login_id is None:
        return None
    return (
        EnvelopeSigner.objects.filter(envelope=envelope, person__login_id=actor.login_id)
        .select_related("person__company", "builtin")
        .first()
    )


def pages_of(envelope: Envelope) -> int:
    """How many pages the document has."""
    found = result_of(envelope.document) if envelope.document else None
    return found.page_count if found else 0


@transaction.atomic
def open_document(actor: Actor, envelope: Envelope, where: Circumstances) -> None:
    """The signer opens the document to read it. Opening again changes nothing."""
    envelope, signer, here = _mine(actor, envelope)
    can_sign(signer).require()
    if here.opened_at is None:
        here.opened_at = clock.now()
        here.save(update_fields=["opened_at"])
        note(envelope, "opened", name=signer.name, email=signer.email, **where.as_facts())
        settling.settle(envelope.pk, snapshot_of(envelope, {signer.pk: SignerState.VIEWED}))


@transaction.atomic
def sign(
    actor: Actor,
    envelope: Envelope,
    where: Circumstances,
    *,
    reading: Reading,
    consent: str,
    written_name: str = "",
    strokes: Strokes | None = None,
) -> None:
    """Sign. Having signed already is no problem and changes nothing. Raises ``Refused``, ``BadInput``."""
    envelope, signer, here = _mine(actor, envelope)
    if signer.state == SignerState.SIGNED:
        return
    can_sign(signer).require()
    name = " ".join(written_name.split())
    _check(envelope, here, reading=reading, consent=consent, name=name, strokes=strokes)
    company = _company(signer)
    here.consent_version = consent
    here.written_name = name
    here.strokes = strokes
    here.answered_from = where.as_facts()
    here.save()
    read = {"pages_shown": sorted(set(reading.pages_shown))} if reading.pages_shown else {"confirmed": True}
    note(envelope, "read", name=signer.name, email=signer.email, pages=pages_of(envelope), **read)
    note(
        envelope,
        "consented",
        name=signer.name,
        email=signer.email,
        version=consent,
        sha256=consent_digest(consent, company),
    )
    note(
        envelope,
        "signed",
        name=signer.name,
        email=signer.email,
        company=company,
        document=envelope.document.sha256 if envelope.document else "",
        signature={"typed": name} if name else {"drawn_sha256": strokes_digest(strokes or [])},
        **where.as_facts(),
    )
    settling.settle(envelope.pk, snapshot_of(envelope, {signer.pk: SignerState.SIGNED}))


@transaction.atomic
def decline(actor: Actor, envelope: Envelope, where: Circumstances, *, reason: str) -> None:
    """Decline to sign, with a reason; whoever asked is told. Having declined already changes nothing."""
    envelope, signer, here = _mine(actor, envelope)
    if signer.state == SignerState.DECLINED:
        return
    can_sign(signer).require()
    said = reason.strip()
    if not said:
        raise BadInput("Say why you don't sign: whoever asked needs to know.", {"reason": "Type the reason."})
    if len(said) > LONGEST_REASON:
        raise BadInput(
            f"The reason is longer than {LONGEST_REASON:,} characters. Shorten it.", {"reason": "Shorten it."}
        )
    here.answered_from = where.as_facts()
    here.save(update_fields=["answered_from"])
    note(envelope, "declining", name=signer.name, email=signer.email, reason=said, **where.as_facts())
    settling.settle(envelope.pk, snapshot_of(envelope, {signer.pk: SignerState.DECLINED}, reason=said))


def _mine(actor: Actor, envelope: Envelope) -> tuple[Envelope, EnvelopeSigner, BuiltinSigner]:
    """The envelope held, the actor's place in it, and what is known of them here."""
    held = lock(envelope.pk)
    signer = place_of(actor, held)
    if signer is None or held.provider != BUILTIN:
        raise NotFound("You are not asked to sign this.")
    signer.envelope = held
    here = BuiltinSigner.objects.filter(signer=signer).first()
    if here is None:
        can_sign(signer).require()
        raise NotFound("This is not out for signature yet. Try again in a moment.")
    return held, signer, here


def _check(
    envelope: Envelope,
    here: BuiltinSigner,
    *,
    reading: Reading,
    consent: str,
    name: str,
    strokes: Strokes | None,
) -> None:
    if here.opened_at is None:
        raise BadInput("Open the document and read it before you sign.", {"read": "Read the document first."})
    everything = set(range(1, pages_of(envelope) + 1))
    if not reading.confirmed and not everything <= set(reading.pages_shown):
        raise BadInput(
            "Go through every page before you sign, or confirm that you have read the whole document as PDF.",
            {"read": "Go through every page, or confirm that you have read it all."},
        )
    if not is_known(consent):
        raise BadInput(
            "Tick that you agree to sign electronically. If you would rather not, decline and say so.",
            {"consent": "Tick the box to agree, or decline."},
        )
    if not name and not strokes:
        raise BadInput("Type your name or draw your signature.", {"signature": "Type your name, or draw."})
    if len(name) > LONGEST_NAME:
        raise BadInput(f"The name is longer than {LONGEST_NAME} characters.", {"signature": "Shorten it."})


def _company(signer: EnvelopeSigner) -> str:
    return signer.person.company.name if signer.person else ""


def strokes_digest(strokes: Strokes) -> str:
    """The sha256 of a drawn signature."""
    return hashlib.sha256(json.dumps(strokes, separators=(",", ":")).encode()).hexdigest()
