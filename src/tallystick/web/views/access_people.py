"""Who is on a project, and with which levels (R-PERM-1, R-PERM-5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.access import actions
from tallystick.access.levels import Level, Tool, tool_name
from tallystick.access.models import AccountMembership, Membership, PermissionTemplate
from tallystick.access.policies import can_change_place, can_manage_account, can_manage_people, can_see_people
from tallystick.audit.queries import history_among
from tallystick.contracts.policies import visible_to
from tallystick.contracts.way_in import leave_project, leaving_of
from tallystick.core.errors import BadInput, NotFound
from tallystick.directory.models import Person, Project
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.once import make_once
from tallystick.web.people.access import (
    PAGE,
    LevelsForm,
    history_items,
    project_crumbs,
    second_press,
    template_choices,
)
from tallystick.web.people.choice import OFFERED, people_matching
from tallystick.web.request import PageRequest

_SORTS = {
    "name": ("person__name", "pk"),
    "company": ("person__company__name", "person__name", "pk"),
    "template": ("template__name", "person__name", "pk"),
    "since": ("created_at", "pk"),
}


class NewMemberForm(Form):
    """Somebody of the directory, and the template with which they come."""

    person = forms.ChoiceField(label="Person", widget=forms.RadioSelect)
    template = forms.ChoiceField(label="Permission template", widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], templates: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        self.fields["template"].choices = templates  # type: ignore[attr-defined]


class PlaceForm(LevelsForm):
    """A template, or own levels on this project."""

    template = forms.ChoiceField(
        label="Permission template",
        required=False,
        help_text="A template sets all levels in one step. The levels below hold where none is chosen.",
    )

    def __init__(self, *args: Any, templates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            ("", "None: the levels below"),
            *templates,
        ]


@require_safe
def people(request: PageRequest, project_id: int) -> HttpResponse:
    """Everybody on the project, and who has Admin everywhere without being on it."""
    project = load.project_for(request, project_id)
    can_see_people(request.actor, project).require()
    manage = can_manage_people(request.actor, project)
    wanted = request.GET.get("q", "").strip()[:100]
    sort = request.GET.get("sort", "name")
    sort = sort if sort.removeprefix("-") in _SORTS else "name"
    found = Membership.objects.filter(project=project).select_related(
        "person__company", "person__login", "template"
    )
    for word in wanted.split():
        found = found.filter(
            Q(person__name__icontains=word)
            | Q(person__email__icontains=word)
            | Q(person__company__name__icontains=word)
            | Q(template__name__icontains=word)
        )
    down = "-" if sort.startswith("-") else ""
    ordered = found.order_by(*(down + column for column in _SORTS[sort.removeprefix("-")]))
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    request.search = (request.path, "Search people")  # type: ignore[attr-defined]
    context = {
        "title": "People",
        "page": page,
        "rows": [_row(member) for member in page.object_list],
        "tools": [tool_name(tool) for tool in Tool],
        "wanted": wanted,
        "manage": manage,
        "admins": AccountMembership.objects.filter(
            person__account=project.account_id, directory=Level.ADMIN, person__is_active=True
        )
        .select_related("person__company")
        .order_by("person__name")[:PAGE],
        "account_link": reverse("account-access", args=[project.account_id])
        if can_manage_account(request.actor, project.account)
        else "",
        "history": history_items(
            history_among(Membership, account_id=project.account_id, project_id=project.pk),
            project.time_zone,
        )
        if manage
        else [],
        "crumbs": project_crumbs(project),
    }
    return render(request, "access/people.html", context)


def _row(member: Membership) -> dict[str, Any]:
    template = member.template
    differs = template is not None and any(template.level(tool) != member.level(tool) for tool in Tool)
    return {
        "member": member,
        "levels": [(tool_name(tool), member.level(tool)) for tool in Tool],
        "differs": differs,
        "barred": not member.person.is_active or member.person.login is None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def people_new(request: PageRequest, project_id: int) -> HttpResponse:
    """Put somebody of the directory on the project, found by search, with a template."""
    project = load.project_for(request, project_id)
    can_manage_people(request.actor, project).require()
    wanted = (request.GET.get("q", "") or request.POST.get("q", "")).strip()[:100]
    around = _around(project)
    found = people_matching(around, wanted)
    offered = list(found[: OFFERED + 1])
    chosen = request.POST.get("person", "")
    if chosen and chosen not in {str(person.pk) for person in offered}:
        offered = [load.person_among(_directory(project), chosen), *offered[:OFFERED]]
    form = NewMemberForm(
        request.POST or None,
        people=[
            (str(person.pk), f"{person.name} · {person.company.name} · {person.email}")
            for person in offered[: OFFERED + 1]
        ],
        templates=template_choices(project.account_id),
    )
    asked = None
    if request.method == "POST" and form.is_valid():
        person = load.person_among(_directory(project), form.cleaned_data["person"])
        template = _template(project, form.cleaned_data["template"])
        asked = second_press(request, person, {tool: template.level(tool) for tool in Tool})

        def make() -> str:
            if Membership.objects.filter(project=project, person=person).exists():
                raise BadInput(
                    f"{person.name} is on this project already. Change the levels on the person’s own page.",
                    {"person": "On this project already."},
                )
            actions.add_member(request.actor, project, person, template=template)
            messages.success(request, f"{person.name} is on the project now.")
            return reverse("member-access", args=[project.pk, person.pk])

        if asked is None and (address := make_once(request, form, make)):
            return redirect(address)
    page = {
        "title": "Add a person",
        "form": form,
        "asked": asked,
        "wanted": wanted,
        "more": len(offered) > OFFERED,
        "nobody": not offered,
        "no_templates": not form.fields["template"].choices,  # type: ignore[attr-defined]
        "account": project.account,
        "manage_account": can_manage_account(request.actor, project.account),
        "crumbs": project_crumbs(project, ("Add a person", "")),
    }
    return render(request, "access/people_new.html", page, status=form.status)


def _directory(project: Project) -> QuerySet[Person]:
    return Person.objects.filter(account=project.account_id).select_related("company", "login")


def _around(project: Project) -> QuerySet[Person]:
    """Whom one may add: in the directory, switched on, not on the project."""
    return (
        _directory(project)
        .filter(is_active=True)
        .exclude(memberships__project=project)
        .order_by("name", "pk")
    )


def _template(project: Project, pk: str) -> PermissionTemplate:
    found = PermissionTemplate.objects.filter(account=project.account_id, pk=int(pk)).first()
    if found is None:
        raise NotFound("There is no such permission template. It may have been deleted.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def people_levels(request: PageRequest, project_id: int, person_id: int) -> HttpResponse:
    """Change somebody's levels on the project: by a template or one by one."""
    project, person, member = _place(request, project_id, person_id)
    form = PlaceForm(
        request.POST or None,
        templates=template_choices(project.account_id),
        initial={"template": _unchanged_template(member)}
        | {tool.value: int(member.level(tool)) for tool in Tool},
    )
    asked = None
    if request.method == "POST" and form.is_valid():
        template = (
            _template(project, form.cleaned_data["template"]) if form.cleaned_data["template"] else None
        )
        levels = {tool: template.level(tool) for tool in Tool} if template else form.levels()
        asked = second_press(request, person, levels)
        if asked is None:
            with problems_on(form):
                actions.set_levels(request.actor, project, person, levels=levels, template=template)
                messages.success(request, f"The levels of {person.name} are saved.")
                return redirect("member-access", project.pk, person.pk)
    page = {
        "title": f"Levels of {person.name}",
        "form": form,
        "asked": asked,
        "person": person,
        "level_fields": [form[tool.value] for tool in Tool],
        "crumbs": project_crumbs(
            project,
            (person.name, reverse("member-access", args=[project.pk, person.pk])),
            ("Levels", ""),
        ),
    }
    return render(request, "access/people_levels.html", page, status=form.status)


