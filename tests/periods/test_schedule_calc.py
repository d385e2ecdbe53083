"""The arithmetic of schedules: periods neither overlap nor leave gaps, and days clamp (decisions, Periods)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.periods.calc import Frequency, Rule, Span, first_spans, problems_of
from tallystick.periods.wording import describe_rule

starts = st.dates(date(2020, 1, 1), date(2032, 12, 31))
days_of_month = st.integers(1, 31)


def monthly(starts_on: date = date(2026, 1, 1), **days: int) -> Rule:
    return Rule(Frequency.MONTHLY, starts_on, **days)


def assert_no_gap(found: list[Span]) -> None:
    assert len(found) == 12
    assert all(after.start - before.end == timedelta(days=1) for before, after in pairwise(found))


@given(starts)
def test_from_the_first_to_the_last_twelve_months_neither_overlap_nor_leave_gaps(starts_on):
    found = first_spans(monthly(starts_on))
    assert_no_gap(found)
    assert all(span.start.day == 1 and starts_on <= span.start for span in found)


@given(starts, st.integers(2, 31))
def test_from_any_day_to_the_day_before_it_there_is_no_gap_either(starts_on, day):
    assert_no_gap(first_spans(monthly(starts_on, start_day=day, end_day=day - 1, due_day=day)))


@given(starts, days_of_month, days_of_month)
def test_whatever_the_days_periods_are_in_order_and_never_overlap(starts_on, start_day, end_day):
    found = first_spans(monthly(starts_on, start_day=start_day, end_day=end_day))
    assert all(span.start <= span.end for span in found)
    assert all(before.end < after.start for before, after in pairwise(found))


@given(starts, st.integers(0, 6), st.integers(-6, 60))
def test_weeks_follow_each_other(starts_on, weekday, due_offset):
    found = first_spans(Rule(Frequency.WEEKLY, starts_on, weekday=weekday, due_offset=due_offset))
    assert_no_gap(found)
    assert {span.days for span in found} == {7}
    assert {span.start.weekday() for span in found} == {weekday}
    assert 0 <= (found[0].start - starts_on).days < 7


@given(starts, st.integers(1, 366), st.integers(0, 4000))
def test_periods_of_so_many_days_are_counted_from_the_first_day(starts_on, length, later):
    rule = Rule(Frequency.CUSTOM, starts_on, length=length)
    found = first_spans(rule, starts_on + timedelta(days=later))
    assert_no_gap(found)
    assert all((span.start - starts_on).days % length == 0 for span in found)
    assert starts_on + timedelta(days=later) < found[0].start <= starts_on + timedelta(days=later + length)


@given(starts, days_of_month, days_of_month, days_of_month, st.integers(0, 2))
def test_a_rule_that_is_accepted_keeps_every_due_day_in_its_bounds(starts_on, start, end, due, month):
    rule = monthly(starts_on, start_day=start, end_day=end, due_day=due, due_month=month)
    if not problems_of(rule):
        for span in first_spans(rule, count=60):
            assert span.start <= span.due <= span.end + timedelta(days=60)


def test_a_leap_february_has_its_29th():
    found = first_spans(monthly(date(2028, 2, 1), start_day=1, end_day=31, due_day=30), count=2)
    assert found == [
        Span(date(2028, 2, 1), date(2028, 2, 29), date(2028, 2, 29)),
        Span(date(2028, 3, 1), date(2028, 3, 31), date(2028, 3, 30)),
    ]


def test_the_31st_is_the_months_last_day_and_no_day_is_in_two_periods():
    found = first_spans(monthly(date(2026, 1, 31), start_day=31, end_day=30, due_day=31), count=4)
    assert [(span.start, span.end) for span in found] == [
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 30)),
        (date(2026, 3, 31), date(2026, 4, 29)),
        (date(2026, 4, 30), date(2026, 5, 30)),
    ]


def test_a_period_may_span_two_months_and_be_due_in_the_one_after():
    rule = monthly(date(2026, 12, 1), start_day=15, end_day=14, due_day=5, due_month=1)
    assert first_spans(rule, count=1) == [Span(date(2026, 12, 15), date(2027, 1, 14), date(2027, 2, 5))]


@pytest.mark.parametrize(
    ("rule", "field", "told"),
    [
        (monthly(start_day=0), "start_day", "from 1 to 31"),
        (monthly(end_day=32), "end_day", "from 1 to 31"),
        (monthly(start_day=10, due_day=5), "due_day", "before the period starts"),
        (monthly(start_day=2, end_day=1, due_day=31, due_month=2), "due_day", "more than 60 days"),
        (Rule(Frequency.MANUAL, date(2026, 1, 1), start_day=10, due_day=5), "due_day", "before the period"),
        (Rule(Frequency.CUSTOM, date(2026, 1, 1), length=0), "length", "from 1 to 366"),
        (Rule(Frequency.CUSTOM, date(2026, 1, 1), length=367), "length", "from 1 to 366"),
        (Rule(Frequency.WEEKLY, date(2026, 1, 1), due_offset=61), "due_offset", "up to 60"),
        (Rule(Frequency.WEEKLY, date(2026, 1, 1), due_offset=-7), "due_offset", "before the period starts"),
        (Rule(Frequency.WEEKLY, date(2026, 1, 1), due_offset=10**9), "due_offset", "up to 60"),
    ],
)
def test_a_rule_that_would_break_the_rules_of_periods_is_told(rule, field, told):
    assert told in problems_of(rule)[field]


def test_a_rule_in_words():
    assert describe_rule(monthly(), "en-AU") == "Every month from the 1st to the last day, due on the 25th"
    assert (
        describe_rule(Rule(Frequency.WEEKLY, date(2026, 1, 1), weekday=6, due_offset=-1), "en-AU")
        == "Every week from Sunday to Saturday, due 1 day before its end"
    )
    assert (
        describe_rule(Rule(Frequency.CUSTOM, date(2026, 3, 1)), "en-AU")
        == "Every 14 days from 1 Mar 2026, due on its last day"
    )
