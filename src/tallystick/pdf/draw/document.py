"""A PDF made of content streams written directly: no clock, no random identifiers, no layout engine."""

from datetime import datetime

from tallystick.pdf.draw.embed import EmbeddedFont
from tallystick.pdf.draw.faces import Face
from tallystick.pdf.draw.page import Page, Size
from tallystick.pdf.draw.writer import Properties, Writer


class Document:
    """Collects pages and writes the file. The properties are those of ``writer.Properties``."""

    def __init__(
        self,
        *,
        title: str,
        language: str = "en",
        author: str = "",
        subject: str = "",
        created: datetime | None = None,
    ) -> None:
        self.properties = Properties(title, language, author, subject, created)
        self.pages: list[Page] = []
        self._fonts: dict[Face, EmbeddedFont] = {}

    def page(self, size: Size) -> Page:
        """Add a page. Pages are written when the document is, so earlier ones may still be added to."""
        page = Page(size, self._font)
        self.pages.append(page)
        return page

    def to_bytes(self) -> bytes:
        """The whole file."""
        return Writer().write(self.properties, self.pages, self._fonts.values())

    def _font(self, face: Face) -> EmbeddedFont:
        found = self._fonts.get(face)
        if found is None:
            found = self._fonts[face] = EmbeddedFont(face, f"F{len(self._fonts) + 1}")
        return found
