"""Fonts inside the document: subset, character codes, widths, and the map back to text.

Every face becomes a Type0 font with two-byte codes. Of the document's own face the code is the glyph number, so
that set words can be kept between documents; of every other face codes are given out as they are needed, one for
each pair of glyph and text, so that what is copied out is what was put in.
"""

import zlib
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

import uharfbuzz as hb

from tallystick.pdf.draw.faces import Face

_GLYF_TABLES = frozenset({"glyf", "loca", "head", "hhea", "hmtx", "maxp", "cvt ", "fpgm", "prep"})


class EmbeddedFont:
    """One face as used by one document."""

    def __init__(self, face: Face, resource: str) -> None:
        self.face = face
        self.resource = resource
        """The name in the page's resources."""
        self._texts: dict[int, str] = {}
        self._noted: dict[int, dict[int, str]] = {}
        """What was noted already, by identity; holding it keeps the identity."""
        self._alias: dict[tuple[int, str], int] = {}
        self._glyph_of: dict[int, int] = {}
        self._next = face.glyph_count if face.direct else 1

    def use(self, words: tuple[dict[int, str], ...]) -> None:
        """Note glyphs of the document's own face, whose codes are their numbers."""
        for texts in words:
            if id(texts) not in self._noted:
                self._noted[id(texts)] = texts
                self._texts.update(texts)

    def code(self, glyph: int, text: str) -> int:
        """The character code that shows ``glyph`` and copies out as ``text``."""
        if self.face.direct and self._texts.setdefault(glyph, text) == text:
            return glyph
        found = self._alias.get((glyph, text))
        if found is None:
            found = self._alias[glyph, text] = self._next
            self._glyph_of[found] = glyph
            self._next += 1
        return found

    def write(self, add: Callable[[bytes], int], add_stream: Callable[[bytes, bytes], int]) -> int:
        """Write the font's objects and return the number of the one that pages name.

        ``add(body)`` and ``add_stream(dictionary entries, data)`` give the numbers of what they wrote.
        """
        codes = {**{glyph: glyph for glyph in self._texts}, **self._glyph_of}
        texts = {**self._texts, **{code: text for (_, text), code in self._alias.items()}}
        glyphs = frozenset(codes.values()) | {0}
        program, placed = _subset(self.face, glyphs)
        name = f"{_tag(self.face, glyphs)}+{self.face.name}"
        descriptor = add(self._descriptor(name, add_stream, program))
        to_unicode = add_stream(b"", _to_unicode(texts))
        if self.face.is_cff:
            encoding = f"{add_stream(_CMAP_ENTRIES, _code_map({c: placed[g] for c, g in codes.items()}))} 0 R"
            widths = _widths({placed[g]: self.face.advance(g) for g in codes.values()})
            kind, glyph_map = "CIDFontType0", ""
        else:
            encoding = "/Identity-H"
            widths = _widths({code: self.face.advance(glyph) for code, glyph in codes.items()})
            kind = "CIDFontType2"
            if all(code == glyph for code, glyph in codes.items()):
                glyph_map = "/CIDToGIDMap/Identity"
            else:
                glyph_map = f"/CIDToGIDMap {add_stream(b'', _glyph_map(codes))} 0 R"
        descendant = add(
            f"<</Type/Font/Subtype/{kind}/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            f"/Supplement 0>>/FontDescriptor {descriptor} 0 R/DW 0/W[{widths}]{glyph_map}>>".encode()
        )
        return add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding {encoding}"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {to_unicode} 0 R>>".encode()
        )

    def _descriptor(self, name: str, add_stream: Callable[[bytes, bytes], int], program: bytes) -> bytes:
        if self.face.is_cff:
            file = f"/FontFile3 {add_stream(b'/Subtype/CIDFontType0C', program)} 0 R"
        else:
            file = f"/FontFile2 {add_stream(b'/Length1 %d' % len(program), program)} 0 R"
        ascent, descent = self.face.vertical()
        box = " ".join(str(side) for side in self.face.bounding_box())
        italic = self.face.italic
        return (
            f"<</Type/FontDescriptor/FontName/{name}/Flags {4 | (64 if italic else 0)}/FontBBox[{box}]"
            f"/ItalicAngle {-10 if italic else 0}/Ascent {ascent}/Descent {descent}/CapHeight 698/StemV 80{file}>>"
        ).encode()


