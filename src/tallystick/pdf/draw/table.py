"""Tables that run over pages: the head is repeated, rows grow with their text and break when they must."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from tallystick.pdf.draw.faces import UNITS
from tallystick.pdf.draw.flow import Flow
from tallystick.pdf.draw.lines import CAP_HEIGHT, Line
from tallystick.pdf.draw.typeset import Typesetter

Align = Literal["left", "right", "centre"]
Cell = Sequence[Line]

HAIRLINE_GRAY = 0.78


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in points without the gutters."""

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes in points."""

    size: float = 8
    leading: float = 11
    small: float = 6.5
    """Size of lines under the main ones (quantities under amounts)."""
    padding: float = 3
    """Above and below the lines of a row."""
    gutter: float = 8
    """Between columns."""
    head_size: float = 7
    head_gray: float = 0.35


class Table:
    """Writes rows into a flow. The table is as wide as its columns and gutters together."""

    _SHARE: ClassVar[dict[Align, float]] = {"left": 0.0, "centre": 0.5, "right": 1.0}
    """How much of a column's spare room stands left of the text."""

    def __init__(
        self, flow: Flow, columns: Sequence[Column], head: Typesetter, look: Look | None = None
    ) -> None:
        self.flow = flow
        self.columns = columns
        self.look = look or Look()
        self._lefts: list[float] = []
        at = flow.left
        for column in columns:
            self._lefts.append(at)
            at += column.width + self.look.gutter
        self.right = at - self.look.gutter
        self._titles = [head.wrap(column.title, column.width, self.look.head_size) for column in columns]
        self._head_leading = self.look.head_size * 1.25
        self._head_height = max(map(len, self._titles), default=0) * self._head_leading + 8
        self.on_next_page: Callable[[], None] | None = None
        """Called under the repeated head, for saying which group goes on."""
        self._indents: Mapping[int, float] = {}
        self._gray = 0.0
        self._baseline = self.look.leading / 2 + CAP_HEIGHT / 2 * self.look.size

    # --- head -----------------------------------------------------------------------------------------------

    def begin(self, keep: float = 0) -> None:
        """Draw the head; ``keep`` is the height of what has to follow on the same page."""
        self.flow.need(self._head_height + keep)
        self._draw_head()

    def _draw_head(self) -> None:
        flow, look = self.flow, self.look
        bottom = flow.y + self._head_height
        for column, left, title in zip(self.columns, self._lefts, self._titles, strict=True):
            top = bottom - 4.5 - len(title) * self._head_leading
            for line in title:
                above, _ = line.room(look.head_size, self._head_leading)
                x = self._left(line, column, left, look.head_size)
                flow.page.show(line, x, top + above, look.head_size, look.head_gray)
                top += self._head_leading
        flow.page.rule(flow.left, bottom, self.right, 0.75)
        flow.y = bottom

    def _next_page(self) -> None:
        self.flow.new_page()
        self._draw_head()
        if self.on_next_page is not None:
            self.on_next_page()

    # --- rows -----------------------------------------------------------------------------------------------

    def height(self, cells: Sequence[Cell], under: Sequence[Line | None] = ()) -> float:
        """How high a row will be."""
        look = self.look
        tallest = 0.0
        for cell in cells:
            if len(cell) > 1 or (cell and cell[0].above):
                tallest = max(tallest, sum(sum(line.room(look.size, look.leading)) for line in cell))
        if under:
            tallest = max(tallest, look.leading + look.small * 1.3)
        return max(tallest, look.leading) + 2 * look.padding

    def row(
        self,
        cells: Sequence[Cell],
        *,
        under: Sequence[Line | None] = (),
        keep: float = 0,
        indents: Mapping[int, float] | None = None,
        gray: float = 0,
        rule: float = HAIRLINE_GRAY,
        rule_width: float = 0.4,
    ) -> None:
        """One row. ``under`` are small lines beneath single-line cells; ``keep`` as in ``begin``.

        ``indents`` moves left-aligned columns to the right; ``rule`` is the gray of the rule below, 1 for none.

        A row goes to the next page whole, unless it is higher than a page: then it is continued there.
        """
        self._indents = indents or {}
        self._gray = gray
        height = self.height(cells, under)
        if not self._fits(height + keep) and not self._fits_on_empty(height):
            self._broken_row(cells, under)
        else:
            if not self._fits(height + keep):
                self._next_page()
            self._draw(cells, under)
            self.flow.y += height
        self.flow.fresh = False
        if rule < 1:
            self.flow.page.rule(self.flow.left, self.flow.y, self.right, rule_width, rule)

    def span(
        self,
        lines: Sequence[Line],
        *,
        first: int = 0,
        keep: float = 0,
        size: float = 0,
        gray: float = 0,
        before: float = 0,
        rule: float = 1,
    ) -> None:
        """Lines over all columns from ``first`` on; ``before`` is white space above, ``rule`` 1 is none."""
        look = self.look
        size = size or look.size
        leading = size * look.leading / look.size
        rooms = [line.room(size, leading) for line in lines]
        whole = before + sum(above + below for above, below in rooms) + 2 * look.padding
        if not self._fits(whole + keep) and self._fits_on_empty(whole):
            self._next_page()
        self.flow.y += before + look.padding
        for line, (above, below) in zip(lines, rooms, strict=True):
            if not self._fits(above + below):
                self._next_page()
                self.flow.y += look.padding
            self.flow.page.show(line, self._lefts[first], self.flow.y + above, size, gray)
            self.flow.y += above + below
        self.flow.y += look.padding
        self.flow.fresh = False
        if rule < 1:
            self.flow.page.rule(self.flow.left, self.flow.y, self.right, 0.4, rule)

    def space(self, height: float) -> None:
        """White space between rows, none at the top of a page."""
        if not self.flow.fresh:
            self.flow.y += height

    def line(self, width: float, gray: float = 0) -> None:
        """A rule across the table where the next row begins."""
        self.flow.page.rule(self.flow.left, self.flow.y, self.right, width, gray)

    def span_width(self, first: int = 0) -> float:
        """The room that ``span`` has from a column on."""
        return self.right - self._lefts[first]

    def _fits(self, height: float) -> bool:
        return self.flow.fits(height)

    def _fits_on_empty(self, height: float) -> bool:
        """Whether an empty page with head and a group's name would hold it."""
        room = self.flow.bottom - self.flow.top - self._head_height - 4 * self.look.leading
        return height <= room

    def _draw(self, cells: Sequence[Cell], under: Sequence[Line | None]) -> None:
        page, look = self.flow.page, self.look
        top = self.flow.y + look.padding
        lefts = self._row_lefts()
        placed: list[tuple[float, Line]] = []
        scale = look.size / UNITS
        for column, left, cell in zip(self.columns, lefts, cells, strict=True):
            if len(cell) == 1 and not cell[0].above and cell[0].squeeze == 100:
                (line,) = cell
                room = column.width - line.width * scale
                placed.append((left + room * self._SHARE[column.align], line))
                continue
            at = top
            for line in cell:
                above, below = line.room(look.size, look.leading)
                x = self._left(line, column, left, look.size)
                page.show(line, x, at + above, look.size, self._gray)
                at += above + below
        page.show_row(placed, top + self._baseline, look.size, self._gray)
        if not under:
            return
        baseline = top + look.leading + look.small * (0.65 + CAP_HEIGHT / 2)
        small = [
            (self._left(line, column, left, look.small), line)
            for column, left, line in zip(self.columns, lefts, under, strict=False)
            if line is not None
        ]
        page.show_row(small, baseline, look.small, 0.35)

    def _row_lefts(self) -> Sequence[float]:
        if not self._indents:
            return self._lefts
        return [left + self._indents.get(at, 0) for at, left in enumerate(self._lefts)]

    def _broken_row(self, cells: Sequence[Cell], under: Sequence[Line | None]) -> None:
        """A row higher than a page: as many lines as fit, then the next page."""
        rest = [list(cell) for cell in cells]
        first = True
        while any(rest):
            room = self.flow.bottom - self.flow.y - 2 * self.look.padding
            taken: list[list[Line]] = []
            for lines in rest:
                used, count = 0.0, 0
                while count < len(lines):
                    step = sum(lines[count].room(self.look.size, self.look.leading))
                    if used + step > room:
                        break
                    used, count = used + step, count + 1
                taken.append(lines[:count])
            if not any(taken) or (first and sum(map(len, taken)) < sum(1 for lines in rest if lines)):
                if not self.flow.fresh:
                    self._next_page()
                    self.flow.fresh = True
                    continue
                taken = [
                    lines[:1] for lines in rest
                ]  # not even one line fits an empty page: go on regardless
            self._draw(taken, under if first else ())
            self.flow.y += self.height(taken, under if first else ())
            first = False
            rest = [lines[len(part) :] for lines, part in zip(rest, taken, strict=True)]
            if any(rest):
                self._next_page()

    def _left(self, line: Line, column: Column, left: float, size: float) -> float:
        return left + (column.width - line.width_at(size)) * self._SHARE[column.align]
