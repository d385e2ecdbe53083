"""From what a person types into a line, a group or a bulk panel to the line's entry (domain §6.2, §6.6, §6.7, §10).

Amounts are what is kept; a typed percentage becomes an amount at once, and percentages shown are derived from it.
Every function returns new entries and leaves the checks to ``calculate``.
"""

from collections.abc import Sequence
from dataclasses import replace

from tallystick.claims.calc.figures import LineFigures
from tallystick.claims.calc.terms import (
    ContractTerms,
    LineEntry,
    LineInput,
    LineState,
    LineTerms,
    Method,
    RetentionEntry,
)
from tallystick.core.arithmetic import allocate, apply_rate, extend, quantity_for
from tallystick.core.errors import BadInput
from tallystick.terms.context import text

_PENNIES_LEFT_BY_ROUNDING = 25
"""Half a minor unit for each of fifty claims: a larger remainder on a finished quantity isn't from rounding."""


def entry_for_new_claim(previous: LineState) -> LineEntry:
    """Nothing claimed yet, everything still in store, retention by the contract's rules."""
    return LineEntry(materials_previous=previous.materials)


def materials_stored(line: LineInput) -> int:
    """F as entered: what remains in store and what came new."""
    remaining = line.entry.materials_previous
    return (line.previous.materials if remaining is None else remaining) + line.entry.materials_new


def balance_to_finish(line: LineInput) -> int:
    """What could still be claimed as work this period: C − D − F, whatever is in E now."""
    return line.terms.scheduled_value - line.previous.work - materials_stored(line)


# --- work this period ----------------------------------------------------------------------------------------


def enter_work(contract: ContractTerms, line: LineInput, amount: int) -> LineEntry:
    """E typed as an amount; by the unit method its quantity follows from the unit price."""
    return replace(line.entry, work=amount, quantity=_quantity(contract, line.terms, amount))


def enter_work_percent(contract: ContractTerms, line: LineInput, percent_bp: int) -> LineEntry:
    """E typed as a percentage of the scheduled value, for this period."""
    return enter_work(contract, line, apply_rate(line.terms.scheduled_value, percent_bp))


def enter_total(contract: ContractTerms, line: LineInput, total: int) -> LineEntry:
    """G typed as an amount: E is what is missing to it, with materials in store as they are."""
    return enter_work(contract, line, total - line.previous.work - materials_stored(line))


def enter_total_percent(contract: ContractTerms, line: LineInput, percent_bp: int) -> LineEntry:
    """G typed as a percentage of the scheduled value: 100 % is the scheduled value to the cent."""
    return enter_total(contract, line, apply_rate(line.terms.scheduled_value, percent_bp))


def enter_quantity(contract: ContractTerms, line: LineInput, quantity: int) -> LineEntry:
    """The quantity of this period (ten-thousandths): E is quantity × unit price (W10).

    The quantity that completes the scheduled one takes what is left of the scheduled value, where that differs by
    no more than earlier claims' rounding, so that a finished line stands at 100 % to the cent.
    """
    terms = line.terms
    amount = extend(quantity, terms.unit_price, contract.exponent)
    if quantity and line.previous.quantity + quantity == terms.scheduled_quantity:
        left = balance_to_finish(line)
        if abs(left - amount) <= _PENNIES_LEFT_BY_ROUNDING:
            amount = left
    return replace(line.entry, work=amount, quantity=quantity)


def _quantity(contract: ContractTerms, terms: LineTerms, amount: int) -> int:
    if contract.method != Method.UNIT:
        return 0
    return quantity_for(amount, terms.unit_price, contract.exponent) or 0


# --- stored materials ----------------------------------------------------------------------------------------


def enter_new_materials(line: LineInput, amount: int) -> LineEntry:
    """Materials that came into store this period."""
    return replace(line.entry, materials_new=amount)


def enter_new_materials_quantity(contract: ContractTerms, line: LineInput, quantity: int) -> LineEntry:
    """The same by the unit method, as a quantity in ten-thousandths (W10)."""
    return enter_new_materials(line, extend(quantity, line.terms.unit_price, contract.exponent))


def enter_previous_materials(line: LineInput, remaining: int) -> LineEntry:
    """What remains in store of what earlier claims stored; says nothing about where the rest went."""
    return replace(line.entry, materials_previous=remaining)


def enter_materials_stored(line: LineInput, stored: int) -> LineEntry:
    """F typed: what is more than remains of earlier materials is new; what is less comes off those."""
    remaining = (
        line.previous.materials if line.entry.materials_previous is None else line.entry.materials_previous
    )
    new = stored - remaining
    if new and remaining and (new < 0) != (remaining < 0):
        return replace(line.entry, materials_previous=stored, materials_new=0)
    return replace(line.entry, materials_new=new)


