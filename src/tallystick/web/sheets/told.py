"""What is told about a spreadsheet that was read: problems first, then remarks, then the rows that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tallystick.contracts.importing import Told

SHOWN = 100


def told_lists(
    problems: Sequence[Told], notes: Sequence[Told], left_out: Sequence[Told]
) -> list[dict[str, Any]]:
    """Each list that is not empty, its first hundred sentences, and how many there are in all."""
    lists = (
        ("problems", "", problems),
        ("notes", "Worth a look", notes),
        ("left_out", "Rows that are no lines", left_out),
    )
    return [
        {
            "name": name,
            "title": title,
            "items": items[:SHOWN],
            "count": len(items),
            "more": len(items) - SHOWN,
        }
        for name, title, items in lists
        if items
    ]
