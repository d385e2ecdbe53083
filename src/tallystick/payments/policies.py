"""Who records payments, and against what (domain §2.2: Record payment issued)."""

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.access.policies import require_level
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import tool_of
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.terms.context import text


def can_record_payment(actor: Actor, contract: Contract) -> Decision:
    """Record a payment on the contract, or void one: Admin on the contract's tool."""
    return require_level(actor, contract.project, tool_of(contract.kind), Level.ADMIN, "record payments")


def can_pay_claim(actor: Actor, claim: Claim) -> Decision:
    """Record a payment against this claim: once it is certified."""
    decision = can_record_payment(actor, claim.contract)
    return is_payable(claim) if decision else decision


def is_payable(claim: Claim) -> Decision:
    """Whether money can be paid on the claim; nothing is due on it until it is certified."""
    if claim.status in CERTIFIED:
        return ALLOWED
    return refused(
        text(
            "{Claim} {number} is {status}: nothing is due on it until it is certified. "
            "Certify it first, or record the payment on account.",
            number=claim.number,
            status=ClaimStatus(claim.status).label,
        )
    )
