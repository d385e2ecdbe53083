"""The worked examples of the field, to the cent (domain §16.4), each named by its number."""

import pytest

from tallystick.claims.calc import (
    ClaimFigures,
    ContractTerms,
    FindingKind,
    Limit,
    LimitKind,
    LineEntry,
    LineInput,
    LineState,
    LineTerms,
    Method,
    RetentionEntry,
    SlidingRule,
    calculate,
    next_previous,
)
from tallystick.claims.calc.entry import (
    balance_to_finish,
    enter_new_materials,
    enter_new_materials_quantity,
    enter_quantity,
    enter_work_retention,
    enter_work_retention_rate,
    entry_for_new_claim,
    move_materials_to_work,
    release,
    spread_work,
)

TEN_PERCENT = ContractTerms(work_retention_bp=1000)


def dollars(amount: float) -> int:
    """Whole dollars and cents of an example in minor units."""
    return round(amount * 100)


def typed(
    work: float, *, retention: float, materials: float = 0, materials_retention: float = 0
) -> LineEntry:
    """An entry whose retention is typed as an amount."""
    return LineEntry(
        work=dollars(work),
        materials_new=dollars(materials),
        work_retention_entry=RetentionEntry.AMOUNT,
        work_retention=dollars(retention),
        materials_retention_entry=RetentionEntry.AMOUNT,
        materials_retention=dollars(materials_retention),
    )


def face(figures: ClaimFigures) -> dict[int, int]:
    """Lines 1 to 9."""
    s = figures.summary
    return {
        1: s.original_sum,
        2: s.net_variations,
        3: s.sum_to_date,
        4: s.completed_to_date,
        5: s.total_retention,
        6: s.earned_less_retention,
        7: s.previous_certificates,
        8: s.payment_due,
        9: s.balance_to_finish,
    }


def test_W1_two_lines_with_a_variation() -> None:
    figures = calculate(
        ContractTerms(),
        [
            LineInput(
                LineTerms(1, dollars(100_000)),
                entry=typed(45_000, retention=3_000, materials=5_000, materials_retention=500),
            ),
            LineInput(LineTerms(2, dollars(10_000), variation="V1")),
            LineInput(LineTerms(3, 0), entry=typed(20_000, retention=2_000)),
        ],
        previous_certificates=dollars(20_000),
    )
    assert face(figures) == {
        1: dollars(100_000),
        2: dollars(10_000),
        3: dollars(110_000),
        4: dollars(70_000),
        5: dollars(5_500),
        6: dollars(64_500),
        7: dollars(20_000),
        8: dollars(44_500),
        9: dollars(45_500),
    }
    assert figures.summary.work_retention == dollars(5_000)
    assert figures.summary.materials_retention == dollars(500)


def test_W2_a_quarter_at_five_per_cent() -> None:
    figures = calculate(
        ContractTerms(work_retention_bp=500),
        [LineInput(LineTerms(1, dollars(1_000_000)), entry=LineEntry(work=dollars(250_000)))],
    )
    assert face(figures) == {
        1: dollars(1_000_000),
        2: 0,
        3: dollars(1_000_000),
        4: dollars(250_000),
        5: dollars(12_500),
        6: dollars(237_500),
        7: 0,
        8: dollars(237_500),
        9: dollars(762_500),
    }
    assert figures.summary.work_retention_bp == 500
    assert figures.summary.materials_retention_bp is None
    assert figures.summary.percent_bp == 2500


def test_W4a_a_period_without_work_is_worth_nothing() -> None:
    figures = calculate(
        TEN_PERCENT,
        [
            LineInput(
                LineTerms(1, dollars(100_000)), LineState(work=dollars(50_000), work_retention=dollars(5_000))
            )
        ],
    )
    summary = figures.summary
    assert summary.total_retention == dollars(5_000)
    assert summary.earned_less_retention == summary.previous_certificates == dollars(45_000)
    assert summary.payment_due == 0


