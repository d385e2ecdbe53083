"""The page that stands where a file couldn't be merged: what it is called, why, and where its bytes are."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.pdf import syntax

PAPERS = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
MARGIN = 72.0
HEADING_SIZE, TEXT_SIZE = 18.0, 11.0
LEADING = 1.45
# Helvetica Bold is this much wider than Helvetica, at most.
BOLD = 1.09


def divider_pdf(lines: Sequence[str], *, paper: str = "A4") -> bytes:
    """A one-page PDF with ``lines``, the first as heading, each wrapped to the page; ``paper`` is A4 or Letter."""
    width, height = PAPERS[paper]
    room = width - 2 * MARGIN
    content: list[bytes] = []
    y = height - MARGIN - 96
    for place, line in enumerate(lines):
        font, size = (b"/F1", HEADING_SIZE) if place == 0 else (b"/F2", TEXT_SIZE)
        shade = b"0.10 g" if place == 0 else b"0.25 g"
        for row in wrap(line, size * (BOLD if place == 0 else 1), room):
            if y < MARGIN:
                break
            text = syntax.literal(syntax.win_ansi(row))
            content.append(
                b"%s BT %s %s Tf 1 0 0 1 %s %s Tm %s Tj ET" % (shade, font, *_numbers(size, MARGIN, y), text)
            )
            y -= size * LEADING
        if place == 0:
            y -= 4
            content.append(
                b"0.70 G 0.75 w %s %s m %s %s l S" % _numbers(MARGIN, y + 6, width - MARGIN, y + 6)
            )
            y -= 16
        else:
            y -= 6
    body = b"\n".join(content)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 %s %s ] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>" % _numbers(width, height),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body),
        _font(b"Helvetica-Bold"),
        _font(b"Helvetica"),
    )
    return _file(objects)


def wrap(line: str, size: float, room: float) -> list[str]:
    """The line broken into rows that fit ``room`` points; a word that is too long is broken too."""
    rows, row = [], ""
    for word in syntax.one_line(line, 5000).split():
        longer = f"{row} {word}" if row else word
        if _fits(longer, size, room):
            row = longer
            continue
        if row:
            rows.append(row)
        row = ""
        for letter in word:
            if row and not _fits(row + letter, size, room):
                rows.append(row)
                row = ""
            row += letter
    return [*rows, row]


def _fits(text: str, size: float, room: float) -> bool:
    return len(text) <= 1 or syntax.helvetica_width(syntax.win_ansi(text), size) <= room


def _font(name: bytes) -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name


def _numbers(*values: float) -> tuple[bytes, ...]:
    return tuple(syntax.number(value) for value in values)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
