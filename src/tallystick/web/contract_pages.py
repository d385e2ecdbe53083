"""What all pages of one contract share: header, figures, tabs, the next status."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tallystick import terms
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer, can_change_sov, can_see_sov
from tallystick.contracts.queries import sums_of
from tallystick.contracts.states import CONTRACT_TRANSITIONS, ContractKind, ContractStatus
from tallystick.web.request import PageRequest

# What the button says that leads to a status.
_VERBS = {
    ContractStatus.DRAFT: "Return to draft",
    ContractStatus.OUT_FOR_BID: "Send out for bid",
    ContractStatus.OUT_FOR_SIGNATURE: "Send out for signature",
    ContractStatus.APPROVED: "Approve",
    ContractStatus.COMPLETE: "Mark complete",
    ContractStatus.TERMINATED: "Terminate",
    ContractStatus.VOID: "Void",
}


def contract_page(request: PageRequest, contract: Contract, tab: str) -> dict[str, Any]:
    """The context of a contract's page; ``tab`` is the name of the tab's address."""
    words = terms.current()
    upstream = contract.kind == ContractKind.HEAD_CONTRACT
    request.is_upstream = upstream  # type: ignore[attr-defined]
    manage = can_administer(request.actor, contract)
    sums = sums_of(contract)
    list_name = "head-contracts" if upstream else "commitments"
    tool = words("upstream_tool" if upstream else "commitments_tool")
    project = contract.project
    return {
        "title": f"{contract.number} {contract.title}",
        "contract": contract,
        "kind": kind_name(contract),
        "upstream": upstream,
        "manage": manage,
        "see_sov": can_see_sov(request.actor, contract),
        "change_sov": can_change_sov(request.actor, contract),
        "sums": sums,
        "figures": [
            {"label": "Original sum", "amount": sums.original_sum, "currency": contract.currency},
            {
                "label": words.text("Approved {variations}"),
                "amount": sums.net_variations,
                "currency": contract.currency,
            },
            {
                "label": "Revised sum",
                "amount": sums.revised_sum,
                "currency": contract.currency,
                "strong": True,
            },
        ],
        "moves": _moves(contract) if manage else [],
        "tabs": _tabs(contract, tab, manage=bool(manage)),
        "crumbs": [
            {"label": project.name, "url": reverse("project", args=[project.pk])},
            {"label": tool, "url": reverse(list_name, args=[project.pk])},
            {"label": contract.number, "url": ""},
        ],
    }


def kind_name(contract: Contract) -> str:
    """``Subcontract``, ``Purchase order``, ``Head contract`` in the words in force."""
    return terms.current().cap(str(contract.kind))


def _tabs(contract: Contract, tab: str, *, manage: bool) -> list[dict[str, Any]]:
    words = terms.current()
    named = [
        ("contract", "General"),
        ("sov", words.cap("sov")),
        ("variations", words.cap("variation", plural=True)),
        ("contract-people", "People"),
    ]
    if manage:
        named += [("contract-settings", "Advanced settings"), ("contract-history", "History")]
    return [
        {"label": label, "url": reverse(name, args=[contract.pk]), "current": name == tab}
        for name, label in named
    ]


def _moves(contract: Contract) -> list[dict[str, str]]:
    """Buttons for the statuses that the table allows, the usual next one first."""
    usual = [ContractStatus.APPROVED, ContractStatus.COMPLETE]
    targets = sorted(
        CONTRACT_TRANSITIONS[ContractStatus(contract.status)],
        key=lambda s: (s not in usual, list(ContractStatus).index(s)),
    )
    return [
        {
            "value": target.value,
            "label": _VERBS[target] if contract.status != ContractStatus.COMPLETE else "Open again",
            "tone": "danger" if target in {ContractStatus.VOID, ContractStatus.TERMINATED} else "secondary",
        }
        for target in targets
    ]
