"""The page that stands where a file couldn't be merged: what it is called, why, and where its bytes are."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.pdf.draw import A4, LETTER, Document, typesetter

PAPERS = {"A4": A4, "Letter": LETTER}
MARGIN = 72.0
FIRST_BASELINE = 190.0
HEADING_SIZE, TEXT_SIZE = 18.0, 11.0
LEADING = 1.45
LONGEST_LINE = 4000


def divider_pdf(lines: Sequence[str], *, paper: str = "A4") -> bytes:
    """A one-page PDF with ``lines``, the first as heading, each wrapped to the page; ``paper`` is A4 or Letter.

    Every script is shown, so that a file's name stands there as its owner wrote it. What doesn't fit the page is
    left out.
    """
    size = PAPERS[paper]
    document = Document(title=lines[0] if lines else "")
    page = document.page(size)
    bold, regular = typesetter("semibold"), typesetter("regular")
    y = FIRST_BASELINE
    for place, text in enumerate(lines):
        setter, points, grey = (bold, HEADING_SIZE, 0.1) if place == 0 else (regular, TEXT_SIZE, 0.25)
        for line in setter.wrap(text[:LONGEST_LINE], size.width - 2 * MARGIN, points):
            if y > size.height - MARGIN:
                break
            page.show(line, MARGIN, y, points, grey)
            y += points * LEADING
        y += 6
        if place == 0:
            page.rule(MARGIN, y - 14, size.width - MARGIN, width=0.75, gray=0.7)
            y += 14
    return document.to_bytes()
