"""News from providers: webhooks that are kept once, and looking for what no webhook told (esign §1.5, §6)."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from tallystick.core import clock
from tallystick.directory.models import Account
from tallystick.signing import settling
from tallystick.signing.evidence import note
from tallystick.signing.models import Envelope, ProviderCursor, ProviderNews
from tallystick.signing.registry import kind_named, kinds
from tallystick.signing.seam import (
    Hint,
    ProviderProblem,
    ProviderRef,
    SignatureProvider,
    Snapshot,
    Unavailable,
)
from tallystick.signing.states import LIVE
from tallystick.signing.taking import lock

logger = logging.getLogger("tallystick.signing")

OVERLAP = timedelta(minutes=10)
"""Clocks differ, and what changed while one asked must not be missed."""
KEPT = timedelta(days=90)
WATCHED = timedelta(days=7)
"""So long after its last envelope ended a provider is still asked: something may have been sent twice."""
BATCH = 100


def take_news(account: Account, provider: str, headers: Mapping[str, str], raw: bytes) -> int:
    """Keep a webhook of this account's provider; how much of it is news. The proof is checked first: ``BadNews``.

    Nothing is believed: what it names is worth a look, and only among the account's own envelopes.
    """
    return keep_news(account, provider, kind_named(provider).open(account).parse_webhook(headers, raw), raw)


def keep_news(account: Account, provider: str, hints: Iterable[Hint], raw: bytes) -> int:
    """Keep news whose proof was checked; how much of it is news."""
    return sum(_keep(account, provider, hint, raw) for hint in hints)


@transaction.atomic
def _keep(account: Account, provider: str, hint: Hint, raw: bytes) -> bool:
    sha256 = hashlib.sha256(raw).hexdigest()
    envelope = of_account(account, provider).filter(provider_ref=hint.ref.id).first() if hint.ref.id else None
    _, is_new = ProviderNews.objects.get_or_create(
        account=account,
        provider=provider,
        provider_ref=hint.ref.id[:200],
        event=hint.event[:80],
        recipient=hint.recipient[:120],
        generated_at=(hint.generated_at or sha256)[:60],
        defaults={
            "body_sha256": sha256,
            "envelope": envelope,
            "raw": raw.decode("utf-8", "replace").replace("\0", ""),
        },
    )
    if is_new and envelope is not None and envelope.is_live:
        Envelope.objects.filter(pk=envelope.pk, fetch_at=None).update(fetch_at=clock.now())
    return is_new


def of_account(account: Account, provider: str) -> QuerySet[Envelope]:
    """The account's envelopes at a provider: by nothing else is one ever found from outside."""
    return Envelope.objects.filter(claim__contract__project__account=account, provider=provider)


def fetch_due() -> int:
    """Look at the envelopes that there is news of; how many. A chore of every worker."""
    now = clock.now()
    groups: dict[tuple[int, str], list[Envelope]] = defaultdict(list)
    due = Envelope.objects.filter(fetch_at__lte=now, state__in=LIVE).exclude(provider_ref="")
    for envelope in due.select_related("claim__contract__project__account").order_by("fetch_at")[:500]:
        gap = kind_named(envelope.provider).capabilities.fetch_gap
        if envelope.fetched_at is not None and envelope.fetched_at > now - gap:
            continue
        # Whoever changes the row asks; the others see to something else.
        mine = Envelope.objects.filter(pk=envelope.pk, fetch_at=envelope.fetch_at)
        if mine.update(fetch_at=None, fetched_at=now):
            groups[envelope.claim.contract.project.account_id, envelope.provider].append(envelope)
    count = 0
    for (_, provider), envelopes in groups.items():
        account = envelopes[0].claim.contract.project.account
        for start in range(0, len(envelopes), BATCH):
            count += _fetch(account, provider, envelopes[start : start + BATCH])
    return count


