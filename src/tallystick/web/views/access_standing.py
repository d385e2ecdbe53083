"""What a person can see and do on a project, and why: for administrators, and for oneself."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tallystick.access.outsiders import outsider_warnings
from tallystick.access.policies import can_change_place, can_manage_account, can_manage_people
from tallystick.audit.queries import history
from tallystick.claims.standing import actor_for, contract_standings, standing_of
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import is_admin_of, visible_to
from tallystick.core.errors import NotFound
from tallystick.directory.models import Person, Project
from tallystick.web import load
from tallystick.web.people.access import PAGE, history_items, project_crumbs
from tallystick.web.request import PageRequest


@require_safe
def people_access(request: PageRequest, project_id: int, person_id: int) -> HttpResponse:
    """One person, for whoever decides who is on the project. Only contracts that the reader may see are listed."""
    project = load.project_for(request, project_id)
    can_manage_people(request.actor, project).require()
    people = Person.objects.filter(account=project.account_id).select_related("company", "login")
    person = load.person_among(people, person_id)
    page = _page(request, project, person, own=False) | {
        "title": person.name,
        "change": can_change_place(request.actor, project, person),
        "account_link": reverse("account-access", args=[project.account_id])
        if can_manage_account(request.actor, project.account)
        else "",
        "crumbs": project_crumbs(project, (person.name, "")),
    }
    return render(request, "access/standing.html", page)


@require_safe
def my_access(request: PageRequest, project_id: int) -> HttpResponse:
    """The same about oneself; contracts that one can't see are not named."""
    project = load.project_for(request, project_id)
    person = (
        Person.objects.filter(
            account=project.account_id, login_id=request.actor.login_id or 0, is_active=True
        )
        .select_related("company", "login")
        .first()
    )
    if person is None:
        raise NotFound("You are not in the directory of this project’s account.")
    page = _page(request, project, person, own=True) | {
        "title": "My access",
        "crumbs": [
            {"label": project.name, "url": reverse("project", args=[project.pk])},
            {"label": "My access", "url": ""},
        ],
    }
    return render(request, "access/standing.html", page)


def _page(request: PageRequest, project: Project, person: Person, *, own: bool) -> dict[str, Any]:
    standing = standing_of(person, project)
    wanted = request.GET.get("q", "").strip()[:100]
    show = request.GET.get("show", "") if not own else ""
    contracts = visible_to(request.actor).filter(project=project).select_related("company")
    for word in wanted.split():
        contracts = contracts.filter(
            Q(number__icontains=word) | Q(title__icontains=word) | Q(company__name__icontains=word)
        )
    theirs = Q(pk__in=visible_to(actor_for(person)).filter(project=project).values("pk"))
    kinds: list[tuple[str, str, Q]] = [
        ("", "All", Q()),
        ("seen", "Can see", theirs),
        ("unseen", "Can’t see", ~theirs),
    ]
    chosen = next((kind for kind in kinds if kind[0] == show), kinds[0])
    pages = Paginator(contracts.filter(chosen[2]).order_by("kind", "number", "pk"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    listed: list[Contract] = list(page.object_list)
    membership = standing.membership
    request.search = (request.path, "Search contracts")  # type: ignore[attr-defined]
    return {
        "own": own,
        "person": person,
        "standing": standing,
        "page": page,
        "rows": [
            {"standing": row, "manage": is_admin_of(request.actor, row.contract)}
            for row in contract_standings(person, project, listed, standing)
        ],
        "wanted": wanted,
        "filters": [
            {
                "label": label,
                "count": contracts.filter(where).count(),
                "url": f"?show={name}" if name else "?",
                "current": name == chosen[0],
            }
            for name, label, where in kinds
        ]
        if not own
        else [],
        "warnings": outsider_warnings(person, {row.tool: row.level for row in standing.tools})
        if not own
        else [],
        "history": history_items(history(membership, limit=50, newest_first=True), project.time_zone)
        if membership and not own
        else [],
    }