def test_W5_balance_to_finish_includes_retention_and_variations() -> None:
    figures = calculate(
        ContractTerms(),
        [
            LineInput(LineTerms(1, dollars(100_000)), entry=typed(20_000, retention=2_000)),
            LineInput(LineTerms(2, dollars(10_000), variation="V1"), entry=typed(20_000, retention=2_000)),
        ],
        previous_certificates=dollars(10_000),
    )
    assert figures.summary.total_retention == dollars(4_000)
    assert figures.summary.earned_less_retention == dollars(36_000)
    assert figures.summary.payment_due == dollars(26_000)
    assert figures.summary.balance_to_finish == dollars(74_000)


def test_W6_a_claim_that_only_releases_retention() -> None:
    figures = calculate(
        TEN_PERCENT,
        [
            LineInput(
                LineTerms(1, dollars(80_000)),
                LineState(work=dollars(80_000), work_retention=dollars(4_000)),
                LineEntry(work_released=dollars(4_000)),
            )
        ],
    )
    summary = figures.summary
    assert summary.total_retention == 0
    assert summary.earned_less_retention == dollars(80_000)
    assert summary.previous_certificates == dollars(76_000)
    assert summary.payment_due == dollars(4_000)
    assert summary.balance_to_finish == 0
    assert not figures.findings


def test_W7_held_is_previous_plus_this_period_less_released() -> None:
    entry = LineEntry(
        work=dollars(10_000),
        work_retention_entry=RetentionEntry.AMOUNT,
        work_retention=dollars(500),
        work_released=dollars(200),
    )
    previous = LineState(work=dollars(50_000), work_retention=dollars(1_000))
    figures = calculate(ContractTerms(), [LineInput(LineTerms(1, dollars(100_000)), previous, entry)])
    assert figures.summary.completed_to_date == dollars(60_000)
    assert figures.summary.total_retention == dollars(1_300)
    assert figures.summary.earned_less_retention == dollars(58_700)


def test_W8_work_of_earlier_claims_is_not_retained_on_again() -> None:
    previous = LineState(work=dollars(20_000), work_retention=dollars(2_000))
    entry = LineEntry(work=dollars(30_000))
    (line,) = calculate(TEN_PERCENT, [LineInput(LineTerms(1, dollars(100_000)), previous, entry)]).lines
    assert line.work_retention_this == dollars(3_000)
    assert line.work_retention_held == dollars(5_000)


@pytest.mark.parametrize(("work", "materials", "refused"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 1, 2)])
def test_W9_release_stops_at_what_is_held_plus_this_period(work: int, materials: int, refused: int) -> None:
    terms = ContractTerms(work_retention_bp=1000, materials_retention_bp=500, retain_materials=True)
    previous = LineState(
        work=dollars(25_000),
        materials=dollars(16_000),
        work_retention=dollars(2_500),
        materials_retention=dollars(800),
    )
    entry = LineEntry(
        work=dollars(10_000),
        materials_new=dollars(4_000),
        work_released=dollars(3_500) + work,
        materials_released=dollars(1_000) + materials,
    )
    figures = calculate(terms, [LineInput(LineTerms(1, dollars(100_000)), previous, entry)])
    (line,) = figures.lines
    assert line.work_releasable == dollars(3_500)
    assert line.materials_releasable == dollars(1_000)
    assert len(figures.refusals) == refused
    assert all(finding.excess == 1 for finding in figures.refusals)


def test_W10_unit_prices() -> None:
    terms = ContractTerms(method=Method.UNIT)
    line = LineTerms(1, dollars(62_500), scheduled_quantity=500_0000, unit_price=125_0000)
    worked = LineInput(line, entry=enter_quantity(terms, LineInput(line), 100_0000))
    (figures,) = calculate(terms, [worked]).lines
    assert figures.work == dollars(12_500)
    assert figures.percent_bp == 2000
    assert figures.balance == dollars(50_000)

    stored = LineInput(line, entry=enter_new_materials_quantity(terms, worked, 50_0000))
    (figures,) = calculate(terms, [stored]).lines
    assert figures.materials_stored == dollars(6_250)
    assert figures.total_completed == dollars(18_750)
    assert figures.percent_bp == 3000
    assert figures.balance == dollars(43_750)


