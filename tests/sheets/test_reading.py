"""Spreadsheets of every format come out as the same cells; hostile ones as a sentence, within the child's limits."""

from __future__ import annotations

import io
import resource
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tallystick.core.errors import BadInput
from tallystick.sheets.book import Book, Kind, address, letters, place_of, unpacked
from tallystick.sheets.limits import MOST_ROWS
from tallystick.sheets.opening import open_book
from tests.sheets import makers

TABLE: makers.Rows = (("Item", "Description", "Amount"), (1, "Footings", 50000.25), ("", "Total", 50000.25))
AS_READ = [
    ["tItem", "tDescription", "tAmount"],
    ["n1", "tFootings", "n50000.25"],
    ["", "tTotal", "n50000.25"],
]


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    def opener(data: bytes, name: str = "sheet.xlsx") -> Book:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return open_book(path, name)

    return opener


def rows(book: Book, sheet: int = 0) -> list[list[str]]:
    return [list(row) for row in book.sheets[sheet].rows]


# --- what people bring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [makers.xlsx, makers.ods, makers.xls], ids=["xlsx", "ods", "xls"])
def test_every_format_gives_the_same_cells(opened: Any, made: Any) -> None:
    assert rows(opened(made(TABLE))) == AS_READ


def test_what_a_file_is_its_bytes_say(opened: Any) -> None:
    assert rows(opened(makers.xlsx(TABLE), "schedule.csv")) == AS_READ
    assert rows(opened(b"Item,Description\n1,Slab\n", "schedule.xlsx")) == [
        ["tItem", "tDescription"],
        ["t1", "tSlab"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_in_any_encoding_and_delimiter(opened: Any, encoding: str, delimiter: str) -> None:
    lines = [("Item", "Description", "Amount"), ("1", "Café fit-out – £", "1234.50"), ("2", "Slab", "3")]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    book = opened(data, "schedule.csv")
    assert book.is_text
    assert rows(book) == [[f"t{cell}" for cell in line] for line in lines]


def test_quoted_cells_keep_their_delimiters_and_line_breaks(opened: Any) -> None:
    data = b'Item,Description\r\n1,"Supply, fix\r\nand test ""as built"""\r\n'
    assert rows(opened(data, "a.csv"))[1] == ["t1", 'tSupply, fix\r\nand test "as built"']


def test_a_line_that_names_the_delimiter_decides(opened: Any) -> None:
    assert rows(opened(b"sep=;\r\nItem;Description\r\n1;a,b\r\n2;c,d\r\n", "a.csv"))[1] == ["t1", "ta,b"]


def test_numbers_are_exact_text_without_binary_noise(opened: Any) -> None:
    values = (0.1 + 0.2, 33.333333, 12345.670000000002, 1e21, -500.0, 1e-7)
    said = [cell[1:] for cell in rows(opened(makers.xlsx([values])))[0]]
    assert said == ["0.3", "33.333333", "12345.67", "1000000000000000000000", "-500", "0.0000001"]


def test_dates_truths_and_faults_are_no_numbers(opened: Any) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_number(0, 0, 46102, day)
        sheet.write_boolean(0, 1, True)
        sheet.write_formula(0, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(0, 3, "=A1", None, 7)
    sheet = opened(target.getvalue()).sheets[0]
    kinds = [sheet.cell(0, column).kind for column in range(4)]
    assert kinds == [Kind.DATE, Kind.TRUTH, Kind.FAULT, Kind.NUMBER]
    assert sheet.cell(0, 0).text == "2026-03-21"
    assert sheet.cell(0, 2).text == "#DIV/0!"


def test_a_formula_that_was_never_calculated_is_told_from_an_empty_cell(opened: Any) -> None:
    cells = '<row r="1"><c r="A1"><v>5</v></c><c r="B1"><f>A1*2</f></c><c r="C1"><f>A1*3</f><v></v></c></row>'
    sheet = opened(makers.raw_xlsx(cells)).sheets[0]
    assert [sheet.cell(0, column).kind for column in range(3)] == [
        Kind.NUMBER,
        Kind.UNCALCULATED,
        Kind.UNCALCULATED,
    ]


def test_hidden_sheets_and_merged_cells_are_known(opened: Any) -> None:
    book = opened(makers.xlsx([("A", "", "C"), (1, 2, 3)], hidden={"Secret": TABLE}, merges=["A1:B1"]))
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("S", False), ("Secret", True)]
    assert book.sheets[0].merged == ((0, 0, 0, 1),)
    assert book.best == 0


def test_any_script_and_emojis_arrive(opened: Any) -> None:
    words = ("أعمال الخرسانة", "עבודות בטון", "混凝土工程", "Crane 🏗️ hire", "\u202ereversed")
    for made in (makers.xlsx, makers.ods, makers.xls):
        assert [cell[1:] for cell in rows(opened(made([words])))[0]] == list(words)


def test_five_thousand_lines(opened: Any) -> None:
    lines = [("Item", "Description", "Amount"), *((n, f"Line {n}", n + 0.25) for n in range(1, 5001))]
    book = opened(makers.xlsx(lines))
    assert len(book.sheets[0].rows) == 5001
    assert book.sheets[0].cell(5000, 2).text == "5000.25"
    assert unpacked(book.packed()) == book


def test_a_guarded_text_comes_back_as_it_was(opened: Any) -> None:
    assert rows(opened(b"Item,Description\n1,'=SUM(A1)\n2,'tis fixed\n", "a.csv"))[1:] == [
        ["t1", "t=SUM(A1)"],
        ["t2", "t'tis fixed"],
    ]


def test_addresses() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert address(13, 3) == "D14"
    assert place_of("D14") == (13, 3)
    assert place_of("14") is None


# --- what is wrong on purpose --------------------------------------------------------------------------------


def bomb() -> bytes:
    """A sheet of 450 MiB in half a mebibyte."""
    target = io.BytesIO(makers.raw_xlsx(""))
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/media/a.bin", "w", force_zip64=True) as part,
    ):
        block = b"\0" * (1 << 20)
        for _ in range(450):
            part.write(block)
    return target.getvalue()


def entities() -> bytes:
    """Ten entities, each ten of the one before."""
    lines = ['<!ENTITY a0 "lol">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
    doctype = f"<!DOCTYPE worksheet [{''.join(lines)}]>"
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    return makers.raw_xlsx(cell, before=doctype)


ENCRYPTED = makers.compound("EncryptedPackage", b"\1" * 5000)

HOSTILE = {
    "empty": (b"", "the file is empty"),
    "blank": (b"  \r\n \n", "the file is empty"),
    "a pdf": (b"%PDF-1.7\n%", "It is a PDF, not a spreadsheet."),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "It is a picture, not a spreadsheet."),
    "a web page": (b"<html><table><tr><td>1</td></tr></table></html>", "It is a web page or XML"),
    "an archive": (makers.zipped({"a.csv": b"1,2"}), "It is an archive, not a spreadsheet."),
    "a letter": (
        makers.zipped(
            {"[Content_Types].xml": b"wordprocessingml.document.main+xml", "word/document.xml": b"<a/>"}
        ),
        "It is a text document, not a spreadsheet.",
    ),
    "numbers": (makers.zipped({"Index/Document.iwa": b"x"}), "It is a Numbers document."),
    "binary": (bytes(range(256)) * 40, "it is neither a spreadsheet nor text"),
    "encrypted": (ENCRYPTED, "It is protected by a password."),
    "encrypted ods": (
        makers.ods(TABLE, manifest="<manifest:encryption-data/>"),
        "It is protected by a password.",
    ),
    "only charts": (
        makers.zipped({"[Content_Types].xml": b"spreadsheetml.sheet.main+xml"}),
        "damaged or was cut off",
    ),
    "bomb": (bomb, "many times larger than any spreadsheet"),
    "nothing in it": (makers.xlsx([]), "There is nothing in its cells."),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_told_in_a_sentence(opened: Any, name: str) -> None:
    made, said = HOSTILE[name]
    data = made() if callable(made) else made
    with pytest.raises(BadInput) as told:
        opened(data, "schedule.xlsx")
    assert said in str(told.value)
    assert str(told.value).startswith("schedule.xlsx ")
    assert str(told.value).endswith(".")


@pytest.mark.parametrize("length", [10, 100, 1000, 3000])
def test_a_truncated_workbook_is_told(opened: Any, length: int) -> None:
    with pytest.raises(BadInput, match="damaged or was cut off"):
        opened(makers.xlsx([(n, "line", n) for n in range(400)])[:length])


def test_entities_that_swell_are_not_followed(opened: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    try:
        book = opened(entities())
        assert book.sheets[0].filled <= 1
        assert all(len(cell) <= 2001 for row in book.sheets[0].rows for cell in row)
    except BadInput as told:
        assert str(told).startswith("sheet.xlsx ")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 900_000


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="L900000"><v>1</v></c></row>',
    ],
    ids=["the whole grid", "ten million"],
)
def test_a_sheet_that_declares_millions_of_cells_is_bounded(opened: Any, cells: str) -> None:
    """Two cells far apart, between which a reader would make room for all others."""
    try:
        book = opened(makers.raw_xlsx(cells, dimension='<dimension ref="A1:XFD1048576"/>'))
        assert book.sheets[0].cut
        assert len(book.sheets[0].rows) <= MOST_ROWS
    except BadInput as told:
        assert "can’t be read" in str(told)


def test_rows_beyond_the_limit_are_told_and_never_dropped_in_silence(opened: Any) -> None:
    data = b"a,b\n" * (MOST_ROWS + 5)
    book = opened(data, "long.csv")
    assert len(book.sheets[0].rows) == MOST_ROWS
    assert "more than 20,000 rows" in book.sheets[0].cut


def test_a_file_that_is_too_large_is_not_even_opened(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.sheets.opening.MOST_BYTES", 1_000_000)
    with pytest.raises(BadInput, match="larger than 1 MB"):
        opened(b"a,b\n" * 300_000)


def test_external_links_are_not_followed(opened: Any) -> None:
    cells = '<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>42</v></c></row>'
    link = b'<externalLink xmlns="x"><externalBook r:id="rId1"/></externalLink>'
    book = opened(makers.raw_xlsx(cells, extra={"xl/externalLinks/externalLink1.xml": link}))
    assert rows(book) == [["n42"]]


def test_a_billion_laughs_in_a_relationship_does_no_harm(opened: Any) -> None:
    data = makers.raw_xlsx(
        '<row r="1"><c r="A1"><v>1</v></c></row>', extra={"xl/sharedStrings.xml": b"<" * 100_000}
    )
    try:
        assert rows(opened(data)) == [["n1"]]
    except BadInput as told:
        assert str(told).startswith("sheet.xlsx ")
