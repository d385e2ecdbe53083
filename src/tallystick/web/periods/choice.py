"""The menu of billing periods on top of a page: the one that is shown, and the others to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tallystick.claims.listing.rows import PeriodChoice
from tallystick.core.dates import describe_days_left, format_date, format_range


def label_of(period: PeriodChoice, zone: str, locale: str) -> dict[str, str]:
    """What stands on the menu and beside it: the range; the due day, with the days that are left while it is open."""
    left = describe_days_left(period.due, zone) if period.is_open else "closed"
    note = f"due {format_date(period.due, locale)} · {left[:1].lower()}{left[1:]}"
    return {"label": format_range(period.start, period.end, locale), "note": note}


def choices_of(
    periods: Iterable[PeriodChoice], shown: int | None, address: Callable[[int], str], locale: str
) -> list[dict[str, Any]]:
    """The menu's items; ``shown`` is the id of the period that the page shows, ``address`` leads to one."""
    return [
        {
            "label": format_range(one.start, one.end, locale),
            "note": f"due {format_date(one.due, locale)}, {'open' if one.is_open else 'closed'}",
            "url": address(one.id),
            "current": one.id == shown,
        }
        for one in periods
    ]
