"""Lines over the same places as the bars, and levels across: how sums to date grow towards what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.charts.frame import HEIGHT, WHOLE, band, y_of
from tallystick.charts.model import Category, Look, Series
from tallystick.charts.scale import HUNDREDTHS, Scale, decimal, percent
from tallystick.charts.svg import element, words

MOST_MARKS = 24
"""Of more points only the last one of each line has its mark."""

_MARKS = {
    Look.OPEN: element("circle", {"r": "3.5"}),
    Look.SOLID: element("rect", {"x": "-3.5", "y": "-3.5", "width": "7", "height": "7"}),
    Look.HATCHED: element("path", {"d": "M0-4.5 4.5 3.5H-4.5z"}),
}


@dataclass(frozen=True, slots=True)
class Level:
    """An amount that holds for the whole width: the agreed sum. ``label`` stands on its line."""

    amount: int
    label: str


def lines(scale: Scale, categories: Sequence[Category], series: Sequence[Series]) -> str:
    """The lines with their marks as SVG. Each mark says its category, series and amount when pointed at."""
    if not series:
        return ""
    marks = "".join(_marks(scale, one, categories) for one in series)
    return _lines(scale, series, len(categories)) + marks


def level_across(scale: Scale, level: Level) -> str:
    """The level's line and its label above it, at the right end."""
    y = y_of(scale, level.amount)
    at = {"class": "level", "x1": "0", "x2": "100%", "y1": decimal(y), "y2": decimal(y)}
    label = {"class": "level-label", "x": "100%", "y": decimal(y - 5 * HUNDREDTHS), "text_anchor": "end"}
    return element("line", at) + element("text", label, words(level.label))


def _middle(index: int, count: int) -> int:
    left, right = band(index, count)
    return (left + right) // 2


def _lines(scale: Scale, series: Sequence[Series], count: int) -> str:
    """In a drawing of their own that is stretched to the width: points know no percentages."""
    drawn = []
    for one in series:
        points = " ".join(
            f"{_middle(index, count)},{decimal(y_of(scale, amount))}"
            for index, amount in enumerate(one.amounts)
        )
        drawn.append(
            element(
                "polyline",
                {
                    "class": f"line is-{one.look.value}",
                    "points": points,
                    "vector_effect": "non-scaling-stroke",
                },
            )
        )
    stretched = {
        "width": "100%",
        "height": HEIGHT,
        "viewBox": f"0 0 {WHOLE} {HEIGHT}",
        "preserveAspectRatio": "none",
    }
    return element("svg", stretched, *drawn)


def _marks(scale: Scale, series: Series, categories: Sequence[Category]) -> str:
    count = len(categories)
    first = 0 if count <= MOST_MARKS else count - 1
    marks = []
    for index in range(first, count):
        at = {
            "class": f"mark is-{series.look.value}",
            "x": percent(_middle(index, count)),
            "y": decimal(y_of(scale, series.amounts[index])),
            "overflow": "visible",
        }
        said = f"{categories[index].long}, {series.name}: {series.texts[index]}"
        marks.append(element("svg", at, element("title", None, words(said)), _MARKS[series.look]))
    return "".join(marks)
