"""What the pages about a contract's and a project's retention share."""

from __future__ import annotations

from typing import Any

from tallystick.claims.retention.ledger import Ledger
from tallystick.claims.retention.project_ledger import RuleStanding
from tallystick.core.money import format_money, format_percent
from tallystick.terms import current, text


def standing_text(standing: RuleStanding, currency: str) -> str:
    """Where a contract stands against its rules, in a few words: ``5% up to $20,000.00, 45% reached``."""
    limit = (
        format_money(standing.limit, currency, current().locale.code) if standing.limit is not None else ""
    )
    rate = format_percent(standing.rate_bp)
    if standing.is_reached:
        return f"Limit of {limit} reached"
    if standing.rules and standing.rule > standing.rules:
        return "Every rule is full"
    if not standing.rate_bp:
        return "None is held"
    begin = f"Rule {standing.rule} of {standing.rules}: {rate}" if standing.rules else rate
    if standing.limit is None:
        return begin
    return f"{begin} up to {limit}, {format_percent(standing.share_bp, places=0)} reached"


def ledger_figures(ledger: Ledger, currency: str) -> list[dict[str, Any]]:
    """Held, retained, released and releasable, as the contract's page shows them on top."""
    parts = ""
    if ledger.held_on_materials:
        locale = current().locale.code
        parts = text(
            "{work} on work, {materials} on {stored_materials}",
            work=format_money(ledger.held_on_work, currency, locale),
            materials=format_money(ledger.held_on_materials, currency, locale),
        )
    pending = ""
    if ledger.on_its_way:
        amount = format_money(ledger.on_its_way, currency, current().locale.code)
        pending = text("{amount} on {a claim} that is not certified", amount=amount)
    return [
        {"label": "Retained", "amount": ledger.retained, "currency": currency, "note": "to date"},
        {"label": "Released", "amount": ledger.released, "currency": currency, "note": "to date"},
        {"label": "Held", "amount": ledger.held, "currency": currency, "note": parts, "strong": True},
        {"label": "Can be released", "amount": ledger.releasable, "currency": currency, "note": pending},
    ]
