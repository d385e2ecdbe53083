"""A small picture of a file's first page. Parsing: only ever called in a child with limits (``sandbox``)."""

from pathlib import Path
from typing import Any

import pillow_heif
import pypdfium2
from PIL import Image, ImageOps

MOST_PIXELS = 150_000_000


def draw(source: Path, target: Path, edge: int) -> bool:
    """Write a PNG whose shorter edge has ``edge`` pixels, or fewer where the picture is smaller. True when done."""
    with source.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    picture = _of_pdf(source, edge) if is_pdf else _of_image(source, edge)
    picture.save(target, "PNG", optimize=True)
    return True


def warm_up() -> None:
    """Load what the first picture needs, so that children forked later find it there."""
    pillow_heif.register_heif_opener()
    Image.init()


def _of_pdf(source: Path, edge: int) -> Any:
    page = pypdfium2.PdfDocument(str(source))[0]
    width, height = page.get_size()
    scale = min(edge / max(1.0, min(width, height)), 4 * edge / max(1.0, width, height))
    return page.render(scale=scale).to_pil().convert("RGB")


def _of_image(source: Path, edge: int) -> Any:
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(source) as opened:
        # JPEGs are decoded at an eighth of their size where that is enough.
        opened.draft("RGB", (2 * edge, 2 * edge))
        picture = ImageOps.exif_transpose(opened)
        scale = min(edge / min(picture.size), 4 * edge / max(picture.size), 1.0)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        small = picture.convert("RGBA").resize(size)
    paper = Image.new("RGB", small.size, "white")
    paper.paste(small, mask=small.getchannel("A"))
    return paper
