"""Payments as a table for .xlsx and .csv."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.contracts.models import Contract
from tallystick.core.money import currency_exponent
from tallystick.payments.queries import PaymentRow
from tallystick.sheets.table import Column, Kind, Row, Style, Table
from tallystick.terms import text


def payments_table(contract: Contract, rows: Sequence[PaymentRow]) -> Table:
    """A contract's payments; voided ones are listed and count in no sum."""
    columns = [
        Column("Number", Kind.COUNT),
        Column("Paid on", Kind.DAY),
        Column(text("{Claim}"), width=12),
        Column("Method", width=18),
        Column("Reference", width=22),
        Column("Note", width=30),
        Column("Recorded by", width=22),
        Column("Voided", width=30),
        Column("Amount", Kind.MONEY),
    ]
    made = [
        Row(
            [
                row.number,
                row.paid_on,
                "On account" if row.is_on_account else str(row.claim_number),
                str(row.method.label),
                row.reference or None,
                row.note or None,
                row.by or None,
                (f"Voided: {row.void_reason}" if row.void_reason else "Voided") if row.is_void else None,
                row.amount,
            ]
        )
        for row in rows
    ]
    paid = sum(row.amount for row in rows if not row.is_void)
    made.append(Row([None, None, "Total paid", *([None] * 5), paid], Style.TOTAL))
    return Table("Payments", columns, made, currency_exponent(contract.currency))
