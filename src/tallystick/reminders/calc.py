"""Hours and days on which something is told by the calendar. Knows no database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)
EVENING = time(20)
"""Nothing is written between evening and morning, by the clock of whoever's calendar it is."""

MONDAY = 0


def morning_of(day: date, zone: str) -> datetime:
    """The instant (UTC) from which something may be told on that day in the zone.

    Where the clocks skip that hour, or the whole day, it is the moment at which they go on.
    """
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_daytime(now: datetime, zone: str) -> bool:
    """Whether it is an hour at which somebody in the zone may get mail of a machine."""
    return MORNING <= now.astimezone(ZoneInfo(zone)).time() < EVENING


def next_turn(now: datetime, zone: str, *, weekday: int | None = None) -> datetime:
    """The morning after ``now``, or the next one of a weekday; this day's where its morning is yet to come."""
    day = now.astimezone(ZoneInfo(zone)).date()
    while True:
        if weekday in (None, day.weekday()) and morning_of(day, zone) > now:
            return morning_of(day, zone)
        day += timedelta(days=1)


def is_reminded(invited_on: date, last_on: date | None, every: int, today: date) -> bool:
    """Whether a reminder is due: ``every`` days after the invitation, then after the last reminder (domain §4).

    Counting from the last one, a worker that was away for a week sends one and goes on at the interval. An invite that
    was sent once more counts from then.
    """
    since = max(invited_on, last_on) if last_on else invited_on
    return every > 0 and (today - since).days >= every
