"""The detail lines of a breakdown as rows: reading them, and bringing them to what was typed (R-SSOV)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.states import AccountingMethod
from tallystick.core.arithmetic import bounded, extend
from tallystick.core.errors import BadInput
from tallystick.core.money import currency_exponent

LONGEST_ITEM = 40


@dataclass(frozen=True, slots=True)
class DetailInput:
    """A detail line as typed. ``id`` is of the line that it was, none for a new one.

    By amount: ``scheduled_value`` in minor units. By unit: quantity and unit price (ten-thousandths each), of which
    the scheduled value follows.
    """

    description: str
    scheduled_value: int = 0
    item_number: str = ""
    quantity: int = 0
    unit: str = ""
    unit_price: int = 0
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the schedule and what it was broken down into."""

    line: SovLine
    details: tuple[SovLine, ...]

    @property
    def allocated(self) -> int:
        """What the detail lines come to, minor units."""
        return sum(detail.scheduled_value for detail in self.details)

    @property
    def remaining(self) -> int:
        """What is not broken down yet; below zero where the detail lines come to more."""
        remaining: int = self.line.scheduled_value - self.allocated
        return remaining

    @property
    def is_complete(self) -> bool:
        """Whether nothing remains to allocate."""
        return self.remaining == 0


def breakdown_of(contract: Contract) -> list[Part]:
    """The contract's own lines in their order, each with its detail lines: one query."""
    lines: list[SovLine] = []
    details: dict[int, list[SovLine]] = {}
    for line in contract.lines.filter(variation=None).order_by("position", "pk"):
        if line.parent_id is None:
            lines.append(line)
        else:
            details.setdefault(line.parent_id, []).append(line)
    return [Part(line, tuple(details.get(line.pk, ()))) for line in lines]


def billable_lines(contract: Contract) -> list[SovLine]:
    """The contract's own lines as claims bill them: detail lines where there are any in an approved breakdown."""
    if not contract.uses_sub_sov:
        return list(contract.lines.filter(variation=None, parent=None).order_by("position", "pk"))
    return [line for part in breakdown_of(contract) for line in (part.details or (part.line,))]


def fingerprint(parts: Sequence[Part]) -> str:
    """Changes with every change of the lines and their detail lines; what a page saw, in a few characters."""
    return "-".join(
        str(number)
        for number in (
            len(parts),
            sum(len(part.details) for part in parts),
            max((detail.pk for part in parts for detail in part.details), default=0),
            _digest(parts),
        )
    )


def _digest(parts: Sequence[Part]) -> str:
    shown = repr([[_shown(part.line), [_shown(detail) for detail in part.details]] for part in parts])
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _shown(line: SovLine) -> tuple[Any, ...]:
    return (
        line.pk,
        line.item_number,
        line.description,
        line.scheduled_value,
        line.quantity,
        line.unit,
        line.unit_price,
    )


def is_stored(
    contract: Contract, parts: Sequence[Part], details: Mapping[int, Sequence[DetailInput]]
) -> bool:
    """Whether these rows are what stands there already."""
    if not details or set(details) - {part.line.pk for part in parts}:
        return False
    for part in parts:
        if part.line.pk not in details:
            continue
        wanted = [SovLine() for _ in details[part.line.pk]]
        for position, (detail, row) in enumerate(zip(wanted, details[part.line.pk], strict=True), 1):
            _fill(contract, part.line, detail, row, position)
        if [_state(detail) for detail in wanted] != [_state(detail) for detail in part.details]:
            return False
    return True


# --- rows ----------------------------------------------------------------------------------------------------


def check_rows(
    contract: Contract, parts: Mapping[int, Part], details: Mapping[int, Sequence[DetailInput]]
) -> None:
    problems: dict[str, str] = {}
    for line_id, rows in details.items():
        known = {detail.pk for detail in parts[line_id].details}
        for number, row in enumerate(rows, 1):
            if not row.description.strip():
                problems[f"{line_id}:{number}"] = "Say what the work is."
            elif row.id is not None and row.id not in known:
                problems[f"{line_id}:{number}"] = "This line is no longer here. Clear it, and write it again."
    if problems:
        raise BadInput(next(iter(problems.values())), problems)


def replace_details(contract: Contract, part: Part, rows: Sequence[DetailInput]) -> int:
    """Bring the detail lines of one line to ``rows``; how many were written or removed."""
    by_id = {detail.pk: detail for detail in part.details}
    kept, made = [], []
    for position, row in enumerate(rows, 1):
        detail = by_id.pop(row.id, None) if row.id is not None else None
        was = _state(detail) if detail is not None else None
        detail = detail or SovLine(contract=contract, parent=part.line)
        _fill(contract, part.line, detail, row, position)
        if was is None:
            made.append(detail)
        elif was != _state(detail):
            kept.append(detail)
    SovLine.objects.bulk_update(kept, _COLUMNS, batch_size=200)
    remove_lines(list(by_id.values()))
    SovLine.objects.bulk_create(made)
    return len(kept) + len(made) + len(by_id)


def follow_lines(lines: Sequence[SovLine]) -> None:
    """Have detail lines stand under the heading and the cost code of the lines that they are parts of."""
    by_id = {line.pk: line for line in lines}
    details = list(SovLine.objects.filter(parent__in=list(by_id)))
    for detail in details:
        line = by_id[detail.parent_id or 0]
        detail.group, detail.cost_code = line.group, line.cost_code
    SovLine.objects.bulk_update(details, ["group", "cost_code"], batch_size=200)


def remove_lines(lines: Sequence[SovLine]) -> None:
    """Delete lines on which no claim stands. Deleted drafts that did can't be restored any more."""
    ids = [line.pk for line in lines]
    if ids:
        found: Any = SovLine.objects.filter(pk__in=ids)
        claim_lines = SovLine._meta.get_field("claim_lines").related_model
        claim_lines._default_manager.filter(sov_line__in=ids, claim__deleted_at__isnull=False).delete()
        found.delete()


_COLUMNS = (
    "position",
    "item_number",
    "cost_code",
    "group",
    "description",
    "scheduled_value",
    "quantity",
    "unit",
    "unit_price",
)


def _state(line: SovLine) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in _COLUMNS)


def _fill(contract: Contract, line: SovLine, detail: SovLine, row: DetailInput, position: int) -> None:
    by_unit = contract.accounting_method == AccountingMethod.UNIT
    exponent = currency_exponent(contract.currency)
    detail.position = position
    detail.item_number = (row.item_number.strip() or f"{line.item_number}.{position}")[:LONGEST_ITEM]
    detail.cost_code = line.cost_code
    detail.group = line.group
    detail.description = row.description.strip()
    detail.quantity = row.quantity if by_unit else 0
    detail.unit = row.unit.strip() if by_unit else ""
    detail.unit_price = row.unit_price if by_unit else 0
    detail.scheduled_value = bounded(
        extend(row.quantity, row.unit_price, exponent) if by_unit else row.scheduled_value
    )
