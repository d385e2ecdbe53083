"""A page of my contracts, in the order of what waits for me, with what was said on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from tallystick.access.actor import Actor
from tallystick.audit.models import Event
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.policies import can_move
from tallystick.claims.review.verdict import certified_of, claimed_of, proposed_of
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.models import Contract
from tallystick.core.errors import ALLOWED, Decision
from tallystick.mine.facts import Mine, WordsOf, facts_of, knowing, words_in_force
from tallystick.mine.figures import Due, Money, due_soon, money_of
from tallystick.mine.groups import ORDER, Group
from tallystick.payment_schedules.queries import Clock, clocks_of
from tallystick.periods.models import BillingPeriod
from tallystick.periods.policies import contact_may_claim
from tallystick.terms import use

PAGE_SIZE = 50
MOST_REMARKS = 6
"""So many lines of a claim are told in the list; of the others it says how many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to. Empty means all."""

    group: Group | None = None
    project: int = 0
    search: str = ""
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.group or self.project or self.search)


@dataclass(frozen=True, slots=True)
class Remark:
    """What the reviewer said on a line: amounts of this period in minor units, ``None`` where nothing is proposed."""

    line: str
    claimed: int
    proposed: int | None
    reason: str
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Said:
    """The last thing that was said on a claim, by whom and when, as far as that is known."""

    text: str
    who: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """A contract in the list. ``can_step`` is submitting or resubmitting its claim, with the reason why not."""

    mine: Mine
    said: Said | None = None
    remarks: tuple[Remark, ...] = ()
    more_remarks: int = 0
    can_step: Decision = ALLOWED
    answer: Clock | None = None


@dataclass(frozen=True, slots=True)
class MyPage:
    """My contracts: what is in the list, a page of it, and the figures of all of them whatever is filtered."""

    rows: tuple[Row, ...]
    counts: dict[Group, int]
    matching: int
    everything: int
    page: int
    pages: int
    projects: tuple[tuple[int, str], ...]
    money: tuple[Money, ...]
    due: tuple[Due, ...]

    @property
    def first(self) -> int:
        """Number of the first row, from 1; 0 where there is none."""
        return (self.page - 1) * PAGE_SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row."""
        return (self.page - 1) * PAGE_SIZE + len(self.rows)


