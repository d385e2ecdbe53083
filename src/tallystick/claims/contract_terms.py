"""Changing what a contract says about billing, and what becomes of claims that are not certified yet.

Certified claims never change. Those that are not are computed anew at once, and their history says so: nobody finds
other figures on a claim than the contract's terms give (domain §6.6, decisions, Claims).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims import figures
from tallystick.claims.chain import follow_previous
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import UNFINISHED
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim
from tallystick.contracts import actions
from tallystick.contracts.actions import RuleInput
from tallystick.contracts.models import Contract

_TOLD = ("total_retention", "payment_due", "tax", "payment_due_with_tax")


def unfinished_claims(contract: Contract) -> list[Claim]:
    """Claims that follow a change of the contract's terms, the earliest first: one query."""
    return list(
        Claim.objects.filter(contract=contract, deleted_at=None, status__in=UNFINISHED).order_by("number")
    )


@transaction.atomic
def change_terms(
    actor: Actor,
    contract: Contract,
    values: Mapping[str, Any],
    *,
    rules: Sequence[RuleInput] | None = None,
) -> list[Claim]:
    """Change facts of a contract and, where ``rules`` are given, its sliding scale; the claims that changed with it.

    Raises what ``change_contract`` and ``set_sliding_rules`` raise, and then nothing is written.
    """
    before = _terms(contract)
    contract = actions.change_contract(actor, contract, **values)
    if rules is not None:
        actions.set_sliding_rules(actor, contract, rules)
    contract = Contract.objects.select_related("project__account", "company").get(pk=contract.pk)
    if _terms(contract) == before:
        return []
    return [claim for claim in unfinished_claims(contract) if _follow(actor, claim)]


def _terms(contract: Contract) -> tuple[object, ...]:
    stored = Contract.objects.prefetch_related("sliding_rules").get(pk=contract.pk)
    return (figures.terms_of(stored),)


def _follow(actor: Actor, claim: Claim) -> bool:
    """Compute one claim anew by the terms now in force; whether a figure of it changed."""
    earlier = (
        Claim.objects.filter(contract_id=claim.contract_id, deleted_at=None, number__lt=claim.number)
        .select_related("contract__project__account", "contract__company", "period")
        .order_by("-number")
        .first()
    )
    if earlier is not None:
        follow_previous(actor, earlier)  # what becomes of its stored materials is a term, too
    claim = lock_claim(claim.pk)
    lines = lines_of(claim)
    before = {name: getattr(claim, name) for name in _TOLD}
    standing = _figures_on(claim, lines)
    figures.write_back(claim, lines, figures.calculate(figures.terms_of(claim.contract), claim, lines))
    if _figures_on(claim, lines) == standing:
        return False
    changes = {
        name: [before[name], getattr(claim, name)] for name in _TOLD if before[name] != getattr(claim, name)
    }
    save_claim(claim, lines)
    record_on(actor, "claim.terms_followed", claim, changes=changes, contract=str(claim.contract))
    return True


def _figures_on(claim: Claim, lines: Sequence[ClaimLine]) -> list[object]:
    summary = [getattr(claim, name) for name in (*figures.SUMMARY_FIGURES, "retention_this_period")]
    return summary + [getattr(line, name) for line in lines for name in figures.LINE_FIGURES]
