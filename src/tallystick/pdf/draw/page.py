"""One page: text, rules and boxes as content operators.

Coordinates are points from the top left corner of the page, y downwards; text stands on its baseline.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tallystick.pdf.draw.embed import EmbeddedFont
from tallystick.pdf.draw.faces import UNITS, Face
from tallystick.pdf.draw.lines import Line, Placed, Plain, Shaped


@dataclass(frozen=True, slots=True)
class Size:
    """A page size in points."""

    width: float
    height: float

    @property
    def landscape(self) -> "Size":
        return Size(max(self.width, self.height), min(self.width, self.height))


A4 = Size(595.28, 841.89)
LETTER = Size(612, 792)


class Page:
    """One page. It is written when the document is, so earlier pages may still be added to."""

    def __init__(self, size: Size, font: Callable[[Face], EmbeddedFont]) -> None:
        self.size = size
        self._embedded = font
        self._ops: list[str] = []
        self._font: tuple[EmbeddedFont, float] | None = None
        self._gray = 0.0
        self._squeeze = 100.0

    def show(self, line: Line, x: float, baseline: float, size: float, gray: float = 0.0) -> None:
        """Show a set line with its left edge at ``x``."""
        if not line.spans:
            return
        ops = self._ops
        if gray != self._gray:
            self._set_gray(gray)
        squeeze = ""
        if line.squeeze != self._squeeze:
            self._squeeze = line.squeeze
            squeeze = f"{line.squeeze:.2f} Tz\n"
        up = self.size.height - baseline
        span = line.spans[0]
        if isinstance(span, Plain):
            font = self._embedded(span.face)
            font.use(span.texts)
            ops.append(f"BT {x:.2f} {up:.2f} Td\n{squeeze}{self._select(font, size)}[{span.body}]TJ\nET\n")
            return
        ops.append(f"BT {x:.2f} {up:.2f} Td\n{squeeze}")
        at = 0
        high, wide = size / UNITS, size * line.squeeze / (UNITS * 100)
        marks: list[str] = []
        for span in line.spans:
            assert isinstance(span, Shaped)
            font = self._embedded(span.face)
            ops.append(self._select(font, size))
            marks += [
                f"q {wide:.5f} 0 0 {high:.5f} {x + (at + to) * wide:.2f} {up + rise * high:.2f} cm\n"
                f"{span.face.outline(glyph)}f Q\n"
                for glyph, to, rise in self._show_shaped(span, font, size)
            ]
            at += span.width
        ops.append("ET\n")
        ops += marks

    def show_beneath(self, line: Line, x: float, baseline: float, size: float, gray: float = 0.0) -> None:
        """Show a set line under everything else on the page: where something else stands, that is seen."""
        above, font, was_gray, squeeze = self._ops, self._font, self._gray, self._squeeze
        self._ops, self._font, self._gray, self._squeeze = [], None, 0.0, 100.0
        self.show(line, x, baseline, size, gray)
        self._ops = ["q\n", *self._ops, "Q\n", *above]
        self._font, self._gray, self._squeeze = font, was_gray, squeeze

    def show_row(
        self, cells: Sequence[tuple[float, Line]], baseline: float, size: float, gray: float = 0.0
    ) -> None:
        """Show set lines with their left edges side by side on one baseline: one text object for them all."""
        parts: list[str] = []
        font: EmbeddedFont | None = None
        noted: tuple[dict[int, str], ...] = ()
        at = 0.0
        for x, line in cells:
            if not line.spans:
                continue
            span = line.spans[0]
            if (
                not isinstance(span, Plain)
                or line.squeeze != 100
                or (font is not None and span.face is not font.face)
            ):
                self.show(line, x, baseline, size, gray)
                continue
            if font is None:
                font = self._embedded(span.face)
                parts.append(f"{x:.2f} {self.size.height - baseline:.2f} Td[{span.body}]TJ\n")
            else:
                parts.append(f"{x - at:.2f} 0 Td[{span.body}]TJ\n")
            if span.texts is not noted:
                noted = span.texts
                font.use(noted)
            at = x
        if font is None:
            return
        if gray != self._gray:
            self._set_gray(gray)
        if self._squeeze != 100:
            self._squeeze = 100
            self._ops.append("100 Tz\n")
        self._ops.append(f"BT {self._select(font, size)}{''.join(parts)}ET\n")

    def _select(self, font: EmbeddedFont, size: float) -> str:
        if self._font == (font, size):
            return ""
        self._font = (font, size)
        return f"/{font.resource} {size:g} Tf\n"

    def show_right(self, line: Line, right: float, baseline: float, size: float, gray: float = 0.0) -> None:
        """Show a set line with its right edge at ``right``."""
        self.show(line, right - line.width_at(size), baseline, size, gray)

    def rule(self, x1: float, y: float, x2: float, width: float = 0.5, gray: float = 0.0) -> None:
        """A horizontal rule centred on ``y``."""
        self.box(x1, y - width / 2, x2 - x1, width, gray)

    def box(self, x: float, y: float, width: float, height: float, gray: float) -> None:
        """A filled rectangle; ``y`` is its upper edge."""
        self._set_gray(gray)
        self._ops.append(f"{x:.2f} {self.size.height - y - height:.2f} {width:.2f} {height:.2f} re f\n")

    def frame(self, x: float, y: float, width: float, height: float, *, line: float = 0.75) -> None:
        """The outline of a rectangle in black; ``y`` is its upper edge."""
        self._ops.append(
            f"{line:g} w {x:.2f} {self.size.height - y - height:.2f} {width:.2f} {height:.2f} re S\n"
        )

    def pen_lines(self, lines: Sequence[Sequence[tuple[float, float]]], *, width: float) -> None:
        """Lines through points as a pen draws them, in black with round ends; a line of one point is a dot."""
        ops = [f"q 1 J 1 j {width:.2f} w\n"]
        for points in lines:
            for at, (x, y) in enumerate(points if len(points) > 1 else [*points, *points]):
                ops.append(f"{x:.2f} {self.size.height - y:.2f} {'l' if at else 'm'}\n")
            ops.append("S\n")
        self._ops.append("".join(ops) + "Q\n")

    def stack(
        self, lines: Sequence[Line], x: float, top: float, size: float, *, leading: float = 0, gray: float = 0
    ) -> float:
        """Show lines one under the other from ``top`` and return where they end."""
        for line in lines:
            above, below = line.room(size, leading or size * 1.35)
            self.show(line, x, top + above, size, gray)
            top += above + below
        return top

    def content(self) -> bytes:
        return "".join(self._ops).encode("ascii")

    def _set_gray(self, gray: float) -> None:
        if gray != self._gray:
            self._gray = gray
            self._ops.append(f"{gray:g} g\n")

    def _show_shaped(self, span: Shaped, font: EmbeddedFont, size: float) -> list[tuple[int, int, int]]:
        """Glyph by glyph, so that the text can be copied out again; returns the marks that are to be drawn.

        Marks that take no room (vowel signs, the dots of Arabic letters) become outlines, since viewers take the
        pen's way back to them for a gap between words. The text of the cluster stays with its one spacing
        glyph; a cluster of several says by ActualText what it stands for.
        """
        pen = _Pen(self._ops, font, size)
        marks: list[tuple[int, int, int]] = []
        for cluster in span.clusters:
            spacing = sum(_takes_room(span.face, placed) for placed in cluster.glyphs)
            if spacing > 1:
                pen.flush()
                self._ops.append(f"/Span<</ActualText<feff{cluster.text.encode('utf-16-be').hex()}>>>BDC\n")
            text = cluster.text
            for placed in cluster.glyphs:
                if spacing and not _takes_room(span.face, placed):
                    marks.append((placed.glyph, pen.at + placed.before, placed.rise))
                    pen.skip(placed)
                else:
                    pen.show(placed, text)
                    text = ""
            if spacing > 1:
                pen.flush()
                self._ops.append("EMC\n")
        pen.close()
        return marks


def _takes_room(face: Face, placed: Placed) -> bool:
    """Whether the pen moves on for a glyph."""
    return placed.before + face.advance(placed.glyph) + placed.after > 0


class _Pen:
    """Writes glyphs at wanted places: ``at`` is where the next one belongs, ``_real`` where the viewer's pen is."""

    def __init__(self, ops: list[str], font: EmbeddedFont, size: float) -> None:
        self._ops = ops
        self._font = font
        self._size = size
        self._body: list[str] = []
        self._rise = 0
        self._real = 0
        self.at = 0

    def show(self, placed: Placed, text: str) -> None:
        if placed.rise != self._rise:
            self.flush()
            self._set_rise(placed.rise)
        self._move(self.at + placed.before)
        self._body.append(f"<{self._font.code(placed.glyph, text):04x}>")
        self._real += self._font.face.advance(placed.glyph)
        self.skip(placed)

    def skip(self, placed: Placed) -> None:
        self.at += placed.before + self._font.face.advance(placed.glyph) + placed.after

    def flush(self) -> None:
        if self._body:
            self._ops.append(f"[{''.join(self._body)}]TJ\n".replace("><", ""))
            self._body.clear()

    def close(self) -> None:
        self._move(self.at)
        self.flush()
        self._set_rise(0)

    def _set_rise(self, rise: int) -> None:
        if rise != self._rise:
            self._rise = rise
            self._ops.append(f"{rise * self._size / 1000:.3f} Ts\n")

    def _move(self, to: int) -> None:
        if to != self._real:
            self._body.append(str(self._real - to))
            self._real = to
