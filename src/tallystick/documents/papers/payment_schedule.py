"""The answer to a claim as a paper: what is scheduled of what was claimed, and every reason why (domain §6.10)."""

from collections.abc import Sequence

from tallystick.core.money import format_money
from tallystick.documents.papers.figures import figure_writer
from tallystick.documents.papers.furniture import (
    GUTTER,
    HAIRLINE,
    HEADING,
    LABEL,
    SOFT,
    VALUE,
    VALUE_LEADING,
    Foot,
    heading,
    height_of,
    mark_width,
    one_line,
    page_size,
    pens,
    status_mark,
)
from tallystick.documents.papers.model import Party
from tallystick.documents.papers.payment_schedule_model import (
    PaymentSchedulePaper,
    ScheduleGroup,
    ScheduleRow,
    ScheduleTotal,
)
from tallystick.pdf.draw import Document, Line, left_to_right
from tallystick.pdf.draw.flow import Flow
from tallystick.pdf.draw.table import Column, Look, Table

_MARGIN = 40.0
_SIZE = 8.6
_REASON = 8.2


def render_payment_schedule(paper: PaymentSchedulePaper) -> bytes:
    """The PDF. The same paper gives the same bytes."""
    document = Document(
        title=f"{paper.words.title} – {paper.claim_name}, {paper.contract_name}",
        language=paper.locale,
        author=paper.payer.name,
        subject=f"{paper.words.title}, {paper.project.number} {paper.project.name}",
        created=paper.created,
    )
    foot = Foot(paper.footer, pens(paper.locale).regular, page_size(paper.size), _MARGIN)
    _Drawing(document, paper, foot).draw()
    foot.draw(document)
    return document.to_bytes()


