"""A contract's first page: where its money stands, and what it takes until it can be billed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tallystick import terms
from tallystick.contracts.models import Contract
from tallystick.contracts.queries import Sums
from tallystick.contracts.states import CLAIMABLE, ContractStatus, SubSovStatus
from tallystick.core.text import plural
from tallystick.payments.queries import ContractMoney

_ENDED = frozenset({ContractStatus.TERMINATED, ContractStatus.VOID})


def sum_figures(contract: Contract, sums: Sums) -> list[dict[str, Any]]:
    """Sums of the contract, pending ones apart."""
    words = terms.current()
    shown = [
        _figure(contract, "Original sum", sums.original_sum),
        _figure(contract, words.text("Approved {variations}"), sums.net_variations),
        _figure(contract, "Revised sum", sums.revised_sum) | {"strong": True},
    ]
    if sums.pending:
        shown.append(_figure(contract, words.text("Pending {variations}"), sums.pending, "not counted yet"))
    return shown


def money_figures(contract: Contract, sums: Sums, money: ContractMoney) -> list[dict[str, Any]]:
    """What was certified, is held, was paid and is left, by the contract's certified claims."""
    words = terms.current()
    return [
        _figure(contract, "Certified", money.certified, words.text("before {retention}")),
        _figure(contract, words.text("{Retention} held"), money.retention_held),
        _figure(contract, "Paid", money.paid, words.text("with {tax}") if contract.tax_bp else ""),
        _figure(
            contract, "Balance to finish", sums.revised_sum - money.certified, "revised sum less certified"
        ),
    ]


def _figure(contract: Contract, label: str, amount: int, note: str = "") -> dict[str, Any]:
    return {"label": label, "amount": amount, "currency": contract.currency, "note": note}


def standing_of(contract: Contract) -> str:
    """What the contract's status means for billing, in a sentence."""
    sentence = {
        ContractStatus.APPROVED: "",
        ContractStatus.COMPLETE: "The work is complete. {Claims} can still be made for what is left and for the "
        "release of {retention}.",
        ContractStatus.TERMINATED: "Terminated: no further {claims} can be made on it.",
        ContractStatus.VOID: "Void: it counts in no sum, and no {claims} can be made on it.",
    }.get(ContractStatus(contract.status), "No {claims} can be made on it until it is approved.")
    return terms.text(sentence) if sentence else ""


def first_steps(contract: Contract) -> list[dict[str, Any]]:
    """What it takes until somebody can bill, for its administrators; nothing once there is a claim."""
    if contract.status in _ENDED or contract.claims.filter(deleted_at=None).exists():
        return []
    words = terms.current()
    lines = contract.lines.filter(variation=None, parent=None).count()
    contacts = contract.claim_contacts.count()
    is_approved = contract.status in CLAIMABLE
    steps = [
        _step(
            words.cap("sov"),
            plural(lines, "line") if lines else "To be written",
            "sov-edit",
            contract,
            done=lines > 0,
        ),
        _step(
            words.cap("claim_contact", plural=True),
            plural(contacts, "person", "people") if contacts else "To be named",
            "contract-people",
            contract,
            done=contacts > 0,
        ),
    ]
    if contract.uses_sub_sov:
        broken_down = contract.sub_sov_status == SubSovStatus.APPROVED
        steps.append(
            _step(
                words.short("ssov"),
                contract.get_sub_sov_status_display(),
                "sub-sov",
                contract,
                done=broken_down,
            )
        )
    steps.append(
        _step(
            "Approval",
            "Approved" if is_approved else "To be approved",
            "contract",
            contract,
            done=is_approved,
        )
    )
    for step in steps:
        if not step["state"]:
            step["state"] = "now"
            break
    return steps


def _step(label: str, note: str, page: str, contract: Contract, *, done: bool) -> dict[str, Any]:
    return {
        "label": label,
        "note": note,
        "state": "done" if done else "",
        "url": reverse(page, args=[contract.pk]),
    }