def _unchanged_template(member: Membership) -> str:
    template = member.template
    if template is None or any(template.level(tool) != member.level(tool) for tool in Tool):
        return ""
    return str(template.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def people_removal(request: PageRequest, project_id: int, person_id: int) -> HttpResponse:
    """Take somebody off the project, having read what ends with it."""
    project, person, member = _place(request, project_id, person_id, gone=request.method == "POST")
    if request.method == "POST":
        if member is not None:
            leave_project(request.actor, project, person)
            messages.success(request, f"{person.name} is not on the project any more.")
        return redirect("project-people", project.pk)
    leaving = leaving_of(project, person)
    seen = set(visible_to(request.actor).filter(project=project).values_list("pk", flat=True))
    page = {
        "title": f"Take {person.name} off the project",
        "person": person,
        "parts": [
            {
                "kind": kind,
                "named": [row for row in rows if row.pk in seen],
                "others": sum(row.pk not in seen for row in rows),
                "count": len(rows),
            }
            for kind, rows in (("contact", leaving.contact_of), ("listed", leaving.listed_on))
            if rows
        ],
        "is_distributed_to": leaving.is_distributed_to,
        "account_admin": AccountMembership.objects.filter(person=person, directory=Level.ADMIN).exists(),
        "crumbs": project_crumbs(
            project,
            (person.name, reverse("member-access", args=[project.pk, person.pk])),
            ("Take off the project", ""),
        ),
    }
    return render(request, "access/people_removal.html", page)


def _place(
    request: PageRequest, project_id: int, person_id: int, *, gone: bool = False
) -> tuple[Project, Person, Any]:
    """A person's place on the project, by whoever may change it. ``gone``: it may have ended already."""
    project = load.project_for(request, project_id)
    can_manage_people(request.actor, project).require()
    person = load.person_among(_directory(project), person_id)
    can_change_place(request.actor, project, person).require()
    member = Membership.objects.select_related("template").filter(project=project, person=person).first()
    if member is None and not gone:
        raise NotFound(f"{person.name} is not on this project.")
    return project, person, member
