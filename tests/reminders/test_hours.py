"""On which day and at which hour something is told, wherever the project is (domain §4, §13)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.reminders.calc import MONDAY, is_daytime, is_reminded, morning_of, next_turn

ZONES = (
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Apia",
    "America/Los_Angeles",
    "Asia/Kathmandu",
    "UTC",
)


def test_the_first_comes_so_many_days_after_the_invite_and_the_next_ones_at_that_interval():
    invited = date(2026, 3, 2)
    for every in (1, 2, 3):
        reminded, last = [], None
        for day in (invited + timedelta(days=number) for number in range(10)):
            if is_reminded(invited, last, every, day):
                reminded.append((day - invited).days)
                last = day
        assert reminded == list(range(every, 10, every))


def test_nothing_comes_where_reminders_are_off():
    assert not is_reminded(date(2026, 3, 2), None, 0, date(2026, 3, 20))


def test_a_worker_that_was_away_sends_one_and_goes_on_from_there():
    invited, last = date(2026, 3, 2), date(2026, 3, 3)
    back = date(2026, 3, 11)
    assert is_reminded(invited, last, 2, back)
    assert not is_reminded(invited, back, 2, back)
    assert not is_reminded(invited, back, 2, back + timedelta(days=1))
    assert is_reminded(invited, back, 2, back + timedelta(days=2))


def test_an_invite_that_was_sent_once_more_counts_from_then():
    assert not is_reminded(date(2026, 3, 10), date(2026, 3, 3), 3, date(2026, 3, 12))
    assert is_reminded(date(2026, 3, 10), date(2026, 3, 3), 3, date(2026, 3, 13))


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        ("Pacific/Auckland", date(2026, 1, 15), datetime(2026, 1, 14, 19, tzinfo=UTC)),  # UTC+13
        ("Pacific/Auckland", date(2026, 7, 15), datetime(2026, 7, 14, 20, tzinfo=UTC)),
        ("Pacific/Apia", date(2026, 3, 2), datetime(2026, 3, 1, 19, tzinfo=UTC)),  # UTC+13
        ("America/Los_Angeles", date(2026, 3, 2), datetime(2026, 3, 2, 16, tzinfo=UTC)),
    ],
)
def test_mornings_are_those_of_the_zone(zone, day, instant):
    assert morning_of(day, zone) == instant


def test_a_day_that_the_zone_leaves_out_has_the_morning_of_the_next():
    # Samoa went over the date line: after 29 December 2011 came the 31st.
    assert morning_of(date(2011, 12, 30), "Pacific/Apia") == morning_of(date(2011, 12, 31), "Pacific/Apia")


def test_a_turn_begins_in_the_morning_not_in_the_evening_nor_at_night():
    for hour, daytime in ((0, False), (7, False), (8, True), (19, True), (20, False), (23, False)):
        local = datetime(
            2026, 4, 5, hour, 30, tzinfo=ZoneInfo("Australia/Sydney")
        )  # the clocks go back that night
        assert is_daytime(local.astimezone(UTC), "Australia/Sydney") is daytime


@given(
    st.integers(1_700_000_000, 1_830_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from(ZONES),
    st.sampled_from([None, MONDAY]),
)
def test_the_next_turn_is_the_first_morning_to_come(now, zone, weekday):
    turn = next_turn(now, zone, weekday=weekday)
    local = turn.astimezone(ZoneInfo(zone))
    assert now < turn <= now + timedelta(days=1 if weekday is None else 7, hours=2)
    assert (local.hour, local.minute) == (8, 0)
    assert weekday in (None, local.weekday())
