"""Signatures in the list of claims: the column, what the bar says before the click, and what came of it (R-SIGN)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.claims.listing.rows import ClaimListRow
from tallystick.claims.policies import can_administer_claims
from tallystick.claims.states import SignatureState
from tallystick.core.errors import Decision
from tallystick.directory.models import Project
from tallystick.signing.policies import can_send_from, short_reason
from tallystick.signing.registry import kind_for
from tallystick.signing.requesting import known_as
from tallystick.signing.states import LIVE, OUT, EnvelopeState
from tallystick.signing.taking_back import Outcome as TakenBack
from tallystick.terms import text
from tallystick.web.claims.notice import Notice

SIGN, REMIND, VOID = "sign", "remind", "void"
SIGNATURE_ACTIONS = (SIGN, REMIND, VOID)


@dataclass(frozen=True, slots=True)
class Signing:
    """The bar's button: named after the provider, greyed with the reason where nothing can go at all (R-SIGN-1, -3)."""

    label: str
    can_send: Decision


def signing_of(actor: Actor, project: Project) -> Signing | None:
    """For administrators of the commitments; nobody else sees the button."""
    if not can_administer_claims(actor, project, "send for signature"):
        return None
    return Signing(text(kind_for(project).send_label), can_send_from(actor, project))


@dataclass(frozen=True, slots=True)
class SignatureCell:
    """What the column says; ``url`` leads to the request for signatures, where there is one."""

    label: str
    mark: str
    url: str = ""


def signature_of(row: ClaimListRow) -> SignatureCell | None:
    """The request's own state, which says more than the filter's; nothing before the claim is certified."""
    if not row.signature:
        return None
    url = reverse("signature", args=[row.envelope_key]) if row.envelope_key else ""
    if row.signature == SignatureState.SIGNED or not row.envelope_state:
        state = SignatureState(row.signature)
        return SignatureCell(str(state.label), f"signature.{state}", url)
    envelope = EnvelopeState(row.envelope_state)
    if envelope == EnvelopeState.COMPLETED:
        # Its signed version was withdrawn.
        return SignatureCell(str(SignatureState.UNSIGNED.label), "signature.unsigned", url)
    return SignatureCell(str(envelope.label), f"signature.{envelope}", url)


def why_not_signed(row: ClaimListRow, action: str) -> str:
    """Why a row is left out of sending, reminding or voiding, in a few words; empty where it can go."""
    if action == SIGN:
        state = EnvelopeState.COMPLETED if row.is_signed else row.envelope_state
        known = "" if state == EnvelopeState.COMPLETED and not row.is_signed else state
        return short_reason(row.state, has_contact=row.has_contact, signature=known)
    fits = OUT if action == REMIND else LIVE
    return "" if row.envelope_state in fits and row.is_certified else "not out for signature"


def told_of(outcomes: Sequence[TakenBack], left: Sequence[str], done: str) -> Notice:
    """What came of reminding or voiding, claim by claim. ``done`` is a sentence with ``{claims:n} {n:is|are}``;
    ``left`` names chosen claims that are not out at all."""
    went = [outcome for outcome in outcomes if outcome.done]
    failed = [outcome for outcome in outcomes if not outcome.done]
    details = [f"{known_as(one.envelope.claim)}: {one.reason}" for one in failed]
    details += [f"{name}: It is not out for signature." for name in left]
    details += [known_as(one.envelope.claim) for one in went]
    missed = len(failed) + len(left)
    title = text(done, n=len(went)) if went else "Nothing was done."
    if missed:
        title += f" {missed:,} left out."
    tone = "ok" if not missed else "warn" if went else "bad"
    return Notice(title, tone=tone, details=details, summary="Which, and why" if missed else "Which")


def told_of_run(result: dict[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    """Title, tone and details of a run that sent: a line for each claim, those that need somebody first."""
    sent, waiting, failed = result["sent"], result["waiting"], result["failed"]
    left = result["left_out"]
    provider = text(result["provider"])
    title = text("{provider}: {claims:n} sent for signature", provider=provider, n=sent)
    more = [
        text("{claims:n} {n:waits|wait} to be sent", n=waiting) if waiting else "",
        text("{claims:n} could not be sent", n=failed) if failed else "",
        text("{claims:n} left out", n=len(left)) if left else "",
    ]
    title = ", ".join([title, *(one for one in more if one)])
    lines = [f"{row['name']} {row['company']}: {_became(row)}" for row in sorted(result["claims"], key=_need)]
    lines = [f"{item['name']} {item['company']}: {item['reason']}" for item in left] + lines
    tone = "bad" if not sent and not waiting else "warn" if waiting or failed or left else "ok"
    return title, tone, tuple(lines)


def _need(row: dict[str, Any]) -> int:
    order = (EnvelopeState.FAILED, EnvelopeState.VOIDED, EnvelopeState.QUEUED)
    return order.index(row["state"]) if row["state"] in order else len(order)


def _became(row: dict[str, Any]) -> str:
    label = str(EnvelopeState(row["state"]).label)
    return f"{label}. {row['reason']}" if row["reason"] else label
