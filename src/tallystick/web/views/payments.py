"""Payments: of a contract, of a claim, recording one, voiding one (domain §11)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick.claims.models import Claim
from tallystick.claims.states import payment_state
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.core.money import format_money
from tallystick.payments.actions import (
    LONGEST_NOTE,
    LONGEST_REFERENCE,
    Confirmed,
    record_payment,
    void_payment,
)
from tallystick.payments.models import PaymentMethod
from tallystick.payments.policies import can_pay_claim, can_record_payment
from tallystick.payments.queries import (
    ContractMoney,
    PaidClaim,
    PaymentRow,
    certified_claims_of,
    money_of,
    payments_of,
    payments_of_claim,
)
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.one import claim_context
from tallystick.web.contracts.pages import contract_page
from tallystick.web.forms import DayField, Form, MoneyField
from tallystick.web.load.payments import payment_for
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest
from tallystick.web.views.ways import safe_next

ON_ACCOUNT = "account"


class PaymentForm(Form):
    """What is recorded of a payment; two ticks appear when there is something to confirm."""

    claim = forms.ChoiceField(label="For")
    amount = MoneyField(label="Amount", help_text="Negative where money came back.")
    paid_on = DayField(label="Paid on")
    method = forms.ChoiceField(label="How")
    reference = forms.CharField(
        label="Reference",
        required=False,
        max_length=LONGEST_REFERENCE,
        help_text="As on the bank statement.",
    )
    note = forms.CharField(
        label="Note", required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )
    overpayment = forms.BooleanField(label="This is what was paid", required=False)
    duplicate = forms.BooleanField(label="This is another payment", required=False)

    def __init__(self, *args: Any, contract: Contract, claims: list[PaidClaim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.currency = contract.currency
        self.fields["claim"].choices = [  # type: ignore[attr-defined]
            *((str(claim.id), _offered(claim, contract)) for claim in claims),
            (ON_ACCOUNT, text("On account, for no {claim} in particular")),
        ]
        self.fields["method"].choices = [  # type: ignore[attr-defined]
            (method.value, method_label(method)) for method in PaymentMethod
        ]

    def asks(self, name: str) -> bool:
        """Whether a confirmation is to be shown: it was asked for, or given already."""
        return bool(self.is_bound and (name in self.errors or self.data.get(name)))

    @property
    def asks_overpayment(self) -> bool:
        """Whether more than is due would be paid."""
        return self.asks("overpayment")

    @property
    def asks_duplicate(self) -> bool:
        """Whether the same payment seems to be recorded already."""
        return self.asks("duplicate")


def method_label(method: PaymentMethod) -> str:
    """How it was paid, in the words in force."""
    return current().cap("cheque") if method is PaymentMethod.CHEQUE else str(method.label)


def _offered(claim: PaidClaim, contract: Contract) -> str:
    outstanding = format_money(claim.outstanding, contract.currency, current().locale.code)
    return text(
        "{Claim:short} {number}: {outstanding} outstanding", number=claim.number, outstanding=outstanding
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contract_payments(request: PageRequest, contract_id: int) -> HttpResponse:
    """A contract's payments; a POST records one."""
    found = load.contract_for(request, contract_id)
    may = can_record_payment(request.actor, found)
    claims = certified_claims_of(found)
    form = None
    if request.method == "POST":
        may.require()
        form = PaymentForm(request.POST, contract=found, claims=claims)
        if form.is_valid():
            bound = form
            address = make_once(request, bound, lambda: _record(request, found, bound))
            if address:
                return redirect(address)
    elif may:
        form = PaymentForm(contract=found, claims=claims, initial=_initial(request, found, claims))
    money = money_of(found)
    page = contract_page(request, found, "contract-payments")
    page |= {
        "form": form,
        "rows": [_shown(row) for row in payments_of(found)],
        "claims": claims,
        "may": may,
        "money": money,
        "money_figures": money_figures(money, found.currency),
        "back": safe_next(request, ""),
    }
    bound_badly = form is not None and form.is_bound
    return render(request, "contracts/payments.html", page, status=422 if bound_badly else 200)


