"""Reading a schedule of values from the sheets that people have: headings anywhere, totals, mistakes by their cell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.contracts.importing import Choice, Reading, guess, read_lines, terms_for
from tallystick.contracts.states import AccountingMethod
from tallystick.core.money import to_decimal_string
from tallystick.sheets.book import Book, Sheet
from tallystick.sheets.columns import Field

Rows = Sequence[Sequence[object]]

CONTINUATION: Rows = (
    ("CONTINUATION SHEET",),
    ("Application no.", 4),
    (),
    ("A", "B", "C", "D", "E", "F", "G", "", "H", "I"),
    ("ITEM", "DESCRIPTION OF WORK", "SCHEDULED", "WORK COMPLETED", "", "MATERIALS",
     "TOTAL", "%", "BALANCE", "RETENTION"),
    ("NO.", "", "VALUE", "FROM PREVIOUS", "THIS PERIOD", "PRESENTLY",
     "COMPLETED", "G/C", "TO FINISH", "(IF VARIABLE"),
    ("", "", "", "APPLICATION", "", "STORED", "AND STORED", "", "(C − G)", "RATE)"),
    ("", "", "", "(D + E)", "", "(NOT IN D OR E)", "TO DATE"),
    ("", "Substructure"),
    (1, "Footings", 50000, 10000, 5000, 0, 15000, 0.3, 35000, 1500),
    (2, "Slab", 30000, 0, 0, 0, 0, 0, 30000, 0),
    ("", "Subtotal substructure", 80000),
    ("", "Structure"),
    (3, "Columns", 20000, 0, 0, 0, 0, 0, 20000, 0),
    (4, "Total station survey", 1000),
    ("", "GRAND TOTAL", 101000),
    ("", "GST 10%", 10100),
    ("", "Total including GST", 111100),
    ("Notes: prices are firm",),
)  # fmt: skip


def book(rows: Rows, *, hidden: Rows = (), merged: Sequence[tuple[int, int, int, int]] = ()) -> Book:
    sheets = [Sheet("Hidden", cells(hidden), hidden=True)] if hidden else []
    return Book("schedule.xlsx", (*sheets, Sheet("Schedule", cells(rows), merged=tuple(merged))))


def cells(rows: Rows) -> list[list[str]]:
    return [
        [
            "" if value in ("", None) else f"n{value}" if isinstance(value, int | float) else f"t{value}"
            for value in row
        ]
        for row in rows
    ]


def read(rows: Rows, method: str = "amount", **facts: object) -> Reading:
    made = book(rows, **facts)  # type: ignore[arg-type]
    terms = terms_for(method, "AUD", "en-AU")
    return read_lines(made, guess(made, terms), terms)


def lines(reading: Reading) -> list[tuple[str, str, str, int]]:
    return [(one.item_number, one.description, one.group, one.scheduled_value) for one in reading.inputs]


def test_a_filled_in_continuation_sheet_gives_its_schedule() -> None:
    reading = read(CONTINUATION, merged=[(4, 3, 4, 4)])
    assert lines(reading) == [
        ("1", "Footings", "Substructure", 50_000_00),
        ("2", "Slab", "Substructure", 30_000_00),
        ("3", "Columns", "Structure", 20_000_00),
        ("4", "Total station survey", "Structure", 1_000_00),
    ]
    assert (reading.total, reading.sheet_total, reading.sheet_total_at) == (101_000_00, 101_000_00, "C16")
    assert not reading.problems
    assert [told.where for told in reading.left_out] == ["Row 12", "Row 16", "Row 17", "Row 18", "Row 19"]


@pytest.mark.parametrize(
    "heading",
    [
        ("Item", "Description", "Scheduled value"),
        ("Item No.", "Description of Works", "Contract Value"),
        ("#", "Scope of work", "Amount ($)"),
        ("Ref", "Particulars", "Lump Sum"),
        ("LINE ITEM", "ACTIVITY", "TOTAL PRICE"),
        ("no", "work item", "value (ex gst)"),
        ("SOV item", "Item description", "Sched. Value"),
    ],
)
def test_columns_are_known_by_many_names(heading: Sequence[str]) -> None:
    assert lines(read((heading, ("1.1", "Footings", 500)))) == [("1.1", "Footings", "", 500_00)]


def test_columns_are_known_in_any_order_with_others_between() -> None:
    rows = (("Amount", "Start", "Cost code", "Finish", "Description", "Trade", "Item"),
            (500, "x", "03-100", "y", "Footings", "Concrete", "A1"))  # fmt: skip
    found = read(rows).inputs[0]
    assert (found.item_number, found.cost_code, found.group) == ("A1", "03-100", "Concrete")


def test_without_a_heading_columns_are_taken_by_what_they_hold() -> None:
    assert lines(read(((1, "Footings and pads", 500), (2, "Slab on ground", 600)))) == [
        ("1", "Footings and pads", "", 500_00),
        ("2", "Slab on ground", "", 600_00),
    ]


def test_the_visible_sheet_with_the_table_is_taken() -> None:
    hidden = (("Item", "Description", "Amount"), (1, "Secret", 1))
    assert lines(read((("Item", "Description", "Amount"), (1, "Open", 2)), hidden=hidden))[0][1] == "Open"


def test_mistakes_are_told_by_their_cells_all_at_once() -> None:
    rows = (
        ("Item", "Description", "Amount"),
        (1, "Footings", "TBA"),
        (2, "", 500),
        (3, "Slab", "1.234,50"),
        (4, "x" * 501, 10),
        (5, "Columns", "50%"),
    )
    told = [str(problem) for problem in read(rows).problems]
    assert told[0] == "C2: “TBA” is not an amount."
    assert told[1] == "B3: there is an amount in this row, and no description."
    assert told[2] == "C4: “1.234,50” is not an amount. Write a point before the decimals."
    assert told[3] == "B5: the description is longer than 500 characters. Shorten it."
    assert told[4].startswith("C6: “50%” is a percentage")


def test_dates_faults_and_uncalculated_formulas_are_named() -> None:
    sheet = [
        ["tItem", "tDescription", "tAmount"],
        ["t1", "tA", "d2026-03-21"],
        ["t2", "tB", "e#REF!"],
        ["t3", "tC", "f"],
    ]
    terms = terms_for("amount", "AUD", "en-AU")
    made = Book("a.xlsx", (Sheet("S", sheet),))
    told = [str(problem) for problem in read_lines(made, guess(made, terms), terms).problems]
    assert told[0] == "C2: 21 Mar 2026 is a date, not an amount."
    assert told[1].startswith("C3: the formula ends in #REF!.")
    assert told[2].startswith("C4: the formula was never calculated.")


def test_decimals_beyond_the_cents_are_rounded_and_told() -> None:
    reading = read(
        (("Item", "Description", "Amount"), (1, "Third", 33.333333), (2, "Half", 0.005), (3, "Noise", 0.3))
    )
    assert [line.scheduled_value for line in reading.inputs] == [33_33, 1, 30]
    assert [told.where for told in reading.notes] == ["C2", "C3"]
    assert "33.333333 has more decimals than can be kept; it is taken as $33.33." in reading.notes[0].sentence


def test_text_that_could_be_read_in_two_ways_is_never_rounded() -> None:
    assert read((("Item", "Description", "Amount"), ("1", "Slab", "12.345"))).problems


@pytest.mark.parametrize("typed", ["-", "–", "$ -", "nil"])
def test_a_dash_is_nought(typed: str) -> None:
    assert lines(read((("Item", "Description", "Amount"), ("1", "Slab", typed)))) == [("1", "Slab", "", 0)]


def test_credits_in_brackets_and_money_signs() -> None:
    rows = (("Item", "Description", "Amount"), ("1", "Omit", "($1,500.00)"), ("2", "Add", "$2,000"))
    assert [line.scheduled_value for line in read(rows).inputs] == [-1_500_00, 2_000_00]


def test_another_currency_is_told() -> None:
    assert "another currency" in str(
        read((("Item", "Description", "Amount"), ("1", "Slab", "€500"))).problems[0]
    )


def test_a_total_that_disagrees_is_shown() -> None:
    reading = read((("Item", "Description", "Amount"), (1, "A", 10), (2, "B", 20), ("", "Total", 31)))
    assert (reading.total, reading.sheet_total, reading.agrees) == (30_00, 31_00, False)
    assert "the lines above it add up to $30.00" in reading.left_out[0].sentence


def test_a_total_without_a_name_is_known_by_its_amount() -> None:
    reading = read((("Item", "Description", "Amount"), (1, "A", 10), (2, "B", 20), ("", "", 30)))
    assert reading.agrees and len(reading.lines) == 2


def test_the_heading_repeated_on_each_page_is_left_out() -> None:
    head = ("Item", "Description", "Amount")
    reading = read((head, (1, "A", 10), head, (2, "B", 20)))
    assert len(reading.lines) == 2
    assert reading.left_out[0].sentence == "the names of the columns again"


def test_by_unit_quantity_and_price_are_needed() -> None:
    rows = (
        ("Item", "Description", "Qty", "UOM", "Rate", "Amount"),
        (1, "Dig", 10, "m³", 12.5, 125),
        (2, "Fill", "", "m³", 3, 9),
    )
    reading = read(rows, AccountingMethod.UNIT)
    assert [str(told) for told in reading.problems] == ["C3: the quantity is missing."]
    first = reading.inputs[0]
    assert (first.quantity, first.unit, first.unit_price) == (10_0000, "m³", 12_5000)


def test_a_missing_column_is_asked_for() -> None:
    terms = terms_for("amount", "AUD", "en-AU")
    made = book((("Item", "Description"), (1, "A")))
    reading = read_lines(made, Choice(0, 1, {Field.DESCRIPTION: 1}), terms)
    assert [str(told) for told in reading.problems] == ["Choose the column with the amount."]


def test_an_empty_table_is_told() -> None:
    assert "There are no lines" in str(read((("Item", "Description", "Amount"),)).problems[0])


def test_a_sheet_that_was_cut_off_is_never_read_in_part() -> None:
    sheet = Sheet("S", cells((("Item", "Description", "Amount"), (1, "A", 5))), cut="Too many rows.")
    terms = terms_for("amount", "AUD", "en-AU")
    made = Book("a.xlsx", (sheet,))
    reading = read_lines(made, guess(made, terms), terms)
    assert [str(told) for told in reading.problems] == ["Too many rows."]
    assert not reading.lines


def test_right_to_left_text_and_emojis_are_kept() -> None:
    rows = (("Item", "Description", "Amount"), ("١", "أعمال الخرسانة 🏗️", 500))
    assert lines(read(rows)) == [("١", "أعمال الخرسانة 🏗️", "", 500_00)]


@settings(max_examples=40)
@given(st.lists(st.integers(min_value=-(10**9), max_value=10**11), min_size=1, max_size=30))
def test_amounts_arrive_to_the_cent_and_so_does_their_total(amounts: list[int]) -> None:
    rows = [("Item", "Description", "Amount")]
    rows += [(f"i{n}", f"Work {n}", to_decimal_string(amount)) for n, amount in enumerate(amounts)]  # type: ignore[misc]
    rows.append(("", "Grand total", to_decimal_string(sum(amounts))))
    reading = read(rows)
    assert [one.scheduled_value for one in reading.inputs] == amounts
    assert reading.total == reading.sheet_total == sum(amounts)
