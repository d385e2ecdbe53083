"""Appearances for fields whose file leaves drawing them to the viewer (/NeedAppearances).

In a merged document that wish can't be kept: it would have viewers redraw every other file's fields as well.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pikepdf

from tallystick.pdf.normalise.objects import dictionary, get, items

FILLING = {1: "g", 3: "rg", 4: "k"}
STROKING = {1: "G", 3: "RG", 4: "K"}


def draw_missing_appearances(pdf: pikepdf.Pdf, widgets: list[Any]) -> None:
    """Have qpdf draw the fields' values; add the border and background that it leaves out of new appearances."""
    bare = [widget for widget in widgets if get(widget.get("/AP"), "/N") is None]
    try:
        pdf.generate_appearance_streams()
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return
    for widget in bare:
        stream = get(widget.get("/AP"), "/N")
        frame = _frame(widget)
        if frame and isinstance(stream, pikepdf.Stream):
            try:
                stream.write(frame + stream.read_bytes())
            except (pikepdf.PdfError, RuntimeError, ValueError):
                continue


def _frame(widget: Any) -> bytes:
    looks = dictionary(widget.get("/MK"))
    sides = [_number(side) for side in items(widget.get("/Rect"))]
    if looks is None or len(sides) != 4:
        return b""
    width, height = abs(sides[2] - sides[0]), abs(sides[3] - sides[1])
    drawn = b""
    background = _colour(looks.get("/BG"), FILLING)
    if background:
        drawn += b"q %s 0 0 %.2f %.2f re f Q\n" % (background, width, height)
    border = _colour(looks.get("/BC"), STROKING)
    style = get(widget.get("/BS"), "/W")
    line = 1.0 if style is None else _number(style)
    if border and 0 < line < min(width, height):
        inset = (line / 2, line / 2, width - line, height - line)
        drawn += b"q %s %.2f w %.2f %.2f %.2f %.2f re S Q\n" % (border, line, *inset)
    return drawn


def _colour(value: Any, operators: dict[int, str]) -> bytes:
    parts = items(value)
    if len(parts) not in operators:
        return b""
    return " ".join([*(f"{_number(part):.3f}" for part in parts), operators[len(parts)]]).encode("ascii")


def _number(value: Any) -> float:
    if not isinstance(value, (int, float, Decimal)):
        return 0.0
    size = float(value)
    return size if abs(size) < 1e6 else 0.0
