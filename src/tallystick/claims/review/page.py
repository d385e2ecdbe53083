"""What the review of a claim shows, a page of lines at a time, to the reviewer and to the claimant (domain §6.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.policies import can_review, can_take_proposed
from tallystick.claims.review.rounds import LastRound, last_round
from tallystick.claims.review.verdict import (
    Verdict,
    assessed_of,
    certified_of,
    claimed_of,
    is_changed,
    is_cut,
    proposed_of,
    verdict_of,
)
from tallystick.claims.states import EDITABLE, ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.claims.totals import grouped
from tallystick.contracts.models import Variation
from tallystick.contracts.policies import can_see_sov
from tallystick.contracts.states import AccountingMethod
from tallystick.core.errors import Decision
from tallystick.core.money import format_money, format_quantity
from tallystick.terms import text

PAGE_SIZE = 100

ALL, BILLED, DIFFERENCES, REJECTED = "all", "billed", "differences", "rejected"
UNMARKED, REVISED = "unmarked", "revised"


@dataclass(frozen=True, slots=True)
class Entered:
    """A cell of the reviewer's: its column (as ``claims.typed`` names it), what it is, and its text now."""

    column: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class LastTime:
    """What the reviewer said in the last round, and by how much the claimant changed the line since."""

    review: str
    label: str
    reason: str
    claimed: int
    assessed: int
    change: int


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A line as the review shows it; amounts of this period in minor units."""

    id: int
    item: str
    description: str
    group: str
    """The heading above the line, where another group begins with it."""
    scheduled: int
    percent_bp: int | None
    claimed: int
    assessed: int
    certified: int | None
    proposed: int | None
    review: str
    label: str
    reason: str
    comment: str
    needs_reason: bool
    entered: tuple[Entered, ...]
    last: LastTime | None

    @property
    def difference(self) -> int:
        """Assessed less claimed; once the claim was handed back, proposed less claimed."""
        return (self.assessed if self.proposed is None else self.proposed) - self.claimed

    @property
    def can_take(self) -> bool:
        """Whether the proposal differs from what is claimed now."""
        return self.proposed is not None and self.proposed != self.claimed


@dataclass(frozen=True, slots=True)
class Filter:
    """A way of looking at the lines, and how many it leaves."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of the review. ``sums`` are of all lines that the filter leaves."""

    rows: tuple[ReviewRow, ...]
    filters: tuple[Filter, ...]
    shown: str
    page: int
    pages: int
    matching: int
    first: int
    claimed: int
    assessed: int
    certified: int | None
    proposed: int
    """What is proposed, and what is claimed where nothing else is."""
    can_review: Decision
    can_take: Decision
    can_see: Decision
    takeable: int
    unmarked: int
    verdict: Verdict
    last_at: datetime | None
    last_ended: str
    groups: tuple[tuple[int, str], ...]


