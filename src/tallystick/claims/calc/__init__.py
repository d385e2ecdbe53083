"""The arithmetic of a progress claim, complete and in one place (domain §5.4, §6, §16).

``calculate`` turns the contract's terms and, for every line, where it stood and what is entered into all figures of
the claim; ``next_previous`` turns those into the next claim's starting point. Grid, PDF, API and exports show what
comes out of here and compute nothing.

Everything is an integer: minor units, basis points, ten-thousandths. Rounding is half up per line, totals are sums
of rounded lines, tax is summed exactly and rounded once.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from operator import attrgetter

from tallystick.claims.calc.checks import findings_of
from tallystick.claims.calc.figures import (
    ClaimFigures,
    GroupFigures,
    LineFigures,
    SummaryLines,
    Totals,
    VariationBox,
)
from tallystick.claims.calc.findings import Finding, FindingKind
from tallystick.claims.calc.lines import line_basis, line_figures
from tallystick.claims.calc.retention import ContractStanding, automatic_retention
from tallystick.claims.calc.terms import (
    NO_ENTRY,
    NOTHING_YET,
    ContractTerms,
    Limit,
    LimitKind,
    LineEntry,
    LineInput,
    LineKey,
    LineState,
    LineTerms,
    Method,
    RetentionEntry,
    SlidingRule,
    StoredMaterials,
    TaxBasis,
)
from tallystick.core.arithmetic import BASIS_POINTS, bounded, quantity_for, rate_of, round_half_up

__all__ = [
    "NOTHING_YET",
    "NO_ENTRY",
    "ClaimFigures",
    "ContractTerms",
    "Finding",
    "FindingKind",
    "GroupFigures",
    "Limit",
    "LimitKind",
    "LineEntry",
    "LineFigures",
    "LineInput",
    "LineKey",
    "LineState",
    "LineTerms",
    "Method",
    "RetentionEntry",
    "SlidingRule",
    "StoredMaterials",
    "SummaryLines",
    "TaxBasis",
    "Totals",
    "VariationBox",
    "calculate",
    "next_previous",
    "state_after",
]


def calculate(
    contract: ContractTerms, lines: Sequence[LineInput], *, previous_certificates: int | None = None
) -> ClaimFigures:
    """All figures of a claim (domain §16.1 to §16.3).

    ``lines`` holds every line that is in the contract now or was ever claimed, in the order of the document; their
    order changes no sum. ``previous_certificates`` is line 7 where the lines can't tell it (a claim brought in from
    elsewhere); otherwise it is what the lines had earned before, which is line 6 of the previous claim.

    Figures are computed as entered, also where ``findings`` says that they can't stand. Raises ``BadInput`` only for
    sums beyond ``MAX_MINOR``. Takes time in proportion to the lines.
    """
    bases = [line_basis(contract, line) for line in lines]
    original = sum(line.terms.scheduled_value for line in lines if line.terms.variation is None)
    revised = sum(line.terms.scheduled_value for line in lines)
    held_before = sum(line.previous.work_retention + line.previous.materials_retention for line in lines)
    fixed = sum(basis.work_fixed + basis.materials_fixed for basis in bases)
    work_by_rule, materials_by_rule = automatic_retention(
        contract,
        ContractStanding(original, revised, held_before + fixed),
        [line.terms.key for line in lines],
        [basis.work_by_rule for basis in bases],
        [basis.materials_by_rule for basis in bases],
    )
    figures = tuple(map(line_figures, lines, bases, work_by_rule, materials_by_rule))
    groups = _groups(figures)
    totals = _sum_up([group.totals for group in groups])
    if previous_certificates is None:
        previous_certificates = totals.previous_work + totals.previous_materials - held_before
    return ClaimFigures(
        lines=figures,
        groups=groups,
        totals=totals,
        summary=_summary(original, totals, previous_certificates, _tax(contract, lines, figures)),
        variations=_variation_box(lines),
        findings=findings_of(contract, lines, figures, totals, original),
    )


def next_previous(contract: ContractTerms, figures: ClaimFigures) -> dict[LineKey, LineState]:
    """Where each line stands for the next claim, by its key (domain §5.4, §6.7).

    D(n+1) = D(n) + E(n). In mode *move* what is in store joins it, with the retention held on it; by hand it stays
    in store.
    """
    return {
        line.key: state_after(
            contract,
            work=line.previous_work + line.work,
            quantity=line.total_quantity,
            stored=line.materials_stored,
            work_retention=line.work_retention_held,
            materials_retention=line.materials_retention_held,
            unit_price=line.unit_price,
        )
        for line in figures.lines
    }


def state_after(
    contract: ContractTerms,
    *,
    work: int,
    quantity: int,
    stored: int,
    work_retention: int,
    materials_retention: int,
    unit_price: int,
) -> LineState:
    """Where a line stands for the next claim, from where it ended: work and quantity to date, stored, held."""
    if contract.stored_materials != StoredMaterials.MOVE:
        return LineState(work, quantity, stored, work_retention, materials_retention)
    moved = quantity_for(stored, unit_price, contract.exponent) if stored else None
    return LineState(
        work=work + stored,
        quantity=quantity + (moved or 0),
        work_retention=work_retention + materials_retention,
        materials_moved=stored,
    )


_summed = attrgetter(*Totals._fields)


def _groups(figures: Sequence[LineFigures]) -> tuple[GroupFigures, ...]:
    by_variation: defaultdict[Hashable | None, list[LineFigures]] = defaultdict(list)
    for line in figures:
        by_variation[line.variation].append(line)
    return tuple(GroupFigures(variation, _sum_up(lines)) for variation, lines in by_variation.items())


def _sum_up(rows: Sequence[LineFigures] | Sequence[Totals]) -> Totals:
    if not rows:
        return Totals(*[0] * len(Totals._fields))
    return Totals(*map(sum, zip(*map(_summed, rows), strict=True)))


def _summary(original: int, totals: Totals, previous_certificates: int, tax: int) -> SummaryLines:
    sum_to_date = bounded(totals.scheduled_value, "The contract sum")
    completed = bounded(totals.total_completed, "The total completed and stored")
    earned = completed - totals.retention_held
    due = earned - previous_certificates
    return SummaryLines(
        original_sum=original,
        net_variations=sum_to_date - original,
        sum_to_date=sum_to_date,
        completed_to_date=completed,
        work_retention=totals.work_retention_held,
        work_retention_bp=rate_of(totals.work_retention_held, totals.previous_work + totals.work),
        materials_retention=totals.materials_retention_held,
        materials_retention_bp=rate_of(totals.materials_retention_held, totals.materials_stored),
        total_retention=totals.retention_held,
        earned_less_retention=earned,
        previous_certificates=previous_certificates,
        payment_due=due,
        balance_to_finish=sum_to_date - earned,
        tax=tax,
        payment_due_with_tax=due + tax,
        percent_bp=rate_of(completed, sum_to_date),
    )


def _tax(contract: ContractTerms, lines: Sequence[LineInput], figures: Sequence[LineFigures]) -> int:
    """Every line at its own rate, summed exactly, rounded once (domain §6.8)."""
    net = contract.tax_basis == TaxBasis.NET
    exact = 0
    for line, row in zip(lines, figures, strict=True):
        rate = line.terms.tax_bp
        exact += (row.net_this_period if net else row.gross_this_period) * (
            contract.tax_bp if rate is None else rate
        )
    return round_half_up(exact, BASIS_POINTS)


def _variation_box(lines: Sequence[LineInput]) -> VariationBox:
    sums = [0, 0, 0, 0]
    for line in lines:
        terms = line.terms
        if terms.variation is not None:
            sums[2 * terms.variation_is_new + (terms.scheduled_value < 0)] += terms.scheduled_value
    return VariationBox(*sums)
