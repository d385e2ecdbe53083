"""The first page: application and certificate for payment."""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.core.dates import format_date, format_range
from tallystick.core.money import format_money, format_percent
from tallystick.documents.papers.figures import figure_writer
from tallystick.documents.papers.furniture import (
    HAIRLINE,
    SOFT,
    Foot,
    Pens,
    capital,
    mark_width,
    one_line,
    page_size,
    pens,
    status_mark,
)
from tallystick.documents.papers.model import ClaimPaper, Party, Signature
from tallystick.pdf.draw import Document, Line, left_to_right
from tallystick.pdf.draw.flow import Flow

_LABEL = 6.8
_VALUE = 8.8
_VALUE_LEADING = 11.6
_ROW = 15.2
_GUTTER = 18


def claim_name(paper: ClaimPaper) -> str:
    """``Progress claim 4, revision 1``."""
    name = f"{capital(paper.words.claim)} {paper.claim_number}"
    return f"{name}, revision {paper.revision}" if paper.revision else name


def contract_name(paper: ClaimPaper) -> str:
    """``Subcontract SC-012 · Concrete supply and place``."""
    return " · ".join(
        part
        for part in (f"{capital(paper.words.contract)} {paper.contract_number}", paper.contract_title)
        if part
    )


def mark_of(paper: ClaimPaper) -> str:
    """What stands on every page while the claim isn't certified; empty afterwards."""
    return "" if paper.is_certified else f"{paper.status} — not certified"


