"""Every kind of PDF that a claim's papers may be, made small on purpose."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen import canvas

from tallystick.pdf.ingest import ingest
from tallystick.pdf.job import Job
from tallystick.pdf.model import DEFAULT_LIMITS, Group, IngestResult, Limits, Part, Stamp
from tallystick.pdf.planning import plan

A4 = (595, 842)


def drawn(draw: Callable[[canvas.Canvas], None], size: tuple[float, float] = A4) -> bytes:
    """A PDF drawn with ReportLab."""
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=size, invariant=1)
    draw(page)
    page.save()
    return buffer.getvalue()


def text_pages(*texts: str) -> bytes:
    """One page per text."""

    def draw(page: canvas.Canvas) -> None:
        for text in texts:
            page.setFont("Helvetica", 14)
            page.drawString(72, 700, text)
            page.showPage()

    return drawn(draw)


def edited(content: bytes, change: Callable[[pikepdf.Pdf], None], **save: Any) -> bytes:
    """The PDF after ``change`` had its way with it."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(buffer, static_id="encryption" not in save, **save)
    return buffer.getvalue()


def form(value: str, checked: bool) -> bytes:
    """A form with the same field names in every copy: text, check box and a group of radio buttons."""

    def draw(page: canvas.Canvas) -> None:
        fields = page.acroForm
        fields.textfield(name="contractor", value=value, x=60, y=700, width=200, height=20)
        fields.checkbox(name="final", checked=checked, x=60, y=660)
        fields.radio(name="method", value="unit", selected=True, x=60, y=620)
        fields.radio(name="method", value="sum", selected=False, x=90, y=620)
        page.showPage()

    return drawn(draw)


def named_destinations(old_style: bool) -> bytes:
    """Two pages, a link and an outline item that lead to the second by name."""

    def change(pdf: pikepdf.Pdf) -> None:
        target = Array([pdf.pages[1].obj, Name.XYZ, 10, 20, 0])
        if old_style:
            pdf.Root.Dests = Dictionary(chapter=target)
            name: Any = Name("/chapter")
        else:
            tree = Dictionary(Names=Array([String("chapter"), Dictionary(D=target)]))
            pdf.Root.Names = Dictionary(Dests=Dictionary(Kids=Array([pdf.make_indirect(tree)])))
            name = String("chapter")
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=Array([50, 50, 100, 100]),
            A=Dictionary(S=Name.GoTo, D=name),
        )
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Chapter"))
        pdf.Root.Outlines.First.Dest = name

    return edited(text_pages("first", "second"), change)


def nested_outline() -> bytes:
    """Three levels of outline over three pages."""

    def change(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as outline:
            top = pikepdf.OutlineItem("Part A", 0)
            below = pikepdf.OutlineItem("Section A.1", 1)
            below.children.append(pikepdf.OutlineItem("Detail A.1.1", 2))
            top.children.append(below)
            outline.root.extend([top, pikepdf.OutlineItem("Part B", 2)])

    return edited(text_pages("one", "two", "three"), change)


def layered(hidden: bool, base_state_off: bool = False) -> bytes:
    """A page with a black square on a layer that is hidden or not."""

    def change(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Markup")))
        pdf.pages[0].Resources.Properties = Dictionary(Layer=layer)
        square = b"/OC /Layer BDC 0 g 100 100 200 200 re f EMC"
        pdf.pages[0].Contents = pdf.make_stream(square)
        config = Dictionary(Order=Array([layer]))
        if base_state_off:
            config.BaseState = Name.OFF
            config.ON = Array([] if hidden else [layer])
        else:
            config.OFF = Array([layer] if hidden else [])
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=config)

    return edited(text_pages("layers"), change)


def tagged(role: str = "P", mapped_to: str = "") -> bytes:
    """A page whose only paragraph is tagged, with a structure parent key that is not dense."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        element = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name("/" + role), P=root, Pg=page.obj, K=0)
        )
        root.K = Array([element])
        root.ParentTree = Dictionary(Nums=Array([7, Array([element])]))
        if mapped_to:
            root.RoleMap = Dictionary({"/" + role: Name("/" + mapped_to)})
        page.StructParents = 7
        page.Contents = pdf.make_stream(b"/P <</MCID 0>> BDC BT /F1 12 Tf 72 700 Td (tagged) Tj ET EMC")
        pdf.Root.StructTreeRoot = root
        pdf.Root.MarkInfo = Dictionary(Marked=True)

    return edited(text_pages("x"), change)


def labelled() -> bytes:
    """Three pages labelled i, A-5, A-6."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.PageLabels = Dictionary(
            Nums=Array([0, Dictionary(S=Name.r), 1, Dictionary(S=Name.D, P=String("A-"), St=5)])
        )

    return edited(text_pages("a", "b", "c"), change)