def _fetch(account: Account, provider: str, envelopes: list[Envelope]) -> int:
    ids = [envelope.pk for envelope in envelopes]
    try:
        opened = kind_named(provider).open(account)
        told = opened.fetch([ProviderRef(envelope.provider_ref) for envelope in envelopes])
    except (ProviderProblem, OSError) as problem:
        logger.warning("%s could not be asked about %d envelopes: %s", provider, len(ids), problem)
        again = problem.retry_at if isinstance(problem, Unavailable) else None
        Envelope.objects.filter(pk__in=ids, fetch_at=None).update(
            fetch_at=again or clock.now() + timedelta(minutes=5)
        )
        return 0
    by_ref = {envelope.provider_ref: envelope for envelope in envelopes}
    for snapshot in told:
        if envelope := by_ref.get(snapshot.ref.id):
            take_in(opened, envelope.pk, snapshot)
    return len(told)


def reconcile() -> int:
    """Ask each connected provider what changed since the last time; how many. A chore of every worker."""
    count = 0
    for kind in kinds():
        if kind.capabilities.is_local:
            continue
        watched = Envelope.objects.filter(
            Q(state__in=LIVE) | Q(ended_at__gt=clock.now() - WATCHED), provider=kind.name
        )
        accounts = Account.objects.filter(pk__in=watched.values("claim__contract__project__account"))
        for account in accounts:
            if kind.ready(account):
                count += _reconcile(account, kind.name, kind.capabilities.poll_every)
    return count


def _reconcile(account: Account, provider: str, every: timedelta) -> int:
    now = clock.now()
    cursor, _ = ProviderCursor.objects.get_or_create(
        account=account, provider=provider, defaults={"since": now - timedelta(days=1)}
    )
    due = Q(asked_at=None) | Q(asked_at__lte=now - every)
    if not ProviderCursor.objects.filter(due, pk=cursor.pk, asked_at=cursor.asked_at).update(asked_at=now):
        return 0
    count = 0
    try:
        opened = kind_named(provider).open(account)
        for snapshot in opened.changed_since(cursor.since - OVERLAP):
            count += _found(opened, account, provider, snapshot)
    except (ProviderProblem, OSError) as problem:
        logger.warning("%s could not be asked what changed: %s", provider, problem)
        ProviderCursor.objects.filter(pk=cursor.pk).update(problem=str(problem))
        return count
    ProviderCursor.objects.filter(pk=cursor.pk).update(since=now, problem="")
    return count


def _found(opened: SignatureProvider, account: Account, provider: str, snapshot: Snapshot) -> bool:
    """Take over what concerns an envelope of the account; whether it does."""
    own = of_account(account, provider)
    envelope = own.filter(provider_ref=snapshot.ref.id).first()
    if envelope is None and snapshot.key is not None:
        envelope = own.filter(key=snapshot.key).first()
    if envelope is None:
        return False
    take_in(opened, envelope.pk, snapshot)
    return True


def take_in(opened: SignatureProvider, envelope_id: int, snapshot: Snapshot) -> None:
    """Settle it; let it be finished by the rule *any one*; take back what should not be there a second time."""
    envelope = Envelope.objects.get(pk=envelope_id)
    if envelope.provider_ref and envelope.provider_ref != snapshot.ref.id:
        _take_back_stray(opened, envelope, snapshot)
        return
    if not envelope.is_live:
        if snapshot.state in LIVE:
            _take_back_stray(opened, envelope, snapshot)
        return
    envelope = settling.settle(envelope_id, snapshot)
    if settling.wants_finish(envelope):
        try:
            opened.finish(snapshot.ref)
        except (ProviderProblem, OSError) as problem:
            logger.warning("envelope %s could not be finished: %s", envelope_id, problem)
        Envelope.objects.filter(pk=envelope_id, state__in=LIVE, fetch_at=None).update(fetch_at=clock.now())


def _take_back_stray(opened: SignatureProvider, envelope: Envelope, snapshot: Snapshot) -> None:
    """The provider has an envelope of ours that should not be out: sent twice, or after it was given up here."""
    if snapshot.state not in LIVE:
        return
    try:
        opened.void(snapshot.ref, "Sent by mistake a second time.")
    except (ProviderProblem, OSError) as problem:
        logger.warning("a second envelope for %s could not be taken back: %s", envelope.key, problem)
        return
    with transaction.atomic():
        note(lock(envelope.pk), "stray_voided", ref=snapshot.ref.id)


def forget_old() -> int:
    """Delete news that is long over; how many."""
    return ProviderNews.objects.filter(received_at__lt=clock.now() - KEPT).delete()[0]
