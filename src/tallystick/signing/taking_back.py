"""Voiding and reminding, one by one and in bulk; and letting go of a claim that is changed while it is out (R-SIGN)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims.holds import Hold, Holder, register
from tallystick.claims.models import Claim
from tallystick.claims.storage import record_on
from tallystick.core import clock
from tallystick.core.errors import BadInput, TallystickProblem
from tallystick.core.text import join_and
from tallystick.signing import settling
from tallystick.signing.evidence import note
from tallystick.signing.mail import tell_expired, tell_taken_back
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.policies import can_remind, can_void
from tallystick.signing.registry import kind_named, provider_of
from tallystick.signing.seam import NotConnected, ProviderProblem, ProviderRef, Unavailable
from tallystick.signing.sending import PAUSES
from tallystick.signing.states import LIVE, OUT, EnvelopeState, SignerState
from tallystick.signing.taking import give_back, loaded, lock, take
from tallystick.terms.context import text

logger = logging.getLogger("tallystick.signing")
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one envelope in a bulk action, and why not where nothing did."""

    envelope: Envelope
    done: bool
    reason: str = ""


def void_all(actor: Actor, envelopes: Sequence[Envelope], reason: str) -> list[Outcome]:
    """Take several back, each on its own."""
    _check_reason(reason)
    return _each(envelopes, lambda envelope: void(actor, envelope, reason))


def remind_all(actor: Actor, envelopes: Sequence[Envelope]) -> list[Outcome]:
    """Remind the signers of several, each on its own."""
    return _each(envelopes, lambda envelope: remind(actor, envelope))


def _each(envelopes: Sequence[Envelope], act: Callable[[Envelope], object]) -> list[Outcome]:
    outcomes = []
    for envelope in envelopes:
        try:
            act(envelope)
            outcomes.append(Outcome(envelope, True))
        except TallystickProblem as problem:
            outcomes.append(Outcome(envelope, False, str(problem)))
    return outcomes


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput(
            "Say why it is taken back; those who were asked to sign read it.", {"reason": "Type the reason."}
        )
    if len(reason) > LONGEST_REASON:
        raise BadInput(
            f"The reason is longer than {LONGEST_REASON} characters. Shorten it.", {"reason": "Shorten it."}
        )


@transaction.atomic
def void(actor: Actor, envelope: Envelope, reason: str) -> Envelope:
    """Take it back: at once where the provider is ours, else a worker tells the provider. Raises ``Refused``.

    From now on nobody signs by it here. It ends as voided when the provider says so; had everybody signed a moment
    before, it ends as completed.
    """
    _check_reason(reason)
    envelope = lock(envelope.pk)
    can_void(actor, envelope).require()
    _take_back(actor, envelope, reason.strip())
    return envelope


def _take_back(actor: Actor, envelope: Envelope, reason: str) -> None:
    envelope.void_requested_at = clock.now()
    envelope.void_reason = reason
    envelope.void_requested_by_name = actor.name
    envelope.remind_at = None
    envelope.next_try_at = clock.now()
    envelope.save()
    note(envelope, "void_requested", by=actor.name, reason=reason)
    record_on(actor, "signature.void_requested", envelope.claim, reason=reason)
    here = kind_named(envelope.provider).capabilities.is_local
    if here and envelope.provider_ref:
        provider_of(envelope).void(ProviderRef(envelope.provider_ref), reason)
    if here or (envelope.state == EnvelopeState.QUEUED and not envelope.may_exist and not envelope.taken_by):
        settling.end(envelope, EnvelopeState.VOIDED, reason)
    if here:
        tell_taken_back(envelope)


def void_waiting() -> int:
    """Tell providers what was taken back; how many. A chore of every worker."""
    waiting = Envelope.objects.filter(
        void_requested_at__isnull=False,
        all_signed_at=None,
        state__in=[*OUT, EnvelopeState.DRAFT],
        next_try_at__lte=clock.now(),
    )
    ids = waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:50]
    return sum(_void_there(envelope_id) for envelope_id in ids)


def _void_there(envelope_id: int) -> bool:
    envelope = take(envelope_id)
    if envelope is None:
        return False
    try:
        return _voided_there(envelope)
    finally:
        give_back(envelope)


def _voided_there(envelope: Envelope) -> bool:
    ref = ProviderRef(envelope.provider_ref)
    try:
        provider = provider_of(envelope)
        provider.void(ref, envelope.void_reason)
        told = provider.fetch([ref])
    except (ProviderProblem, OSError) as problem:
        _try_again(envelope, problem)
        return False
    for snapshot in told:
        settling.settle(envelope.pk, snapshot)
    if not told:
        with transaction.atomic():
            settling.end(lock(envelope.pk), EnvelopeState.VOIDED, envelope.void_reason)
    elif told[0].state in LIVE:
        _try_again(envelope, Unavailable("The provider has not taken it back yet."))
        return False
    return True


