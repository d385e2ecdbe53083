"""Links from a page of one part to the first page of another, as a contents page has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tallystick.pdf import syntax
from tallystick.pdf.layout import Edit, Placed
from tallystick.pdf.model import Link


def link_pages(links: Sequence[Link], placed: Sequence[Placed], *, add: Callable[[bytes], int]) -> None:
    """Add an edit for each page that links stand on; ``add`` takes a new object's text and gives its number.

    Raises ValueError for a part, page or target that isn't there, and for a page without content.
    """
    by_page: dict[tuple[int, int], list[int]] = {}
    for link in links:
        if not (0 <= link.part < len(placed) and 0 <= link.target < len(placed)):
            raise ValueError("a link names a part that is not in the plan")
        target = placed[link.target]
        annotation = (
            b"<< /Type /Annot /Subtype /Link /Rect [ %s ] /Border [ 0 0 0 ] /Dest [ %d 0 R /Fit ] >>"
            % (
                b" ".join(syntax.number(side) for side in link.rect),
                target.base + target.segment.first_page,
            )
        )
        by_page.setdefault((link.part, link.page), []).append(add(annotation))
    for (part, page), numbers in by_page.items():
        at = placed[part]
        points = at.segment.stamp_points
        if not 0 <= page < len(points) or points[page][0] < 0:
            raise ValueError("a link stands on a page that is not there, or that shows nothing")
        # The bracket that closed the array of contents closes the array of annotations now.
        at.edits.append(Edit(points[page][1], 0, b" ] /Annots [ " + syntax.references(numbers) + b" "))
