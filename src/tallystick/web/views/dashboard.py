"""A project at a glance: the month, what waits for whom, the money."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tallystick.access.levels import Level, Tool
from tallystick.access.policies import can_change_project, level_of
from tallystick.claims.states import ClaimStatus
from tallystick.web import load
from tallystick.web.claims.listing import ALL, period_asked
from tallystick.web.claims.notice import take_notice
from tallystick.web.context import address
from tallystick.web.dashboard.money import money_sections
from tallystick.web.dashboard.month import month_section
from tallystick.web.dashboard.overview import Overview, overview_of
from tallystick.web.people.contacts import only_contract, own_crumbs
from tallystick.web.request import PageRequest
from tallystick.web.status_marks import mark_of


@require_safe
def project(request: PageRequest, project_id: int) -> HttpResponse:
    """A billing period's contracts by how far each is, what to do next, and the money of what the reader may
    see. A claim contact who sees one contract of it is led straight there."""
    found = load.project_for(request, project_id)
    if (contract := only_contract(request, found)) is not None:
        return redirect("contract", contract.pk)
    sees = level_of(request.actor, found, Tool.COMMITMENTS) >= Level.READ_ONLY
    asked = request.GET.get("period", "")
    period = period_asked(found, "" if asked == ALL else asked) if sees else None
    overview = overview_of(request.actor, found, period)
    page = {
        "title": found.name,
        "notice": take_notice(request),
        "project": found,
        "sees_month": sees,
        "month": month_section(request.actor, found, period) if period else None,
        "sides": money_sections(request.actor, found),
        "steps": [
            {
                "text": step.text,
                "label": step.label,
                "url": address(step.url_name, step.of or found.pk) + step.query,
            }
            for step in overview.steps
            if address(step.url_name, step.of or found.pk)
        ],
        "statuses": _statuses(overview, found.pk),
        "change": can_change_project(request.actor, found),
        "crumbs": own_crumbs(
            request, [{"label": "Projects", "url": reverse("home")}, {"label": found.name, "url": ""}]
        ),
    }
    return render(request, "projects/dashboard.html", page)


def _statuses(overview: Overview, project_id: int) -> list[dict[str, Any]]:
    """How many claims there are in each status, each leading to them."""
    at = address("claims", project_id)
    return [
        {
            "label": status.label,
            "count": overview.by_status[status],
            "url": f"{at}?period=all&status={status.value}",
            "tone": mark_of(status.value).tone,
            "icon": mark_of(status.value).icon,
        }
        for status in ClaimStatus
        if at and overview.by_status.get(status)
    ]
