"""Lines of a contract on its pages: under their headings, and in the grid that they are typed into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from tallystick.contracts.models import Contract, SovLine, Variation
from tallystick.core.errors import BadInput
from tallystick.core.money import currency_exponent, parse_money
from tallystick.web.contracts.sov_grid import Grid
from tallystick.web.request import PageRequest


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines under one heading, or those of one variation; the first ones of a schedule may have no heading."""

    title: str
    lines: Sequence[SovLine]
    variation: Variation | None = None
    subtotal: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "subtotal", sum(line.scheduled_value for line in self.lines))


def grouped_lines(own: Iterable[SovLine], varied: Iterable[SovLine]) -> list[LineGroup]:
    """The schedule as it is read: its own lines by heading where those stand together, then each variation."""
    groups = [LineGroup(title, list(lines)) for title, lines in groupby(own, key=lambda line: line.group)]
    for _, lines in groupby(varied, key=lambda line: line.variation_id):
        found = list(lines)
        variation = found[0].variation
        assert variation is not None
        groups.append(LineGroup(f"{variation.number} {variation.title}", found, variation))
    return groups


def lines_context(request: PageRequest, contract: Contract, grid: Grid, *, agreed: bool) -> dict[str, Any]:
    """What ``contracts/_grid.html`` is given. With ``agreed`` it compares the total with a sum that is typed."""
    typed = request.POST.get("agreed", "") if agreed else None
    remaining = None
    if typed and typed.strip():
        try:
            sum_typed = parse_money(typed, currency_exponent(contract.currency), currency=contract.currency)
        except BadInput as problem:
            grid.problems.append(f"Agreed sum: {problem}")
        else:
            remaining = sum_typed - grid.total
    return {
        "grid": grid,
        "by_unit": contract.accounting_method == "unit",
        "agreed": typed,
        "remaining": remaining,
    }
