"""What all pages of one contract share: header, figures, tabs, the next status."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.urls import reverse

from tallystick import terms
from tallystick.audit import queries as audit
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer, can_change_sov, can_see_sov
from tallystick.contracts.queries import sums_of
from tallystick.contracts.states import COMMITMENT_KINDS, CONTRACT_TRANSITIONS, ContractKind, ContractStatus
from tallystick.core.dates import format_instant
from tallystick.web.people.contacts import own_crumbs
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

_APPROVE = frozenset({ContractStatus.APPROVED})
_ENDED = frozenset({ContractStatus.COMPLETE, ContractStatus.TERMINATED})


def contract_page(request: PageRequest, contract: Contract, tab: str) -> dict[str, Any]:
    """The context of a contract's page; ``tab`` is the name of the tab's address."""
    words = terms.current()
    upstream = contract.kind == ContractKind.HEAD_CONTRACT
    request.is_upstream = upstream  # type: ignore[attr-defined]
    manage = can_administer(request.actor, contract)
    see_sov = can_see_sov(request.actor, contract)
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
        "see_sov": see_sov,
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
        "approve": bool(manage) and _may_approve(contract),
        "tabs": _tabs(
            contract,
            tab,
            manage=bool(manage),
            see_sov=bool(see_sov),
            breakdown=_has_breakdown(contract, manage=bool(manage)),
        ),
        "crumbs": own_crumbs(
            request,
            [
                {"label": project.name, "url": reverse("project", args=[project.pk])},
                {"label": tool, "url": reverse(list_name, args=[project.pk])},
                {"label": contract.number, "url": ""},
            ],
        ),
    }


def history_items(subject: Model, contract: Contract) -> list[dict[str, Any]]:
    """The history of a contract or of one of its variations for ``components/timeline.html``, the latest first."""
    locale = terms.current().locale.code
    return [
        {
            "who": row.actor,
            "what": row.text,
            "said": "; ".join(_change(*change) for change in row.changes),
            "when": format_instant(row.at, contract.project.time_zone, locale),
            "icon": "dot",
        }
        for row in audit.history(subject, newest_first=True)
    ]


def _change(name: str, before: str, after: str) -> str:
    return f"{name}: {after}" if before == "—" else f"{name}: {before} → {after}"


def kind_name(contract: Contract) -> str:
    """``Subcontract``, ``Purchase order``, ``Head contract`` in the words in force."""
    return terms.current().cap(str(contract.kind))


def _tabs(
    contract: Contract, tab: str, *, manage: bool, see_sov: bool, breakdown: bool
) -> list[dict[str, Any]]:
    words = terms.current()
    named = [
        ("contract", "General"),
        ("sov", words.cap("sov")),
        *([("sub-sov", words.short("ssov"))] if breakdown else []),
        ("variations", words.cap("variation", plural=True)),
        ("contract-retention", words.cap("retention")),
        ("contract-payments", "Payments"),
        ("contract-people", "People"),
    ]
    if manage:
        named += [("contract-settings", "Advanced settings"), ("contract-history", "History")]
    return [
        {"label": label, "url": reverse(name, args=[contract.pk]), "current": name == tab}
        for name, label in named
        if see_sov or name not in ("sov", "sub-sov")
    ]


def _has_breakdown(contract: Contract, *, manage: bool) -> bool:
    """Whether the tab is there: in use, or an administrator could ask for one (R-SSOV)."""
    return contract.uses_sub_sov or (manage and contract.kind in COMMITMENT_KINDS)


def _moves(contract: Contract) -> list[dict[str, str]]:
    """The statuses that the table allows, for the menu; approving is a button of its own."""
    source = ContractStatus(contract.status)
    return [
        {"value": target.value, "label": "Open again" if source in _ENDED else _VERBS[target]}
        for target in ContractStatus
        if target in CONTRACT_TRANSITIONS[source] and not (target in _APPROVE and source not in _ENDED)
    ]


def _may_approve(contract: Contract) -> bool:
    source = ContractStatus(contract.status)
    return source not in _ENDED and ContractStatus.APPROVED in CONTRACT_TRANSITIONS[source]
