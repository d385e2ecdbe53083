"""Shaping: which glyphs stand for a word or a line, where, in what order.

Words in the document's own face take the short way. Anything else takes the long one: direction by UAX #9, a face
for each run, HarfBuzz, and enough notes to let the text be copied out of the PDF again.
"""

import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

import uharfbuzz as hb

from tallystick.pdf.draw import characters
from tallystick.pdf.draw.faces import REPLACEMENT, Face, Weight, face_for, plex
from tallystick.pdf.draw.lines import Cluster, Line, Placed, Plain, Shaped, Word

_PLAIN_FEATURES = {"kern": True, "liga": False}

# --- words in the document's own face -----------------------------------------------------------------------


def make_word(face: Face, text: str) -> Word | None:
    """The word set in ``face``, or None when it needs another face, marks or another direction."""
    if not text:
        return Word(0, "", {})
    texts: dict[int, str] = {}
    for char in text:
        glyph = face.glyph(char)
        if not glyph or not _is_plain(char):
            return None
        shown = " " if char == characters.NBSP else char
        if texts.setdefault(glyph, shown) != shown or _natural(face, glyph) != shown:
            return None
    infos, positions = _shaped_by_harfbuzz(face, text, "ltr", _PLAIN_FEATURES)
    if len(infos) != len(text):
        return None
    body: list[str] = []
    width = 0
    for info, position in zip(infos, positions, strict=True):
        glyph, kern = info.codepoint, position.x_advance - face.advance(info.codepoint)
        if glyph not in texts or position.x_offset or position.y_offset:
            return None
        body.append(f"{glyph:04x}" if not kern else f"{glyph:04x}>{-kern}<")
        width += position.x_advance
    return Word(width, f"<{''.join(body)}>".replace("<>", ""), texts)


def _natural(face: Face, glyph: int) -> str:
    """The text a glyph stands for unless a document says otherwise: the lowest character that has it."""
    return _natural_texts(face).get(glyph, "")


@cache
def _natural_texts(face: Face) -> dict[int, str]:
    texts: dict[int, str] = {}
    for code in sorted(face.hb_face.unicodes):
        texts.setdefault(face.glyph(chr(code)), chr(code))
    return texts


def _is_plain(char: str) -> bool:
    return char < "\u0300" or (
        unicodedata.category(char)[0] not in "MC" and unicodedata.bidirectional(char) not in {"R", "AL", "AN"}
    )


# --- everything else ----------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def shape_line(text: str, weight: Weight, language: str, base: int) -> Line:
    levels = characters.levels(text, base)
    spans: list[Plain | Shaped] = []
    width = above = below = 0
    for start, end, face in _in_visual_order(_runs(text, levels, weight, language), levels):
        clusters = tuple(_clusters(text, (start, end), face, levels[start] % 2 == 1, language))
        room = 0
        for cluster in clusters:
            for placed in cluster.glyphs:
                room += face.advance(placed.glyph) + placed.before + placed.after
                top, bottom = face.ink(placed.glyph)
                above, below = max(above, top + placed.rise), max(below, -bottom - placed.rise)
        spans.append(Shaped(face, clusters, room))
        width += room
    return Line(width, tuple(spans), above=above, below=below)


def _runs(text: str, levels: list[int], weight: Weight, language: str) -> list[tuple[int, int, Face]]:
    """Stretches of one face and one direction, in the order of reading."""
    runs: list[tuple[int, int, Face]] = []
    at = 0
    previous: Face | None = None
    for cluster in characters.clusters(text):
        face = face_for(cluster, weight, language, previous) or plex(weight)
        previous = face
        end = at + len(cluster)
        if runs and runs[-1][2] is face and levels[runs[-1][0]] == levels[at]:
            runs[-1] = (runs[-1][0], end, face)
        else:
            runs.append((at, end, face))
        at = end
    return runs


def _in_visual_order(runs: list[tuple[int, int, Face]], levels: list[int]) -> list[tuple[int, int, Face]]:
    """UAX #9 rule L2, on runs."""
    ordered = list(runs)
    highest = max((levels[run[0]] for run in runs), default=0)
    for level in range(highest, 0, -1):
        at = 0
        while at < len(ordered):
            if levels[ordered[at][0]] < level:
                at += 1
                continue
            end = at
            while end < len(ordered) and levels[ordered[end][0]] >= level:
                end += 1
            ordered[at:end] = ordered[at:end][::-1]
            at = end
    return ordered


def _clusters(
    text: str, stretch: tuple[int, int], face: Face, backwards: bool, language: str
) -> list[Cluster]:
    start, end = stretch
    shown = "".join(
        char if face.glyph(char) or _is_ignorable(char) else REPLACEMENT for char in text[start:end]
    )
    infos, positions = _shaped_by_harfbuzz(
        face, shown, "rtl" if backwards else "ltr", {"liga": not face.direct}, language
    )
    groups: list[tuple[int, list[Placed]]] = []
    for info, position in zip(infos, positions, strict=True):
        own = face.advance(info.codepoint)
        placed = Placed(
            info.codepoint,
            position.x_offset,
            position.x_advance - position.x_offset - own,
            position.y_offset,
        )
        if groups and groups[-1][0] == info.cluster:
            groups[-1][1].append(placed)
        else:
            groups.append((info.cluster, [placed]))
    starts = [*sorted({group[0] for group in groups}), end - start]
    following = dict(pairwise(starts))
    return [
        Cluster(
            characters.without_marks(text[start + at : start + following[at]]),
            tuple(glyphs),
        )
        for at, glyphs in groups
    ]


def _is_ignorable(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Mn"}


def _shaped_by_harfbuzz(
    face: Face, text: str, direction: str, features: dict[str, bool], language: str = ""
) -> tuple[list[hb.GlyphInfo], list[hb.GlyphPosition]]:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction = direction
    buffer.guess_segment_properties()
    if language:
        buffer.language = language
    hb.shape(face.hb_font, buffer, features)
    return buffer.glyph_infos, buffer.glyph_positions
