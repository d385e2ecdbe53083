"""One claim: summary, papers, history, its details, and what moves it on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tallystick.claims.creation import delete_claim, restore_claim
from tallystick.claims.facts import told_custom
from tallystick.claims.holds import Held
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.core.ids import version_in
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.held import ask_first, token_in
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.one import claim_context
from tallystick.web.request import PageRequest
from tallystick.web.views.ways import where_from


@require_safe
def summary(request: PageRequest, claim_id: int) -> HttpResponse:
    """The nine lines and the box of variations."""
    found = load.claim_for(request, claim_id)
    page = claim_context(request, found, "claim-summary")
    facts = found.frozen or {}
    page["own_fields"] = facts.get("fields") or told_custom(found, current().locale.code)
    return render(request, "claims/summary.html", page)


@require_safe
def papers(request: PageRequest, claim_id: int) -> HttpResponse:
    """What is attached."""
    found = load.claim_for(request, claim_id)
    page = claim_context(request, found, "claim-papers")
    return render(request, "claims/papers.html", page | {"owner": found, "owner_kind": "claim"})


@require_POST
def status(request: PageRequest, claim_id: int) -> HttpResponse:
    """Take the claim to another status. Already there: nothing happens."""
    found = load.claim_for(request, claim_id)
    target = request.POST.get("target", "")
    if target not in ClaimStatus.values:
        raise BadInput(text("There is no such status. Choose one of those offered on the {claim}."))
    version = request.POST.get("version", "")
    back = reverse("claim", args=[found.pk])
    wanted = ClaimStatus(target)
    if found.status == wanted:
        return redirect(back)
    try:
        moved = move_claim(
            request.actor,
            found,
            wanted,
            reason=request.POST.get("reason", ""),
            version=version_in(version),
            in_spite_of_holds=token_in(request),
        )
    except Held:
        return ask_first(request, found, back)
    except (BadInput, Stale) as problem:
        messages.error(request, str(problem))
    else:
        was_certified = found.status in CERTIFIED
        leave_notice(request, Notice(_told(moved, wanted, was_certified=was_certified)))
    return redirect(where_from(request, back))


def _told(claim: Claim, target: ClaimStatus, *, was_certified: bool) -> str:
    if target is ClaimStatus.UNDER_REVIEW and was_certified:
        return text(
            "Reopened as revision {revision}. The {claim} is Under Review again.", revision=claim.revision
        )
    if target is ClaimStatus.UNDER_REVIEW:
        late = " It came after the due day and is marked Late." if claim.is_late else ""
        return text("Submitted. The {claim} is Under Review now.") + late
    if target is ClaimStatus.DRAFT and was_certified:
        return text(
            "Reopened as revision {revision}. The {claim} is in Draft again.", revision=claim.revision
        )
    return text("The {claim} is {status} now.", status=target.label)


@require_POST
def deletion(request: PageRequest, claim_id: int) -> HttpResponse:
    """Delete a draft; the next page offers to undo it."""
    found = load.claim_for(request, claim_id, deleted=True)
    back = reverse("claims", args=[found.contract.project_id])
    try:
        delete_claim(request.actor, found)
    except Refused:
        if found.deleted_at is None:
            raise
    leave_notice(
        request,
        Notice(
            text(
                "{Claim:short} {number} of {company} is deleted.",
                number=found.number,
                company=found.contract.company.name,
            ),
            undo_url=reverse("claim-restoration", args=[found.pk]),
        ),
    )
    return redirect(back)


@require_POST
def restoration(request: PageRequest, claim_id: int) -> HttpResponse:
    """Bring a deleted draft back."""
    found = load.claim_for(request, claim_id, deleted=True)
    restored = restore_claim(request.actor, found)
    leave_notice(
        request,
        Notice(
            text(
                "{Claim:short} {number} of {company} is back.",
                number=restored.number,
                company=found.contract.company.name,
            )
        ),
    )
    return redirect("claim", restored.pk)
