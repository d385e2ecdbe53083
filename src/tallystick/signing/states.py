"""States of an envelope and of each of its signers, the same for every provider (esign §4).

What providers tell comes late, twice and in any order. So states are ranked: one is only ever followed by one of a
higher rank, and nothing follows a final one.
"""

from __future__ import annotations

from django.db import models


class EnvelopeState(models.TextChoices):
    """Where the request for signatures stands."""

    DRAFT = "draft", "Being prepared"
    QUEUED = "queued", "To be sent"
    SENT = "sent", "Out for signature"
    BOUNCED = "bounced", "Came back"
    VIEWED = "viewed", "Opened"
    PARTIALLY_SIGNED = "partially_signed", "Partly signed"
    COMPLETED = "completed", "Signed"
    DECLINED = "declined", "Declined"
    VOIDED = "voided", "Voided"
    EXPIRED = "expired", "Expired"
    FAILED = "failed", "Not sent"


class SignerState(models.TextChoices):
    """How far one of the signers is."""

    WAITING = "waiting", "Not asked yet"
    SENT = "sent", "Asked"
    BOUNCED = "bounced", "The e-mail came back"
    VIEWED = "viewed", "Opened"
    SIGNED = "signed", "Signed"
    DECLINED = "declined", "Declined"


class SigningRule(models.TextChoices):
    """How many of the signers it takes (decisions, Several claim contacts)."""

    ANY = "any", "Any one of them"
    ALL = "all", "All of them"


FINAL = frozenset(
    {
        EnvelopeState.COMPLETED,
        EnvelopeState.DECLINED,
        EnvelopeState.VOIDED,
        EnvelopeState.EXPIRED,
        EnvelopeState.FAILED,
    }
)
"""Nothing follows these."""

LIVE = frozenset(set(EnvelopeState) - FINAL)
"""The claim is out: a claim has at most one envelope in these, and the database sees to it."""

OUT = frozenset(
    {EnvelopeState.SENT, EnvelopeState.BOUNCED, EnvelopeState.VIEWED, EnvelopeState.PARTIALLY_SIGNED}
)
"""The provider has it, and it waits for signers."""

_RANK = {
    EnvelopeState.DRAFT: 0,
    EnvelopeState.QUEUED: 1,
    EnvelopeState.SENT: 2,
    EnvelopeState.BOUNCED: 3,
    EnvelopeState.VIEWED: 4,
    EnvelopeState.PARTIALLY_SIGNED: 5,
    **dict.fromkeys(FINAL, 9),
}

_SIGNER_RANK = {
    SignerState.WAITING: 0,
    SignerState.SENT: 1,
    SignerState.BOUNCED: 2,
    SignerState.VIEWED: 3,
    SignerState.SIGNED: 9,
    SignerState.DECLINED: 9,
}


def may_follow(before: str, after: str) -> bool:
    """Whether an envelope in ``before`` may become ``after``: only forwards, and never out of a final state."""
    return _RANK[EnvelopeState(before)] < _RANK[EnvelopeState(after)]


def signer_may_follow(before: str, after: str) -> bool:
    """The same for a signer."""
    return _SIGNER_RANK[SignerState(before)] < _SIGNER_RANK[SignerState(after)]
