"""Sending ticked claims for signature, reminding, and taking them back (R-SIGN-1, domain §9)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.claims.models import Claim
from tallystick.claims.policies import can_administer_claims
from tallystick.core.batches import batched
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Project
from tallystick.runs.queries import RunRow
from tallystick.signing.models import Envelope
from tallystick.signing.policies import can_void
from tallystick.signing.requesting import KIND, known_as, request_signatures
from tallystick.signing.states import LIVE
from tallystick.signing.taking_back import LONGEST_REASON, remind_all, void_all
from tallystick.terms import current, text
from tallystick.web import load, refusals
from tallystick.web.claims.listing import wanted_of
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.selection import chosen_claim_ids, chosen_claims
from tallystick.web.claims.signatures import told_of, told_of_run
from tallystick.web.outcomes import Action, Outcome, outcome
from tallystick.web.request import PageRequest

MOST = 1_000
_KEPT = ("period", "status", "company", "late", "payment", "signature", "q")


@require_POST
def sending(request: PageRequest, project_id: int) -> HttpResponse:
    """Send what is ticked to its claim contacts; the run's progress, then its banner, stand on top of the list."""
    project = _project(request, project_id)
    back = _back(request, project)
    ids = chosen_claim_ids(request, project)
    try:
        requested = request_signatures(request.actor, project, ids)
    except (BadInput, Refused) as problem:
        leave_notice(request, Notice(str(problem), tone="bad"))
        refusals.keep(request, problem, set(ids))
        return redirect(back)
    return redirect(f"{back}#run-{requested.run.pk}")


@require_POST
def reminders(request: PageRequest, project_id: int) -> HttpResponse:
    """Remind those who have not signed what is ticked, each claim on its own."""
    project = _project(request, project_id)
    back = _back(request, project)
    claims = chosen_claims(request, project)
    if not _any_chosen(request, claims):
        return redirect(back)
    live = _live_of(claims)
    outcomes = remind_all(request.actor, live)
    done = "The signers of {claims:n} are reminded."
    leave_notice(request, told_of(outcomes, _not_among(claims, live), done))
    return redirect(back)


@require_POST
def voiding(request: PageRequest, project_id: int) -> HttpResponse:
    """Ask why, and say what would be taken back; then take it back, each claim on its own."""
    project = _project(request, project_id)
    back = _back(request, project)
    claims = chosen_claims(request, project)
    if not _any_chosen(request, claims):
        return redirect(back)
    live = _live_of(claims)
    reason, problem = request.POST.get("reason", ""), ""
    if request.POST.get("confirm"):
        try:
            outcomes = void_all(request.actor, live, reason)
        except BadInput as told:
            problem = str(told)
        else:
            done = "{claims:n} {n:is|are} taken back from signature."
            leave_notice(request, told_of(outcomes, _not_among(claims, live), done))
            return redirect(back)
    page = {
        "title": "Void requests for signature",
        "crumbs": _crumbs(project),
        "project": project,
        "claims": claims,
        "rows": [
            {
                "name": known_as(one.claim),
                "company": one.claim.contract.company.name,
                "decision": can_void(request.actor, one),
            }
            for one in live
        ],
        "not_out": _not_among(claims, live),
        "reason": reason,
        "longest": LONGEST_REASON,
        "problem": problem,
        "back": back,
        "kept": [(name, value) for name in _KEPT for value in [request.POST.get(name, "")] if value],
    }
    return render(request, "signatures/voiding.html", page, status=422 if problem else 200)


def _project(request: PageRequest, project_id: int) -> Project:
    project = load.project_for(request, project_id)
    can_administer_claims(request.actor, project, text("send {claims} for signature")).require()
    return project


def _back(request: PageRequest, project: Project) -> str:
    return reverse("claims", args=[project.pk]) + wanted_of(project, request.POST).query()


def _any_chosen(request: PageRequest, claims: list[Claim]) -> bool:
    if not claims:
        leave_notice(request, Notice(text("Choose {claims} first: tick them in the list."), tone="info"))
        return False
    if len(claims) > MOST:
        raise BadInput(text("Choose at most {most} {claims} at a time.", most=f"{MOST:,}"))
    return True


def _live_of(claims: list[Claim]) -> list[Envelope]:
    """The requests that are out on these claims, in their order."""
    found: dict[int, Envelope] = {}
    for some in batched([claim.pk for claim in claims]):
        rows = Envelope.objects.filter(claim_id__in=some, state__in=LIVE)
        rows = rows.select_related("claim__contract__project__account", "claim__contract__company")
        found |= {one.claim_id: one for one in rows}
    return [found[claim.pk] for claim in claims if claim.pk in found]


def _not_among(claims: list[Claim], live: list[Envelope]) -> list[str]:
    out = {one.claim_id for one in live}
    return [known_as(claim) for claim in claims if claim.pk not in out]


def _crumbs(project: Project) -> list[dict[str, Any]]:
    return [
        {"label": project.name, "url": reverse("project", args=[project.pk])},
        {"label": current()("claims_tool"), "url": reverse("claims", args=[project.pk])},
        {"label": "Void requests for signature", "url": ""},
    ]


@outcome(KIND)
def sent(run: RunRow) -> Outcome:
    """The banner: how many went, and for each claim what became of it."""
    title, tone, lines = told_of_run(run.result or {})
    actions: tuple[Action, ...] = ()
    if run.project_id is not None:
        url = reverse("claims", args=[run.project_id])
        actions = (Action("Out for signature", f"{url}?period=all&signature=out"),)
    return Outcome(title, tone=tone, actions=actions, details=lines, summary="Each one")
