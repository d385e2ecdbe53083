"""The data of the sample, and the calendar that it is laid out on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.demo.content.business_numbers import fictional_abn, is_valid_abn
from tallystick.demo.content.calendar import Calendar
from tallystick.demo.content.commitments import COMMITMENTS
from tallystick.demo.content.companies import CLIENT, FIRMS, OWN
from tallystick.demo.content.progress import percent_done
from tallystick.demo.content.schedules import MEASURED, SCHEDULES, WHOLE
from tallystick.demo.content.variations import CHANGES
from tallystick.demo.letting import works_of


def test_a_published_business_number_passes_the_checksum_and_a_slip_does_not():
    assert is_valid_abn("51 824 753 556")
    assert not is_valid_abn("51 824 753 565")
    assert not is_valid_abn("51 824 753")


def test_every_company_is_invented_and_says_so_in_its_numbers():
    firms = [OWN, CLIENT, *FIRMS.values()]
    assert all(is_valid_abn(firm.abn) for firm in firms)
    assert len({fictional_abn(firm.serial) for firm in firms}) == len(firms)
    assert all(firm.abn.split()[1] == "999" for firm in firms)
    assert all(firm.phone.startswith("(02) 5550 ") for firm in firms)
    assert all(firm.email.endswith(".example") for firm in firms)


def test_every_commitment_has_a_company_and_a_schedule_and_every_change_a_contract():
    numbers = {commitment.number for commitment in COMMITMENTS} | {"HC-001"}
    assert {commitment.trade for commitment in COMMITMENTS} == set(FIRMS) == set(SCHEDULES) | set(MEASURED)
    assert {change.contract for change in CHANGES} <= numbers


@pytest.mark.parametrize("commitment", COMMITMENTS, ids=lambda commitment: commitment.number)
def test_lines_run_within_the_time_on_site_and_never_backwards(commitment):
    for work in works_of(commitment)[::9]:
        assert 0 <= work.starts < work.ends <= WHOLE
        done = [
            percent_done(commitment, work.text, work.starts, work.ends, period)
            for period in range(commitment.first, commitment.last + 1)
        ]
        assert done == sorted(done)
        assert done[-1] == 100
        assert all(percent % 5 == 0 for percent in done)


NAIVE = (datetime(2020, 1, 1), datetime(2040, 12, 31))  # noqa: DTZ001 - the strategy wants them so


@given(st.datetimes(*NAIVE), st.integers(0, 1000), st.integers(0, 1000))
def test_the_open_period_holds_the_day_of_loading_and_nothing_happens_after_it(moment, earlier, later):
    calendar = Calendar(moment.replace(tzinfo=UTC))
    earlier, later = sorted((earlier, later))
    assert calendar.start(12) <= (calendar.loaded + timedelta(hours=11)).date()
    assert calendar.end(11) + timedelta(days=1) == calendar.start(12)
    assert calendar.moment(12, earlier) <= calendar.moment(12, later) <= calendar.loaded
    assert calendar.moment(11, earlier) <= calendar.moment(11, later) <= calendar.moment(12, 0)


def test_short_months_keep_their_own_end():
    calendar = Calendar(datetime(2027, 1, 15, tzinfo=UTC))
    assert calendar.start(1) == date(2026, 2, 1)
    assert calendar.end(1) == calendar.due(1) == date(2026, 2, 28)
