"""What always holds, whatever was billed (domain §16.3), over random histories of claims."""

import random
import sys
from dataclasses import replace
from itertools import pairwise
from types import FrameType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.claims.calc import (
    ContractTerms,
    Limit,
    LimitKind,
    LineEntry,
    LineInput,
    LineState,
    LineTerms,
    StoredMaterials,
    TaxBasis,
    calculate,
    next_previous,
)
from tallystick.core.money import BASIS_POINTS, round_half_up
from tests.claims.calc_histories import (
    Plan,
    by_the_rules,
    charges,
    contracts,
    forward,
    periods,
    play,
    schedules,
)

Schedule = list[tuple[int, str | None, int, int | None]]
Periods = list[list[Plan]]

few = settings(max_examples=60, deadline=None)


@few
@given(contracts, schedules, periods())
def test_the_face_agrees_with_the_lines(contract: ContractTerms, schedule: Schedule, plan: Periods) -> None:
    for claim in play(contract, schedule, plan):
        figures, s = claim.figures, claim.figures.summary
        assert sum(line.scheduled_value for line in figures.lines) == s.sum_to_date
        assert (
            sum(line.previous_work + line.work + line.materials_stored for line in figures.lines)
            == s.completed_to_date
        )
        assert sum(line.retention_held for line in figures.lines) == s.total_retention
        assert sum(line.net_this_period for line in figures.lines) == s.payment_due
        assert s.original_sum + s.net_variations == s.sum_to_date
        assert s.work_retention + s.materials_retention == s.total_retention
        assert s.completed_to_date - s.total_retention == s.earned_less_retention
        assert s.earned_less_retention - s.previous_certificates == s.payment_due
        assert s.payment_due + s.previous_certificates + s.balance_to_finish == s.sum_to_date
        assert s.payment_due + s.tax == s.payment_due_with_tax
        assert figures.variations.net == s.net_variations
        for name in figures.totals._fields:
            assert getattr(figures.totals, name) == sum(
                getattr(group.totals, name) for group in figures.groups
            )
            assert getattr(figures.totals, name) == sum(getattr(line, name) for line in figures.lines)


@few
@given(contracts, schedules, periods())
def test_every_line_agrees_with_itself(contract: ContractTerms, schedule: Schedule, plan: Periods) -> None:
    for claim in play(contract, schedule, plan):
        assert not claim.figures.refusals
        for given_line, line in zip(claim.inputs, claim.figures.lines, strict=True):
            assert line.key == given_line.terms.key
            assert line.total_completed == line.previous_work + line.work + line.materials_stored
            assert line.balance == line.scheduled_value - line.total_completed
            assert (line.percent_bp is None) == (line.scheduled_value == 0)
            assert (
                line.retention_held == line.previous_retention + line.retention_this - line.retention_released
            )
            stored_change = line.materials_stored - line.previous_materials
            assert line.gross_this_period == line.work + stored_change
            assert (
                line.net_this_period
                == line.work + stored_change - line.retention_this + line.retention_released
            )
            over = any(finding.key == line.key for finding in claim.figures.over_claims)
            low, high = sorted((0, line.scheduled_value))
            assert over == (not low <= line.total_completed <= high)


@few
@given(contracts, schedules, periods())
def test_each_claim_starts_where_the_last_one_ended(
    contract: ContractTerms, schedule: Schedule, plan: Periods
) -> None:
    claims = play(contract, schedule, plan)
    move = contract.stored_materials == StoredMaterials.MOVE
    assert claims[0].figures.summary.previous_certificates == 0
    for before, after in pairwise(claims):
        assert after.figures.summary.previous_certificates == before.figures.summary.earned_less_retention
        earlier = {line.key: line for line in before.figures.lines}
        for line in after.figures.lines:
            if line.key not in earlier:
                assert line.previous_work == line.previous_materials == line.previous_retention == 0
                continue
            was = earlier[line.key]
            joined = was.materials_stored if move else 0
            assert line.previous_work == was.previous_work + was.work + joined
            assert line.previous_materials == was.materials_stored - joined
            assert line.previous_retention == was.retention_held
            assert line.gross_this_period == line.total_completed - was.total_completed
            if move:
                assert line.previous_materials_retention == 0
                assert line.materials_moved == was.materials_stored
    paid = sum(claim.figures.summary.payment_due for claim in claims)
    assert paid == claims[-1].figures.summary.earned_less_retention


@few
@given(contracts, schedules, periods())
def test_a_final_claim_with_full_release_leaves_nothing(
    contract: ContractTerms, schedule: Schedule, plan: Periods
) -> None:
    claims = play(contract, schedule, plan, finish=True)
    last = claims[-1].figures
    assert last.summary.balance_to_finish == 0
    assert last.summary.total_retention == 0
    assert all(line.balance == line.retention_held == 0 for line in last.lines)
    assert sum(claim.figures.summary.payment_due for claim in claims) == last.summary.sum_to_date
    assert not last.findings


@few
@given(contracts, schedules, periods())
def test_a_period_without_anything_is_worth_nothing(
    contract: ContractTerms, schedule: Schedule, plan: Periods
) -> None:
    last = play(contract, schedule, plan)[-1]
    states = next_previous(contract, last.figures)
    idle = calculate(contract, [LineInput(line.terms, states[line.terms.key]) for line in last.inputs])
    assert idle.summary.payment_due == idle.summary.tax == idle.summary.payment_due_with_tax == 0
    assert idle.summary.earned_less_retention == last.figures.summary.earned_less_retention
    assert idle.totals.retention_this == idle.totals.retention_released == 0


