"""Sending envelopes: each exactly once, whatever happens on the way (esign §1.6).

The row with its key was committed before. A try that may reach the other side notes so first (``may_exist``); after it
broke off, by a time-out, a 5xx or the worker's death, the next one looks for the key before it sends again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from tallystick.core import clock
from tallystick.directory.models import Account
from tallystick.documents.store import local_path
from tallystick.documents.words import dictionary_of
from tallystick.runs.states import FINISHED, RunState
from tallystick.signing import settling
from tallystick.signing.drawing import anchors_of, draw, is_as_asked
from tallystick.signing.evidence import note
from tallystick.signing.mail import tell_failed
from tallystick.signing.models import Envelope, EnvelopeSigner, ProviderNews
from tallystick.signing.registry import kind_named, provider_of
from tallystick.signing.seam import (
    AnswerLost,
    Document,
    NotConnected,
    ProviderProblem,
    ProviderRef,
    RefusedByProvider,
    SendRequest,
    SignatureProvider,
    Signer,
    Unavailable,
)
from tallystick.signing.states import EnvelopeState, SignerState, SigningRule
from tallystick.signing.taking import give_back, loaded, lock, take

logger = logging.getLogger("tallystick.signing")

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720))
"""After so many tries that did not work, one more and it is given up: two days in all."""
CANCELLED = "Sending was cancelled before it was this one’s turn."
UNFORESEEN = (
    "Something unforeseen happened on the way. It is looked up, and sent again where it did not arrive."
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one envelope in a round. ``busy``: another worker is at it; worth asking again in a moment."""

    envelope: int
    state: str
    reason: str = ""
    busy: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As a step's result."""
        return {"envelope": self.envelope, "state": self.state, "reason": self.reason, "busy": self.busy}


def send_one(envelope_id: int) -> dict[str, Any]:
    """Draw and send one envelope that waits for it. Safe to call again, by several workers, after any crash."""
    waiting = Envelope.objects.filter(pk=envelope_id, state=EnvelopeState.QUEUED).first()
    if waiting is None:
        return _outcome(envelope_id)
    if waiting.void_requested_at is not None and not waiting.may_exist:
        _never_mind(envelope_id)
        return _outcome(envelope_id)
    if not draw(envelope_id):
        _never_mind(envelope_id)
        return _outcome(envelope_id)
    if kind_named(waiting.provider).capabilities.is_local:
        _send_here(envelope_id)
        return _outcome(envelope_id)
    envelope = take(envelope_id)
    if envelope is None:
        return _outcome(envelope_id, busy=True)
    try:
        if envelope.state == EnvelopeState.QUEUED:
            _send_there(envelope)
    finally:
        give_back(envelope)
    return _outcome(envelope_id)


def _outcome(envelope_id: int, *, busy: bool = False) -> dict[str, Any]:
    state, reason = Envelope.objects.values_list("state", "reason").get(pk=envelope_id)
    return Sent(envelope_id, state, reason, busy and state == EnvelopeState.QUEUED).as_dict()


# --- a provider of our own -------------------------------------------------------------------------------------


@transaction.atomic
def _send_here(envelope_id: int) -> None:
    """It is called in one transaction with what we note: there is no answer that could be lost."""
    envelope = lock(envelope_id)
    if envelope.state != EnvelopeState.QUEUED:
        return
    if envelope.void_requested_at is not None:
        settling.end(envelope, EnvelopeState.VOIDED, envelope.void_reason)
        return
    try:
        with transaction.atomic():
            ref = provider_of(envelope).send(request_of(envelope))
    except ProviderProblem as problem:
        _not_now(envelope, problem)
    else:
        _is_sent(envelope, ref)


# --- a provider elsewhere ---------------------------------------------------------------------------------------


def _send_there(envelope: Envelope) -> None:
    """Look for it where it may exist, else send it; write down what came of it. The envelope is taken by us."""
    try:
        provider = provider_of(envelope)
        ref = provider.find(envelope.key) if envelope.may_exist else None
        if ref is None:
            if envelope.void_requested_at is None:
                ref = _send_noted(envelope, provider)
            else:
                _locked(envelope, lambda row: settling.end(row, EnvelopeState.VOIDED, row.void_reason))
                return
    except ProviderProblem as problem:
        failure = problem
    except Exception:
        logger.exception("sending envelope %s broke off", envelope.pk)
        failure = AnswerLost(UNFORESEEN)
    else:
        sent = ref
        _locked(envelope, lambda row: _is_sent(row, sent))
        return
    _locked(envelope, lambda row: _not_now(row, failure))


def _send_noted(envelope: Envelope, provider: SignatureProvider) -> ProviderRef:
    request = request_of(envelope)
    # From here on it may arrive, whatever becomes of this process.
    Envelope.objects.filter(pk=envelope.pk).update(may_exist=True)
    try:
        return provider.send(request)
    except (RefusedByProvider, Unavailable, NotConnected):
        Envelope.objects.filter(pk=envelope.pk).update(may_exist=False)
        raise


@transaction.atomic
def _locked(envelope: Envelope, write: Callable[[Envelope], None]) -> None:
    """Write under the lock, unless the row went on without us."""
    row = lock(envelope.pk)
    if row.taken_by == envelope.taken_by and row.state == EnvelopeState.QUEUED:
        write(row)


