"""Small pictures of papers for lists, made by the worker and kept beside the segments. One missing does no harm."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from tallystick.pdf import draw_thumbnail

EDGE = 88
"""Pixels of the shorter edge: twice what the list shows, for sharp screens."""


def thumbnail_path(sha256: str) -> Path:
    """Where the thumbnail of the file with this digest lies, if there is one."""
    return Path(settings.DATA) / "thumbnails" / sha256[:2] / f"{sha256}.png"


def has_thumbnail(sha256: str) -> bool:
    """Whether there is one."""
    return thumbnail_path(sha256).is_file()


def make_thumbnail(sha256: str, source: Path) -> bool:
    """Draw the thumbnail in a child process with limits; whether there is one now. Never raises for a bad file."""
    target = thumbnail_path(sha256)
    if target.is_file():
        return True
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(suffix=".png", dir=target.parent)
    os.close(descriptor)
    draft = Path(name)
    try:
        drawn = draw_thumbnail(source, draft, edge=EDGE)
        if drawn:
            draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return drawn
