"""Random histories of claims on one contract: a chain of claims, each starting where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tallystick.claims.calc import (
    ClaimFigures,
    ContractTerms,
    Limit,
    LimitKind,
    LineEntry,
    LineInput,
    LineKey,
    LineState,
    LineTerms,
    RetentionEntry,
    SlidingRule,
    StoredMaterials,
    TaxBasis,
    calculate,
    next_previous,
)
from tallystick.claims.calc.entry import release
from tallystick.core.money import apply_rate

rates = st.sampled_from([0, 1, 250, 333, 500, 1000, 10_000])
shares = st.sampled_from([0, 0, 1, 1250, 3333, 5000, 10_000])
limits = st.one_of(
    st.builds(Limit, st.sampled_from([LimitKind.PERCENT_ORIGINAL, LimitKind.PERCENT_REVISED]), rates),
    st.builds(Limit, st.just(LimitKind.AMOUNT), st.integers(0, 200_000)),
)
contracts = st.builds(
    ContractTerms,
    work_retention_bp=rates,
    materials_retention_bp=rates,
    retain_work=st.booleans(),
    retain_materials=st.booleans(),
    cap=st.one_of(st.just(Limit()), limits),
    sliding=st.lists(st.builds(SlidingRule, rates, limits), max_size=3).map(tuple),
    stored_materials=st.sampled_from(StoredMaterials),
    tax_bp=st.sampled_from([0, 1000, 1500]),
    tax_basis=st.sampled_from(TaxBasis),
)
schedules = st.lists(
    st.tuples(
        st.integers(-200_000, 1_500_000),
        st.sampled_from([None, None, None, "V1", "V2"]),
        st.integers(0, 3),
        st.sampled_from([None, None, 0, 500]),
    ),
    min_size=1,
    max_size=5,
)
ways = st.sampled_from([RetentionEntry.AUTOMATIC] * 3 + [RetentionEntry.AMOUNT, RetentionEntry.RATE])


@dataclass(frozen=True)
class Plan:
    """What happens on a line in one period, in proportions, so that it makes sense wherever the line stands."""

    work: int
    remaining: int
    new: int
    work_way: RetentionEntry
    work_value: int
    materials_way: RetentionEntry
    materials_value: int
    work_release: int
    materials_release: int


plans = st.builds(
    Plan,
    work=st.sampled_from([0, 0, 1, 1000, 2500, 3333, 10_000, 12_000, -700, -10_000]),
    remaining=st.sampled_from([10_000, 10_000, 0, 3333, 5000]),
    new=st.sampled_from([0, 0, 1, 400, 1667, -100]),
    work_way=ways,
    work_value=rates,
    materials_way=ways,
    materials_value=rates,
    work_release=shares,
    materials_release=shares,
)
by_the_rules = plans.map(
    lambda plan: replace(
        plan,
        work_way=RetentionEntry.AUTOMATIC,
        materials_way=RetentionEntry.AUTOMATIC,
        work_release=0,
        materials_release=0,
    )
)

forward = by_the_rules.map(
    lambda plan: replace(
        plan, work=min(abs(plan.work), 10_000), new=abs(plan.new), remaining=max(plan.remaining, 0)
    )
)
"""Work goes on, nothing is claimed back on purpose."""
charges = schedules.map(lambda lines: [(abs(value), *rest) for value, *rest in lines])
"""Schedules without credit lines."""


def periods(plan: st.SearchStrategy[Plan] = plans) -> st.SearchStrategy[list[list[Plan]]]:
    """Up to eight periods of plans for up to five lines."""
    return st.lists(st.lists(plan, min_size=5, max_size=5), min_size=1, max_size=8)


@dataclass(frozen=True)
class PlayedClaim:
    """A claim with what went into it."""

    inputs: list[LineInput]
    figures: ClaimFigures


def play(
    contract: ContractTerms,
    schedule: Sequence[tuple[int, str | None, int, int | None]],
    plan: Sequence[Sequence[Plan]],
    *,
    finish: bool = False,
) -> list[PlayedClaim]:
    """Play the periods; with ``finish`` a last claim brings every line to 100 % and releases all retention."""
    claims: list[PlayedClaim] = []
    states: dict[LineKey, LineState] = {}
    for number, period in enumerate(plan):
        lines = _lines(schedule, number)
        drafts = [
            LineInput(line, states.get(line.key, LineState()), _entry(line, states.get(line.key), one))
            for line, one in zip(lines, period, strict=False)
        ]
        rows = calculate(contract, drafts).lines
        inputs = [
            replace(
                draft,
                entry=release(draft.entry, row, work_bp=one.work_release, materials_bp=one.materials_release),
            )
            for draft, row, one in zip(drafts, rows, period, strict=False)
        ]
        claims.append(PlayedClaim(inputs, calculate(contract, inputs)))
        states = next_previous(contract, claims[-1].figures)
    if finish:
        claims.append(_final_claim(contract, _lines(schedule, len(plan) + 9), states))
    return claims


def _lines(schedule: Sequence[tuple[int, str | None, int, int | None]], number: int) -> list[LineTerms]:
    """The contract's lines, and those of variations approved by this claim."""
    return [
        LineTerms(key, value, variation, variation_is_new=appears == number, tax_bp=tax)
        for key, (value, variation, appears, tax) in enumerate(schedule)
        if variation is None or appears <= number
    ]


def _entry(line: LineTerms, state: LineState | None, plan: Plan) -> LineEntry:
    previous = state or LineState()
    work = apply_rate(line.scheduled_value - previous.work - previous.materials, plan.work)
    new = apply_rate(line.scheduled_value, plan.new)
    remaining = apply_rate(previous.materials, plan.remaining)
    work += previous.materials - remaining
    return LineEntry(
        work=work,
        materials_previous=remaining,
        materials_new=new,
        work_retention_entry=plan.work_way,
        work_retention=apply_rate(work, plan.work_value) if plan.work_way == "amount" else plan.work_value,
        materials_retention_entry=plan.materials_way,
        materials_retention=(
            apply_rate(new, plan.materials_value) if plan.materials_way == "amount" else plan.materials_value
        ),
    )


def _final_claim(
    contract: ContractTerms, lines: Sequence[LineTerms], states: dict[LineKey, LineState]
) -> PlayedClaim:
    drafts = []
    for line in lines:
        previous = states.get(line.key, LineState())
        work = line.scheduled_value - previous.work
        drafts.append(LineInput(line, previous, LineEntry(work=work, materials_previous=0)))
    rows = calculate(contract, drafts).lines
    inputs = [
        replace(draft, entry=release(draft.entry, row, work_bp=10_000, materials_bp=10_000))
        for draft, row in zip(drafts, rows, strict=True)
    ]
    return PlayedClaim(inputs, calculate(contract, inputs))
