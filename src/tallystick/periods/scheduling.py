"""The schedule of a project: keeping it, and creating each period on its start date (R-PERIOD-2; decisions, Periods).

Each worker runs ``create_due_periods`` every half minute. A project is dealt with in one transaction that holds its
row; ``scheduled_for`` is unique in a project, so whoever comes second, on whichever host, finds nothing left to do
or is turned away by the database.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.audit.actions import changed
from tallystick.core import clock
from tallystick.core.dates import format_range
from tallystick.core.errors import BadInput
from tallystick.directory.models import Project
from tallystick.periods.actions import close_open_one, locked_project
from tallystick.periods.calc import PREVIEWED, Frequency, Rule, Span, first_spans, problems_of, spans
from tallystick.periods.invites import invite_awaited
from tallystick.periods.models import BillingPeriod, InviteType, PeriodSchedule, PeriodStatus

logger = logging.getLogger("tallystick.periods")

SCHEDULE = Actor(login_id=None, name="The schedule", is_operator=True)
"""Who opens a period that nobody opened."""

FARTHEST_BACK = timedelta(days=366)
AHEAD_OF_UTC = timedelta(days=1)
"""Somewhere it may be tomorrow already."""

_FIELDS = (
    "frequency",
    "starts_on",
    "start_day",
    "end_day",
    "due_day",
    "due_month",
    "weekday",
    "length",
    "due_offset",
)
_INVITING = ("invite_type", "invite_private_list")


@dataclass(frozen=True, slots=True)
class Inviting:
    """The invites that go out when the schedule opens a period: to bill what, None for no invites."""

    claim_type: InviteType | None = None
    private_list: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """A period that the schedule would create, and what is to be known of it beforehand."""

    start: date
    end: date
    due: date
    overlaps: BillingPeriod | None
    gap: int
    begun: bool

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


def rule_of(project: Project) -> Rule:
    """The project's rule; by hand with the usual days where nobody has chosen one."""
    kept = PeriodSchedule.objects.filter(project=project).first()
    return kept.rule if kept is not None else Rule(Frequency.MANUAL, _likely_start(project))


def _likely_start(project: Project) -> date:
    """The day after the latest period, or the first of this month by the project's clock."""
    latest = BillingPeriod.objects.filter(project=project).order_by("-end").first()
    if latest is not None:
        return latest.end + timedelta(days=1)
    return clock.today_in(project.time_zone).replace(day=1)


def check_rule(project: Project, rule: Rule) -> None:
    """Raise ``BadInput`` with a sentence for each field that would not do."""
    found = problems_of(rule)
    earliest = clock.today_in(project.time_zone) - FARTHEST_BACK
    if rule.frequency != Frequency.MANUAL and rule.starts_on < earliest and not _is_kept(project, rule):
        found["starts_on"] = (
            "A schedule reaches back a year at most, because what it missed is created at once. "
            f"Choose {earliest:%-d %b %Y} or a later day."
        )
    if found:
        raise BadInput(next(iter(found.values())), found)


def _is_kept(project: Project, rule: Rule) -> bool:
    return PeriodSchedule.objects.filter(project=project, starts_on=rule.starts_on).exists()


def coming(project: Project, rule: Rule, count: int = PREVIEWED) -> list[Coming]:
    """The next periods of a rule as it would be kept: two queries whatever their number."""
    if rule.frequency == Frequency.MANUAL:
        return []
    kept = PeriodSchedule.objects.filter(project=project).first()
    found = first_spans(rule, _done_to(kept, rule), count)
    there = _near(project, found)
    today = clock.today_in(project.time_zone)
    rows: list[Coming] = []
    for number, span in enumerate(found):
        before = found[number - 1].end if number else None
        gap = (span.start - before).days - 1 if before is not None else 0
        rows.append(
            Coming(span.start, span.end, span.due, _overlapped(there, span), gap, span.start <= today)
        )
    return rows


def _near(project: Project, found: list[Span]) -> list[BillingPeriod]:
    if not found:
        return []
    return list(
        BillingPeriod.objects.filter(project=project, start__lte=found[-1].end)
        .filter(Q(end__gte=found[0].start) | Q(scheduled_for__gte=found[0].start))
        .order_by("start")
    )


def _overlapped(there: list[BillingPeriod], span: Span) -> BillingPeriod | None:
    """The period that is in this one's place: of its days, or the very one whose days were changed since."""
    return next(
        (
            period
            for period in there
            if (period.start <= span.end and period.end >= span.start) or period.scheduled_for == span.start
        ),
        None,
    )


def _done_to(kept: PeriodSchedule | None, rule: Rule) -> date | None:
    """What was dealt with stays dealt with: a period that was deleted does not come again.

    Unless another first day is chosen: then the rule counts from there.
    """
    return kept.done_to if kept is not None and kept.starts_on == rule.starts_on else None


