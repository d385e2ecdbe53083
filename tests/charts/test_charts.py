"""Charts are true to their figures: heights in proportion, round ticks, everything inside, every text escaped."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.charts import Category, Level, Look, Series, Share, chart, scale_of, share_bar
from tallystick.charts.frame import BOTTOM, HEIGHT, PLOT, TOP
from tallystick.core.money_short import format_short, power_for

SVG = "{http://www.w3.org/2000/svg}"
MOST = 10**15

amounts = st.integers(min_value=-MOST, max_value=MOST)
rows = st.lists(amounts, min_size=1, max_size=24)


def months(count):
    return [Category(f"M{n}", f"Month {n}", str(2025 + n // 12)) for n in range(count)]


def series(found, name="Claimed", look=Look.SOLID):
    return Series(name, look, tuple(found), tuple(f"${amount}" for amount in found))


def drawn(**parts):
    """The parsed drawing. A namespace makes it XML; on a page it is HTML."""
    text = chart("c", **{"title": "Sums", "description": "By month", "tick_label": str, "unit": 1, **parts})
    return ElementTree.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def bars_of(svg, look="solid"):
    return [bar for bar in svg.iter(f"{SVG}rect") if bar.get("class") == f"bar is-{look}"]


def pixels(text):
    return round(float(text) * 100)


@given(rows)
def test_a_bar_is_as_high_as_its_amount_is_large(found):
    svg = drawn(categories=months(len(found)), as_bars=[series(found)])
    scale = scale_of(found)
    span = scale.highest - scale.lowest
    for bar, amount in zip(bars_of(svg), found, strict=True):
        # Within a hundredth of a pixel at either end, in integers.
        assert abs(pixels(bar.get("height")) * span - abs(amount) * PLOT * 100) <= 2 * span


@given(rows)
def test_negative_amounts_hang_below_nought_and_nothing_leaves_the_plot(found):
    svg = drawn(categories=months(len(found)), as_bars=[series(found)])
    (nought,) = [line for line in svg.iter(f"{SVG}line") if line.get("class") == "axis"]
    base = pixels(nought.get("y1"))
    for bar, amount in zip(bars_of(svg), found, strict=True):
        top, height = pixels(bar.get("y")), pixels(bar.get("height"))
        assert top >= TOP * 100 and top + height <= (TOP + PLOT) * 100
        assert top == base if amount <= 0 else top + height == base
        left, width = pixels(bar.get("x")[:-1]), pixels(bar.get("width")[:-1])
        assert left >= 0 and width > 0 and left + width <= 100_00


@given(st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=14))
def test_bars_of_a_group_stand_beside_each_other(found):
    names = zip(("Claimed", "Certified", "Paid"), Look, zip(*found, strict=True), strict=True)
    svg = drawn(categories=months(len(found)), as_bars=[series(row, name, look) for name, look, row in names])
    spans = sorted(
        (pixels(bar.get("x")[:-1]), pixels(bar.get("x")[:-1]) + pixels(bar.get("width")[:-1]))
        for look in Look
        for bar in bars_of(svg, look.value)
    )
    assert len(spans) == 3 * len(found)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(rows)
def test_a_line_passes_through_its_amounts(found):
    svg = drawn(categories=months(len(found)), as_lines=[series(found)])
    (line,) = svg.iter(f"{SVG}polyline")
    points = [tuple(point.split(",")) for point in line.get("points").split()]
    scale = scale_of(found)
    for (_, y), amount in zip(points, found, strict=True):
        assert pixels(y) == (TOP + PLOT) * 100 - scale.up(amount, PLOT)
    assert [int(x) for x, _ in points] == sorted({int(x) for x, _ in points})
    marks = [mark for mark in svg.iter(f"{SVG}svg") if mark.get("class") == "mark is-solid"]
    assert [pixels(mark.get("y")) for mark in marks] == [pixels(y) for _, y in points]


@given(rows, st.sampled_from([1, 100, 1000]))
def test_ticks_are_round_and_hold_every_amount(found, unit):
    scale = scale_of(found, unit=unit)
    assert re.fullmatch(r"(1|2|5)0*", str(scale.step)) and scale.step >= unit
    assert 0 in scale.ticks and 2 <= len(scale.ticks) <= 8
    assert scale.lowest <= min(0, *found) and max(0, *found) <= scale.highest
    assert scale.up(scale.lowest, PLOT) == 0 and scale.up(scale.highest, PLOT) == PLOT * 100


def test_ticks_of_a_few_ordinary_sums():
    assert scale_of([3_058_102_90], unit=100).ticks == tuple(range(0, 4_000_000_01, 1_000_000_00))
    assert scale_of([-120_00, 480_00], unit=100).ticks == (-200_00, 0, 200_00, 400_00, 600_00)
    assert scale_of([0, 0], unit=100).ticks == (0, 100)


@given(amounts)
def test_the_level_stands_where_a_line_of_that_amount_would(amount):
    svg = drawn(categories=months(2), as_lines=[series([amount, amount])], level=Level(amount, "Agreed"))
    (level,) = [line for line in svg.iter(f"{SVG}line") if line.get("class") == "level"]
    (line,) = svg.iter(f"{SVG}polyline")
    assert {point.split(",")[1] for point in line.get("points").split()} == {level.get("y1")}


def test_a_chart_has_a_name_a_description_and_tells_each_bar():
    svg = drawn(
        categories=months(2), as_bars=[series([5_00, 7_00])], title="Claimed", description="Two months."
    )
    assert svg.get("role") == "img" and svg.get("aria-labelledby") == "c-title c-description"
    assert [element.text for element in svg if element.tag.endswith(("title", "desc"))] == [
        "Claimed",
        "Two months.",
    ]
    assert [bar[0].text for bar in bars_of(svg)] == ["Month 0, Claimed: $500", "Month 1, Claimed: $700"]
    assert svg.get("height") == str(HEIGHT) == str(TOP + PLOT + BOTTOM)


def test_what_comes_from_outside_is_escaped():
    hostile = '<script>alert("1")</script>'
    text = chart(
        "c",
        title=hostile,
        description=hostile,
        tick_label=lambda amount: hostile,
        categories=[Category(hostile, hostile, hostile)],
        as_bars=[Series(hostile, Look.HATCHED, (1,), (hostile,))],
        as_lines=[Series(hostile, Look.OPEN, (1,), (hostile,))],
        level=Level(1, hostile),
    )
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "style=" not in text and "<style" not in text


@pytest.mark.parametrize(
    ("count", "wide", "narrow"), [(1, 1, 1), (6, 6, 6), (12, 12, 6), (13, 7, 4), (60, 12, 6)]
)
def test_names_are_thinned_and_the_last_is_always_there(count, wide, narrow):
    svg = drawn(categories=months(count), as_lines=[series(range(count))])
    names = [text for text in svg.iter(f"{SVG}text") if (text.get("class") or "").startswith("name")]
    shown = [text for text in names if "is-under" not in text.get("class")]
    assert len(shown) == wide
    assert len([text for text in shown if text.get("class") == "name"]) == narrow
    assert shown[-1].text == f"M{count - 1}" and shown[-1].get("class") == "name"


def test_longer_names_are_fewer():
    days = [Category(f"{n} Mar", f"Day {n}", "2026") for n in range(1, 25)]
    names = [text.text for text in drawn(categories=days, as_lines=[series(range(24))]).iter(f"{SVG}text")]
    assert [name for name in names if name.endswith("Mar")] == [f"{n} Mar" for n in range(3, 25, 3)]


def test_a_year_is_written_where_it_begins_among_the_names_that_are_shown():
    svg = drawn(categories=months(26), as_lines=[series(range(26))])
    under = [text for text in svg.iter(f"{SVG}text") if "is-under" in (text.get("class") or "")]
    shown = [(text.text, text.get("class").removeprefix("name is-under").strip()) for text in under]
    # The narrow chart shows M0 M5 M10 … only: 2025 begins with M0, 2026 with M15, 2027 with M25.
    wide = [year for year, only in shown if only != "is-narrow-only"]
    narrow = [year for year, only in shown if only != "is-wide-only"]
    assert wide == narrow == ["2025", "2026", "2027"]


def test_one_month_is_no_wider_than_one_of_six():
    (alone,) = bars_of(drawn(categories=months(1), as_bars=[series([5])]))
    first = bars_of(drawn(categories=months(6), as_bars=[series([5] * 6)]))[0]
    assert (alone.get("x"), alone.get("width")) == (first.get("x"), first.get("width"))


def test_amounts_and_categories_have_to_fit():
    with pytest.raises(ValueError, match="Claimed: 1 amounts for 2 categories"):
        drawn(categories=months(2), as_bars=[series([5])])
    with pytest.raises(ValueError, match="2 amounts and 1 texts"):
        Series("Claimed", Look.OPEN, (1, 2), ("1",))


@given(st.lists(st.integers(min_value=-5, max_value=MOST), max_size=12))
def test_shares_fill_the_bar_in_order_and_each_is_seen(found):
    text = share_bar("s", title="All", shares=[Share(amount, "done", str(amount)) for amount in found])
    svg = ElementTree.fromstring(text)
    at = 0
    for rect in svg.iter("rect"):
        assert pixels(rect.get("x")[:-1]) == at
        width = pixels(rect.get("width")[:-1])
        assert width >= 60
        at += width
    there = [amount for amount in found if amount > 0]
    assert at == (100_00 if there else 0)
    assert [rect[0].text for rect in svg.iter("rect")] == [str(amount) for amount in there]


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (0, "AUD", "en-AU", "0"),
        (950_00, "AUD", "en-AU", "950"),
        (1_000_00, "AUD", "en-AU", "1k"),
        (1_250_000_00, "AUD", "en-AU", "1.25m"),
        (1_250_000_00, "USD", "en-US", "1.25M"),
        (-2_500_00, "AUD", "en-AU", "−2.5k"),
        (10**15, "AUD", "en-AU", "10tn"),
        (1_234_567, "JPY", "en-AU", "1.23m"),
        (1_250_000, "KWD", "en-AU", "1.25k"),
        (99, "AUD", "en-AU", "0.99"),
    ],
)
def test_short_amounts(minor, currency, locale, text):
    assert format_short(minor, currency, locale) == text


def test_short_amounts_of_an_axis_are_written_in_one_unit():
    power = power_for(2_000_000_00, "AUD")
    assert [format_short(tick, "AUD", power=power) for tick in (0, 500_000_00, 1_500_000_00)] == [
        "0",
        "0.5m",
        "1.5m",
    ]
