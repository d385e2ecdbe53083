"""What a payment schedule says in figures: claimed beside scheduled, where it was cut, why. Pure; minor units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Side:
    """One column of totals: as claimed, or as scheduled."""

    work: int
    """work and materials of the period, before retention"""
    retention: int
    """held of it"""
    released: int
    due: int
    """work − retention + released, and the adjustment"""
    tax: int
    total: int
    """due + tax"""


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One line of the schedule of values, as far as this claim is about it."""

    id: int
    group: str
    item: str
    description: str
    claimed: int
    scheduled: int
    rule_retention: int
    """what the contract's rules would hold"""
    retention: int
    """what is held"""
    reason: str

    @property
    def difference(self) -> int:
        """Claimed less scheduled: positive where it was cut, also on a credit."""
        return self.claimed - self.scheduled

    @property
    def is_cut(self) -> bool:
        """Whether less is to be paid than was claimed. A credit of −300 assessed as −500 is cut by 200."""
        return self.claimed > self.scheduled

    @property
    def holds_more(self) -> bool:
        """Whether more retention is held than the contract's rules ask for."""
        return self.retention > self.rule_retention

    @property
    def is_shown(self) -> bool:
        """Whether the line has anything to say in this claim."""
        return bool(self.claimed or self.scheduled or self.reason)

    def frozen(self) -> dict[str, Any]:
        """For the row's JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def thawed(cls, values: Mapping[str, Any]) -> "ScheduleLine":
        """Back from the row's JSON."""
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the paper shows in figures."""

    claimed: Side
    scheduled: Side
    adjustment: int
    lines: tuple[ScheduleLine, ...]

    @property
    def cut_lines(self) -> tuple[ScheduleLine, ...]:
        """Lines of which less is to be paid than was claimed."""
        return tuple(line for line in self.lines if line.is_cut)

    @property
    def without_reason(self) -> tuple[ScheduleLine, ...]:
        """Cut lines of which nobody has said why."""
        return tuple(line for line in self.cut_lines if not line.reason.strip())

    @property
    def more_retention(self) -> tuple[ScheduleLine, ...]:
        """Lines on which more is held than by the contract's rules."""
        return tuple(line for line in self.lines if line.holds_more)

    @property
    def retention_without_reason(self) -> tuple[ScheduleLine, ...]:
        """Of those, the ones without a reason of their own."""
        return tuple(line for line in self.more_retention if not line.reason.strip())

    def add_up(self) -> bool:
        """Whether lines, totals and tax agree, which they do unless a figure was stored by other rules."""
        return (
            sum(line.claimed for line in self.lines) == self.claimed.work
            and sum(line.scheduled for line in self.lines) == self.scheduled.work
            and all(
                side.work - side.retention + side.released + self.adjustment == side.due
                and side.due + side.tax == side.total
                for side in (self.claimed, self.scheduled)
            )
        )


def differs(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two frozen lists of lines say something else in figures or reasons."""
    names = ("id", "claimed", "scheduled", "retention", "reason")
    return [[line[name] for name in names] for line in one] != [
        [line[name] for name in names] for line in other
    ]
