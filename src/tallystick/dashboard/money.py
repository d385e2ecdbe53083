"""Claimed, certified and paid by billing period and to date, of the contracts of one side that the actor may see.

Claimed and certified are work and new materials before retention and tax; due and paid are what has to be paid of
what is certified: after retention, with tax. These are the list of claims' figures of each period (domain §14).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import F, Q, Sum

from tallystick.access.actor import Actor
from tallystick.access.levels import Tool
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED
from tallystick.contracts.policies import seen_through, visible_in
from tallystick.contracts.queries import Sums, agreed_sums
from tallystick.directory.models import Project
from tallystick.payments.models import Payment
from tallystick.periods.models import BillingPeriod, PeriodStatus


@dataclass(frozen=True, slots=True)
class Flow:
    """Sums of stored figures, minor units. ``retention`` is retained less released; ``due`` and ``paid`` have tax."""

    claimed: int = 0
    certified: int = 0
    retention: int = 0
    due: int = 0
    paid: int = 0

    @property
    def outstanding(self) -> int:
        """Still to pay, with tax."""
        return self.due - self.paid

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was claimed, certified or paid."""
        return self == Flow()

    def __add__(self, other: Flow) -> Flow:
        return Flow(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Flow)))


@dataclass(frozen=True, slots=True)
class PeriodFlow:
    """What was claimed, certified and paid for one billing period."""

    id: int
    start: date
    end: date
    is_open: bool
    flow: Flow


@dataclass(frozen=True, slots=True)
class SideMoney:
    """One side of a project over time, in the project's currency.

    ``periods`` are those from the first with anything claimed to the last, the earliest first; ``without_period`` is
    claimed without one, ``on_account`` paid for no claim in particular. ``sums`` are those of the contracts in force,
    ``others`` how many contracts are in another currency and in none of the figures.
    """

    currency: str
    sums: Sums
    contracts: int
    others: int
    periods: tuple[PeriodFlow, ...]
    without_period: Flow
    on_account: int

    @property
    def to_date(self) -> Flow:
        """Everything, payments on account too."""
        return sum((period.flow for period in self.periods), self.without_period + Flow(paid=self.on_account))

    @property
    def cumulative(self) -> tuple[Flow, ...]:
        """To date at the end of each period; what has no period was there before."""
        return running(self.without_period, (period.flow for period in self.periods))


def running(before: Flow, flows: Iterable[Flow]) -> tuple[Flow, ...]:
    """Each flow with all before it."""
    found = []
    for flow in flows:
        before = before + flow
        found.append(before)
    return tuple(found)


def money_of_side(actor: Actor, project: Project, tool: Tool) -> SideMoney:
    """The side's money: five queries, however many contracts, periods and claims there are."""
    agreed = agreed_sums(visible_in(actor, project, tool), project.currency)
    ours = seen_through(actor, project, tool, "claims__contract__") & Q(
        claims__contract__currency=project.currency
    )
    of_periods: Any = BillingPeriod.objects.filter(ours, project=project, claims__deleted_at=None)
    summed = of_periods.order_by().values("pk").annotate(**_sums("claims__"))
    flows = {row["pk"]: _flow(row) for row in summed}
    ours_alone = seen_through(actor, project, tool, "contract__") & Q(contract__currency=project.currency)
    rest = Claim.objects.filter(ours_alone, period=None, deleted_at=None).aggregate(**_sums())
    on_account = Payment.objects.filter(ours_alone, claim=None, voided_at=None).aggregate(paid=Sum("amount"))
    return SideMoney(
        currency=project.currency,
        sums=agreed.sums,
        contracts=agreed.contracts,
        others=agreed.others,
        periods=_from_first_to_last(project, flows),
        without_period=_flow(rest),
        on_account=on_account["paid"] or 0,
    )


def _sums(path: str = "") -> dict[str, Sum]:
    certified = Q(**{f"{path}status__in": CERTIFIED})
    return {
        "claimed": Sum(f"{path}claimed_this_period"),
        "certified": Sum(f"{path}certified_this_period"),
        "retained": Sum(F(f"{path}retention_this_period") - F(f"{path}retention_released")),
        "due": Sum(f"{path}payment_due_with_tax", filter=certified),
        "paid": Sum(f"{path}paid", filter=certified),
    }


def _flow(row: dict[str, Any]) -> Flow:
    return Flow(
        claimed=row["claimed"] or 0,
        certified=row["certified"] or 0,
        retention=row["retained"] or 0,
        due=row["due"] or 0,
        paid=row["paid"] or 0,
    )


def _from_first_to_last(project: Project, flows: dict[int, Flow]) -> tuple[PeriodFlow, ...]:
    """The project's periods in their order, without those before the first and after the last with a figure."""
    if not flows:
        return ()
    columns = ("pk", "start", "end", "status")
    rows = list(BillingPeriod.objects.filter(project=project).order_by("start", "pk").values_list(*columns))
    there = [index for index, (pk, *_) in enumerate(rows) if pk in flows]
    return tuple(
        PeriodFlow(pk, start, end, status == PeriodStatus.OPEN, flows.get(pk, Flow()))
        for pk, start, end, status in rows[there[0] : there[-1] + 1]
    )
