"""Invites to bill in the list of claims: what the bar says before the click, and what a row says of its invite."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.claims.listing.rows import ClaimListRow, ClaimsPage
from tallystick.claims.states import ListState
from tallystick.periods.invites import Invited
from tallystick.periods.models import InviteType
from tallystick.periods.wording import type_label
from tallystick.terms import text
from tallystick.web.claims.notice import Notice
from tallystick.web.people.lately import when

INVITE, INVITE_RELEASE = "invite", "invite-release"
INVITE_ACTIONS = (INVITE, INVITE_RELEASE)
"""The actions of the bar: a release of retention alone is asked for by reasons of its own."""


def invite_choices(found: ClaimsPage) -> list[dict[str, str]]:
    """What can be asked for from this list, for its menu: in an open period, by administrators."""
    if found.period is None or not found.period.is_open or not found.is_admin:
        return []
    return [
        {
            "value": kind.value,
            "label": type_label(kind),
            "action": INVITE_RELEASE if kind is InviteType.RELEASE else INVITE,
        }
        for kind in InviteType
    ]


def why_not_invited(row: ClaimListRow, action: str) -> str:
    """Why a contract without a claim can't be invited, in a few words; as ``periods.invite_policies`` decides it."""
    if not row.has_contact:
        return text("without {claim_contact}")
    if action == INVITE_RELEASE and not row.holds_retention:
        return text("that hold no {retention}")
    if action == INVITE and row.wants_breakdown:
        return text("whose {ssov:short} is not approved")
    return "past the due date" if row.is_over else ""


def told_of_invite(row: ClaimListRow, zone: str, locale: str) -> str:
    """Who was asked or answered last, and on which day; nothing for a claim, which says more."""
    if row.claim_id or row.invited_at is None:
        return ""
    if row.answered_at is not None and row.state in (ListState.ACCEPTED, ListState.DECLINED):
        return f"{row.answered_by}, {when(row.answered_at, zone, locale)[0]}"
    again = f", {row.times_invited} times" if row.times_invited > 1 else ""
    return f"{when(row.invited_at, zone, locale)[0]}{again}"


def told_of_sending(outcomes: Sequence[Invited], kind: InviteType, billed: int = 0) -> Notice:
    """What came of sending invites, by contract; ``billed`` chosen rows were claims, which ask for none."""
    sent = [outcome for outcome in outcomes if outcome.done]
    left = [outcome for outcome in outcomes if not outcome.done]
    if not outcomes and not billed:
        return Notice(text("Choose contracts without {a claim} first: tick them in the list."), tone="info")
    details = [f"{_named(outcome)}: {outcome.decision.reason}" for outcome in left]
    if billed:
        details.append(text("{claims:n}: {n:it is|they are} there already, so nobody is asked.", n=billed))
    details += [f"{_named(outcome)}: {'asked again' if outcome.again else 'invited'}" for outcome in sent]
    if not sent:
        title = "No invite was sent."
    else:
        title = text(
            "{n} {n:contract is|contracts are} invited, for “{kind}”.", n=len(sent), kind=type_label(kind)
        )
    if missed := len(left) + billed:
        title += f" {missed:,} left out."
    tone = "ok" if not missed else "warn" if sent else "bad"
    return Notice(title, tone=tone, details=details, summary="Which, and why" if missed else "Which")


def _named(outcome: Invited) -> str:
    return f"{outcome.contract.number} {outcome.contract.company.name}"
