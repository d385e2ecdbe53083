"""What a contract waits for, seen by somebody who claims on it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tallystick.claims.states import CERTIFIED, ClaimStatus, PaymentState, payment_state


class Group(StrEnum):
    """Where a contract stands, in the order in which they are listed: what waits for the contact comes first."""

    ASKED = "asked"
    TO_CLAIM = "to_claim"
    DRAFT = "draft"
    SENT_BACK = "sent_back"
    REVIEW = "under_review"
    CERTIFIED = "certified"
    QUIET = "quiet"


WAITING = frozenset({Group.ASKED, Group.TO_CLAIM, Group.DRAFT, Group.SENT_BACK})
"""It is the contact who is waited for."""

ORDER = tuple(Group)


@dataclass(frozen=True, slots=True)
class Made:
    """A claim of the contract as stored; amounts in minor units. ``certified`` is ``None`` before it is."""

    id: int
    contract_id: int
    number: int
    revision: int
    status: ClaimStatus
    version: int
    period_id: int | None
    period_start: date
    period_end: date
    claimed: int
    certified: int | None
    due: int
    """line 8 with tax: what has to be paid once it is certified"""
    paid: int
    is_late: bool
    is_final: bool
    submitted_at: datetime | None

    @property
    def is_certified(self) -> bool:
        """Whether its figures are final."""
        return self.status in CERTIFIED

    @property
    def payment(self) -> PaymentState | None:
        """What of it was paid, once it is certified."""
        return payment_state(self.due, self.paid) if self.is_certified else None


@dataclass(frozen=True, slots=True)
class Asking:
    """What the open period asks of a contract. Without an open period nothing is asked."""

    period_id: int
    is_awaited: bool
    """in force, and begun when the period ends"""
    may_claim: bool
    """it is time, and nothing stands in the way"""
    unanswered: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The group, the claim that it is about, and how many others of the contract are unfinished."""

    group: Group
    claim: Made | None = None
    others: int = 0


_FIRST = (
    (ClaimStatus.REVISE_AND_RESUBMIT, Group.SENT_BACK),
    (ClaimStatus.DRAFT, Group.DRAFT),
    (ClaimStatus.UNDER_REVIEW, Group.REVIEW),
)


def standing_of(claims: Sequence[Made], asking: Asking | None) -> Standing:
    """Where a contract stands: its unfinished claims first, then what the open period asks, then what is certified.

    ``claims`` are at least the unfinished ones, that of the open period and the latest. Of several unfinished ones the
    one that waits for the contact comes first, the lower number before the higher.
    """
    ordered = sorted(claims, key=lambda claim: claim.number)
    unfinished = [claim for claim in ordered if not claim.is_certified]
    for status, group in _FIRST:
        for claim in unfinished:
            if claim.status == status:
                return Standing(group, claim, len(unfinished) - 1)
    latest = ordered[-1] if ordered else None
    if asking is None:
        return Standing(Group.QUIET, latest)
    made = [claim for claim in ordered if claim.period_id == asking.period_id]
    if made:
        return Standing(Group.CERTIFIED, made[-1])
    if asking.unanswered and asking.may_claim:
        return Standing(Group.ASKED, latest)
    if asking.declined or not asking.is_awaited or (latest is not None and latest.is_final):
        return Standing(Group.QUIET, latest)
    return Standing(Group.TO_CLAIM, latest)
