"""The first page: application and certificate for payment."""

from collections.abc import Sequence

from tallystick.core.dates import format_date, format_range
from tallystick.documents.papers.closing_block import ClosingBlock
from tallystick.documents.papers.furniture import (
    GUTTER,
    HAIRLINE,
    LABEL,
    SOFT,
    VALUE,
    VALUE_LEADING,
    Foot,
    Pens,
    capital,
    height_of,
    how_many,
    mark_width,
    page_size,
    pens,
    status_mark,
)
from tallystick.documents.papers.heads import claim_name, contract_name, mark_of, running_head
from tallystick.documents.papers.model import ClaimPaper, Party, SignSpot
from tallystick.documents.papers.money_block import MoneyBlock
from tallystick.documents.papers.schedules import Schedules
from tallystick.pdf.draw import Document, Line, left_to_right
from tallystick.pdf.draw.flow import Flow


class Face:
    """Draws the certificate. Every block goes to the next page whole when it doesn't fit."""

    def __init__(self, document: Document, paper: ClaimPaper, foot: Foot) -> None:
        self._paper = paper
        self._words = paper.words
        self._pens: Pens = pens(paper.locale)
        self._first = True
        self._flow = Flow(document, page_size(paper.size), foot.margins(36), self._begin)

    def draw(self) -> SignSpot | None:
        """Draw all of it; gives the place where the claimant signs."""
        self._facts()
        MoneyBlock(self._flow, self._paper, self._pens).draw()
        closing = ClosingBlock(self._flow, self._paper, self._pens)
        if self._paper.comment.strip():
            closing.comment()
        closing.signatures()
        Schedules(self._flow, self._paper, self._pens).draw()
        if self._paper.attachments:
            closing.attachments()
        return closing.sign_spot

    # --- head -----------------------------------------------------------------------------------------------

    def _begin(self, flow: Flow) -> float:
        if not self._first:
            return running_head(flow, self._paper, self._pens)
        self._first = False
        paper, bold, page = self._paper, self._pens.semibold, flow.page
        mark = mark_of(paper)
        room = flow.width - (mark_width(mark, bold, 8.5) + 14 if mark else 0)
        if mark:
            status_mark(page, mark, bold, flow.right, flow.top + 2, size=8.5)
        y = page.stack(
            bold.wrap(capital(self._words.form), room, 19), flow.left, flow.top - 3, 19, leading=23
        )
        y = page.stack(bold.wrap(claim_name(paper), flow.width, 10.5), flow.left, y + 3, 10.5, leading=14)
        lines = self._pens.regular.wrap(left_to_right(contract_name(paper)), flow.width, 9.5)
        y = page.stack(lines, flow.left, y, 9.5, leading=13)
        page.rule(flow.left, y + 7, flow.right, 1)
        return y + 14

    # --- who, what, when ------------------------------------------------------------------------------------

    def _facts(self) -> None:
        paper, words = self._paper, self._words
        project = "\n".join(
            part
            for part in (f"{paper.project.number} {paper.project.name}".strip(), paper.project.address)
            if part
        )
        self._fact_row(
            [
                (f"From {words.claimant}", self._party(paper.claimant)),
                ("To", self._party(paper.recipient)),
                ("Project", project),
            ]
        )
        if paper.is_certified:
            status = paper.status
            if paper.certified_on:
                status += f"\nCertified {format_date(paper.certified_on, paper.locale)}"
        else:
            status = f"{paper.status}\nNot certified"
        dates = [
            (capital(words.billing_period), format_range(paper.period_start, paper.period_end, paper.locale)),
            ("Billing date", format_date(paper.billing_date, paper.locale)),
        ]
        if paper.due_date:
            dates.append(("Due", format_date(paper.due_date, paper.locale)))
        rest = [("Status", status)]
        if paper.submitted_on:
            rest.append(("Submitted", format_date(paper.submitted_on, paper.locale)))
        if paper.claim_type:
            rest.append((f"This {words.claim} is for", paper.claim_type))
        if paper.contract_date:
            rest.append((f"{capital(words.contract)} date", format_date(paper.contract_date, paper.locale)))
        if paper.reference:
            rest.append((f"{capital(words.claimant)}’s reference", paper.reference))
        cells = [*dates, *rest, *paper.more]
        for at in range(0, len(cells), 3):
            self._fact_row(cells[at : at + 3])
        self._flow.page.rule(self._flow.left, self._flow.y + 1, self._flow.right, 0.4, HAIRLINE)
        self._flow.y += 12

    def _party(self, party: Party) -> str:
        number = f"{self._words.business_number} {party.business_number}" if party.business_number else ""
        return "\n".join(part for part in (party.name, number, party.address, party.contact) if part.strip())

    def _fact_row(self, cells: Sequence[tuple[str, str]]) -> None:
        flow, regular, bold = self._flow, self._pens.regular, self._pens.semibold
        width = (flow.width - 2 * GUTTER) / 3
        sets: list[tuple[list[Line], list[Line]]] = []
        for label, value in cells:
            first, _, others = value.strip("\n").partition("\n")
            lines = bold.wrap(first, width, VALUE) + regular.wrap(others, width, VALUE)
            sets.append((regular.wrap(label, width, LABEL), lines))
        while any(labels or lines for labels, lines in sets):
            heights = [
                height_of(labels, LABEL, 8.8) + height_of(lines, VALUE, VALUE_LEADING)
                for labels, lines in sets
            ]
            flow.need(min(max(heights), flow.bottom - flow.top - 60))
            rest: list[tuple[list[Line], list[Line]]] = []
            bottom = flow.y
            for at, (labels, lines) in enumerate(sets):
                x = flow.left + at * (width + GUTTER)
                y = flow.page.stack(labels, x, flow.y, LABEL, leading=8.8, gray=SOFT)
                count = how_many(lines, flow.bottom - y, VALUE, VALUE_LEADING)
                bottom = max(bottom, flow.page.stack(lines[:count], x, y, VALUE, leading=VALUE_LEADING))
                rest.append(([], lines[count:]))
            sets = rest
            flow.y = bottom
            flow.fresh = False
            if any(lines for _, lines in sets):
                flow.new_page()
        flow.y += 7
