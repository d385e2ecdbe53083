"""Bringing lines that were read from a spreadsheet into a contract: all of them in one action, or none."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.contracts.actions import LineInput, set_sov_lines
from tallystick.contracts.models import Contract, SovLine, Variation
from tallystick.contracts.policies import can_change_sov
from tallystick.contracts.variations import change_variation


@transaction.atomic
def import_sov_lines(
    actor: Actor, contract: Contract, lines: Sequence[LineInput], *, append: bool
) -> list[SovLine]:
    """Put the lines in the place of the contract's own, or behind them.

    Refused once a claim stands on the schedule; ``BadInput`` by ``row-N`` where a line can't be kept. A line that is
    there already under the same item and description keeps its row, and with it what refers to it.
    """
    contract = Contract.objects.select_for_update(of=("self",)).select_related("project").get(pk=contract.pk)
    can_change_sov(actor, contract).require()
    existing = list(contract.lines.filter(variation=None, parent=None).order_by("position", "pk"))
    if append:
        return set_sov_lines(actor, contract, [*map(input_of, existing), *lines])
    return set_sov_lines(actor, contract, recognised(existing, lines))


@transaction.atomic
def import_variation_lines(
    actor: Actor, variation: Variation, lines: Sequence[LineInput], *, append: bool
) -> Variation:
    """The same for a variation's lines, while it is a draft or pending."""
    existing = list(variation.lines.order_by("position", "pk"))
    wanted = [*map(input_of, existing), *lines] if append else recognised(existing, lines)
    return change_variation(
        actor,
        variation,
        number=variation.number,
        title=variation.title,
        description=variation.description,
        lines=wanted,
    )


def input_of(line: SovLine) -> LineInput:
    """A line that exists, as it is."""
    return LineInput(
        description=line.description,
        scheduled_value=line.scheduled_value,
        item_number=line.item_number,
        cost_code=line.cost_code,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        group=line.group,
        id=line.pk,
    )


def recognised(existing: Sequence[SovLine], lines: Sequence[LineInput]) -> list[LineInput]:
    """The lines, those that exist under the same item and description with their ids."""
    by_name = {(line.item_number, line.description): line.pk for line in existing}
    found = []
    for position, line in enumerate(lines, 1):
        key = (line.item_number.strip() or str(position), line.description.strip())
        found.append(replace(line, id=by_name.pop(key, None)))
    return found
