"""Work that one started: how far it is, what came of it, closing its banner, taking it back (R-COMPILE-5)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tallystick.access.policies import visible_projects
from tallystick.core.errors import Refused
from tallystick.runs import actions
from tallystick.runs.queries import all_of
from tallystick.web import load
from tallystick.web.context import banner_of
from tallystick.web.outcomes import outcome_of, progress_of, progress_text
from tallystick.web.request import PageRequest
from tallystick.web.views.ways import where_from

SHOWN = 100


@require_safe
def runs(request: PageRequest) -> HttpResponse:
    """Everything that one started and that has not expired, newest first."""
    load.home_account(request)
    found = all_of(request.user.pk, limit=SHOWN)
    zones = dict(
        visible_projects(request.actor)
        .filter(pk__in={run.project_id for run in found})
        .values_list("pk", "time_zone")
    )
    page = {
        "title": "Runs",
        "active": [progress_of(run) for run in found if run.is_active],
        "ended": [
            (run, outcome_of(run), zones.get(run.project_id or 0, "UTC"))
            for run in found
            if not run.is_active
        ],
    }
    return render(request, "runs/list.html", page)


@never_cache
@require_safe
def runs_tray(request: PageRequest) -> HttpResponse:
    """The tray of the top line alone, for replacing it."""
    return render(request, "components/runs_tray.html")


@never_cache
@require_safe
def run(request: PageRequest, run_id: UUID) -> HttpResponse:
    """How far one piece of work is: JSON for ``<run-progress>``, else its page."""
    load.home_account(request)
    found = load.run_for(request, run_id)
    if request.accepts("text/html") and "application/json" not in request.headers.get("Accept", ""):
        end = None if found.is_active else outcome_of(found)
        return render(request, "runs/one.html", {"title": found.title, "run": progress_of(found), "end": end})
    state = {"queued": "waiting", "running": "running", "succeeded": "done"}.get(found.state.value, "failed")
    answer = {
        "state": state,
        "percent": found.percent if found.total else None,
        "text": progress_text(found),
        "html": "",
    }
    if not found.is_active:
        answer["html"] = render_to_string("runs/_banner.html", {"item": banner_of(found)}, request)
    return JsonResponse(answer)


@require_POST
def dismiss(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Close the banner for good; the result stays until it expires."""
    actions.dismiss_run(request.user.pk, run_id)
    if request.htmx:
        return HttpResponse()
    return redirect(where_from(request, reverse("runs")))


@require_POST
def cancel(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Take the request back. What has ended already just says so."""
    load.run_for(request, run_id)
    try:
        actions.cancel_run(request.user.pk, run_id)
        messages.success(request, "Stopped. Nothing was made.")
    except Refused as problem:
        messages.info(request, str(problem))
    return redirect(where_from(request, reverse("runs")))
