"""Filling pages from the top: what comes next, and whether it still fits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tallystick.pdf.draw.document import Document
from tallystick.pdf.draw.lines import Line
from tallystick.pdf.draw.page import Page, Size


@dataclass(frozen=True, slots=True)
class Margins:
    """In points from the page's edges."""

    left: float
    top: float
    right: float
    bottom: float


class Flow:
    """A run of pages of one size. ``begin`` draws what stands at the top of each and returns where text begins.

    It is called with the flow, whose ``page`` is the new one.
    """

    def __init__(
        self, document: Document, size: Size, margins: Margins, begin: Callable[["Flow"], float]
    ) -> None:
        self.document = document
        self.size = size
        self.left = margins.left
        self.right = size.width - margins.right
        self.top = margins.top
        self.bottom = size.height - margins.bottom
        self._begin = begin
        self.pages: list[Page] = []
        self.page: Page
        self.y: float
        self.fresh = True
        """Nothing but the head stands on the page."""
        self.new_page()

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def page_index(self) -> int:
        """The index of the page within the document."""
        return len(self.document.pages) - 1

    def new_page(self) -> None:
        self.page = self.document.page(self.size)
        self.pages.append(self.page)
        self.y = self.top
        self.y = self._begin(self)
        self.fresh = True

    def fits(self, height: float) -> bool:
        return self.y + height <= self.bottom + 0.01

    def need(self, height: float) -> None:
        """Go to the next page unless so much room is left, or the page is empty anyway."""
        if not self.fits(height) and not self.fresh:
            self.new_page()

    def text(
        self,
        lines: Sequence[Line],
        size: float,
        *,
        leading: float = 0,
        gray: float = 0,
        indent: float = 0,
        keep: int = 2,
    ) -> None:
        """Lines of text over as many pages as they take; the first ``keep`` stay together."""
        leading = leading or size * 1.35
        rooms = [line.room(size, leading) for line in lines]
        self.need(sum(above + below for above, below in rooms[:keep]))
        for line, (above, below) in zip(lines, rooms, strict=True):
            self.need(above + below)
            self.page.show(line, self.left + indent, self.y + above, size, gray)
            self.y += above + below
            self.fresh = False
