"""Counting days by an Act's rule: weekends, public holidays and shutdown days left out, each with its name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from tallystick.core.dates import format_range
from tallystick.jurisdictions.model import Basis, Place, Shutdown

_DAY = timedelta(days=1)
_SATURDAY = 5


class Why(StrEnum):
    """Why a day does not count."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SHUTDOWN = "shutdown"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that was not counted."""

    day: date
    why: Why
    name: str


@dataclass(frozen=True, slots=True)
class Count:
    """How a date was reached: so many days after (or before) ``start``; ``end`` is the last of them."""

    start: date
    end: date
    days: int
    basis: Basis
    skipped: tuple[Skipped, ...]
    checked_to: int
    """The last year whose public holidays were checked."""

    @property
    def is_backwards(self) -> bool:
        """Whether it was counted back."""
        return self.end < self.start

    @property
    def beyond_checked(self) -> bool:
        """Whether a year is touched whose proclaimed holidays may be missing."""
        return self.basis is not Basis.CALENDAR and max(self.start.year, self.end.year) > self.checked_to


class YearUnknown(ValueError):
    """Nobody knows the public holidays of that year."""

    def __init__(self, year: int, place: Place) -> None:
        self.year = year
        super().__init__(
            f"The public holidays of {year} in {place.name} are not known, so no date can be counted."
        )


class Days:
    """Which days count in a place, and counting them."""

    def __init__(self, place: Place, basis: Basis, shutdowns: tuple[Shutdown, ...] = ()) -> None:
        self.place = place
        self.basis = basis
        self._shutdowns = shutdowns

    def skipped(self, day: date) -> Skipped | None:
        """Why the day does not count; ``None`` where it does. Raises ``YearUnknown``."""
        if self.basis is Basis.CALENDAR:
            return None
        holiday = _holidays(self.place, day.year).get(day)
        if self.basis is Basis.BUT_HOLIDAYS:
            return Skipped(day, Why.HOLIDAY, holiday) if holiday else None
        if day.weekday() >= _SATURDAY:
            return Skipped(day, Why.WEEKEND, holiday or "weekend")
        if holiday:
            return Skipped(day, Why.HOLIDAY, holiday)
        for shutdown in self._shutdowns:
            if shutdown.covers(day):
                return Skipped(day, Why.SHUTDOWN, shutdown_name(shutdown, day))
        return None

    def counts(self, day: date) -> bool:
        """Whether the day is one of those that count."""
        return self.skipped(day) is None

    def after(self, start: date, days: int) -> Count:
        """The day that is so many counted days after ``start``, which itself never counts."""
        return self._count(start, days, _DAY)

    def before(self, start: date, days: int) -> Count:
        """The day that is so many counted days before ``start``."""
        return self._count(start, days, -_DAY)

    def _count(self, start: date, days: int, step: timedelta) -> Count:
        skipped: list[Skipped] = []
        day, left = start, days
        try:
            while left:
                day += step
                out = self.skipped(day)
                if out is None:
                    left -= 1
                else:
                    skipped.append(out)
        except OverflowError:
            raise YearUnknown(day.year, self.place) from None
        return Count(start, day, days, self.basis, tuple(skipped), self.place.holidays_checked_to)

    def between(self, start: date, end: date) -> int:
        """How many counted days lie after ``start`` up to and with ``end``; negative where ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(1 for day in _each(start + _DAY, end) if self.counts(day))


def _each(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def shutdown_name(shutdown: Shutdown, day: date) -> str:
    """``shutdown 22 Dec 2026 – 10 Jan 2027``: the range around the day."""
    first, last = date(day.year, *shutdown.first), date(day.year, *shutdown.last)
    if shutdown.first > shutdown.last:
        if (day.month, day.day) >= shutdown.first:
            last = date(day.year + 1, *shutdown.last)
        else:
            first = date(day.year - 1, *shutdown.first)
    return f"shutdown {format_range(first, last)}"


@cache
def _holidays(place: Place, year: int) -> Mapping[date, str]:
    """Public holidays of one year by name. Raises ``YearUnknown`` beyond what the package has."""
    import holidays

    known = holidays.country_holidays(place.country, subdiv=place.subdivision or None)
    if not known.start_year <= year <= known.end_year:
        raise YearUnknown(year, place)
    found = holidays.country_holidays(place.country, subdiv=place.subdivision or None, years=year)
    return {day: name.replace("'", "’") for day, name in found.items() if name not in place.not_observed}
