"""A small writer for other people's PDFs: text, rules, boxes, pictures, links, form fields, layers, outlines.

Coordinates are points from the top left corner. The same calls give the same bytes.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import md5

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

    def text(self, x: float, y: float, text: str, size: float = 9, *, bold: bool = False, mono: bool = False, colour: Colour = BLACK) -> None:  # fmt: skip
        """Text with its left end at ``x``, standing on ``y``."""
        font = "M" if mono else "B" if bold else "R"
        r, g, b = colour
        self.ops.append(
            f"BT /{font} {size:g} Tf {r:g} {g:g} {b:g} rg {x:.2f} {self.size[1] - y:.2f} Td ({_literal(text)}) Tj ET"
        )

    def right(self, x: float, y: float, text: str, size: float = 9, *, bold: bool = False) -> None:
        """Text with its right end at ``x``."""
        self.text(x - self.paper.width(text, size, bold=bold), y, text, size, bold=bold)

    def paragraph(self, x: float, y: float, width: float, text: str, size: float = 9, *, leading: float = 1.4) -> float:  # fmt: skip
        """Text broken to a width; gives the line where the next thing may stand."""
        for line in self.paper.broken(text, width, size):
            self.text(x, y, line, size)
            y += size * leading
        return y

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.5, colour: Colour = BLACK
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
        self.ops.append(f"{paint} {x:.2f} {self.size[1] - y - height:.2f} {width:.2f} {height:.2f} re {'S' if line else 'f'}")  # fmt: skip

    def picture(self, picture: Picture, x: float, y: float, width: float) -> float:
        """A picture with its top left corner at ``x``, ``y``; gives its lower edge."""
        height = width * picture.height / picture.width
        self.pictures.append(picture)
        name = f"I{len(self.pictures)}"
        self.ops.append(
            f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {self.size[1] - y - height:.2f} cm /{name} Do Q"
        )
        return y + height

    def table(self, x: float, y: float, columns: Sequence[tuple[str, float, bool]], rows: Iterable[Sequence[str]], size: float = 8) -> float:  # fmt: skip
        """A ruled table; a column is (heading, width, whether figures stand at the right)."""
        total = sum(width for _, width, _ in columns)
        self.box(x, y - size - 2, total, size + 7, (0.91, 0.92, 0.93))
        self._row(x, y, columns, [heading for heading, _, _ in columns], size, bold=True)
        for row in rows:
            y += size * 1.7
            self._row(x, y, columns, row, size, bold=False)
            self.rule(x, y + size * 0.45, x + total, y + size * 0.45, 0.25, (0.6, 0.6, 0.6))
        return y + size * 1.7

    def _row(self, x: float, y: float, columns: Sequence[tuple[str, float, bool]], row: Sequence[str], size: float, *, bold: bool) -> None:  # fmt: skip
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
                f"/Subtype/Widget/FT/Tx/T({name})/V({_literal(value)})/DA(/Helv 9 Tf 0 g)/F 4/Rect[{rect}]",
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
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}".strip()
                if line and self.width(longer, size) > width:
                    lines.append(line)
                    longer = word
                line = longer
            lines.append(line)
        return lines

    def to_bytes(self) -> bytes:
        """The file."""
        return _File().write(self)


class _File:
    """Objects in order, then the cross-reference table."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self._helv = 0
        self._known: dict[int, int] = {}

    def write(self, paper: Paper) -> bytes:
        root, pages, info = self._reserve(), self._reserve(), self._reserve()
        fonts = " ".join(f"/{name} {self._font(font)} 0 R" for name, font in paper.fonts.items())
        mono = self._add("<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>")
        self._helv = self._add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
        layers = {
            key: self._add(f"<</Type/OCG/Name({_literal(name)})>>") for name, key in paper.layers.items()
        }
        properties = "".join(f"/{key} {number} 0 R" for key, number in layers.items())
        fields: list[int] = []
        kids = []
        for page in paper.pages:
            kids.append(
                self._page(page, pages, f"/Font<<{fonts} /M {mono} 0 R>>/Properties<<{properties}>>", fields)
            )
        self._set(pages, f"<</Type/Pages/Count {len(kids)}/Kids[{_refs(kids)}]>>")
        self._set(
            info,
            f"<</Title({_literal(paper.title)})/Author({_literal(paper.author)})/Producer(Site Office 6)>>",
        )
        extra = ""
        if paper.outline:
            extra += f"/Outlines {self._outline(paper.outline, kids)} 0 R/PageMode/UseOutlines"
        if any("/Dest(page" in note.entries for page in paper.pages for note in page.annotations):
            names = "".join(
                f"(page{n})[{kid} 0 R/Fit]" for n, kid in sorted(enumerate(kids), key=lambda k: f"page{k[0]}")
            )
            extra += f"/Names<</Dests<</Names[{names}]>>>>"
        if paper.label_prefix:
            extra += f"/PageLabels<</Nums[0<</S/D/P({_literal(paper.label_prefix)})>>]>>"
        if fields:
            extra += f"/AcroForm<</Fields[{_refs(fields)}]/DA(/Helv 9 Tf 0 g)/DR<</Font<</Helv {self._helv} 0 R>>>>>>"
        if layers:
            listed = _refs(layers.values())
            extra += f"/OCProperties<</OCGs[{listed}]/D<</Order[{listed}]/ON[{listed}]/OFF[]>>>>"
        self._set(root, f"<</Type/Catalog/Pages {pages} 0 R{extra}>>")
        return self._assembled(root, info)

    def _page(self, page: Page, parent: int, resources: str, fields: list[int]) -> int:
        content = self._stream("", "\n".join(page.ops).encode("cp1252", "replace"))
        pictures = "".join(
            f"/I{n} {self._picture(picture)} 0 R" for n, picture in enumerate(page.pictures, 1)
        )
        notes = []
        for note in page.annotations:
            number = self._add(f"<</Type/Annot{note.entries}{self._appearance(note)}>>")
            notes.append(number)
            if note.width:
                fields.append(number)
        width, height = page.size
        rotate = f"/Rotate {page.rotate}" if page.rotate else ""
        annots = f"/Annots[{_refs(notes)}]" if notes else ""
        return self._add(
            f"<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 {width} {height}]{rotate}{annots}"
            f"/Resources<<{resources}/XObject<<{pictures}>>>>/Contents {content} 0 R>>"
        )

    def _appearance(self, note: Annotation) -> str:
        if not note.width:
            return ""
        number = self._stream(
            f"/Type/XObject/Subtype/Form/BBox[0 0 {note.width:.0f} 15]/Resources<</Font<</Helv {self._helv} 0 R>>>>",
            f"/Tx BMC q BT /Helv 9 Tf 0 g 2 4 Td ({_literal(note.shown)}) Tj ET Q EMC".encode(
                "cp1252", "replace"
            ),
        )
        return f"/AP<</N {number} 0 R>>"

    def _picture(self, picture: Picture) -> int:
        known = self._known.get(id(picture))
        if known is None:
            space = "DeviceGray" if picture.is_gray else "DeviceRGB"
            head = (
                f"<</Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}/ColorSpace/{space}"
                f"/BitsPerComponent 8/Filter/DCTDecode/Length {len(picture.jpeg)}>>stream\n"
            )
            known = self._add(head.encode() + picture.jpeg + b"\nendstream")
            self._known[id(picture)] = known
        return known

    def _font(self, font: Cut) -> int:
        program = self._stream(f"/Length1 {len(font.program)}", font.program)
        descriptor = self._add(
            f"<</Type/FontDescriptor/FontName/SAMPLE+{font.name}/Flags 32/FontBBox[-600 -300 1400 1100]/ItalicAngle 0"
            f"/Ascent {font.ascent}/Descent {font.descent}/CapHeight 700/StemV 80/FontFile2 {program} 0 R>>"
        )
        widths = " ".join(map(str, font.widths))
        return self._add(
            f"<</Type/Font/Subtype/TrueType/BaseFont/SAMPLE+{font.name}/Encoding/WinAnsiEncoding/FirstChar 32"
            f"/LastChar 255/Widths[{widths}]/FontDescriptor {descriptor} 0 R>>"
        )

    def _outline(self, entries: Sequence[tuple[str, int]], kids: Sequence[int]) -> int:
        root = self._reserve()
        numbers = [self._reserve() for _ in entries]
        for index, (title, page) in enumerate(entries):
            links = f"/Prev {numbers[index - 1]} 0 R" if index else ""
            links += f"/Next {numbers[index + 1]} 0 R" if index + 1 < len(numbers) else ""
            self._set(
                numbers[index],
                f"<</Title({_literal(title)})/Parent {root} 0 R{links}/Dest[{kids[page]} 0 R/Fit]>>",
            )
        self._set(
            root, f"<</Type/Outlines/First {numbers[0]} 0 R/Last {numbers[-1]} 0 R/Count {len(numbers)}>>"
        )
        return root

    def _stream(self, entries: str, data: bytes) -> int:
        packed = zlib.compress(data, 6)
        head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode("cp1252")
        return self._add(head + packed + b"\nendstream")

    def _reserve(self) -> int:
        self.bodies.append(b"")
        return len(self.bodies)

    def _set(self, number: int, body: str) -> None:
        self.bodies[number - 1] = body.encode("cp1252", "replace")

    def _add(self, body: str | bytes) -> int:
        self.bodies.append(body.encode("cp1252", "replace") if isinstance(body, str) else body)
        return len(self.bodies)

    def _assembled(self, root: int, info: int) -> bytes:
        out = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self.bodies, 1):
            places.append(len(out))
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        name = md5(out, usedforsecurity=False).hexdigest()
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += f"trailer\n<</Size {len(places) + 1}/Root {root} 0 R/Info {info} 0 R/ID[<{name}><{name}>]>>\n".encode()
        out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(out)


def _refs(numbers: Iterable[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").replace("\n", "\\n")
