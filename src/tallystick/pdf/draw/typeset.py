"""Turning text into set lines: measured, shaped, broken to a width, ready to be shown on a page.

Plain words (Latin, Greek, Cyrillic in the document's own face) are shaped once and kept, so that a table of a
thousand lines costs little more than joining strings. Anything else takes the long way: direction by UAX #9, a
face per run, HarfBuzz, and enough notes to let the text be copied out of the PDF again.

Widths are in thousandths of the type size until a caller multiplies them; ``width_at`` does.
"""

from functools import cache
from typing import TypeVar

from tallystick.pdf.draw import characters
from tallystick.pdf.draw.faces import UNITS, Weight, plex
from tallystick.pdf.draw.lines import EMPTY, Line, Plain, Word
from tallystick.pdf.draw.shaping import make_word, shape_line

_KEPT_WORDS, _KEPT_FIGURES, _KEPT_PARAGRAPHS = 30_000, 15_000, 10_000
"""Claims of one contract repeat themselves from month to month; each of these comes to some 10 MiB when full."""
_LONG = 1000
"""Characters; longer texts are set anew each time."""
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Typesetter:
    """Sets text in one weight. ``language`` decides the regional shapes of Han characters."""

    def __init__(self, weight: Weight, language: str = "en") -> None:
        self.weight: Weight = weight
        self.language = language
        self.face = plex(weight)
        self._words: dict[str, Word | None] = {}
        self._kept_figures: dict[str, Line] = {}
        self._kept_paragraphs: dict[tuple[str, int], tuple[Line, ...]] = {}
        self._space = make_word(self.face, " ")
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
            return shape_line(text, self.weight, characters.language_of(text, self.language), base)
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
        made = make_word(self.face, word)
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
