"""A small picture of a paper's first page. A program of its own: the file may be hostile, so it runs with limits.

    python thumbnailer.py SOURCE TARGET

Knows nothing of Tallystick, so that it starts quickly. Exits 0 when TARGET, a PNG, was written.
"""

import resource
import sys
from pathlib import Path
from typing import Any

EDGE = 88
"""Pixels of the shorter edge: twice what the list shows, for sharp screens."""
LONGEST = 4 * EDGE
MOST_PIXELS = 150_000_000
MEMORY = 1 << 30
CPU_SECONDS = 10


def main(source: Path, target: Path) -> int:
    """Draw the thumbnail within the limits."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with source.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    picture = _of_pdf(source) if is_pdf else _of_image(source)
    picture.save(target, "PNG", optimize=True)
    return 0


def _of_pdf(source: Path) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument(str(source))
    page = document[0]
    width, height = page.get_size()
    scale = min(EDGE / max(1.0, min(width, height)), LONGEST / max(1.0, width, height))
    return page.render(scale=scale).to_pil().convert("RGB")


def _of_image(source: Path) -> Any:
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(source) as opened:
        # JPEGs are decoded at an eighth of their size where that is enough.
        opened.draft("RGB", (2 * EDGE, 2 * EDGE))
        picture = ImageOps.exif_transpose(opened) or opened
        scale = min(EDGE / min(picture.size), LONGEST / max(picture.size), 1.0)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        small = picture.convert("RGBA").resize(size)
    paper = Image.new("RGB", small.size, "white")
    paper.paste(small, mask=small.getchannel("A"))
    return paper


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
