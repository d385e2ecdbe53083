"""Checks before submission: the panel of a claim, and what a project chose for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.access.policies import can_change_project
from tallystick.claims.checks import Rule
from tallystick.claims.checks.settings import CheckSetting, check_settings, set_checks
from tallystick.core.errors import BadInput
from tallystick.core.money import format_percent, parse_percent
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.claim_checks import panel_of
from tallystick.web.request import PageRequest

LABELS = {Rule.BLOCK: "Has to be put right", Rule.WARN: "Worth a look", Rule.OFF: "Off"}


@require_safe
def claim_checks(request: PageRequest, claim_id: int) -> HttpResponse:
    """What stands in the panel, for a page on which something was saved meanwhile."""
    found = load.claim_for(request, claim_id)
    panel = panel_of(request.actor, found)
    if panel is None:
        return HttpResponse()
    return render(request, "claims/_checks_inside.html", {"claim": found, "panel": panel})


@require_http_methods(["GET", "HEAD", "POST"])
def project_checks(request: PageRequest, project_id: int) -> HttpResponse:
    """What each check does, the largest step in one period, and the papers that every claim must bring."""
    found = load.project_for(request, project_id)
    can_change_project(request.actor, found).require()
    settings = check_settings(found)
    typed = {
        "largest_jump_bp": format_percent(found.largest_jump_bp).removesuffix("%"),
        "required_papers": "\n".join(found.required_papers),
    }
    chosen = {one.key: str(one.rule) for one in settings}
    problems: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
        chosen = {one.key: request.POST.get(f"rule-{one.key}", str(one.rule)) for one in settings}
        try:
            set_checks(
                request.actor,
                found,
                rules={one.key: chosen[one.key] for one in settings if not one.decided},
                largest_jump_bp=_step(typed["largest_jump_bp"]),
                required_papers=typed["required_papers"].splitlines(),
            )
        except BadInput as problem:
            problems = problem.fields or {"": str(problem)}
        else:
            messages.success(request, text("The checks of the project’s {claims} are saved."))
            return redirect("project-checks", found.pk)
    page = {
        "title": "Checks before submission",
        "rows": [_row(one, chosen[one.key]) for one in settings],
        "typed": typed,
        "problems": problems,
        "crumbs": [
            {"label": found.name, "url": reverse("project", args=[found.pk])},
            {"label": "Settings", "url": reverse("project-settings", args=[found.pk])},
            {"label": "Checks before submission", "url": ""},
        ],
    }
    return render(request, "projects/checks.html", page, status=422 if problems else 200)


def _step(typed: str) -> int:
    try:
        return parse_percent(typed, minimum=0, maximum=10_000)
    except BadInput as problem:
        raise BadInput(str(problem), {"largest_jump_bp": str(problem)}) from problem


def _row(one: CheckSetting, chosen: str) -> dict[str, object]:
    return {
        "setting": one,
        "choices": [
            {
                "value": str(rule),
                "label": label + (" (default)" if rule is one.default else ""),
                "chosen": str(rule) == chosen,
            }
            for rule, label in LABELS.items()
        ],
    }