class Face:
    """Draws the certificate. Every block goes to the next page whole when it doesn't fit."""

    def __init__(self, document: Document, paper: ClaimPaper, foot: Foot) -> None:
        self._paper = paper
        self._words = paper.words
        self._pens: Pens = pens(paper.locale)
        self._figure = figure_writer(paper.currency)
        self._first = True
        self._flow = Flow(document, page_size(paper.size), foot.margins(36), self._begin)

    def draw(self) -> None:
        self._facts()
        self._summary_and_variations()
        if self._paper.comment.strip():
            self._comment()
        self._signatures()
        if self._paper.attachments:
            self._attachments()

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
        if paper.contract_date:
            rest.append((f"{capital(words.contract)} date", format_date(paper.contract_date, paper.locale)))
        if paper.reference:
            rest.append((f"{capital(words.claimant)}’s reference", paper.reference))
        cells = dates + rest
        for at in range(0, len(cells), 3):
            self._fact_row(cells[at : at + 3])
        self._flow.page.rule(self._flow.left, self._flow.y + 1, self._flow.right, 0.4, HAIRLINE)
        self._flow.y += 12

    def _party(self, party: Party) -> str:
        number = f"{self._words.business_number} {party.business_number}" if party.business_number else ""
        return "\n".join(part for part in (party.name, number, party.address, party.contact) if part.strip())

    def _fact_row(self, cells: Sequence[tuple[str, str]]) -> None:
        flow, regular, bold = self._flow, self._pens.regular, self._pens.semibold
        width = (flow.width - 2 * _GUTTER) / 3
        sets: list[tuple[list[Line], list[Line]]] = []
        for label, value in cells:
            first, _, others = value.strip("\n").partition("\n")
            lines = bold.wrap(first, width, _VALUE) + regular.wrap(others, width, _VALUE)
            sets.append((regular.wrap(label, width, _LABEL), lines))
        while any(labels or lines for labels, lines in sets):
            heights = [
                _height(labels, _LABEL, 8.8) + _height(lines, _VALUE, _VALUE_LEADING)
                for labels, lines in sets
            ]
            flow.need(min(max(heights), flow.bottom - flow.top - 60))
            rest: list[tuple[list[Line], list[Line]]] = []
            bottom = flow.y
            for at, (labels, lines) in enumerate(sets):
                x = flow.left + at * (width + _GUTTER)
                y = flow.page.stack(labels, x, flow.y, _LABEL, leading=8.8, gray=SOFT)
                count = _how_many(lines, flow.bottom - y, _VALUE, _VALUE_LEADING)
                bottom = max(bottom, flow.page.stack(lines[:count], x, y, _VALUE, leading=_VALUE_LEADING))
                rest.append(([], lines[count:]))
            sets = rest
            flow.y = bottom
            flow.fresh = False
            if any(lines for _, lines in sets):
                flow.new_page()
        flow.y += 7

    # --- the money ------------------------------------------------------------------------------------------

    def _summary_and_variations(self) -> None:
        flow = self._flow
        rows = self._summary_rows()
        left_width = self._left_width(rows)
        flow.need(20 + sum(row.height for row in rows))
        top = flow.y
        self._heading("Summary", flow.left, f"Amounts in {self._paper.currency}", flow.left + left_width)
        bottom = self._draw_summary(rows, top + 20, left_width)
        side = flow.left + left_width + _GUTTER + 4
        self._heading(capital(self._words.variations), side, "", flow.right)
        y = self._variation_box(side, top + 20)
        y = self._this_claim(side, y + 16)
        flow.y = max(bottom, y) + 14
        flow.fresh = False

    def _heading(self, text: str, left: float, note: str, right: float) -> None:
        page, y = self._flow.page, self._flow.y
        page.show(self._pens.semibold.line(text), left, y + 9.5, 10)
        if note:
            page.show_right(self._pens.regular.line(note), right, y + 9.5, _LABEL, SOFT)
        page.rule(left, y + 16, right, 0.75)

    def _summary_rows(self) -> list["_Row"]:
        words, money = self._words, self._paper.summary
        with_tax = money.tax is not None and money.payment_due_with_tax is not None
        rows = [
            _Row("1", f"Original {words.contract} sum", money.original_sum),
            _Row("2", f"Net change by {words.variations}", money.net_variations),
            _Row("3", f"{capital(words.contract)} sum to date (1 + 2)", money.sum_to_date, strong=True),
            _Row("4", "Total completed and stored to date", money.completed_to_date),
            _Row("5a", f"{capital(words.retention)} on completed work" + _rate(money.work_retention_bp),
                 money.work_retention, part=True),
            _Row("5b", f"{capital(words.retention)} on {words.stored_materials}" + _rate(money.materials_retention_bp),
                 money.materials_retention, part=True),
            _Row("5", f"Total {words.retention} (5a + 5b)", money.total_retention),
            _Row("6", f"Total earned less {words.retention} (4 − 5)", money.earned_less_retention, strong=True),
            _Row("7", "Less previous certificates for payment", money.previous_certificates),
            _Row("8", "Current payment due (6 − 7)", money.payment_due, strong=True, due=not with_tax),
        ]  # fmt: skip
        if money.tax is not None and money.payment_due_with_tax is not None:
            rows.append(_Row("", capital(words.tax) + _rate(money.tax_bp), money.tax))
            rows.append(
                _Row(
                    "",
                    f"Current payment due including {words.tax}",
                    money.payment_due_with_tax,
                    strong=True,
                    due=True,
                )
            )
        rows.append(
            _Row("9", f"Balance to finish, including {words.retention} (3 − 6)", money.balance_to_finish)
        )
        return rows

    def _left_width(self, rows: Sequence["_Row"]) -> float:
        """Three fifths of the page, more where amounts are very long."""
        widest = max(self._pens.semibold.width(self._figure(row.amount), 9) for row in rows)
        return max(self._flow.width * 0.585, min(widest + 200, self._flow.width * 0.66))

    def _draw_summary(self, rows: Sequence["_Row"], y: float, width: float) -> float:
        flow, page = self._flow, self._flow.page
        right = flow.left + width
        for row in rows:
            pen = self._pens.semibold if row.strong else self._pens.regular
            size = 10.5 if row.due else 8 if row.part else 8.8
            amount = pen.figure(self._figure(row.amount))
            if row.due:
                amount = pen.line(format_money(row.amount, self._paper.currency, self._paper.locale))
            indent = 32 if row.part else 20
            room = width - indent - amount.width_at(size) - 8
            label_size = 9.2 if row.due else size
            labels = pen.wrap(row.label, max(room, 60), label_size)
            step = max(row.height, len(labels) * label_size * 1.25 + (row.height - label_size * 1.25))
            if row.due:
                page.box(flow.left - 6, y, width + 12, step, 0.925)
                page.rule(flow.left - 6, y, right + 6, 1)
                page.rule(flow.left - 6, y + step, right + 6, 1)
            baseline = y + row.height / 2 + label_size * 0.35
            gray = 0.2 if row.part else 0.0
            page.show(self._pens.regular.line(row.number), flow.left + (12 if row.part else 0), baseline,
                      _LABEL if row.part else 8, SOFT)  # fmt: skip
            for at, label in enumerate(labels):
                page.show(label, flow.left + indent, baseline + at * label_size * 1.25, label_size, gray)
            page.show_right(amount, right, baseline, size, gray)
            y += step
            if not row.due and not row.part:
                page.rule(flow.left, y, right, 0.4, HAIRLINE)
        return y

    def _variation_box(self, left: float, y: float) -> float:
        box = self._paper.variations
        rows = [
            ("Approved previously", box.additions_previous, box.deductions_previous, False),
            ("Approved this period", box.additions_this, box.deductions_this, False),
            ("Total", box.additions, box.deductions, True),
        ]
        flow, page, regular, bold = self._flow, self._flow.page, self._pens.regular, self._pens.semibold
        longest = max((self._figure(amount) for row in rows for amount in row[1:3]), key=len)
        size = 8.0
        while size > 4.5 and 2 * (bold.width(longest, size) + 6) > flow.right - left - 62:
            size -= 0.25
        column = max(bold.width(longest, size) + 6, 54)
        y += 1
        page.show_right(regular.line("Additions"), flow.right - column, y + 8, _LABEL, SOFT)
        page.show_right(regular.line("Deductions"), flow.right, y + 8, _LABEL, SOFT)
        y += 12
        for label, plus, minus, strong in rows:
            pen = bold if strong else regular
            labels = pen.wrap(label, max(flow.right - left - 2 * column - 4, 24), 8)
            y += max(_ROW - 11, 4)
            for line in labels:
                y += 10
                page.show(line, left, y - 1.5, 8)
            page.show_right(pen.figure(self._figure(plus)), flow.right - column, y - 1.5, size)
            page.show_right(pen.figure(self._figure(minus)), flow.right, y - 1.5, size)
            y += 2.5
            page.rule(left, y, flow.right, 0.4, HAIRLINE)
        return self._side_row(left, y, f"Net change by {self._words.variations}", box.net, strong=True)

    def _this_claim(self, left: float, y: float) -> float:
        paper = self._paper
        flow, page = self._flow, self._flow.page
        page.show(self._pens.semibold.line(f"This {self._words.claim}"), left, y + 9.5, 10)
        page.rule(left, y + 16, flow.right, 0.75)
        y = self._side_row(
            left, y + 18, "Claimed this period, before " + self._words.retention, paper.claimed_this_period
        )
        if paper.certified_this_period is not None:
            label = "Certified this period, before " + self._words.retention
            y = self._side_row(left, y, label, paper.certified_this_period)
        y = self._side_row(left, y, f"{capital(self._words.retention)} held", paper.totals.retention_held)
        if paper.totals.retention_released:
            y = self._side_row(
                left, y, f"{capital(self._words.retention)} released", paper.totals.retention_released
            )
        if paper.totals.percent_bp is not None:
            y = self._side_text(
                left, y, "Completed and stored", format_percent(paper.totals.percent_bp, places=2)
            )
        return y

    def _side_row(self, left: float, y: float, label: str, amount: int, *, strong: bool = False) -> float:
        return self._side_text(left, y, label, self._figure(amount), strong=strong)

    def _side_text(self, left: float, y: float, label: str, value: str, *, strong: bool = False) -> float:
        flow, page = self._flow, self._flow.page
        pen = self._pens.semibold if strong else self._pens.regular
        amount = pen.figure(value)
        labels = pen.wrap(label, max(flow.right - left - amount.width_at(8) - 6, 40), 8)
        y += 4
        for line in labels:
            y += 10
            page.show(line, left, y - 1.5, 8)
        page.show_right(amount, flow.right, y - 1.5, 8)
        y += 2.5
        page.rule(left, y, flow.right, 0.4, HAIRLINE)
        return y

    # --- words and names ------------------------------------------------------------------------------------

    def _comment(self) -> None:
        flow = self._flow
        flow.need(40)
        flow.text([self._pens.regular.line("Comment")], _LABEL, gray=SOFT)
        flow.text(
            self._pens.regular.wrap(self._paper.comment, flow.width, _VALUE), _VALUE, leading=_VALUE_LEADING
        )
        flow.y += 10

    def _signatures(self) -> None:
        paper, words, flow = self._paper, self._words, self._flow
        width = (flow.width - _GUTTER) / 2
        due = paper.summary.payment_due_with_tax
        due = paper.summary.payment_due if due is None else due
        amount = format_money(due, paper.currency, paper.locale)
        if paper.is_certified:
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
                f"with the {words.contract}, and {amount} is claimed as due.",
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
            _height(title, 10, 13) + 5 + _height(company, 8, 11) + _height(text, 7.6, 10.4)
            for title, company, text, _ in sets
        ]
        signs = [self._signature_lines(signature, width) for *_, signature in sets]
        foot = max(sum(_sign_height(label, lines) + 9 for label, lines in part) for part in signs)
        flow.need(max(texts) + 8 + foot)
        top = flow.y
        for at, ((title, company, text, _), part) in enumerate(zip(sets, signs, strict=True)):
            x = flow.left + at * (width + _GUTTER)
            page = flow.page
            y = page.stack(title, x, top, 10, leading=13)
            page.rule(x, y + 2.5, x + width, 0.75)
            y = page.stack(company, x, y + 5, 8, leading=11)
            page.stack(text, x, y, 7.6, leading=10.4, gray=0.2)
            self._draw_signature(part, x, top + max(texts) + 8, width)
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
            page.show(self._pens.regular.line(label), x, y - 2.8, _LABEL, SOFT)
            page.stack(lines, x + 46, y - _height(lines, 8.8, 11.6) - 0.5, 8.8, leading=11.6)
            page.rule(x + 44, y, x + width, 0.5, 0.3)
            y += 9

    def _attachments(self) -> None:
        flow, regular = self._flow, self._pens.regular
        column = flow.width * 0.62
        rows: list[tuple[list[Line], list[Line], float]] = []
        for paper in self._paper.attachments:
            names = regular.wrap(paper.name or "(without a name)", column, 8.2)
            notes = regular.wrap(paper.note, flow.width - column - _GUTTER, 7.6)
            rows.append((names, notes, max(_height(names, 8.2, 11), _height(notes, 7.6, 11)) + 5))
        whole = 24 + sum(height for *_, height in rows)
        flow.need(whole if whole < flow.bottom - flow.top - 40 else 80)
        flow.y += 4
        self._heading(f"Papers with this {self._words.claim}", flow.left, "", flow.right)
        flow.y += 20
        for names, notes, height in rows:
            flow.need(min(height, 300))
            if height > 300:
                flow.text(names + notes, 8.2, leading=11)
                continue
            flow.page.stack(names, flow.left, flow.y + 2.5, 8.2, leading=11)
            flow.page.stack(notes, flow.left + column + _GUTTER, flow.y + 2.5, 7.6, leading=11, gray=SOFT)
            flow.y += height
            flow.fresh = False
            flow.page.rule(flow.left, flow.y, flow.right, 0.4, HAIRLINE)


