"""A signature that was drawn: lines of points, bounded, kept as what they are rather than as a picture."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from tallystick.core.errors import BadInput

UNIT = 1000
"""The width of the field; its height is ``HEIGHT``. Points are whole numbers."""
HEIGHT = 300
MOST_LINES = 200
MOST_POINTS = 4_000
SHORTEST = 60
"""A dot or a slip of the finger is no signature: all lines together have to be longer than this."""

Strokes = list[list[list[int]]]


def strokes_in(text: str) -> Strokes:
    """Read what the page sent: ``[[[x, y], …], …]``. Raises ``BadInput`` with what to do."""
    unreadable = BadInput(
        "The drawn signature can't be read. Draw it again, or type your name.",
        {"signature": "Draw it again."},
    )
    if len(text) > 100_000:
        raise unreadable
    try:
        found: Any = json.loads(text)
        strokes = [[[_within(x, UNIT), _within(y, HEIGHT)] for x, y in line] for line in found]
    except (ValueError, TypeError, RecursionError) as cause:
        raise unreadable from cause
    strokes = [line for line in strokes if line]
    if len(strokes) > MOST_LINES or sum(map(len, strokes)) > MOST_POINTS:
        raise BadInput(
            "The drawn signature has too many lines. Draw it more simply, or type your name.",
            {"signature": "Draw it more simply."},
        )
    if _length(strokes) < SHORTEST:
        raise BadInput("Draw your signature, or type your name.", {"signature": "Draw or type your name."})
    return strokes


def _within(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number")
    return min(max(round(value), 0), most)


def _length(strokes: Strokes) -> int:
    return sum(abs(x2 - x1) + abs(y2 - y1) for line in strokes for (x1, y1), (x2, y2) in pairwise(line))


def svg_path(strokes: Strokes) -> str:
    """The lines as the ``d`` of an SVG path in a box of ``UNIT`` by ``HEIGHT``."""
    return " ".join(
        "M" + " L".join(f"{x} {y}" for x, y in (line if len(line) > 1 else [*line, *line]))
        for line in strokes
    )
