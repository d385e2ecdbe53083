"""What every page of our papers has: margins, head, foot with page n of m, status mark, one way to write words."""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.pdf.draw import A4, LETTER, Document, Line, Page, Size, Typesetter, typesetter
from tallystick.pdf.draw.flow import Margins

SOFT = 0.38
"""The gray of labels: dark enough for a bad photocopy."""
HAIRLINE = 0.72

LABEL = 6.8
"""The size of small words over and beside values."""
VALUE = 8.8
VALUE_LEADING = 11.6
HEADING = 20.0
"""The height of a block's heading."""
GUTTER = 18.0
"""Between columns of blocks."""

_FOOT_SIZE = 6.8
_FOOT_LEADING = 8.6


@dataclass(frozen=True, slots=True)
class Pens:
    """The three weights in the paper's language."""

    regular: Typesetter
    semibold: Typesetter
    italic: Typesetter


def pens(locale: str) -> Pens:
    return Pens(typesetter("regular", locale), typesetter("semibold", locale), typesetter("italic", locale))


def page_size(name: str) -> Size:
    """A4 or Letter, upright."""
    return LETTER if name == "Letter" else A4


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


class Foot:
    """The foot of every page: a hairline, the footer's text, page n of m. Drawn when all pages are there."""

    def __init__(self, text: str, pen: Typesetter, size: Size, margin: float) -> None:
        self._margin = margin
        self._pen = pen
        narrow = min(size.width, size.height) - 2 * margin - 80
        self._lines = pen.wrap(text, narrow, _FOOT_SIZE)

    @property
    def height(self) -> float:
        """From the bottom of the page to where text has to end."""
        return 24 + max(len(self._lines), 1) * _FOOT_LEADING + 12

    def margins(self, top: float) -> Margins:
        return Margins(self._margin, top, self._margin, self.height)

    def draw(self, document: Document, counted: str = "Page") -> None:
        """Draw it on every page; ``counted`` is what the pages are called, empty for no count."""
        for number, page in enumerate(document.pages, 1):
            top = page.size.height - self.height + 8
            right = page.size.width - self._margin
            page.rule(self._margin, top, right, 0.4, HAIRLINE)
            page.stack(self._lines, self._margin, top + 4, _FOOT_SIZE, leading=_FOOT_LEADING, gray=SOFT)
            if not counted:
                continue
            count = self._pen.line(f"{counted} {number} of {len(document.pages)}")
            page.show_right(count, right, top + 4 + 6.7, _FOOT_SIZE, SOFT)


def mark_width(text: str, pen: Typesetter, size: float = 7.5) -> float:
    """How wide ``status_mark`` will be."""
    return pen.width(text, size) + 12


def status_mark(
    page: Page, text: str, pen: Typesetter, right: float, top: float, *, size: float = 7.5
) -> None:
    """A framed word at the right: quiet, but there on every page, in black and white too."""
    line = pen.line(text)
    width = line.width_at(size) + 12
    page.frame(right - width, top, width, size + 6.5, line=0.9)
    page.show(line, right - width + 6, top + 3.25 + size * 0.85, size)


def one_line(text: str, pen: Typesetter, width: float, size: float) -> Line:
    """A running head's text on one line, shortened by an ellipsis where it has to be; it stands in full elsewhere."""
    lines = pen.wrap(text.replace("\n", " "), width, size)
    if len(lines) <= 1:
        return lines[0] if lines else pen.line("")
    words = text.split()
    while words and pen.width(" ".join(words) + "…", size) > width:
        words.pop()
    return pen.line(" ".join(words) + "…") if words else lines[0]


def heading(page: Page, pen: Pens, text: str, place: tuple[float, float, float], note: str = "") -> None:
    """A block's heading over a rule; ``place`` is left, top and right. It takes ``HEADING`` points."""
    left, top, right = place
    page.show(pen.semibold.line(text), left, top + 9.5, 10)
    if note:
        page.show_right(pen.regular.line(note), right, top + 9.5, LABEL, SOFT)
    page.rule(left, top + 16, right, 0.75)


def height_of(lines: Sequence[Line], size: float, leading: float) -> float:
    """How high a stack of lines will be."""
    return sum(sum(line.room(size, leading)) for line in lines)


def how_many(lines: Sequence[Line], room: float, size: float, leading: float) -> int:
    """How many of the lines fit into so much room."""
    used = 0.0
    for count, line in enumerate(lines):
        used += sum(line.room(size, leading))
        if used > room:
            return count
    return len(lines)
