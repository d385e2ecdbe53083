"""Sums of stored line figures: subtotals of groups and the grand total (totals are sums of rounded lines)."""

from collections.abc import Iterable
from dataclasses import dataclass

from tallystick.claims.models import ClaimLine
from tallystick.core.money import rate_of


@dataclass(frozen=True, slots=True)
class LineSums:
    """Minor units; ``percent_bp`` is the total of the scheduled value, ``None`` where that is zero."""

    scheduled_value: int
    previous_work: int
    work: int
    materials_stored: int
    total_completed: int
    balance: int
    retention_held: int
    retention_released: int

    @property
    def percent_bp(self) -> int | None:
        """G of C."""
        return rate_of(self.total_completed, self.scheduled_value)


def sums_of(lines: Iterable[ClaimLine]) -> LineSums:
    """Add up what is stored on the lines."""
    rows = list(lines)
    return LineSums(
        scheduled_value=sum(line.scheduled_value for line in rows),
        previous_work=sum(line.previous_work for line in rows),
        work=sum(line.assessed_work for line in rows),
        materials_stored=sum(line.materials_stored for line in rows),
        total_completed=sum(line.total_completed for line in rows),
        balance=sum(line.balance for line in rows),
        retention_held=sum(retention_held(line) for line in rows),
        retention_released=sum(retention_released(line) for line in rows),
    )


def retention_held(line: ClaimLine) -> int:
    """Column I: on work and on materials."""
    return int(line.work_retention_held + line.materials_retention_held)


def retention_released(line: ClaimLine) -> int:
    """Released this period, of work and of materials."""
    return int(line.work_retention_released + line.materials_retention_released)


def grouped(lines: Iterable[ClaimLine]) -> dict[int | None, list[ClaimLine]]:
    """Lines by variation (``None``: the contract's own), in order of first appearance."""
    groups: dict[int | None, list[ClaimLine]] = {}
    for line in lines:
        groups.setdefault(line.sov_line.variation_id, []).append(line)
    return groups
