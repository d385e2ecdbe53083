"""The faces that text is set in, and which of them has a given character.

IBM Plex Sans is shipped beside this module; every other script comes from the Noto faces that the packages
``manimgx_fonts`` and ``manimgx_fonts_cjk`` carry. Faces are opened when the first character needs them (the
files are mapped, not read) and stay open.
"""

import struct
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import uharfbuzz as hb

Weight = Literal["regular", "semibold", "italic"]

UNITS = 1000
"""Every advance and offset is in thousandths of the type size, as PDF counts them."""

REPLACEMENT = "\ufffd"

_OWN = Path(__file__).parent / "fonts"
_PLEX: dict[Weight, str] = {
    "regular": "IBMPlexSans-Regular",
    "semibold": "IBMPlexSans-SemiBold",
    "italic": "IBMPlexSans-Italic",
}
_SCRIPTS = (
    "Arabic", "Hebrew", "Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Oriya",
    "Sinhala", "Tamil", "Telugu", "Thai", "Lao", "Khmer", "Myanmar", "Ethiopic", "Georgian", "Armenian",
)  # fmt: skip
_CJK_REGION = {"ja": 0, "ko": 1, "zh-Hans": 2, "zh-Hant": 3, "zh-HK": 4}
_CJK_POSTSCRIPT = ("JP", "KR", "SC", "TC", "HK")


class Face:
    """One face at one weight. Everything it measures is in thousandths of the type size."""

    def __init__(
        self, name: str, path: Path, *, index: int = 0, wght: int | None = None, direct: bool = False
    ) -> None:
        self.name = name
        self.wght = wght
        self.direct = direct
        """Glyph numbers are character codes, so that set words can be kept between documents."""
        self.hb_face = hb.Face(hb.Blob.from_file_path(str(path)), index)
        self.hb_font = hb.Font(self.hb_face)
        self.hb_font.scale = (UNITS, UNITS)
        if wght is not None:
            self.hb_font.set_variations({"wght": wght})
        self.is_cff = "CFF2" in self.hb_face.table_tags or "CFF " in self.hb_face.table_tags
        self.italic = "Italic" in name
        self._glyphs: dict[str, int] = {}
        self._advances: dict[int, int] = {}
        self._outlines: dict[int, str] = {}
        self._inks: dict[int, tuple[int, int]] = {}

    def glyph(self, char: str) -> int:
        """The glyph number of a character, 0 when the face lacks it."""
        found = self._glyphs.get(char)
        if found is None:
            found = self._glyphs[char] = self.hb_font.get_nominal_glyph(ord(char)) or 0
        return found

    def advance(self, glyph: int) -> int:
        """The glyph's own width."""
        width = self._advances.get(glyph)
        if width is None:
            width = self._advances[glyph] = self.hb_font.get_glyph_h_advance(glyph)
        return width

    def ink(self, glyph: int) -> tuple[int, int]:
        """The glyph's highest and lowest points."""
        found = self._inks.get(glyph)
        if found is None:
            box = self.hb_font.get_glyph_extents(glyph)
            found = self._inks[glyph] = (box.y_bearing, box.y_bearing + box.height) if box else (0, 0)
        return found

    def outline(self, glyph: int) -> str:
        """The glyph as PDF path operators, in thousandths of the type size."""
        found = self._outlines.get(glyph)
        if found is None:
            pen = _PathPen()
            self.hb_font.draw_glyph_with_pen(glyph, pen)
            found = self._outlines[glyph] = "".join(pen.ops)
        return found

    def has_all(self, text: str) -> bool:
        return all(self.glyph(char) for char in text)

    @property
    def glyph_count(self) -> int:
        return int(self.hb_face.glyph_count)

    def vertical(self) -> tuple[int, int]:
        """Ascent and descent (negative), for the font descriptor."""
        extents = self.hb_font.get_font_extents("ltr")
        return int(extents.ascender), int(extents.descender)

    def bounding_box(self) -> tuple[int, int, int, int]:
        head: bytes = self.hb_face.reference_table("head").data
        scale = UNITS / self.hb_face.upem
        left, bottom, right, top = (round(v * scale) for v in struct.unpack(">4h", head[36:44]))
        return left, bottom, right, top