def test_W11_stored_materials_by_hand_over_three_claims() -> None:
    terms, line = ContractTerms(), LineTerms(1, dollars(12_500))

    first = LineInput(line)
    first = LineInput(line, entry=enter_new_materials(first, dollars(2_000)))
    claim = calculate(terms, [first])
    (figures,) = claim.lines
    assert (figures.materials_stored, figures.total_completed) == (dollars(2_000), dollars(2_000))
    assert (figures.percent_bp, figures.balance) == (1600, dollars(10_500))

    previous = next_previous(terms, claim)[1]
    second = LineInput(line, previous, entry_for_new_claim(previous))
    second = LineInput(line, previous, enter_new_materials(second, dollars(2_500)))
    (figures,) = calculate(terms, [second]).lines
    assert figures.previous_materials == figures.materials_previous == dollars(2_000)
    assert (figures.materials_stored, figures.total_completed) == (dollars(4_500), dollars(4_500))
    assert figures.percent_bp == 3600

    second = LineInput(line, previous, move_materials_to_work(terms, second, dollars(1_000)))
    claim = calculate(terms, [second])
    (figures,) = claim.lines
    assert figures.work == figures.materials_moved == dollars(1_000)
    assert (figures.materials_stored, figures.total_completed) == (dollars(3_500), dollars(4_500))
    assert (figures.percent_bp, figures.balance) == (3600, dollars(8_000))

    previous = next_previous(terms, claim)[1]
    third = LineInput(line, previous, entry_for_new_claim(previous))
    third = LineInput(line, previous, move_materials_to_work(terms, third, dollars(3_000)))
    third = LineInput(line, previous, enter_new_materials(third, dollars(2_000)))
    (figures,) = calculate(terms, [third]).lines
    assert (figures.previous_work, figures.previous_materials) == (dollars(1_000), dollars(3_500))
    assert (figures.work, figures.materials_previous) == (dollars(3_000), dollars(500))
    assert (figures.materials_stored, figures.total_completed) == (dollars(2_500), dollars(6_500))
    assert (figures.percent_bp, figures.balance) == (5200, dollars(6_000))


def test_W14_a_cap_is_spread_over_the_lines_and_met_to_the_cent() -> None:
    terms = ContractTerms(work_retention_bp=1000, cap=Limit(LimitKind.AMOUNT, dollars(10_000)))
    figures = calculate(
        terms,
        [
            LineInput(
                LineTerms(1, dollars(100_000)),
                LineState(work=dollars(80_000), work_retention=dollars(8_000)),
                LineEntry(work=dollars(10_000)),
            ),
            LineInput(LineTerms(2, dollars(50_000)), entry=LineEntry(work=dollars(20_000))),
        ],
    )
    assert [line.work_retention_this for line in figures.lines] == [dollars(666.67), dollars(1_333.33)]
    assert figures.summary.total_retention == dollars(10_000)
    assert [line.work_retention_rate_bp for line in figures.lines] == [667, 667]


def test_W16_ten_per_cent_until_five_per_cent_of_the_contract_is_held() -> None:
    until_five = SlidingRule(1000, Limit(LimitKind.PERCENT_ORIGINAL, 500))
    terms = ContractTerms(sliding=(until_five,))
    line = LineTerms(1, dollars(400_000))
    state = LineState()
    held = []
    for work in (100_000, 100_000, 50_000, 150_000):
        claim = calculate(terms, [LineInput(line, state, LineEntry(work=dollars(work)))])
        held.append(claim.summary.total_retention)
        state = next_previous(terms, claim)[1]
    assert held == [dollars(10_000), dollars(20_000), dollars(20_000), dollars(20_000)]

    at_completion = LineInput(line, state, LineEntry(work_released=dollars(10_000)))
    claim = calculate(terms, [at_completion])
    assert claim.summary.payment_due == dollars(10_000)
    assert claim.summary.total_retention == dollars(10_000)


