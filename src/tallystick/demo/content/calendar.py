"""The sample's twelve months. The last one is the month in which it is loaded, so that it is always alive.

Everything is laid out by month and share of a month; only the calendar differs between two loadings.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tallystick.core.dates import add_months, clamp_day, start_of_day

PERIODS = 12
ZONE = "Australia/Sydney"
WHOLE_MONTH = 1000


@dataclass(frozen=True, slots=True)
class Calendar:
    """The twelve billing periods that end with the month of ``loaded``."""

    loaded: datetime

    def start(self, period: int) -> date:
        """The first day of a period, 1 to 12; earlier and later numbers go on by months."""
        return add_months(self._first_of_open(), period - PERIODS)

    def end(self, period: int) -> date:
        """The last day of the month."""
        start = self.start(period)
        return clamp_day(start.year, start.month, 31)

    def due(self, period: int) -> date:
        """Contacts claim until the last day, so that in the open period they always still can."""
        return self.end(period)

    def moment(self, period: int, share: int) -> datetime:
        """An instant ``share`` thousandths into a period; what the open one has of it, ends with the loading."""
        begins = start_of_day(self.start(period), ZONE)
        ends = min(start_of_day(self.start(period + 1), ZONE), self.loaded)
        if period < PERIODS:
            return _in_working_hours(begins, share)
        return begins + (ends - begins) * share // WHOLE_MONTH

    def _first_of_open(self) -> date:
        from zoneinfo import ZoneInfo

        return self.loaded.astimezone(ZoneInfo(ZONE)).date().replace(day=1)


def _in_working_hours(begins: datetime, share: int) -> datetime:
    """Twenty-eight days, each from seven in the morning to five in the afternoon: no month is shorter."""
    minutes_into = share * 28 * 600 // WHOLE_MONTH
    day, minute = divmod(minutes_into, 600)
    return begins + timedelta(days=day, minutes=7 * 60 + minute)
