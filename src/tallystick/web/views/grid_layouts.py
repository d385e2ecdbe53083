"""Keeping how somebody likes a grid: from the script as it happens, or from a form without scripts."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tallystick.core.errors import BadInput
from tallystick.web.grid_layouts import keep_arrangement
from tallystick.web.request import PageRequest
from tallystick.web.views.ways import where_from


@require_POST
def grid_layout(request: PageRequest, grid: str) -> HttpResponse:
    """Keep what is sent: ``{"shown": {"net": true}, "pinned", "widths", "group_by"}``, or the form's fields."""
    if request.content_type == "application/json":
        try:
            sent: Any = json.loads(request.body)
        except (ValueError, RecursionError) as fault:
            raise BadInput("What was sent can't be read. Load the page again.") from fault
        keep_arrangement(request.user, grid, sent)
        return JsonResponse({"kept": True})
    keep_arrangement(request.user, grid, _of_form(request))
    return redirect(where_from(request))


def _of_form(request: PageRequest) -> dict[str, Any]:
    if "reset" in request.POST:
        return {"reset": True}
    sent: dict[str, Any] = {}
    choices = request.POST.getlist("choice")
    for name in ("shown", "pinned"):
        ticked = set(request.POST.getlist(name))
        sent[name] = {key: key in ticked for key in choices}
    if "group_by" in request.POST:
        sent["group_by"] = request.POST["group_by"]
    return sent
