"""Writing schedules of values: the contract's own lines and those of its variations.

A line that stays keeps its row, so that what refers to it goes on doing so: its breakdown, its history, its heading.
What changed is recorded line by line.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.audit.actions import Changes
from tallystick.contracts.models import Contract, SovLine, Variation
from tallystick.contracts.policies import can_change_sov
from tallystick.contracts.states import AccountingMethod
from tallystick.contracts.sub_sov import follow_lines, remove_lines, restart_breakdown
from tallystick.contracts.writing import locked, record
from tallystick.core import clock
from tallystick.core.arithmetic import bounded, extend
from tallystick.core.errors import BadInput, Stale
from tallystick.core.money import (
    currency_exponent,
    format_money,
    format_quantity,
    format_unit_price,
)
from tallystick.core.text import join_and, plural
from tallystick.terms.context import text


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as typed or imported. By amount: ``scheduled_value`` in minor units. By unit: quantity and unit
    price (ten-thousandths each), of which the scheduled value follows. ``group`` is the heading it stands under.
    ``id`` is of the line that it was; none for a new one."""

    description: str
    scheduled_value: int = 0
    item_number: str = ""
    cost_code: str = ""
    quantity: int = 0
    unit: str = ""
    unit_price: int = 0
    group: str = ""
    id: int | None = None


LONGEST = {"item_number": 40, "cost_code": 40, "description": 500, "unit": 20, "group": 100}
"""How many characters each text of a line may have."""

MOST_LINES = 10_000
"""How many lines a schedule, or a variation, may have."""

MOST_TOLD = 200
"""How many changes of one saving the history tells one by one."""

_COLUMNS = (
    "position",
    "group",
    "item_number",
    "cost_code",
    "description",
    "scheduled_value",
    "quantity",
    "unit",
    "unit_price",
)
_FIGURES = ("scheduled_value", "quantity", "unit", "unit_price")


def own_lines(contract: Contract) -> list[SovLine]:
    """The contract's own lines in their order, without their breakdown and without variations: one query."""
    return list(contract.lines.filter(variation=None, parent=None).order_by("position", "pk"))


def fingerprint(lines: Sequence[SovLine], *facts: str) -> str:
    """Changes when any line or fact changes: a page sends it back, so that it can't overwrite what it has not seen."""
    shown = repr([*facts, *((line.pk, *(getattr(line, name) for name in _COLUMNS)) for line in lines)])
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


@transaction.atomic
def set_sov_lines(
    actor: Actor, contract: Contract, lines: Sequence[LineInput], *, seen: str | None = None
) -> list[SovLine]:
    """Bring the contract's own schedule of values to ``lines``, in their order.

    A line with an ``id`` keeps its row, one without is new, what is not named is removed. Saving what is there
    already changes nothing. Refused once a claim stands on the schedule; raises ``BadInput`` (by ``row-N``), and
    ``Stale`` where ``seen`` is not the ``fingerprint`` of what is there any more.
    """
    contract = locked(actor, contract)
    can_change_sov(actor, contract).require()
    existing = own_lines(contract)
    if seen is not None and seen != fingerprint(existing):
        raise Stale(
            f"Somebody else saved the lines of {contract.number} while this page was open, so yours were not saved "
            "over them. Open the lines again and bring your changes over from here."
        )
    edit = _bring_to(contract, None, existing, lines)
    if edit.is_empty:
        return edit.lines
    if edit.moves_figures:
        restart_breakdown(contract)
    _touch(contract)
    if existing:
        record(actor, "sov.changed", contract, edit.changes, {"summary": edit.summary})
    else:
        record(actor, "sov.lines_replaced", contract, {"lines": [None, len(edit.lines)]})
    return edit.lines


