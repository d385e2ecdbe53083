"""Permission templates of the account: what they give, who has them, and whom a change reaches (R-PERM-5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick.access import actions
from tallystick.access.levels import Tool, tool_name
from tallystick.access.models import Membership, PermissionTemplate
from tallystick.access.outsiders import warnings_of
from tallystick.access.policies import can_manage_account, visible_accounts
from tallystick.access.templates import (
    Reach,
    can_delete_template,
    change_template,
    delete_template,
    reach_of,
)
from tallystick.audit.queries import history, history_among
from tallystick.core.errors import NotFound, Refused, Stale
from tallystick.web import load
from tallystick.web.forms import problems_on
from tallystick.web.once import make_once
from tallystick.web.people.access import LevelsForm, account_crumbs, history_items
from tallystick.web.request import PageRequest

SHOWN = 100
"""How many people of a template, or reached by a change, are named."""


class TemplateForm(LevelsForm):
    """A name and a level for each tool."""

    name = forms.CharField(label="Name", max_length=120)


@require_safe
def templates(request: PageRequest, account_id: int) -> HttpResponse:
    """All templates with their levels and how many places have them."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    used = dict(
        Membership.objects.filter(template__account=account)
        .values_list("template_id")
        .annotate(used=Count("pk"))
    )
    rows = PermissionTemplate.objects.filter(account=account).order_by("name", "pk")
    page = {
        "title": "Permission templates",
        "account": account,
        "tools": [tool_name(tool) for tool in Tool],
        "rows": [
            {
                "template": row,
                "levels": [(tool_name(tool), row.level(tool)) for tool in Tool],
                "used": used.get(row.pk, 0),
            }
            for row in rows
        ],
        "history": history_items(history_among(PermissionTemplate, account_id=account.pk), account.time_zone),
        "crumbs": account_crumbs(account, ("Permission templates", "")),
    }
    return render(request, "access/templates.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def template_new(request: PageRequest, account_id: int) -> HttpResponse:
    """A new template."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = actions.create_template(
                request.actor, account, name=form.cleaned_data["name"], levels=form.levels()
            )
            messages.success(request, f"{made.name} can be given to people now.")
            return reverse("templates", args=[account.pk])

        if address := make_once(request, form, make):
            return redirect(address)
    page = {
        "title": "New permission template",
        "account": account,
        "form": form,
        "level_fields": [form[tool.value] for tool in Tool],
        "crumbs": account_crumbs(
            account,
            ("Permission templates", reverse("templates", args=[account.pk])),
            ("New permission template", ""),
        ),
    }
    return render(request, "access/template_new.html", page, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: PageRequest, template_id: int) -> HttpResponse:
    """Rename it and set its levels. Where people have it, the page says first whom that would change."""
    found = _template_for(request, template_id)
    form = TemplateForm(
        request.POST or None,
        initial={"name": found.name} | {tool.value: int(found.level(tool)) for tool in Tool},
    )
    reach: Reach | None = None
    if request.method == "POST" and form.is_valid():
        levels = form.levels()
        act = request.POST.get("act", "")
        reach = reach_of(found, levels)
        if reach.members and act not in ("reach", "keep") and _differs(found, form):
            return _page(request, found, form, reach, status=200)
        try:
            with problems_on(form):
                changed = change_template(
                    request.actor,
                    found,
                    name=form.cleaned_data["name"],
                    levels=levels,
                    reaching=request.POST.get("reaching", "") if act == "reach" else "",
                )
                messages.success(request, _told(form.cleaned_data["name"], changed))
                return redirect("template", found.pk)
        except Stale as problem:
            form.add_error(None, str(problem))
            return _page(request, found, form, reach, status=409)
    return _page(request, found, form, None, status=form.status)


def _differs(found: PermissionTemplate, form: TemplateForm) -> bool:
    return any(found.level(tool) != level for tool, level in form.levels().items())


def _told(name: str, changed: int) -> str:
    if not changed:
        return f"{name} is saved. Nobody’s levels changed."
    return f"{name} is saved, and {changed} {'person has' if changed == 1 else 'people have'} its new levels."


def _page(
    request: PageRequest, found: PermissionTemplate, form: TemplateForm, reach: Reach | None, *, status: int
) -> HttpResponse:
    given = (
        Membership.objects.filter(template=found)
        .select_related("person__company", "project")
        .order_by("project__number", "person__name", "pk")
    )
    page: dict[str, Any] = {
        "title": found.name,
        "account": found.account,
        "template": found,
        "form": form,
        "level_fields": [form[tool.value] for tool in Tool],
        "given": [
            (member, any(member.level(tool) != found.level(tool) for tool in Tool))
            for member in given[:SHOWN]
        ],
        "used": given.count(),
        "can_delete": can_delete_template(request.actor, found),
        "history": history_items(history(found, limit=50, newest_first=True), found.account.time_zone),
        "crumbs": account_crumbs(
            found.account,
            ("Permission templates", reverse("templates", args=[found.account_id])),
            (found.name, ""),
        ),
    }
    if reach is not None and reach.members:
        page["reach"] = _reached(found, form, reach)
    return render(request, "access/template.html", page, status=status)


def _reached(found: PermissionTemplate, form: TemplateForm, reach: Reach) -> dict[str, Any]:
    levels = form.levels()
    outsiders = [member for member in reach.members if not member.person.company.is_own]
    return {
        "mark": reach.mark,
        "count": len(reach.members),
        "rows": [
            {
                "member": member,
                "steps": [
                    (tool_name(tool), member.level(tool).label, level.label)
                    for tool, level in levels.items()
                    if member.level(tool) != level
                ],
            }
            for member in reach.members[:SHOWN]
        ],
        "more": max(0, len(reach.members) - SHOWN),
        "outsiders": len(outsiders),
        "warnings": warnings_of(levels) if outsiders else [],
    }


@require_POST
def template_deletion(request: PageRequest, template_id: int) -> HttpResponse:
    """Delete a template that nobody has."""
    found = _template_for(request, template_id)
    try:
        delete_template(request.actor, found)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("template", found.pk)
    messages.success(request, f"{found.name} is deleted.")
    return redirect("templates", found.account_id)


def _template_for(request: PageRequest, template_id: int) -> PermissionTemplate:
    """A template of an account that the actor administers; to others it is not there."""
    found = (
        PermissionTemplate.objects.select_related("account")
        .filter(pk=template_id, account__in=visible_accounts(request.actor))
        .first()
    )
    if found is None or not can_manage_account(request.actor, found.account):
        raise NotFound("There is no such permission template. It may have been deleted.")
    load.enter_account(request, found.account)
    return found
