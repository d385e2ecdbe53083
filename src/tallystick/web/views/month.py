"""Acting on a group of a project's month with one click."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.access.actor import Actor
from tallystick.claims.listing.rows import state_label
from tallystick.claims.policies import can_administer_claims
from tallystick.core.errors import BadInput, NotFound, Refused
from tallystick.core.ids import number_in
from tallystick.dashboard.acting import Acted, Shown, invite_group, remind_group, sign_group
from tallystick.directory.models import Project
from tallystick.terms import text
from tallystick.web import load, refusals
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.dashboard.month import list_url, read_ids, told_of
from tallystick.web.forms import Form
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest


@require_POST
def month_invites(request: PageRequest, project_id: int) -> HttpResponse:
    """Invite the contracts that the page showed in a group."""
    return _acted(request, load.project_for(request, project_id), invite_group, invited=True)


@require_POST
def month_reminders(request: PageRequest, project_id: int) -> HttpResponse:
    """Remind the contracts that the page showed in a group."""
    return _acted(request, load.project_for(request, project_id), remind_group, invited=False)


@require_POST
def month_signatures(request: PageRequest, project_id: int) -> HttpResponse:
    """Send the claims that the page showed in a group for signature; the run's progress stands on top of the page."""
    project = load.project_for(request, project_id)
    shown = _shown(request, project)
    try:
        requested = sign_group(request.actor, shown)
    except (BadInput, Refused) as problem:
        leave_notice(request, Notice(str(problem), tone="bad"))
        if not getattr(problem, "fields", {}):
            return redirect(_address(project, shown))
        # Each claim has a reason of its own: the list shows them in their rows.
        refusals.keep(request, problem, ())
        return redirect(list_url(project, shown.period, shown.state))
    address = _address(project, shown)
    return redirect(f"{address}#run-{requested.run.pk}")


def _acted(
    request: PageRequest, project: Project, do: Callable[[Actor, Shown], Acted], *, invited: bool
) -> HttpResponse:
    """Back to the month, which tells what came of it; the same click again does nothing."""
    shown = _shown(request, project)
    address = _address(project, shown)

    def make() -> str:
        acted = do(request.actor, shown)
        leave_notice(request, told_of(acted, state_label(shown.state), invited=invited))
        return address

    form = Form(request.POST)
    if done := make_once(request, form, make):
        return redirect(done)
    raise BadInput(" ".join(str(problem) for problem in form.non_field_errors()))


def _shown(request: PageRequest, project: Project) -> Shown:
    can_administer_claims(request.actor, project, "act on several contracts at once").require()
    asked = number_in(request.POST.get("period", ""))
    if asked is None:
        raise BadInput("Load the page again, and choose there.")
    period = load.period_for(request, asked)
    if period.project_id != project.pk:
        raise NotFound(text("There is no such {billing_period} in this project."))
    return Shown(period, request.POST.get("state", ""), read_ids(request.POST.get("seen", "")))


def _address(project: Project, shown: Shown) -> str:
    return f"{reverse('project', args=[project.pk])}?period={shown.period.pk}"
