"""Rounding, rates, splitting and extension: exact, symmetrical, summing up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.core.errors import BadInput
from tallystick.core.money import (
    MAX_MINOR,
    allocate,
    apply_rate,
    bounded,
    currency_exponent,
    extend,
    quantity_for,
    rate_of,
    round_half_up,
)

amounts = st.integers(-MAX_MINOR, MAX_MINOR)
nonzero = amounts.filter(bool)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 2, 1),
        (-1, 2, -1),
        (1, 3, 0),
        (2, 3, 1),
        (5, 2, 3),
        (-5, 2, -3),
        (5, -2, -3),
        (-5, -2, 3),
        (0, 7, 0),
        (7, 1, 7),
    ],
)
def test_a_half_rounds_away_from_zero(numerator: int, denominator: int, expected: int) -> None:
    assert round_half_up(numerator, denominator) == expected


@given(amounts, nonzero)
def test_rounding_is_the_nearest_integer_and_symmetrical(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    rounded = round_half_up(numerator, denominator)
    assert abs(exact - rounded) <= Fraction(1, 2)
    assert round_half_up(-numerator, denominator) == -rounded
    if abs(exact - rounded) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)


def test_dividing_by_nothing_is_a_programming_fault() -> None:
    with pytest.raises(ZeroDivisionError):
        round_half_up(1, 0)


def test_ten_per_cent_of_five_cents_is_a_cent() -> None:
    assert apply_rate(5, 1000) == 1
    assert apply_rate(-5, 1000) == -1
    assert apply_rate(4, 1000) == 0
    assert apply_rate(1_234_567, 0) == 0


def test_a_share_of_nothing_is_unknown_and_not_zero() -> None:
    assert rate_of(0, 0) is None
    assert rate_of(500, 0) is None
    assert rate_of(0, 100) == 0
    assert rate_of(125_000, 2_500_000) == 500
    assert rate_of(-50_000, -100_000) == 5000
    assert rate_of(1, 3) == 3333


@given(nonzero, st.integers(-20_000, 20_000))
def test_a_rate_is_found_again_where_the_amount_is_large_enough(whole: int, rate: int) -> None:
    if abs(whole) >= 10_000:
        assert rate_of(apply_rate(whole, rate), whole) == rate


def test_three_thirds_of_a_hundred() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert allocate(200_000, [1_000_000, 2_000_000]) == [66_667, 133_333]


def test_a_part_without_weight_gets_nothing_unless_nobody_has_any() -> None:
    assert allocate(10, [0, 3, 0, 3]) == [0, 5, 0, 5]
    assert allocate(10, [0, 0, 0]) == [4, 3, 3]
    assert allocate(0, [0, 0]) == [0, 0]
    assert allocate(0, []) == []
    with pytest.raises(ValueError, match="no parts"):
        allocate(1, [])


def test_a_credit_line_takes_a_share_of_the_other_sign() -> None:
    assert allocate(90, [100, -10]) == [100, -10]
    assert allocate(45, [100, -10]) == [50, -5]
    assert allocate(-90, [-100, 10]) == [-100, 10]
    assert allocate(10, [5, -5]) == [5, 5]


@given(amounts, st.lists(amounts, min_size=1, max_size=40))
def test_the_parts_sum_to_the_total_and_mirror(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert [-part for part in parts] == allocate(-total, weights)
    assert allocate(total, [-weight for weight in weights]) == parts
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(total * weight, whole)) < 1
            assert weight or part == 0


@given(st.lists(amounts, min_size=1, max_size=20), st.data())
def test_no_part_exceeds_its_weight_while_the_total_does_not(weights: list[int], data: st.DataObject) -> None:
    whole = sum(weights)
    total = data.draw(st.integers(min(0, whole), max(0, whole)))
    if whole:
        for part, weight in zip(allocate(total, weights), weights, strict=True):
            assert min(0, weight) <= part <= max(0, weight)


def test_a_hundred_units_at_125_dollars() -> None:
    assert extend(100_0000, 125_0000) == 12_500_00
    assert extend(500_0000, 125_0000) == 62_500_00
    assert extend(-12_5000, 10_0000) == -125_00
    assert extend(3_0000, 1250_0000, exponent=0) == 3750
    assert extend(1_0000, 50) == 1
    assert quantity_for(12_500_00, 125_0000) == 100_0000
    assert quantity_for(12_500_00, 0) is None


@given(st.integers(-(10**9), 10**9), st.integers(100, 10**9))
def test_a_quantity_is_found_again_from_its_value(quantity: int, price: int) -> None:
    found = quantity_for(extend(quantity, price), price)
    assert found is not None
    assert abs(extend(found, price) - extend(quantity, price)) <= 1 + price // 2_000_000


def test_currencies_know_their_decimals() -> None:
    assert [currency_exponent(code) for code in ("AUD", "jpy", "KWD", "XYZ")] == [2, 0, 3, 2]


def test_amounts_have_a_limit_that_the_database_can_keep() -> None:
    assert bounded(MAX_MINOR) == MAX_MINOR
    with pytest.raises(BadInput, match="larger than Tallystick can keep"):
        bounded(MAX_MINOR + 1)
    assert MAX_MINOR * 9_000 < 2**63
