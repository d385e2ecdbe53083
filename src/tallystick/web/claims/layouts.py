"""How somebody likes a grid, kept from one visit to the next (domain §6.2)."""

from __future__ import annotations

import re
from typing import Any

from tallystick.claims.grid.columns import AS_DELIVERED, Arrangement
from tallystick.core import clock
from tallystick.core.errors import BadInput, NotFound
from tallystick.directory.models import Login
from tallystick.web.models import GridLayout

GRIDS = frozenset({"claim-amount", "claim-unit", "sov"})
GROUPINGS = ("contract", "heading", "none")
NARROWEST, WIDEST = 40, 900
MOST_COLUMNS = 80
_KEY = re.compile(r"[a-z][a-z_]{0,39}")


def arrangement_of(login: Login, grid: str) -> Arrangement:
    """What the person chose for this grid, or the grid as delivered."""
    row = GridLayout.objects.filter(login=login, name=grid).values_list("data", flat=True).first()
    return AS_DELIVERED if row is None else Arrangement(**readable(row))


def keep_arrangement(login: Login, grid: str, sent: object) -> Arrangement:
    """Keep what was sent; only what it names is changed. Raises ``NotFound`` for a grid that there is not."""
    if grid not in GRIDS:
        raise NotFound("There is no such grid.")
    if not isinstance(sent, dict):
        raise BadInput("What was sent can't be read. Load the page again and choose once more.")
    row = GridLayout.objects.filter(login=login, name=grid).first()
    before = readable(row.data) if row else {}
    data = {} if sent.get("reset") else _merged(before, readable(sent))
    GridLayout.objects.update_or_create(
        login=login, name=grid, defaults={"data": data, "updated_at": clock.now()}
    )
    return Arrangement(**data)


def readable(data: object) -> dict[str, Any]:
    """What of this is a choice that can be followed; anything else is left out."""
    if not isinstance(data, dict):
        return {}
    found: dict[str, Any] = {}
    for name in ("shown", "pinned"):
        if isinstance(data.get(name), dict):
            found[name] = {key: value for key, value in _keys(data[name]) if isinstance(value, bool)}
    if isinstance(data.get("widths"), dict):
        found["widths"] = {
            key: max(NARROWEST, min(value, WIDEST))
            for key, value in _keys(data["widths"])
            if isinstance(value, int) and not isinstance(value, bool)
        }
    if data.get("group_by") in GROUPINGS:
        found["group_by"] = data["group_by"]
    return found


def _keys(values: dict[Any, Any]) -> list[tuple[str, Any]]:
    named = [(key, value) for key, value in values.items() if isinstance(key, str) and _KEY.fullmatch(key)]
    return named[:MOST_COLUMNS]


def _merged(before: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    data = dict(before)
    for name, value in sent.items():
        data[name] = before.get(name, {}) | value if isinstance(value, dict) else value
    return data
