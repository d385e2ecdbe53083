"""Two states of a claim line by line: this claim and the one before, a resubmission and what was submitted before,
a revision and the one that was certified (issue: compare with the previous claim)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tallystick.claims.as_at import claim_before, earlier_revisions
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.review.rounds import last_round, was_answered
from tallystick.claims.review.verdict import assessed_of, certified_of, claimed_of
from tallystick.claims.states import EDITABLE, ClaimStatus
from tallystick.claims.storage import lines_of


class Against(StrEnum):
    """What the claim is held against."""

    PREVIOUS = "previous"
    ROUND = "round"
    REVISION = "revision"


@dataclass(frozen=True, slots=True)
class Side:
    """A line on one side: this period, total to date (minor units) and its percentage (basis points)."""

    this: int
    total: int
    percent_bp: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line on both sides; ``before`` is missing where the line is new, ``after`` where it is gone."""

    item: str
    description: str
    before: Side | None
    after: Side | None

    @property
    def change(self) -> int:
        """By how much more of this period stands on it now."""
        return (self.after.this if self.after else 0) - (self.before.this if self.before else 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lines of both sides, and what they come to. ``before_*`` say what the other side is."""

    against: Against
    before: Claim
    before_at: datetime | None
    rows: tuple[Row, ...]
    before_this: int
    after_this: int
    before_total: int
    after_total: int

    @property
    def change(self) -> int:
        """By how much more stands in this period now, over all lines."""
        return self.after_this - self.before_this

    @property
    def changed(self) -> int:
        """On how many lines something else stands."""
        return sum(bool(row.change) for row in self.rows)


def possible(claim: Claim) -> list[Against]:
    """What this claim can be held against, the most telling first."""
    found = []
    if claim.status in {*EDITABLE, ClaimStatus.UNDER_REVIEW} and was_answered(claim):
        found.append(Against.ROUND)
    if claim.revision:
        found.append(Against.REVISION)
    if _previous(claim) is not None:
        found.append(Against.PREVIOUS)
    return found


def compare(claim: Claim, against: Against, *, movers_first: bool = True) -> Comparison | None:
    """The claim held against the other state, or ``None`` where there is no such state; a fixed number of queries.

    Against the previous claim both stand as assessed, or certified once they are. Against what was submitted before
    both stand as claimed. Against the revision before both stand as assessed.
    """
    before: tuple[Claim, list[ClaimLine]]
    at: datetime | None
    this: Callable[[ClaimLine], int]
    if against is Against.PREVIOUS:
        previous = _previous(claim)
        if previous is None:
            return None
        before, at, this = (previous, lines_of(previous)), None, _in_force
    elif against is Against.ROUND:
        last = last_round(claim)
        if last is None:
            return None
        before, at, this = (last.claim, list(last.lines.values())), last.at, claimed_of
    else:
        revisions = earlier_revisions(claim)
        if not revisions:
            return None
        before, at, this = claim_before(claim, revisions[0].change), revisions[0].certified_at, _in_force
    rows = _rows(before[1], lines_of(claim), this)
    if movers_first:
        rows.sort(key=lambda row: -abs(row.change))
    return Comparison(
        against=against,
        before=before[0],
        before_at=at,
        rows=tuple(rows),
        before_this=sum(row.before.this for row in rows if row.before),
        after_this=sum(row.after.this for row in rows if row.after),
        before_total=sum(row.before.total for row in rows if row.before),
        after_total=sum(row.after.total for row in rows if row.after),
    )


def _previous(claim: Claim) -> Claim | None:
    return (
        Claim.objects.filter(contract_id=claim.contract_id, deleted_at=None, number__lt=claim.number)
        .select_related("contract__project__account", "contract__company", "period")
        .order_by("-number")
        .first()
    )


def _in_force(line: ClaimLine) -> int:
    certified = certified_of(line)
    return assessed_of(line) if certified is None else certified


def _rows(
    before: Sequence[ClaimLine], after: Sequence[ClaimLine], this: Callable[[ClaimLine], int]
) -> list[Row]:
    old = {line.sov_line_id: line for line in before}
    rows = [
        Row(
            line.item_number,
            line.description,
            _side(old.pop(line.sov_line_id, None), this),
            _side(line, this),
        )
        for line in after
    ]
    return rows + [Row(line.item_number, line.description, _side(line, this), None) for line in old.values()]


def _side(line: ClaimLine | None, this: Callable[[ClaimLine], int]) -> Side | None:
    if line is None:
        return None
    return Side(this(line), line.total_completed, line.percent_bp)
