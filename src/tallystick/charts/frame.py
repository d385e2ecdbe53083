"""What bars and lines share: the ground with its ticks, the names along the bottom, the names of the whole."""

from collections.abc import Callable, Sequence

from tallystick.charts.model import Category
from tallystick.charts.scale import HUNDREDTHS, Scale, decimal, percent
from tallystick.charts.svg import element, words

PLOT = 196
"""Pixels between the lowest and the highest amount."""

TOP = 14
"""Above the plot: room for the letters of the highest tick."""

BOTTOM = 40
"""Below it: the names of the categories, and a second line."""

HEIGHT = TOP + PLOT + BOTTOM

FEWEST_BANDS = 6
"""A chart of one month has its bars as wide as a chart of six, and grows to the right."""

_SHORT = 3
"""Letters of a short name; longer ones need more room."""

_MOST = {True: (12, 6), False: (8, 4)}
"""How many short names (and long ones) a wide and a narrow chart have room for."""

WHOLE = 100 * HUNDREDTHS
"""The width in hundredths of a per cent."""


def band(index: int, count: int) -> tuple[int, int]:
    """Left and right end of a category's place, in hundredths of a per cent."""
    bands = max(count, FEWEST_BANDS)
    return WHOLE * index // bands, WHOLE * (index + 1) // bands


def y_of(scale: Scale, amount: int) -> int:
    """Where an amount stands from the top of the drawing, in hundredths of a pixel."""
    return (TOP + PLOT) * HUNDREDTHS - scale.up(amount, PLOT)


def ground(scale: Scale, tick_label: Callable[[int], str]) -> str:
    """A hairline and its amount for each tick; the line of nought is stronger. The amounts hang over to the left."""
    lines = []
    for tick in scale.ticks:
        y = y_of(scale, tick)
        lines.append(
            element(
                "line",
                {
                    "class": "axis" if tick == 0 else "rule",
                    "x1": "0",
                    "x2": "100%",
                    "y1": decimal(y),
                    "y2": decimal(y),
                },
            )
        )
        at = {"class": "tick", "x": "-8", "y": decimal(y + 4 * HUNDREDTHS), "text_anchor": "end"}
        lines.append(element("text", at, words(tick_label(tick))))
    return "".join(lines)


def names_below(categories: Sequence[Category]) -> str:
    """The categories' names in the middle of their places; where they are many, every so many, the last always.

    Below them what a category is part of, where it begins among the names that are shown.
    """
    count = len(categories)
    some, few = _every(categories)
    wide = [index for index in range(count) if (count - 1 - index) % some == 0]
    narrow = [index for index in wide if (count - 1 - index) % few == 0]
    lines = [_below(index, categories, index in narrow, index in wide) for index in wide]
    begin_wide, begin_narrow = _beginnings(categories, wide), _beginnings(categories, narrow)
    lines += [
        _below(index, categories, index in begin_narrow, index in begin_wide, under=True)
        for index in sorted(begin_wide | begin_narrow)
    ]
    return "".join(lines)


def _every(categories: Sequence[Category]) -> tuple[int, int]:
    """Every how many-th name is shown on a wide chart, and on a narrow one: a multiple of it."""
    short = all(len(category.label) <= _SHORT for category in categories)
    room_wide, room_narrow = _MOST[short]
    some, few = -(-len(categories) // room_wide) or 1, -(-len(categories) // room_narrow) or 1
    return some, few + -few % some


def _beginnings(categories: Sequence[Category], shown: Sequence[int]) -> set[int]:
    found, before = set(), ""
    for index in shown:
        if categories[index].under != before:
            found.add(index)
        before = categories[index].under
    return found


def _below(
    index: int, categories: Sequence[Category], on_narrow: bool, on_wide: bool, *, under: bool = False
) -> str:
    left, right = band(index, len(categories))
    only = "" if on_narrow and on_wide else " is-wide-only" if on_wide else " is-narrow-only"
    attributes = {
        "class": f"name{' is-under' if under else ''}{only}",
        "x": percent((left + right) // 2),
        "y": TOP + PLOT + (34 if under else 18),
        "text_anchor": "middle",
    }
    return element("text", attributes, words(categories[index].under if under else categories[index].label))


def drawing(key: str, title: str, description: str, *inside: str) -> str:
    """The whole with its name and its description; ``key`` makes its ids its own on the page."""
    attributes = {
        "class": "chart",
        "role": "img",
        "aria_labelledby": f"{key}-title {key}-description",
        "width": "100%",
        "height": HEIGHT,
    }
    told = (
        element("title", {"id": f"{key}-title"}, words(title)),
        element("desc", {"id": f"{key}-description"}, words(description)),
    )
    return element("svg", attributes, *told, *inside)