def my_page(actor: Actor, wanted: Wanted, words_of: WordsOf = words_in_force) -> MyPage:
    """One page of the actor's contracts. A page that there is not becomes the nearest one that there is."""
    everything = facts_of(actor, words_of)
    found = [mine for mine in everything if _is_found(mine, wanted)]
    left = [mine for mine in found if wanted.group in (None, mine.group)]
    left.sort(key=_order)
    pages = max(1, -(-len(left) // PAGE_SIZE))
    page = min(max(wanted.page, 1), pages)
    shown = left[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return MyPage(
        rows=tuple(_with_details(actor, shown, words_of)),
        counts=dict(Counter(mine.group for mine in found)),
        matching=len(left),
        everything=len(everything),
        page=page,
        pages=pages,
        projects=_projects(everything),
        money=money_of(everything),
        due=due_soon(everything),
    )


def row_of(actor: Actor, contract: Contract) -> Row | None:
    """The contract as one of mine, ``None`` for somebody who does not claim on it."""
    found = facts_of(actor, only=contract)
    return next(iter(_with_details(actor, found, words_in_force)), None)


def _is_found(mine: Mine, wanted: Wanted) -> bool:
    if wanted.project and mine.contract.project_id != wanted.project:
        return False
    where = " ".join(
        (
            mine.contract.number,
            mine.contract.title,
            mine.project.number,
            mine.project.name,
            mine.payer,
            mine.contract.company.name,
        )
    ).casefold()
    return all(word in where for word in wanted.search.casefold().split())


def _order(mine: Mine) -> tuple[object, ...]:
    """By group; within those that have a due day the nearest first, what is over behind what can still be done."""
    due = mine.due or date.max
    over = mine.days_left is not None and mine.days_left < 0
    return (ORDER.index(mine.group), over, due, mine.project.name, mine.contract.number, mine.contract.pk)


def _projects(everything: Iterable[Mine]) -> tuple[tuple[int, str], ...]:
    named = {mine.project.pk: f"{mine.project.number} {mine.project.name}" for mine in everything}
    return tuple(sorted(named.items(), key=lambda one: one[1]))


# --- what was said -------------------------------------------------------------------------------------------


def _with_details(actor: Actor, shown: Sequence[Mine], words_of: WordsOf) -> list[Row]:
    claims = _claims_of(shown)
    reasons = _reasons(claims)
    remarks = _remarks(claims)
    clocks = clocks_of(claims.values())
    me = knowing(actor, (mine.contract for mine in shown))
    rows = []
    for mine in shown:
        claim = claims.get(mine.claim.id) if mine.claim else None
        if claim is None:
            rows.append(Row(mine))
            continue
        told = remarks.get(claim.pk, [])
        with use(words_of(mine.project)):
            can_step = _can_step(me, mine, claim)
        rows.append(
            Row(
                mine,
                said=_said(claim, reasons.get(claim.pk), told),
                remarks=tuple(told[:MOST_REMARKS]) if mine.group is Group.SENT_BACK else (),
                more_remarks=max(len(told) - MOST_REMARKS, 0),
                can_step=can_step,
                answer=clocks.get(claim.pk) if mine.group is Group.REVIEW else None,
            )
        )
    return rows


def _claims_of(shown: Iterable[Mine]) -> dict[int, Claim]:
    """The claims that the rows are about, each with its contract, project and account."""
    contracts = {mine.claim.id: mine.contract for mine in shown if mine.claim}
    claims = {
        claim.pk: claim
        for claim in Claim.objects.filter(pk__in=list(contracts)).select_related("period", "certified_by")
    }
    for claim in claims.values():
        claim.contract = contracts[claim.pk]
    return claims


def _can_step(actor: Actor, mine: Mine, claim: Claim) -> Decision:
    """Whether a draft can be submitted, or what was sent back resubmitted: asked of the rows that show it."""
    if mine.group is Group.SENT_BACK:
        return can_move(actor, claim, ClaimStatus.UNDER_REVIEW)
    period: BillingPeriod | None = claim.period
    if mine.group is not Group.DRAFT or period is None:
        return ALLOWED
    here = mine.period is not None and period.pk == mine.period.pk
    return contact_may_claim(period, mine.contract, due=mine.due if here else period.due)


def _reasons(claims: dict[int, Claim]) -> dict[int, Said]:
    """Why each claim was sent back or reopened, the last time."""
    events = Event.objects.filter(
        subject_type=Claim._meta.label_lower,
        subject_id__in=[str(pk) for pk in claims],
        name__in=("claim.sent_back", "claim.reopened", "claim.reopened_for_review"),
    ).order_by("at", "pk")
    found: dict[int, Said] = {}
    for event in events:
        said = str(event.changes.get("reason", [None, ""])[1] or event.facts.get("reason") or "").strip()
        found[int(event.subject_id)] = Said(said, event.actor_name, event.at)
    return found


_SAID = ~Q(review_reason="") | Q(review=LineReview.REJECTED) | Q(proposed_work__isnull=False)


def _remarks(claims: dict[int, Claim]) -> dict[int, list[Remark]]:
    """What the reviewer said on lines, in the document's order."""
    lines = ClaimLine.objects.filter(_SAID, claim__in=list(claims)).order_by("claim_id", "position", "pk")
    found: dict[int, list[Remark]] = {}
    for line in lines:
        now = certified_of(line) if claims[line.claim_id].certified_at else proposed_of(line)
        found.setdefault(line.claim_id, []).append(
            Remark(
                line=f"{line.item_number} {line.description}".strip(),
                claimed=claimed_of(line),
                proposed=now,
                reason=line.review_reason.strip(),
                is_rejected=line.review == LineReview.REJECTED,
            )
        )
    return found


def _said(claim: Claim, reason: Said | None, remarks: Sequence[Remark]) -> Said | None:
    """The reviewer's last word on it; else what the claimant wrote on it themselves."""
    if claim.status == ClaimStatus.REVISE_AND_RESUBMIT and reason is not None:
        return reason
    spoken = next((remark for remark in remarks if remark.reason), None)
    if spoken is not None:
        who = str(claim.certified_by) if claim.certified_by else ""
        return Said(f"{spoken.line}: {spoken.reason}", who, claim.certified_at)
    if reason is not None and reason.text:
        return reason
    return Said(claim.comment.strip(), "", None) if claim.comment.strip() else None