def rotated(degrees: int, crop: Sequence[float] | None = None) -> bytes:
    """A page with a rotation and perhaps a crop box that doesn't start at the origin."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Rotate = degrees
        if crop is not None:
            pdf.pages[0].CropBox = Array(list(crop))

    return edited(text_pages("turned"), change)


def inherited() -> bytes:
    """Two pages that take resources, media box and rotation from a node two levels up."""

    def change(pdf: pikepdf.Pdf) -> None:
        root = pdf.Root.Pages
        first = pdf.pages[0].obj
        resources = first.Resources
        kids = [page.obj for page in pdf.pages]
        inner = pdf.make_indirect(Dictionary(Type=Name.Pages, Parent=root, Kids=Array(kids), Count=2))
        for kid in kids:
            kid.Parent = inner
            for key in ("/Resources", "/MediaBox", "/Rotate"):
                if key in kid:
                    del kid[key]
        root.Kids = Array([inner])
        root.Resources = resources
        root.MediaBox = Array([0, 0, 400, 300])
        inner.Rotate = 90

    return edited(text_pages("inherits", "as well"), change)


def signed() -> bytes:
    """A page with a visible, filled signature field (its bytes prove nothing, which no merge would ask)."""

    def change(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(b"0 0 1 rg 0 0 100 30 re f")
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 30])
        value = pdf.make_indirect(
            Dictionary(
                Type=Name.Sig,
                Filter=Name("/Adobe.PPKLite"),
                SubFilter=Name("/adbe.pkcs7.detached"),
                ByteRange=Array([0, 10, 20, 10]),
                Contents=String(b"\x30\x80" + bytes(20)),
            )
        )
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T=String("Signature1"),
                V=value,
                Rect=Array([100, 100, 200, 130]),
                AP=Dictionary(N=look),
                F=132,
                P=pdf.pages[0].obj,
            )
        )
        pdf.pages[0].Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)

    return edited(text_pages("signed"), change)


def dynamic_xfa() -> bytes:
    """A form that shows one "please wait" page to whoever can't do XFA."""

    def change(pdf: pikepdf.Pdf) -> None:
        packet = pdf.make_stream(b"<xdp><config><dynamicRender>required</dynamicRender></config></xdp>")
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=packet)
        pdf.Root.NeedsRendering = True

    return edited(text_pages("Please wait..."), change)


def portfolio(**files: bytes) -> bytes:
    """A cover page over embedded files."""

    def change(pdf: pikepdf.Pdf) -> None:
        for name, content in files.items():
            pdf.attachments[name.replace("_", ".")] = content
        pdf.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)

    return edited(text_pages("cover"), change)


def dangerous() -> bytes:
    """JavaScript, launching and submitting in every place that a viewer looks for them."""
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('1 0 R')"))

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = script
        pdf.Root.AA = Dictionary(WC=script)
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
        page = pdf.pages[0]
        page.AA = Dictionary(O=script)
        actions = [
            script,
            Dictionary(S=Name.Launch, F=String("calc.exe")),
            Dictionary(S=Name.URI, URI=String("javascript:alert(1)")),
            Dictionary(S=Name.URI, URI=String("https://example.com/"), Next=script),
            Dictionary(S=Name.SubmitForm, F=String("http://example.com")),
            Dictionary(S=Name.GoToR, F=String("other.pdf"), D=Array([0, Name.Fit])),
        ]
        page.Annots = Array(
            [
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, i, 9, i + 9]), A=action)
                for i, action in enumerate(actions)
            ]
        )
        # Hidden where no walk over annotations and outlines comes by.
        pdf.pages[0].Resources.Hidden = Dictionary(X=Dictionary(S=Name.JavaScript, JS=String("no")))

    return edited(text_pages("danger"), change)


def picture_pages(count: int, noise: bytes) -> bytes:
    """Pages that show one image of incompressible bytes."""

    def change(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(zlib.compress(noise))
        image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.FlateDecode
        image.Width, image.Height, image.BitsPerComponent = 64, len(noise) // 64, 8
        image.ColorSpace = Name.DeviceGray
        for page in pdf.pages:
            page.Resources.XObject = Dictionary(Im=image)
            page.Contents = pdf.make_stream(b"q 300 0 0 300 100 100 cm /Im Do Q")

    return edited(text_pages(*["x"] * count), change)


def prepare(
    content: bytes,
    folder: Path,
    name: str = "paper.pdf",
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> IngestResult:
    """Ingest in this process, which is quick; the sandbox has tests of its own."""
    work = folder / f"work-{len(list(folder.iterdir()))}"
    work.mkdir()
    source = work / "source"
    source.write_bytes(content)
    return ingest(Job(source, name, folder, work, password, limits), lambda _what, _value: None)


def segment_of(content: bytes, folder: Path, name: str = "paper.pdf") -> Path:
    """The segment of a PDF that has one."""
    result = prepare(content, folder, name)
    assert result.segment is not None, result
    return result.segment


def merged(
    folder: Path, *tree: bytes | Part | Group, stamp: Stamp | None = None, **options: Any
) -> pikepdf.Pdf:
    """The output of merging, opened; bytes become parts titled "Paper 1", "Paper 2" …"""
    parts = [
        Part(segment_of(entry, folder), f"Paper {place}") if isinstance(entry, bytes) else entry
        for place, entry in enumerate(tree, start=1)
    ]
    path = folder / f"merged-{len(list(folder.iterdir()))}.pdf"
    plan(parts, stamp=stamp, **options).write(path, durable=False)
    pdf = pikepdf.open(path)
    assert not pdf.get_warnings()
    return pdf
