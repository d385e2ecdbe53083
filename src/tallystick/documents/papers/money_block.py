"""The money on the certificate: the nine lines, the variations, what this claim comes to."""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.core.money import format_money, format_percent
from tallystick.documents.papers.figures import figure_writer
from tallystick.documents.papers.furniture import (
    GUTTER,
    HAIRLINE,
    HEADING,
    LABEL,
    SOFT,
    Pens,
    capital,
    heading,
)
from tallystick.documents.papers.model import ClaimPaper
from tallystick.pdf.draw.flow import Flow

_ROW = 15.2
_SIDE = 390.0
"""The height of the right column when every label takes as many lines as it can."""


class MoneyBlock:
    """Two columns: lines 1 to 9 with tax on the left, variations and this claim on the right."""

    def __init__(self, flow: Flow, paper: ClaimPaper, pens: Pens) -> None:
        self._flow = flow
        self._paper = paper
        self._words = paper.words
        self._pens = pens
        self._figure = figure_writer(paper.currency)

    def draw(self) -> None:
        """Draw the block where the flow stands, on one page."""
        flow = self._flow
        rows = self._summary_rows()
        left_width = self._left_width(rows)
        flow.need(max(HEADING + sum(row.height for row in rows), _SIDE))
        top = flow.y
        heading(
            flow.page,
            self._pens,
            "Summary",
            (flow.left, top, flow.left + left_width),
            f"Amounts in {self._paper.currency}",
        )
        bottom = self._draw_summary(rows, top + HEADING, left_width)
        side = flow.left + left_width + GUTTER + 4
        heading(flow.page, self._pens, capital(self._words.variations), (side, top, flow.right))
        y = self._variation_box(side, top + HEADING)
        y = self._this_claim(side, y + 16)
        flow.y = max(bottom, y) + 14
        flow.fresh = False

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
                      LABEL if row.part else 8, SOFT)  # fmt: skip
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
        page.show_right(regular.line("Additions"), flow.right - column, y + 8, LABEL, SOFT)
        page.show_right(regular.line("Deductions"), flow.right, y + 8, LABEL, SOFT)
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
        flow = self._flow
        heading(flow.page, self._pens, f"This {self._words.claim}", (left, y, flow.right))
        y += 18
        for step, amount in self._this_period():
            y = self._side_row(left, y, f"{step} this period, before {self._words.retention}", amount)
        y = self._side_row(left, y, f"{capital(self._words.retention)} held", paper.totals.retention_held)
        if paper.totals.retention_released:
            y = self._side_row(
                left, y, f"{capital(self._words.retention)} released", paper.totals.retention_released
            )
        if paper.totals.percent_bp is not None:
            y = self._side_text(
                left, y, "Completed and stored", format_percent(paper.totals.percent_bp, places=2)
            )
        if paper.paid is not None:
            y = self._side_row(left, y, "Paid so far", paper.paid.paid)
            y = self._side_row(left, y, "Outstanding", paper.paid.outstanding, strong=True)
        return y

    def _this_period(self) -> list[tuple[str, int]]:
        """What was claimed, assessed and certified; only the last of them where the project leaves claimed ones out."""
        paper = self._paper
        steps = [
            ("Claimed", paper.claimed_this_period),
            ("Assessed", paper.assessed_this_period),
            ("Certified", paper.certified_this_period),
        ]
        reached = [(step, amount) for step, amount in steps if amount is not None]
        return reached if paper.shows_claimed else reached[-1:]

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


def _rate(basis_points: int | None) -> str:
    return f", {format_percent(basis_points)}" if basis_points is not None else ""
