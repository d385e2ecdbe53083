"""What the pages about access share: fields for levels, the second press, histories in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse

from tallystick import terms
from tallystick.access.levels import Level, Tool, tool_name
from tallystick.access.models import PermissionTemplate, ToolLevels
from tallystick.access.outsiders import outsider_warnings
from tallystick.audit.queries import HistoryRow
from tallystick.core.dates import format_instant
from tallystick.directory.models import Account, Person, Project
from tallystick.web.forms import Form
from tallystick.web.request import PageRequest

PAGE = 50


class LevelsForm(Form):
    """One level for each tool that has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tool in Tool:
            self.fields[tool.value] = forms.TypedChoiceField(
                label=tool_name(tool),
                choices=Level.choices,
                coerce=lambda value: Level(int(value)),
                initial=Level.NONE,
                error_messages={"invalid_choice": "Choose one of those offered."},
            )

    def levels(self) -> dict[Tool, Level]:
        """What was chosen."""
        return {tool: self.cleaned_data[tool.value] for tool in Tool}


def template_choices(account_id: int) -> list[tuple[str, str]]:
    """The account's templates, each with what it gives."""
    rows = PermissionTemplate.objects.filter(account=account_id).order_by("name", "pk")
    return [(str(row.pk), f"{row.name}: {levels_in_words(row)}") for row in rows]


def levels_in_words(thing: ToolLevels) -> str:
    """``Read Only on Commitments``, or that there is nothing."""
    given = [
        f"{thing.level(tool).label} on {tool_name(tool)}" for tool in Tool if thing.level(tool) > Level.NONE
    ]
    return ", ".join(given) or "nothing on any tool"


def second_press(request: PageRequest, person: Person, levels: Mapping[Tool, Level]) -> dict[str, Any] | None:
    """What has to be read before an outsider gets that much, until it was pressed for this very person and these
    very levels (R-PERM-4). None: nothing to say, or it was said and pressed again."""
    said = outsider_warnings(person, levels)
    mark = f"{person.pk}:" + ",".join(str(int(levels[tool])) for tool in Tool)
    if not said or request.POST.get("sure") == mark:
        return None
    return {"said": said, "mark": mark, "who": person.name, "company": person.company.name}


def history_items(rows: list[HistoryRow], zone: str) -> list[dict[str, Any]]:
    """Rows for ``components/timeline.html``, tools named as the reader names them."""
    names = {tool.value.replace("_", " "): tool_name(tool) for tool in Tool} | {
        "template": "Template",
        "name": "Name",
        "level": "Account’s directory",
    }
    locale = terms.current().locale.code
    return [
        {
            "who": row.actor,
            "what": row.text,
            "said": "; ".join(
                f"{names.get(name, name)}: {after}"
                if before == "—"
                else f"{names.get(name, name)}: {before} → {after}"
                for name, before, after in row.changes
            ),
            "when": format_instant(row.at, zone, locale),
            "icon": "dot",
        }
        for row in rows
    ]


def project_crumbs(project: Project, *more: tuple[str, str]) -> list[dict[str, str]]:
    """Project › People › …"""
    return [
        {"label": project.name, "url": reverse("project", args=[project.pk])},
        {"label": "People", "url": reverse("project-people", args=[project.pk]) if more else ""},
        *({"label": label, "url": url} for label, url in more),
    ]


def account_crumbs(account: Account, *more: tuple[str, str]) -> list[dict[str, str]]:
    """Account › Permission templates › …"""
    return [
        {"label": account.name, "url": reverse("account-access", args=[account.pk])},
        *({"label": label, "url": url} for label, url in more),
    ]
