"""Turning text into set lines: measured, shaped, broken to a width, ready to be shown on a page.

Plain words (Latin, Greek, Cyrillic in the document's own face) are shaped once and kept, so that a table of a
thousand lines costs little more than joining strings. Anything else takes the long way: direction by UAX #9, a
face per run, HarfBuzz, and enough notes to let the text be copied out of the PDF again.

Widths are in thousandths of the type size until a caller multiplies them; ``width_at`` does.
"""

import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

import uharfbuzz as hb

from tallystick.pdf.draw import characters
from tallystick.pdf.draw.faces import REPLACEMENT, UNITS, Face, Weight, face_for, plex

_KEPT_WORDS, _KEPT_FIGURES, _KEPT_PARAGRAPHS = 30_000, 15_000, 10_000
"""Claims of one contract repeat themselves from month to month; each of these comes to some 10 MiB when full."""
_LONG = 1000
"""Characters; longer texts are set anew each time."""
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_PLAIN_FEATURES = {"kern": True, "liga": False}


class Word(NamedTuple):
    """A word in the document's own face: what a TJ operator shows, and which glyph stands for which text."""

    width: int
    body: str
    texts: dict[int, str]


class Plain(NamedTuple):
    """A stretch of words in the document's own face."""

    face: Face
    body: str
    texts: tuple[dict[int, str], ...]


class Placed(NamedTuple):
    """A glyph with the pen's movement before and after it, and its height above the baseline."""

    glyph: int
    before: int
    after: int
    rise: int


class Cluster(NamedTuple):
    """The glyphs that stand together for some characters."""

    text: str
    glyphs: tuple[Placed, ...]


class Shaped(NamedTuple):
    """Clusters of one face in the order in which they are seen."""

    face: Face
    clusters: tuple[Cluster, ...]
    width: int


class Line(NamedTuple):
    """One line of text, set: one ``Plain``, or as many ``Shaped`` as it takes."""

    width: int
    spans: tuple[Plain | Shaped, ...]
    squeeze: float = 100.0
    """Horizontal scale in percent: 100 but in dire need."""
    above: int = 0
    below: int = 0
    """How far its ink goes above and below the baseline where that is unusual (stacked marks), else 0."""

    def width_at(self, size: float) -> float:
        """The width in points at a type size."""
        return self.width * self.squeeze * size / (UNITS * 100)

    def room(self, size: float, leading: float) -> tuple[float, float]:
        """The room it needs above and below its baseline, in points; together at least ``leading``."""
        above = leading / 2 + CAP_HEIGHT / 2 * size
        below = leading - above
        if not self.above and not self.below:
            return above, below
        return max(above, (self.above + 60) * size / UNITS), max(below, (self.below + 60) * size / UNITS)


CAP_HEIGHT = 0.698
"""Of the document's own face, in ems."""

EMPTY = Line(0, ())