@transaction.atomic
def save_schedule(
    actor: Actor, project: Project, rule: Rule, *, invites: Inviting | None = None
) -> list[BillingPeriod]:
    """Keep the rule and create what has begun already; the periods made. The same rule again changes nothing.

    ``invites`` says which go out when a period opens; None leaves that as it is.
    """
    project = locked_project(actor, project)
    check_rule(project, rule)
    kept = PeriodSchedule.objects.select_for_update().filter(project=project).first()
    before = _stored(kept) if kept is not None else {}
    done_to = _done_to(kept, rule)
    schedule = kept or PeriodSchedule(project=project)
    for name in _FIELDS:
        value = getattr(rule, name)
        setattr(schedule, name, value.value if isinstance(value, Frequency) else value)
    if invites is not None:
        schedule.invite_type = invites.claim_type or ""
        schedule.invite_private_list = invites.private_list
    changes = changed(before, _stored(schedule))
    if not changes:
        return _create_begun(project, schedule)
    schedule.done_to = done_to
    schedule.next_start = _next_start(schedule)
    schedule.changed_at = clock.now()
    schedule.save()
    record_in(project, actor, "schedule.changed", schedule, changes=changes)
    return _create_begun(project, schedule)


def _stored(schedule: PeriodSchedule) -> dict[str, Any]:
    return {name: str(getattr(schedule, name)) for name in (*_FIELDS, *_INVITING)}


def _next_start(schedule: PeriodSchedule) -> date | None:
    if schedule.frequency == Frequency.MANUAL:
        return None
    following = next(spans(schedule.rule, schedule.done_to), None)
    return following.start if following is not None else None


def create_due_periods() -> int:
    """Create every period whose start date has come where its project is; how many were made."""
    latest = clock.now().date() + AHEAD_OF_UTC
    waiting = PeriodSchedule.objects.filter(next_start__lte=latest, project__is_active=True)
    made = 0
    for project_id in waiting.order_by("next_start", "pk").values_list("project_id", flat=True):
        try:
            made += len(create_for(project_id))
        except IntegrityError:
            logger.info("the periods of project %s were created by another worker", project_id)
    return made


@transaction.atomic
def create_for(project_id: int) -> list[BillingPeriod]:
    """Create the periods of one project that have begun, the earliest first."""
    project = Project.objects.select_for_update().get(pk=project_id)
    schedule = PeriodSchedule.objects.select_for_update().filter(project=project).first()
    if schedule is None or not project.is_active:
        return []
    return _create_begun(project, schedule)


def _create_begun(project: Project, schedule: PeriodSchedule) -> list[BillingPeriod]:
    """What was missed comes in order, and only the latest stays open.

    A period never takes the place of one whose days it would share, and never closes a later one.
    """
    today = clock.today_in(project.time_zone)
    if schedule.next_start is None or schedule.next_start > today:
        return []
    begun = []
    for span in spans(schedule.rule, schedule.done_to):
        if span.start > today:
            break
        begun.append(span)
    made = []
    there = _near(project, begun)
    for span in begun:
        if (other := _overlapped(there, span)) is None:
            made.append(_create(project, span))
        elif other.scheduled_for != span.start:
            facts = {"start": span.start.isoformat(), "end": span.end.isoformat(), "other": str(other)}
            record_in(project, SCHEDULE, "schedule.skipped", schedule, facts=facts)
        schedule.done_to = span.start
    schedule.next_start = _next_start(schedule)
    schedule.save(update_fields=["done_to", "next_start"])
    if made and schedule.invite_type:
        invite_awaited(
            SCHEDULE,
            made[-1],
            InviteType(schedule.invite_type),
            private_list=schedule.invite_private_list,
        )
    return made


def _create(project: Project, span: Span) -> BillingPeriod:
    current = BillingPeriod.objects.filter(project=project, status=PeriodStatus.OPEN).first()
    is_latest = current is None or current.start < span.start
    if is_latest:
        close_open_one(SCHEDULE, project)
    period = BillingPeriod.objects.create(
        project=project,
        start=span.start,
        end=span.end,
        due=span.due,
        scheduled_for=span.start,
        status=PeriodStatus.OPEN if is_latest else PeriodStatus.CLOSED,
        closed_at=None if is_latest else clock.now(),
    )
    record_in(project, SCHEDULE, "period.opened" if is_latest else "period.created_closed", period)
    return period


def suggested_span(project: Project, rule: Rule) -> Span | None:
    """The rule's next period after the latest one; where there is none, from this month on."""
    latest = BillingPeriod.objects.filter(project=project).order_by("-end").first()
    before = clock.today_in(project.time_zone).replace(day=1) - timedelta(days=1)
    return next(spans(rule, latest.end if latest is not None else before), None)


def describe_next(schedule_rule: Rule, next_start: date | None, locale: str) -> str:
    """The period that the schedule creates next, in words; empty where there is none."""
    if next_start is None:
        return ""
    following = next(spans(schedule_rule, next_start - timedelta(days=1)), None)
    return format_range(following.start, following.end, locale) if following is not None else ""
