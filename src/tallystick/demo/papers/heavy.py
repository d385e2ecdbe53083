"""The pictures of the sample, made in a process of their own while the contracts are being played.

``python -m tallystick.demo.papers.heavy FOLDER`` writes them; the same files every time.
"""

import io
import sys
from pathlib import Path

from PIL import Image

from tallystick.demo.papers.awkward import marked_screenshot
from tallystick.demo.papers.photographs import SIZE, photograph
from tallystick.demo.papers.scans import fax, scan
from tallystick.demo.papers.sheet import A4, Paper, Picture

PHOTOGRAPHS = 12
SCANS = 10
ALBUMS = 3
TURNED = 7
"""The photograph that was taken with the telephone upright."""


def write_pictures(folder: Path) -> None:
    """Every picture into ``folder``: photographs, scans, albums of photographs, a fax, a screenshot."""
    photographs = [photograph(100 + n, turned=n == TURNED) for n in range(PHOTOGRAPHS)]
    for number, jpeg in enumerate(photographs):
        (folder / f"photograph-{number}.jpg").write_bytes(jpeg)
    for number in range(SCANS):
        (folder / f"scan-{number}.pdf").write_bytes(scan(500 + number))
    for number in range(ALBUMS):
        (folder / f"album-{number}.pdf").write_bytes(
            _album([photographs[n] for n in range(number, 7 + number) if n != TURNED][:4])
        )
    (folder / "fax.tif").write_bytes(fax(40))
    (folder / "screenshot.png").write_bytes(marked_screenshot(41))


def _album(photographs: list[bytes]) -> bytes:
    """Photographs two to a page, made smaller, as a report program lays them out."""
    paper = Paper("noto", title="Progress photographs")
    for first in range(0, len(photographs), 2):
        page = paper.page()
        page.text(48, 52, "Progress photographs, Ropewalk Quarter", 13, bold=True)
        y = 76.0
        for number, jpeg in enumerate(photographs[first : first + 2], first + 1):
            small = Image.open(io.BytesIO(jpeg)).resize((SIZE[0] * 5 // 8, SIZE[1] * 5 // 8))
            target = io.BytesIO()
            small.save(target, "JPEG", quality=74)
            y = page.picture(Picture(target.getvalue(), *small.size), 80, y, A4[0] - 160)
            page.text(80, y + 13, f"Photograph {number}: view from the north-east, general progress", 8.5)
            y += 30
    return paper.to_bytes()


if __name__ == "__main__":
    write_pictures(Path(sys.argv[1]))
