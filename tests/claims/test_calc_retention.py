"""Retention by rules: caps, sliding scales, credits, and what becomes of it when materials move."""

from dataclasses import replace

import pytest

from tallystick.claims.calc import (
    ContractTerms,
    FindingKind,
    Limit,
    LimitKind,
    LineEntry,
    LineFigures,
    LineInput,
    LineState,
    LineTerms,
    RetentionEntry,
    SlidingRule,
    StoredMaterials,
    TaxBasis,
    calculate,
    next_previous,
)
from tallystick.terms import dictionary, use

LINE = LineTerms(1, 100_000_00)
BOTH = ContractTerms(work_retention_bp=1000, materials_retention_bp=1000, retain_materials=True)


def one(
    contract: ContractTerms, previous: LineState, entry: LineEntry, line: LineTerms = LINE
) -> LineFigures:
    """The figures of a claim of one line."""
    return calculate(contract, [LineInput(line, previous, entry)]).lines[0]


def test_materials_that_become_work_take_their_retention_along() -> None:
    stored = LineState(materials=3_000_00, materials_retention=300_00)
    line = one(BOTH, stored, LineEntry(work=3_000_00, materials_previous=0))
    assert line.retention_moved == 300_00
    assert (line.work_retention_held, line.materials_retention_held) == (300_00, 0)
    assert line.retention_this == line.net_this_period == 0


def test_only_new_work_is_retained_on_when_materials_move_with_it() -> None:
    stored = LineState(materials=3_000_00, materials_retention=300_00)
    line = one(BOTH, stored, LineEntry(work=2_500_00, materials_previous=2_000_00))
    assert line.materials_moved == 1_000_00
    assert line.work_retention_base == 1_500_00
    assert line.work_retention_this == 150_00
    assert (line.work_retention_held, line.materials_retention_held) == (250_00, 200_00)
    assert line.net_this_period == 1_500_00 - 150_00


def test_materials_that_came_without_retention_are_retained_on_as_work() -> None:
    terms = ContractTerms(work_retention_bp=1000)
    line = one(terms, LineState(materials=3_000_00), LineEntry(work=3_000_00, materials_previous=0))
    assert (line.work_retention_this, line.work_retention_held) == (300_00, 300_00)
    assert line.net_this_period == -300_00


def test_materials_sent_back_give_back_the_retention_held_on_them() -> None:
    stored = LineState(materials=3_000_00, materials_retention=300_00)
    line = one(BOTH, stored, LineEntry(materials_previous=1_000_00))
    assert line.materials_moved == 0
    assert line.materials_retention_this == -200_00
    assert line.materials_retention_held == 100_00
    assert line.net_this_period == -2_000_00 + 200_00


def test_moving_automatically_takes_store_and_retention_to_previous_work() -> None:
    terms = replace(BOTH, stored_materials=StoredMaterials.MOVE)
    first = calculate(terms, [LineInput(LINE, entry=LineEntry(work=10_000_00, materials_new=5_000_00))])
    assert first.summary.work_retention == 1_000_00
    assert first.summary.materials_retention == 500_00
    state = next_previous(terms, first)[1]
    assert state == LineState(work=15_000_00, work_retention=1_500_00, materials_moved=5_000_00)
    second = calculate(terms, [LineInput(LINE, state, LineEntry(work=1_000_00, materials_new=2_000_00))])
    (line,) = second.lines
    assert (line.previous_work, line.materials_moved, line.materials_stored) == (
        15_000_00,
        5_000_00,
        2_000_00,
    )
    assert (line.work_retention_held, line.materials_retention_held) == (1_600_00, 200_00)
    assert second.summary.previous_certificates == first.summary.earned_less_retention
    assert second.summary.payment_due == 3_000_00 - 300_00


def test_moving_automatically_counts_stored_materials_as_quantity() -> None:
    terms = ContractTerms(stored_materials=StoredMaterials.MOVE)
    line = LineTerms(1, 62_500_00, scheduled_quantity=500_0000, unit_price=125_0000)
    entry = LineEntry(work=12_500_00, quantity=100_0000, materials_new=6_250_00)
    state = next_previous(terms, calculate(terms, [LineInput(line, entry=entry)]))[1]
    assert state.quantity == 150_0000


