"""What claims say about a contract's variations: read for the contract's own pages."""

from dataclasses import dataclass

from django.db.models import Min

from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.models import Contract


@dataclass(frozen=True, slots=True)
class CarriedBy:
    """The claim that carried a variation first."""

    claim_id: int
    number: int
    status: ClaimStatus


def first_claims(contract: Contract) -> dict[int, CarriedBy]:
    """Which claim first carried each variation, by the variation's id: two queries. The caller may see the contract."""
    numbers = dict(
        ClaimLine.objects.filter(
            claim__contract=contract, claim__deleted_at=None, sov_line__variation__isnull=False
        )
        .order_by()
        .values_list("sov_line__variation_id")
        .annotate(Min("claim__number"))
    )
    found = Claim.objects.filter(contract=contract, deleted_at=None, number__in=set(numbers.values()))
    claims = {
        number: CarriedBy(pk, number, ClaimStatus(status))
        for pk, number, status in found.values_list("pk", "number", "status")
    }
    return {variation_id: claims[number] for variation_id, number in numbers.items() if number in claims}
