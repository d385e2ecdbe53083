"""The source's page labels as plain ranges."""

from __future__ import annotations

from typing import Any

import pikepdf

from tallystick.pdf.normalise.dests import walk_tree
from tallystick.pdf.normalise.objects import Notes, dictionary, integer, name_of, text

STYLES = {"/D", "/R", "/r", "/A", "/a"}
LONGEST_PREFIX = 60


def read_labels(pdf: pikepdf.Pdf, notes: Notes, page_count: int) -> None:
    """Note the ranges as [first page, style or "", prefix, start], starting at page 0."""
    ranges: dict[int, list[Any]] = {}
    for key, value in walk_tree(pdf.Root.get("/PageLabels"), "/Nums"):
        label = dictionary(value)
        if label is None or not isinstance(key, int) or not 0 <= key < page_count:
            continue
        style = name_of(label.get("/S"))
        prefix = label.get("/P")
        ranges[key] = [
            key,
            style[1:] if style in STYLES else "",
            text(prefix, LONGEST_PREFIX) if isinstance(prefix, pikepdf.String) else "",
            max(1, min(integer(label.get("/St"), 1), 1_000_000)),
        ]
    if ranges:
        ranges.setdefault(0, [0, "D", "", 1])
        notes.facts["labels"] = [ranges[key] for key in sorted(ranges)]
