"""Days begin and end on the project's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.core import clock
from tallystick.core.dates import (
    add_months,
    clamp_day,
    days_left,
    describe_days_left,
    due_moment,
    format_date,
    format_instant,
    format_range,
    start_of_day,
)

ZONES = [
    "UTC",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "America/New_York",
    "America/St_Johns",
    "Africa/Cairo",
    "America/Santiago",
    "America/Havana",
    "Asia/Kathmandu",
]


def test_a_claim_due_on_the_25th_is_in_time_until_midnight_in_sydney() -> None:
    assert due_moment(date(2026, 3, 25), "Australia/Sydney") == datetime(2026, 3, 25, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "zone", "expected"),
    [
        (date(2026, 10, 4), "Australia/Sydney", datetime(2026, 10, 4, 13, 0, tzinfo=UTC)),
        (date(2026, 4, 5), "Australia/Sydney", datetime(2026, 4, 5, 14, 0, tzinfo=UTC)),
        (date(2026, 1, 31), "Pacific/Auckland", datetime(2026, 1, 31, 11, 0, tzinfo=UTC)),
        (date(2026, 1, 31), "Pacific/Kiritimati", datetime(2026, 1, 31, 10, 0, tzinfo=UTC)),
        (date(2026, 12, 31), "America/New_York", datetime(2027, 1, 1, 5, 0, tzinfo=UTC)),
        (date(2024, 4, 25), "Africa/Cairo", datetime(2024, 4, 25, 22, 0, tzinfo=UTC)),
        (date(2011, 12, 29), "Pacific/Apia", datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
    ],
    ids=[
        "clocks go forward",
        "clocks go back",
        "UTC+13",
        "UTC+14",
        "year's end",
        "no midnight",
        "a day left out",
    ],
)
def test_the_due_day_ends_when_the_next_one_begins(due: date, zone: str, expected: datetime) -> None:
    assert due_moment(due, zone) == expected


@given(st.dates(date(2000, 1, 1), date(2037, 12, 1)), st.sampled_from(ZONES))
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    begins, ends = start_of_day(day, zone), due_moment(day, zone)
    assert begins.tzinfo is UTC
    assert ends == start_of_day(day + timedelta(days=1), zone)
    if day != date(2011, 12, 30) or zone != "Pacific/Apia":
        assert timedelta(hours=22) <= ends - begins <= timedelta(hours=26)
        with clock.at(begins):
            assert clock.today_in(zone) == day
        with clock.at(ends - timedelta(microseconds=1)):
            assert clock.today_in(zone) == day


def test_days_left_are_counted_on_the_projects_calendar() -> None:
    with clock.at(datetime(2026, 3, 24, 13, 30, tzinfo=UTC)):
        assert days_left(date(2026, 3, 25), "Australia/Sydney") == 0
        assert days_left(date(2026, 3, 25), "America/New_York") == 1
        assert describe_days_left(date(2026, 3, 25), "Australia/Sydney") == "Due today"
        assert describe_days_left(date(2026, 3, 26), "Australia/Sydney") == "Due tomorrow"
        assert describe_days_left(date(2026, 4, 6), "Australia/Sydney") == "12 days left"
        assert describe_days_left(date(2026, 3, 24), "Australia/Sydney") == "1 day late"
        assert describe_days_left(date(2026, 3, 20), "Australia/Sydney") == "5 days late"


def test_days_29_to_31_clamp_to_the_months_end() -> None:
    assert clamp_day(2026, 2, 31) == date(2026, 2, 28)
    assert clamp_day(2028, 2, 31) == date(2028, 2, 29)
    assert clamp_day(2026, 4, 30) == date(2026, 4, 30)
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 2, 28), 1, day_of_month=31) == date(2026, 3, 31)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)


def test_dates_as_people_read_them() -> None:
    assert format_date(date(2026, 3, 21)) == "21 Mar 2026"
    assert format_date(date(2026, 3, 1), "en-GB") == "1 Mar 2026"
    assert format_date(date(2026, 3, 21), "en-US") == "Mar 21, 2026"
    assert format_range(date(2026, 3, 1), date(2026, 3, 31)) == "1–31 Mar 2026"
    assert format_range(date(2026, 3, 15), date(2026, 4, 14)) == "15 Mar – 14 Apr 2026"
    assert format_range(date(2025, 12, 15), date(2026, 1, 14)) == "15 Dec 2025 – 14 Jan 2026"
    assert format_range(date(2026, 3, 1), date(2026, 3, 1)) == "1 Mar 2026"
    assert format_range(date(2026, 3, 1), date(2026, 3, 31), "en-US") == "Mar 1, 2026 – Mar 31, 2026"


def test_instants_are_shown_on_the_projects_clock() -> None:
    instant = datetime(2026, 3, 21, 6, 5, tzinfo=UTC)
    assert format_instant(instant, "Australia/Sydney") == "21 Mar 2026, 5:05 pm"
    assert format_instant(instant, "Australia/Sydney", with_zone=True) == "21 Mar 2026, 5:05 pm AEDT"
    assert format_instant(instant, "America/New_York", "en-US") == "Mar 21, 2026, 2:05 AM"
    assert format_instant(datetime(2026, 3, 21, tzinfo=UTC), "UTC") == "21 Mar 2026, 12:00 am"
    with pytest.raises(ValueError, match="time zone"):
        format_instant(datetime(2026, 3, 21), "UTC")  # noqa: DTZ001 - the mistake that is refused
