"""Pictures of a document's pages, for reading it in the browser: kept for a while, drawn again when gone."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tallystick.documents.models import StoredFile
from tallystick.documents.store import local_path
from tallystick.pdf import Limits
from tallystick.pdf.sandbox import read_confined

LIMITS = Limits(cpu_seconds=60, wall_seconds=90, output_bytes=256 << 20)
KEPT_DAYS = 14
_SIZES = "sizes.json"


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page's picture: its number from 1, and its size in pixels."""

    number: int
    width: int
    height: int


def page_pictures(stored: StoredFile) -> list[PagePicture]:
    """The pictures of all pages in order, drawn in a child where they are missing; empty where that can't be done."""
    folder = _folder(stored.sha256)
    sizes = _sizes_in(folder) or _draw(stored, folder)
    return [PagePicture(number, width, height) for number, (width, height) in enumerate(sizes, start=1)]


def picture_path(stored: StoredFile, number: int) -> Path | None:
    """The picture of one page; ``None``: there is no such page."""
    path = _folder(stored.sha256) / f"{number}.png"
    if not path.is_file():
        page_pictures(stored)
    return path if path.is_file() else None


def forget_pictures() -> int:
    """Delete what nobody has had drawn for a while; how many documents. A chore of every worker."""
    before = time.time() - KEPT_DAYS * 86_400
    old = [folder for folder in _root().glob("*/*") if folder.stat().st_mtime < before]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _root() -> Path:
    return Path(settings.DATA) / "page-pictures"


def _folder(sha256: str) -> Path:
    return _root() / sha256[:2] / sha256


def _sizes_in(folder: Path) -> list[list[int]]:
    try:
        sizes: list[list[int]] = json.loads((folder / _SIZES).read_text())
    except (OSError, ValueError):
        return []
    return sizes


def _draw(stored: StoredFile, folder: Path) -> list[list[int]]:
    """Complete or not at all: the folder appears by being renamed. Two who draw at once draw the same."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="drawing-", dir=folder.parent))
    try:
        told, _ = read_confined("tallystick.pdf.page_pictures:draw", local_path(stored), draft, limits=LIMITS)
        if told is None or not told["all"]:
            return []
        sizes: list[list[int]] = told["sizes"]
        (draft / _SIZES).write_text(json.dumps(sizes))
        try:
            draft.rename(folder)
        except OSError:
            return _sizes_in(folder)
        return sizes
    finally:
        shutil.rmtree(draft, ignore_errors=True)
