"""Writing the few PDF tokens that the output's own objects need."""

from __future__ import annotations

import re
from collections.abc import Iterable

HELVETICA_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
OTHER_WIDTH = 556
SPECIAL = re.compile(rb"[()\\\\\n\r]")
ESCAPED = {0x28: b"\\(", 0x29: b"\\)", 0x5C: b"\\\\", 0x0A: b"\\n", 0x0D: b"\\r"}


def one_line(text: str, longest: int = 1000) -> str:
    """Text for a title or a name: one line, no control characters, no lone surrogates."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text[:longest].strip()
    clean = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(clean.encode("utf-16", "replace").decode("utf-16", "replace").split())[:longest]


def literal(data: bytes) -> bytes:
    """A literal string."""
    if SPECIAL.search(data) is None:
        return b"(" + data + b")"
    return b"(" + b"".join(ESCAPED.get(byte, bytes((byte,))) for byte in data) + b")"


def text_string(text: str) -> bytes:
    """A text string: ASCII as it is, everything else as UTF-16."""
    clean = one_line(text)
    if clean.isascii():
        return literal(clean.encode("ascii"))
    return b"<" + (b"\xfe\xff" + clean.encode("utf-16-be")).hex().encode() + b">"


def name(text: str) -> bytes:
    """A name with everything unusual escaped."""
    out = bytearray(b"/")
    for byte in text.encode("utf-8"):
        if 0x21 <= byte <= 0x7E and chr(byte) not in "#/%()<>[]{}":
            out.append(byte)
        else:
            out += b"#%02X" % byte
    return bytes(out)


def references(numbers: Iterable[int]) -> bytes:
    """Object numbers as the inside of an array of references."""
    return b" ".join(b"%d 0 R" % number for number in numbers)


def number(value: float) -> bytes:
    """A number with at most three decimals and no exponent."""
    short = f"{value:.3f}".rstrip("0").rstrip(".")
    return (short if short not in ("", "-0") else "0").encode()


def win_ansi(text: str) -> bytes:
    """Text for a base-14 font; what it has no letter for becomes a question mark."""
    return one_line(text, 10_000).encode("cp1252", "replace")


def helvetica_width(data: bytes, size: float) -> float:
    """Width in points of WinAnsi text set in Helvetica (letters beyond ASCII are estimated)."""
    units = 0
    for byte in data:
        place = byte - 32
        units += HELVETICA_WIDTHS[place] if 0 <= place < len(HELVETICA_WIDTHS) else OTHER_WIDTH
    return units * size / 1000
