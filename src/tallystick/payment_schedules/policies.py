"""Who may issue, serve and withdraw the answer to a claim, and who may read it (domain §6.10, R-PERM)."""

from django.db.models import QuerySet

from tallystick.access.actor import Actor
from tallystick.claims import policies as claims
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED, ClaimStatus, Side
from tallystick.contracts.states import ContractKind
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.jurisdictions import Deadlines
from tallystick.payment_schedules.law import law_or_why_not
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.states import PaperKind
from tallystick.terms.context import current, text

ANSWERABLE = frozenset({ClaimStatus.UNDER_REVIEW, *CERTIFIED})
"""Submitted, and with figures of the reviewer's."""


def visible_to(actor: Actor) -> QuerySet[PaymentSchedule]:
    """Issued papers of the claims that the actor may see, withdrawn ones too: claimants keep what they were sent."""
    return PaymentSchedule.objects.filter(claim__in=claims.visible_to(actor))


def kinds_for(law: Deadlines) -> tuple[PaperKind, ...]:
    """The papers that the law asks for and Tallystick makes, in their order."""
    if not law.rule.paper:
        return ()
    kinds = [PaperKind(law.rule.answer)]
    if law.pay_less is not None:
        kinds.append(PaperKind.PAY_LESS_NOTICE)
    return tuple(kinds)


def can_administer(actor: Actor, claim: Claim) -> Decision:
    """Prepare the answer, see its preview and set the day of receipt: Admin on the contract's tool."""
    if claims.side_of(actor, claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator answers {claims}."))
    return ALLOWED


def can_issue(actor: Actor, claim: Claim, kind: PaperKind) -> Decision:
    """Issue the paper now. Whether reasons are missing is said by the action, line by line."""
    if not (decision := can_administer(actor, claim)):
        return decision
    if claim.contract.kind == ContractKind.HEAD_CONTRACT:
        return refused(
            text("This {claim} is made by you. The {client} answers it; keep the answer among its papers.")
        )
    if claim.status not in ANSWERABLE:
        return refused(
            text(
                "This {claim} is {status}. It can be answered while it is Under Review, or once it is certified.",
                status=ClaimStatus(claim.status).label,
            )
        )
    return _law_asks_for(claim, kind)


def _law_asks_for(claim: Claim, kind: PaperKind) -> Decision:
    law, why_not = law_or_why_not(claim)
    if law is None:
        return refused(why_not)
    name = current()(kind.value)
    if kind not in kinds_for(law):
        return refused(text(law.rule.instead) if law.rule.instead else f"The Act asks for no {name} here.")
    if standing(claim, kind) is not None:
        return refused(f"A {name} stands already. Withdraw it first; the next one is its revision.")
    return ALLOWED


def can_change_receipt(actor: Actor, claim: Claim) -> Decision:
    """Set the day on which the claim arrived, from which the time to answer runs: until the answer stands."""
    if not (decision := can_administer(actor, claim)):
        return decision
    if claim.submitted_at is None:
        return refused(text("This {claim} has not been submitted, so it has no day of receipt."))
    if PaymentSchedule.objects.filter(claim=claim, withdrawn_at=None).exists():
        return refused(text("The answer to this {claim} is issued and names the day. Withdraw it first."))
    return ALLOWED


def can_record_service(actor: Actor, schedule: PaymentSchedule) -> Decision:
    """Say when the paper reached the claimant."""
    if not (decision := can_administer(actor, schedule.claim)):
        return decision
    if schedule.withdrawn_at is not None:
        return refused("This paper is withdrawn. Record the service of the one that stands.")
    return ALLOWED


def can_withdraw(actor: Actor, schedule: PaymentSchedule) -> Decision:
    """Take an issued paper back, with a reason."""
    if not (decision := can_administer(actor, schedule.claim)):
        return decision
    if schedule.withdrawn_at is not None:
        return refused("This paper is withdrawn already.")
    return ALLOWED


def standing(claim: Claim, kind: PaperKind) -> PaymentSchedule | None:
    """The issued paper of this kind that was not withdrawn."""
    return PaymentSchedule.objects.filter(claim=claim, kind=kind, withdrawn_at=None).first()
