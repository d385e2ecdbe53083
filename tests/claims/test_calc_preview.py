"""How the next claims will hold (domain §6.6, W16)."""

from hypothesis import given
from hypothesis import strategies as st

from tallystick.claims.calc.preview import Part, Standing, outlook, spread
from tallystick.claims.calc.terms import ContractTerms, Limit, LimitKind, SlidingRule

FOUR_HUNDRED = Standing(400_000_00, 400_000_00)


def percent(bp):
    return Limit(LimitKind.PERCENT_ORIGINAL, bp)


def test_ten_per_cent_until_five_are_held_reaches_its_cap_at_half_the_contract_w16():
    terms = ContractTerms(sliding=(SlidingRule(1000, percent(500)),))
    told = outlook(terms, FOUR_HUNDRED, spread(400_000_00, 8))
    assert [step.retained for step in told.steps] == [5_000_00] * 4 + [0] * 4
    assert told.steps[-1].held == told.cap == 20_000_00
    (limit,) = told.limits
    assert (limit.rule, limit.limit, limit.step, limit.billed) == (1, 20_000_00, 4, 200_000_00)


def test_a_cap_on_a_flat_rate_is_reached_inside_of_a_claim():
    terms = ContractTerms(work_retention_bp=1000, cap=Limit(LimitKind.AMOUNT, 20_000_00))
    told = outlook(terms, FOUR_HUNDRED, [150_000_00, 150_000_00, 100_000_00])
    assert [step.retained for step in told.steps] == [15_000_00, 5_000_00, 0]
    assert told.limits[0].billed == 200_000_00
    assert told.steps[0].parts == (Part(0, 1000, 15_000_00),)


def test_a_claim_across_two_rules_tells_what_each_retains():
    terms = ContractTerms(sliding=(SlidingRule(1000, percent(250)), SlidingRule(500, percent(500))))
    told = outlook(terms, FOUR_HUNDRED, [150_000_00, 200_000_00, 50_000_00])
    assert told.steps[0].parts == (Part(1, 1000, 10_000_00), Part(2, 500, 2_500_00))
    assert told.steps[1].parts == (Part(2, 500, 7_500_00),)
    assert told.steps[2].parts == ()
    assert [(limit.step, limit.billed) for limit in told.limits] == [(1, 100_000_00), (2, 300_000_00)]


def test_what_is_held_already_counts():
    terms = ContractTerms(work_retention_bp=500, cap=Limit(LimitKind.AMOUNT, 10_000_00))
    told = outlook(terms, Standing(400_000_00, 400_000_00, billed=200_000_00, held=10_000_00), [100_000_00])
    assert (told.limits[0].step, told.limits[0].billed) == (0, 200_000_00)
    assert told.steps[0].retained == 0


def test_a_limit_out_of_reach_and_no_retention_at_all():
    terms = ContractTerms(work_retention_bp=100, cap=Limit(LimitKind.AMOUNT, 10_000_00))
    assert outlook(terms, FOUR_HUNDRED, [400_000_00]).limits[0].step is None
    nothing = ContractTerms(work_retention_bp=1000, retain_work=False)
    assert outlook(nothing, FOUR_HUNDRED, [400_000_00]).steps[0].held == 0
    assert outlook(nothing, FOUR_HUNDRED, []).cap is None


def test_remaining_work_is_spread_to_the_cent():
    assert spread(100, 3) == [34, 33, 33]
    assert sum(spread(7, 60)) == 7


RULES = st.lists(
    st.builds(SlidingRule, st.integers(1, 10_000), st.builds(percent, st.integers(1, 10_000))), max_size=5
)
MONEY = st.integers(0, 10**9)


@given(RULES, st.integers(0, 10_000), st.integers(0, 10**8), st.lists(MONEY, max_size=8), MONEY)
def test_parts_sum_to_what_is_retained_and_limits_hold(rules, rate, cap, works, held):
    terms = ContractTerms(work_retention_bp=rate, sliding=tuple(rules), cap=Limit(LimitKind.AMOUNT, cap))
    standing = Standing(10**9, 10**9, held=held)
    told = outlook(terms, standing, works)
    before = held
    for step in told.steps:
        assert sum(part.amount for part in step.parts) == step.retained >= 0
        assert step.held == before + step.retained
        assert step.held <= max(cap, held)
        before = step.held
    for limit in told.limits:
        if limit.step:
            step = told.steps[limit.step - 1]
            assert step.billed - step.work <= limit.billed <= step.billed
            assert step.held >= limit.limit
