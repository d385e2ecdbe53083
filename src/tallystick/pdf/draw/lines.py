"""Set lines: what typesetting makes and pages show. Measures are thousandths of the type size."""

from typing import NamedTuple

from tallystick.pdf.draw.faces import UNITS, Face


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