@lru_cache(maxsize=128)
def _subset(face: Face, glyphs: frozenset[int]) -> tuple[bytes, dict[int, int]]:
    """The font program with these glyphs only, and their numbers in it. Kept, as claims use much the same."""
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    if face.is_cff:
        wanted.flags |= hb.SubsetFlags.DOWNGRADE_CFF2 | hb.SubsetFlags.DESUBROUTINIZE
    else:
        wanted.flags |= hb.SubsetFlags.RETAIN_GIDS
        for table in face.hb_face.table_tags:
            if table not in _GLYF_TABLES and table not in {
                "fvar",
                "gvar",
                "avar",
                "HVAR",
                "MVAR",
                "STAT",
                "cvar",
            }:
                wanted.drop_table_tag_set.add(int.from_bytes(table.encode(), "big"))
    if face.wght is not None:
        wanted.pin_axis_location(face.hb_face, "wght", face.wght)
    plan = hb.SubsetPlan(face.hb_face, wanted)
    made = plan.execute()
    placed = {old: new for old, new in plan.old_to_new_glyph_mapping.items() if old in glyphs}
    if face.is_cff:
        return bytes(made.reference_table("CFF ").data), placed
    return bytes(made.blob.data), placed


def _tag(face: Face, glyphs: frozenset[int]) -> str:
    """Six capitals that differ when the subset does, and are the same for the same subset."""
    digest = sha256(f"{face.name} {sorted(glyphs)}".encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _widths(advances: dict[int, int]) -> str:
    parts: list[str] = []
    previous = None
    for code in sorted(advances):
        if previous is not None and code == previous + 1:
            parts[-1] = f"{parts[-1]} {advances[code]}"
        else:
            parts.append(f"{code}[{advances[code]}")
        previous = code
    return "".join(f"{part}]" for part in parts)


def _glyph_map(codes: dict[int, int]) -> bytes:
    table = bytearray(2 * (max(codes) + 1))
    for code, glyph in codes.items():
        table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
    return bytes(table)


_CMAP_ENTRIES = (
    b"/Type/CMap/CMapName/Tallystick-Codes/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
)
_CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    "/CIDSystemInfo <</Registry (Adobe) /Ordering ({ordering}) /Supplement 0>> def\n"
    "/CMapName /{name} def\n/CMapType {kind} def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
)
_CMAP_TAIL = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"


def _to_unicode(texts: dict[int, str]) -> bytes:
    entries = [
        f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in sorted(texts.items()) if text
    ]
    head = _CMAP_HEAD.format(ordering="UCS", name="Adobe-Identity-UCS", kind=2)
    return (head + _sections(entries, "bfchar") + _CMAP_TAIL).encode()


def _code_map(cids: dict[int, int]) -> bytes:
    entries = [f"<{code:04x}> {cid}" for code, cid in sorted(cids.items())]
    head = _CMAP_HEAD.format(ordering="Identity", name="Tallystick-Codes", kind=1)
    return (head + _sections(entries, "cidchar") + _CMAP_TAIL).encode()


def _sections(entries: list[str], kind: str) -> str:
    parts = [entries[at : at + 100] for at in range(0, len(entries), 100)]
    return "".join(f"{len(part)} begin{kind}\n" + "\n".join(part) + f"\nend{kind}\n" for part in parts)


def compressed(data: bytes) -> bytes:
    """The data deflated, the same on every run."""
    return zlib.compress(data, 4)
