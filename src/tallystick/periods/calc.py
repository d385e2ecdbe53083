"""The arithmetic of a schedule of billing periods: from a rule to the periods one after the other (R-PERIOD-1, -2).

Knows no database. Days 29 to 31 stand for the month's end where the month is shorter, and a period never reaches into
the next one: from the 31st to the 30th February's period begins on the 28th and January's ends on the 27th.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

from tallystick.core.dates import add_months, clamp_day

LONGEST_WAIT = timedelta(days=60)
"""The due day may lie up to this long after the end (decisions, Periods)."""

LONGEST_PERIOD = 366
PREVIEWED = 12
LOOKED_AHEAD = 60
"""So many periods are looked at before a rule is kept: five years of months, a leap February among them."""

LAST_DAY = date(2200, 12, 31)


class Frequency(StrEnum):
    """How often a period begins."""

    MANUAL = "manual"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Span:
    """The three days of a period."""

    start: date
    end: date
    due: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Rule:
    """What a schedule says. The days of the month serve monthly, and by hand as what the dialog begins with."""

    frequency: Frequency
    starts_on: date
    """No period begins before this day; every ``length`` days are counted from it."""
    start_day: int = 1
    end_day: int = 31
    due_day: int = 25
    due_month: int = 0
    """The due day lies this many months after the month in which the period ends."""
    weekday: int = 0
    """Monday is 0."""
    length: int = 14
    due_offset: int = 0
    """Weekly and in days: the due day lies so many days after the end; negative is before it."""


def spans(rule: Rule, after: date | None = None) -> Iterator[Span]:
    """The rule's periods in order, from the first one that begins after the day ``after``.

    By hand there is no first day: what follows ``after`` is only suggested.
    """
    floor = rule.starts_on
    if after is not None:
        following = after + timedelta(days=1)
        floor = following if rule.frequency == Frequency.MANUAL else max(floor, following)
    match rule.frequency:
        case Frequency.WEEKLY:
            first = floor + timedelta(days=(rule.weekday - floor.weekday()) % 7)
            return _even(first, 7, rule.due_offset)
        case Frequency.CUSTOM:
            steps = -(-(floor - rule.starts_on).days // rule.length)
            return _even(rule.starts_on + timedelta(days=steps * rule.length), rule.length, rule.due_offset)
        case _:
            return _monthly(rule, floor)


def first_spans(rule: Rule, after: date | None = None, count: int = PREVIEWED) -> list[Span]:
    """So many periods of the rule."""
    return list(islice(spans(rule, after), count))


def _even(start: date, length: int, due_offset: int) -> Iterator[Span]:
    while start <= LAST_DAY:
        end = start + timedelta(days=length - 1)
        yield Span(start, end, end + timedelta(days=due_offset))
        start = end + timedelta(days=1)


def _monthly(rule: Rule, floor: date) -> Iterator[Span]:
    month = floor.replace(day=1)
    if clamp_day(month.year, month.month, rule.start_day) < floor:
        month = add_months(month, 1)
    while month <= LAST_DAY:
        yield month_span(rule, month)
        month = add_months(month, 1)


def month_span(rule: Rule, month: date) -> Span:
    """The period that begins in the month of ``month``."""
    first = month.replace(day=1)
    start = clamp_day(first.year, first.month, rule.start_day)
    end = add_months(first, 0 if rule.end_day >= rule.start_day else 1, day_of_month=rule.end_day)
    next_start = add_months(first, 1, day_of_month=rule.start_day)
    end = min(end, next_start - timedelta(days=1))
    due = add_months(end.replace(day=1), rule.due_month, day_of_month=rule.due_day)
    return Span(start, end, due)


def problems_of(rule: Rule) -> dict[str, str]:
    """What is wrong with a rule, by field; empty where its periods keep to the rules of every period."""
    found = _out_of_range(rule)
    if found:
        return found
    for span in first_spans(rule, count=LOOKED_AHEAD):
        if span.due < span.start:
            return {_due_field(rule): "The due day would come before the period starts. Choose a later one."}
        if span.due > span.end + LONGEST_WAIT:
            return {
                _due_field(rule): "The due day would come more than 60 days after the period ends. "
                "Choose an earlier one."
            }
    return {}


def _due_field(rule: Rule) -> str:
    return "due_day" if rule.frequency in (Frequency.MANUAL, Frequency.MONTHLY) else "due_offset"


def _out_of_range(rule: Rule) -> dict[str, str]:
    found = {}
    if rule.frequency in (Frequency.MANUAL, Frequency.MONTHLY):
        for name in ("start_day", "end_day", "due_day"):
            if not 1 <= getattr(rule, name) <= 31:
                found[name] = "Type a day of the month, from 1 to 31."
        if rule.due_month not in (0, 1, 2):
            found["due_month"] = "Choose one of those offered."
    elif rule.frequency == Frequency.WEEKLY and not 0 <= rule.weekday <= 6:
        found["weekday"] = "Choose one of those offered."
    if rule.frequency in (Frequency.WEEKLY, Frequency.CUSTOM) and not (
        -LONGEST_PERIOD < rule.due_offset <= LONGEST_WAIT.days
    ):
        found["due_offset"] = "Type a number of days, up to 60 after the end; −2 is two days before it."
    if rule.frequency == Frequency.CUSTOM and not 1 <= rule.length <= LONGEST_PERIOD:
        found["length"] = f"Type a number of days, from 1 to {LONGEST_PERIOD}."
    return found
