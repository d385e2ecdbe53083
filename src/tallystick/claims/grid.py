"""The lines of a claim as a grid: which columns there are, what each cell says, subtotals and totals (domain §6.2).

A cell is its text, made here for the page and for the answer to a saved cell alike, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.policies import can_edit_entries
from tallystick.claims.states import CERTIFIED, EDITABLE
from tallystick.claims.storage import lines_of
from tallystick.claims.totals import grouped
from tallystick.claims.typed import entered_as
from tallystick.contracts.models import Variation
from tallystick.contracts.policies import can_see_sov
from tallystick.contracts.states import AccountingMethod
from tallystick.core.errors import Decision
from tallystick.core.money import (
    format_money,
    format_percent,
    format_quantity,
    format_unit_price,
    rate_of,
)
from tallystick.terms import text

Amounts = Callable[[ClaimLine], int | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures. ``kind`` is money, percent, quantity or price; only money is summed."""

    key: str
    label: str
    kind: str
    of: Amounts
    is_input: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line: its texts in the order of the columns."""

    id: int
    item: str
    description: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridGroup:
    """The contract's own lines (``key`` 0) or those of one variation, with their subtotals."""

    key: int
    title: str
    cells: tuple[str, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A claim's lines ready to be shown."""

    claim_id: int
    version: int
    columns: tuple[Column, ...]
    groups: tuple[GridGroup, ...]
    totals: tuple[str, ...]
    can_edit: Decision
    can_see: Decision
    rows: int

    @property
    def texts(self) -> dict[int, tuple[str, ...]]:
        """Texts of every line by its id."""
        return {row.id: row.cells for group in self.groups for row in group.rows}


def claim_grid(actor: Actor, claim: Claim) -> Grid:
    """The grid as the actor may see and edit it; the number of queries does not depend on the lines.

    Where the contract hides its lines from the actor (domain §2.1) there are no groups and ``can_see`` says why.
    """
    can_see = can_see_sov(actor, claim.contract)
    if not can_see:
        return Grid(claim.pk, claim.version, (), (), (), can_see, can_see, 0)
    return grid_of(claim, lines_of(claim), can_edit_entries(actor, claim))


def grid_of(claim: Claim, lines: Sequence[ClaimLine], can_edit: Decision) -> Grid:
    """The grid of these lines; one query for the names of variations, if there are any."""
    columns = columns_of(claim, lines, editable=bool(can_edit))
    members = grouped(lines)
    titles = _titles(claim, members)
    show = _writer(claim)
    groups = tuple(
        GridGroup(
            key=variation or 0,
            title=titles[variation],
            cells=_sums(columns, rows, show),
            rows=tuple(
                GridRow(
                    line.pk,
                    line.item_number,
                    line.description,
                    tuple([show(column, column.of(line)) for column in columns]),
                )
                for line in rows
            ),
        )
        for variation, rows in members.items()
    )
    return Grid(
        claim_id=claim.pk,
        version=claim.version,
        columns=columns,
        groups=groups,
        totals=_sums(columns, lines, show),
        can_edit=can_edit,
        can_see=Decision(True),
        rows=len(lines),
    )


def columns_of(claim: Claim, lines: Sequence[ClaimLine], *, editable: bool) -> tuple[Column, ...]:
    """The columns that this claim needs: by its method, its status, and what its lines hold."""
    side = entered_as(claim)
    by_unit = claim.contract.accounting_method == AccountingMethod.UNIT
    stored = any(line.previous_materials or line.materials_stored for line in lines)
    return (
        *_scheduled(by_unit),
        *_work(claim, lines, side, editable, by_unit),
        *(_materials(lines, side, editable) if stored or not by_unit else ()),
        Column("total", "Total to date", "money", lambda line: line.total_completed),
        Column(
            "percent",
            "%",
            "percent",
            lambda line: line.percent_bp,
            editable,
            "Total to date as a percentage of the scheduled value",
        ),
        Column("balance", "Balance", "money", lambda line: line.balance),
        *_retention(claim, lines, editable),
    )


def _scheduled(by_unit: bool) -> tuple[Column, ...]:
    value = Column("scheduled", "Scheduled value", "money", lambda line: line.scheduled_value)
    if not by_unit:
        return (value, Column("previous", "Previous", "money", lambda line: line.previous_work))
    return (
        Column("scheduled_quantity", "Qty", "quantity", lambda line: line.scheduled_quantity),
        Column("unit_price", "Rate", "price", lambda line: line.unit_price),
        value,
        Column("previous_quantity", "Previous qty", "quantity", lambda line: line.previous_quantity),
        Column("previous", "Previous", "money", lambda line: line.previous_work),
    )


def _work(
    claim: Claim, lines: Sequence[ClaimLine], side: str, editable: bool, by_unit: bool
) -> tuple[Column, ...]:
    under_review = claim.status not in EDITABLE
    differs = any(line.claimed_work != line.assessed_work for line in lines)
    columns = []
    if under_review:
        columns.append(Column("claimed", text("{Bill:past}"), "money", lambda line: line.claimed_work))
    if by_unit:
        columns.append(
            Column(
                "quantity",
                "Qty this period",
                "quantity",
                lambda line: getattr(line, f"{side}_quantity"),
                editable,
            )
        )
    label = "This period"
    if under_review:
        label = "Certified" if claim.status in CERTIFIED else "Assessed"
    columns.append(
        Column("work", label, "money", lambda line: getattr(line, f"{side}_work"), editable and not by_unit)
    )
    if not under_review and differs:
        columns.append(Column("assessed", "Assessed", "money", lambda line: line.assessed_work))
    return tuple(columns)


def _materials(lines: Sequence[ClaimLine], side: str, editable: bool) -> tuple[Column, ...]:
    new = Column(
        "new", "New materials", "money", lambda line: getattr(line, f"{side}_materials_new"), editable
    )
    if not any(line.previous_materials for line in lines):
        return (new,)
    left = Column(
        "left",
        "Still in store",
        "money",
        lambda line: getattr(line, f"{side}_materials_previous"),
        editable,
        "What remains in store of materials from earlier periods",
    )
    return (left, new)


def _retention(claim: Claim, lines: Sequence[ClaimLine], editable: bool) -> tuple[Column, ...]:
    on_materials = claim.contract.retain_materials or any(
        line.materials_retention_held or line.previous_materials_retention for line in lines
    )
    columns = [
        Column(
            "retention",
            text("{Retention} this period"),
            "money",
            lambda line: line.work_retention_this,
            editable,
            "An amount, or a percentage of this period’s work; empty for the contract’s rules",
        ),
        Column("released", "Released", "money", lambda line: line.work_retention_released, editable),
    ]
    if on_materials:
        columns += [
            Column(
                "materials_retention",
                text("{Retention} on materials"),
                "money",
                lambda line: line.materials_retention_this,
                editable,
            ),
            Column(
                "materials_released",
                "Released on materials",
                "money",
                lambda line: line.materials_retention_released,
                editable,
            ),
        ]
    columns.append(
        Column(
            "held",
            text("{Retention} held"),
            "money",
            lambda line: line.work_retention_held + line.materials_retention_held,
        )
    )
    return tuple(columns)


Writer = Callable[[Column, int | None], str]


def _writer(claim: Claim) -> Writer:
    """How a cell's figure is written: nought is left empty in an input, since a column of noughts hides the rest."""
    currency, locale = claim.contract.currency, claim.contract.project.locale

    def show(column: Column, value: int | None) -> str:
        if value is None:
            return "" if column.is_input else "–"
        if column.is_input and value == 0 and column.key != "retention":
            return ""
        if column.kind == "money":
            return format_money(value, currency, locale, symbol=False)
        if column.kind == "percent":
            return format_percent(value)
        if column.kind == "quantity":
            return format_quantity(value)
        return format_unit_price(value, currency, locale, symbol=False)

    return show


def _sums(columns: Sequence[Column], lines: Iterable[ClaimLine], show: Writer) -> tuple[str, ...]:
    rows = list(lines)
    texts = []
    for column in columns:
        if column.kind == "money":
            total = sum(column.of(line) or 0 for line in rows)
            texts.append(show(_as_output(column), total))
        elif column.kind == "percent":
            completed = sum(line.total_completed for line in rows)
            texts.append(
                show(_as_output(column), rate_of(completed, sum(line.scheduled_value for line in rows)))
            )
        else:
            texts.append("")
    return tuple(texts)


def _as_output(column: Column) -> Column:
    return Column(column.key, column.label, column.kind, column.of)


def _titles(claim: Claim, members: Iterable[int | None]) -> dict[int | None, str]:
    wanted = [variation for variation in members if variation is not None]
    titles: dict[int | None, str] = {None: f"{claim.contract.number} {claim.contract.title}"}
    if wanted:
        for variation in Variation.objects.filter(pk__in=wanted):
            titles[variation.pk] = text(
                "{Variation} {number} · {title}", number=variation.number, title=variation.title
            )
    return titles
