"""Writing variations: draft → pending → approved, and what an approved one may still do."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.audit.actions import Changes, changed
from tallystick.contracts.models import Contract, Variation
from tallystick.contracts.policies import (
    can_administer,
    can_change_variation,
    can_delete_variation,
    is_claimed,
)
from tallystick.contracts.sov import LineInput, fingerprint, set_variation_lines
from tallystick.contracts.states import VARIATION_TRANSITIONS, VariationStatus
from tallystick.contracts.writing import locked, record
from tallystick.core import clock
from tallystick.core.errors import BadInput, NotFound, Refused, Stale
from tallystick.terms.context import text


@transaction.atomic
def create_variation(
    actor: Actor,
    contract: Contract,
    *,
    number: str,
    title: str,
    lines: Sequence[LineInput],
    description: str = "",
) -> Variation:
    """A variation in Draft with its lines; credits are lines with negative values."""
    contract = locked(actor, contract)
    number = number.strip()
    _check_number(contract, number)
    variation = Variation.objects.create(
        contract=contract, number=number, title=title, description=description
    )
    set_variation_lines(variation, lines)
    _record(actor, "variation.created", variation)
    return variation


@transaction.atomic
def change_variation(
    actor: Actor,
    variation: Variation,
    *,
    number: str,
    title: str,
    lines: Sequence[LineInput],
    description: str = "",
    seen: str | None = None,
) -> Variation:
    """Change what a draft or pending variation says, its lines by their ids; saving the same changes nothing.

    Raises ``Stale`` where ``seen`` is not its ``variation_fingerprint`` any more.
    """
    variation = _locked(variation)
    can_change_variation(actor, variation).require()
    if seen is not None and seen != variation_fingerprint(variation):
        raise Stale(
            f"Somebody else changed {variation.number} while this page was open, so nothing was saved over it. "
            "Open it again and bring your changes over from here."
        )
    number = number.strip()
    if number != variation.number:
        _check_number(variation.contract, number)
    values = {"number": number, "title": title, "description": description}
    before = {name: getattr(variation, name) for name in values}
    changes: Changes = dict(changed(before, values))
    for name, value in values.items():
        setattr(variation, name, value)
    _, lines_changed = set_variation_lines(variation, lines)
    changes |= lines_changed
    if changes:
        variation.updated_at = clock.now()
        variation.save(update_fields=[*values, "updated_at"])
        _record(actor, "variation.changed", variation, changes=changes)
    return variation


def variation_fingerprint(variation: Variation) -> str:
    """Changes when anything that the variation says changes, its lines among them."""
    facts = [variation.number, variation.title, variation.description]
    return fingerprint(list(variation.lines.order_by("position", "pk")), *facts)


@transaction.atomic
def delete_variation(actor: Actor, variation: Variation) -> None:
    """Take a draft away for good; its number is free again. Deleting twice changes nothing."""
    try:
        variation = _locked(variation)
    except NotFound:
        return
    can_delete_variation(actor, variation).require()
    contract = locked(actor, variation.contract)
    record(actor, "variation.deleted", contract, facts={"name": str(variation)})
    set_variation_lines(variation, ())
    variation.delete()


@transaction.atomic
def move_variation(
    actor: Actor, variation: Variation, target: VariationStatus, *, on: date | None = None
) -> Variation:
    """Move a variation by the table in ``states``. ``on`` is the day of approval, today where it is missing.

    One that a claim carries can't leave Approved: its lines are part of that claim's figures.
    """
    variation = _locked(variation)
    can_administer(actor, variation.contract).require()
    source = VariationStatus(variation.status)
    if target not in VARIATION_TRANSITIONS[source]:
        options = " or ".join(sorted(VariationStatus(s).label for s in VARIATION_TRANSITIONS[source]))
        raise Refused(
            text(
                "{A variation} that is {source} can become {options}, not {target}.",
                source=source.label,
                options=options,
                target=target.label,
            )
        )
    if source == VariationStatus.APPROVED and is_claimed(variation):
        raise Refused(
            text(
                "{number} is in {a claim} already, so it stays approved. "
                "Take it back with {a variation} of the opposite amount.",
                number=variation.number,
            )
        )
    today = clock.today_in(variation.contract.project.time_zone)
    if target == VariationStatus.APPROVED and on is not None and on > today:
        raise BadInput(
            text(
                "{A variation} counts from its approval, and this day is still to come. "
                "Type the day on which {number} was approved, or leave it empty for today.",
                number=variation.number,
            ),
            {"on": "This day is still to come."},
        )
    variation.status = target
    variation.approved_on = (on or today) if target == VariationStatus.APPROVED else None
    variation.updated_at = clock.now()
    variation.save(update_fields=["status", "approved_on", "updated_at"])
    _record(
        actor,
        "variation.status_changed",
        variation,
        {"source": source.label, "target": VariationStatus(target).label},
        {"approved_on": [None, variation.approved_on.isoformat()]} if variation.approved_on else None,
    )
    return variation


def _check_number(contract: Contract, number: str) -> None:
    if Variation.objects.filter(contract=contract, number=number).exists():
        raise BadInput(
            text(
                "{number} is the number of another {variation} of this contract. Choose another.",
                number=number,
            ),
            {"number": "This number is taken."},
        )


def _locked(variation: Variation) -> Variation:
    """The variation as it is now, its contract held first: two people can't approve and change it at once."""
    Contract.objects.select_for_update().get(pk=variation.contract_id)
    found = (
        Variation.objects.select_for_update(of=("self",))
        .select_related("contract__project__account", "contract__company")
        .filter(pk=variation.pk)
        .first()
    )
    if found is None:
        raise NotFound(text("This {variation} was deleted in the meantime."))
    return found


def _record(
    actor: Actor,
    name: str,
    variation: Variation,
    facts: dict[str, str] | None = None,
    changes: Changes | None = None,
) -> None:
    record_in(variation.contract.project, actor, name, variation, facts=facts, changes=changes)
