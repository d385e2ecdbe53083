"""A small writer for other people's PDFs: text, rules, boxes, pictures, links, form fields, layers, outlines.

Coordinates are points from the top left corner. The same calls give the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tallystick.demo.papers.fonts import Cut, Family, cut

A4 = (595, 842)
A4_LANDSCAPE = (842, 595)
A3_LANDSCAPE = (1191, 842)
A5_LANDSCAPE = (595, 420)

Colour = tuple[float, float, float]
BLACK: Colour = (0, 0, 0)
_COURIER_WIDTH = 600


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG to place on a page, with its size in pixels."""

    jpeg: bytes
    width: int
    height: int
    is_gray: bool = False


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link or a field; a field has what it shows and how wide it is."""

    entries: str
    shown: str = ""
    width: float = 0


@dataclass(slots=True)
class Page:
    """One page under construction."""

    paper: "Paper"
    size: tuple[int, int]
    rotate: int = 0
    ops: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    annotations: list["Annotation"] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 9,
        *,
        bold: bool = False,
        mono: bool = False,
        colour: Colour = BLACK,
    ) -> None:
        """Text with its left end at ``x``, standing on ``y``."""
        font = "M" if mono else "B" if bold else "R"
        r, g, b = colour
        self.ops.append(
            f"BT /{font} {size:g} Tf {r:g} {g:g} {b:g} rg {x:.2f} {self.size[1] - y:.2f} Td ({literal(text)}) Tj ET"
        )

    def right(self, x: float, y: float, text: str, size: float = 9, *, bold: bool = False) -> None:
        """Text with its right end at ``x``."""
        self.text(x - self.paper.width(text, size, bold=bold), y, text, size, bold=bold)

    def paragraph(
        self, x: float, y: float, width: float, text: str, size: float = 9, *, leading: float = 1.4
    ) -> float:
        """Text broken to a width; gives the line where the next thing may stand."""
        for line in self.paper.broken(text, width, size):
            self.text(x, y, line, size)
            y += size * leading
        return y

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, *, width: float = 0.5, colour: Colour = BLACK
    ) -> None:
        """A straight line."""
        r, g, b = colour
        top = self.size[1]
        self.ops.append(
            f"{r:g} {g:g} {b:g} RG {width:g} w {x1:.2f} {top - y1:.2f} m {x2:.2f} {top - y2:.2f} l S"
        )

    def box(
        self, x: float, y: float, width: float, height: float, colour: Colour, *, line: bool = False
    ) -> None:
        """A filled rectangle, or its outline."""
        r, g, b = colour
        paint = f"{r:g} {g:g} {b:g} RG 0.75 w" if line else f"{r:g} {g:g} {b:g} rg"
        self.ops.append(
            f"{paint} {x:.2f} {self.size[1] - y - height:.2f} {width:.2f} {height:.2f} re {'S' if line else 'f'}"
        )

    def picture(self, picture: Picture, x: float, y: float, width: float) -> float:
        """A picture with its top left corner at ``x``, ``y``; gives its lower edge."""
        height = width * picture.height / picture.width
        self.pictures.append(picture)
        name = f"I{len(self.pictures)}"
        self.ops.append(
            f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {self.size[1] - y - height:.2f} cm /{name} Do Q"
        )
        return y + height

    def table(
        self,
        x: float,
        y: float,
        columns: Sequence[tuple[str, float, bool]],
        rows: Iterable[Sequence[str]],
        size: float = 8,
    ) -> float:
        """A ruled table; a column is (heading, width, whether figures stand at the right)."""
        total = sum(width for _, width, _ in columns)
        self.box(x, y - size - 2, total, size + 7, (0.91, 0.92, 0.93))
        self._row(x, y, columns, [heading for heading, _, _ in columns], size, bold=True)
        for row in rows:
            y += size * 1.7
            self._row(x, y, columns, row, size, bold=False)
            self.rule(x, y + size * 0.45, x + total, y + size * 0.45, width=0.25, colour=(0.6, 0.6, 0.6))
        return y + size * 1.7

    def _row(
        self,
        x: float,
        y: float,
        columns: Sequence[tuple[str, float, bool]],
        row: Sequence[str],
        size: float,
        *,
        bold: bool,
    ) -> None:
        for (_, width, is_figure), text in zip(columns, row, strict=True):
            if is_figure:
                self.right(x + width - 3, y, text, size, bold=bold)
            else:
                self.text(x + 3, y, text, size, bold=bold)
            x += width

    def link(self, x: float, y: float, width: float, height: float, page: int) -> None:
        """A link to another page of the paper, counted from 0."""
        rect = f"{x:.0f} {self.size[1] - y - height:.0f} {x + width:.0f} {self.size[1] - y:.0f}"
        self.annotations.append(Annotation(f"/Subtype/Link/Rect[{rect}]/Border[0 0 0]/Dest(page{page})"))

    def field(self, x: float, y: float, width: float, name: str, value: str) -> None:
        """A text field of a form, filled in."""
        rect = f"{x:.0f} {self.size[1] - y - 4:.0f} {x + width:.0f} {self.size[1] - y + 11:.0f}"
        self.annotations.append(
            Annotation(
                f"/Subtype/Widget/FT/Tx/T({name})/V({literal(value)})/DA(/Helv 9 Tf 0 g)/F 4/Rect[{rect}]",
                value,
                width,
            )
        )

    def layer(self, name: str, *, begins: bool) -> None:
        """Begin or end what belongs to a layer of a drawing."""
        if begins:
            self.paper.layers.setdefault(name, f"L{len(self.paper.layers)}")
            self.ops.append(f"/OC /{self.paper.layers[name]} BDC")
        else:
            self.ops.append("EMC")


class Paper:
    """A PDF of one of the two families of type, or of pictures only."""

    def __init__(self, family: Family | None = "noto", *, title: str = "", author: str = "") -> None:
        self.fonts: dict[str, Cut] = {}
        if family is not None:
            self.fonts = {"R": cut(family, "regular"), "B": cut(family, "semibold")}
        self.title, self.author = title, author
        self.pages: list[Page] = []
        self.layers: dict[str, str] = {}
        self.outline: list[tuple[str, int]] = []
        self.label_prefix = ""

    def page(self, size: tuple[int, int] = A4, *, rotate: int = 0) -> Page:
        """Another page."""
        page = Page(self, size, rotate)
        self.pages.append(page)
        return page

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a text is, in points."""
        return self.fonts["B" if bold else "R"].width(text) * size / 1000

    def broken(self, text: str, width: float, size: float) -> list[str]:
        """A text in lines no wider than ``width``."""
        lines: list[str] = []
        space = self.width(" ", size)
        for paragraph in text.split("\n"):
            words: list[str] = []
            used = 0.0
            for word in paragraph.split():
                wide = self.width(word, size)
                if words and used + space + wide > width:
                    lines.append(" ".join(words))
                    words, used = [], 0.0
                used += wide + (space if words else 0)
                words.append(word)
            lines.append(" ".join(words))
        return lines

    def to_bytes(self) -> bytes:
        """The file."""
        from tallystick.demo.papers.pdf_file import PdfFile

        return PdfFile().write(self)


def literal(text: str) -> str:
    """A text as the inside of a PDF string."""
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").replace("\n", "\\n")
