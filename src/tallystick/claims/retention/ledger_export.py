"""The retention ledgers of a contract and of a project as tables for .xlsx and .csv."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.claims.retention.ledger import Ledger
from tallystick.claims.retention.project_ledger import ContractLedger
from tallystick.contracts.models import Contract
from tallystick.core.money import currency_exponent
from tallystick.sheets.table import Column, Kind, Row, Table
from tallystick.terms import text


def ledger_table(contract: Contract, ledger: Ledger) -> Table:
    """A contract's ledger, a row a claim, the first one on top."""
    columns = [
        Column(text("{Claim}"), Kind.COUNT),
        Column("Revision", Kind.COUNT),
        Column("Status", width=22),
        Column("From", Kind.DAY),
        Column("To", Kind.DAY),
        Column("Held before, work", Kind.MONEY),
        Column("Moved from materials", Kind.MONEY),
        Column("Retained on work", Kind.MONEY),
        Column("Released of work", Kind.MONEY),
        Column("Held after, work", Kind.MONEY),
        Column("Held before, materials", Kind.MONEY),
        Column("Retained on materials", Kind.MONEY),
        Column("Released of materials", Kind.MONEY),
        Column("Held after, materials", Kind.MONEY),
        Column("Held after", Kind.MONEY),
    ]
    rows = [
        Row(
            [
                row.number,
                row.revision or None,
                str(row.status.label),
                row.period_start,
                row.period_end,
                row.work.before,
                row.work.moved,
                row.work.retained,
                row.work.released,
                row.work.after,
                row.materials.before,
                row.materials.retained,
                row.materials.released,
                row.materials.after,
                row.total.after,
            ]
        )
        for row in reversed(ledger.rows)
    ]
    return Table(text("{Retention} ledger"), columns, rows, currency_exponent(contract.currency))


def project_ledger_table(rows: Sequence[ContractLedger]) -> Table:
    """A project's ledger, a row a contract."""
    exponent = max((currency_exponent(row.currency) for row in rows), default=2)
    columns = [
        Column("Contract"),
        Column("Title", width=34),
        Column("Company", width=28),
        Column("Currency", width=9),
        Column("Retained to date", Kind.MONEY),
        Column("Released to date", Kind.MONEY),
        Column("Held on work", Kind.MONEY),
        Column("Held on materials", Kind.MONEY),
        Column("Held", Kind.MONEY),
        Column("Being released", Kind.MONEY),
        Column("Releasable", Kind.MONEY),
        Column("Limit", Kind.MONEY),
    ]
    made = []
    for row in rows:
        factor = 10 ** (exponent - currency_exponent(row.currency))
        limit = row.standing.limit
        made.append(
            Row(
                [
                    row.number,
                    row.title,
                    row.company,
                    row.currency,
                    row.retained * factor,
                    row.released * factor,
                    row.held_on_work * factor,
                    row.held_on_materials * factor,
                    row.held * factor,
                    row.on_its_way * factor,
                    row.releasable * factor,
                    None if limit is None else limit * factor,
                ]
            )
        )
    return Table(text("{Retention} ledger"), columns, made, exponent, frozen_columns=2)
