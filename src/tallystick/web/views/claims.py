"""The list of a project's claims (R-CLAIM, interface: the main screen)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tallystick.access.levels import Level, Tool
from tallystick.access.policies import can_change_project, level_of, require_level
from tallystick.claims.policies import can_administer_claims, can_start_claims
from tallystick.directory.models import Project
from tallystick.documents.policies import can_compile
from tallystick.periods.policies import can_manage_periods
from tallystick.terms import current, text
from tallystick.web import load, refusals
from tallystick.web.claims.listing import list_context, wanted_of
from tallystick.web.claims.notice import take_notice
from tallystick.web.claims.signatures import signing_of
from tallystick.web.context import address
from tallystick.web.request import PageRequest


@require_safe
def claims(request: PageRequest, project_id: int) -> HttpResponse:
    """A billing period's claims, or those of all periods."""
    project = load.project_for(request, project_id)
    check_sees_claims(request, project)
    wanted = wanted_of(project, request.GET)
    title = current()("claims_tool")
    request.search = (reverse("claims", args=[project.pk]), text("Search {claims}"))  # type: ignore[attr-defined]
    page = list_context(request, project, wanted)
    refusals.mark(request, page["rows"])
    page |= {
        "title": title,
        "crumbs": [
            {"label": project.name, "url": reverse("project", args=[project.pk])},
            {"label": title, "url": ""},
        ],
        "project": project,
        "tabs": claims_tabs(request, project, "claims"),
        "notice": take_notice(request),
        "compile_url": address("backups-compile", project.pk) if can_compile(request.actor, project) else "",
        "can_bulk": bool(can_administer_claims(request.actor, project, "change several at once")),
        "signing": signing_of(request.actor, project),
        "can_start": can_start_claims(request.actor, project),
        "settings_url": (
            reverse("project-claiming", args=[project.pk])
            if can_change_project(request.actor, project)
            else ""
        ),
        "can_open_period": bool(can_manage_periods(request.actor, project)),
    }
    return render(request, "claims/list.html", page)


def check_sees_claims(request: PageRequest, project: Project) -> None:
    """The claims tool follows the contracts' tools: Read Only on either shows it (R-PERM-1)."""
    if level_of(request.actor, project, Tool.HEAD_CONTRACTS) < Level.READ_ONLY:
        require_level(
            request.actor, project, Tool.COMMITMENTS, Level.READ_ONLY, text("see {claims}")
        ).require()


def claims_tabs(request: PageRequest, project: Project, tab: str) -> list[dict[str, Any]]:
    """The parts of the claims tool; ``tab`` is the name of the open one's address."""
    tabs: list[dict[str, Any]] = [
        {
            "label": current()("downstream_tab"),
            "url": reverse("claims", args=[project.pk]),
            "current": tab == "claims",
        },
        {
            "label": text("{Retention} ledger"),
            "url": reverse("project-retention", args=[project.pk]),
            "current": tab == "project-retention",
        },
        {
            "label": current().cap("billing_period", plural=True),
            "url": reverse("periods", args=[project.pk]),
        },
    ]
    if can_compile(request.actor, project) and (backups := address("backups", project.pk)):
        tabs.append({"label": current().cap("claim_backup", plural=True), "url": backups})
    return tabs