class Typesetter:
    """Sets text in one weight. ``language`` decides the regional shapes of Han characters."""

    def __init__(self, weight: Weight, language: str = "en") -> None:
        self.weight: Weight = weight
        self.language = language
        self.face = plex(weight)
        self._words = _words_of(weight)
        self._kept_figures: dict[str, Line] = {}
        self._kept_paragraphs: dict[tuple[str, int], tuple[Line, ...]] = {}
        self._space = _make_word(self.face, " ")
        assert self._space is not None
        self._figures = {char: self.face.advance(self.face.glyph(char)) for char in "0123456789.,\u2212%"}
        self._figure_codes = str.maketrans(
            {char: f"{self.face.glyph(char):04x}" for char in self._figures},
        )
        self._figure_texts = ({self.face.glyph(char): char for char in self._figures},)

    # --- one line -------------------------------------------------------------------------------------------

    def figure(self, text: str) -> Line:
        """A number: digits are equally wide and never kerned, so that columns align on the decimal point."""
        found = self._kept_figures.get(text)
        if found is not None:
            return found
        try:
            width = sum(map(self._figures.__getitem__, text))
        except KeyError:
            return self.line(text)
        if not text:
            return EMPTY
        body = f"<{text.translate(self._figure_codes)}>"
        made = Line(width, (Plain(self.face, body, self._figure_texts),))
        _keep(self._kept_figures, text, made, _KEPT_FIGURES)
        return made

    def line(self, text: str) -> Line:
        """The text on one line, however long; line breaks become spaces."""
        return self._line(characters.clean(text).replace("\n", " "))

    def _line(self, text: str, base: int | None = None) -> Line:
        if not text:
            return EMPTY
        words = [self._word(word) for word in text.split(" ")]
        if not all(words):
            base = characters.base_level(text) if base is None else base
            return _shape_line(text, self.weight, characters.language_of(text, self.language), base)
        return self._join([word for word in words if word is not None])

    def _join(self, words: list[Word]) -> Line:
        space = self._space
        assert space is not None
        if len(words) == 1:
            return Line(words[0].width, (Plain(self.face, words[0].body, (words[0].texts,)),))
        widths, bodies, texts = zip(*words, strict=True)
        width = sum(widths) + space.width * (len(words) - 1)
        return Line(width, (Plain(self.face, space.body.join(bodies), (space.texts, *texts)),))

    def _word(self, word: str) -> Word | None:
        try:
            return self._words[word]
        except KeyError:
            pass
        made = _make_word(self.face, word)
        if len(word) < _LONG:
            _keep(self._words, word, made, _KEPT_WORDS)
        return made

    def width(self, text: str, size: float) -> float:
        """How wide the text is on one line, in points."""
        return self.line(text).width_at(size)

    # --- several lines --------------------------------------------------------------------------------------

    def wrap(self, text: str, width: float, size: float) -> list[Line]:
        """The text broken to a width in points. Words longer than a line are broken; nothing is left out.

        Empty text has no lines; an empty paragraph inside the text is an empty line.
        """
        limit = int(width * UNITS / size)
        found = self._kept_paragraphs.get((text, limit))
        if found is not None:
            return list(found)
        cleaned = characters.clean(text).strip("\n")
        if not cleaned.strip():
            return []
        lines: list[Line] = []
        for paragraph in cleaned.split("\n"):
            lines.extend(self._wrap_paragraph(paragraph.rstrip(" "), limit))
        if len(text) < _LONG:
            _keep(self._kept_paragraphs, (text, limit), tuple(lines), _KEPT_PARAGRAPHS)
        return lines

    def _wrap_paragraph(self, text: str, limit: int) -> list[Line]:
        if not text:
            return [EMPTY]
        words = [self._word(word) for word in text.split(" ")]
        if not all(words):
            return self._wrap_parts(characters.breakable_parts(text), limit)
        return self._wrap_words(text, [word for word in words if word is not None], limit)

    def _wrap_words(self, text: str, words: list[Word], limit: int) -> list[Line]:
        assert self._space is not None
        space = self._space.width
        whole = self._join(words)
        if whole.width <= limit:
            return [whole]
        lines: list[Line] = []
        current: list[Word] = []
        used = 0
        for word, source in zip(words, text.split(" "), strict=True):
            wanted = used + space + word.width if current else word.width
            if wanted <= limit:
                current.append(word)
                used = wanted
                continue
            if current:
                lines.append(self._join(current))
            pieces = [source] if word.width <= limit else self._pieces(source, limit)
            lines.extend(self._line(piece) for piece in pieces[:-1])
            last = self._word(pieces[-1])
            assert last is not None
            current, used = [last], last.width
        if current:
            lines.append(self._join(current))
        return [_squeezed(line, limit) for line in lines]

    def _pieces(self, word: str, limit: int) -> list[str]:
        """A word too long for a line in parts that fit, cut after punctuation where that is near enough."""
        pieces: list[str] = []
        start, at, used, seam = 0, 0, 0, 0
        while at < len(word):
            width = self.face.advance(self.face.glyph(word[at]))
            if used + width > limit and at > start:
                cut = seam if seam > start + (at - start) // 2 else at
                pieces.append(word[start:cut])
                start = at = cut
                used = 0
                continue
            used += width
            at += 1
            if word[at - 1] in "-/\\_.,;:&@)":
                seam = at
        pieces.append(word[start:])
        return pieces

    def _wrap_parts(self, parts: list[str], limit: int) -> list[Line]:
        base = characters.base_level("".join(parts))
        lines: list[str] = []
        current, used = "", 0
        for part in parts:
            width = self._line(part.rstrip(" ")).width
            if current and used + width > limit:
                lines.append(current)
                current, used = "", 0
            if width > limit:
                for cluster in characters.clusters(part):
                    step = self._line(cluster).width
                    if current and used + step > limit:
                        lines.append(current)
                        current, used = "", 0
                    current, used = current + cluster, used + step
                continue
            current, used = current + part, used + self._line(part).width
        if current:
            lines.append(current)
        return [_squeezed(self._line(line.strip(" \u200b"), base), limit) for line in lines]


@cache
def typesetter(weight: Weight, language: str = "en") -> Typesetter:
    """The typesetter of a weight and language; it keeps what it has set."""
    return Typesetter(weight, language)


def _keep(kept: dict[_Key, _Value], key: _Key, value: _Value, most: int) -> None:
    """Remember a value; a full memory is emptied, which is cheaper than knowing what was used last."""
    if len(kept) >= most:
        kept.clear()
    kept[key] = value


def _squeezed(line: Line, limit: int) -> Line:
    """Shaping a whole line may come out wider than its parts, and a single letter wider than a column."""
    if line.width <= limit or not line.width:
        return line
    return line._replace(squeeze=max(1.0, int(limit * 10_000 / line.width) / 100))


# --- words in the document's own face -----------------------------------------------------------------------


@cache
def _words_of(weight: Weight) -> dict[str, Word | None]:
    return {}


def _make_word(face: Face, text: str) -> Word | None:
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
def _shape_line(text: str, weight: Weight, language: str, base: int) -> Line:
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