def move_materials_to_work(contract: ContractTerms, line: LineInput, amount: int) -> LineEntry:
    """Take materials out of store and into work of this period; G stays what it was (W11b)."""
    entry = line.entry
    remaining = line.previous.materials if entry.materials_previous is None else entry.materials_previous
    worked = enter_work(contract, line, entry.work + amount)
    return replace(worked, materials_previous=remaining - amount)


# --- retention -----------------------------------------------------------------------------------------------


def enter_work_retention(entry: LineEntry, amount: int) -> LineEntry:
    """Work retention of this period as an amount, instead of by the contract's rules (W19)."""
    return replace(entry, work_retention_entry=RetentionEntry.AMOUNT, work_retention=amount)


def enter_work_retention_rate(entry: LineEntry, rate_bp: int) -> LineEntry:
    """Work retention as a percentage of this period's work, instead of the contract's rate (W19)."""
    return replace(entry, work_retention_entry=RetentionEntry.RATE, work_retention=rate_bp)


def enter_materials_retention(entry: LineEntry, amount: int) -> LineEntry:
    """Materials retention of this period as an amount."""
    return replace(entry, materials_retention_entry=RetentionEntry.AMOUNT, materials_retention=amount)


def enter_materials_retention_rate(entry: LineEntry, rate_bp: int) -> LineEntry:
    """Materials retention as a percentage of this period's new materials."""
    return replace(entry, materials_retention_entry=RetentionEntry.RATE, materials_retention=rate_bp)


def retain_by_rules(entry: LineEntry) -> LineEntry:
    """Back to what the contract's rules say, for work and materials."""
    return replace(
        entry,
        work_retention_entry=RetentionEntry.AUTOMATIC,
        work_retention=0,
        materials_retention_entry=RetentionEntry.AUTOMATIC,
        materials_retention=0,
    )


def release(
    entry: LineEntry, figures: LineFigures, *, work_bp: int | None = None, materials_bp: int | None = None
) -> LineEntry:
    """Release a percentage of what can be released of the line: all of it at 10,000 (domain §6.6).

    ``figures`` are the line's in this claim. None leaves that kind as it is.
    """
    if work_bp is not None:
        entry = replace(entry, work_released=apply_rate(figures.work_releasable, work_bp))
    if materials_bp is not None:
        entry = replace(entry, materials_released=apply_rate(figures.materials_releasable, materials_bp))
    return entry


def release_amount(
    lines: Sequence[tuple[LineEntry, LineFigures]],
    amount: int,
    *,
    work: bool = True,
    materials: bool = True,
) -> list[LineEntry]:
    """Release an amount over lines in proportion to what each can release, of work and of materials.

    Where only one kind is asked for, the other stays as it is. Raises ``BadInput`` where there is less to release.
    """
    available = [figures.work_releasable if work else 0 for _, figures in lines]
    available += [figures.materials_releasable if materials else 0 for _, figures in lines]
    whole = sum(available)
    if amount and not (0 <= amount <= whole or whole <= amount <= 0):
        raise BadInput(
            text("This is more than the {retention} held on these lines. Release what is held, or less.")
        )
    parts = allocate(amount, available) if available else []
    of_work, of_materials = parts[: len(lines)], parts[len(lines) :]
    return [
        replace(
            entry,
            work_released=of_work[index] if work else entry.work_released,
            materials_released=of_materials[index] if materials else entry.materials_released,
        )
        for index, (entry, _) in enumerate(lines)
    ]


# --- groups --------------------------------------------------------------------------------------------------


def spread_work(contract: ContractTerms, lines: Sequence[LineInput], amount: int) -> list[LineEntry]:
    """Work of this period typed on a group: in proportion to each line's balance to finish (W18, domain §10).

    Raises ``BadInput`` where no line has a balance.
    """
    balances = [balance_to_finish(line) for line in lines]
    if amount and not any(balances):
        raise BadInput(text("Nothing is left to {bill} in this group. Enter the amount on a line instead."))
    parts = allocate(amount, balances)
    return [enter_work(contract, line, part) for line, part in zip(lines, parts, strict=True)]


def spread_work_percent(
    contract: ContractTerms, lines: Sequence[LineInput], percent_bp: int
) -> list[LineEntry]:
    """The same typed as a percentage of the group's scheduled value."""
    whole = sum(line.terms.scheduled_value for line in lines)
    return spread_work(contract, lines, apply_rate(whole, percent_bp))
