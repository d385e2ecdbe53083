"""Pictures of all pages of a PDF, to be read on a screen. Parsing: only ever called in a child with limits."""

from pathlib import Path
from typing import Any

import pypdfium2

WIDTH = 1240
"""Pixels across an upright page: sharp on a phone of three pixels a point, and on a desk."""
MOST = 400


def draw(source: Path, target: Path) -> dict[str, Any]:
    """Write ``1.png``, ``2.png`` … into the folder ``target``; the answer has the size of each."""
    sizes = []
    document = pypdfium2.PdfDocument(str(source))
    for number in range(1, min(len(document), MOST) + 1):
        page = document[number - 1]
        width, height = page.get_size()
        scale = WIDTH / max(1.0, min(width, height))
        picture = page.render(scale=min(scale, 4 * WIDTH / max(1.0, width, height))).to_pil().convert("RGB")
        # Ink and paper: few shades, a quarter of the bytes.
        picture.quantize(64).save(target / f"{number}.png", "PNG")
        sizes.append([picture.width, picture.height])
    return {"sizes": sizes, "all": len(document) <= MOST}
