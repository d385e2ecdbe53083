"""The file itself: well-formed, the same for the same input, with what readers and search engines look for."""

import io
from datetime import UTC, datetime

import pikepdf

from tallystick.pdf.draw import A4, LETTER, Document, typesetter
from tallystick.pdf.draw.flow import Flow, Margins
from tallystick.pdf.draw.table import Column, Table
from tests.pdf.draw.reading import chars, collisions, texts


def sample(created: datetime | None = None) -> bytes:
    document = Document(
        title="Progress claim 4 (draft) – Größe", language="en-AU", author="Apex Concrete", created=created
    )
    for size in (A4, LETTER.landscape):
        page = document.page(size)
        page.show(typesetter("regular").line("Hello (world) \\ 混凝土 شركة"), 40, 60, 12)
        page.rule(40, 70, 200)
        page.frame(40, 80, 50, 20)
    return document.to_bytes()


def test_the_file_is_well_formed() -> None:
    with pikepdf.open(io.BytesIO(sample())) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 2
        assert [float(side) for side in pdf.pages[1].MediaBox] == [0, 0, 792, 612]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert sample() == sample()


def test_the_file_says_what_it_is() -> None:
    with pikepdf.open(io.BytesIO(sample(datetime(2026, 4, 2, 5, 12, tzinfo=UTC)))) as pdf:
        assert str(pdf.Root.Lang) == "en-AU"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo.Title) == "Progress claim 4 (draft) – Größe"
        assert str(pdf.docinfo.Producer) == "Tallystick"
        assert str(pdf.docinfo.CreationDate) == "D:20260402051200Z"
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Progress claim 4 (draft) – Größe"
            assert metadata["pdf:Producer"] == "Tallystick"


def test_without_a_moment_the_file_has_no_date() -> None:
    assert b"CreationDate" not in sample()


def test_fonts_are_embedded_as_subsets_and_map_back_to_text() -> None:
    with pikepdf.open(io.BytesIO(sample())) as pdf:
        fonts = list(pdf.pages[0].Resources.Font.values())
        assert len(fonts) == 3
        for font in fonts:
            tag, _, _ = str(font.BaseFont).partition("+")
            assert len(tag) == 7
            assert tag[1:].isupper()
            assert "/ToUnicode" in font
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def table_of(rows: int, description: str) -> tuple[Document, Flow]:
    document = Document(title="Table", language="en-AU")
    flow = Flow(document, A4, Margins(40, 40, 40, 40), lambda flow: flow.top)
    pen = typesetter("regular")
    table = Table(flow, [Column("Item", 30), Column("Description", 120), Column("Amount", 60, "right")], pen)
    table.begin()
    for number in range(rows):
        table.row(
            [[pen.line(str(number))], pen.wrap(description, 120, 8), [pen.figure("1,000.00")]],
        )
    return document, flow


def test_a_table_repeats_its_head_and_keeps_every_row() -> None:
    document, _ = table_of(150, "Formwork to edge beams, class 2, including stripping")

    pages = texts(document.to_bytes())

    assert len(pages) > 3
    assert all("Description" in page for page in pages)
    assert sum(page.count("1,000.00") for page in pages) == 150


def test_a_row_higher_than_a_page_goes_on_over_the_next() -> None:
    description = " ".join(f"clause{number}" for number in range(1500))
    document, _ = table_of(3, description)
    pdf = document.to_bytes()

    said = " ".join(texts(pdf))

    assert all(
        said.count(f"clause{number} ") + said.count(f"clause{number}\n") >= 3 for number in (0, 700, 1498)
    )
    for index in range(len(document.pages)):
        assert min(char.bottom for char in chars(pdf, index)) >= 39
        assert collisions(pdf, index) == []


def test_the_number_of_objects_does_not_grow_with_the_rows() -> None:
    def objects(rows: int) -> tuple[int, int]:
        document, _ = table_of(rows, "Formwork")
        return document.to_bytes().count(b" 0 obj\n"), len(document.pages)

    small, few = objects(10)
    large, many = objects(1000)

    assert large - small == 2 * (many - few)
