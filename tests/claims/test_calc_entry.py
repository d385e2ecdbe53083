"""What is typed becomes an amount, and shows again as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.claims.calc import (
    ContractTerms,
    LineEntry,
    LineInput,
    LineState,
    LineTerms,
    Method,
    calculate,
)
from tallystick.claims.calc.entry import (
    enter_materials_retention,
    enter_materials_retention_rate,
    enter_materials_stored,
    enter_previous_materials,
    enter_quantity,
    enter_total,
    enter_total_percent,
    enter_work,
    enter_work_percent,
    enter_work_retention_rate,
    entry_for_new_claim,
    move_materials_to_work,
    release_amount,
    retain_by_rules,
    spread_work,
    spread_work_percent,
)
from tallystick.core.errors import BadInput
from tallystick.core.money import rate_of

AMOUNT = ContractTerms(work_retention_bp=1000)
UNIT = ContractTerms(method=Method.UNIT)
HALF_DONE = LineInput(
    LineTerms(1, 100_000_00),
    LineState(work=40_000_00, materials=10_000_00),
    LineEntry(materials_new=5_000_00),
)


def test_a_typed_percentage_becomes_an_amount() -> None:
    assert enter_work_percent(AMOUNT, HALF_DONE, 1250).work == 12_500_00
    assert enter_total_percent(AMOUNT, HALF_DONE, 8000).work == 25_000_00
    assert enter_total(AMOUNT, HALF_DONE, 100_000_00).work == 45_000_00
    assert enter_total(AMOUNT, HALF_DONE, 50_000_00).work == -5_000_00


@given(st.integers(-(10**12), 10**12), st.integers(0, 10_000), st.integers(0, 10**9), st.integers(0, 10**8))
def test_a_total_typed_in_per_cent_shows_as_it_was_typed(
    value: int, share: int, done: int, stored: int
) -> None:
    line = LineInput(LineTerms(1, value), LineState(work=done, materials=stored))
    entry = enter_total_percent(AMOUNT, line, share)
    (figures,) = calculate(AMOUNT, [LineInput(line.terms, line.previous, entry)]).lines
    if abs(value) >= 10_000:
        assert figures.percent_bp == share
    if share == 10_000:
        assert figures.balance == 0
    assert figures.percent_bp == rate_of(figures.total_completed, value)


def test_quantity_and_value_follow_each_other() -> None:
    line = LineInput(LineTerms(1, 62_500_00, scheduled_quantity=500_0000, unit_price=125_0000))
    assert enter_quantity(UNIT, line, 100_0000).work == 12_500_00
    assert enter_work(UNIT, line, 12_500_00).quantity == 100_0000
    assert enter_total_percent(UNIT, line, 2000) == LineEntry(work=12_500_00, quantity=100_0000)
    assert enter_work(AMOUNT, line, 12_500_00).quantity == 0
    lump = LineInput(LineTerms(2, 100_00))
    assert enter_work(UNIT, lump, 50_00).quantity == 0


def test_the_last_quantity_takes_the_cents_that_rounding_left() -> None:
    line = LineTerms(1, 10_01, scheduled_quantity=30_0000, unit_price=3337)
    states, works = LineState(), []
    for _ in range(3):
        given_line = LineInput(line, states)
        entry = enter_quantity(UNIT, given_line, 10_0000)
        works.append(entry.work)
        states = LineState(work=states.work + entry.work, quantity=states.quantity + entry.quantity)
    assert works == [3_34, 3_34, 3_33]
    differing = LineInput(line, LineState(work=1_00, quantity=20_0000))
    assert enter_quantity(UNIT, differing, 10_0000).work == 3_34


def test_a_new_claim_begins_with_everything_still_in_store() -> None:
    assert entry_for_new_claim(LineState(materials=5_00)) == LineEntry(materials_previous=5_00)
    implied = LineInput(HALF_DONE.terms, HALF_DONE.previous)
    explicit = LineInput(HALF_DONE.terms, HALF_DONE.previous, LineEntry(materials_previous=10_000_00))
    assert calculate(AMOUNT, [implied]).summary == calculate(AMOUNT, [explicit]).summary


def test_materials_presently_stored_can_be_typed_as_one_figure() -> None:
    line = LineInput(HALF_DONE.terms, HALF_DONE.previous)
    assert enter_materials_stored(line, 12_000_00).materials_new == 2_000_00
    assert enter_materials_stored(line, 10_000_00).materials_new == 0
    less = enter_materials_stored(line, 4_000_00)
    assert (less.materials_previous, less.materials_new) == (4_000_00, 0)
    assert enter_previous_materials(line, 1_00).materials_previous == 1_00


def test_moving_materials_leaves_the_total_as_it_was() -> None:
    entry = move_materials_to_work(AMOUNT, HALF_DONE, 3_000_00)
    assert (entry.work, entry.materials_previous, entry.materials_new) == (3_000_00, 7_000_00, 5_000_00)
    before = calculate(AMOUNT, [HALF_DONE]).lines[0]
    after = calculate(AMOUNT, [LineInput(HALF_DONE.terms, HALF_DONE.previous, entry)]).lines[0]
    assert after.total_completed == before.total_completed


def test_retention_rates_stay_until_the_rules_are_asked_again() -> None:
    entry = enter_materials_retention_rate(
        enter_work_retention_rate(LineEntry(work=1_000_00, materials_new=100_00), 500), 200
    )
    (line,) = calculate(AMOUNT, [LineInput(LineTerms(1, 5_000_00), entry=entry)]).lines
    assert (line.work_retention_this, line.materials_retention_this) == (50_00, 2_00)
    assert (line.work_retention_rate_bp, line.materials_retention_rate_bp) == (500, 200)
    (line,) = calculate(AMOUNT, [LineInput(LineTerms(1, 5_000_00), entry=retain_by_rules(entry))]).lines
    assert (line.work_retention_this, line.materials_retention_this) == (100_00, 0)
    assert enter_materials_retention(entry, 7).materials_retention == 7


def test_an_amount_is_released_in_proportion_to_what_each_line_holds() -> None:
    lines = [
        LineInput(LineTerms(1, 50_000_00), LineState(work=20_000_00, work_retention=2_000_00)),
        LineInput(LineTerms(2, 50_000_00), LineState(materials=10_000_00, materials_retention=1_000_00)),
    ]
    rows = calculate(AMOUNT, lines).lines
    entries = release_amount([(line.entry, row) for line, row in zip(lines, rows, strict=True)], 100_00)
    assert [(entry.work_released, entry.materials_released) for entry in entries] == [(66_67, 0), (0, 33_33)]
    with pytest.raises(BadInput, match="more than the retention held"):
        release_amount([(line.entry, row) for line, row in zip(lines, rows, strict=True)], 3_000_01)
    assert release_amount([], 0) == []


@given(
    st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 10**8)), min_size=1, max_size=10),
    st.integers(0, 10_000),
)
def test_an_amount_on_a_group_is_spent_to_the_cent_and_over_claims_no_line(
    values: list[tuple[int, int]], share: int
) -> None:
    lines = [
        LineInput(LineTerms(key, max(pair)), LineState(work=min(pair))) for key, pair in enumerate(values)
    ]
    balance = sum(max(pair) - min(pair) for pair in values)
    amount = balance * share // 10_000
    entries = spread_work(AMOUNT, lines, amount)
    assert sum(entry.work for entry in entries) == amount
    claim = [LineInput(line.terms, line.previous, entry) for line, entry in zip(lines, entries, strict=True)]
    assert not calculate(AMOUNT, claim).over_claims


def test_a_finished_group_takes_no_more() -> None:
    done = [LineInput(LineTerms(1, 5_00), LineState(work=5_00))]
    with pytest.raises(BadInput, match="Nothing is left to claim"):
        spread_work(AMOUNT, done, 1)
    assert spread_work(AMOUNT, done, 0)[0].work == 0
    with pytest.raises(BadInput, match="Nothing is left"):
        spread_work_percent(AMOUNT, done, 1_000_0)
    half = [LineInput(LineTerms(1, 100_00)), LineInput(LineTerms(2, 300_00))]
    assert [entry.work for entry in spread_work_percent(AMOUNT, half, 2500)] == [25_00, 75_00]