_Point = tuple[float, float]


class _PathPen:
    """Turns what HarfBuzz draws into path operators; quadratic curves become cubic ones."""

    def __init__(self) -> None:
        self.ops: list[str] = []
        self._at: _Point = (0, 0)

    def moveTo(self, to: _Point) -> None:  # noqa: N802
        self._add("m", to)

    def lineTo(self, to: _Point) -> None:  # noqa: N802
        self._add("l", to)

    def curveTo(self, first: _Point, second: _Point, to: _Point) -> None:  # noqa: N802
        self._add("c", first, second, to)

    def qCurveTo(self, control: _Point, to: _Point) -> None:  # noqa: N802
        def towards(end: _Point) -> _Point:
            return end[0] + (control[0] - end[0]) * 2 / 3, end[1] + (control[1] - end[1]) * 2 / 3

        self._add("c", towards(self._at), towards(to), to)

    def closePath(self) -> None:  # noqa: N802
        self.ops.append("h\n")

    def endPath(self) -> None:  # noqa: N802
        """Nothing is filled by an open path."""

    def _add(self, operator: str, *points: _Point) -> None:
        self._at = points[-1]
        self.ops.append(" ".join(f"{x:.0f} {y:.0f}" for x, y in points) + f" {operator}\n")


@cache
def plex(weight: Weight) -> Face:
    """The document's own face."""
    name = _PLEX[weight]
    return Face(name, _OWN / f"{name}.ttf", direct=True)


def face_for(cluster: str, weight: Weight, language: str, previous: Face | None = None) -> Face | None:
    """The face that can show a character with its marks, or None when none of them can.

    ``previous`` is kept where it serves, so that a danda after Bengali stays Bengali.
    """
    visible = "".join(char for char in cluster if not _is_invisible(char)) or " "
    own = plex(weight)
    if "\ufe0f" in cluster and ord(cluster[0]) > 0xFF:
        emoji = _fallback("Emoji", weight)
        if emoji.has_all(visible):
            return emoji
    if own.has_all(visible):
        return own
    if previous is not None and previous is not own and previous.has_all(visible):
        return previous
    return _first_with(visible, weight, language)


@lru_cache(maxsize=8192)
def _first_with(visible: str, weight: Weight, language: str) -> Face | None:
    faces = [_fallback(name, weight) for name in _order(language)]
    for face in faces:
        if face.has_all(visible):
            return face
    for face in (plex(weight), *faces):
        if face.glyph(visible[0]):
            return face
    return None


def _order(language: str) -> tuple[str, ...]:
    region = _CJK_REGION.get(language, 2)
    return (*_SCRIPTS, "Sans", f"CJK{region}", "Symbols", "Emoji")


def _is_invisible(char: str) -> bool:
    """Joiners, variation selectors and tags: they steer shaping and need no glyph of their own."""
    code = ord(char)
    return (
        0x200B <= code <= 0x200F
        or 0xFE00 <= code <= 0xFE0F
        or code in {0x061C, 0x2060}
        or 0xE0000 <= code <= 0xE0FFF
    )


@cache
def _fallback(name: str, weight: Weight) -> Face:
    wght = 600 if weight == "semibold" else 400
    suffix = "-SemiBold" if weight == "semibold" else ""
    if name.startswith("CJK"):
        index = int(name[3:])
        path = _package("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc"
        return Face(f"NotoSansCJK{_CJK_POSTSCRIPT[index]}{suffix}", path, index=index, wght=wght)
    fonts = _package("manimgx_fonts")
    if name == "Emoji":
        return Face(f"NotoEmoji{suffix}", fonts / "NotoEmoji[wght].ttf", wght=wght)
    if name == "Sans" and weight == "italic":
        return Face("NotoSans-Italic", fonts / "NotoSans-Italic[wght].ttf", wght=wght)
    family = "" if name == "Sans" else name
    return Face(f"NotoSans{family}{suffix}", fonts / f"NotoSans{family}[wght].ttf", wght=wght)


@cache
def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"The package {name} is not installed; it carries the fonts for other scripts.")
    return Path(spec.origin).parent
