"""What is told by e-mail of a claim's steps (R-NOTIFY, decisions; domain §13, rows 7 to 9).

Claim contacts learn of decisions: the reasons of rejected lines and the amounts that the reviewer proposes stand in the
message itself. The distribution list learns of what is to be reviewed.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.review.verdict import certified_of, claimed_of, proposed_of
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.contracts.recipients import contacts_of, distribution_of
from tallystick.core.dates import format_range
from tallystick.core.money import format_money
from tallystick.core.text import plural
from tallystick.notifications.actions import notify
from tallystick.notifications.rendering import Fact, Item, Value
from tallystick.terms import Dictionary

MOST_LISTED = 40


def tell_contacts(
    actor: Actor, claim: Claim, lines: Sequence[ClaimLine], source: ClaimStatus, reason: str
) -> None:
    """Write to the contract's claim contacts that the claim came back, or was approved where the project says so."""
    target = ClaimStatus(claim.status)
    if target == ClaimStatus.REVISE_AND_RESUBMIT:
        event = "claim.sent_back"
    elif target in CERTIFIED and source not in CERTIFIED:
        event = "claim.approved"
    else:
        return
    contract, project = claim.contract, claim.contract.project
    currency = project.currency

    def money(amount: int) -> Value:
        return lambda words: format_money(amount, currency, words.locale.code)

    notify(
        event,
        account=project.account,
        project=project,
        to=contacts_of(contract),
        key=f"claim:{claim.pk}:v{claim.version}",
        thread=f"claim:{claim.pk}",
        path=reverse("claim-review" if event == "claim.sent_back" else "claim", args=[claim.pk]),
        values={
            "by": actor.name,
            "number": claim.number,
            "contract": f"{contract.number} {contract.title}",
            "project": f"{project.number} {project.name}",
            "status": target.label,
            "reason": reason,
            "claimed": money(claim.claimed_this_period),
            "certified": money(claim.assessed_this_period),
            "lines": lambda words: _items(lines, words, currency),
        },
    )


def tell_distribution(actor: Actor, claim: Claim, source: ClaimStatus) -> None:
    """Write to the project's distribution list that the claim is to be reviewed; a resubmission says that it is one."""
    if claim.status != ClaimStatus.UNDER_REVIEW:
        return
    contract, project = claim.contract, claim.contract.project
    did = {
        ClaimStatus.DRAFT: "submitted",
        ClaimStatus.REVISE_AND_RESUBMIT: "revised and resubmitted",
    }.get(source, "reopened for review")
    notify(
        "claim.submitted",
        account=project.account,
        project=project,
        to=distribution_of(contract),
        key=f"claim:{claim.pk}:v{claim.version}",
        thread=f"claim:{claim.pk}",
        path=reverse("claim", args=[claim.pk]),
        values={
            "by": actor.name,
            "did": did,
            "number": claim.number,
            "contract": f"{contract.number} {contract.title}",
            "project": f"{project.number} {project.name}",
            "terms": lambda words: _terms(claim, words),
        },
    )


def _terms(claim: Claim, words: Dictionary) -> list[Fact]:
    contract, locale = claim.contract, words.locale.code
    facts = [
        Fact(words.cap("commitment"), f"{contract.number} {contract.title}"),
        Fact("Company", contract.company.name),
        Fact(words.cap("billing_period"), format_range(claim.period_start, claim.period_end, locale)),
        Fact(
            words.text("{Bill:past} this period"),
            format_money(claim.claimed_this_period, contract.currency, locale),
        ),
    ]
    return [*facts, Fact("Received", "After the due day")] if claim.is_late else facts


def _items(lines: Sequence[ClaimLine], words: Dictionary, currency: str) -> list[Item]:
    """The lines about which something was said, in the document's order."""
    told = [
        line
        for line in lines
        if line.review == LineReview.REJECTED or _now(line) != claimed_of(line) or line.review_reason
    ]
    items = [_item(line, words, currency) for line in told[:MOST_LISTED]]
    if more := len(told) - MOST_LISTED:
        items += [Item(f"And {plural(more, 'more line')}")] if more > 0 else []
    return items


def _now(line: ClaimLine) -> int:
    """What the reviewer would pay: proposed where the claim went back, certified where it was approved."""
    for amount in (proposed_of(line), certified_of(line)):
        if amount is not None:
            return amount
    return claimed_of(line)


def _item(line: ClaimLine, words: Dictionary, currency: str) -> Item:
    claimed, now = claimed_of(line), _now(line)

    def money(amount: int) -> str:
        return format_money(amount, currency, words.locale.code)

    said = words.text("{Bill:past} {amount}", amount=money(claimed))
    if now != claimed:
        said += f", {'proposed' if line.certified_work is None else 'certified'} {money(now)}"
    if line.review == LineReview.REJECTED:
        said += ", rejected"
    reason = line.review_reason.strip()
    return Item(f"{line.item_number} {line.description}".strip(), f"{said}. {reason}".rstrip())
