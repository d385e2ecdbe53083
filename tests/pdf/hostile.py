"""Files made to crash, hang or exhaust whoever reads them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def assemble(*objects: bytes, trailer: bytes = b"", root: int = 1) -> bytes:
    """A classic PDF of the given object bodies, numbered from 1."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        root,
        trailer,
        table,
    )
    return bytes(out)


def page(parent: int = 2, extra: bytes = b"") -> bytes:
    return b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 200 200] %s >>" % (parent, extra)


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R %s >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
INK = b"0 g 0 0 100 100 re f"


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def page_tree_loop() -> bytes:
    return assemble(
        CATALOGUE % b"",
        b"<< /Type /Pages /Kids [3 0 R 2 0 R 4 0 R] /Count 3 >>",
        page(extra=b"/Contents 5 0 R"),
        b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 4 0 R 3 0 R] /Count 9 >>",
        stream(INK),
    )


def parent_loop() -> bytes:
    return assemble(
        CATALOGUE % b"",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 4 0 R >>",
        b"<< /Type /Page /Parent 4 0 R /Contents 5 0 R >>",
        b"<< /Type /Pages /Parent 2 0 R >>",
        stream(INK),
    )


def huge_count() -> bytes:
    return assemble(
        CATALOGUE % b"",
        b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>",
        page(extra=b"/Contents 4 0 R"),
        stream(INK),
    )


def negative_count() -> bytes:
    return assemble(
        CATALOGUE % b"",
        b"<< /Type /Pages /Kids [3 0 R] /Count -5 >>",
        page(extra=b"/Contents 4 0 R"),
        stream(INK),
    )


def outline_loop() -> bytes:
    return assemble(
        CATALOGUE % b"/Outlines 4 0 R",
        PAGES,
        page(extra=b"/Contents 6 0 R"),
        b"<< /Type /Outlines /First 5 0 R /Last 5 0 R /Count 1 >>",
        b"<< /Title (loop) /Parent 4 0 R /Next 5 0 R /Prev 5 0 R /First 5 0 R /Last 5 0 R /Dest [3 0 R /Fit] >>",
        stream(INK),
    )


def deep_outline(depth: int = 3000) -> bytes:
    items = [
        b"<< /Title (%d) /Parent %d 0 R /First %d 0 R /Last %d 0 R >>" % (n, n - 1, n + 1, n + 1)
        for n in range(6, 6 + depth)
    ]
    return assemble(
        CATALOGUE % b"/Outlines 5 0 R",
        PAGES,
        page(extra=b"/Contents 4 0 R"),
        stream(INK),
        b"<< /Type /Outlines /First 6 0 R /Last 6 0 R >>",
        *items,
        b"<< /Title (last) >>",
    )


def field_loop() -> bytes:
    return assemble(
        CATALOGUE % b"/AcroForm << /Fields [4 0 R 5 0 R] >>",
        PAGES,
        page(extra=b"/Annots [4 0 R 5 0 R] /Contents 6 0 R"),
        b"<< /T (a) /FT /Tx /Kids [5 0 R 4 0 R] /Parent 5 0 R /Subtype /Widget /Rect [0 0 9 9] >>",
        b"<< /T (b) /FT /Tx /Kids [4 0 R] /Parent 4 0 R /Subtype /Widget /Rect [0 0 9 9] >>",
        stream(INK),
    )


def name_tree_loop() -> bytes:
    return assemble(
        CATALOGUE % b"/Names << /Dests 4 0 R /EmbeddedFiles 4 0 R >> /PageLabels 4 0 R",
        PAGES,
        page(extra=b"/Contents 5 0 R"),
        b"<< /Kids [4 0 R 4 0 R] /Names [(a) 4 0 R (b)] /Nums [0 4 0 R 1] >>",
        stream(INK),
    )


def structure_loop() -> bytes:
    return assemble(
        CATALOGUE % b"/StructTreeRoot 4 0 R",
        PAGES,
        page(extra=b"/StructParents 0 /Contents 6 0 R"),
        b"<< /Type /StructTreeRoot /K 5 0 R /ParentTree << /Nums [0 5 0 R] /Kids [4 0 R] >> "
        b"/RoleMap << /A /B /B /A >> >>",
        b"<< /Type /StructElem /S /A /P 5 0 R /K [5 0 R 5 0 R] >>",
        stream(INK),
    )


