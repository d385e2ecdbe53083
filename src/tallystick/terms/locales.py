"""What a regional English brings besides words: dates, money's sign, paper."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class PageSize(StrEnum):
    """Paper that a region prints on."""

    A4 = "A4"
    LETTER = "Letter"


class DateOrder(StrEnum):
    """How people of the region read 03/04/26."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


@dataclass(frozen=True, slots=True)
class Locale:
    """A regional English.

    ``currency`` (ISO code) and its symbol are what a new project starts with; the contract's own decides.
    ``first_weekday`` counts from Monday = 0.
    """

    code: str
    name: str
    date_pattern: str
    long_date_pattern: str
    date_order: DateOrder
    first_weekday: int
    currency: str
    currency_symbol: str
    page_size: PageSize
    tax_name: str

    def date(self, day: dt.date) -> str:
        """21 Mar 2026, or Mar 21, 2026."""
        return self._written(self.date_pattern, day)

    def long_date(self, day: dt.date) -> str:
        """21 March 2026, or March 21, 2026."""
        return self._written(self.long_date_pattern, day)

    def date_range(self, first: dt.date, last: dt.date) -> str:
        """1 Mar 2026 to 31 Mar 2026, joined by an en dash with spaces."""
        return f"{self.date(first)} – {self.date(last)}"

    def _written(self, pattern: str, day: dt.date) -> str:
        month = _MONTHS[day.month - 1]
        return pattern.format(d=day.day, mon=month[:3], month=month, y=day.year)
