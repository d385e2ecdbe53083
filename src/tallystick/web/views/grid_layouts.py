"""Keeping how somebody likes a grid: from the script as it happens, or from a form without scripts."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tallystick.core.errors import BadInput
from tallystick.web.claims.layouts import keep_arrangement
from tallystick.web.request import PageRequest
from tallystick.web.views.ways import where_from

_WIDTHS = re.compile(r"\d{1,3}f?(?:\.\d{1,3}f?){0,80}")


@require_safe
def grid_columns(request: PageRequest) -> HttpResponse:
    """A style sheet with the widths of a grid's columns, so that it stands right before any script runs.

    ``w`` lists pixels; one with an ``f`` takes what room is left. ``lead`` columns lie under a group's title.
    The same address always gives the same sheet.
    """
    wanted, lead = request.GET.get("w", ""), request.GET.get("lead", "")
    widths = wanted.split(".") if _WIDTHS.fullmatch(wanted) else []
    css = ""
    if widths:
        columns = " ".join(f"minmax({w[:-1]}px,1fr)" if w.endswith("f") else f"{w}px" for w in widths)
        pixels = [int(w.rstrip("f")) for w in widths]
        pins = "".join(f"--pin-{n}:{sum(pixels[:n])}px;" for n in range(1, min(9, len(pixels))))
        span = lead if lead.isascii() and lead.isdigit() and len(lead) < 3 else "1"
        css = f".grid-table{{--cols:{columns};--lead:{span};--wide:{sum(pixels)}px;{pins}}}"
    return HttpResponse(
        css, content_type="text/css", headers={"Cache-Control": "private, max-age=31536000, immutable"}
    )


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