def deep_arrays(depth: int = 20_000) -> bytes:
    return assemble(
        CATALOGUE % b"",
        PAGES,
        page(extra=b"/X " + b"[" * depth + b"]" * depth + b" /Contents 4 0 R"),
        stream(INK),
    )


def deflate_bomb(layers: int = 2) -> bytes:
    data = zlib.compress(bytes(40_000_000), 9)
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    filters = b"[" + b"/FlateDecode " * layers + b"]"
    return assemble(
        CATALOGUE % b"", PAGES, page(extra=b"/Contents 4 0 R"), stream(data, b"/Filter " + filters)
    )


def huge_page() -> bytes:
    return assemble(
        CATALOGUE % b"",
        PAGES,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e300 99999999999999999999] /UserUnit 1e30 /Contents 4 0 R >>",
        stream(INK),
    )


def huge_numbers() -> bytes:
    return assemble(
        CATALOGUE % b"",
        PAGES,
        page(extra=b"/Rotate 99999999999999999999999 /X 123456789012345678901234567890 /Contents 4 0 R"),
        stream(INK),
    )


def missing_objects() -> bytes:
    return assemble(
        CATALOGUE % b"/Outlines 99 0 R /AcroForm 98 0 R /OCProperties << /OCGs [97 0 R null 3] /D 96 0 R >>",
        PAGES,
        page(extra=b"/Annots [95 0 R null 7 (x)] /Resources 94 0 R /Contents [93 0 R 4 0 R null]"),
        stream(INK),
    )


def generations() -> bytes:
    body = assemble(CATALOGUE % b"", PAGES, page(extra=b"/Contents 4 5 R"), stream(INK))
    return body.replace(b"4 0 obj", b"4 5 obj").replace(b"00000 n \ntrailer", b"00005 n \ntrailer")


def indirect_length() -> bytes:
    return assemble(
        CATALOGUE % b"",
        PAGES,
        page(extra=b"/Contents 4 0 R"),
        b"<< /Length 5 0 R >>\nstream\n" + INK + b"\nendstream",
        b"%d" % len(INK),
    )


def wrong_length() -> bytes:
    return assemble(
        CATALOGUE % b"",
        PAGES,
        page(extra=b"/Contents 4 0 R"),
        b"<< /Length 999999 >>\nstream\n" + INK + b"\nendstream",
    )


def broken_deflate() -> bytes:
    data = bytearray(zlib.compress(INK + b"\n" + b"0 0 m 10 10 l S\n" * 2000))
    data[len(data) // 2] ^= 0xFF
    return assemble(
        CATALOGUE % b"", PAGES, page(extra=b"/Contents 4 0 R"), stream(bytes(data), b"/Filter /FlateDecode")
    )


def form_calls_itself() -> bytes:
    return assemble(
        CATALOGUE % b"",
        PAGES,
        page(extra=b"/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>"),
        stream(b"0 g 0 0 50 50 re f /F Do"),
        stream(
            b"/F Do /F Do",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>",
        ),
    )


def many_objects(count: int = 60_000) -> bytes:
    return assemble(
        CATALOGUE % b"",
        PAGES,
        page(extra=b"/Contents 4 0 R /X 5 0 R"),
        stream(INK),
        b"[" + b" ".join(b"%d 0 R" % n for n in range(6, 6 + count)) + b"]",
        *[b"<< /N %d >>" % n for n in range(count)],
    )


def every() -> Sequence[tuple[str, bytes]]:
    makers = (
        page_tree_loop,
        parent_loop,
        huge_count,
        negative_count,
        outline_loop,
        deep_outline,
        field_loop,
        name_tree_loop,
        structure_loop,
        deep_arrays,
        deflate_bomb,
        huge_page,
        huge_numbers,
        missing_objects,
        generations,
        indirect_length,
        wrong_length,
        broken_deflate,
        form_calls_itself,
        many_objects,
    )
    return [(maker.__name__, maker()) for maker in makers]
