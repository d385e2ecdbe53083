"""Who works on an envelope just now. A worker takes it by an UPDATE, so that of several only one goes on.

What it takes is given back when the work is written down. A process that died gives its envelopes back by being dead
(on this host), or after ``LEASE``; so nothing that a worker does with an envelope in one go may take longer.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timedelta

from django.db.models import QuerySet

from tallystick.core import clock
from tallystick.runs.workers import is_gone, this_host
from tallystick.signing.models import Envelope

LEASE = timedelta(minutes=3)
GRACE = timedelta(seconds=10)
"""A request that a dead process had sent may still be on its way: so long it is not looked for."""


def take(envelope_id: int) -> Envelope | None:
    """The envelope, now taken by this process; ``None`` where another one is at it, or was a moment ago."""
    row = Envelope.objects.filter(pk=envelope_id).values("taken_by", "taken_at", "may_exist").first()
    if row is None:
        return None
    if row["taken_by"] and not _is_free(row["taken_by"], row["taken_at"], row["may_exist"]):
        return None
    mine = Envelope.objects.filter(pk=envelope_id, taken_by=row["taken_by"], taken_at=row["taken_at"])
    holder = f"{this_host()}|{os.getpid()}|{secrets.token_hex(4)}"[:120]
    if not mine.update(taken_by=holder, taken_at=clock.now()):
        return None
    return loaded(Envelope.objects.filter(pk=envelope_id)).get()


def _is_free(holder: str, since: datetime | None, may_exist: bool) -> bool:
    age = clock.now() - since if since else LEASE
    if age >= LEASE:
        return True
    host, pid, _ = holder.split("|")
    return is_gone(host, int(pid)) and (not may_exist or age >= GRACE)


def give_back(envelope: Envelope) -> None:
    """Let others take it again. Nothing happens where it is not ours any more."""
    still_mine(envelope).update(taken_by="")


def still_mine(envelope: Envelope) -> QuerySet[Envelope]:
    """The row, while it is still taken by the process that loaded it."""
    return Envelope.objects.filter(pk=envelope.pk, taken_by=envelope.taken_by)


def loaded(envelopes: QuerySet[Envelope]) -> QuerySet[Envelope]:
    """With everything that sending, settling and telling need."""
    return envelopes.select_related(
        "claim__contract__project__account",
        "claim__contract__company",
        "claim__period",
        "requested_by",
        "document",
    )


def lock(envelope_id: int) -> Envelope:
    """The envelope, held until the transaction ends. Where the claim is written too, it is locked first."""
    return loaded(Envelope.objects.select_for_update(of=("self",)).filter(pk=envelope_id)).get()
