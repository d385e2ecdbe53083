"""Moving several claims to a status at once: what would happen first, then an answer for each (R-CLAIM-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.claims.holds import holds_on
from tallystick.claims.models import Claim
from tallystick.claims.moving import Outcome, move_claims
from tallystick.claims.policies import Place, can_administer_claims, can_move, places_of
from tallystick.claims.review.verdict import Verdict, verdicts_of
from tallystick.claims.states import ClaimStatus, is_reopening
from tallystick.core.errors import BadInput
from tallystick.directory.models import Project
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.listing import wanted_of
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.selection import chosen_claims
from tallystick.web.request import PageRequest

MOST = 500


@require_POST
def claim_statuses(request: PageRequest, project_id: int) -> HttpResponse:
    """From the list: show what each status would do to the selection. With ``target``: do it, and tell."""
    project = load.project_for(request, project_id)
    can_administer_claims(request.actor, project, text("edit the status of several {claims}")).require()
    wanted = wanted_of(project, request.POST)
    back = reverse("claims", args=[project.pk]) + wanted.query()
    claims = chosen_claims(request, project)
    if not claims:
        leave_notice(request, Notice(text("Choose {claims} first: tick them in the list."), tone="info"))
        return redirect(back)
    if len(claims) > MOST:
        raise BadInput(
            text("Choose at most {most} {claims} at a time: each is checked by itself.", most=MOST)
        )
    target = request.POST.get("target", "")
    reason = request.POST.get("reason", "").strip()
    problem = ""
    verdicts = verdicts_of([claim.pk for claim in claims])
    places = places_of(claims)
    held = holds_on(claims)
    if target in ClaimStatus.values:
        problem = "" if reason else _wants_reason(claims, ClaimStatus(target), verdicts)
        if not problem:
            tokens = _let_go(request, claims)
            outcomes = move_claims(
                request.actor, claims, ClaimStatus(target), reason=reason, in_spite_of_holds=tokens
            )
            leave_notice(request, _told(outcomes, ClaimStatus(target)))
            return redirect(back)
    elif "target" in request.POST or request.POST.get("confirm"):
        problem = "Choose a status."
    page = {
        "title": "Edit status",
        "crumbs": _crumbs(project),
        "project": project,
        "claims": claims,
        "choices": [_choice(request, claims, status, verdicts, places) for status in ClaimStatus],
        "target": target,
        "reason": reason,
        "problem": problem,
        "back": back,
        "held": [(claim, held[claim.pk]) for claim in claims if claim.pk in held],
        "lets_go": bool(request.POST.get("let_go")),
        "kept": [(name, value) for name in _KEPT for value in [request.POST.get(name, "")] if value],
    }
    return render(request, "claims/statuses.html", page, status=422 if problem else 200)


_KEPT = ("period", "status", "company", "late", "payment", "signature", "q")


def _let_go(request: PageRequest, claims: list[Claim]) -> dict[int, str]:
    """The yes to what holds some of them, as the page named it; nothing where the box is not ticked."""
    if not request.POST.get("let_go"):
        return {}
    return {claim.pk: request.POST.get(f"held-{claim.pk}", "")[:400] for claim in claims}


def _wants_reason(claims: list[Claim], target: ClaimStatus, verdicts: Mapping[int, Verdict]) -> str:
    """Why a reason has to be typed before these go to ``target``; empty where none is needed."""
    if any(is_reopening(ClaimStatus(claim.status), target) for claim in claims):
        return text(
            "Some of these are certified. Say why they are reopened; the reason stays in their history."
        )
    if target is ClaimStatus.REVISE_AND_RESUBMIT:
        silent = [
            claim
            for claim in claims
            if claim.status == ClaimStatus.UNDER_REVIEW and not verdicts[claim.pk].rejected
        ]
        if silent:
            return text(
                "{claims:n} {n:goes|go} back without a rejected line. Say why: the {contract_company} "
                "needs to know what to change.",
                n=len(silent),
            )
    return ""


def _choice(
    request: PageRequest,
    claims: list[Claim],
    target: ClaimStatus,
    verdicts: Mapping[int, Verdict],
    places: Mapping[int, Place],
) -> dict[str, Any]:
    """How many can go there, and why the others can't, most frequent reason first."""
    reasons: dict[str, list[str]] = {}
    going = there = 0
    for claim in claims:
        if claim.status == target:
            there += 1
            continue
        decision = can_move(request.actor, claim, target, verdict=verdicts[claim.pk], place=places[claim.pk])
        if decision:
            going += 1
        else:
            reasons.setdefault(decision.reason, []).append(_named(claim))
    left = sorted(reasons.items(), key=lambda item: -len(item[1]))
    return {
        "value": target.value,
        "label": target.label,
        "going": going,
        "there": there,
        "wants_reason": bool(_wants_reason(claims, target, verdicts)),
        "left": [{"reason": reason, "names": names, "count": len(names)} for reason, names in left],
    }


def _named(claim: Claim) -> str:
    return text("{number} {claim:short} {n}", number=claim.contract.number, n=claim.number)


def _told(outcomes: list[Outcome], target: ClaimStatus) -> Notice:
    done = [outcome for outcome in outcomes if outcome.done]
    left = [outcome for outcome in outcomes if not outcome.done]
    details = [f"{_named(outcome.claim)}: {outcome.reason}" for outcome in left]
    details += [f"{_named(outcome.claim)}: {target.label}" for outcome in done]
    if not left:
        title = text("{claims:n} {n:is|are} {status} now.", n=len(done), status=target.label)
    else:
        title = text(
            "{claims:n} {n:is|are} {status} now, {left} left out.",
            n=len(done),
            status=target.label,
            left=len(left),
        )
    return Notice(
        title,
        tone="ok" if not left else "warn" if done else "bad",
        details=details,
        summary="Which, and why" if left else "Which",
    )


def _crumbs(project: Project) -> list[dict[str, str]]:
    return [
        {"label": project.name, "url": reverse("project", args=[project.pk])},
        {"label": current()("claims_tool"), "url": reverse("claims", args=[project.pk])},
        {"label": "Edit status", "url": ""},
    ]
