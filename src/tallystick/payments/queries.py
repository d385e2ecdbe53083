"""Reads about payments: of a contract, of a claim, and what is certified, due, paid and outstanding (domain §11)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from tallystick.access.actor import Actor
from tallystick.access.levels import Tool
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED, PaymentState, payment_state
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import visible_in
from tallystick.directory.models import Project
from tallystick.payments.models import Payment, PaymentMethod


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment as a list shows it; amounts in minor units of the contract's currency, tax included."""

    id: int
    number: int
    claim_id: int | None
    claim_number: int | None
    amount: int
    paid_on: date
    method: PaymentMethod
    reference: str
    note: str
    by: str
    recorded_at: datetime
    voided_at: datetime | None
    voided_by: str
    void_reason: str

    @property
    def is_void(self) -> bool:
        """Whether it counts in no sum."""
        return self.voided_at is not None

    @property
    def is_on_account(self) -> bool:
        """Whether it was paid for no claim in particular."""
        return self.claim_id is None


@dataclass(frozen=True, slots=True)
class PaidClaim:
    """A certified claim with what is due on it and what was paid."""

    id: int
    number: int
    revision: int
    period_start: date
    period_end: date
    due: int
    paid: int

    @property
    def outstanding(self) -> int:
        """Still to pay; negative where too much was paid."""
        return self.due - self.paid

    @property
    def state(self) -> PaymentState:
        """Unpaid, partly paid, paid or overpaid."""
        return payment_state(self.due, self.paid)


@dataclass(frozen=True, slots=True)
class ContractMoney:
    """A contract's money by its certified claims, minor units.

    ``certified`` is work and materials before retention and tax; ``due`` is what has to be paid of it, with tax;
    ``paid`` counts payments for claims and on account.
    """

    certified: int = 0
    retention_held: int = 0
    due: int = 0
    paid: int = 0
    on_account: int = 0

    @property
    def outstanding(self) -> int:
        """Still to pay; negative where more was paid than is due."""
        return self.due - self.paid

    def __add__(self, other: ContractMoney) -> ContractMoney:
        return ContractMoney(
            self.certified + other.certified,
            self.retention_held + other.retention_held,
            self.due + other.due,
            self.paid + other.paid,
            self.on_account + other.on_account,
        )


NOTHING = ContractMoney()


def payments_of(contract: Contract) -> list[PaymentRow]:
    """The contract's payments, the latest number first: one query. The caller loaded the contract for its actor."""
    return _rows(Q(contract=contract))


def payments_of_claim(claim: Claim) -> list[PaymentRow]:
    """The claim's payments, the latest number first: one query."""
    return _rows(Q(claim=claim))


def _rows(which: Q) -> list[PaymentRow]:
    found = (
        Payment.objects.filter(which).select_related("claim", "created_by", "voided_by").order_by("-number")
    )
    return [
        PaymentRow(
            id=payment.pk,
            number=payment.number,
            claim_id=payment.claim_id,
            claim_number=payment.claim.number if payment.claim else None,
            amount=payment.amount,
            paid_on=payment.paid_on,
            method=PaymentMethod(payment.method),
            reference=payment.reference,
            note=payment.note,
            by=str(payment.created_by) if payment.created_by else "",
            recorded_at=payment.created_at,
            voided_at=payment.voided_at,
            voided_by=str(payment.voided_by) if payment.voided_by else "",
            void_reason=payment.void_reason,
        )
        for payment in found
    ]


def certified_claims_of(contract: Contract) -> list[PaidClaim]:
    """The contract's certified claims, the latest first: one query."""
    found = Claim.objects.filter(contract=contract, deleted_at=None, status__in=CERTIFIED).order_by("-number")
    columns = ("pk", "number", "revision", "period_start", "period_end", "payment_due_with_tax", "paid")
    return [PaidClaim(*row) for row in found.values_list(*columns)]


def money_of(contract: Contract) -> ContractMoney:
    """One contract's money: two queries."""
    return money_of_contracts([contract.pk]).get(contract.pk, NOTHING)


def money_of_contracts(contract_ids: Collection[int] | QuerySet[Any, Any]) -> dict[int, ContractMoney]:
    """The money of several contracts by their ids, or by a query for them; two queries whatever their number.

    Retention held is what the latest certified claim holds. Contracts with neither claim nor payment are left out.
    """
    found: dict[int, ContractMoney] = {}
    certified = Claim.objects.filter(contract__in=contract_ids, deleted_at=None, status__in=CERTIFIED)
    columns = ("contract_id", "certified_this_period", "total_retention", "payment_due_with_tax")
    for contract, gross, held, due in certified.order_by("contract_id", "number").values_list(*columns):
        before = found.get(contract, NOTHING)
        found[contract] = ContractMoney(before.certified + (gross or 0), held, before.due + due)
    paid = (
        Payment.objects.filter(contract__in=contract_ids, voided_at=None)
        .order_by()
        .values("contract")
        .annotate(paid=Sum("amount"), on_account=Sum("amount", filter=Q(claim=None), default=0))
        .values_list("contract", "paid", "on_account")
    )
    for contract, amount, on_account in paid:
        found[contract] = replace(found.get(contract, NOTHING), paid=amount, on_account=on_account)
    return found


def total_money(contracts: QuerySet[Contract]) -> ContractMoney:
    """The money of all these contracts together, whatever their number: three queries. They are in one currency."""
    ids = contracts.order_by().values("pk")
    certified = Claim.objects.filter(deleted_at=None, status__in=CERTIFIED)
    claims = certified.filter(contract__in=ids).aggregate(
        gross=Sum("certified_this_period"), due=Sum("payment_due_with_tax")
    )
    latest = certified.filter(contract=OuterRef("pk")).order_by("-number").values("total_retention")[:1]
    plain = Contract.objects.filter(pk__in=ids)
    held = plain.annotate(held_now=Subquery(latest)).aggregate(held=Sum("held_now"))
    paid = Payment.objects.filter(contract__in=ids, voided_at=None).aggregate(
        paid=Sum("amount"), on_account=Sum("amount", filter=Q(claim=None))
    )
    return ContractMoney(
        certified=claims["gross"] or 0,
        retention_held=held["held"] or 0,
        due=claims["due"] or 0,
        paid=paid["paid"] or 0,
        on_account=paid["on_account"] or 0,
    )


def money_of_project(actor: Actor, project: Project) -> dict[str, ContractMoney]:
    """The money of the commitments that the actor may see, by currency."""
    contracts = dict(visible_in(actor, project, Tool.COMMITMENTS).values_list("pk", "currency"))
    by_currency: dict[str, ContractMoney] = {}
    for contract, money in money_of_contracts(list(contracts)).items():
        currency = contracts[contract]
        by_currency[currency] = by_currency.get(currency, NOTHING) + money
    return by_currency
