"""From one claim that waits for review to the next, by the order of the list of claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, Value, When, Window

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim
from tallystick.claims.policies import side_of, visible_to
from tallystick.claims.states import ClaimStatus, Side
from tallystick.contracts.states import COMMITMENT_KINDS


@dataclass(frozen=True, slots=True)
class NextToReview:
    """The claim that is reviewed next, and how many of its billing period wait beside the one that is open."""

    claim_id: int
    contract: str
    company: str
    waiting: int


def next_to_review(actor: Actor, claim: Claim) -> NextToReview | None:
    """The next claim of the same period that waits, after this one by contract number, then from the first again.

    For whoever reviews, on a claim that was submitted: one query.
    """
    contract = claim.contract
    if claim.period_id is None or claim.status == ClaimStatus.DRAFT or contract.kind not in COMMITMENT_KINDS:
        return None
    if side_of(actor, contract) is not Side.ADMIN:
        return None
    waiting = visible_to(actor).filter(
        period=claim.period_id, status=ClaimStatus.UNDER_REVIEW, contract__kind__in=COMMITMENT_KINDS
    )
    after = Q(contract__number__gt=contract.number) | Q(
        contract__number=contract.number, number__gt=claim.number
    )
    ordered: Any = (
        waiting.exclude(pk=claim.pk)
        .annotate(
            comes_after=Case(
                When(after, then=Value(True)), default=Value(False), output_field=BooleanField()
            ),
            waiting=Window(Count("pk")),
        )
        .order_by(F("comes_after").desc(), "contract__number", "number", "pk")
        .values_list("pk", "contract__number", "contract__company__name", "waiting")
    )
    found = ordered.first()
    return NextToReview(*found) if found else None
