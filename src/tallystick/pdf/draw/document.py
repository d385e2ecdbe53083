"""A PDF made of content streams written directly: pages, text, rules, links, metadata.

Coordinates are points from the top left corner of the page, y downwards; text stands on its baseline. The same
calls give the same bytes: no clock, no random identifiers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from xml.sax.saxutils import escape

from tallystick.pdf.draw.embed import EmbeddedFont, compressed
from tallystick.pdf.draw.faces import UNITS, Face
from tallystick.pdf.draw.typeset import Line, Placed, Plain, Shaped

PRODUCER = "Tallystick"


@dataclass(frozen=True, slots=True)
class Size:
    """A page size in points."""

    width: float
    height: float

    @property
    def landscape(self) -> "Size":
        return Size(max(self.width, self.height), min(self.width, self.height))

    @property
    def portrait(self) -> "Size":
        return Size(min(self.width, self.height), max(self.width, self.height))


A4 = Size(595.28, 841.89)
LETTER = Size(612, 792)


class Page:
    """One page. It is written when the document is, so earlier pages may still be added to."""

    def __init__(self, document: "Document", size: Size) -> None:
        self.size = size
        self._document = document
        self._ops: list[str] = []
        self._font: tuple[EmbeddedFont, float] | None = None
        self._gray = 0.0
        self._squeeze = 100.0

    def show(self, line: Line, x: float, baseline: float, size: float, gray: float = 0.0) -> None:
        """Show a set line with its left edge at ``x``."""
        if not line.spans:
            return
        ops = self._ops
        if gray != self._gray:
            self._set_gray(gray)
        squeeze = ""
        if line.squeeze != self._squeeze:
            self._squeeze = line.squeeze
            squeeze = f"{line.squeeze:.2f} Tz\n"
        up = self.size.height - baseline
        span = line.spans[0]
        if isinstance(span, Plain):
            font = self._document.font(span.face)
            font.use(span.texts)
            ops.append(f"BT {x:.2f} {up:.2f} Td\n{squeeze}{self._select(font, size)}[{span.body}]TJ\nET\n")
            return
        ops.append(f"BT {x:.2f} {up:.2f} Td\n{squeeze}")
        at = 0
        high, wide = size / UNITS, size * line.squeeze / (UNITS * 100)
        marks: list[str] = []
        for span in line.spans:
            assert isinstance(span, Shaped)
            font = self._document.font(span.face)
            ops.append(self._select(font, size))
            marks += [
                f"q {wide:.5f} 0 0 {high:.5f} {x + (at + to) * wide:.2f} {up + rise * high:.2f} cm\n"
                f"{span.face.outline(glyph)}f Q\n"
                for glyph, to, rise in self._show_shaped(span, font, size)
            ]
            at += span.width
        ops.append("ET\n")
        ops += marks

    def show_row(
        self, cells: Sequence[tuple[float, Line]], baseline: float, size: float, gray: float = 0.0
    ) -> None:
        """Show set lines with their left edges side by side on one baseline: one text object for them all."""
        parts: list[str] = []
        font: EmbeddedFont | None = None
        noted: tuple[dict[int, str], ...] = ()
        at = 0.0
        for x, line in cells:
            if not line.spans:
                continue
            span = line.spans[0]
            if (
                not isinstance(span, Plain)
                or line.squeeze != 100
                or (font is not None and span.face is not font.face)
            ):
                self.show(line, x, baseline, size, gray)
                continue
            if font is None:
                font = self._document.font(span.face)
                parts.append(f"{x:.2f} {self.size.height - baseline:.2f} Td[{span.body}]TJ\n")
            else:
                parts.append(f"{x - at:.2f} 0 Td[{span.body}]TJ\n")
            if span.texts is not noted:
                noted = span.texts
                font.use(noted)
            at = x
        if font is None:
            return
        if gray != self._gray:
            self._set_gray(gray)
        if self._squeeze != 100:
            self._squeeze = 100
            self._ops.append("100 Tz\n")
        self._ops.append(f"BT {self._select(font, size)}{''.join(parts)}ET\n")

    def _select(self, font: EmbeddedFont, size: float) -> str:
        if self._font == (font, size):
            return ""
        self._font = (font, size)
        return f"/{font.resource} {size:g} Tf\n"

    def show_right(self, line: Line, right: float, baseline: float, size: float, gray: float = 0.0) -> None:
        """Show a set line with its right edge at ``right``."""
        self.show(line, right - line.width_at(size), baseline, size, gray)

    def show_centred(
        self, line: Line, centre: float, baseline: float, size: float, gray: float = 0.0
    ) -> None:
        """Show a set line centred on ``centre``."""
        self.show(line, centre - line.width_at(size) / 2, baseline, size, gray)

    def rule(self, x1: float, y: float, x2: float, width: float = 0.5, gray: float = 0.0) -> None:
        """A horizontal rule centred on ``y``."""
        self.box(x1, y - width / 2, x2 - x1, width, gray)

    def upright(self, x: float, y1: float, y2: float, width: float = 0.5, gray: float = 0.0) -> None:
        """A vertical rule centred on ``x``."""
        self.box(x - width / 2, y1, width, y2 - y1, gray)

    def box(self, x: float, y: float, width: float, height: float, gray: float) -> None:
        """A filled rectangle; ``y`` is its upper edge."""
        self._set_gray(gray)
        self._ops.append(f"{x:.2f} {self.size.height - y - height:.2f} {width:.2f} {height:.2f} re f\n")

    def frame(self, x: float, y: float, width: float, height: float, *, line: float = 0.75) -> None:
        """The outline of a rectangle in black; ``y`` is its upper edge."""
        self._ops.append(
            f"{line:g} w {x:.2f} {self.size.height - y - height:.2f} {width:.2f} {height:.2f} re S\n"
        )

    def stack(
        self, lines: Sequence[Line], x: float, top: float, size: float, *, leading: float = 0, gray: float = 0
    ) -> float:
        """Show lines one under the other from ``top`` and return where they end."""
        for line in lines:
            above, below = line.room(size, leading or size * 1.35)
            self.show(line, x, top + above, size, gray)
            top += above + below
        return top

    def content(self) -> bytes:
        return "".join(self._ops).encode("ascii")

    def _set_gray(self, gray: float) -> None:
        if gray != self._gray:
            self._gray = gray
            self._ops.append(f"{gray:g} g\n")

    def _show_shaped(self, span: Shaped, font: EmbeddedFont, size: float) -> list[tuple[int, int, int]]:
        """Glyph by glyph, so that the text can be copied out again; returns the marks that are to be drawn.

        Marks that take no room (vowel signs, the dots of Arabic letters) become outlines, since viewers take the
        pen's way back to them for a gap between words. The text of the cluster stays with its one spacing
        glyph; a cluster of several says by ActualText what it stands for.
        """
        pen = _Pen(self._ops, font, size)
        marks: list[tuple[int, int, int]] = []
        for cluster in span.clusters:
            spacing = sum(_takes_room(span.face, placed) for placed in cluster.glyphs)
            if spacing > 1:
                pen.flush()
                self._ops.append(f"/Span<</ActualText<feff{cluster.text.encode('utf-16-be').hex()}>>>BDC\n")
            text = cluster.text
            for placed in cluster.glyphs:
                if spacing and not _takes_room(span.face, placed):
                    marks.append((placed.glyph, pen.at + placed.before, placed.rise))
                    pen.skip(placed)
                else:
                    pen.show(placed, text)
                    text = ""
            if spacing > 1:
                pen.flush()
                self._ops.append("EMC\n")
        pen.close()
        return marks


def _takes_room(face: Face, placed: Placed) -> bool:
    """Whether the pen moves on for a glyph."""
    return placed.before + face.advance(placed.glyph) + placed.after > 0


class _Pen:
    """Writes glyphs at wanted places: ``at`` is where the next one belongs, ``_real`` where the viewer's pen is."""

    def __init__(self, ops: list[str], font: EmbeddedFont, size: float) -> None:
        self._ops = ops
        self._font = font
        self._size = size
        self._body: list[str] = []
        self._rise = 0
        self._real = 0
        self.at = 0

    def show(self, placed: Placed, text: str) -> None:
        if placed.rise != self._rise:
            self.flush()
            self._set_rise(placed.rise)
        self._move(self.at + placed.before)
        self._body.append(f"<{self._font.code(placed.glyph, text):04x}>")
        self._real += self._font.face.advance(placed.glyph)
        self.skip(placed)

    def skip(self, placed: Placed) -> None:
        self.at += placed.before + self._font.face.advance(placed.glyph) + placed.after

    def flush(self) -> None:
        if self._body:
            self._ops.append(f"[{''.join(self._body)}]TJ\n".replace("><", ""))
            self._body.clear()

    def close(self) -> None:
        self._move(self.at)
        self.flush()
        self._set_rise(0)

    def _set_rise(self, rise: int) -> None:
        if rise != self._rise:
            self._rise = rise
            self._ops.append(f"{rise * self._size / 1000:.3f} Ts\n")

    def _move(self, to: int) -> None:
        if to != self._real:
            self._body.append(str(self._real - to))
            self._real = to