@transaction.atomic
def set_groups(actor: Actor, contract: Contract, groups: Mapping[int, str]) -> int:
    """Set the headings that lines stand under, by the lines' ids; how many changed.

    Allowed at any time, since headings never change a figure, a claim or its paper (domain §6.2). Lines of
    variations may have one too.
    """
    contract = locked(actor, contract)
    lines = {line.pk: line for line in contract.lines.filter(parent=None, pk__in=groups)}
    if set(groups) - set(lines):
        raise BadInput(text("A line that you gave a heading is not in this contract any more. Look again."))
    changes: Changes = {}
    changed = []
    for line_id, typed in groups.items():
        line, group = lines[line_id], typed.strip()
        if len(group) > LONGEST["group"]:
            raise BadInput(
                f"A heading has at most {LONGEST['group']} characters. Shorten it.",
                {f"line-{line_id}": "Shorten it."},
            )
        if line.group != group:
            changes[f"heading of {_name(line)}"] = [line.group, group]
            line.group = group
            changed.append(line)
    if changed:
        SovLine.objects.bulk_update(changed, ["group"], batch_size=400)
        follow_lines(changed)
        _touch(contract)
        facts = {"lines": plural(len(changed), "line")}
        record(actor, "sov.grouped", contract, _shortened(changes), facts)
    return len(changed)


def set_variation_lines(variation: Variation, lines: Sequence[LineInput]) -> tuple[list[SovLine], Changes]:
    """Bring a variation's lines to ``lines``; what changed, readable. Called by the actions on variations."""
    existing = list(variation.lines.order_by("position", "pk"))
    edit = _bring_to(variation.contract, variation, existing, lines)
    return edit.lines, edit.changes


@dataclass(frozen=True, slots=True)
class _Edit:
    """What bringing lines to what was typed came to."""

    lines: list[SovLine]
    added: int
    changed: int
    removed: int
    moves_figures: bool
    changes: Changes

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)

    @property
    def summary(self) -> str:
        parts = (("added", self.added), ("changed", self.changed), ("removed", self.removed))
        return join_and(f"{plural(count, 'line')} {done}" for done, count in parts if count)


def _bring_to(
    contract: Contract, variation: Variation | None, existing: Sequence[SovLine], typed: Sequence[LineInput]
) -> _Edit:
    by_id = {line.pk: line for line in existing}
    _check(typed, by_id)
    by_unit = contract.accounting_method == AccountingMethod.UNIT
    exponent = currency_exponent(contract.currency)
    changes: Changes = {}
    result: list[SovLine] = []
    made: list[SovLine] = []
    kept: list[SovLine] = []
    refigured: list[SovLine] = []
    total_before = sum(line.scheduled_value for line in existing)
    order_before = [line.pk for line in existing]
    for position, row in enumerate(typed, 1):
        line = by_id.pop(row.id) if row.id is not None else None
        before = _state(line) if line is not None else None
        line = line or SovLine(contract=contract, variation=variation)
        _fill(line, row, position, by_unit=by_unit, exponent=exponent)
        result.append(line)
        if before is None:
            made.append(line)
            changes[f"added {_name(line)}"] = [None, _amount(contract, line.scheduled_value)]
        elif before != _state(line):
            kept.append(line)
            changes |= _told(contract, line, before)
            if any(before[name] != getattr(line, name) for name in _FIGURES):
                refigured.append(line)
    gone = list(by_id.values())
    for line in gone:
        changes[f"removed {_name(line)}"] = [_amount(contract, line.scheduled_value), None]
    details = list(SovLine.objects.filter(parent__in=gone)) if gone else []
    remove_lines([*gone, *details])
    _forget_drafts(refigured)
    SovLine.objects.bulk_update(kept, _COLUMNS, batch_size=60)
    follow_lines(kept)
    SovLine.objects.bulk_create(made)
    new = {id(line) for line in made}
    stayed = [line for line in result if id(line) not in new]
    there = {line.pk for line in stayed}
    if [line.pk for line in stayed] != [pk for pk in order_before if pk in there]:
        changes["order"] = [
            join_and((_name(line) for line in existing if line.pk in there), limit=12),
            join_and((_name(line) for line in stayed), limit=12),
        ]
    total = sum(line.scheduled_value for line in result)
    if total != total_before:
        changes["sum"] = [_amount(contract, total_before), _amount(contract, total)]
    return _Edit(
        result, len(made), len(kept), len(gone), bool(made or gone or refigured), _shortened(changes)
    )


