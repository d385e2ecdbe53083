"""Reads about billing periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from tallystick.access.actor import Actor
from tallystick.contracts.policies import visible_to as visible_contracts
from tallystick.core.dates import describe_days_left
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod, PeriodExtension, PeriodStatus
from tallystick.periods.policies import can_manage_periods, visible_to
from tallystick.terms import text


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """A later due day that one contract has."""

    contract: str
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
    days_left: str
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


def _rows(actor: Actor, project: Project, which: Q) -> list[PeriodRow]:
    manage = can_manage_periods(actor, project)
    found = list(
        visible_to(actor)
        .filter(which)
        .annotate(
            number_of_claims=Count("claims", distinct=True),
            claims_seen=Count(
                "claims",
                filter=Q(claims__deleted_at=None, claims__contract__in=visible_contracts(actor)),
                distinct=True,
            ),
        )
        .order_by("-start", "-pk")
    )
    extensions: dict[int, list[ExtensionRow]] = {}
    if manage:
        given = PeriodExtension.objects.filter(period__in=found).select_related("contract")
        for extension in given.order_by("contract__number"):
            row = ExtensionRow(str(extension.contract), extension.due, extension.reason)
            extensions.setdefault(extension.period_id, []).append(row)
    return [
        PeriodRow(
            id=period.pk,
            start=period.start,
            end=period.end,
            due=period.due,
            status=PeriodStatus(period.status),
            claims=period.claims_seen,
            days_left=(
                describe_days_left(period.due, project.time_zone)
                if period.status == PeriodStatus.OPEN
                else ""
            ),
            extensions=tuple(extensions.get(period.pk, ())),
            can_manage=manage,
            can_delete=_can_delete(manage, period.number_of_claims),
        )
        for period in found
    ]


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