def money_figures(money: ContractMoney, currency: str) -> list[dict[str, Any]]:
    """Certified, held, due, paid and outstanding, as a contract's pages show them."""
    with_tax = text("with {tax}")
    account = f"{format_money(money.on_account, currency, current().locale.code)} on account"
    return [
        {"label": "Certified", "amount": money.certified, "currency": currency, "note": "to date"},
        {"label": text("{Retention} held"), "amount": money.retention_held, "currency": currency},
        {"label": "Due to date", "amount": money.due, "currency": currency, "note": with_tax},
        {
            "label": "Paid",
            "amount": money.paid,
            "currency": currency,
            "note": account if money.on_account else "",
        },
        {"label": "Outstanding", "amount": money.outstanding, "currency": currency, "strong": True},
    ]


def _initial(request: PageRequest, contract: Contract, claims: list[PaidClaim]) -> dict[str, Any]:
    """The claim that the address names, else the earliest on which something is outstanding, and what that is."""
    wanted = request.GET.get("claim", "")
    unpaid = [claim for claim in reversed(claims) if claim.outstanding]
    chosen = next((claim for claim in claims if str(claim.id) == wanted), unpaid[0] if unpaid else None)
    return {
        "claim": str(chosen.id) if chosen else ON_ACCOUNT,
        "amount": chosen.outstanding if chosen and chosen.outstanding else "",
        "paid_on": clock.today_in(contract.project.time_zone),
        "method": PaymentMethod.ELECTRONIC.value,
    }


def _record(request: PageRequest, contract: Contract, form: PaymentForm) -> str:
    typed = form.cleaned_data
    claim = None
    if typed["claim"] != ON_ACCOUNT:
        claim = Claim.objects.get(pk=int(typed["claim"]), contract=contract)
    try:
        payment = record_payment(
            request.actor,
            contract,
            amount=typed["amount"],
            paid_on=typed["paid_on"],
            claim=claim,
            method=typed["method"],
            reference=typed["reference"],
            note=typed["note"],
            confirmed=Confirmed(overpayment=typed["overpayment"], duplicate=typed["duplicate"]),
        )
    except Refused as problem:
        raise BadInput(str(problem), {"claim": str(problem)}) from problem
    amount = format_money(payment.amount, contract.currency, current().locale.code)
    messages.success(request, f"Payment {payment.number} of {amount} is recorded.")
    return safe_next(request, reverse("contract-payments", args=[contract.pk]))


@require_POST
def payment_voiding(request: PageRequest, payment_id: int) -> HttpResponse:
    """Void a payment. Voided already: nothing happens."""
    found = payment_for(request, payment_id)
    can_record_payment(request.actor, found.contract).require()
    back = safe_next(request, reverse("contract-payments", args=[found.contract_id]))
    try:
        voided = void_payment(request.actor, found, reason=request.POST.get("reason", ""))
    except BadInput as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"Payment {voided.number} is void. It counts in no sum any more.")
    return redirect(back)


@require_safe
def claim_payments(request: PageRequest, claim_id: int) -> HttpResponse:
    """What was paid on a claim, for whoever may see it."""
    found = load.claim_for(request, claim_id)
    page = claim_context(request, found, "claim-payments")
    due, currency = found.payment_due_with_tax, found.contract.currency
    certified = page["page"].is_certified
    state = payment_state(due, found.paid) if certified else None
    page |= {
        "rows": [_shown(row) for row in payments_of_claim(found)],
        "state": state,
        "certified": certified,
        "claim_key": str(found.pk),
        "may": can_record_payment(request.actor, found.contract),
        "can_pay": can_pay_claim(request.actor, found),
        "money_figures": [
            {"label": "Due", "amount": due, "currency": currency, "note": text("with {tax}")},
            {"label": "Paid", "amount": found.paid, "currency": currency},
            {"label": "Outstanding", "amount": due - found.paid, "currency": currency, "strong": True},
        ],
    }
    return render(request, "claims/payments.html", page)


def _shown(row: PaymentRow) -> dict[str, Any]:
    return {"payment": row, "method": method_label(row.method)}
