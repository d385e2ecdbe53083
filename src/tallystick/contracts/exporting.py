"""Contracts, their schedules of values and their variations as tables for .xlsx and .csv."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.queries import ContractRow, VariationRow
from tallystick.contracts.states import AccountingMethod, VariationStatus
from tallystick.core.money import currency_exponent
from tallystick.sheets.table import Column, Kind, Row, Style, Table, Value
from tallystick.terms import text

_OF = Callable[[SovLine], Value]


def sov_tables(contract: Contract) -> list[Table]:
    """The schedule of values with the lines of all variations, and its breakdown where there is one."""
    found = list(
        contract.lines.filter(parent=None)
        .select_related("variation")
        .order_by("variation__number", "variation_id", "position", "pk")
    )
    own = [line for line in found if line.variation is None]
    varied = [line for line in found if line.variation is not None]
    columns, readers = _line_columns(contract)
    places = [
        Column(text("{Variation}"), width=14),
        Column("Status", width=12),
    ]
    rows = [Row([*(of(line) for of in readers), None, None]) for line in own]
    rows += [Row([*(of(line) for of in readers), *_variation_of(line)]) for line in varied]
    counted = [
        line for line in found if line.variation is None or line.variation.status == VariationStatus.APPROVED
    ]
    total: list[Value] = [None] * (len(columns) + 2)
    total[2] = "Revised sum"
    total[len(columns) - 1] = sum(line.scheduled_value for line in counted)
    rows.append(Row(total, Style.TOTAL))
    exponent = currency_exponent(contract.currency)
    tables = [Table(text("{Sov}"), [*columns, *places], rows, exponent, frozen_columns=3)]
    details = list(
        contract.lines.filter(parent__isnull=False)
        .select_related("parent")
        .order_by("parent__position", "parent_id", "position", "pk")
    )
    if details:
        tables.append(
            Table(
                text("{Ssov}"),
                [Column("Part of", width=10), *columns],
                [Row([_parent_of(line), *(of(line) for of in readers)]) for line in details],
                exponent,
            )
        )
    return tables


def _variation_of(line: SovLine) -> tuple[Value, Value]:
    assert line.variation is not None
    return line.variation.number, str(VariationStatus(line.variation.status).label)


def _parent_of(line: SovLine) -> Value:
    return line.parent.item_number if line.parent is not None else None


def _line_columns(contract: Contract) -> tuple[list[Column], list[_OF]]:
    """The columns that an import reads back by their names; the scheduled value is the last."""
    named: list[tuple[Column, _OF]] = [
        (Column("Item", width=8), lambda line: line.item_number),
        (Column("Cost code", width=12), lambda line: line.cost_code or None),
        (Column("Description", width=48), lambda line: line.description),
        (Column("Heading", width=24), lambda line: line.group or None),
    ]
    if contract.accounting_method == AccountingMethod.UNIT:
        named += [
            (Column("Quantity", Kind.QUANTITY), lambda line: line.quantity),
            (Column("Unit", width=7), lambda line: line.unit or None),
            (Column("Unit price", Kind.PRICE), lambda line: line.unit_price),
        ]
    named.append((Column("Scheduled value", Kind.MONEY), lambda line: line.scheduled_value))
    return [column for column, _ in named], [of for _, of in named]


def contracts_table(title: str, rows: Sequence[ContractRow], kinds: Callable[[str], str]) -> Table:
    """A list of contracts with their sums; ``kinds`` says what a kind is called."""
    exponent = max((currency_exponent(row.currency) for row in rows), default=2)

    def amount(row: ContractRow, minor: int) -> int:
        return int(minor * 10 ** (exponent - currency_exponent(row.currency)))

    columns = [
        Column("Number"),
        Column("Title", width=36),
        Column("Kind", width=16),
        Column("Company", width=28),
        Column("Status", width=16),
        Column("Private", width=9),
        Column(text("{Claim_contacts}"), Kind.COUNT, width=12),
        Column("Currency", width=9),
        Column("Original sum", Kind.MONEY),
        Column(text("Approved {variations}"), Kind.MONEY),
        Column("Revised sum", Kind.MONEY),
    ]
    made = [
        Row(
            [
                row.number,
                row.title,
                kinds(str(row.kind)),
                row.company,
                str(row.status.label),
                "Private" if row.is_private else None,
                row.contacts,
                row.currency,
                amount(row, row.original_sum),
                amount(row, row.net_variations),
                amount(row, row.revised_sum),
            ]
        )
        for row in rows
    ]
    if len({row.currency for row in rows}) == 1:
        made.append(
            Row(
                [
                    "Total",
                    *([None] * 7),
                    amount(rows[0], sum(row.original_sum for row in rows)),
                    amount(rows[0], sum(row.net_variations for row in rows)),
                    amount(rows[0], sum(row.revised_sum for row in rows)),
                ],
                Style.TOTAL,
            )
        )
    return Table(title, columns, made, exponent, frozen_columns=2)


def variations_table(contract: Contract, rows: Iterable[VariationRow]) -> Table:
    """A contract's variations."""
    found = list(rows)
    columns = [
        Column("Number"),
        Column("Title", width=40),
        Column("Status", width=14),
        Column("Approved on", Kind.DAY),
        Column("Amount", Kind.MONEY),
    ]
    made = [Row([row.number, row.title, str(row.status.label), row.approved_on, row.amount]) for row in found]
    approved = sum(row.amount for row in found if row.status == VariationStatus.APPROVED)
    made.append(Row(["Approved", None, None, None, approved], Style.TOTAL))
    return Table(text("{Variations}"), columns, made, currency_exponent(contract.currency))