class _Drawing:
    """Top to bottom; each block goes to the next page whole when it doesn't fit."""

    def __init__(self, document: Document, paper: PaymentSchedulePaper, foot: Foot) -> None:
        self._paper = paper
        self._pens = pens(paper.locale)
        self._figure = figure_writer(paper.currency)
        self._first = True
        self._flow = Flow(document, page_size(paper.size), foot.margins(36), self._begin)

    def draw(self) -> None:
        """Draw all of it."""
        self._parties()
        self._facts()
        self._amounts()
        self._lines()
        self._said(self._paper.words.retention, self._paper.retention_reason)
        self._said("Note", self._paper.note)
        self._dates()

    # --- heads ----------------------------------------------------------------------------------------------

    def _begin(self, flow: Flow) -> float:
        paper, bold, regular, page = self._paper, self._pens.semibold, self._pens.regular, flow.page
        if not self._first:
            right = flow.right
            if paper.mark:
                status_mark(page, paper.mark, bold, right, flow.top - 3)
                right -= mark_width(paper.mark, bold) + 12
            said = left_to_right(f"{paper.words.title} · {paper.claim_name} · {paper.contract_name}")
            page.show(one_line(said, regular, right - flow.left, 8), flow.left, flow.top + 8, 8, SOFT)
            page.rule(flow.left, flow.top + 15, flow.right, 0.4, HAIRLINE)
            return flow.top + 22
        self._first = False
        room = flow.width - (mark_width(paper.mark, bold, 8.5) + 14 if paper.mark else 0)
        if paper.mark:
            status_mark(page, paper.mark, bold, flow.right, flow.top + 2, size=8.5)
        y = page.stack(bold.wrap(paper.words.title, room, 19), flow.left, flow.top - 3, 19, leading=23)
        y = page.stack(bold.wrap(paper.claim_name, flow.width, 10.5), flow.left, y + 3, 10.5, leading=14)
        name = regular.wrap(left_to_right(paper.contract_name), flow.width, 9.5)
        y = page.stack(name, flow.left, y, 9.5, leading=13)
        page.rule(flow.left, y + 7, flow.right, 1)
        return y + 14

    # --- who, what, when ------------------------------------------------------------------------------------

    def _parties(self) -> None:
        paper = self._paper
        project = "\n".join(
            part
            for part in (f"{paper.project.number} {paper.project.name}".strip(), paper.project.address)
            if part
        )
        self._cells(
            [
                (paper.words.issued_by, self._party(paper.payer)),
                (paper.words.to, self._party(paper.claimant)),
                ("Project", project),
            ]
        )

    def _party(self, party: Party) -> str:
        number = f"{self._paper.business_number} {party.business_number}" if party.business_number else ""
        return "\n".join(part for part in (party.name, number, party.address, party.contact) if part.strip())

    def _facts(self) -> None:
        facts = self._paper.facts
        for at in range(0, len(facts), 3):
            self._cells(facts[at : at + 3])
        self._flow.page.rule(self._flow.left, self._flow.y + 1, self._flow.right, 0.4, HAIRLINE)
        self._flow.y += 10

    def _cells(self, cells: Sequence[tuple[str, str]]) -> None:
        flow, regular, bold = self._flow, self._pens.regular, self._pens.semibold
        width = (flow.width - 2 * GUTTER) / 3
        sets = []
        for label, value in cells:
            first, _, others = value.strip("\n").partition("\n")
            lines = bold.wrap(first, width, VALUE) + regular.wrap(others, width, VALUE)
            sets.append((regular.wrap(label, width, LABEL), lines))
        heights = [
            height_of(labels, LABEL, 8.8) + height_of(lines, VALUE, VALUE_LEADING) for labels, lines in sets
        ]
        flow.need(max(heights, default=0))
        for at, (labels, lines) in enumerate(sets):
            x = flow.left + at * (width + GUTTER)
            y = flow.page.stack(labels, x, flow.y, LABEL, leading=8.8, gray=SOFT)
            flow.page.stack(lines, x, y, VALUE, leading=VALUE_LEADING)
        flow.y += max(heights, default=0) + 7
        flow.fresh = False

    # --- the amounts in three words -------------------------------------------------------------------------

    def _amounts(self) -> None:
        paper, flow, words = self._paper, self._flow, self._paper.words
        flow.text(self._pens.regular.wrap(paper.opening, flow.width, 9.2), 9.2, leading=12.6)
        flow.y += 8
        flow.need(44)
        amounts = (
            (words.amount, paper.scheduled_total, True),
            (words.claimed_amount, paper.claimed_total, False),
            ("Difference", paper.claimed_total - paper.scheduled_total, False),
        )
        page, top = flow.page, flow.y
        page.box(flow.left - 6, top, flow.width + 12, 36, 0.925)
        page.rule(flow.left - 6, top, flow.right + 6, 1)
        page.rule(flow.left - 6, top + 36, flow.right + 6, 1)
        width = (flow.width - 2 * GUTTER) / 3
        for at, (label, amount, strong) in enumerate(amounts):
            x = flow.left + at * (width + GUTTER)
            pen = self._pens.semibold if strong else self._pens.regular
            figure = format_money(amount, paper.currency, paper.locale)
            size = 13.0 if strong else 11.0
            while size > 6 and pen.width(figure, size) > width:
                size -= 0.5
            page.show(self._pens.regular.line(label), x, top + 11.5, LABEL, 0.2)
            page.show(pen.line(figure), x, top + 28, size)
        flow.y = top + 36 + 14
        flow.fresh = False

    # --- lines ----------------------------------------------------------------------------------------------

    def _lines(self) -> None:
        paper, flow = self._paper, self._flow
        flow.need(90)
        heading(flow.page, self._pens, paper.words.lines, (flow.left, flow.y, flow.right), paper.currency)
        flow.y += HEADING
        flow.fresh = False
        table = self._table()
        table.begin(keep=30)
        for group in paper.groups:
            self._group(table, group)
        if not paper.groups:
            table.span([self._pens.regular.line("No line has an amount in this period.")])
        if paper.unlisted:
            table.span(self._pens.italic.wrap(paper.unlisted, table.span_width(), 7.6), size=7.6, gray=0.2)
        table.space(3)
        table.line(0.75)
        for total in paper.totals:
            self._total(table, total)
        flow.y += 12

    def _table(self) -> Table:
        """Columns as wide as their longest amount; the description has the rest, and the type shrinks for it."""
        paper, bold = self._paper, self._pens.semibold
        rows = [row for group in paper.groups for row in group.rows]
        amounts = [(row.claimed, row.scheduled) for row in rows]
        amounts += [(total.claimed, total.scheduled) for total in paper.totals]
        size = _SIZE
        while True:
            look = Look(size=size, leading=size * 1.36, small=size * 0.8, gutter=10, head_size=7, padding=3)
            widths = [
                max((bold.width(self._figure(value), size) for value in values), default=0)
                for values in (
                    {claimed for claimed, _ in amounts},
                    {scheduled for _, scheduled in amounts},
                    {claimed - scheduled for claimed, scheduled in amounts},
                )
            ]
            widths = [max(width, 52.0) for width in widths]
            item = min(max((self._pens.regular.width(row.item, size) for row in rows), default=0), 56)
            item = max(item, 22.0)
            room = self._flow.width - sum(widths) - item - 4 * look.gutter
            if room >= 130 or size <= 5:
                break
            size -= 0.3
        titles = (paper.words.claimed, paper.words.scheduled, "Difference")
        columns = [Column("Item", item), Column("Description", max(room, 60))]
        columns += [Column(title, width, "right") for title, width in zip(titles, widths, strict=True)]
        return Table(self._flow, columns, self._pens.regular, look)

    def _group(self, table: Table, group: ScheduleGroup) -> None:
        if group.title:
            title = self._pens.semibold.wrap(group.title, table.span_width(), table.look.size)
            table.span(title, before=3, keep=30, rule=0.5)
        for row in group.rows:
            self._row(table, row)

    def _row(self, table: Table, row: ScheduleRow) -> None:
        pen, size = self._pens.regular, table.look.size
        reason = self._pens.italic.wrap(row.reason, table.span_width(1), _REASON) if row.reason else []
        cells: list[Sequence[Line]] = [
            pen.wrap(row.item, table.columns[0].width, size) if row.item else [],
            pen.wrap(row.description, table.columns[1].width, size),
            [pen.figure(self._figure(row.claimed))],
            [pen.figure(self._figure(row.scheduled))],
            [pen.figure(self._figure(row.claimed - row.scheduled))],
        ]
        table.row(cells, keep=table.look.leading * 1.6 if reason else 0, rule=1 if reason else 0.78)
        if reason:
            table.span(reason, first=1, size=_REASON, gray=0.15, rule=0.78)

    def _total(self, table: Table, total: ScheduleTotal) -> None:
        pen = self._pens.semibold if total.strong else self._pens.regular
        cells: list[Sequence[Line]] = [
            [],
            pen.wrap(total.label, table.columns[1].width, table.look.size),
            [pen.figure(self._figure(total.claimed))],
            [pen.figure(self._figure(total.scheduled))],
            [pen.figure(self._figure(total.claimed - total.scheduled))],
        ]
        table.row(cells, rule=0 if total.strong else 0.78, rule_width=0.75 if total.strong else 0.4)

    # --- reasons, dates -------------------------------------------------------------------------------------

    def _said(self, title: str, said: str) -> None:
        if not said.strip():
            return
        flow = self._flow
        flow.need(HEADING + 26)
        heading(flow.page, self._pens, title, (flow.left, flow.y, flow.right))
        flow.y += HEADING
        flow.fresh = False
        flow.text(self._pens.regular.wrap(said, flow.width, VALUE), VALUE, leading=VALUE_LEADING)
        flow.y += 12

    def _dates(self) -> None:
        flow, regular, bold = self._flow, self._pens.regular, self._pens.semibold
        flow.need(HEADING + 60)
        heading(flow.page, self._pens, "Dates", (flow.left, flow.y, flow.right))
        flow.y += HEADING
        flow.fresh = False
        label = 150.0
        for one in self._paper.dates:
            names = bold.wrap(f"{one.name} {one.day}".strip(), label, 8.2)
            how = regular.wrap(one.reckoning, flow.width - label - GUTTER, 7.6)
            height = max(height_of(names, 8.2, 11), height_of(how, 7.6, 10.4)) + 5
            flow.need(height)
            flow.page.stack(names, flow.left, flow.y, 8.2, leading=11)
            flow.page.stack(how, flow.left + label + GUTTER, flow.y, 7.6, leading=10.4, gray=0.15)
            flow.y += height
            flow.fresh = False
        flow.y += 2
        flow.text(self._pens.italic.wrap(self._paper.guidance, flow.width, 7.8), 7.8, leading=10.6, gray=0.2)
