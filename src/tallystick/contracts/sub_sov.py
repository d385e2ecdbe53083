"""The breakdown of a schedule of values: what a contract's claim contact makes of its lines (R-SSOV, domain §7).

Under each line of the contract itself stand detail lines that sum to it exactly. Once an administrator has approved
them, claims bill the detail lines in place of the lines that they are parts of; sums of the contract go on counting
the lines themselves. Variations are billed as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.states import AccountingMethod, SubSovStatus
from tallystick.contracts.sub_sov_mail import tell_contacts
from tallystick.contracts.sub_sov_policies import can_edit_breakdown, can_move_breakdown, can_use_breakdown
from tallystick.core import clock
from tallystick.core.arithmetic import bounded, extend
from tallystick.core.errors import BadInput, Stale
from tallystick.core.money import currency_exponent, format_money
from tallystick.core.text import plural
from tallystick.terms.context import text

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


@transaction.atomic
def use_breakdown(actor: Actor, contract: Contract, uses: bool) -> Contract:
    """Have the contract's lines broken down before they are billed, or not any more. Again is harmless.

    What was broken down is kept when it is switched off, and found again when it is switched on.
    """
    contract = _locked(contract)
    if contract.uses_sub_sov == uses:
        return contract
    can_use_breakdown(actor, contract, uses).require()
    contract.uses_sub_sov = uses
    if uses:
        contract.sub_sov_status = SubSovStatus.DRAFT
        contract.sub_sov_reason = ""
    _save(contract, "uses_sub_sov")
    _record(actor, "sub_sov.enabled" if uses else "sub_sov.disabled", contract)
    return contract


@transaction.atomic
def save_breakdown(
    actor: Actor,
    contract: Contract,
    details: Mapping[int, Sequence[DetailInput]],
    *,
    seen: str | None = None,
) -> list[Part]:
    """Replace the detail lines of the given lines; lines that are not named keep theirs.

    Something may remain to allocate until it is submitted. ``seen`` is the ``fingerprint`` of what the page showed:
    raises ``Stale`` where somebody else saved since, ``BadInput`` (by ``LINE:ROW``) for rows that can't be kept.
    """
    contract = _locked(contract)
    can_edit_breakdown(actor, contract).require()
    before = breakdown_of(contract)
    if seen is not None and seen != fingerprint(before):
        if is_stored(contract, before, details):
            return before  # the same form a second time
        raise Stale(
            text(
                "Somebody else saved the {ssov} of {number} while this page was open, so yours was not saved over "
                "it. Open it again and bring your changes over from here.",
                number=contract.number,
            )
        )
    parts = {part.line.pk: part for part in before}
    unknown = set(details) - set(parts)
    if unknown:
        raise BadInput(text("{A sov_line} that you broke down is not in this contract any more."))
    _check(contract, parts, details)
    changed = sum(_replace(contract, parts[line_id], rows) for line_id, rows in details.items())
    after = breakdown_of(contract)
    if changed:
        contract.updated_at = clock.now()
        contract.save(update_fields=["updated_at"])
        _record(
            actor,
            "sub_sov.lines_saved",
            contract,
            changes={
                "remaining": [
                    _money(contract, sum(part.remaining for part in before)),
                    _money(contract, sum(part.remaining for part in after)),
                ]
            },
            facts={"lines": plural(sum(len(part.details) for part in after), "line")},
        )
    return after


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


@transaction.atomic
def take_over_whole_lines(actor: Actor, contract: Contract) -> list[Part]:
    """Give every line that was not broken down one detail line of its own description and amount."""
    contract = _locked(contract)
    whole = {
        part.line.pk: [
            DetailInput(
                description=part.line.description,
                scheduled_value=part.line.scheduled_value,
                quantity=part.line.quantity,
                unit=part.line.unit,
                unit_price=part.line.unit_price,
            )
        ]
        for part in breakdown_of(contract)
        if not part.details and part.line.scheduled_value
    }
    return save_breakdown(actor, contract, whole)


@transaction.atomic
def move_breakdown(
    actor: Actor, contract: Contract, target: SubSovStatus, *, reason: str = "", seen: str | None = None
) -> Contract:
    """Take the breakdown to another status by the table in ``states``. Being there already changes nothing.

    Submitting and approving need exactly nothing to remain on every line; sending back needs a reason, which the
    contacts are mailed (R-SSOV-1).
    """
    contract = _locked(contract)
    source = SubSovStatus(contract.sub_sov_status)
    if contract.uses_sub_sov and source == target:
        return contract
    can_move_breakdown(actor, contract, target).require()
    reason = reason.strip()
    parts = breakdown_of(contract)
    if seen is not None and seen != fingerprint(parts):
        raise Stale(
            text("Somebody else saved the {ssov} while this page was open. Look at it again, then decide.")
        )
    if target in (SubSovStatus.UNDER_REVIEW, SubSovStatus.APPROVED):
        require_complete(contract, parts)
    if target == SubSovStatus.REVISE_AND_RESUBMIT and not reason:
        raise BadInput(
            text("Say what is to be changed: the {claim_contacts} read it in their e-mail."),
            {"reason": "Type the reason."},
        )
    contract.sub_sov_status = target
    contract.sub_sov_reason = reason if target == SubSovStatus.REVISE_AND_RESUBMIT else ""
    _save(contract)
    _record(
        actor,
        "sub_sov.status_changed",
        contract,
        changes={"reason": [None, reason]} if reason else None,
        facts={"source": source.label, "target": SubSovStatus(target).label},
    )
    if target == SubSovStatus.REVISE_AND_RESUBMIT:
        tell_contacts(actor, contract)
    return contract


def require_complete(contract: Contract, parts: Sequence[Part]) -> None:
    """Raise ``BadInput`` unless nothing remains on any line, naming each on which something does."""
    if not any(part.details for part in parts):
        raise BadInput(text("Nothing is broken down yet. Write the lines first."))
    left = [part for part in parts if not part.is_complete]
    if left:
        raise BadInput(
            text(
                "Every line has to be broken down to exactly {nothing}. Something remains on {lines}: {first}.",
                nothing=_money(contract, 0),
                lines=plural(len(left), "line"),
                first=_remains(contract, left),
            ),
            {str(part.line.pk): _sentence(contract, part) for part in left},
        )


MOST_NAMED = 5


def _remains(contract: Contract, left: Sequence[Part]) -> str:
    named = [
        f"{part.line.item_number} {_money(contract, part.remaining)}".strip() for part in left[:MOST_NAMED]
    ]
    return ", ".join(named) + (f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else "")


def _sentence(contract: Contract, part: Part) -> str:
    amount = _money(contract, part.remaining)
    return f"{amount} remains to allocate." if not part.is_complete else ""


def restart_breakdown(contract: Contract) -> None:
    """The schedule itself was written anew: the breakdown begins again. Called by the action that did it."""
    if contract.uses_sub_sov and contract.sub_sov_status != SubSovStatus.DRAFT:
        contract.sub_sov_status = SubSovStatus.DRAFT
        contract.sub_sov_reason = ""
        _save(contract)


# --- rows ----------------------------------------------------------------------------------------------------


def _check(
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


def _replace(contract: Contract, part: Part, rows: Sequence[DetailInput]) -> int:
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


def _locked(contract: Contract) -> Contract:
    return (
        Contract.objects.select_for_update(of=("self",))
        .select_related("project__account", "company")
        .get(pk=contract.pk)
    )


def _save(contract: Contract, *more: str) -> None:
    contract.updated_at = clock.now()
    contract.save(update_fields=["sub_sov_status", "sub_sov_reason", "updated_at", *more])


def _money(contract: Contract, minor: int) -> str:
    return format_money(minor, contract.currency, contract.project.locale, symbol=False)


def _record(
    actor: Actor,
    name: str,
    contract: Contract,
    *,
    changes: dict[str, list[Any]] | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    record_in(contract.project, actor, name, contract, changes=changes, facts=facts)
