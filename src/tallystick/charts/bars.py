"""Bars in groups: the series of each category side by side, from nought upwards, or downwards where negative."""

from collections.abc import Sequence

from tallystick.charts.frame import band, y_of
from tallystick.charts.model import Category, Look, Series
from tallystick.charts.scale import Scale, decimal, percent
from tallystick.charts.svg import element, words

_SHARE = 76
"""How many hundredths of its place a group of bars fills."""


def bars(key: str, scale: Scale, categories: Sequence[Category], series: Sequence[Series]) -> str:
    """The bars as SVG. Each says its category, series and amount when pointed at."""
    drawn = []
    for nth, one in enumerate(series):
        fill = f"url(#{key}-hatch)" if one.look is Look.HATCHED else None
        for index, category in enumerate(categories):
            left, width = _place(index, len(categories), nth, len(series))
            base, end = y_of(scale, 0), y_of(scale, one.amounts[index])
            attributes = {
                "class": f"bar is-{one.look.value}",
                "x": percent(left),
                "width": percent(width),
                "y": decimal(min(base, end)),
                "height": decimal(abs(base - end)),
                "fill": fill,
            }
            said = f"{category.long}, {one.name}: {one.texts[index]}"
            drawn.append(element("rect", attributes, element("title", None, words(said))))
    return _pattern(key) + "".join(drawn) if drawn else ""


def _place(index: int, count: int, nth: int, of: int) -> tuple[int, int]:
    """Left end and width of one bar, in hundredths of a per cent."""
    left, right = band(index, count)
    inner = (right - left) * _SHARE // 100
    start = left + (right - left - inner) // 2
    begins, ends = start + inner * nth // of, start + inner * (nth + 1) // of
    return begins, max(1, (ends - begins) * 9 // 10)


def _pattern(key: str) -> str:
    attributes = {
        "id": f"{key}-hatch",
        "width": 5,
        "height": 5,
        "patternUnits": "userSpaceOnUse",
        "patternTransform": "rotate(45)",
    }
    return element(
        "defs",
        None,
        element(
            "pattern",
            attributes,
            element("rect", {"class": "hatch-ground", "width": 5, "height": 5}),
            element("line", {"class": "hatch", "x1": 0, "x2": 0, "y1": 0, "y2": 5}),
        ),
    )
