"""One line of a claim: where its materials went, what retention follows from its entry, its figures."""

from typing import NamedTuple

from tallystick.claims.calc.figures import LineFigures
from tallystick.claims.calc.retention import reversal
from tallystick.claims.calc.terms import ContractTerms, LineInput, RetentionEntry
from tallystick.core.arithmetic import BASIS_POINTS, round_half_up


class LineBasis(NamedTuple):
    """A line between its entry and its figures: materials settled, retention not yet."""

    moved: int
    retention_moved: int
    work_base: int
    work_fixed: int
    work_by_rule: int
    materials_base: int
    materials_fixed: int
    materials_by_rule: int


def line_basis(contract: ContractTerms, line: LineInput) -> LineBasis:
    """Settle where earlier materials went, and what retention follows from that and from typed entries.

    Materials that become work by hand take the retention held on them along and are not retained on again; where
    materials aren't retained on, the work they become is. Materials that leave the store otherwise (sent back) give
    back the retention held on them.
    """
    previous, entry = line.previous, line.entry
    in_store = previous.materials
    gone = 0 if entry.materials_previous is None else in_store - entry.materials_previous
    moved = retention_moved = given_back = 0
    if gone and in_store:
        gone = _between(gone, in_store)
        moved = _between(entry.work, gone)
        retention_moved = round_half_up(previous.materials_retention * moved, in_store)
        given_back = retention_moved - round_half_up(previous.materials_retention * gone, in_store)
    else:
        gone = 0

    work_base = entry.work
    if moved and (contract.retain_materials or previous.materials_retention):
        work_base -= moved
    kind = entry.work_retention_entry
    if kind == RetentionEntry.AUTOMATIC:
        held = previous.work_retention + retention_moved
        work_fixed, work_by_rule = reversal(work_base, previous.work, held)
        if not contract.retain_work:
            work_by_rule = 0
    else:
        work_fixed, work_by_rule = _typed(kind, entry.work_retention, work_base), 0

    new = entry.materials_new
    kind = entry.materials_retention_entry
    if kind == RetentionEntry.AUTOMATIC:
        held = previous.materials_retention - retention_moved + given_back
        materials_fixed, materials_by_rule = reversal(new, in_store - gone, held)
        materials_fixed += given_back
        if not contract.retain_materials:
            materials_by_rule = 0
    else:
        materials_fixed, materials_by_rule = _typed(kind, entry.materials_retention, new), 0
    return LineBasis(
        moved, retention_moved, work_base, work_fixed, work_by_rule, new, materials_fixed, materials_by_rule
    )


def _between(value: int, limit: int) -> int:
    """The value clipped to lie between zero and the limit, whichever sign that has."""
    return max(0, min(value, limit)) if limit > 0 else min(0, max(value, limit))


def _typed(kind: RetentionEntry, value: int, base: int) -> int:
    return value if kind == RetentionEntry.AMOUNT else round_half_up(base * value, BASIS_POINTS)


def line_figures(line: LineInput, basis: LineBasis, work_by_rule: int, materials_by_rule: int) -> LineFigures:
    """The line's figures, given what the contract's rules retain on it this period (domain §16.1)."""
    terms, previous, entry = line.terms, line.previous, line.entry
    scheduled, work, new = terms.scheduled_value, entry.work, entry.materials_new
    remaining = previous.materials if entry.materials_previous is None else entry.materials_previous
    stored = remaining + new
    total = previous.work + work + stored
    work_this = basis.work_fixed + work_by_rule
    materials_this = basis.materials_fixed + materials_by_rule
    gross = work + stored - previous.materials
    work_released, materials_released = entry.work_released, entry.materials_released
    return LineFigures(
        terms.key,
        terms.variation,
        terms.unit_price,
        scheduled,
        previous.work,
        previous.quantity,
        work,
        entry.quantity,
        previous.materials,
        remaining,
        new,
        basis.moved or previous.materials_moved,
        stored,
        total,
        round_half_up(total * BASIS_POINTS, scheduled) if scheduled else None,
        scheduled - total,
        previous.work_retention,
        previous.materials_retention,
        basis.retention_moved,
        basis.work_base,
        work_this,
        work_released,
        previous.work_retention + basis.retention_moved + work_this - work_released,
        basis.materials_base,
        materials_this,
        materials_released,
        previous.materials_retention - basis.retention_moved + materials_this - materials_released,
        gross,
        gross - work_this - materials_this + work_released + materials_released,
    )
