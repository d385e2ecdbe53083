"""What the second engine is asked: how many pages, whether there is ink, a re-save, pictures of pages. Child only."""

from __future__ import annotations

import io
from pathlib import Path

import img2pdf
import pypdfium2 as pdfium
from PIL import Image

from tallystick.pdf.model import Limits

THUMBNAIL_SIDE = 160
PAGES_LOOKED_AT = 12
LARGEST_PICTURE = 6000
# Anything darker than this counts as ink.
PAPER = 250


def count_pages(path: Path, password: str | None) -> int | None:
    """Pages that pdfium sees, None when it can't open the file."""
    try:
        document = pdfium.PdfDocument(path, password=password or None)
    except (pdfium.PdfiumError, OSError, ValueError):
        return None
    try:
        return len(document)
    finally:
        document.close()


def wants_password(path: Path) -> bool:
    """Whether pdfium says that only a password is missing."""
    try:
        pdfium.PdfDocument(path).close()
    except pdfium.PdfiumError as fault:
        return "assword" in str(fault)
    except (OSError, ValueError):
        return False
    return False


def has_ink(path: Path, password: str | None = None) -> bool | None:
    """Whether any of the first pages shows anything; None when pdfium can't open the file."""
    try:
        document = pdfium.PdfDocument(path, password=password or None)
    except (pdfium.PdfiumError, OSError, ValueError):
        return None
    try:
        return any(_page_has_ink(document, place) for place in range(min(len(document), PAGES_LOOKED_AT)))
    finally:
        document.close()


def _page_has_ink(document: pdfium.PdfDocument, place: int) -> bool:
    try:
        page = document[place]
        width, height = page.get_size()
        scale = min(THUMBNAIL_SIDE / max(width, height, 1.0), 1.0)
        picture = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
        page.close()
    except (pdfium.PdfiumError, ValueError, OSError, MemoryError):
        return False
    darkest = picture.convert("L").getextrema()[0]
    return isinstance(darkest, (int, float)) and darkest < PAPER


def save_again(source: Path, target: Path, password: str | None) -> int | None:
    """Have pdfium write the document anew; return its page count, None when it couldn't."""
    try:
        document = pdfium.PdfDocument(source, password=password or None)
    except (pdfium.PdfiumError, OSError, ValueError):
        return None
    try:
        with target.open("wb") as out:
            document.save(out, flags=pdfium.raw.FPDF_NO_INCREMENTAL | pdfium.raw.FPDF_REMOVE_SECURITY)
        return len(document)
    except (pdfium.PdfiumError, OSError, ValueError):
        return None
    finally:
        document.close()


def draw_pages(source: Path, target: Path, password: str | None, limits: Limits) -> tuple[int, int]:
    """Write a PDF with a picture of each page that can be drawn; return (pages drawn, pages in all)."""
    Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE**2
    document = pdfium.PdfDocument(source, password=password or None)
    try:
        total = len(document)
        pictures: list[bytes] = []
        for place in range(min(total, limits.raster_pages)):
            picture = _draw(document, place, limits.raster_dpi)
            if picture is not None:
                pictures.append(picture)
    finally:
        document.close()
    if not pictures:
        return 0, total
    with target.open("wb") as out:
        img2pdf.convert(pictures, outputstream=out, nodate=True, producer="", creator="")
    return len(pictures), total


def _draw(document: pdfium.PdfDocument, place: int, dpi: int) -> bytes | None:
    try:
        page = document[place]
        width, height = page.get_size()
        scale = min(dpi / 72, LARGEST_PICTURE / max(width, height, 1.0))
        picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        page.close()
    except (pdfium.PdfiumError, ValueError, OSError):
        return None
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88, dpi=(scale * 72, scale * 72))
    return buffer.getvalue()