class Document:
    """Collects pages and writes the file.

    ``language`` is a BCP 47 tag; ``created`` (aware) is left out of the file when None.
    """

    def __init__(
        self,
        *,
        title: str,
        language: str = "en",
        author: str = "",
        subject: str = "",
        created: datetime | None = None,
    ) -> None:
        self.title = title
        self.language = language
        self.author = author
        self.subject = subject
        self.created = created
        self.pages: list[Page] = []
        self._fonts: dict[Face, EmbeddedFont] = {}

    def page(self, size: Size) -> Page:
        """Add a page."""
        page = Page(self, size)
        self.pages.append(page)
        return page

    def font(self, face: Face) -> EmbeddedFont:
        found = self._fonts.get(face)
        if found is None:
            found = self._fonts[face] = EmbeddedFont(face, f"F{len(self._fonts) + 1}")
        return found

    def to_bytes(self) -> bytes:
        """The whole file."""
        return _Writer().write(self, list(self._fonts.values()))


class _Writer:
    """Numbers objects as they come and knows where each begins."""

    def __init__(self) -> None:
        self._bodies: list[bytes | None] = []

    def write(self, document: Document, fonts: Iterable[EmbeddedFont]) -> bytes:
        catalog, tree = self._reserve(), self._reserve()
        metadata = self._plain_stream(b"/Type/Metadata/Subtype/XML", _xmp(document))
        info = self._add(_info(document))
        resources = self._reserve()
        named = "".join(f"/{font.resource} {font.write(self._add, self._stream)} 0 R" for font in fonts)
        self._set(resources, f"<</Font<<{named}>>/ProcSet[/PDF/Text]>>".encode())
        kids = []
        for page in document.pages:
            content = self._stream(b"", page.content())
            kids.append(
                self._add(
                    f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {page.size.width:g} {page.size.height:g}]"
                    f"/Resources {resources} 0 R/Contents {content} 0 R>>".encode()
                )
            )
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        self._set(tree, f"<</Type/Pages/Count {len(kids)}/Kids[{listed}]>>".encode())
        self._set(
            catalog,
            f"<</Type/Catalog/Pages {tree} 0 R/Metadata {metadata} 0 R/Lang{_string(document.language)}"
            f"/ViewerPreferences<</DisplayDocTitle true>>>>".encode(),
        )
        return self._file(catalog, info)

    def _reserve(self) -> int:
        self._bodies.append(None)
        return len(self._bodies)

    def _set(self, number: int, body: bytes) -> None:
        self._bodies[number - 1] = body

    def _add(self, body: bytes) -> int:
        self._bodies.append(body)
        return len(self._bodies)

    def _stream(self, entries: bytes, data: bytes) -> int:
        return self._plain_stream(entries + b"/Filter/FlateDecode", compressed(data))

    def _plain_stream(self, entries: bytes, data: bytes) -> int:
        return self._add(b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data))

    def _file(self, catalog: int, info: int) -> bytes:
        parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        offset = len(parts[0])
        table = [b"0000000000 65535 f \n"]
        for number, body in enumerate(self._bodies, 1):
            assert body is not None
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            table.append(b"%010d 00000 n \n" % offset)
            parts.append(part)
            offset += len(part)
        identifier = sha256(b"".join(parts)).hexdigest()[:32]
        parts.append(
            b"xref\n0 %d\n%btrailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (
                len(table), b"".join(table), len(table), catalog, info,
                identifier.encode(), identifier.encode(), offset,
            )
        )  # fmt: skip
        return b"".join(parts)


