"""A line of text on every page, added without decoding what the page holds.

The page's own content is put between q and Q, and the line follows as one more content stream; its font joins the
page's font dictionary under a name that no source can have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tallystick.pdf import syntax
from tallystick.pdf.labels import label_of, ranges
from tallystick.pdf.layout import Edit, Placed
from tallystick.pdf.model import Part, Stamp

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
BEFORE = b"q\n"


def stream(data: bytes) -> bytes:
    """A stream object's text."""
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def stamp_pages(
    stamp: Stamp,
    parts: Sequence[Part],
    placed: Sequence[Placed],
    first_pages: Sequence[int],
    *,
    unique: str,
    add: Callable[[bytes], int],
) -> None:
    """Add an edit for each page and font dictionary; ``add`` takes a new object's text and gives its number."""
    pages = first_pages[-1] + placed[-1].segment.page_count if placed else 0
    font_name = syntax.name("Tally" + unique[:12])
    font, before = add(FONT), add(stream(BEFORE))
    font_entry = b" %s %d 0 R" % (font_name, font)
    opened = b" %d 0 R" % before
    for part, at, first in zip(parts, placed, first_pages, strict=True):
        segment = at.segment
        label_ranges = ranges(part, at, first)
        shapes = segment.shapes
        points = segment.stamp_points
        at.edits.extend(Edit(point, 0, font_entry) for point in segment.font_points)
        for page, (shape, (start, end)) in enumerate(zip(shapes, points, strict=True)):
            if start < 0 or end < start:
                continue
            line = _fill(
                stamp.text,
                page=str(first + page + 1),
                pages=str(pages),
                label=label_of(label_ranges, page),
                title=part.title or "",
                part_page=str(page + 1),
                part_pages=str(len(shapes)),
            )
            number = add(stream(_content(stamp, line, shape, font_name)))
            closed = b" %d 0 R " % number
            if end > start:
                at.edits.append(Edit(start, 0, opened))
                at.edits.append(Edit(end, 0, closed))
            else:
                at.edits.append(Edit(start, 0, opened + closed))


def _fill(text: str, **values: str) -> str:
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


def _content(stamp: Stamp, line: str, shape: Sequence[float], font_name: bytes) -> bytes:
    left, bottom, right, top, rotation, unit = shape
    letters = syntax.win_ansi(line)
    size, margin = stamp.size / unit, stamp.margin / unit
    width, height = right - left, top - bottom
    if rotation in (90, 270):
        width, height = height, width
    across = syntax.helvetica_width(letters, size)
    if across > width - 2 * margin and across > 0:
        # A narrow page: smaller letters rather than a line that is cut off.
        size *= max(width - 2 * margin, width / 2) / across
        across = syntax.helvetica_width(letters, size)
    x = margin
    if stamp.position.endswith("right"):
        x = width - margin - across
    elif stamp.position.endswith("centre"):
        x = (width - across) / 2
    y = margin if stamp.position.startswith("bottom") else height - margin - size * 0.72
    matrix = {
        0.0: (1, 0, 0, 1, left + x, bottom + y),
        90.0: (0, 1, -1, 0, right - y, bottom + x),
        180.0: (-1, 0, 0, -1, right - x, top - y),
        270.0: (0, -1, 1, 0, left + y, top - x),
    }[rotation]
    numbers = b" ".join(syntax.number(value) for value in matrix)
    return b"\nQ\nq 0 g 0 Tr BT %s %s Tf %s Tm %s Tj ET Q\n" % (
        font_name,
        syntax.number(size),
        numbers,
        syntax.literal(letters),
    )
