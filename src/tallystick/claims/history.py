"""A claim's history in words that people read: columns by name, figures as money (domain §6.9)."""

# terms: allow-file retention

from __future__ import annotations

from dataclasses import replace

from tallystick.audit.queries import HistoryRow, history
from tallystick.claims.models import Claim
from tallystick.core.money import format_money, format_percent, format_quantity
from tallystick.terms import text


def claim_history(claim: Claim) -> list[HistoryRow]:
    """What was done to the claim, newest first, with figures written as people read them."""
    currency, locale = claim.contract.currency, claim.contract.project.locale
    rows = history(claim, newest_first=True, called=text("this {claim}"))
    return [_readable(row, currency, locale) for row in rows]


def _readable(row: HistoryRow, currency: str, locale: str) -> HistoryRow:
    changes = [
        (_column(name), _figure(name, old, currency, locale), _figure(name, new, currency, locale))
        for name, old, new in row.changes
    ]
    return replace(row, changes=tuple(dict.fromkeys(_told_once(changes))))


def _told_once(changes: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """What is claimed and what is assessed change together until the review; that is one change to a reader."""
    claimed = {(name.removesuffix(", claimed"), old, new) for name, old, new in changes}
    kept = []
    for name, old, new in changes:
        plain = name.removesuffix(", assessed")
        if plain != name and (plain, old, new) in claimed:
            continue
        kept.append((name.removesuffix(", claimed"), old, new))
    return kept


def _column(name: str) -> str:
    """``1.2: claimed work`` as ``Line 1.2: work this period, claimed``."""
    line, _, column = name.rpartition(": ")
    words = _IN_WORDS.get(column)
    label = text(words) if words else column
    return f"Line {line}: {label}" if line else label


_IN_WORDS = {
    "claimed work": "work this period, claimed",
    "assessed work": "work this period, assessed",
    "claimed quantity": "quantity this period, claimed",
    "assessed quantity": "quantity this period, assessed",
    "claimed materials new": "new materials, claimed",
    "assessed materials new": "new materials, assessed",
    "claimed materials previous": "materials still in store, claimed",
    "assessed materials previous": "materials still in store, assessed",
    "work retention entry": "{retention} on work is",
    "work retention rate bp": "{retention} on work, rate",
    "work retention this": "{retention} on work this period",
    "work retention released": "{retention} on work released",
    "materials retention entry": "{retention} on materials is",
    "materials retention rate bp": "{retention} on materials, rate",
    "materials retention this": "{retention} on materials this period",
    "materials retention released": "{retention} on materials released",
    "previous certificates": "previous certificates",
}
_ENTRIES = {"automatic": "by the contract’s rules", "amount": "typed as an amount", "rate": "typed as a rate"}


def _figure(name: str, value: str, currency: str, locale: str) -> str:
    """A recorded value as people read it; what is no figure stays as it is."""
    if name.endswith(" entry"):
        return _ENTRIES.get(value, value)
    try:
        number = int(value)
    except ValueError:
        return value
    column = name.rpartition(": ")[2]
    if column.endswith(" bp"):
        return format_percent(number)
    if column.endswith("quantity"):
        return format_quantity(number)
    if column in _IN_WORDS:
        return format_money(number, currency, locale)
    return value
