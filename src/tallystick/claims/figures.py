"""Between the rows and the calculation: what goes in, what is written back. No arithmetic here."""

from collections.abc import Iterable, Sequence

from tallystick.claims import calc
from tallystick.claims.models import Claim, ClaimLine
from tallystick.contracts.models import Contract, SlidingRule
from tallystick.contracts.states import RetentionCap, RuleLimit
from tallystick.core.money import currency_exponent


def terms_of(contract: Contract, rules: Iterable[SlidingRule] | None = None) -> calc.ContractTerms:
    """What the contract says about billing; reads its sliding rules unless they come with it."""
    return calc.ContractTerms(
        work_retention_bp=contract.work_retention_bp,
        materials_retention_bp=contract.materials_retention_bp,
        retain_work=contract.retain_work,
        retain_materials=contract.retain_materials,
        cap=_limit(contract.retention_cap, contract.retention_cap_bp, contract.retention_cap_amount),
        sliding=tuple(
            calc.SlidingRule(rule.rate_bp, _limit(rule.limit_kind, rule.limit_bp, rule.limit_amount))
            for rule in (contract.sliding_rules.all() if rules is None else rules)
        ),
        stored_materials=calc.StoredMaterials(contract.stored_materials_mode),
        method=calc.Method(contract.accounting_method),
        tax_bp=contract.tax_bp,
        tax_basis=calc.TaxBasis(contract.tax_basis),
        exponent=currency_exponent(contract.currency),
    )


def _limit(kind: str, basis_points: int, amount: int) -> calc.Limit:
    if kind in (RetentionCap.AMOUNT, RuleLimit.AMOUNT):
        return calc.Limit(calc.LimitKind.AMOUNT, amount)
    return calc.Limit(calc.LimitKind(kind), basis_points)


def calculate(terms: calc.ContractTerms, claim: Claim, lines: Sequence[ClaimLine]) -> calc.ClaimFigures:
    """All figures of the claim as assessed. ``lines`` come with their ``sov_line``."""
    return calc.calculate(
        terms, [input_of(line) for line in lines], previous_certificates=claim.previous_certificates
    )


def input_of(line: ClaimLine) -> calc.LineInput:
    """The line as the calculation takes it, with what is entered as assessed.

    Values go in by position: there are a thousand lines, and names would take twice the time.
    """
    on_work, on_materials = line.work_retention_entry, line.materials_retention_entry
    return calc.LineInput(
        calc.LineTerms(
            line.sov_line_id,
            line.scheduled_value,
            line.sov_line.variation_id,
            line.is_new_variation,
            line.scheduled_quantity,
            line.unit_price,
        ),
        state_before(line),
        calc.LineEntry(
            line.assessed_work,
            line.assessed_quantity,
            line.assessed_materials_previous,
            line.assessed_materials_new,
            _ENTRIES[on_work],
            _retention(on_work, line.work_retention_this, line.work_retention_rate_bp),
            _ENTRIES[on_materials],
            _retention(on_materials, line.materials_retention_this, line.materials_retention_rate_bp),
            line.work_retention_released,
            line.materials_retention_released,
        ),
    )


_ENTRIES: dict[str, calc.RetentionEntry] = {kind.value: kind for kind in calc.RetentionEntry}


def _retention(entry: str, amount: int, rate_bp: int) -> int:
    """The value that is meant by how retention is entered; by the rules there is none."""
    if entry == calc.RetentionEntry.AUTOMATIC:
        return 0
    return rate_bp if entry == calc.RetentionEntry.RATE else amount


def state_before(line: ClaimLine) -> calc.LineState:
    """Where the line stood before this claim."""
    return calc.LineState(
        line.previous_work,
        line.previous_quantity,
        line.previous_materials,
        line.previous_work_retention,
        line.previous_materials_retention,
        line.previous_materials_moved,
    )


def states_after(terms: calc.ContractTerms, lines: Iterable[ClaimLine]) -> dict[int, calc.LineState]:
    """Where each line of a claim stands for the next one, by its schedule line.

    Read from what is stored and not computed again: what a certified claim holds was settled by the terms of its day,
    and a change of the contract's rates since then changes nothing of it.
    """
    return {
        line.sov_line_id: calc.state_after(
            terms,
            work=line.previous_work + line.assessed_work,
            quantity=line.previous_quantity + line.assessed_quantity,
            stored=line.materials_stored,
            work_retention=line.work_retention_held,
            materials_retention=line.materials_retention_held,
            unit_price=line.unit_price,
        )
        for line in lines
    }


def bring_forward(line: ClaimLine, state: calc.LineState) -> None:
    """Set the line's previous columns to ``state``."""
    line.previous_work = state.work
    line.previous_quantity = state.quantity
    line.previous_materials = state.materials
    line.previous_work_retention = state.work_retention
    line.previous_materials_retention = state.materials_retention
    line.previous_materials_moved = state.materials_moved


LINE_FIGURES = (
    "materials_moved",
    "retention_moved",
    "materials_stored",
    "total_completed",
    "percent_bp",
    "balance",
    "work_retention_this",
    "work_retention_held",
    "materials_retention_this",
    "materials_retention_held",
    "gross_this_period",
    "net_this_period",
)
"""Columns of a line that the calculation writes, by the names it uses itself."""

SUMMARY_FIGURES = (
    "original_sum",
    "net_variations",
    "sum_to_date",
    "completed_to_date",
    "work_retention",
    "materials_retention",
    "total_retention",
    "earned_less_retention",
    "previous_certificates",
    "payment_due",
    "balance_to_finish",
    "tax",
    "payment_due_with_tax",
)


def write_back(claim: Claim, lines: Sequence[ClaimLine], figures: calc.ClaimFigures) -> None:
    """Put the figures on the rows; the caller saves them."""
    for line, row in zip(lines, figures.lines, strict=True):
        for name in LINE_FIGURES:
            setattr(line, name, getattr(row, name))
    for name in SUMMARY_FIGURES:
        setattr(claim, name, getattr(figures.summary, name))
    box = figures.variations
    claim.variation_additions_previous = box.additions_previous
    claim.variation_additions_this = box.additions_this
    claim.variation_deductions_previous = box.deductions_previous
    claim.variation_deductions_this = box.deductions_this
    claim.claimed_this_period = claimed_gross(lines)
    claim.assessed_this_period = figures.totals.gross_this_period
    claim.retention_this_period = figures.totals.retention_this
    claim.retention_released = figures.totals.retention_released


def claimed_gross(lines: Iterable[ClaimLine]) -> int:
    """Work and materials of this period as claimed: by how much the total to date would grow."""
    return sum(
        line.claimed_work
        + line.claimed_materials_previous
        + line.claimed_materials_new
        - line.previous_materials
        for line in lines
    )
