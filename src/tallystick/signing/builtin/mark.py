"""The signature as it stands on the document: what was typed or drawn, who and when, drawn to the size of its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tallystick.core.dates import format_instant
from tallystick.documents.papers.furniture import SOFT, one_line, pens
from tallystick.pdf.draw import Document, Size
from tallystick.pdf.draw.page import Page
from tallystick.signing.builtin.handwriting import HEIGHT, UNIT, Strokes

_NOTE = 5.6


def mark_pdf(
    *,
    size: Size,
    locale: str,
    written_name: str,
    strokes: Strokes | None,
    who: str,
    at: datetime,
    zone: str,
    others: int = 0,
) -> bytes:
    """A PDF of one page of this size. ``others`` signed as well; the certificate names them."""
    document = Document(title="Signature", language=locale)
    page = document.page(size)
    pen = pens(locale)
    everybody = f"{who} and {others} more" if others else who
    said = f"Signed electronically by {everybody}, {format_instant(at, zone, locale)}"
    page.show(one_line(said, pen.regular, size.width - 2, _NOTE), 1, size.height - 1.6, _NOTE, SOFT)
    room = size.height - _NOTE - 3
    if strokes:
        draw_strokes(page, strokes, 2.0, 0.5, min(size.width - 4, room * UNIT / HEIGHT))
    else:
        big = min(15.0, room * 0.95)
        page.show(one_line(written_name, pen.italic, size.width - 4, big), 2, room - 1.5, big)
    return document.to_bytes()


def draw_strokes(page: Page, strokes: Strokes, x: float, top: float, width: float) -> None:
    """A drawn signature, ``width`` points wide, with its upper left corner there."""
    scale = width / UNIT
    lines: Sequence[Sequence[tuple[float, float]]] = [
        [(x + across * scale, top + down * scale) for across, down in line] for line in strokes
    ]
    page.pen_lines(lines, width=max(0.6, width / 110))
