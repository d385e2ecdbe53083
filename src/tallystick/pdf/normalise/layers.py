"""Optional content: which layers there are and which are hidden, so that hidden ones stay hidden."""

from __future__ import annotations

from typing import Any

import pikepdf

from tallystick.pdf.normalise.objects import Notes, dictionary, identity, is_indirect, items, name_of

MOST_LAYERS = 20_000
MOST_GROUPS = 200


def read_layers(pdf: pikepdf.Pdf, notes: Notes) -> None:
    """Mark the layers and note which are off, locked, exclusive or switched by viewing and printing."""
    properties = dictionary(pdf.Root.get("/OCProperties"))
    if properties is None:
        return
    layers: list[Any] = []
    place: dict[Any, int] = {}

    def add(value: Any) -> None:
        layer = dictionary(value)
        if (
            layer is not None
            and is_indirect(layer)
            and identity(layer) not in place
            and len(layers) < MOST_LAYERS
        ):
            place[identity(layer)] = len(layers)
            layers.append(layer)

    for value in items(properties.get("/OCGs")):
        add(value)
    config = dictionary(properties.get("/D")) or pikepdf.Dictionary()
    for key in ("/ON", "/OFF"):
        for value in items(config.get(key)):
            add(value)

    def places(value: Any) -> list[int]:
        return sorted({place[identity(v)] for v in items(value) if identity(v) in place})

    off = set(places(config.get("/OFF")))
    if name_of(config.get("/BaseState")) == "/OFF":
        off |= set(range(len(layers))) - set(places(config.get("/ON")))
    if not layers:
        return
    usage = []
    for entry in items(config.get("/AS"))[:MOST_GROUPS]:
        rule = dictionary(entry)
        event = name_of(rule.get("/Event")) if rule is not None else ""
        if rule is not None and event in ("/View", "/Print", "/Export"):
            kinds = [name_of(kind)[1:] for kind in items(rule.get("/Category")) if name_of(kind)]
            usage.append([event[1:], [k for k in kinds if k.isalnum()], places(rule.get("/OCGs"))])
    ordered: list[int] = []
    _flatten(config.get("/Order"), place, ordered, set())
    notes.mark("layers", layers)
    notes.facts["layers"] = {
        "off": sorted(off),
        "order": ordered,
        "locked": places(config.get("/Locked")),
        "exclusive": [g for g in map(places, items(config.get("/RBGroups"))[:MOST_GROUPS]) if len(g) > 1],
        "usage": usage,
    }


def _flatten(value: Any, place: dict[Any, int], found: list[int], seen: set[Any]) -> None:
    stack = list(reversed(items(value)))
    while stack:
        entry = stack.pop()
        key = identity(entry)
        if isinstance(entry, pikepdf.Array):
            if key not in seen:
                seen.add(key)
                stack.extend(reversed(list(entry)))
        elif key in place and place[key] not in found[-1:] and key not in seen:
            seen.add(key)
            found.append(place[key])
