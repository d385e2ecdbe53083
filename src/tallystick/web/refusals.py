"""A selection that was refused: kept until the list is shown again, so that no tick is lost and every reason is said.

The view that was refused keeps it, the list marks its rows by it:

    refusals.keep(request, problem, ids)
    refusals.mark(request, rows)

The sentence itself is a notice of ``claims_notice``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from tallystick.core.errors import TallystickProblem
from tallystick.web.request import PageRequest

SESSION_KEY = "refused_selection"
PREFIX = "claim-"


def keep(request: PageRequest, problem: TallystickProblem, ticked: Collection[int]) -> None:
    """Remember what was ticked, and the reason of each claim that has one (``claim-ID`` among the fields)."""
    fields: dict[str, str] = getattr(problem, "fields", {})
    request.session[SESSION_KEY] = {
        "reasons": {
            name.removeprefix(PREFIX): said for name, said in fields.items() if name.startswith(PREFIX)
        },
        "ticked": sorted(ticked),
    }


def mark(request: PageRequest, rows: Iterable[dict[str, Any]]) -> None:
    """Give the rows of claims that the list shows their ticks and reasons back, if a refusal was kept. Told once."""
    kept = request.session.pop(SESSION_KEY, None)
    if kept is None:
        return
    ticked = set(kept["ticked"])
    for row in rows:
        if row["name"] == "claim":
            row["ticked"] = row["value"] in ticked
            row["reason"] = kept["reasons"].get(str(row["value"]), "")
