"""The files that merging is measured with, made once and kept: the same every time."""

from __future__ import annotations

import io
import random
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import reportlab
from PIL import Image
from reportlab.lib.pagesizes import letter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
WORDS = (
    "progress",
    "claim",
    "retention",
    "schedule",
    "of",
    "values",
    "concrete",
    "steel",
    "invoice",
    "variation",
)

SETS = {
    "a": "100 files of 10 pages of text",
    "b": "20 scans of 22 MiB",
    "c": "1,000 files of one page",
    "d": "100 files that share a font and a picture",
    "e": "50 forms with the same field names",
    "f": "50 files with outlines and links",
}


def make(name: str, folder: Path, count: int) -> list[Path]:
    """The first ``count`` files of a set, made unless they are there already."""
    target = folder / f"{name}-{count}"
    done = target / "done"
    if not done.exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        pdfmetrics.registerFont(TTFont("Vera", FONT))
        for place in range(count):
            _MAKERS[name](target / f"{place:04}.pdf", place)
        done.touch()
    return sorted(target.glob("*.pdf"))


def _text(page: canvas.Canvas, seed: int) -> None:
    chance = random.Random(seed)
    page.setFont("Vera", 9)
    for y in range(740, 50, -12):
        page.drawString(50, y, " ".join(chance.choices(WORDS, k=11)) + f" {chance.random() * 1e6:,.2f}")


def _canvas(path: Path) -> canvas.Canvas:
    return canvas.Canvas(str(path), pagesize=letter, pageCompression=1, invariant=1)


def _pages_of_text(path: Path, place: int) -> None:
    page = _canvas(path)
    for number in range(10):
        _text(page, place * 100 + number)
        page.showPage()
    page.save()


def _scan(path: Path, place: int) -> None:
    pictures = []
    for number in range(10):
        noise = np.random.default_rng(place * 100 + number).integers(0, 256, (1650, 1275), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(noise).save(buffer, "JPEG", quality=96)
        pictures.append(buffer.getvalue())
    with path.open("wb") as out:
        img2pdf.convert(pictures, outputstream=out, nodate=True)


def _one_page(path: Path, place: int) -> None:
    page = _canvas(path)
    _text(page, place)
    page.showPage()
    page.save()


def _shared(path: Path, place: int) -> None:
    name, font = pikepdf.Name, FONT.read_bytes()
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8).tobytes()
    pdf = pikepdf.new()
    program = pdf.make_stream(zlib.compress(font, 6))
    program.Filter, program.Length1 = name.FlateDecode, len(font)
    descriptor = pikepdf.Dictionary(
        Type=name.FontDescriptor, FontName=name("/Vera"), Flags=32, FontBBox=[-183, -236, 1287, 928], ItalicAngle=0,
        Ascent=928, Descent=-236, CapHeight=729, StemV=80, FontFile2=program,
    )  # fmt: skip
    face = pikepdf.Dictionary(
        Type=name.Font, Subtype=name.TrueType, BaseFont=name("/Vera"), FirstChar=32, LastChar=126,
        Widths=[600] * 95, Encoding=name.WinAnsiEncoding, FontDescriptor=pdf.make_indirect(descriptor),
    )  # fmt: skip
    face = pdf.make_indirect(face)
    logo = pdf.make_stream(zlib.compress(noise))
    logo.Filter, logo.Type, logo.Subtype = name.FlateDecode, name.XObject, name.Image
    logo.Width, logo.Height, logo.BitsPerComponent, logo.ColorSpace = 300, 300, 8, name.DeviceRGB
    for number in range(3):
        page = pdf.add_blank_page(page_size=(612, 792))
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F1=face), XObject=pikepdf.Dictionary(Im=logo)
        )
        shown = b"BT /F1 12 Tf 72 720 Td (file %d page %d) Tj ET" % (place, number)
        page.Contents = pdf.make_stream(b"q 72 0 0 72 500 700 cm /Im Do Q " + shown)
    pdf.save(path, static_id=True)


def _form(path: Path, place: int) -> None:
    page = _canvas(path)
    _text(page, place)
    page.acroForm.textfield(name="contractor", value=f"Contractor {place}", x=60, y=20, width=150, height=18)
    page.acroForm.textfield(name="amount", value=f"{place * 1000}", x=220, y=20, width=100, height=18)
    page.acroForm.checkbox(name="final", checked=bool(place % 2), x=340, y=20)
    page.showPage()
    page.save()


def _linked(path: Path, place: int) -> None:
    page = _canvas(path)
    for number in range(10):
        page.bookmarkPage(f"sec{number}")
        page.addOutlineEntry(f"File {place} section {number}", f"sec{number}", level=int(number % 5 != 0))
        _text(page, place * 100 + number)
        page.linkRect("", f"sec{(number + 1) % 10}", (50, 20, 200, 40))
        page.showPage()
    page.save()


_MAKERS: dict[str, Callable[[Path, int], None]] = {
    "a": _pages_of_text,
    "b": _scan,
    "c": _one_page,
    "d": _shared,
    "e": _form,
    "f": _linked,
}
