"""Writing a paper down: objects in order, then the cross-reference table."""

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import md5

from tallystick.demo.papers.fonts import Cut
from tallystick.demo.papers.sheet import Annotation, Page, Paper, Picture, literal


class PdfFile:
    """Objects in order, then the cross-reference table."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self._helv = 0
        self._known: dict[int, int] = {}

    def write(self, paper: Paper) -> bytes:
        """The bytes of the paper."""
        root, pages, info = self._reserve(), self._reserve(), self._reserve()
        fonts = " ".join(f"/{name} {self._font(font)} 0 R" for name, font in paper.fonts.items())
        mono = self._add("<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>")
        self._helv = self._add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
        layers = {
            key: self._add(f"<</Type/OCG/Name({literal(name)})>>") for name, key in paper.layers.items()
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
            f"<</Title({literal(paper.title)})/Author({literal(paper.author)})/Producer(Site Office 6)>>",
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
            extra += f"/PageLabels<</Nums[0<</S/D/P({literal(paper.label_prefix)})>>]>>"
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
            f"/Tx BMC q BT /Helv 9 Tf 0 g 2 4 Td ({literal(note.shown)}) Tj ET Q EMC".encode(
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
        program = self._add(_packed_program(font))
        descriptor = self._add(
            f"<</Type/FontDescriptor/FontName/SAMPLE+{font.name}/Flags 32/FontBBox[-600 -300 1400 1100]/ItalicAngle 0"
            f"/Ascent {font.ascent}/Descent {font.descent}/CapHeight 700/StemV 80/FontFile2 {program} 0 R>>"
        )
        widths = " ".join(map(str, font.widths[32:]))
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
                f"<</Title({literal(title)})/Parent {root} 0 R{links}/Dest[{kids[page]} 0 R/Fit]>>",
            )
        self._set(
            root, f"<</Type/Outlines/First {numbers[0]} 0 R/Last {numbers[-1]} 0 R/Count {len(numbers)}>>"
        )
        return root

    def _stream(self, entries: str, data: bytes) -> int:
        return self._add(_packed(entries, data))

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


def _packed(entries: str, data: bytes) -> bytes:
    packed = zlib.compress(data, 6)
    head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode("cp1252")
    return head + packed + b"\nendstream"


@lru_cache
def _packed_program(font: Cut) -> bytes:
    """The font's stream; the same bytes in every paper, so they are packed once."""
    return _packed(f"/Length1 {len(font.program)}", font.program)


def _refs(numbers: Iterable[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)
