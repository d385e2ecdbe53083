"""A billing period's contracts by how far each is: what waits for the reader, what for others, what is done.

A group is a state of the list of claims (``claims.listing``): the list narrowed to that state holds the group's
contracts and no other. Amounts are stored figures in minor units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from tallystick.access.actor import Actor
from tallystick.claims.listing.query import is_admin, rows_of, waiting_states
from tallystick.claims.listing.rows import WAITING, state_label
from tallystick.claims.states import CERTIFIED, ClaimStatus, ListState, SignatureState
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod

FIRST = 3


class Stage(Enum):
    """Whose turn it is, in the order of the page."""

    YOURS = "yours"
    BEFORE = "before"
    THEIRS = "theirs"
    DONE = "done"


_ORDER: dict[Stage, tuple[ListState | ClaimStatus, ...]] = {
    Stage.YOURS: (ClaimStatus.UNDER_REVIEW,),
    Stage.BEFORE: (ListState.NO_CONTACTS, ListState.SSOV_NOT_APPROVED, ListState.NOT_INVITED),
    Stage.THEIRS: (
        ListState.LATE,
        ListState.INVITED,
        ListState.ACCEPTED,
        ClaimStatus.DRAFT,
        ClaimStatus.REVISE_AND_RESUBMIT,
        ClaimStatus.PENDING_OWNER_APPROVAL,
    ),
    Stage.DONE: (
        ClaimStatus.APPROVED_AS_NOTED,
        ClaimStatus.APPROVED,
        ListState.DECLINED,
        ListState.NOT_CLAIMED,
    ),
}


class Member(NamedTuple):
    """One contract, with its claim of the period where there is one; amounts before retention and tax."""

    contract_id: int
    number: str
    company: str
    currency: str
    state: str
    claim_id: int | None
    claimed: int | None
    certified: int | None
    signature: str | None
    is_over: int
    is_mine: int


@dataclass(frozen=True, slots=True)
class Group:
    """The contracts in one state, by number. ``state`` is the list's filter for exactly these."""

    state: str
    stage: Stage
    members: tuple[Member, ...]
    currency: str

    @property
    def label(self) -> str:
        """The state in the words in force."""
        return state_label(self.state)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.members)

    @property
    def first(self) -> tuple[Member, ...]:
        """The first few, to be named."""
        return self.members[:FIRST]

    @property
    def claimed(self) -> int | None:
        """Claimed by those in the project's currency; None where there is no claim."""
        return self._sum(member.claimed for member in self._counted())

    @property
    def certified(self) -> int | None:
        """Certified of it; None where nothing is certified yet."""
        if self.state not in CERTIFIED:
            return None
        return self._sum(member.certified for member in self._counted())

    @property
    def others(self) -> int:
        """How many claims are in other currencies and in neither sum."""
        return sum(member.currency != self.currency for member in self.members if member.claim_id)

    @property
    def overdue(self) -> int:
        """How many have not been submitted, and their due day is over."""
        return sum(bool(member.is_over) for member in self.members if self.state == ClaimStatus.DRAFT)

    @property
    def unsigned(self) -> tuple[Member, ...]:
        """Certified claims that nobody was asked to sign: the list narrowed to the state and to *not signed*."""
        return tuple(member for member in self.members if member.signature == SignatureState.UNSIGNED)

    def _counted(self) -> Iterable[Member]:
        return (member for member in self.members if member.currency == self.currency)

    def _sum(self, amounts: Iterable[int | None]) -> int | None:
        known = [amount for amount in amounts if amount is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Month:
    """All contracts of a period that the reader may see. Every contract is in one group, and ``waiting`` holds those
    of all groups that wait for a reader who claims: an administrator's are the group under review."""

    reader: Actor
    period: BillingPeriod
    is_admin: bool
    groups: tuple[Group, ...]
    waiting: Group | None

    def of(self, stage: Stage) -> tuple[Group, ...]:
        """The groups of a stage that hold anything."""
        return tuple(group for group in self.groups if group.stage is stage)

    def group(self, state: str) -> Group | None:
        """The group of a state, where there is one."""
        return next((group for group in self.groups if group.state == state), None)

    @property
    def everything(self) -> int:
        """How many rows there are."""
        return sum(group.count for group in self.groups)

    @property
    def settled(self) -> int:
        """How many of them are done."""
        return sum(group.count for group in self.of(Stage.DONE))


def month_of(actor: Actor, project: Project, period: BillingPeriod) -> Month:
    """The period as the actor may see it: one query, and one more where they administer nothing."""
    admin = is_admin(actor, project)
    rows = rows_of(actor, project, period).order_by("number", "claim_number", "pk")
    by_state: dict[str, list[Member]] = {}
    for row in rows.values_list(
        "pk",
        "number",
        "company__name",
        "currency",
        "state",
        "claim_id",
        "claimed",
        "certified",
        "signature",
        "is_over",
        "is_mine",
    ):
        member = Member(*row)
        by_state.setdefault(member.state, []).append(member)
    groups = tuple(
        Group(
            state.value, stage if admin or stage is not Stage.YOURS else Stage.THEIRS, found, project.currency
        )
        for stage, states in _ORDER.items()
        for state in states
        if (found := tuple(by_state.get(state.value, ())))
    )
    waiting = None if admin else _waiting(actor, project, period, groups)
    return Month(actor, period, admin, groups, waiting)


def _waiting(
    actor: Actor, project: Project, period: BillingPeriod, groups: tuple[Group, ...]
) -> Group | None:
    """What waits for somebody who claims, as the list's filter of that name has it."""
    states = waiting_states(actor, project, period)
    mine = [member for group in groups if group.state in states for member in group.members if member.is_mine]
    if not mine:
        return None
    return Group(WAITING, Stage.YOURS, tuple(sorted(mine, key=lambda one: one.number)), project.currency)