def test_W18_an_amount_on_a_group_goes_by_balance_to_finish() -> None:
    group = [LineInput(LineTerms(1, dollars(225_000))), LineInput(LineTerms(2, dollars(25_000)))]
    assert sum(map(balance_to_finish, group)) == dollars(250_000)
    entries = spread_work(ContractTerms(), group, dollars(100_000))
    assert [entry.work for entry in entries] == [dollars(90_000), dollars(10_000)]


def test_W19_retention_typed_as_an_amount_or_a_percentage_and_released() -> None:
    terms = ContractTerms()
    lines = {1: LineTerms(1, dollars(50_000)), 2: LineTerms(2, dollars(25_000))}
    entries = {
        1: enter_work_retention(LineEntry(work=dollars(25_000)), dollars(1_250)),
        2: enter_work_retention_rate(LineEntry(work=dollars(12_500)), 500),
    }
    figures = calculate(terms, [LineInput(lines[key], entry=entries[key]) for key in lines])
    assert figures.lines[0].work_retention_rate_bp == 500
    assert figures.lines[1].work_retention_this == dollars(625)

    held = {
        1: LineState(dollars(25_000), work_retention=dollars(2_500)),
        2: LineState(dollars(12_500), work_retention=dollars(1_250)),
    }
    claim = [LineInput(lines[key], held[key]) for key in lines]
    before = calculate(terms, claim)
    released = [
        LineInput(lines[key], held[key], release(LineEntry(), row, work_bp=share))
        for key, row, share in zip(lines, before.lines, (10_000, 5_000), strict=True)
    ]
    figures = calculate(terms, released)
    assert [row.work_retention_released for row in figures.lines] == [dollars(2_500), dollars(625)]
    assert [row.work_retention_held for row in figures.lines] == [0, dollars(625)]
    assert figures.totals.retention_released == figures.summary.payment_due == dollars(3_125)


def test_ten_per_cent_held_on_two_lines_and_released_by_the_next_claim() -> None:
    """Totals are sums of rounded lines (domain §6.6)."""
    lines = [LineTerms(1, dollars(5_000)), LineTerms(2, dollars(5_000))]
    works = [dollars(500), dollars(2_096.30)]
    claim = calculate(
        TEN_PERCENT,
        [LineInput(line, entry=LineEntry(work=work)) for line, work in zip(lines, works, strict=True)],
    )
    assert [line.retention_held for line in claim.lines] == [dollars(50), dollars(209.63)]
    assert claim.summary.total_retention == dollars(259.63)
    states = next_previous(TEN_PERCENT, claim)
    later = [LineInput(line, states[line.key]) for line in lines]
    rows = calculate(TEN_PERCENT, later).lines
    final = calculate(
        TEN_PERCENT,
        [
            LineInput(line.terms, line.previous, release(line.entry, row, work_bp=10_000))
            for line, row in zip(later, rows, strict=True)
        ],
    )
    assert final.summary.payment_due == dollars(259.63)
    assert final.summary.total_retention == 0


def test_a_credit_line_of_500_can_not_be_claimed_to_600() -> None:
    line = LineTerms("credit", -dollars(500), variation="V2")
    assert not calculate(TEN_PERCENT, [LineInput(line, entry=LineEntry(work=-dollars(500)))]).findings
    for work, excess in ((-600, -100), (1, 1)):
        (finding,) = calculate(
            TEN_PERCENT, [LineInput(line, entry=LineEntry(work=dollars(work)))]
        ).over_claims
        assert finding.kind == FindingKind.OVER_CLAIMED
        assert (finding.key, finding.amount, finding.limit) == ("credit", dollars(work), -dollars(500))
        assert finding.excess == dollars(excess)
