"""A claim's lines as plain integers, for the script that computes while one types (``static/js/claim``).

Names are those of ``calc_terms``: ``entry.work`` is the ``work`` of the line's entry. Amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from operator import attrgetter
from typing import Any

from tallystick.claims import calc
from tallystick.claims.models import ClaimLine, RetentionEntry

_COLUMNS = (
    ("version", "version"),
    ("terms.key", "sov_line_id"),
    ("terms.scheduled_value", "scheduled_value"),
    ("terms.variation", "sov_line.variation_id"),
    ("terms.variation_is_new", "is_new_variation"),
    ("terms.scheduled_quantity", "scheduled_quantity"),
    ("terms.unit_price", "unit_price"),
    ("previous.work", "previous_work"),
    ("previous.quantity", "previous_quantity"),
    ("previous.materials", "previous_materials"),
    ("previous.work_retention", "previous_work_retention"),
    ("previous.materials_retention", "previous_materials_retention"),
    ("previous.materials_moved", "previous_materials_moved"),
    ("entry.work", "assessed_work"),
    ("entry.quantity", "assessed_quantity"),
    ("entry.materials_previous", "assessed_materials_previous"),
    ("entry.materials_new", "assessed_materials_new"),
    ("entry.work_released", "work_retention_released"),
    ("entry.materials_released", "materials_retention_released"),
    ("claimed.work", "claimed_work"),
    ("claimed.quantity", "claimed_quantity"),
    ("claimed.materials_previous", "claimed_materials_previous"),
    ("claimed.materials_new", "claimed_materials_new"),
    ("proposed.work", "proposed_work"),
    ("proposed.quantity", "proposed_quantity"),
    ("proposed.materials_previous", "proposed_materials_previous"),
    ("proposed.materials_new", "proposed_materials_new"),
    ("review", "review"),
    ("review_reason", "review_reason"),
    ("comment", "comment"),
    ("entry.work_retention_entry", "work_retention_entry"),
    ("entry.materials_retention_entry", "materials_retention_entry"),
)
_values = attrgetter(*(name for _, name in _COLUMNS))

FIELDS: tuple[str, ...] = (
    *(name for name, _ in _COLUMNS),
    "entry.work_retention",
    "entry.materials_retention",
)
"""What stands in each place of a line's list."""


def raw_line(line: ClaimLine) -> list[Any]:
    """The line as a list in the order of ``FIELDS``."""
    return [
        *_values(line),
        _typed(line.work_retention_entry, line.work_retention_rate_bp, line.work_retention_this),
        _typed(
            line.materials_retention_entry, line.materials_retention_rate_bp, line.materials_retention_this
        ),
    ]


def raw_lines(lines: Iterable[ClaimLine]) -> dict[str, list[Any]]:
    """Lines by their id."""
    return {str(line.pk): raw_line(line) for line in lines}


def _typed(entry: str, rate: int, amount: int) -> int:
    if entry == RetentionEntry.AUTOMATIC:
        return 0
    return rate if entry == RetentionEntry.RATE else amount


def raw_terms(terms: calc.ContractTerms) -> dict[str, Any]:
    """What the contract says about billing."""
    return asdict(terms)


def raw_sums(figures: calc.ClaimFigures) -> dict[str, dict[str, int | None]]:
    """The totals of all lines and the face, to compare with what the script came to."""
    return {"totals": figures.totals._asdict(), "summary": asdict(figures.summary)}
