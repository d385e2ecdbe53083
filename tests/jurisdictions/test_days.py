"""Counting days: each kind of day that does not count, and what must hold for every count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.jurisdictions.days import Days, Why, YearUnknown
from tallystick.jurisdictions.model import Basis
from tallystick.jurisdictions.table import table

PLACES = [place.key for place in table().places]
DATES = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def days_of(key: str, basis: Basis = Basis.BUSINESS) -> Days:
    place = table().place(key)
    assert place is not None
    return Days(place, basis, table().shutdowns_of(place.law))


@given(key=st.sampled_from(PLACES), start=DATES, count=st.integers(1, 40))
def test_counting_there_and_back_agree(key: str, start: date, count: int) -> None:
    days = days_of(key)

    there = days.after(start, count)
    back = days.before(there.end, count)

    assert days.counts(there.end)
    assert days.between(start, there.end) == count
    # back from the last day one arrives at the start, or where it does not count at the last counted day before
    assert back.end == start if days.counts(start) else back.end < start
    assert days.between(back.end, start) == 0
    # every day on the way was either counted or is listed with its name
    assert (there.end - start).days == count + len(there.skipped)
    assert all(one.name for one in there.skipped)


@given(key=st.sampled_from(PLACES), start=DATES, later=st.integers(0, 30), count=st.integers(1, 30))
def test_a_later_start_or_a_longer_period_never_ends_earlier(
    key: str, start: date, later: int, count: int
) -> None:
    days = days_of(key)

    end = days.after(start, count).end

    assert days.after(start + timedelta(days=later), count).end >= end
    assert days.after(start, count + 1).end > end
    assert days.between(end, start) == -count


def test_weekends_holidays_and_shutdown_days_are_told_apart() -> None:
    nsw = days_of("au-nsw")

    told = {day: nsw.skipped(date(2026, *day)) for day in ((12, 24), (12, 25), (12, 26), (12, 28), (12, 29))}

    assert told[12, 24] is None
    assert told[12, 25].why is Why.HOLIDAY and told[12, 25].name == "Christmas Day"
    assert told[12, 26].why is Why.WEEKEND and told[12, 26].name == "Boxing Day"
    assert told[12, 28].name == "Boxing Day (observed)"
    assert told[12, 29].why is Why.SHUTDOWN and told[12, 29].name == "shutdown 27–31 Dec 2026"


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("au-vic", date(2026, 12, 22), date(2027, 1, 10)),
        ("au-qld", date(2026, 12, 22), date(2027, 1, 10)),
        ("au-wa", date(2026, 12, 22), date(2027, 1, 10)),
        ("nz", date(2026, 12, 24), date(2027, 1, 5)),
    ],
)
def test_no_day_of_a_shutdown_over_new_year_counts(key: str, first: date, last: date) -> None:
    days = days_of(key)

    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    assert not any(days.counts(day) for day in span)
    around = [first - timedelta(days=1), last + timedelta(days=1)]
    assert all(days.counts(day) or day.weekday() >= 5 for day in around)


def test_victorias_shutdown_is_new_in_2026() -> None:
    assert days_of("au-vic").counts(date(2025, 12, 22))
    assert not days_of("au-vic").counts(date(2026, 12, 22))


def test_easter_is_left_out_where_it_falls() -> None:
    assert days_of("au-nsw").after(date(2026, 4, 2), 1).end == date(2026, 4, 7)
    assert days_of("au-nsw").after(date(2027, 3, 25), 1).end == date(2027, 3, 30)


def test_a_regional_anniversary_counts_only_elsewhere() -> None:
    anniversary = date(2027, 1, 25)

    assert days_of("nz").counts(anniversary)
    assert days_of("nz-auk").counts(anniversary)
    assert days_of("nz-wgn").skipped(anniversary).name == "Wellington Anniversary Day"


def test_the_show_day_of_brisbane_is_a_holiday_in_brisbane() -> None:
    assert days_of("au-qld").counts(date(2026, 8, 12))
    assert not days_of("au-qld-bne").counts(date(2026, 8, 12))


def test_by_the_british_rule_weekends_count_and_bank_holidays_do_not() -> None:
    days = days_of("gb-eng", Basis.BUT_HOLIDAYS)

    assert days.counts(date(2026, 4, 4))
    assert not days.counts(date(2026, 4, 3)) and not days.counts(date(2026, 4, 6))


def test_by_the_calendar_every_day_counts() -> None:
    assert days_of("ca-on", Basis.CALENDAR).after(date(2026, 12, 20), 14).end == date(2027, 1, 3)


def test_a_year_that_nobody_knows_is_said_in_words() -> None:
    with pytest.raises(YearUnknown, match="public holidays of 2101 in New South Wales are not known"):
        days_of("au-nsw").after(date(2100, 12, 30), 10)


def test_counts_beyond_the_checked_years_say_so() -> None:
    assert not days_of("au-nsw").after(date(2027, 5, 3), 10).beyond_checked
    assert days_of("au-nsw").after(date(2027, 12, 20), 10).beyond_checked
