"""The end of the certificate: comment, signatures, the list of papers."""

from collections.abc import Sequence

from tallystick.core.dates import format_date
from tallystick.core.money import format_money
from tallystick.documents.papers.furniture import (
    GUTTER,
    HAIRLINE,
    HEADING,
    LABEL,
    SOFT,
    VALUE,
    VALUE_LEADING,
    Pens,
    heading,
    height_of,
)
from tallystick.documents.papers.model import ClaimPaper, Signature, SignSpot
from tallystick.pdf.draw import Line
from tallystick.pdf.draw.flow import Flow


class ClosingBlock:
    """Each part goes to the next page whole when it doesn't fit."""

    def __init__(self, flow: Flow, paper: ClaimPaper, pens: Pens) -> None:
        self._flow = flow
        self._paper = paper
        self._words = paper.words
        self._pens = pens
        self.sign_spot: SignSpot | None = None
        """Where the claimant signs, once the signatures are drawn."""

    def comment(self) -> None:
        """What the claimant says of the claim."""
        flow = self._flow
        flow.need(40)
        flow.text([self._pens.regular.line("Comment")], LABEL, gray=SOFT)
        flow.text(
            self._pens.regular.wrap(self._paper.comment, flow.width, VALUE), VALUE, leading=VALUE_LEADING
        )
        flow.y += 10

    def signatures(self) -> None:
        """The claimant's and the certifier's places to sign, side by side on one page."""
        paper, words, flow = self._paper, self._words, self._flow
        width = (flow.width - GUTTER) / 2
        due = paper.summary.payment_due_with_tax
        due = paper.summary.payment_due if due is None else due
        amount = format_money(due, paper.currency, paper.locale)
        claimed = format_money(paper.claimed_this_period, paper.currency, paper.locale)
        as_it_stands = paper.assessed_this_period is None
        before = words.retention if paper.summary.tax is None else f"{words.retention} and {words.tax}"
        asked = ""
        if paper.shows_claimed or as_it_stands:
            asked = f" {claimed} is claimed for this period, before {before}."
        if paper.as_at is not None:
            day = format_date(paper.as_at, paper.locale)
            sentence = (
                f"This paper shows the {words.claim} as it was at the end of {day}. It certifies nothing: "
                f"the {words.claim} may have changed since."
            )
        elif paper.is_certified:
            sentence = (
                f"I certify that {amount} is payable under the {words.contract} for this {words.claim}. "
                "Certifying a payment is not accepting work that isn’t in accordance with it."
            )
        else:
            sentence = (
                f"Not certified yet. Until it is, this paper is an application only and says nothing about "
                f"what is payable under the {words.contract}."
            )
        blocks = [
            (
                f"For the {words.claimant}",
                paper.claimant.name,
                f"The work and materials in this {words.claim} have been carried out or supplied in accordance "
                f"with the {words.contract}." + asked,
                paper.claimant_signature,
            ),
            ("Certificate", paper.recipient.name, sentence, paper.certifier_signature),
        ]
        sets = [
            (
                self._pens.semibold.wrap(title, width, 10),
                self._pens.regular.wrap(company, width, 8),
                self._pens.regular.wrap(text, width, 7.6),
                signature,
            )
            for title, company, text, signature in blocks
        ]
        texts = [
            height_of(title, 10, 13) + 5 + height_of(company, 8, 11) + height_of(text, 7.6, 10.4)
            for title, company, text, _ in sets
        ]
        signs = [self._signature_lines(signature, width) for *_, signature in sets]
        foot = max(sum(_sign_height(label, lines) + 9 for label, lines in part) for part in signs)
        flow.need(max(texts) + 8 + foot)
        top = flow.y
        for at, ((title, company, text, _), part) in enumerate(zip(sets, signs, strict=True)):
            x = flow.left + at * (width + GUTTER)
            page = flow.page
            y = page.stack(title, x, top, 10, leading=13)
            page.rule(x, y + 2.5, x + width, 0.75)
            y = page.stack(company, x, y + 5, 8, leading=11)
            page.stack(text, x, y, 7.6, leading=10.4, gray=0.2)
            y = top + max(texts) + 8
            if at == 0:
                height = _sign_height(*part[0])
                self.sign_spot = SignSpot(
                    flow.page_index, x + 46, page.size.height - y - height, width - 46, height
                )
            self._draw_signature(part, x, y, width)
        flow.y = top + max(texts) + 8 + foot + 8
        flow.fresh = False

    def _signature_lines(self, signature: Signature, width: float) -> list[tuple[str, list[Line]]]:
        day = format_date(signature.signed_on, self._paper.locale) if signature.signed_on else ""
        pen = self._pens.regular
        return [
            ("Signature", pen.wrap(signature.signed, width - 48, 8.8)),
            ("Name", pen.wrap(signature.name, width - 48, 8.8)),
            ("Date", pen.wrap(day, width - 48, 8.8)),
        ]

    def _draw_signature(
        self, part: Sequence[tuple[str, list[Line]]], x: float, y: float, width: float
    ) -> None:
        page = self._flow.page
        for label, lines in part:
            y += _sign_height(label, lines)
            page.show(self._pens.regular.line(label), x, y - 2.8, LABEL, SOFT)
            page.stack(lines, x + 46, y - height_of(lines, 8.8, 11.6) - 0.5, 8.8, leading=11.6)
            page.rule(x + 44, y, x + width, 0.5, 0.3)
            y += 9

    def attachments(self) -> None:
        """The papers that come with the claim."""
        flow, regular = self._flow, self._pens.regular
        column = flow.width * 0.62
        rows: list[tuple[list[Line], list[Line], float]] = []
        for paper in self._paper.attachments:
            names = regular.wrap(paper.name or "(without a name)", column, 8.2)
            notes = regular.wrap(paper.note, flow.width - column - GUTTER, 7.6)
            rows.append((names, notes, max(height_of(names, 8.2, 11), height_of(notes, 7.6, 11)) + 5))
        whole = 24 + sum(height for *_, height in rows)
        flow.need(whole if whole < flow.bottom - flow.top - 40 else 80)
        flow.y += 4
        title = f"Papers with this {self._words.claim}"
        heading(flow.page, self._pens, title, (flow.left, flow.y, flow.right))
        flow.y += HEADING
        for names, notes, height in rows:
            flow.need(min(height, 300))
            if height > 300:
                flow.text(names + notes, 8.2, leading=11)
                continue
            flow.page.stack(names, flow.left, flow.y + 2.5, 8.2, leading=11)
            flow.page.stack(notes, flow.left + column + GUTTER, flow.y + 2.5, 7.6, leading=11, gray=SOFT)
            flow.y += height
            flow.fresh = False
            flow.page.rule(flow.left, flow.y, flow.right, 0.4, HAIRLINE)


def _sign_height(label: str, lines: Sequence[Line]) -> float:
    """Room above a line to write on; a signature needs more of it."""
    return max(height_of(lines, 8.8, 11.6), 25 if label == "Signature" else 12)
