"""Claims for the release of retention alone, on one contract or on several at once (domain §2.2, §6.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims.calc.retention_entry import Release
from tallystick.claims.creation import create_claim
from tallystick.claims.models import Claim
from tallystick.claims.retention import change_retention
from tallystick.claims.states import ClaimType
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import Contract
from tallystick.core.errors import TallystickProblem
from tallystick.core.money import BASIS_POINTS
from tallystick.periods.models import BillingPeriod


@dataclass(frozen=True, slots=True)
class ReleaseOutcome:
    """What became of one contract in a bulk release, and why not where nothing did."""

    contract: Contract
    claim: Claim | None = None
    reason: str = ""


@transaction.atomic
def create_release_claim(
    actor: Actor,
    contract: Contract,
    period: BillingPeriod | None,
    *,
    amount: int | None = None,
    percent_bp: int = BASIS_POINTS,
    billing_date: date | None = None,
    reference: str = "",
    is_final: bool = False,
    in_spite_of_unfinished: bool = False,
) -> Claim:
    """The contract's next claim, in Draft, releasing an amount, or a percentage, of the retention held on it.

    Raises ``Refused``, and ``BadInput`` where it is more than is held; then there is no claim either.
    """
    claim = create_claim(
        actor,
        contract,
        period,
        billing_date=billing_date,
        reference=reference,
        claim_type=ClaimType.RELEASE,
        is_final=is_final,
        in_spite_of_unfinished=in_spite_of_unfinished,
    )
    lines = [line.pk for line in lines_of(claim)]
    release = Release(amount=amount) if amount is not None else Release(percent_bp=percent_bp)
    return change_retention(actor, claim, lines, release).claim


def create_release_claims(
    actor: Actor,
    contracts: Sequence[Contract],
    period: BillingPeriod | None,
    *,
    percent_bp: int = BASIS_POINTS,
) -> list[ReleaseOutcome]:
    """One for each contract; a contract that can't have one holds up none of the others."""
    outcomes = []
    for contract in contracts:
        try:
            claim = create_release_claim(actor, contract, period, percent_bp=percent_bp)
            outcomes.append(ReleaseOutcome(contract, claim))
        except TallystickProblem as problem:
            outcomes.append(ReleaseOutcome(contract, reason=str(problem)))
    return outcomes