@pytest.mark.parametrize(
    ("work", "kept"),
    [(100_000_00, 10_000_00), (300_000_00, 22_500_00), (400_000_00, 25_000_00), (900_000_00, 25_000_00)],
)
def test_a_full_rule_leaves_the_rest_of_the_work_to_the_next(work: int, kept: int) -> None:
    """10 % until 20,000 is held, then 2.5 % until 25,000 (domain §6.6)."""
    terms = ContractTerms(
        sliding=(
            SlidingRule(1000, Limit(LimitKind.AMOUNT, 20_000_00)),
            SlidingRule(250, Limit(LimitKind.PERCENT_REVISED, 250)),
        )
    )
    lines = [LineInput(LineTerms(1, 1_000_000_00), entry=LineEntry(work=work))]
    assert calculate(terms, lines).summary.total_retention == kept


def test_a_sliding_scale_is_spread_over_the_lines_to_the_cent() -> None:
    terms = ContractTerms(sliding=(SlidingRule(1000, Limit(LimitKind.AMOUNT, 100_00)),))
    lines = [LineInput(LineTerms(key, 10_000_00), entry=LineEntry(work=3_333_33)) for key in (3, 2, 1)]
    figures = calculate(terms, lines)
    assert [line.work_retention_this for line in figures.lines] == [33_33, 33_33, 33_34]
    assert figures.summary.total_retention == 100_00


def test_rules_look_forward_only() -> None:
    """What is held already above a limit stays held: nothing is given back without a release (domain §6.6)."""
    terms = ContractTerms(sliding=(SlidingRule(1000, Limit(LimitKind.AMOUNT, 1_000_00)),))
    line = one(terms, LineState(work=20_000_00, work_retention=2_000_00), LineEntry(work=10_000_00))
    assert (line.work_retention_this, line.work_retention_held) == (0, 2_000_00)


@pytest.mark.parametrize(
    ("cap", "held"),
    [
        (Limit(LimitKind.PERCENT_ORIGINAL, 500), 5_000_00),
        (Limit(LimitKind.PERCENT_REVISED, 500), 4_500_00),
        (Limit(LimitKind.AMOUNT, 4_200_00), 4_200_00),
        (Limit(), 8_000_00 - 1_000_00),
    ],
)
def test_caps_by_original_sum_revised_sum_or_amount(cap: Limit, held: int) -> None:
    terms = ContractTerms(work_retention_bp=1000, cap=cap)
    figures = calculate(
        terms,
        [
            LineInput(LINE, entry=LineEntry(work=80_000_00)),
            LineInput(LineTerms(2, -10_000_00, "V1"), entry=LineEntry(work=-10_000_00)),
        ],
    )
    assert figures.summary.total_retention == held


def test_a_credit_lowers_retention_in_its_proportion() -> None:
    terms = ContractTerms(work_retention_bp=1000)
    line = one(terms, LineState(), LineEntry(work=-500_00), LineTerms(1, -500_00, "V1"))
    assert (line.work_retention_held, line.net_this_period) == (-50_00, -450_00)


def test_taking_back_work_gives_back_what_is_in_fact_held_on_it() -> None:
    terms = ContractTerms(work_retention_bp=1000)
    capped = LineState(work=20_000_00, work_retention=1_000_00)
    assert one(terms, capped, LineEntry(work=-5_000_00)).work_retention_this == -250_00
    released = LineState(work=20_000_00)
    assert one(terms, released, LineEntry(work=-5_000_00)).work_retention_this == 0
    beyond = one(terms, capped, LineEntry(work=-21_000_00))
    assert beyond.work_retention_this == -1_000_00 - 100_00


def test_typed_retention_is_kept_and_leaves_less_room_for_the_rules() -> None:
    terms = ContractTerms(work_retention_bp=1000, cap=Limit(LimitKind.AMOUNT, 1_000_00))
    typed = LineEntry(work=10_000_00, work_retention_entry=RetentionEntry.AMOUNT, work_retention=900_00)
    figures = calculate(
        terms,
        [LineInput(LINE, entry=typed), LineInput(LineTerms(2, 50_000_00), entry=LineEntry(work=5_000_00))],
    )
    assert [line.work_retention_this for line in figures.lines] == [900_00, 100_00]
    assert not figures.findings
    figures = calculate(terms, [LineInput(LINE, entry=replace(typed, work_retention=1_200_00))])
    (finding,) = figures.warnings
    assert (finding.kind, finding.excess) == (FindingKind.RETENTION_ABOVE_CAP, 200_00)


