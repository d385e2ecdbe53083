"""Reading drawn PDFs back with another engine: pdfium."""

import re
import unicodedata
from dataclasses import dataclass

import pypdfium2 as pdfium

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\ufffe]")


@dataclass(frozen=True)
class Char:
    """A visible character with its tight box in points from the lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def texts(pdf: bytes) -> list[str]:
    """The text of every page."""
    document = pdfium.PdfDocument(pdf)
    return [
        INVISIBLE.sub("", page.get_textpage().get_text_range()).replace("\r\n", "\n") for page in document
    ]


def flat(text: str) -> str:
    """The text without spaces and line breaks, NFC: for finding what was broken over lines."""
    return "".join(unicodedata.normalize("NFC", text).split())


def chars(pdf: bytes, page_index: int) -> list[Char]:
    """Every character that leaves ink on a page."""
    page = pdfium.PdfDocument(pdf)[page_index]
    read = page.get_textpage()
    found = []
    for at in range(read.count_chars()):
        text = read.get_text_range(at, 1)
        if text.isspace() or not text:
            continue
        left, bottom, right, top = read.get_charbox(at)
        if right > left and top > bottom:
            found.append(Char(text, left, bottom, right, top))
    return found


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    return [page.get_size() for page in pdfium.PdfDocument(pdf)]


def collisions(pdf: bytes, page_index: int) -> list[tuple[Char, Char]]:
    """Pairs of characters whose ink overlaps by more than half of the smaller one."""
    found = []
    line: list[Char] = sorted(chars(pdf, page_index), key=lambda char: char.left)
    open_chars: list[Char] = []
    for char in line:
        open_chars = [other for other in open_chars if other.right > char.left]
        for other in open_chars:
            wide = min(char.right, other.right) - char.left
            high = min(char.top, other.top) - max(char.bottom, other.bottom)
            area = min((each.right - each.left) * (each.top - each.bottom) for each in (char, other))
            if wide > 0 and high > 0 and wide * high > area / 2:
                found.append((other, char))
        open_chars.append(char)
    return found