def _check(typed: Sequence[LineInput], by_id: Mapping[int, SovLine]) -> None:
    if len(typed) > MOST_LINES:
        raise BadInput(
            f"These are {len(typed):,} lines; {MOST_LINES:,} are the most that one place can have."
        )
    problems: dict[str, str] = {}
    seen: set[int] = set()
    for number, row in enumerate(typed, 1):
        if problem := _problem(row):
            problems[f"row-{number}"] = problem
        if row.id is None:
            continue
        if row.id in seen or row.id not in by_id:
            problems[f"row-{number}"] = "This line is no longer here. Clear it, and write it again."
        seen.add(row.id)
    if problems:
        key, problem = next(iter(problems.items()))
        where = f"Line {key.removeprefix('row-')}"
        said = (
            f"{where} has no description. {problem}" if problem == _NO_DESCRIPTION else f"{where}: {problem}"
        )
        raise BadInput(said, problems)


_NO_DESCRIPTION = "Say what the work is."


def _problem(row: LineInput) -> str:
    if not row.description.strip():
        return _NO_DESCRIPTION
    for name, most in LONGEST.items():
        if len(getattr(row, name).strip()) > most:
            return f"The {_label(name)} is longer than {most} characters. Shorten it."
    return ""


def _fill(line: SovLine, row: LineInput, position: int, *, by_unit: bool, exponent: int) -> None:
    line.position = position
    line.group = row.group.strip()
    line.item_number = row.item_number.strip() or str(position)
    line.cost_code = row.cost_code.strip()
    line.description = row.description.strip()
    line.quantity = row.quantity if by_unit else 0
    line.unit = row.unit.strip() if by_unit else ""
    line.unit_price = row.unit_price if by_unit else 0
    line.scheduled_value = bounded(
        extend(row.quantity, row.unit_price, exponent) if by_unit else row.scheduled_value
    )


def _forget_drafts(lines: Sequence[SovLine]) -> None:
    """A deleted draft holds copies of what its lines were worth: where that changed, it can't be restored."""
    if lines:
        claim_lines = SovLine._meta.get_field("claim_lines").related_model
        found: Any = claim_lines._default_manager.filter(sov_line__in=lines, claim__deleted_at__isnull=False)
        found.delete()


# --- the history's words -----------------------------------------------------------------------------------------


def _state(line: SovLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _COLUMNS}


def _told(contract: Contract, line: SovLine, before: Mapping[str, Any]) -> Changes:
    """Each change of a line that stayed, as people read it; its place is told by ``order``."""
    return {
        f"{_label(name)} of {_name(line)}": [
            _shown(contract, name, before[name]),
            _shown(contract, name, getattr(line, name)),
        ]
        for name in _COLUMNS
        if name != "position" and before[name] != getattr(line, name)
    }


def _shown(contract: Contract, name: str, value: Any) -> str:
    if name == "scheduled_value":
        return _amount(contract, value)
    if name == "quantity":
        return format_quantity(value)
    if name == "unit_price":
        return format_unit_price(value, contract.currency, contract.project.locale, symbol=False)
    return str(value)


def _label(name: str) -> str:
    return {"group": "heading", "item_number": "item"}.get(name, name.replace("_", " "))


def _name(line: SovLine) -> str:
    return f"{line.item_number} {line.description}".strip()[:60]


def _amount(contract: Contract, minor: int) -> str:
    return format_money(minor, contract.currency, contract.project.locale, symbol=False)


def _shortened(changes: Changes) -> Changes:
    if len(changes) <= MOST_TOLD:
        return changes
    kept = dict(list(changes.items())[:MOST_TOLD])
    return {**kept, "more changes": [None, f"{len(changes) - MOST_TOLD:,} not listed"]}


def _touch(contract: Contract) -> None:
    contract.updated_at = clock.now()
    contract.save(update_fields=["updated_at"])
