"""A chart: bars, lines over them and a level across, on one ground."""

from collections.abc import Callable, Sequence

from tallystick.charts.bars import bars
from tallystick.charts.frame import drawing, ground, names_below
from tallystick.charts.lines import Level, level_across, lines
from tallystick.charts.model import Category, Series
from tallystick.charts.scale import scale_of


def chart(
    key: str,
    *,
    title: str,
    description: str,
    categories: Sequence[Category],
    tick_label: Callable[[int], str],
    as_bars: Sequence[Series] = (),
    as_lines: Sequence[Series] = (),
    level: Level | None = None,
    unit: int = 100,
) -> str:
    """The chart as SVG. ``key`` is its own on the page; ``unit`` is the least amount between two ticks, in minor units.

    Every series has one amount for each category; raises ``ValueError`` otherwise.
    """
    everything = [*as_bars, *as_lines]
    for series in everything:
        if len(series.amounts) != len(categories):
            raise ValueError(f"{series.name}: {len(series.amounts)} amounts for {len(categories)} categories")
    amounts = [amount for series in everything for amount in series.amounts]
    scale = scale_of([*amounts, *([level.amount] if level else [])], unit=unit)
    return drawing(
        key,
        title,
        description,
        ground(scale, tick_label),
        bars(key, scale, categories, as_bars),
        level_across(scale, level) if level else "",
        lines(scale, categories, as_lines),
        names_below(categories),
    )
