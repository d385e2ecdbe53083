"""Two families for other people's papers, so that they don't look like ours: cut down to Latin, embedded whole.

The same font bytes stand in every paper of a family, as they do in papers that come from one office.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import uharfbuzz as hb

from tallystick.pdf.draw import faces

Style = Literal["regular", "semibold"]
Family = Literal["noto", "plex"]

_LATIN = "".join(bytes([code]).decode("cp1252", "ignore") for code in range(32, 256))


@dataclass(frozen=True, slots=True)
class Cut:
    """A font program with the widths (thousandths) of the 256 codes of Windows Latin 1."""

    name: str
    program: bytes
    widths: tuple[int, ...]
    ascent: int
    descent: int

    def width(self, text: str) -> int:
        """The width of a line in thousandths of the type size."""
        return sum(map(self.widths.__getitem__, text.encode("cp1252", "replace")))


def font_path(style: Style) -> Path:
    """Where the shipped face of that weight is."""
    name = "IBMPlexSans-SemiBold.ttf" if style == "semibold" else "IBMPlexSans-Regular.ttf"
    return Path(faces.__file__).parent / "fonts" / name


@lru_cache
def cut(family: Family, style: Style) -> Cut:
    """The family's Latin letters in one weight."""
    path = font_path(style) if family == "plex" else _noto()
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(ord(char) for char in _LATIN)
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    if family == "noto":
        wanted.pin_axis_location(face, "wght", 650 if style == "semibold" else 400)
        wanted.pin_axis_location(face, "wdth", 100)
    small = hb.subset(face, wanted)
    font = hb.Font(small)
    font.scale = (1000, 1000)
    extents = font.get_font_extents("ltr")
    widths = [0] * 32
    for code in range(32, 256):
        char = bytes([code]).decode("cp1252", "ignore")
        glyph = font.get_nominal_glyph(ord(char)) if char else None
        widths.append(font.get_glyph_h_advance(glyph) if glyph else 0)
    suffix = "-SemiBold" if style == "semibold" else ""
    name = {"noto": "NotoSans", "plex": "IBMPlexSans"}[family] + suffix
    return Cut(name, bytes(small.blob.data), tuple(widths), int(extents.ascender), int(extents.descender))


def _noto() -> Path:
    spec = find_spec("manimgx_fonts")
    if spec is None or spec.origin is None:
        return font_path("regular")
    return Path(spec.origin).parent / "NotoSans[wght].ttf"
