"""The contents of a backup, and the page in place of a paper that could not be merged."""

import io
from dataclasses import replace

import pikepdf
import pytest

from tallystick.documents.papers import (
    BackupWords,
    ContentsPaper,
    count_contents_pages,
    render_contents,
    render_divider,
)
from tallystick.terms import dictionary
from tests.documents.papers import samples
from tests.pdf.draw.reading import chars, collisions, flat, page_sizes, texts


def without_numbers(paper: ContentsPaper) -> ContentsPaper:
    """The paper as it is before anybody knows where things will stand."""
    return replace(
        paper,
        page_count=None,
        manifest_sha256="",
        claims=tuple(
            replace(
                claim,
                first_page=None,
                papers=tuple(replace(each, first_page=None) for each in claim.papers),
            )
            for claim in paper.claims
        ),
        left_out=tuple(replace(each, page=None) for each in paper.left_out),
    )


def many(count: int) -> ContentsPaper:
    claims = samples.contents().claims * count
    return samples.contents(
        claims=tuple(replace(claim, first_page=20_000 + at) for at, claim in enumerate(claims))
    )


def test_the_contents_name_claims_papers_pages_and_who_compiled_them() -> None:
    said = " ".join(texts(render_contents(samples.contents()).pdf)[0].split())

    for text in (
        "Progress claim backup", "2417 Harbour Street Apartments", "2 Apr 2026, 4:12 pm AEDT", "Daniel Okafor",
        "3 progress claims, 10 papers, 43 pages", "Apex Concrete Pty Ltd", "$682,449.37", "Approved as Noted",
        "24 Pour record level B1 zone A.pdf repaired 3", "石材出荷証明書_2026-03.pdf",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ):  # fmt: skip
        assert text in said


def test_what_was_not_merged_is_listed_with_its_reason() -> None:
    said = " ".join(texts(render_contents(samples.contents()).pdf)[0].split())

    assert "Not merged" in said
    assert "The PDF asks for a password." in said
    assert "A spreadsheet can’t become pages without losing something." in said
    assert "Not merged" not in texts(render_contents(samples.contents(left_out=())).pdf)[0]


def test_an_original_that_is_not_embedded_is_not_promised() -> None:
    left_out = (replace(samples.contents().left_out[0], embedded=False),)

    said = " ".join(texts(render_contents(samples.contents(left_out=left_out)).pdf)[0].split())

    assert "originals are embedded" not in said
    assert "The original isn’t embedded." in said


@pytest.mark.parametrize("count", [0, 1, 4, 15, 70])
def test_the_number_of_pages_is_known_before_the_page_numbers_are(count: int) -> None:
    paper = many(count)

    made = render_contents(paper)

    assert count_contents_pages(without_numbers(paper)) == made.page_count == len(page_sizes(made.pdf))


def test_every_row_has_a_place_to_click_on() -> None:
    # given contents over several pages
    paper = many(5)
    made = render_contents(paper)

    # then each claim and paper has a spot inside a page, over its own name
    targets = [spot.target for spot in made.links]
    assert targets.count("c1") == 5
    assert targets.count("c2p1") == 5
    sizes = page_sizes(made.pdf)
    for spot in made.links:
        left, bottom, right, top = spot.rect
        width, height = sizes[spot.page_index]
        assert 0 < left < right < width
        assert 0 < bottom < top < height
    spot = next(spot for spot in made.links if spot.target == "c1p1")
    inside = "".join(
        char.text
        for char in chars(made.pdf, spot.page_index)
        if spot.rect[1] - 1 <= char.bottom and char.top <= spot.rect[3] + 1
    )
    assert "DeliverydocketsMarch2026.pdf" in inside


def test_words_follow_the_dictionary_in_force() -> None:
    words = BackupWords.of(dictionary("general_contractor", "en-US"))

    said = texts(render_contents(samples.contents(words=words, size="Letter", locale="en-US")).pdf)[0]

    assert "Invoice backup" in said
    assert "3 invoices" in said


def test_the_divider_says_which_paper_why_and_what_to_do() -> None:
    said = " ".join(texts(render_divider(samples.divider()))[0].split())

    for text in (
        "Delivery dockets March 2026 (Hanson).pdf", "3.4 MB", "SC-012", "The PDF asks for a password",
        "Ask Apex Concrete for the password", "embedded in this PDF as an attachment",
    ):  # fmt: skip
        assert text in said
    assert "isn’t embedded" in " ".join(texts(render_divider(samples.divider(embedded=False)))[0].split())


@pytest.mark.parametrize(
    "name", ["混凝土工程进度款.pdf", "Смета № 4.pdf", "ใบส่งของ.pdf", "x" * 255, "a\x00b\u202efdp.exe", ""]
)
def test_any_file_name_can_stand_on_a_divider(name: str) -> None:
    pdf = render_divider(samples.divider(file_name=name))

    wanted = name.replace("\x00", "").replace("\u202e", "")
    assert flat(wanted) in flat(texts(pdf)[0])
    assert [pair for pair in collisions(pdf, 0) if all(char.text.isascii() for char in pair)] == []


def test_backup_papers_are_well_formed_and_the_same_each_time() -> None:
    for make in (lambda: render_contents(many(9)).pdf, lambda: render_divider(samples.divider())):
        assert make() == make()
        with pikepdf.open(io.BytesIO(make())) as pdf:
            assert pdf.check_pdf_syntax() == []


def test_nothing_on_the_contents_collides_or_leaves_the_page() -> None:
    pdf = render_contents(samples.contents()).pdf
    width, height = page_sizes(pdf)[0]

    latin = [pair for pair in collisions(pdf, 0) if all(char.text.isascii() for char in pair)]
    assert latin == []
    for char in chars(pdf, 0):
        assert 30 < char.left < char.right < width - 30
        assert 15 < char.bottom < char.top < height - 20