@dataclass(frozen=True, slots=True)
class _Row:
    number: str
    label: str
    amount: int
    strong: bool = False
    part: bool = False
    due: bool = False

    @property
    def height(self) -> float:
        return 23 if self.due else 12.4 if self.part else _ROW


def running_head(flow: Flow, paper: ClaimPaper, pen: Pens, title: str = "") -> float:
    """The head of every page but the first: whose paper it is, and the status mark."""
    page = flow.page
    mark = mark_of(paper)
    right = flow.right
    if mark:
        status_mark(page, mark, pen.semibold, right, flow.top - 3)
        right -= mark_width(mark, pen.semibold) + 12
    x = flow.left
    if title:
        name = pen.semibold.line(title)
        page.show(name, x, flow.top + 8, 12)
        x += name.width_at(12) + 14
    said = left_to_right(f"{claim_name(paper)} · {contract_name(paper)} · {paper.claimant.name}")
    page.show(one_line(said, pen.regular, right - x, 8), x, flow.top + 8, 8, SOFT)
    page.rule(flow.left, flow.top + 15, flow.right, 0.4, HAIRLINE)
    return flow.top + 22


def _sign_height(label: str, lines: Sequence[Line]) -> float:
    """Room above a line to write on; a signature needs more of it."""
    return max(_height(lines, 8.8, 11.6), 25 if label == "Signature" else 12)


def _rate(basis_points: int | None) -> str:
    return f", {format_percent(basis_points)}" if basis_points is not None else ""


def _height(lines: Sequence[Line], size: float, leading: float) -> float:
    return sum(sum(line.room(size, leading)) for line in lines)


def _how_many(lines: Sequence[Line], room: float, size: float, leading: float) -> int:
    used = 0.0
    for count, line in enumerate(lines):
        used += sum(line.room(size, leading))
        if used > room:
            return count
    return len(lines)
