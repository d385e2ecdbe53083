"""Setting and releasing retention on several lines at once, as new entries (domain §6.6, §16.3).

What is chosen for the ticked lines becomes each line's own entry; ``calculate`` then says what follows from it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tallystick.claims.calc import entry as calc_entry
from tallystick.claims.calc.figures import LineFigures
from tallystick.claims.calc.terms import LineEntry, RetentionEntry
from tallystick.core.arithmetic import BASIS_POINTS, allocate, bounded
from tallystick.core.errors import BadInput
from tallystick.terms.context import text


@dataclass(frozen=True, slots=True)
class Holding:
    """How one kind's retention of the period is set.

    ``value`` is basis points for RATE and minor units for AMOUNT: one sum over all the lines, spread in proportion to
    what was done on each in the period.
    """

    how: RetentionEntry = RetentionEntry.AUTOMATIC
    value: int = 0


@dataclass(frozen=True, slots=True)
class SetRetention:
    """Retention of the period on work and on materials; None leaves that kind as it is."""

    work: Holding | None = None
    materials: Holding | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """What of the retention is released with the claim: an amount in all, or a percentage of what can be (all is
    10,000). Replaces what the claim released of these lines before."""

    amount: int | None = None
    percent_bp: int | None = None
    work: bool = True
    materials: bool = True


Line = tuple[LineEntry, LineFigures]
Change = SetRetention | Release


def changed(lines: Sequence[Line], change: Change) -> list[LineEntry]:
    """The lines' entries after the change. Raises ``BadInput`` where it asks for more than there is."""
    if isinstance(change, Release):
        return _released(lines, change)
    entries = [entry for entry, _ in lines]
    if change.work is not None:
        bases = [figures.work_retention_base for _, figures in lines]
        entries = _held(entries, bases, change.work, _hold_work, "work")
    if change.materials is not None:
        bases = [figures.materials_retention_base for _, figures in lines]
        entries = _held(entries, bases, change.materials, _hold_materials, "new materials")
    return entries


def _held(
    entries: list[LineEntry],
    bases: list[int],
    holding: Holding,
    hold: Callable[[LineEntry, RetentionEntry, int], LineEntry],
    of_what: str,
) -> list[LineEntry]:
    if holding.how != RetentionEntry.AMOUNT:
        if not 0 <= holding.value <= BASIS_POINTS:
            raise BadInput(text("{Retention} lies between 0 % and 100 %."))
        return [hold(entry, holding.how, holding.value) for entry in entries]
    whole = sum(bases)
    if holding.value and not any(bases):
        raise BadInput(
            text(
                "None of these lines has {of_what} this period, so there is nothing to hold {retention} on.",
                of_what=of_what,
            )
        )
    if holding.value and not (0 < holding.value <= whole or whole <= holding.value < 0):
        raise BadInput(
            text(
                "This is more {retention} than there is {of_what} on these lines this period. Type less.",
                of_what=of_what,
            )
        )
    parts = allocate(bounded(holding.value), bases)
    return [hold(entry, RetentionEntry.AMOUNT, part) for entry, part in zip(entries, parts, strict=True)]


def _hold_work(entry: LineEntry, how: RetentionEntry, value: int) -> LineEntry:
    return replace(entry, work_retention_entry=how, work_retention=value)


def _hold_materials(entry: LineEntry, how: RetentionEntry, value: int) -> LineEntry:
    return replace(entry, materials_retention_entry=how, materials_retention=value)


def _released(lines: Sequence[Line], change: Release) -> list[LineEntry]:
    if change.percent_bp is not None:
        if not 0 <= change.percent_bp <= BASIS_POINTS:
            raise BadInput("Release between 0 % and 100 %.")
        return [
            calc_entry.release(
                entry,
                figures,
                work_bp=change.percent_bp if change.work else None,
                materials_bp=change.percent_bp if change.materials else None,
            )
            for entry, figures in lines
        ]
    return calc_entry.release_amount(
        lines, bounded(change.amount or 0), work=change.work, materials=change.materials
    )
