"""Page labels of the output: a prefix per part, the source's own labels, or the place in the output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tallystick.pdf import syntax
from tallystick.pdf.layout import Placed
from tallystick.pdf.model import Part

ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
         (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def ranges(part: Part, placed: Placed, first_page: int) -> list[list[Any]]:
    """The part's label ranges as [page within the part, style, prefix, start]."""
    own = placed.segment.facts.get("labels")
    if own:
        return [[page, style, part.label + prefix, start] for page, style, prefix, start in own]
    if part.label:
        return [[0, "D", part.label, 1]]
    return [[0, "D", "", first_page + 1]]


def write_labels(parts: Sequence[Part], placed: Sequence[Placed], first_pages: Sequence[int]) -> bytes:
    """The number tree, empty when every page would be labelled with its place in the output anyway."""
    if not any(part.label or "labels" in at.segment.facts for part, at in zip(parts, placed, strict=True)):
        return b""
    entries = []
    plain_before = False
    for part, at, first in zip(parts, placed, first_pages, strict=True):
        plain = not part.label and "labels" not in at.segment.facts
        if plain and plain_before:
            continue
        plain_before = plain
        for page, style, prefix, start in ranges(part, at, first):
            entry = b"%d <<" % (first + page)
            if style:
                entry += b" /S /%s" % style.encode("ascii")
            if prefix:
                entry += b" /P " + syntax.text_string(prefix)
            if start != 1:
                entry += b" /St %d" % start
            entries.append(entry + b" >>")
    return b"<< /Nums [ " + b" ".join(entries) + b" ] >>"


def label_of(label_ranges: Sequence[Sequence[Any]], page: int) -> str:
    """The label of a page within its part."""
    begin, style, prefix, start = next(r for r in reversed(label_ranges) if r[0] <= page)
    return str(prefix) + _number(str(style), int(start) + page - int(begin))


def _number(style: str, value: int) -> str:
    if style == "D":
        return str(value)
    if style in ("r", "R"):
        roman, rest = "", value % 10_000
        for size, letters in ROMAN:
            roman += letters * (rest // size)
            rest %= size
        return roman.upper() if style == "R" else roman
    if style in ("a", "A"):
        letter = chr(ord(style) + (value - 1) % 26)
        return letter * min((value - 1) // 26 + 1, 40)
    return ""