def _is_sent(envelope: Envelope, ref: ProviderRef) -> None:
    now = clock.now()
    envelope.provider_ref = ref.id
    envelope.reason = ""
    envelope.next_try_at = None
    envelope.tries = 0
    if envelope.is_draft:
        envelope.state = EnvelopeState.DRAFT
        note(envelope, "prepared", ref=ref.id, document=_sha256(envelope))
    else:
        mark_sent(envelope, now)
        note(envelope, "sent", ref=ref.id, document=_sha256(envelope))
    # A webhook may have been quicker than the answer.
    news = ProviderNews.objects.filter(
        account=envelope.claim.contract.project.account,
        provider=envelope.provider,
        provider_ref=ref.id,
        envelope=None,
    )
    if news.update(envelope=envelope):
        envelope.fetch_at = now
    envelope.save()


def mark_sent(envelope: Envelope, now: datetime) -> None:
    """Out for signature from now on; the caller saves it."""
    envelope.state = EnvelopeState.SENT
    envelope.sent_at = now
    if envelope.remind_after_days and kind_named(envelope.provider).capabilities.is_local:
        envelope.remind_at = now + timedelta(days=envelope.remind_after_days)
    EnvelopeSigner.objects.filter(envelope=envelope, state=SignerState.WAITING).update(state=SignerState.SENT)


def _not_now(envelope: Envelope, problem: ProviderProblem) -> None:
    """By the kind of the problem: given up, or tried again later."""
    envelope.reason = str(problem)
    now = clock.now()
    if isinstance(problem, RefusedByProvider):
        _give_up(envelope)
        return
    if isinstance(problem, NotConnected):
        envelope.next_try_at = now + PAUSES[2]
        envelope.save()
        return
    envelope.tries += 1
    if envelope.tries > len(PAUSES):
        _give_up(envelope)
        return
    pause = now + PAUSES[envelope.tries - 1]
    wanted = problem.retry_at if isinstance(problem, Unavailable) else None
    envelope.next_try_at = max(pause, wanted) if wanted else pause
    note(envelope, "try_failed", why=envelope.reason, tries=envelope.tries)
    envelope.save()


def _give_up(envelope: Envelope) -> None:
    settling.end(envelope, EnvelopeState.FAILED, envelope.reason)
    tell_failed(envelope)


@transaction.atomic
def _never_mind(envelope_id: int) -> None:
    """The claim was reopened, or the request taken back, before anything went out."""
    envelope = lock(envelope_id)
    if envelope.state != EnvelopeState.QUEUED or envelope.may_exist:
        return
    if envelope.void_requested_at is not None or not is_as_asked(envelope, envelope.claim):
        settling.end(
            envelope, EnvelopeState.VOIDED, envelope.void_reason or "It was changed before it was sent."
        )


# --- what goes over ------------------------------------------------------------------------------------------------


def request_of(envelope: Envelope) -> SendRequest:
    """What the provider gets: always the same for the same envelope."""
    project = envelope.claim.contract.project
    document = envelope.document
    if document is None:
        raise AnswerLost("The document to be signed is not drawn yet.")
    words = dictionary_of(project)
    message = envelope.message or words.text(
        "{by} asks you to sign {claim} {number} of {contract} in {project}.",
        by=envelope.requested_by_name,
        number=envelope.claim.number,
        contract=envelope.claim.contract.number,
        project=f"{project.number} {project.name}",
    )
    return SendRequest(
        key=envelope.key,
        subject=envelope.subject,
        message=message,
        documents=(Document(envelope.document_name, local_path(document), document.sha256, document.size),),
        signers=tuple(signer_of(envelope, signer) for signer in envelope.signers.all()),
        rule=SigningRule(envelope.rule),
        expires_at=envelope.expires_at,
        remind_after_days=envelope.remind_after_days,
        remind_every_days=envelope.remind_every_days,
        labels={
            "tallystick_key": str(envelope.key),
            "project": f"{project.number} {project.name}",
            "contract": envelope.claim.contract.number,
            "number": str(envelope.claim.number),
        },
        as_draft=envelope.is_draft,
    )


def signer_of(envelope: Envelope, signer: EnvelopeSigner) -> Signer:
    """A signer as the seam has them."""
    return Signer(
        id=str(signer.pk),
        name=signer.name,
        email=signer.email,
        order=signer.order,
        anchors=anchors_of(envelope, signer),
    )


def _sha256(envelope: Envelope) -> str:
    return envelope.document.sha256 if envelope.document else ""


# --- again, by itself ----------------------------------------------------------------------------------------------


def send_waiting() -> int:
    """Send what waits for its next try, or was left by a run that ended; how many. A chore of every worker."""
    now = clock.now()
    left = Q(run=None) | Q(run__state__in=[state.value for state in FINISHED])
    due = Q(next_try_at__lte=now) | (Q(next_try_at=None) & left)
    waiting = Envelope.objects.filter(due, state=EnvelopeState.QUEUED)
    Envelope.objects.filter(
        state=EnvelopeState.QUEUED, void_requested_at=None, run__state=RunState.CANCELLED
    ).update(void_requested_at=now, void_reason=CANCELLED, next_try_at=now)
    count = 0
    for envelope_id in waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:50]:
        count += not send_one(envelope_id)["busy"]
    return count


def try_again(account: Account, provider: str) -> int:
    """Let everything of the account that waits for this provider go now, as after it was connected again; how many."""
    return (
        loaded(Envelope.objects.filter(claim__contract__project__account=account, provider=provider))
        .filter(state=EnvelopeState.QUEUED)
        .exclude(next_try_at=None)
        .update(next_try_at=clock.now())
    )
