"""Recording payments and voiding them (domain §11). A payment is never changed: it is voided and recorded anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.claims.models import Claim
from tallystick.claims.storage import lock_claim, record_on, save_paid
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.core.dates import format_date
from tallystick.core.errors import BadInput, NotFound, Refused
from tallystick.core.money import bounded, format_money
from tallystick.payments.models import Payment, PaymentMethod
from tallystick.payments.policies import can_record_payment, is_payable
from tallystick.terms.context import text

LONGEST_REFERENCE = 60
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the person was told about and means all the same."""

    overpayment: bool = False
    duplicate: bool = False


@transaction.atomic
def record_payment(
    actor: Actor,
    contract: Contract,
    *,
    amount: int,
    paid_on: date,
    claim: Claim | None = None,
    method: str = PaymentMethod.ELECTRONIC,
    reference: str = "",
    note: str = "",
    confirmed: Confirmed | None = None,
) -> Payment:
    """Record money paid on the contract, tax included: against one of its certified claims, or on account.

    A negative amount is money that came back. Paying more than is due, and what looks like a payment that is
    recorded already, need a second word (``confirmed``): ``BadInput`` with ``overpayment`` or ``duplicate`` among its
    fields asks for it. Raises ``Refused``, ``BadInput``.
    """
    confirmed = confirmed or Confirmed()
    contract = _locked(contract.pk)
    can_record_payment(actor, contract).require()
    if claim is not None:
        claim = lock_claim(claim.pk)
        if claim.contract_id != contract.pk:
            raise Refused(
                text("This {claim} belongs to another contract. Choose one of {contract}.", contract=contract)
            )
        is_payable(claim).require()
    payment = Payment(
        contract=contract,
        claim=claim,
        amount=amount,
        paid_on=paid_on,
        method=method,
        reference=" ".join(reference.split()),
        note=note.strip(),
        created_by_id=actor.login_id,
    )
    _check(payment)
    if claim is not None:
        _check_due(claim, amount, confirmed)
    if not confirmed.duplicate:
        _check_duplicate(payment)
    payment.number = _next_number(contract)
    payment.save()
    day = format_date(paid_on, contract.project.locale)
    _told(actor, payment, contract, claim, "recorded", day=day)
    if claim is not None:
        save_paid(claim, paid_on_claim(claim))
    return payment


@transaction.atomic
def void_payment(actor: Actor, payment: Payment, *, reason: str) -> Payment:
    """Take a payment that was recorded by mistake out of all sums; it stays on record with the reason.

    Voiding it twice changes nothing. Raises ``Refused``, ``BadInput``.
    """
    contract = _locked(payment.contract_id)
    can_record_payment(actor, contract).require()
    payment = Payment.objects.get(pk=payment.pk)
    if payment.voided_at is not None:
        return payment
    reason = reason.strip()
    if not reason:
        raise BadInput(
            "Say why this payment is voided; the reason stays beside it.", {"reason": "Type the reason."}
        )
    if len(reason) > LONGEST_NOTE:
        raise BadInput(
            f"The reason is longer than {LONGEST_NOTE:,} characters. Shorten it.", {"reason": "Shorten it."}
        )
    claim = lock_claim(payment.claim_id) if payment.claim_id is not None else None
    payment.voided_at = clock.now()
    payment.voided_by_id = actor.login_id
    payment.void_reason = reason
    payment.save(update_fields=["voided_at", "voided_by", "void_reason"])
    _told(actor, payment, contract, claim, "voided", reason=reason)
    if claim is not None:
        save_paid(claim, paid_on_claim(claim))
    return payment


def paid_on_claim(claim: Claim) -> int:
    """The sum of the claim's payments that are not voided; ``Claim.paid`` keeps it."""
    found = Payment.objects.filter(claim=claim, voided_at=None).aggregate(paid=Sum("amount"))
    return int(found["paid"] or 0)


def _locked(contract_id: int) -> Contract:
    contract = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("project__account", "company")
        .filter(pk=contract_id)
        .first()
    )
    if contract is None:
        raise NotFound("This contract is not there any more.")
    return contract


def _next_number(contract: Contract) -> int:
    highest = Payment.objects.filter(contract=contract).aggregate(highest=Max("number"))["highest"]
    return int(highest or 0) + 1


def _check(payment: Payment) -> None:
    if not payment.amount:
        raise BadInput(
            "Type the amount that was paid; money that came back is negative.", {"amount": "Type an amount."}
        )
    bounded(payment.amount)
    project = payment.contract.project
    if payment.paid_on > clock.today_in(project.time_zone):
        raise BadInput(
            f"{format_date(payment.paid_on, project.locale)} is yet to come. "
            "Record a payment once it has been made.",
            {"paid_on": "Type today or an earlier day."},
        )
    if payment.method not in PaymentMethod.values:
        raise BadInput("Choose how it was paid.", {"method": "Choose one of those offered."})
    if len(payment.reference) > LONGEST_REFERENCE:
        raise BadInput(
            f"The reference is longer than {LONGEST_REFERENCE} characters.", {"reference": "Shorten it."}
        )
    if len(payment.note) > LONGEST_NOTE:
        raise BadInput(f"The note is longer than {LONGEST_NOTE:,} characters.", {"note": "Shorten it."})


def _check_due(claim: Claim, amount: int, confirmed: Confirmed) -> None:
    """What is paid in all lies between nothing and what is due, unless the person means more."""
    due, after = claim.payment_due_with_tax, claim.paid + amount
    if 0 <= after <= due or due <= after <= 0:
        return
    contract = claim.contract

    def money(minor: int) -> str:
        return format_money(minor, contract.currency, contract.project.locale)

    if after < 0 <= due:
        raise BadInput(
            text(
                "{paid} was paid on this {claim}, so no more than that can come back.",
                paid=money(claim.paid),
            ),
            {"amount": f"Type {money(-claim.paid)} at most." if claim.paid else "Nothing was paid yet."},
        )
    if confirmed.overpayment:
        return
    sentence = text(
        "With this, {after} is paid on {claim} {number}, and {due} is due: {over} too much. "
        "Confirm it if that is what was paid.",
        after=money(after),
        number=claim.number,
        due=money(due),
        over=money(abs(after - due)),
    )
    raise BadInput(sentence, {"overpayment": sentence})


def _check_duplicate(payment: Payment) -> None:
    same = Payment.objects.filter(
        contract=payment.contract,
        claim=payment.claim,
        amount=payment.amount,
        paid_on=payment.paid_on,
        reference__iexact=payment.reference,
        voided_at=None,
    ).first()
    if same is None:
        return
    sentence = (
        f"Payment {same.number} has the same amount, day and reference. "
        "Confirm it if this is another payment; otherwise it is recorded already."
    )
    raise BadInput(sentence, {"duplicate": sentence})


def _told(
    actor: Actor, payment: Payment, contract: Contract, claim: Claim | None, what: str, **facts: Any
) -> None:
    """On the contract's history and on the claim's."""
    amount = format_money(payment.amount, contract.currency, contract.project.locale)
    facts |= {"payment": str(payment.number), "amount": amount}
    if claim is not None:
        record_on(actor, f"claim.payment_{what}", claim, **facts)
        facts["number"] = str(claim.number)
    elif what == "recorded":
        what = "recorded_on_account"
    record_in(contract.project, actor, f"payment.{what}", contract, facts=dict(facts))
