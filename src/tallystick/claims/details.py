"""Changing what a claim says about itself: its period, dates, the claimant's reference, a comment."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.audit.actions import Changes
from tallystick.claims.holds import let_go
from tallystick.claims.kinds import fits
from tallystick.claims.models import Claim
from tallystick.claims.policies import can_edit_entries, side_of
from tallystick.claims.states import ClaimType, Side
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim
from tallystick.core.errors import BadInput, Decision, refused
from tallystick.periods.models import BillingPeriod
from tallystick.periods.wording import type_label
from tallystick.terms import text

LONGEST_REFERENCE = 60


def can_change_period(actor: Actor, claim: Claim) -> Decision:
    """Move the claim to another period: administrators, until it is certified; where it has none, at any time,
    since without one it can't be compiled (R-COMPILE-4)."""
    if side_of(actor, claim.contract) is not Side.ADMIN:
        return refused(text("Only an administrator chooses the {billing_period} of {a claim}."))
    return Decision(True) if claim.period_id is None else can_edit_entries(actor, claim)


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
    version: int | None = None,
    in_spite_of_holds: bool = False,
) -> Claim:
    """Store them; the same ones again change nothing. Raises ``Refused``, ``Held``, ``BadInput``, ``Stale``.

    ``is_final`` says that the claim is meant to be the contract's last, ``claim_type`` what it may hold (an
    administrator's to say, and only where its lines leave room for it); None leaves them.

    On a certified claim only a missing period can still be chosen; where something holds the claim, such as being out
    for signature, with ``in_spite_of_holds``.
    """
    claim = lock_claim(claim.pk, version=version)
    if len(reference) > LONGEST_REFERENCE:
        raise BadInput(
            f"The reference is longer than {LONGEST_REFERENCE} characters.", {"reference": "Shorten it."}
        )
    wanted = {
        "billing_date": billing_date,
        "reference": reference.strip(),
        "comment": comment.strip(),
        "is_final": claim.is_final if is_final is None else is_final,
        "claim_type": claim_type or claim.claim_type,
    }
    changes: Changes = {
        name: [_text(getattr(claim, name)), _text(value)]
        for name, value in wanted.items()
        if getattr(claim, name) != value
    }
    if changes:
        can_edit_entries(actor, claim).require()
    if "claim_type" in changes:
        _check_type(actor, claim, wanted["claim_type"])
    if period is not None and period.pk != claim.period_id:
        can_change_period(actor, claim).require()
        if period.project_id != claim.contract.project_id:
            raise BadInput(
                "This billing period belongs to another project.", {"period": "Choose one of this project."}
            )
        changes["period"] = [_text(claim.period), _text(period)]
        claim.period, claim.period_start, claim.period_end = period, period.start, period.end
    if not changes:
        return claim
    let_go(actor, claim, "Its details were changed.", confirmed=in_spite_of_holds)
    for name, value in wanted.items():
        setattr(claim, name, value)
    save_claim(claim)
    record_on(actor, "claim.facts_changed", claim, changes=changes)
    return claim


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
