"""The lines of a claim as a grid: its columns, its groups with subtotals, what each cell says (domain §6.2).

A page shows texts; the script works with the same figures as integers (``wire``) and writes them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tallystick.access.actor import Actor
from tallystick.claims.grid.catalogue import columns_of
from tallystick.claims.grid.columns import AS_DELIVERED, Arrangement, Column, Typing, in_view
from tallystick.claims.grid.groups import LineGroup, group_lines
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.policies import can_change_retention, can_edit_entries, can_review
from tallystick.claims.storage import lines_of
from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import Decision
from tallystick.core.money import (
    format_money,
    format_percent,
    format_quantity,
    format_unit_price,
    rate_of,
)

__all__ = ["Column", "Grid", "GridGroup", "GridRow", "claim_grid", "grid_of"]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line: its texts in the order of the columns in view. ``proposes``: the reviewer proposed something else."""

    id: int
    cells: tuple[str, ...]
    proposes: bool = False

    @property
    def item(self) -> str:
        """Its item number."""
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class GridGroup:
    """Lines under one title, with their subtotals in the order of the columns in view."""

    key: str
    title: str
    parent: str
    cells: tuple[str, ...]
    rows: tuple[GridRow, ...]
    line_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A claim's lines ready to be shown. ``columns`` are those in view, ``choices`` all that there are."""

    claim_id: int
    version: int
    columns: tuple[Column, ...]
    choices: tuple[Column, ...]
    groups: tuple[GridGroup, ...]
    totals: tuple[str, ...]
    can_edit: Decision
    can_see: Decision
    typing: Typing
    arrangement: Arrangement
    headings: bool
    lines: tuple[ClaimLine, ...]

    @property
    def rows(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    @property
    def texts(self) -> dict[int, tuple[str, ...]]:
        """Texts of every line by its id, in the order of the columns in view."""
        return {row.id: row.cells for group in self.groups for row in group.rows}


def claim_grid(actor: Actor, claim: Claim, arrangement: Arrangement = AS_DELIVERED) -> Grid:
    """The grid as the actor may see and edit it; the number of queries does not depend on the lines.

    Where the contract hides its lines from the actor (domain §2.1) there are no groups and ``can_see`` says why.
    """
    can_see = can_see_sov(actor, claim.contract)
    if not can_see:
        return Grid(
            claim.pk, claim.version, (), (), (), (), can_see, can_see, Typing(), arrangement, False, ()
        )
    return grid_of(actor, claim, lines_of(claim), arrangement)


def grid_of(
    actor: Actor, claim: Claim, lines: Sequence[ClaimLine], arrangement: Arrangement = AS_DELIVERED
) -> Grid:
    """The grid of these lines."""
    can_edit = can_edit_entries(actor, claim)
    typing = typing_of(actor, claim, can_edit)
    choices = arrangement.applied_to(columns_of(claim, lines, typing))
    columns = in_view(choices)
    show = _writer(claim)
    return Grid(
        claim_id=claim.pk,
        version=claim.version,
        columns=columns,
        choices=choices,
        groups=tuple(
            _group(group, columns, show) for group in group_lines(claim, lines, arrangement.group_by)
        ),
        totals=_sums(columns, lines, show),
        can_edit=can_edit,
        can_see=Decision(True),
        typing=typing,
        arrangement=arrangement,
        headings=any(line.sov_line.group for line in lines),
        lines=tuple(lines),
    )


def typing_of(actor: Actor, claim: Claim, can_edit: Decision) -> Typing:
    """What the actor may type into the claim as it stands."""
    if not can_edit:
        return Typing()
    return Typing(
        entries=True,
        retention=bool(can_change_retention(actor, claim)),
        review=bool(can_review(actor, claim)),
    )


def text_of(claim: Claim, column: Column, line: ClaimLine) -> str:
    """What the line's cell in this column says."""
    return _writer(claim)(column, column.of(line))


def sum_text(claim: Claim, column: Column, lines: Iterable[ClaimLine]) -> str:
    """What the column's subtotal over these lines says."""
    return _sums((column,), lines, _writer(claim))[0]


def _group(group: LineGroup, columns: Sequence[Column], show: Writer) -> GridGroup:
    return GridGroup(
        key=group.key,
        title=group.title,
        parent=group.parent,
        cells=_sums(columns, group.lines, show),
        rows=tuple(
            GridRow(
                line.pk,
                tuple([show(column, column.of(line)) for column in columns]),
                line.proposed_work is not None,
            )
            for line in group.rows
        ),
        line_ids=tuple(line.pk for line in group.lines),
    )


Writer = Callable[[Column, int | str | None], str]


def _writer(claim: Claim) -> Writer:
    """How a cell's figure is written: nought is left empty in an input, since a column of noughts hides the rest."""
    currency, locale = claim.contract.currency, claim.contract.project.locale
    told_nought = ("retention", "materials_retention")
    write: dict[str, Callable[[int], str]] = {
        "money": lambda amount: format_money(amount, currency, locale, symbol=False),
        "percent": format_percent,
        "quantity": format_quantity,
        "price": lambda price: format_unit_price(price, currency, locale, symbol=False),
    }

    def show(column: Column, value: int | str | None) -> str:
        if value is None:
            return "" if column.is_input else "–"
        if isinstance(value, str):
            return value
        if column.is_input and value == 0 and column.key not in told_nought:
            return ""
        return write[column.kind](value)

    return show


_PART_OF = {"percent": ("total", "total_completed"), "work_percent": ("work", "assessed_work")}


def _sums(columns: Sequence[Column], lines: Iterable[ClaimLine], show: Writer) -> tuple[str, ...]:
    rows = list(lines)
    scheduled = sum(line.scheduled_value for line in rows)
    texts = []
    for column in columns:
        if not column.summed:
            texts.append("")
        elif column.kind == "percent":
            part = sum(getattr(line, _PART_OF[column.key][1]) for line in rows)
            texts.append(show(_as_output(column), rate_of(part, scheduled)))
        else:
            total = sum(int(column.of(line) or 0) for line in rows)
            texts.append(show(_as_output(column), total))
    return tuple(texts)


def _as_output(column: Column) -> Column:
    return Column(column.key, column.label, column.kind, column.of)
