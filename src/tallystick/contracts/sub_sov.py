"""The breakdown of a schedule of values: what a contract's claim contact makes of its lines (R-SSOV, domain §7).

Under each line of the contract itself stand detail lines that sum to it exactly. Once an administrator has approved
them, claims bill the detail lines in place of the lines that they are parts of; sums of the contract go on counting
the lines themselves. Variations are billed as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.contracts.models import Contract
from tallystick.contracts.states import SubSovStatus
from tallystick.contracts.sub_sov_lines import (
    DetailInput,
    Part,
    billable_lines,
    breakdown_of,
    check_rows,
    fingerprint,
    follow_lines,
    is_stored,
    remove_lines,
    replace_details,
)
from tallystick.contracts.sub_sov_mail import ask_contacts, tell_contacts, tell_distribution
from tallystick.contracts.sub_sov_policies import (
    can_ask_for_breakdown,
    can_edit_breakdown,
    can_move_breakdown,
    can_use_breakdown,
)
from tallystick.contracts.writing import record
from tallystick.core import clock
from tallystick.core.errors import BadInput, Stale
from tallystick.core.money import format_money
from tallystick.core.text import join_and, plural
from tallystick.terms.context import text

__all__ = [
    "DetailInput",
    "Part",
    "ask_for_breakdown",
    "billable_lines",
    "breakdown_of",
    "fingerprint",
    "follow_lines",
    "is_stored",
    "move_breakdown",
    "remove_lines",
    "restart_breakdown",
    "save_breakdown",
    "take_over_whole_lines",
    "use_breakdown",
]


@transaction.atomic
def use_breakdown(actor: Actor, contract: Contract, uses: bool) -> Contract:
    """Have the contract's lines broken down before they are billed, or not any more. Again is harmless.

    What was broken down is kept when it is switched off, and found again when it is switched on.
    """
    contract = _locked(contract)
    if contract.uses_sub_sov == uses:
        return contract
    can_use_breakdown(actor, contract, uses).require()
    contract.uses_sub_sov = uses
    if uses:
        contract.sub_sov_status = SubSovStatus.DRAFT
        contract.sub_sov_reason = ""
    _save(contract, "uses_sub_sov")
    record(actor, "sub_sov.enabled" if uses else "sub_sov.disabled", contract)
    return contract


@transaction.atomic
def ask_for_breakdown(actor: Actor, contract: Contract, *, once: str) -> list[str]:
    """Write to the claim contacts that the breakdown is theirs to write; the names of those who are told.

    ``once`` names this press of the button: the same again writes nothing, and names nobody.
    """
    contract = _locked(contract)
    can_ask_for_breakdown(actor, contract).require()
    names = [message.name for message in ask_contacts(actor, contract, once)]
    if names:
        record(actor, "sub_sov.invited", contract, facts={"people": join_and(names)})
    return names


@transaction.atomic
def save_breakdown(
    actor: Actor,
    contract: Contract,
    details: Mapping[int, Sequence[DetailInput]],
    *,
    seen: str | None = None,
) -> list[Part]:
    """Replace the detail lines of the given lines; lines that are not named keep theirs.

    Something may remain to allocate until it is submitted. ``seen`` is the ``fingerprint`` of what the page showed:
    raises ``Stale`` where somebody else saved since, ``BadInput`` (by ``LINE:ROW``) for rows that can't be kept.
    """
    contract = _locked(contract)
    can_edit_breakdown(actor, contract).require()
    before = breakdown_of(contract)
    if seen is not None and seen != fingerprint(before):
        if is_stored(contract, before, details):
            return before  # the same form a second time
        raise Stale(
            text(
                "Somebody else saved the {ssov} of {number} while this page was open, so yours was not saved over "
                "it. Open it again and bring your changes over from here.",
                number=contract.number,
            )
        )
    parts = {part.line.pk: part for part in before}
    unknown = set(details) - set(parts)
    if unknown:
        raise BadInput(text("{A sov_line} that you broke down is not in this contract any more."))
    check_rows(contract, parts, details)
    changed = sum(replace_details(contract, parts[line_id], rows) for line_id, rows in details.items())
    after = breakdown_of(contract)
    if changed:
        contract.updated_at = clock.now()
        contract.save(update_fields=["updated_at"])
        record(
            actor,
            "sub_sov.lines_saved",
            contract,
            changes={
                "remaining": [
                    _money(contract, sum(part.remaining for part in before)),
                    _money(contract, sum(part.remaining for part in after)),
                ]
            },
            facts={"lines": plural(sum(len(part.details) for part in after), "line")},
        )
    return after


@transaction.atomic
def take_over_whole_lines(actor: Actor, contract: Contract) -> list[Part]:
    """Give every line that was not broken down one detail line of its own description and amount."""
    contract = _locked(contract)
    whole = {
        part.line.pk: [
            DetailInput(
                description=part.line.description,
                scheduled_value=part.line.scheduled_value,
                quantity=part.line.quantity,
                unit=part.line.unit,
                unit_price=part.line.unit_price,
            )
        ]
        for part in breakdown_of(contract)
        if not part.details and part.line.scheduled_value
    }
    return save_breakdown(actor, contract, whole)


@transaction.atomic
def move_breakdown(
    actor: Actor, contract: Contract, target: SubSovStatus, *, reason: str = "", seen: str | None = None
) -> Contract:
    """Take the breakdown to another status by the table in ``states``. Being there already changes nothing.

    Submitting and approving need exactly nothing to remain on every line; sending back needs a reason, which the
    contacts are mailed (R-SSOV-1). The distribution list is told what is submitted.
    """
    contract = _locked(contract)
    source = SubSovStatus(contract.sub_sov_status)
    if contract.uses_sub_sov and source == target:
        return contract
    can_move_breakdown(actor, contract, target).require()
    reason = reason.strip()
    parts = breakdown_of(contract)
    if seen is not None and seen != fingerprint(parts):
        raise Stale(
            text("Somebody else saved the {ssov} while this page was open. Look at it again, then decide.")
        )
    if target in (SubSovStatus.UNDER_REVIEW, SubSovStatus.APPROVED):
        require_complete(contract, parts)
    if target == SubSovStatus.REVISE_AND_RESUBMIT and not reason:
        raise BadInput(
            text("Say what is to be changed: the {claim_contacts} read it in their e-mail."),
            {"reason": "Type the reason."},
        )
    contract.sub_sov_status = target
    contract.sub_sov_reason = reason if target == SubSovStatus.REVISE_AND_RESUBMIT else ""
    _save(contract)
    record(
        actor,
        "sub_sov.status_changed",
        contract,
        changes={"reason": [None, reason]} if reason else None,
        facts={"source": source.label, "target": SubSovStatus(target).label},
    )
    if target == SubSovStatus.REVISE_AND_RESUBMIT:
        tell_contacts(actor, contract)
    if target == SubSovStatus.UNDER_REVIEW:
        tell_distribution(actor, contract, source)
    return contract


def require_complete(contract: Contract, parts: Sequence[Part]) -> None:
    """Raise ``BadInput`` unless nothing remains on any line, naming each on which something does."""
    if not any(part.details for part in parts):
        raise BadInput(text("Nothing is broken down yet. Write the lines first."))
    left = [part for part in parts if not part.is_complete]
    if left:
        raise BadInput(
            text(
                "Every line has to be broken down to exactly {nothing}. Something remains on {lines}: {first}.",
                nothing=_money(contract, 0),
                lines=plural(len(left), "line"),
                first=_remains(contract, left),
            ),
            {str(part.line.pk): _sentence(contract, part) for part in left},
        )


MOST_NAMED = 5


def _remains(contract: Contract, left: Sequence[Part]) -> str:
    named = [
        f"{part.line.item_number} {_money(contract, part.remaining)}".strip() for part in left[:MOST_NAMED]
    ]
    return ", ".join(named) + (f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else "")


def _sentence(contract: Contract, part: Part) -> str:
    amount = _money(contract, part.remaining)
    return f"{amount} remains to allocate." if not part.is_complete else ""


def restart_breakdown(contract: Contract) -> None:
    """The schedule itself was written anew: the breakdown begins again. Called by the action that did it."""
    if contract.uses_sub_sov and contract.sub_sov_status != SubSovStatus.DRAFT:
        contract.sub_sov_status = SubSovStatus.DRAFT
        contract.sub_sov_reason = ""
        _save(contract)


def _locked(contract: Contract) -> Contract:
    return (
        Contract.objects.select_for_update(of=("self",))
        .select_related("project__account", "company")
        .get(pk=contract.pk)
    )


def _save(contract: Contract, *more: str) -> None:
    contract.updated_at = clock.now()
    contract.save(update_fields=["sub_sov_status", "sub_sov_reason", "updated_at", *more])


def _money(contract: Contract, minor: int) -> str:
    return format_money(minor, contract.currency, contract.project.locale, symbol=False)
