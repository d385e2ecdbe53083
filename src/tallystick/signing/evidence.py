"""The chain of evidence of an envelope: what happened when, each entry sealed with the digest of the one before it.

Whoever holds an envelope's lock appends. Nothing is ever changed or taken out: ``chain.check_chain`` would tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tallystick.core import clock
from tallystick.signing.chain import digest_of
from tallystick.signing.models import Envelope, EnvelopeEvent


def note(envelope: Envelope, name: str, /, *, at: datetime | None = None, **facts: Any) -> EnvelopeEvent:
    """Append one entry. The caller holds the envelope, so that entries are numbered one at a time."""
    last = EnvelopeEvent.objects.filter(envelope=envelope).order_by("-position").first()
    entry = entry_after(envelope, last, name, at=at, facts=facts)
    entry.save(force_insert=True)
    return entry


def entry_after(
    envelope: Envelope,
    last: EnvelopeEvent | None,
    name: str,
    *,
    at: datetime | None = None,
    facts: Mapping[str, Any],
) -> EnvelopeEvent:
    """The entry that follows ``last``, not saved yet."""
    entry = EnvelopeEvent(
        envelope=envelope,
        position=last.position + 1 if last else 1,
        at=at or clock.now(),
        name=name,
        facts=dict(facts),
        previous=last.digest if last else "",
    )
    entry.digest = digest_of(as_dict(entry), envelope.key)
    return entry


def as_dict(entry: EnvelopeEvent) -> dict[str, Any]:
    """The entry as the evidence file holds it, without its own digest."""
    return {
        "position": entry.position,
        "at": entry.at.isoformat(),
        "event": entry.name,
        "facts": entry.facts,
        "previous": entry.previous,
    }


def chain_of(envelope: Envelope) -> list[dict[str, Any]]:
    """All entries in order, each with its digest, as they go into the evidence file."""
    entries = EnvelopeEvent.objects.filter(envelope=envelope).order_by("position")
    return [{**as_dict(entry), "digest": entry.digest} for entry in entries]
