"""Geometry of the money bar: whatever the amounts, what is drawn stays inside and tells the truth."""

from hypothesis import example, given
from hypothesis import strategies as st

from tallystick.web.money_bar import SCALE, money_bar_geometry

amounts = st.integers(-(10**12), 10**12)


@given(contract_sum=amounts, previous=amounts, this=amounts, retention=amounts)
@example(contract_sum=0, previous=0, this=0, retention=0)
@example(contract_sum=100, previous=100, this=1, retention=0)
def test_every_part_stays_inside_of_the_bar(
    contract_sum: int, previous: int, this: int, retention: int
) -> None:
    bar = money_bar_geometry(contract_sum, previous, this, retention)
    for part in (bar.previous, bar.this, bar.retention, bar.over):
        assert 0 <= part.x <= SCALE
        assert part.width >= 0
        assert part.x + part.width <= SCALE
    assert bar.previous.x + bar.previous.width == bar.this.x


def test_half_done_is_half_the_bar() -> None:
    bar = money_bar_geometry(1_000_00, 300_00, 200_00, 25_00)
    assert (bar.previous.across, bar.this.left, bar.this.across) == ("30.0%", "30.0%", "20.0%")
    assert (bar.retention.left, bar.retention.across) == ("47.5%", "2.5%")
    assert bar.over.width == 0


def test_beyond_the_contract_is_shown_as_such() -> None:
    bar = money_bar_geometry(1_000_00, 1_000_00, 250_00, 0)
    assert (bar.over.left, bar.over.across) == ("80.0%", "20.0%")


def test_a_credit_takes_its_width_back_from_what_was_there() -> None:
    bar = money_bar_geometry(1_000_00, 500_00, -100_00, 0)
    assert (bar.previous.across, bar.this.left, bar.this.across) == ("40.0%", "40.0%", "10.0%")


def test_a_cent_can_be_seen() -> None:
    assert money_bar_geometry(10**12, 0, 1, 0).this.width == 2
