"""Changing what a claim says about itself: its period, dates, the claimant's reference, a comment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.audit.actions import Changes
from tallystick.claims.custom_fields import checked_values
from tallystick.claims.fields import USUAL, FieldRule, asked_custom_fields, rule_of
from tallystick.claims.holds import let_go
from tallystick.claims.kinds import fits
from tallystick.claims.models import Claim, CustomField
from tallystick.claims.policies import can_edit_entries, side_of
from tallystick.claims.states import ClaimType, Side
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim
from tallystick.core.errors import BadInput, Decision, refused
from tallystick.periods.models import BillingPeriod
from tallystick.periods.wording import type_label
from tallystick.terms import text

LONGEST_REFERENCE = 60


@dataclass(frozen=True, slots=True)
class MoreDetails:
    """What a project may ask for besides (``fields``). ``custom`` is what was typed, by the id of the account's field;
    the dates are an administrator's to type, and without them the billing period's and the day of submission hold."""

    period_start: date | None = None
    period_end: date | None = None
    submitted_on: date | None = None
    payment_date: date | None = None
    custom: Mapping[int, str] = field(default_factory=dict)


def can_change_period(actor: Actor, claim: Claim) -> Decision:
    """Move the claim to another period: administrators, until it is certified; where it has none, at any time,
    since without one it can't be compiled (R-COMPILE-4)."""
    if side_of(actor, claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator chooses the {billing_period} of {a claim}."))
    return Decision(True) if claim.period_id is None else can_edit_entries(actor, claim)


def can_change_payment_date(actor: Actor, claim: Claim) -> Decision:
    """Say when it is, or will be, paid: administrators, at any time; no paper prints it."""
    if side_of(actor, claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator says when {a claim} is paid."))
    return Decision(True)


def can_change_type(actor: Actor, claim: Claim) -> Decision:
    """Say what the claim may hold: administrators, while it can be typed into (domain §4)."""
    if side_of(actor, claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator says what {a claim} may hold."))
    return can_edit_entries(actor, claim)


@transaction.atomic
def change_details(
    actor: Actor,
    claim: Claim,
    *,
    period: BillingPeriod | None,
    billing_date: date,
    reference: str,
    comment: str,
    is_final: bool | None = None,
    claim_type: str | None = None,
    more: MoreDetails | None = None,
    version: int | None = None,
    in_spite_of_holds: str = "",
) -> Claim:
    """Store them; the same ones again change nothing. Raises ``Refused``, ``Held``, ``BadInput``, ``Stale``.

    ``is_final`` says that the claim is meant to be the contract's last, ``claim_type`` what it may hold (an
    administrator's to say, and only where its lines leave room for it), ``more`` what else the project asks for; None
    leaves them.

    On a certified claim only a missing period can still be chosen; where something holds the claim, such as being out
    for signature, with its token (``holds``) as ``in_spite_of_holds``.
    """
    claim = lock_claim(claim.pk, version=version)
    if len(reference) > LONGEST_REFERENCE:
        raise BadInput(
            f"The reference is longer than {LONGEST_REFERENCE} characters.", {"reference": "Shorten it."}
        )
    wanted: dict[str, Any] = {
        "billing_date": billing_date,
        "reference": reference.strip(),
        "comment": comment.strip(),
        "is_final": claim.is_final if is_final is None else is_final,
        "claim_type": claim_type or claim.claim_type,
    }
    moves = period is not None and period.pk != claim.period_id
    if more is not None:
        wanted |= _more(actor, claim, more)
        if moves:
            wanted = {
                name: value for name, value in wanted.items() if name not in ("period_start", "period_end")
            }
    changes: Changes = {
        name: [_text(getattr(claim, name)), _text(value)]
        for name, value in wanted.items()
        if getattr(claim, name) != value
    }
    if set(changes) == {"payment_date"}:
        can_change_payment_date(actor, claim).require()
    elif changes:
        can_edit_entries(actor, claim).require()
    if "custom" in changes:
        del changes["custom"]
        changes |= _custom_changes(claim, wanted["custom"])
    if "claim_type" in changes:
        _check_type(actor, claim, wanted["claim_type"])
    if period is not None and moves:
        can_change_period(actor, claim).require()
        if period.project_id != claim.contract.project_id:
            raise BadInput(
                "This billing period belongs to another project.", {"period": "Choose one of this project."}
            )
        changes["period"] = [_text(claim.period), _text(period)]
        claim.period, claim.period_start, claim.period_end = period, period.start, period.end
    if not changes:
        return claim
    if set(changes) != {"payment_date"}:
        let_go(actor, claim, "Its details were changed.", confirmed=in_spite_of_holds)
    for name, value in wanted.items():
        setattr(claim, name, value)
    save_claim(claim)
    record_on(actor, "claim.facts_changed", claim, changes=changes)
    return claim


def _more(actor: Actor, claim: Claim, more: MoreDetails) -> dict[str, Any]:
    """What else is wanted; dates that the actor may not type, or that the project does not ask for, stay."""
    project = claim.contract.project
    is_admin = side_of(actor, claim.contract) is Side.ADMIN
    wanted: dict[str, Any] = {}
    for one in USUAL:
        if one.is_of_admin and is_admin and rule_of(project, one.name) is not FieldRule.HIDDEN:
            wanted[one.name] = getattr(more, one.name)
    period = claim.period
    usual = {
        "period_start": period.start if period else claim.period_start,
        "period_end": period.end if period else claim.period_end,
    }
    wanted |= {name: day for name, day in usual.items() if name in wanted and wanted[name] is None}
    begins, ends = (wanted.get(name, getattr(claim, name)) for name in usual)
    if begins > ends:
        told = "The last day lies before the first."
        raise BadInput(told, {"period_end": told})
    wanted["custom"] = checked_values(
        [one for one, _ in asked_custom_fields(project)], more.custom, claim.custom
    )
    return wanted


def _custom_changes(claim: Claim, after: Any) -> Changes:
    """By the label of each field that differs, from and to."""
    before = claim.custom
    differing = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    fields = CustomField.objects.in_bulk([int(key) for key in differing])
    return {fields[int(key)].label: [before.get(key, ""), after.get(key, "")] for key in differing}


def _check_type(actor: Actor, claim: Claim, claim_type: object) -> None:
    can_change_type(actor, claim).require()
    wanted = ClaimType(str(claim_type))
    if not fits(lines_of(claim), wanted):
        what = "Take the release off its lines" if wanted is ClaimType.WORK else "Take the work off its lines"
        raise BadInput(
            text(
                "This {claim} holds more than “{kind}” allows. {what} first.",
                kind=type_label(wanted),
                what=what,
            ),
            {"claim_type": f"{what} first."},
        )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value in ClaimType.values:
        return type_label(value)
    return "" if value is None else str(value)
