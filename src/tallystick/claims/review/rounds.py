"""The round trips of a claim between claimant and reviewer, and what was said in the last one (domain §5.3, §6.4).

A round begins when the claim is submitted and ends when it is certified or goes back. Who and when stands in the
history; figures and marks of each line in what every write replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tallystick.audit.models import Event
from tallystick.claims.as_at import claim_before
from tallystick.claims.models import Claim, ClaimChange, ClaimLine
from tallystick.claims.states import ClaimStatus


@dataclass(frozen=True, slots=True)
class RoundStep:
    """One end of a round. Figures are minor units, ``None`` where the history is older than they are."""

    label: str
    at: datetime
    who: str
    reason: str = ""
    claimed: int | None = None
    assessed: int | None = None
    rejected: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """One trip: how it was submitted, and how it was answered, if it was."""

    number: int
    submitted: RoundStep
    answered: RoundStep | None = None


_BEGINS = {
    "claim.submitted": "Submitted",
    "claim.resubmitted": "Resubmitted",
    "claim.reopened_for_review": "Reopened for review",
}
_ENDS = ("claim.sent_back", "claim.certified", "claim.status_changed")


def rounds_of(claim: Claim) -> list[Round]:
    """Every round of the claim, the first one first; one query."""
    events = Event.objects.filter(
        subject_type=claim._meta.label_lower, subject_id=str(claim.pk), name__in=(*_BEGINS, *_ENDS)
    ).order_by("at", "pk")
    rounds: list[Round] = []
    for event in events:
        if event.name in _BEGINS:
            rounds.append(Round(len(rounds) + 1, _step(event, _BEGINS[event.name])))
        elif rounds and rounds[-1].answered is None and (label := _answer(event)):
            rounds[-1] = replace(rounds[-1], answered=_step(event, label))
    return rounds


def _answer(event: Event) -> str:
    """What the end of a round is called; empty for a step that ends none."""
    if event.name == "claim.sent_back":
        return "Sent back for revision"
    target = str(event.facts.get("target", ""))
    if event.name == "claim.certified":
        return target
    if event.facts.get("source") != ClaimStatus.UNDER_REVIEW.label:
        return ""
    return "Returned to draft" if target == ClaimStatus.DRAFT.label else target


def _step(event: Event, label: str) -> RoundStep:
    found: Mapping[str, Any] = event.facts.get("review") or {}
    said = event.changes.get("reason", [None, ""])[1] or event.facts.get("reason") or ""
    return RoundStep(
        label=label,
        at=event.at,
        who=event.actor_name,
        reason=str(said),
        claimed=found.get("claimed"),
        assessed=found.get("assessed"),
        rejected=found.get("rejected", 0),
        changed=found.get("changed", 0),
    )


def reason_sent_back(claim: Claim) -> RoundStep | None:
    """How the claim was sent back, while it is in revision."""
    if claim.status != ClaimStatus.REVISE_AND_RESUBMIT:
        return None
    rounds = rounds_of(claim)
    return rounds[-1].answered if rounds else None


@dataclass(frozen=True, slots=True)
class LastRound:
    """The claim as the reviewer left it when it last left the review: what round two has to be held against."""

    at: datetime
    claim: Claim
    lines: dict[int, ClaimLine]
    ended_in: str
    """``sent back`` or ``certified``."""


def was_answered(claim: Claim) -> bool:
    """Whether the claim has left the review at least once; one query."""
    return _answers(claim).exists()


def _answers(claim: Claim) -> QuerySet[ClaimChange]:
    return ClaimChange.objects.filter(claim=claim, before__claim__status=ClaimStatus.UNDER_REVIEW.value)


def last_round(claim: Claim) -> LastRound | None:
    """The last finished round, or ``None`` where there was none yet; a fixed number of queries."""
    change = _answers(claim).order_by("-pk").first()
    if change is None:
        return None
    was, lines = claim_before(claim, change)
    ended_in = "certified" if "certified_at" in change.before["claim"] else "sent back"
    return LastRound(change.at, was, {line.pk: line for line in lines}, ended_in)