def review_page(actor: Actor, claim: Claim, *, shown: str = "", page: int = 1) -> ReviewPage:
    """The lines that ``shown`` leaves, a page of them; a fixed number of queries.

    Without a choice what is claimed this period is shown, and to a claimant whose claim came back what the reviewer
    objected to.
    """
    can_see = can_see_sov(actor, claim.contract)
    lines = lines_of(claim) if can_see else []
    awaits = claim.status in {*EDITABLE, ClaimStatus.UNDER_REVIEW}
    before = last_round(claim) if awaits and can_see else None
    kept = _kept(claim, before)
    counts = {key: sum(map(keep, lines)) for key, (_, keep) in kept.items()}
    take = can_take_proposed(actor, claim)
    if shown not in kept:
        came_back = claim.status == ClaimStatus.REVISE_AND_RESUBMIT and bool(take)
        shown = DIFFERENCES if came_back and counts[DIFFERENCES] else BILLED if counts[BILLED] else ALL
    left = [line for line in lines if kept[shown][1](line)]
    pages = max(1, -(-len(left) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    titles = _titles(claim, lines)
    certified = [certified_of(line) for line in left]
    return ReviewPage(
        rows=tuple(_rows(claim, left[start : start + PAGE_SIZE], before, titles)),
        filters=tuple(Filter(key, label, counts[key]) for key, (label, _) in kept.items()),
        shown=shown,
        page=page,
        pages=pages,
        matching=len(left),
        first=start + 1,
        claimed=sum(map(claimed_of, left)),
        assessed=sum(map(assessed_of, left)),
        certified=None if None in certified or not certified else sum(amount or 0 for amount in certified),
        proposed=sum(map(_as_proposed, left)),
        can_review=can_review(actor, claim) if can_see else can_see,
        can_take=take if can_see else can_see,
        can_see=can_see,
        takeable=sum(proposed_of(line) not in (None, claimed_of(line)) for line in lines),
        unmarked=sum(line.review == LineReview.NO_ACTION for line in lines),
        verdict=verdict_of(lines),
        last_at=before.at if before else None,
        last_ended=before.ended_in if before else "",
        groups=tuple((key or 0, title) for key, title in titles.items()) if len(titles) > 1 else (),
    )


def _as_proposed(line: ClaimLine) -> int:
    proposed = proposed_of(line)
    return claimed_of(line) if proposed is None else proposed


def matching_lines(claim: Claim, shown: str) -> list[int]:
    """Ids of all lines that a filter leaves, on every page: "select all"."""
    kept = _kept(claim, last_round(claim) if shown == REVISED else None)
    keep = kept.get(shown, kept[ALL])[1]
    return [line.pk for line in lines_of(claim) if keep(line)]


Keep = Callable[[ClaimLine], bool]


def _kept(claim: Claim, before: LastRound | None) -> dict[str, tuple[str, Keep]]:
    """The filters that make sense now: label, and which lines they keep."""
    kept: dict[str, tuple[str, Keep]] = {
        ALL: ("All lines", lambda line: True),
        BILLED: (
            text("{Bill:past} this period"),
            lambda line: bool(claimed_of(line) or assessed_of(line)) or line.review == LineReview.REJECTED,
        ),
        DIFFERENCES: (
            "Differences",
            lambda line: (
                is_changed(line) or line.proposed_work is not None or line.review == LineReview.REJECTED
            ),
        ),
        REJECTED: ("Rejected", lambda line: line.review == LineReview.REJECTED),
    }
    if claim.status == ClaimStatus.UNDER_REVIEW:
        kept[UNMARKED] = ("Not reviewed", lambda line: line.review == LineReview.NO_ACTION)
    if before is not None:
        known = before.lines
        kept[REVISED] = (
            text("Changed since {ended}", ended=before.ended_in),
            lambda line: line.pk not in known or claimed_of(known[line.pk]) != claimed_of(line),
        )
    return kept


def _titles(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int | None, str]:
    keys = list(grouped(lines))
    titles: dict[int | None, str] = {None: f"{claim.contract.number} {claim.contract.title}"}
    wanted = [key for key in keys if key is not None]
    if wanted:
        for variation in Variation.objects.filter(pk__in=wanted):
            titles[variation.pk] = text(
                "{Variation} {number} · {title}", number=variation.number, title=variation.title
            )
    return {key: titles.get(key, "") for key in keys}


def _rows(
    claim: Claim, lines: Sequence[ClaimLine], before: LastRound | None, titles: dict[int | None, str]
) -> list[ReviewRow]:
    rows: list[ReviewRow] = []
    group: int | str | None = ""
    write = _Writer(claim)
    for line in lines:
        key = line.sov_line.variation_id
        heading = titles[key] if len(titles) > 1 and key != group else ""
        group = key
        rows.append(
            ReviewRow(
                id=line.pk,
                item=line.item_number,
                description=line.description,
                group=heading,
                scheduled=line.scheduled_value,
                percent_bp=line.percent_bp,
                claimed=claimed_of(line),
                assessed=assessed_of(line),
                certified=certified_of(line),
                proposed=proposed_of(line) if claim.status in EDITABLE else None,
                review=line.review,
                label=LineReview(line.review).label,
                reason=line.review_reason,
                comment=line.comment,
                needs_reason=is_cut(line) and not line.review_reason.strip(),
                entered=write.entered(line),
                last=_last(line, before),
            )
        )
    return rows


def _last(line: ClaimLine, before: LastRound | None) -> LastTime | None:
    """What was said last time, where there was something to say."""
    was = before.lines.get(line.pk) if before else None
    if was is None:
        return None
    change = claimed_of(line) - claimed_of(was)
    if not change and was.review != LineReview.REJECTED and not is_changed(was):
        return None
    return LastTime(
        review=was.review,
        label=LineReview(was.review).label,
        reason=was.review_reason,
        claimed=claimed_of(was),
        assessed=assessed_of(was),
        change=change,
    )


class _Writer:
    """Writes what the reviewer can type over: work or quantity, and materials where the line has any."""

    def __init__(self, claim: Claim) -> None:
        self.by_unit = claim.contract.accounting_method == AccountingMethod.UNIT
        self.currency = claim.contract.currency
        self.locale = claim.contract.project.locale

    def entered(self, line: ClaimLine) -> tuple[Entered, ...]:
        cells = [
            Entered("quantity", f"Quantity {line.unit}".strip(), format_quantity(line.assessed_quantity))
            if self.by_unit
            else Entered("work", "Work", self._money(line.assessed_work))
        ]
        if line.claimed_materials_new or line.assessed_materials_new:
            cells.append(Entered("new", "New materials", self._money(line.assessed_materials_new)))
        if line.previous_materials:
            cells.append(Entered("left", "Still in store", self._money(line.assessed_materials_previous)))
        return tuple(cells)

    def _money(self, amount: int) -> str:
        return format_money(amount, self.currency, self.locale, symbol=False)
