"""What is certified and not paid, by how long its day of payment is over (domain §14).

Where the project says whose payment law holds, the day is the law's, or the contract's within it. Where it does
not, nobody knows the day, and age is counted from the day of certification; ``since`` says which.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, Sum

from tallystick.access.actor import Actor
from tallystick.access.levels import Tool
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED
from tallystick.contracts.policies import seen_through
from tallystick.core import clock
from tallystick.directory.models import Project
from tallystick.payment_schedules.law import Facts, LawOfMany, day_received
from tallystick.periods.models import BillingPeriod


class Since(StrEnum):
    """From which day age is counted."""

    DUE = "due"
    CERTIFIED = "certified"


class Age(StrEnum):
    """How many days the day of payment, or of certification, is over."""

    NOT_DUE = "not_due"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"
    UNKNOWN = "unknown"


_LAST_DAYS = ((30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90))


@dataclass(frozen=True, slots=True)
class Bucket:
    """The claims of one age, and what is outstanding on them with tax, minor units."""

    age: Age
    claims: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Ageing:
    """All that is outstanding by age, in the project's currency; ages without anything are there with nought.

    Claims on which nothing is left to pay, or too much was paid, are in none.
    """

    since: Since
    buckets: tuple[Bucket, ...]

    @property
    def outstanding(self) -> int:
        """All of it."""
        return sum(bucket.outstanding for bucket in self.buckets)

    @property
    def claims(self) -> int:
        """How many claims something is outstanding on."""
        return sum(bucket.claims for bucket in self.buckets)

    @property
    def overdue(self) -> int:
        """What should have been paid by now; nought where no due day is known."""
        late = (Age.TO_30, Age.TO_60, Age.TO_90, Age.OVER_90)
        if self.since is not Since.DUE:
            return 0
        return sum(bucket.outstanding for bucket in self.buckets if bucket.age in late)


def age_of(days: int, since: Since) -> Age:
    """The bucket of a claim whose day is so many days over; on a day of payment itself nothing is late."""
    if since is Since.DUE and days <= 0:
        return Age.NOT_DUE
    return next((age for last, age in _LAST_DAYS if days <= last), Age.OVER_90)


def ageing_of(actor: Actor, project: Project, tool: Tool) -> Ageing:
    """What is certified and unpaid on the side's contracts that the actor may see: two queries."""
    since = Since.DUE if project.jurisdiction else Since.CERTIFIED
    today = clock.today_in(project.time_zone)
    law = LawOfMany(project)
    claims: defaultdict[Age, int] = defaultdict(int)
    outstanding: defaultdict[Age, int] = defaultdict(int)
    for row in _unpaid(actor, project, tool, since):
        day = _due_day(row, law, project) if since is Since.DUE else _certified_day(row, project)
        age = Age.UNKNOWN if day is None else age_of((today - day).days, since)
        claims[age] += row["claims"]
        outstanding[age] += row["outstanding"]
    shown = [age for age in Age if age is not Age.NOT_DUE or since is Since.DUE]
    return Ageing(
        since,
        tuple(
            Bucket(age, claims[age], outstanding[age])
            for age in shown
            if age is not Age.UNKNOWN or claims[age]
        ),
    )


_LAW = (
    "contract__kind",
    "contract__law_role",
    "contract__contract_date",
    "contract__schedule_days",
    "contract__payment_days",
    "received_on",
    "submitted_at",
    "period_end",
)


def _unpaid(actor: Actor, project: Project, tool: Tool, since: Since) -> list[dict[str, Any]]:
    """Sums of claims with the same facts. Which they are is asked first, of columns that one index holds."""
    ours = seen_through(actor, project, tool, "claims__contract__") & Q(
        claims__contract__currency=project.currency
    )
    of_periods = BillingPeriod.objects.filter(ours, _is_unpaid("claims__"), project=project)
    ours_alone = seen_through(actor, project, tool, "contract__") & Q(contract__currency=project.currency)
    found: list[dict[str, Any]] = []
    for claims in (
        Claim.objects.filter(pk__in=of_periods.order_by().values("claims__pk")),
        Claim.objects.filter(ours_alone, _is_unpaid(), period=None),
    ):
        facts = _LAW if since is Since.DUE else ("certified_at",)
        summed = claims.order_by().values(*facts)
        found += summed.annotate(claims=Count("pk"), outstanding=Sum(F("payment_due_with_tax") - F("paid")))
    return found


def _is_unpaid(path: str = "") -> Q:
    return Q(
        **{
            f"{path}deleted_at": None,
            f"{path}status__in": CERTIFIED,
            f"{path}payment_due_with_tax__gt": F(f"{path}paid"),
        }
    )


def _due_day(row: dict[str, Any], law: LawOfMany, project: Project) -> date | None:
    """The last day to pay; ``None`` where the law gives none."""
    facts = Facts(
        kind=row["contract__kind"],
        law_role=row["contract__law_role"],
        contract_date=row["contract__contract_date"],
        schedule_days=row["contract__schedule_days"],
        payment_days=row["contract__payment_days"],
        received_on=day_received(row["received_on"], row["submitted_at"], project.time_zone),
        period_end=row["period_end"],
    )
    dates = law.law(facts)
    return dates.pay.day if dates is not None else None


def _certified_day(row: dict[str, Any], project: Project) -> date | None:
    at: datetime | None = row["certified_at"]
    return at.astimezone(ZoneInfo(project.time_zone)).date() if at else None
