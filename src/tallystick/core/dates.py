"""Dates of billing and instants of doing, in the project's time zone.

Billing dates are plain dates. Instants are kept in UTC. "Today" and "the end of the due day" are the
project's: an administrator in Sydney and a contact in Perth see the same deadline.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tallystick.core.clock import today_in

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def start_of_day(day: date, zone: str) -> datetime:
    """The instant (UTC) at which a calendar day begins in the zone.

    Where clocks skip midnight the day begins at the jump; where midnight comes twice, at the first.
    """
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def due_moment(due_date: date, zone: str) -> datetime:
    """The instant (UTC) at which the due day is over; what is due may be done while ``now() < due_moment``.

    The end of a day is the beginning of the next one, whatever the clocks did in between (R-PERIOD-3).
    """
    return start_of_day(due_date + timedelta(days=1), zone)


def days_left(due_date: date, zone: str) -> int:
    """Calendar days until the due day in the zone: 0 on the day itself, negative afterwards."""
    return (due_date - today_in(zone)).days


def describe_days_left(due_date: date, zone: str) -> str:
    """``Due today``, ``Due tomorrow``, ``12 days left``, ``1 day late``."""
    days = days_left(due_date, zone)
    if days == 0:
        return "Due today"
    if days == 1:
        return "Due tomorrow"
    if days > 0:
        return f"{days} days left"
    return f"{-days} day{'' if days == -1 else 's'} late"


def clamp_day(year: int, month: int, day: int) -> date:
    """The date with that day of the month, or the month's last day where there is no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def add_months(day: date, months: int, *, day_of_month: int | None = None) -> date:
    """The date some months on, clamped to the month's end; ``day_of_month`` keeps 31 from staying 28."""
    index = day.year * 12 + day.month - 1 + months
    return clamp_day(index // 12, index % 12 + 1, day_of_month or day.day)


def format_date(day: date, locale: str = "en-AU") -> str:
    """``21 Mar 2026``, in the United States ``Mar 21, 2026``."""
    month = _MONTHS[day.month - 1]
    return f"{month} {day.day}, {day.year}" if locale == "en-US" else f"{day.day} {month} {day.year}"


def format_range(start: date, end: date, locale: str = "en-AU") -> str:
    """``1–31 Mar 2026``, ``15 Mar – 14 Apr 2026``; what start and end share is said once."""
    if locale == "en-US" or start.year != end.year:
        return f"{format_date(start, locale)} – {format_date(end, locale)}"
    if start.month != end.month:
        return f"{start.day} {_MONTHS[start.month - 1]} – {format_date(end, locale)}"
    if start.day != end.day:
        return f"{start.day}–{format_date(end, locale)}"
    return format_date(end, locale)


def format_instant(instant: datetime, zone: str, locale: str = "en-AU", *, with_zone: bool = False) -> str:
    """``21 Mar 2026, 5:30 pm`` on the zone's clock, with ``with_zone`` then its abbreviation (AEDT)."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    local = instant.astimezone(ZoneInfo(zone))
    half = ("AM", "PM") if locale == "en-US" else ("am", "pm")
    clock = f"{local.hour % 12 or 12}:{local.minute:02d} {half[local.hour // 12]}"
    text = f"{format_date(local.date(), locale)}, {clock}"
    return f"{text} {local.tzname()}" if with_zone else text