def test_retention_that_is_switched_off_is_not_retained() -> None:
    terms = ContractTerms(
        work_retention_bp=1000, materials_retention_bp=1000, retain_work=False, retain_materials=False
    )
    line = one(terms, LineState(), LineEntry(work=1_000_00, materials_new=1_000_00))
    assert line.retention_this == 0


def test_findings_say_what_to_do_in_the_words_in_force() -> None:
    terms = ContractTerms()
    entry = LineEntry(
        work=110_000_00,
        work_released=5_00,
        materials_released=2,
        materials_previous=10,
        work_retention_entry=RetentionEntry.AMOUNT,
        materials_retention_entry=RetentionEntry.AMOUNT,
        materials_retention=1,
    )
    figures = calculate(terms, [LineInput(LINE, LineState(work_retention=1_00), entry)])

    def money(amount: int) -> str:
        return f"${amount / 100:,.2f}"

    with use(dictionary(locale="en-US")):
        sentences = {finding.kind: finding.sentence(money) for finding in figures.findings}
    assert sentences[FindingKind.OVER_CLAIMED] == (
        "The total to date of $110,000.10 goes beyond the scheduled value of $100,000.00 by $10,000.10. "
        "Bill less, or have a change order approved."
    )
    assert sentences[FindingKind.WORK_RELEASE_TOO_LARGE] == (
        "$5.00 can't be released: the retainage held on work, with this period's, is $1.00. Release $1.00 at most."
    )
    assert "there were $0.00" in sentences[FindingKind.STORED_MATERIALS_GREW]
    assert "without new materials" in sentences[FindingKind.MATERIALS_RETENTION_WITHOUT_BASE]
    assert {finding.kind for finding in figures.refusals} == {
        FindingKind.WORK_RELEASE_TOO_LARGE,
        FindingKind.MATERIALS_RELEASE_TOO_LARGE,
        FindingKind.STORED_MATERIALS_GREW,
    }


def test_tax_on_what_is_due_or_on_what_was_claimed() -> None:
    lines = [LineInput(LINE, entry=LineEntry(work=10_000_05)), LineInput(LineTerms(2, 100, tax_bp=0))]
    net = ContractTerms(work_retention_bp=1000, tax_bp=1000)
    assert calculate(net, lines).summary.tax == 900_00
    assert calculate(replace(net, tax_basis=TaxBasis.GROSS), lines).summary.tax == 1_000_01


def test_additions_and_deductions_stand_apart() -> None:
    lines = [
        LineTerms(1, 100_000_00),
        LineTerms(2, 5_000_00, "V1"),
        LineTerms(3, -2_000_00, "V1"),
        LineTerms(4, 700_00, "V2", variation_is_new=True),
        LineTerms(5, -300_00, "V2", variation_is_new=True),
    ]
    figures = calculate(ContractTerms(), [LineInput(line) for line in lines])
    box = figures.variations
    assert (box.additions_previous, box.deductions_previous) == (5_000_00, -2_000_00)
    assert (box.additions_this, box.deductions_this) == (700_00, -300_00)
    assert box.net == figures.summary.net_variations == 3_400_00
    assert [(group.variation, group.totals.scheduled_value) for group in figures.groups] == [
        (None, 100_000_00),
        ("V1", 3_000_00),
        ("V2", 400_00),
    ]


def test_a_claim_without_lines_and_a_line_without_value() -> None:
    empty = calculate(BOTH, [])
    assert empty.summary.payment_due == empty.summary.balance_to_finish == 0
    assert empty.summary.percent_bp is None
    nothing = calculate(BOTH, [LineInput(LineTerms(1, 0))])
    assert nothing.lines[0].percent_bp is None
    assert not nothing.findings
    something = calculate(BOTH, [LineInput(LineTerms(1, 0), entry=LineEntry(work=1))])
    assert "has no scheduled value." in something.over_claims[0].sentence(str)


def test_a_sliding_scale_has_five_rules_at_most() -> None:
    with pytest.raises(ValueError, match="at most 5"):
        ContractTerms(sliding=(SlidingRule(100, Limit()),) * 6)
