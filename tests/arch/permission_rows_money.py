"""Rows of the permission matrix for retention and payments, and the things that their addresses name."""

from tallystick.claims.models import Claim
from tallystick.payments.actions import record_payment
from tests import factories as make
from tests.arch.permission_world import (
    COMMITMENTS_READER,
    CONTRACT_ADMIN,
    CONTRACT_READER,
    NOT_TAKEN,
    PROJECT_ADMIN,
    Row,
    World,
)

MONEY: dict[str, Row] = {
    # A claim's retention: its contact sets and releases it in the current period
    "claim-retention": (CONTRACT_READER, CONTRACT_READER),
    "claim-retention-preview": (NOT_TAKEN, CONTRACT_READER),
    # A project's ledger: what one may see of it
    "project-retention": (COMMITMENTS_READER, NOT_TAKEN),
    "project-retention-statement": (COMMITMENTS_READER, NOT_TAKEN),
    "project-releases": (NOT_TAKEN, PROJECT_ADMIN),
    # A contract's ledger; a claim of a release alone takes Standard of its contact, Admin of everybody else
    "contract-retention": (CONTRACT_READER, CONTRACT_ADMIN),
    "contract-retention-statement": (CONTRACT_READER, NOT_TAKEN),
    "contract-retention-preview": (CONTRACT_ADMIN, NOT_TAKEN),
    # Payments: whoever sees the contract sees them, administrators record and void them
    "claim-payments": (CONTRACT_READER, NOT_TAKEN),
    "contract-payments": (CONTRACT_READER, CONTRACT_ADMIN),
    "payment-voiding": (NOT_TAKEN, CONTRACT_ADMIN),
}


def add_money(world: World) -> None:
    """Add a payment on account of the claim's contract to ``world.ids``."""
    contract = Claim.objects.select_related("contract").get(pk=world.ids["claim_id"]).contract
    payment = record_payment(make.OPERATOR, contract, amount=1_000_00, paid_on=make.date(2026, 3, 1))
    world.ids["payment_id"] = payment.pk
