"""Bringing variations that were approved since into a claim that is still being worked on (domain §6.3)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tallystick.access.actor import Actor
from tallystick.claims import calc
from tallystick.claims.creation import new_line
from tallystick.claims.entries import recalculate
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.policies import can_add_variations
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim
from tallystick.contracts.models import SovLine, Variation
from tallystick.contracts.states import VariationStatus
from tallystick.core.text import join_and, plural


def missing_variations(claim: Claim) -> list[Variation]:
    """Variations that were approved since the claim was created and are not on it, by their number; one query."""
    lines = _missing_lines(claim).filter(variation=OuterRef("pk"))
    found = Variation.objects.filter(Exists(lines), contract_id=claim.contract_id)
    return list(found.order_by("approved_on", "number", "pk"))


def _missing_lines(claim: Claim) -> QuerySet[SovLine]:
    on_it = ClaimLine.objects.filter(claim=claim, sov_line=OuterRef("pk"))
    return SovLine.objects.filter(
        ~Exists(on_it),
        contract_id=claim.contract_id,
        variation__status=VariationStatus.APPROVED,
        parent=None,
    )


@transaction.atomic
def add_approved_variations(actor: Actor, claim: Claim, *, version: int | None = None) -> Claim:
    """Add the lines of every variation that was approved since, with nothing claimed on them yet.

    Where there is none this changes nothing, so pressing twice is harmless. Raises ``Refused``, ``Stale``.
    """
    claim = lock_claim(claim.pk, version=version)
    can_add_variations(actor, claim).require()
    missing = list(
        _missing_lines(claim)
        .select_related("variation")
        .order_by("variation__approved_on", "variation__number", "position", "pk")
    )
    if not missing:
        return claim
    lines = lines_of(claim)
    position = max((line.position for line in lines), default=0)
    added = [_line(claim, sov_line, position + place) for place, sov_line in enumerate(missing, 1)]
    recalculate(claim, [*lines, *added])
    save_claim(claim, lines, added=added)
    numbers = dict.fromkeys(
        f"{line.variation.number} {line.variation.title}" for line in missing if line.variation
    )
    record_on(
        actor,
        "claim.variations_added",
        claim,
        changes={"variations": [None, join_and(numbers)]},
        lines=plural(len(added), "line"),
    )
    return claim


def _line(claim: Claim, sov_line: SovLine, position: int) -> ClaimLine:
    line = new_line(claim, sov_line, position, calc.NOTHING_YET)
    line.is_new_variation = True
    return line
