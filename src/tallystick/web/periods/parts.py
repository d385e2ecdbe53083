"""What the pages about billing periods share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from tallystick import terms
from tallystick.claims.states import ClaimStatus
from tallystick.core import clock
from tallystick.core.dates import add_months, clamp_day, format_date
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod, PeriodSchedule
from tallystick.periods.queries import PeriodRow
from tallystick.periods.scheduling import describe_next, suggested_span
from tallystick.periods.wording import describe_rule

FIRST_DUE_DAY = 25


def period_crumbs(project: Project, *, link: bool = False) -> list[dict[str, str]]:
    """The way to the periods of a project."""
    return [
        {"label": project.name, "url": reverse("project", args=[project.pk])},
        {
            "label": terms.current().cap("billing_period", plural=True),
            "url": reverse("periods", args=[project.pk]) if link else "",
        },
    ]


def states_of(project: Project, row: PeriodRow) -> list[dict[str, Any]]:
    """How many claims of the period are in each status, each leading to them in the list."""
    at = reverse("claims", args=[project.pk])
    return [
        {
            "label": status.label,
            "count": row.by_status[status.value],
            "url": f"{at}?period={row.id}&status={status.value}",
        }
        for status in ClaimStatus
        if row.by_status.get(status.value)
    ]


def schedule_in_words(project: Project) -> str:
    """How the project's periods come about, and which one is next."""
    kept = PeriodSchedule.objects.filter(project=project).first()
    if kept is None or kept.next_start is None:
        return terms.text("{Billing_periods} are created by hand.")
    locale = terms.current().locale.code
    following = describe_next(kept.rule, kept.next_start, locale)
    return (
        f"{describe_rule(kept.rule, locale)}. The next one, {following}, is created on "
        f"{format_date(kept.next_start, locale)}."
    )


def next_dates(project: Project) -> dict[str, date]:
    """What a new period is likely to be: by the schedule's days, or as the latest one was; else this month."""
    kept = PeriodSchedule.objects.filter(project=project).first()
    if kept is not None and (following := suggested_span(project, kept.rule)):
        return {"start": following.start, "end": following.end, "due": following.due}
    latest = BillingPeriod.objects.filter(project=project).order_by("-end").first()
    if latest is None:
        start = clock.today_in(project.time_zone).replace(day=1)
        return {
            "start": start,
            "end": clamp_day(start.year, start.month, 31),
            "due": clamp_day(start.year, start.month, FIRST_DUE_DAY),
        }
    return _as_before(latest)


def _as_before(latest: BillingPeriod) -> dict[str, date]:
    """The same again, directly after it."""
    start = latest.end + timedelta(days=1)
    if latest.start.day == start.day:
        end = add_months(start, 1) - timedelta(days=1)
        due = add_months(latest.due, 1, day_of_month=latest.due.day)
    else:
        end = start + (latest.end - latest.start)
        due = end + (latest.due - latest.end)
    return {"start": start, "end": end, "due": max(due, start)}