@transaction.atomic
def _try_again(taken: Envelope, problem: Exception) -> None:
    envelope = lock(taken.pk)
    envelope.tries = min(envelope.tries + 1, len(PAUSES))
    pause = clock.now() + (PAUSES[2] if isinstance(problem, NotConnected) else PAUSES[envelope.tries - 1])
    wanted = problem.retry_at if isinstance(problem, Unavailable) else None
    envelope.next_try_at = max(pause, wanted) if wanted else pause
    envelope.reason = f"It could not be taken back yet. {problem}"
    envelope.save(update_fields=["tries", "next_try_at", "reason"])


@transaction.atomic
def remind(actor: Actor, envelope: Envelope) -> Envelope:
    """Ask those who have not signed once more; a worker does so where the provider is elsewhere. Raises ``Refused``."""
    envelope = lock(envelope.pk)
    can_remind(actor, envelope).require()
    pending = EnvelopeSigner.objects.filter(
        envelope=envelope, state__in=[SignerState.WAITING, SignerState.SENT, SignerState.VIEWED]
    )
    names = join_and([signer.name for signer in pending], limit=5)
    if not names:
        raise BadInput("Nobody is left to remind: mail to those who have not signed came back.")
    envelope.remind_at = clock.now()
    envelope.save(update_fields=["remind_at"])
    record_on(actor, "signature.reminded", envelope.claim, names=names)
    if kind_named(envelope.provider).capabilities.is_local:
        _remind_here(envelope)
    return envelope


def remind_due() -> int:
    """Send the reminders whose time has come; how many. A chore of every worker."""
    due = Envelope.objects.filter(
        state__in=OUT, all_signed_at=None, void_requested_at=None, remind_at__lte=clock.now()
    )
    return sum(_remind_one(envelope_id) for envelope_id in due.values_list("pk", flat=True)[:100])


def _remind_one(envelope_id: int) -> bool:
    with transaction.atomic():
        envelope = lock(envelope_id)
        if envelope.remind_at is None or envelope.remind_at > clock.now() or envelope.state not in OUT:
            return False
        if kind_named(envelope.provider).capabilities.is_local:
            _remind_here(envelope)
            return True
        # Once at most: a reminder that is lost is better than one that is sent twice.
        _reminded(envelope)
    try:
        provider_of(envelope).remind(ProviderRef(envelope.provider_ref))
    except (ProviderProblem, OSError) as problem:
        logger.warning("envelope %s: the reminder was not sent: %s", envelope_id, problem)
        return False
    return True


def _remind_here(envelope: Envelope) -> None:
    _reminded(envelope)
    provider_of(envelope).remind(ProviderRef(envelope.provider_ref))


def _reminded(envelope: Envelope) -> None:
    now = clock.now()
    envelope.reminded_at = now
    envelope.remind_at = None
    again = now + timedelta(days=envelope.remind_every_days)
    if (
        envelope.remind_after_days
        and kind_named(envelope.provider).capabilities.is_local
        and again < envelope.expires_at
    ):
        envelope.remind_at = again
    envelope.save(update_fields=["reminded_at", "remind_at"])
    note(envelope, "reminded")


def expire_due() -> int:
    """End what nobody signed in time, where the provider is ours; how many. Others end by themselves."""
    due = Envelope.objects.filter(state__in=OUT, all_signed_at=None, expires_at__lte=clock.now()).values_list(
        "pk", "provider"
    )
    return sum(_expire(pk) for pk, provider in due[:100] if kind_named(provider).capabilities.is_local)


@transaction.atomic
def _expire(envelope_id: int) -> bool:
    envelope = lock(envelope_id)
    if envelope.state not in OUT or envelope.all_signed_at is not None:
        return False
    settling.end(envelope, EnvelopeState.EXPIRED, "Nobody signed in time.")
    tell_expired(envelope)
    return True


# --- a claim that is changed while it is out -----------------------------------------------------------------------


def _live_of(claims: Iterable[Claim]) -> list[Envelope]:
    return list(
        Envelope.objects.filter(claim__in=list(claims), state__in=LIVE)
        .select_related("claim__contract__project")
        .prefetch_related("signers")
    )


def _find_holds(claims: Sequence[Claim]) -> list[Hold]:
    return [Hold(envelope.claim_id, _said(envelope), str(envelope.key)) for envelope in _live_of(claims)]


def _said(envelope: Envelope) -> str:
    names = join_and([signer.name for signer in envelope.signers.all()], limit=3)
    return text(
        "This {claim} is out for signature with {names}. If you go on, that is voided, and they are told.",
        names=names or "its signers",
    )


def _let_go(actor: Actor, claim: Claim, why: str) -> None:
    for found in _live_of([claim]):
        envelope = loaded(Envelope.objects.select_for_update(of=("self",)).filter(pk=found.pk)).get()
        if envelope.is_live and envelope.void_requested_at is None and envelope.all_signed_at is None:
            _take_back(actor, envelope, why)


register(Holder(_find_holds, _let_go))