@few
@given(contracts, schedules, periods(), st.randoms(use_true_random=False))
def test_reordering_lines_changes_nothing(
    contract: ContractTerms, schedule: Schedule, plan: Periods, shuffler: random.Random
) -> None:
    for claim in play(contract, schedule, plan):
        shuffled = list(claim.inputs)
        shuffler.shuffle(shuffled)
        again = calculate(contract, shuffled)
        assert again.summary == claim.figures.summary
        assert again.variations == claim.figures.variations
        assert {line.key: line for line in again.lines} == {line.key: line for line in claim.figures.lines}
        assert [line.key for line in again.lines] == [line.terms.key for line in shuffled]


@few
@given(contracts, charges, periods(forward))
def test_the_rules_never_hold_more_than_the_cap(
    contract: ContractTerms, schedule: Schedule, plan: Periods
) -> None:
    for claim in play(contract, schedule, plan):
        s = claim.figures.summary
        before = sum(line.previous_retention for line in claim.figures.lines)
        limits = [rule.limit.amount(s.original_sum, s.sum_to_date) or 0 for rule in contract.sliding]
        cap = contract.cap.amount(s.original_sum, s.sum_to_date)
        if cap is not None:
            assert s.total_retention <= max(cap, before)
        if limits:
            assert s.total_retention <= max(*limits, before)
        assert all(
            line.work_retention_held >= 0 <= line.materials_retention_held for line in claim.figures.lines
        )


@few
@given(contracts, schedules, periods(by_the_rules))
def test_without_limits_every_line_is_retained_on_by_itself(
    contract: ContractTerms, schedule: Schedule, plan: Periods
) -> None:
    contract = replace(contract, sliding=(), cap=Limit())
    for claim in play(contract, schedule, plan):
        alone = [calculate(contract, [line]).lines[0] for line in claim.inputs]
        assert tuple(alone) == claim.figures.lines


@few
@given(contracts, schedules, periods())
def test_credits_mirror_charges_to_the_cent(
    contract: ContractTerms, schedule: Schedule, plan: Periods
) -> None:
    contract = replace(contract, sliding=(), cap=Limit())
    for claim in play(contract, schedule, plan):
        mirrored = calculate(contract, [_negated(line) for line in claim.inputs])
        assert mirrored.summary.payment_due == -claim.figures.summary.payment_due
        assert mirrored.summary.tax == -claim.figures.summary.tax
        for line, opposite in zip(claim.figures.lines, mirrored.lines, strict=True):
            assert opposite.work_retention_held == -line.work_retention_held
            assert opposite.materials_retention_held == -line.materials_retention_held
            assert opposite.percent_bp == line.percent_bp


def _negated(line: LineInput) -> LineInput:
    terms, previous, entry = line.terms, line.previous, line.entry
    rate = entry.work_retention_entry == "rate", entry.materials_retention_entry == "rate"
    return LineInput(
        replace(terms, scheduled_value=-terms.scheduled_value),
        LineState(
            work=-previous.work,
            materials=-previous.materials,
            work_retention=-previous.work_retention,
            materials_retention=-previous.materials_retention,
        ),
        replace(
            entry,
            work=-entry.work,
            materials_previous=None if entry.materials_previous is None else -entry.materials_previous,
            materials_new=-entry.materials_new,
            work_retention=entry.work_retention if rate[0] else -entry.work_retention,
            materials_retention=entry.materials_retention if rate[1] else -entry.materials_retention,
            work_released=-entry.work_released,
            materials_released=-entry.materials_released,
        ),
    )


@few
@given(contracts, schedules, periods())
def test_tax_is_summed_exactly_and_rounded_once(
    contract: ContractTerms, schedule: Schedule, plan: Periods
) -> None:
    for claim in play(contract, schedule, plan):
        exact = 0
        for given_line, line in zip(claim.inputs, claim.figures.lines, strict=True):
            rate = contract.tax_bp if given_line.terms.tax_bp is None else given_line.terms.tax_bp
            amount = line.net_this_period if contract.tax_basis == TaxBasis.NET else line.gross_this_period
            exact += amount * rate
        assert claim.figures.summary.tax == round_half_up(exact, BASIS_POINTS)


@few
@given(contracts, schedules, periods(forward))
def test_taking_back_everything_gives_back_all_that_is_held(
    contract: ContractTerms, schedule: Schedule, plan: Periods
) -> None:
    last = play(contract, schedule, plan)[-1]
    states = next_previous(contract, last.figures)
    undone = [
        replace(
            line,
            previous=states[line.terms.key],
            entry=LineEntry(work=-states[line.terms.key].work, materials_previous=0),
        )
        for line in last.inputs
    ]
    figures = calculate(contract, undone)
    assert all(line.total_completed == line.retention_held == 0 for line in figures.lines)
    assert figures.summary.payment_due == -last.figures.summary.earned_less_retention


def _calls(lines: int, contract: ContractTerms) -> int:
    """How many Python functions one calculation calls."""
    given_lines = [
        LineInput(
            LineTerms(key, 1_000_000 + key, "V" if key % 3 == 0 else None),
            LineState(work=100_000, materials=5_000, work_retention=10_000, materials_retention=500),
            LineEntry(work=50_000 + key, materials_previous=1_000, materials_new=700),
        )
        for key in range(lines)
    ]
    count = 0

    def counting(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counting)
    try:
        figures = calculate(contract, given_lines)
        next_previous(contract, figures)
    finally:
        sys.setprofile(None)
    return count


def test_work_grows_in_proportion_to_the_lines() -> None:
    for contract in (
        ContractTerms(work_retention_bp=1000, materials_retention_bp=500, retain_materials=True),
        ContractTerms(work_retention_bp=1000, cap=Limit(LimitKind.AMOUNT, 11_000_000)),
    ):
        assert _calls(1000, contract) <= 30 * 1000
        assert _calls(2000, contract) <= 2.05 * _calls(1000, contract)
