"""Reads about billing periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Q

from tallystick.access.actor import Actor
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import visible_to as visible_contracts
from tallystick.core.dates import days_left, describe_days_left
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod, PeriodExtension, PeriodStatus
from tallystick.periods.policies import can_manage_periods, visible_to
from tallystick.terms import text

DUE_SOON = 3
"""An open period that is due in so many days or fewer is marked."""


class DueMark(StrEnum):
    """What is to be noticed about an open period's due day."""

    NONE = ""
    SOON = "due_soon"
    OVER = "overdue"


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """A later due day that one contract has."""

    contract_id: int
    contract: str
    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class ContractExtension:
    """A later due day as its contract's page tells it."""

    period: BillingPeriod
    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A billing period in the table, with what may be done to it and why not. ``claims``: those that one sees."""

    id: int
    start: date
    end: date
    due: date
    status: PeriodStatus
    claims: int
    by_status: dict[str, int]
    """How many claims that the actor may see are in each status; statuses without any are left out."""
    days_left: str
    mark: DueMark
    extensions: tuple[ExtensionRow, ...]
    can_manage: Decision
    can_delete: Decision

    @property
    def is_open(self) -> bool:
        """Whether claims can be made for it."""
        return self.status == PeriodStatus.OPEN

    @property
    def dates(self) -> dict[str, str]:
        """The three dates as a date field wants them."""
        return {"start": str(self.start), "end": str(self.end), "due": str(self.due)}


def periods_of(actor: Actor, project: Project) -> list[PeriodRow]:
    """The project's periods, the latest first. Three queries whatever their number."""
    return _rows(actor, project, Q(project=project))


def period_row(actor: Actor, period: BillingPeriod) -> PeriodRow:
    """One period as its row."""
    return _rows(actor, period.project, Q(pk=period.pk))[0]


def extensions_of(contract: Contract) -> list[ContractExtension]:
    """The extensions of a contract, the latest period first. The caller may see the contract."""
    given = PeriodExtension.objects.filter(contract=contract).select_related("period")
    return [ContractExtension(one.period, one.due, one.reason) for one in given.order_by("-period__start")]


def _rows(actor: Actor, project: Project, which: Q) -> list[PeriodRow]:
    manage = can_manage_periods(actor, project)
    found = list(
        visible_to(actor)
        .filter(which)
        .annotate(number_of_claims=Count("claims", distinct=True))
        .order_by("-start", "-pk")
    )
    extensions: dict[int, list[ExtensionRow]] = {}
    given = PeriodExtension.objects.filter(period__in=found, contract__in=visible_contracts(actor))
    for extension in given.select_related("contract").order_by("contract__number"):
        row = ExtensionRow(extension.contract_id, str(extension.contract), extension.due, extension.reason)
        extensions.setdefault(extension.period_id, []).append(row)
    counts = _claims(actor, found)
    return [
        PeriodRow(
            id=period.pk,
            start=period.start,
            end=period.end,
            due=period.due,
            status=PeriodStatus(period.status),
            claims=sum(counts.get(period.pk, {}).values()),
            by_status=counts.get(period.pk, {}),
            days_left=(
                describe_days_left(period.due, project.time_zone)
                if period.status == PeriodStatus.OPEN
                else ""
            ),
            mark=_mark(period, project),
            extensions=tuple(extensions.get(period.pk, ())),
            can_manage=manage,
            can_delete=_can_delete(manage, period.number_of_claims),
        )
        for period in found
    ]


def _claims(actor: Actor, found: Sequence[BillingPeriod]) -> dict[int, dict[str, int]]:
    """Claims of contracts that the actor may see, by period and status; deleted ones are left out."""
    counted = (
        BillingPeriod.objects.filter(pk__in=[period.pk for period in found])
        .filter(claims__deleted_at=None, claims__contract__in=visible_contracts(actor))
        .order_by()
        .values_list("pk", "claims__status")
        .annotate(number=Count("claims", distinct=True))
    )
    counts: dict[int, dict[str, int]] = {}
    for period, status, number in counted:
        counts.setdefault(period, {})[status] = number
    return counts


def _mark(period: BillingPeriod, project: Project) -> DueMark:
    if period.status != PeriodStatus.OPEN:
        return DueMark.NONE
    left = days_left(period.due, project.time_zone)
    if left < 0:
        return DueMark.OVER
    return DueMark.SOON if left <= DUE_SOON else DueMark.NONE


def _can_delete(manage: Decision, claims: int) -> Decision:
    if manage and claims:
        return refused(
            text(
                "{claims:n} {n:belongs|belong} to this {billing_period}, so it can't be deleted: "
                "their backups need it. Close it instead.",
                n=claims,
            )
        )
    return manage if not manage else ALLOWED


def open_period_row(actor: Actor, project: Project) -> PeriodRow | None:
    """The project's open period."""
    found = _rows(actor, project, Q(project=project, status=PeriodStatus.OPEN))
    return found[0] if found else None