def _string(text: str) -> str:
    """A PDF text string."""
    if text.isascii() and text.isprintable():
        inner = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"({inner})"
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"


def _info(document: Document) -> bytes:
    entries = {
        "Title": document.title,
        "Author": document.author,
        "Subject": document.subject,
        "Producer": PRODUCER,
        "Creator": PRODUCER,
    }
    if document.created is not None:
        entries["CreationDate"] = f"{document.created.astimezone(UTC):D:%Y%m%d%H%M%SZ}"
    return ("<<" + "".join(f"/{key}{_string(text)}" for key, text in entries.items() if text) + ">>").encode()


def _xmp(document: Document) -> bytes:
    def said(text: str) -> str:
        return escape(
            "".join(char for char in text if char.isprintable()).encode("utf-8", "replace").decode()
        )

    created = ""
    if document.created is not None:
        created = f"<xmp:CreateDate>{document.created.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</xmp:CreateDate>"
    author = f"<dc:creator><rdf:Seq><rdf:li>{said(document.author)}</rdf:li></rdf:Seq></dc:creator>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{said(document.title)}</rdf:li></rdf:Alt></dc:title>'
        f"{author if document.author else ''}{created}"
        f"<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool><pdf:Producer>{PRODUCER}</pdf:Producer>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
