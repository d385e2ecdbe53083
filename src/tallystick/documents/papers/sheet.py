"""The continuation sheets: every line of the schedule of values, groups with subtotals, the totals at the end."""

from collections.abc import Callable, Iterator, Sequence

from tallystick.core.money import format_percent, format_quantity, format_unit_price
from tallystick.documents.papers.figures import figure_writer
from tallystick.documents.papers.furniture import Foot, capital, page_size, pens
from tallystick.documents.papers.heads import running_head
from tallystick.documents.papers.model import ClaimPaper, Group, Line, LineTotals, Part
from tallystick.pdf.draw import Document, Typesetter, left_to_right
from tallystick.pdf.draw import Line as SetLine
from tallystick.pdf.draw.flow import Flow
from tallystick.pdf.draw.table import Column, Look, Table

_LARGEST = 8.0
_SMALLEST = 4.0
_DESCRIPTION = 150.0
"""What the description should have at least, in points."""

Cells = list[Sequence[SetLine]]


class Sheet:
    """Draws the continuation sheets. The type shrinks until the longest amount fits its column."""

    def __init__(self, document: Document, paper: ClaimPaper, foot: Foot) -> None:
        self._paper = paper
        self._words = paper.words
        self._pens = pens(paper.locale)
        self._figure = figure_writer(paper.currency)
        lines = [line for group in paper.groups for line in group.lines]
        self._by_unit = any(line.unit_price is not None for line in lines)
        self._releases = any(line.retention_released for line in lines) or bool(
            paper.totals.retention_released
        )
        self._codes = any(line.cost_code for line in lines)
        self._flow = Flow(document, page_size(paper.size).landscape, foot.margins(34), self._begin)
        self._look, columns = self._columns(lines)
        self._description = next(at for at, column in enumerate(columns) if column.title == "Description")
        self._table = Table(self._flow, columns, self._pens.regular, self._look)

    def _begin(self, flow: Flow) -> float:
        return running_head(flow, self._paper, self._pens, capital(self._words.sheet))

    def draw(self) -> None:
        table = self._table
        table.begin(keep=40)
        if not self._paper.groups:
            text = f"There are no lines in this {self._words.claim} yet."
            table.span([self._pens.regular.line(text)], first=0)
        for group in self._paper.groups:
            self._group(group)
        table.on_next_page = None
        self._totals("Total", self._paper.totals, last=True)

    # --- columns --------------------------------------------------------------------------------------------

    def _columns(self, lines: Sequence[Line]) -> tuple[Look, list[Column]]:
        """The largest type at which every amount fits and the description keeps some room."""
        size = _LARGEST
        while True:
            look = Look(
                size=size, leading=size * 1.36, small=max(size * 0.82, 3.8), gutter=size,
                head_size=max(min(size * 0.86, 6.9), 4.2), padding=size * 0.36,
            )  # fmt: skip
            others = self._other_columns(lines, size)
            used = sum(column.width for column in others) + look.gutter * len(others)
            room = self._flow.width - used
            wanted = _DESCRIPTION if size > 6 else _DESCRIPTION * size / 8
            if room >= wanted or size <= _SMALLEST:
                at = 2 if self._codes else 1
                return look, self._spread(others, at, room)
            size -= 0.25

    def _spread(self, others: list[Column], at: int, room: float) -> list[Column]:
        """What the description doesn't need widens the columns of figures, so that they stand apart."""
        figures = sum(column.align == "right" for column in others)
        more = min(max(room - 1.5 * _DESCRIPTION, 0) / figures, 12)
        wider = [
            Column(column.title, column.width + (more if column.align == "right" else 0), column.align)
            for column in others
        ]
        description = Column("Description", max(room - more * figures, 30))
        return [*wider[:at], description, *wider[at:]]

    def _other_columns(self, lines: Sequence[Line], size: float) -> list[Column]:
        regular, bold, figure = self._pens.regular, self._pens.semibold, self._figure
        totals = [group.totals for group in self._paper.groups] + [self._paper.totals]
        totals += [part.totals for group in self._paper.groups for part in group.parts]

        def money(title: str, name: str) -> Column:
            widest = _widest(regular, figure, size, [getattr(line, name) for line in lines])
            strongest = _widest(bold, figure, size, [getattr(total, name) for total in totals])
            return Column(title, max(widest, strongest, 38 * size / 8), "right")

        def text(title: str, values: Iterator[str], least: float, most: float) -> Column:
            widest = max((regular.width(value, size) for value in set(values)), default=0)
            return Column(title, min(max(widest, least * size / 8), most * size / 8))

        columns = [text("Item", (line.item for line in lines), 18, 52)]
        if self._codes:
            columns.append(text("Cost code", (line.cost_code for line in lines), 37, 64))
        if self._by_unit:
            quantities = (format_quantity(line.quantity) for line in lines if line.quantity is not None)
            widest = max((regular.width(text, size) for text in set(quantities)), default=0)
            prices = (self._unit_price(line) for line in lines)
            dearest = max((regular.width(text, size) for text in set(prices)), default=0)
            columns += [
                Column("Quantity", max(widest, 30 * size / 8), "right"),
                text("Unit", (line.unit for line in lines), 14, 34),
                Column("Unit price", max(dearest, 34 * size / 8), "right"),
            ]
        percents = [line.percent_bp for line in lines] + [total.percent_bp for total in totals]
        share = max((bold.width(_percent(percent), size) for percent in set(percents)), default=0)
        columns += [
            money("Scheduled value", "scheduled_value"),
            money("Previous", "previous"),
            money("This period", "this_period"),
            money("Materials stored", "materials_stored"),
            money("Total to date", "total"),
            Column("%", max(share, 22 * size / 8), "right"),
            money("Balance to finish", "balance"),
            money(f"{capital(self._words.retention)} held", "retention_held"),
        ]
        if self._releases:
            columns.append(money(f"{capital(self._words.retention)} released", "retention_released"))
        return columns

    # --- rows -----------------------------------------------------------------------------------------------

    def _group(self, group: Group) -> None:
        table, size = self._table, self._look.size
        bold = self._pens.semibold
        width = table.span_width()
        title = bold.wrap(group.title, width, size * 1.05) or [bold.line("—")]
        again = bold.wrap(left_to_right(f"{group.title} (continued)"), width, size * 1.05)[:1]
        details = {part.first + at for part in group.parts for at in range(part.count)}
        rows = [self._cells(line, size if at in details else 0) for at, line in enumerate(group.lines)]
        inwards = {self._description: size}
        total = self._look.leading + 2 * self._look.padding + 2
        first = table.height(*rows[0]) if rows else total
        table.on_next_page = None
        table.span(title, size=size * 1.05, keep=min(first + total, 160), before=4, rule=0.5)
        table.on_next_page = lambda: table.span(again, size=size * 1.05, rule=0.5)
        last = len(rows) - 1
        parts = {part.first: part for part in group.parts}
        for at, (line, (cells, under)) in enumerate(zip(group.lines, rows, strict=True)):
            if part := parts.get(at):
                self._part(part, keep=min(table.height(cells, under) + total, 160))
            note = self._note(line)
            keep = (total if at == last else 0) + (self._look.leading if note else 0)
            indents = inwards if at in details else None
            table.row(cells, under=under, keep=keep, indents=indents, rule=1 if note else 0.8)
            if note:
                table.span(note, first=self._description, size=size * 0.9, gray=0.2, rule=0.8)
        if len(self._paper.groups) > 1:
            self._totals("Subtotal", group.totals)

    def _part(self, part: Part, keep: float) -> None:
        """The line that was broken down, with the sums of the details under it."""
        bold, columns, size = self._pens.semibold, self._table.columns, self._look.size
        cells: Cells = [_wrapped(bold, part.item, columns[0].width, size)]
        if self._codes:
            cells.append(_wrapped(bold, part.cost_code, columns[1].width, size))
        cells.append(_wrapped(bold, part.description, columns[self._description].width, size))
        self._table.row([*cells, *self._sums(part.totals)], keep=keep)

    def _cells(self, line: Line, inwards: float = 0) -> tuple[Cells, list[SetLine | None]]:
        pen, figure, columns = self._pens.regular, self._figure, self._table.columns
        size = self._look.size
        cells: Cells = [_wrapped(pen, line.item, columns[0].width, size)]
        if self._codes:
            cells.append(_wrapped(pen, line.cost_code, columns[1].width, size))
        cells.append(_wrapped(pen, line.description, columns[self._description].width - inwards, size))
        if self._by_unit:
            quantity = "" if line.quantity is None else format_quantity(line.quantity)
            unit_width = columns[self._description + 2].width
            cells += [
                [pen.figure(quantity)],
                _wrapped(pen, line.unit, unit_width, size),
                [pen.figure(self._unit_price(line))],
            ]
        for amount in (
            line.scheduled_value,
            line.previous,
            line.this_period,
            line.materials_stored,
            line.total,
        ):
            cells.append((pen.figure(figure(amount)),))
        cells.append((pen.figure(_percent(line.percent_bp)),))
        cells.append((pen.figure(figure(line.balance)),))
        cells.append((pen.figure(figure(line.retention_held)),))
        if self._releases:
            cells.append((pen.figure(figure(line.retention_released)),))
        return cells, self._quantities(line)

    def _quantities(self, line: Line) -> list[SetLine | None]:
        """How much of the quantity stands behind the amounts, in small figures under them."""
        if line.unit_price is None:
            return []
        under: list[SetLine | None] = [None] * len(self._table.columns)
        value = self._description + 4
        for offset, quantity in (
            (1, line.quantity_previous),
            (2, line.quantity_this),
            (4, line.quantity_total),
        ):
            if quantity is not None:
                text = format_quantity(quantity)
                pen, room = self._pens.regular, self._table.columns[value + offset].width
                labelled = pen.line(f"{text} {line.unit}".rstrip())
                fits = labelled.width_at(self._look.small) <= room
                under[value + offset] = labelled if fits else pen.wrap(text, room, self._look.small)[0]
        return under

    def _note(self, line: Line) -> list[SetLine]:
        """What was claimed where the reviewer came to something else, and what either says of the line."""
        said = ""
        if line.claimed is not None:
            name = "certified" if self._paper.is_certified else "assessed"
            if self._paper.differences is not None:
                name = self._paper.differences.compared
            accepted = self._figure(line.this_period if line.accepted is None else line.accepted)
            said = f"Claimed this period {self._figure(line.claimed)}, {name} {accepted}."
        said = " ".join(part for part in (said, line.reason.strip(), line.comment.strip()) if part)
        width = self._table.span_width(self._description)
        return self._pens.italic.wrap(said, width, self._look.size * 0.9)

    def _totals(self, label: str, totals: LineTotals, *, last: bool = False) -> None:
        cells: Cells = [[] for _ in range(self._description)]
        cells.append([self._pens.semibold.line(label)])
        cells += self._sums(totals)
        if last:
            self._table.space(5)
            self._table.line(0.75)
        self._table.row(cells, rule=0, rule_width=1 if last else 0.5)

    def _sums(self, totals: LineTotals) -> Cells:
        """What stands in the columns after the description."""
        bold, figure = self._pens.semibold, self._figure
        cells: Cells = [[], [], []] if self._by_unit else []
        for amount in (
            totals.scheduled_value, totals.previous, totals.this_period, totals.materials_stored, totals.total,
        ):  # fmt: skip
            cells.append([bold.figure(figure(amount))])
        cells.append([bold.figure(_percent(totals.percent_bp))])
        cells.append([bold.figure(figure(totals.balance))])
        cells.append([bold.figure(figure(totals.retention_held))])
        if self._releases:
            cells.append([bold.figure(figure(totals.retention_released))])
        return cells

    def _unit_price(self, line: Line) -> str:
        if line.unit_price is None:
            return ""
        return format_unit_price(line.unit_price, self._paper.currency, self._paper.locale, symbol=False)


def _wrapped(pen: Typesetter, text: str, width: float, size: float) -> list[SetLine]:
    return pen.wrap(text, width, size) if text else []


def _percent(basis_points: int | None) -> str:
    return format_percent(basis_points, places=2).removesuffix("%")


def _widest(pen: Typesetter, figure: Callable[[int], str], size: float, amounts: Sequence[int]) -> float:
    """The width of the longest amount: the largest one's or the smallest one's."""
    if not amounts:
        return 0.0
    return max(pen.width(figure(max(amounts)), size), pen.width(figure(min(amounts)), size))
