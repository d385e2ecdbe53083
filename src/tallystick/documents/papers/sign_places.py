"""Places to sign on a copy that goes to a provider of signatures: white texts by which it finds its fields."""

from collections.abc import Sequence

from tallystick.documents.papers.furniture import HAIRLINE, LABEL, SOFT, Foot, Pens, page_size, pens
from tallystick.documents.papers.heads import running_head
from tallystick.documents.papers.model import ClaimPaper, SignPlace, SignSpot
from tallystick.pdf.draw import Document
from tallystick.pdf.draw.flow import Flow
from tallystick.pdf.draw.page import Page

_WHITE = 1.0
_TINY = 1.0
_ROW = 86.0
_COLUMN = 250.0


def mark_place(page: Page, pen: Pens, spot: SignSpot, place: SignPlace) -> None:
    """Anchor the fields of the only signer in the claimant's block: signature on its line, name and date under it.

    Name and date stand at the right, beside those of whoever submitted the claim. A long name reaches there; so the
    white texts lie beneath everything, and take nothing away from it.
    """
    line = page.size.height - spot.y
    right = spot.x + max(spot.width - 70, 2)
    for text, x, down in (
        (place.signature, spot.x + 2, -4.0),
        (place.name_anchor, right, 15.0),
        (place.date, right, 36.0),
    ):
        page.show_beneath(pen.regular.line(text), x, line + down, _TINY, _WHITE)


class SignaturePage:
    """A page on which each of several signers has a block."""

    def __init__(
        self, document: Document, paper: ClaimPaper, foot: Foot, places: Sequence[SignPlace]
    ) -> None:
        self._paper = paper
        self._places = places
        self._pens = pens(paper.locale)
        self._flow = Flow(document, page_size(paper.size), foot.margins(36), self._begin)

    def _begin(self, flow: Flow) -> float:
        return running_head(flow, self._paper, self._pens, "Signatures") + 14

    def draw(self) -> None:
        """One block under the other."""
        flow, pen = self._flow, self._pens
        said = f"For the {self._paper.words.claimant}, {self._paper.claimant.name}"
        flow.text(pen.regular.wrap(said, flow.width, 9), 9, leading=13)
        flow.y += 10
        for place in self._places:
            flow.need(_ROW)
            page, top = flow.page, flow.y
            page.stack(pen.semibold.wrap(place.name, _COLUMN - 10, 10), flow.left, top, 10, leading=13)
            page.stack(
                pen.regular.wrap(place.email, _COLUMN - 10, 8), flow.left, top + 28, 8, leading=11, gray=SOFT
            )
            x = flow.left + _COLUMN
            for label, anchor, down in (
                ("Signature", place.signature, 30.0),
                ("Name", place.name_anchor, 50.0),
                ("Date", place.date, 70.0),
            ):
                page.show(pen.regular.line(label), x, top + down - 2.8, LABEL, SOFT)
                page.show(pen.regular.line(anchor), x + 48, top + down - 4, _TINY, _WHITE)
                page.rule(x + 44, top + down, flow.right, 0.5, 0.3)
            flow.y += _ROW
            flow.fresh = False
            page.rule(flow.left, flow.y - 6, flow.right, 0.4, HAIRLINE)
