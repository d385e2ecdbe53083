"""Writing variations: draft → approved, and what an approved one may still do."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.contracts.actions import LineInput, make_lines
from tallystick.contracts.models import Contract, Variation
from tallystick.contracts.policies import can_administer
from tallystick.contracts.states import VARIATION_TRANSITIONS, VariationStatus
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
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
    contract = Contract.objects.select_for_update(of=("self",)).select_related("project").get(pk=contract.pk)
    can_administer(actor, contract).require()
    number = number.strip()
    if Variation.objects.filter(contract=contract, number=number).exists():
        raise BadInput(
            text(
                "{number} is the number of another {variation} of this contract. Choose another.",
                number=number,
            ),
            {"number": "This number is taken."},
        )
    variation = Variation.objects.create(
        contract=contract, number=number, title=title, description=description
    )
    make_lines(contract, variation, lines)
    _record(actor, "variation.created", variation)
    return variation


@transaction.atomic
def move_variation(
    actor: Actor, variation: Variation, target: VariationStatus, *, on: date | None = None
) -> Variation:
    """Move a variation by the table in ``states``. ``on`` is the day of approval, today where it is missing.

    One that a claim carries can't leave Approved: its lines are part of that claim's figures.
    """
    variation = (
        Variation.objects.select_for_update(of=("self",))
        .select_related("contract__project")
        .get(pk=variation.pk)
    )
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
    if source == VariationStatus.APPROVED and _is_claimed(variation):
        raise Refused(
            text(
                "{number} is in {a claim} already, so it stays approved. "
                "Take it back with {a variation} of the opposite amount.",
                number=variation.number,
            )
        )
    variation.status = target
    if target == VariationStatus.APPROVED:
        variation.approved_on = on or clock.today_in(variation.contract.project.time_zone)
    variation.updated_at = clock.now()
    variation.save(update_fields=["status", "approved_on", "updated_at"])
    _record(
        actor,
        "variation.status_changed",
        variation,
        {"source": source.label, "target": VariationStatus(target).label},
    )
    return variation


def _is_claimed(variation: Variation) -> bool:
    return variation.lines.filter(
        claim_lines__claim__deleted_at__isnull=True, claim_lines__isnull=False
    ).exists()


def _record(actor: Actor, name: str, variation: Variation, facts: dict[str, str] | None = None) -> None:
    record_in(variation.contract.project, actor, name, variation, facts=facts)
