"""Instants as a list shows them: short, since most are of these days."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tallystick.core import clock
from tallystick.core.dates import format_date, format_instant


def when(instant: datetime | None, zone: str, locale: str) -> tuple[str, str]:
    """An instant as a list shows it (``9:12 am``, ``Yesterday``, ``14 Mar``, ``14 Mar 2025``), and exactly."""
    if instant is None:
        return "", ""
    exactly = format_instant(instant, zone, locale)
    day = instant.astimezone(ZoneInfo(zone)).date()
    today = clock.today_in(zone)
    if day == today:
        return exactly.rpartition(", ")[2], exactly
    if day == today - timedelta(days=1):
        return "Yesterday", exactly
    full = format_date(day, locale)
    if day.year != today.year:
        return full, exactly
    return full.removesuffix(f" {day.year}").removesuffix(f", {day.year}"), exactly
