"""The certificate and its continuation sheets show what was stored, whole and in its place."""

import io
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.core.money import format_money
from tallystick.documents.papers import ClaimPaper, ClaimWords, Group, Line, LineTotals, Party, render_claim
from tallystick.documents.papers.figures import figure_writer
from tallystick.terms import dictionary
from tests.documents.papers import samples
from tests.pdf.draw.reading import chars, collisions, flat, page_sizes, texts

HUGE = 99_999_999_999_999
ARABIC = "شركة البناء المتحدة"


def everything(paper: ClaimPaper) -> str:
    return " ".join(" ".join(texts(render_claim(paper))).split())


def test_the_nine_lines_stand_on_the_first_page() -> None:
    # given claim 4 of Apex Concrete
    paper = samples.claim()

    # when it is rendered
    front = " ".join(texts(render_claim(paper))[0].split())

    # then each line is there with its amount
    for said in (
        "1 Original subcontract sum 4,186,625.00",
        "2 Net change by variations 46,900.00",
        "3 Subcontract sum to date (1 + 2) 4,233,525.00",
        "4 Total completed and stored to date 1,754,041.25",
        "5a Retention on completed work, 5% 84,627.05",
        "5b Retention on stored materials, 5% 3,075.00",
        "5 Total retention (5a + 5b) 87,702.05",
        "6 Total earned less retention (4 − 5) 1,666,339.20",
        "7 Less previous certificates for payment 1,033,581.00",
        "8 Current payment due (6 − 7) 632,758.20",
        "GST, 10% 63,275.82",
        "Current payment due including GST $696,034.02",
        "9 Balance to finish, including retention (3 − 6) 2,567,185.80",
    ):
        assert said in front


def test_parties_contract_period_and_papers_are_named() -> None:
    said = everything(samples.claim())

    for text in (
        "Application and certificate for payment", "Progress claim 4", "SC-012", "Apex Concrete Pty Ltd",
        "ABN 51 824 753 556", "Seven Hills NSW 2147", "Meridian Constructions Pty Ltd", "1–31 Mar 2026",
        "25 Mar 2026", "AC-10442", "2417 Harbour Street Apartments", "Pour record level B1 zone A.pdf",
        "3 pages, repaired", "Payment terms: 25 business days", "Certified 2 Apr 2026",
    ):  # fmt: skip
        assert text in said


def test_the_claimant_signs_for_what_was_claimed_and_the_certifier_for_what_is_due() -> None:
    said = everything(samples.claim())

    assert "$736,748.75 is claimed for this period, before retention and GST." in said
    assert "I certify that $696,034.02 is payable under the subcontract for this progress claim." in said


def test_a_draft_is_marked_on_every_page_and_certifies_nothing() -> None:
    paper = samples.claim(status="Draft", is_certified=False, certified_on=None, certified_this_period=None)

    pages = texts(render_claim(paper))

    assert all("Draft — not certified" in page for page in pages)
    assert "I certify" not in pages[0]
    assert "not certified" not in " ".join(texts(render_claim(samples.claim())))


def test_without_tax_the_tax_rows_are_absent() -> None:
    paper = samples.claim()
    bare = replace(paper, summary=replace(paper.summary, tax=None, payment_due_with_tax=None))

    said = everything(bare)

    assert "GST" not in said
    assert "Current payment due (6 − 7) $632,758.20" in said


def test_words_follow_the_dictionary_in_force() -> None:
    words = ClaimWords.of(dictionary("general_contractor", "en-US"))

    said = everything(samples.claim(words=words, size="Letter", locale="en-US", currency="USD"))

    assert "Net change by change orders" in said
    assert "Total retainage" in said
    assert "Mar 1, 2026 – Mar 31, 2026" in said
    assert "retention" not in said.lower()


@pytest.mark.parametrize(("size", "upright"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_pages_are_upright_then_landscape_in_the_region_s_size(size: str, upright: tuple[int, int]) -> None:
    sizes = page_sizes(render_claim(samples.claim(size=size)))

    assert [(round(width), round(height)) for width, height in sizes] == [upright, upright[::-1]]


def test_pages_are_numbered_of_all() -> None:
    pages = texts(render_claim(samples.long_claim(100)))

    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page


def test_a_thousand_lines_are_all_there_under_a_repeated_head() -> None:
    pages = texts(render_claim(samples.long_claim(1000)))

    said = " ".join(" ".join(page.split()) for page in pages)
    assert all(f"stage {number} " in said for number in range(1, 1001))
    assert all("Scheduled value" in " ".join(page.split()) for page in pages[1:])
    assert all("(continued)" in page for page in pages[2:])
    assert len(pages) < 60


def test_a_group_s_name_stays_with_its_first_line_and_the_subtotal_with_the_last() -> None:
    # given groups of every length, so that page ends fall everywhere
    groups = tuple(
        samples.group(
            f"V-{number:03d} Variation",
            tuple(
                samples.line(at, f"Part {number}.{at} end", 100_000, 5_000, 0)
                for at in range(1, 2 + number % 5)
            ),
        )
        for number in range(1, 60)
    )

    pages = texts(render_claim(samples.claim(groups)))[1:]

    for page in pages:
        lines = [line for line in page.splitlines() if line.strip()]
        names = [at for at, line in enumerate(lines) if "Variation" in line and "continued" not in line]
        assert all(any("Part" in line for line in lines[at + 1 : at + 3]) for at in names)
        rows = [line for line in lines if "Part" in line or "Subtotal" in line]
        assert "Part" in rows[0]


def test_what_was_claimed_stands_under_the_line_and_the_reason_in_the_table_of_differences() -> None:
    said = everything(samples.full_claim())

    assert "Claimed this period 352,500.00, certified 220,312.50." in said
    assert said.count(samples.REASON) == 1
    assert "Item Description Claimed Assessed Certified Difference" in said
    assert "352,500.00 220,312.50 220,312.50 −132,187.50" in said
    assert "Lines without a difference 384,248.75 384,248.75 384,248.75 0.00" in said
    assert "Total 736,748.75 604,561.25 604,561.25 −132,187.50" in said


def test_while_the_claimant_revises_the_reviewers_proposals_stand_beside_what_is_claimed() -> None:
    paper = samples.full_claim(
        status="Revise & Resubmit", is_certified=False, certified_on=None, certified_this_period=None,
        assessed_this_period=None, differences=samples.differences("proposed"),
    )  # fmt: skip
    said = everything(paper)

    assert "Claimed Proposed Difference" in said
    assert "Claimed this period 352,500.00, proposed 220,312.50." in said
    assert "Assessed this period" not in said


def test_each_variation_stands_with_its_number_day_and_amounts() -> None:
    said = everything(samples.full_claim())

    assert "Number Title Approved on Amount This period Total to date" in said
    assert "14 Jan 2026 68,400.00 34,200.00 68,400.00" in said
    assert "V-005 Omit coloured concrete to podium 2 Mar 2026 −21,500.00 −21,500.00 −21,500.00" in said
    assert "Total 46,900.00 12,700.00 46,900.00" in said


def test_retention_is_told_from_before_to_now() -> None:
    said = everything(samples.full_claim())

    assert "Held before This period Moved to work Released Held now" in said
    assert "On completed work 53,749.05 35,000.00 125.00 2,500.00 86,374.05" in said
    assert "On stored materials 3,200.00 125.00 −125.00 125.00 3,075.00" in said


def test_who_submitted_it_and_what_was_paid_are_named() -> None:
    said = everything(samples.full_claim())

    for text in (
        "Submitted", "This progress claim is for", "24 Mar 2026", "Work, materials and retention",
        "Paid so far 400,000.00", "Outstanding 296,034.02", "Assessed this period, before retention 604,561.25",
    ):  # fmt: skip
        assert text in said


def test_the_paper_of_an_earlier_day_says_so_on_every_page_and_certifies_nothing() -> None:
    pages = texts(render_claim(samples.full_claim(as_at=date(2026, 3, 21))))

    assert all("As at 21 Mar 2026 · Approved" in page for page in pages)
    assert "I certify" not in " ".join(pages)
    assert "as it was at the end of 21 Mar 2026" in " ".join(" ".join(pages).split())


def test_a_broken_down_line_is_the_heading_of_its_details_and_counts_once() -> None:
    paper = samples.broken_down_claim()
    said = everything(paper)

    part = paper.groups[0].parts[0].totals
    figure = figure_writer("AUD")
    assert f"2 Pile caps and ground beams {figure(part.scheduled_value)} {figure(part.previous)}" in said
    assert said.index("Pile caps and ground beams") < said.index("Pour 1") < said.index("Columns and walls")
    total = sum(line.scheduled_value for line in paper.groups[0].lines)
    assert f"Total {figure(total)}" in said


def test_what_was_accepted_is_compared_on_the_same_basis() -> None:
    # given a line of which work and new materials were claimed, and less of both accepted
    line = replace(
        samples.contract_lines()[11], claimed=9_000_000, accepted=6_150_000, reason="Not on site yet."
    )

    said = everything(samples.claim((samples.group("Contract", (line,)),)))

    assert "Claimed this period 90,000.00, certified 61,500.00. Not on site yet." in said


def test_credits_have_a_real_minus() -> None:
    assert "−21,500.00" in everything(samples.claim())


def test_a_contract_by_unit_price_shows_quantities() -> None:
    said = everything(samples.unit_price_claim())

    for text in ("Unit price", "4,250", "38.50", "m³", "825 m³", "126.5 m³", "Retention released"):
        assert text in said


def test_an_empty_schedule_is_said_in_words() -> None:
    assert "There are no lines in this progress claim yet." in everything(samples.claim(()))


def test_figures_align_on_the_decimal_point_down_the_whole_sheet() -> None:
    # given a continuation sheet with regular and semibold figures and no remarks between
    lines = tuple(replace(line, claimed=None, reason="") for line in samples.contract_lines())
    pdf = render_claim(samples.claim((samples.group("Contract", lines),)))

    # when the decimal points are gathered by column
    points = sorted(char.right for char in chars(pdf, 1) if char.text == ".")
    columns: list[list[float]] = [[points[0]]]
    for before, point in pairwise(points):
        if point - before > 6:
            columns.append([])
        columns[-1].append(point)

    # then the points of a column are within a tenth of a point, whatever the weight
    money = [column for column in columns if len(column) >= 15]
    assert len(money) == 8
    assert all(max(column) - min(column) < 0.1 for column in money)


def huge_claim() -> ClaimPaper:
    line = Line(
        item="001", description="Everything", cost_code="03-3000", scheduled_value=HUGE, previous=-HUGE,
        this_period=HUGE, materials_stored=HUGE, total=HUGE, percent_bp=10_000, balance=-HUGE, retention_held=HUGE,
        retention_released=HUGE,
    )  # fmt: skip
    sums = LineTotals(HUGE, -HUGE, HUGE, HUGE, HUGE, 10_000, -HUGE, HUGE, HUGE)
    return replace(samples.claim((Group("Huge", (line,), sums),)), totals=sums)


PAPERS = {
    "usual": samples.claim(),
    "every table": samples.full_claim(),
    "every table, letter": samples.full_claim(size="Letter", locale="en-US", words=samples.US_WORDS),
    "broken down": samples.broken_down_claim(),
    "draft letter": samples.claim(
        size="Letter", locale="en-US", status="Revise & Resubmit", is_certified=False
    ),
    "unit prices": samples.unit_price_claim(),
    "hundred lines": samples.long_claim(100),
    "huge amounts": huge_claim(),
    "long words": samples.claim(
        contract_title="Reinforcement" * 12,
        claimant=Party("Apex" * 40, "1" * 60, "14 Foundry Road\n" * 9, "m" * 90),
        reference="R" * 90,
        footer="Terms " * 50,
        comment="The pour of zone C follows. " * 20,
    ),
}


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_nothing_collides_or_leaves_the_page(paper: ClaimPaper) -> None:
    pdf = render_claim(paper)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []
    for index, (width, height) in enumerate(page_sizes(pdf)):
        assert collisions(pdf, index) == []
        for char in chars(pdf, index):
            assert char.left > 30
            assert char.right < width - 30
            assert char.bottom > 15
            assert char.top < height - 20


@pytest.mark.parametrize("rows", range(0, 50, 4))
def test_blocks_go_to_the_next_page_whole(rows: int) -> None:
    # given an address that pushes everything below it down by so many rows
    paper = replace(
        huge_claim(), claimant=Party("Apex", address="\n".join(f"Row {row}" for row in range(rows)))
    )
    pdf = render_claim(paper)

    # then a block's first and last words are on one page, and nothing runs into the foot
    pages = [flat(page) for page in texts(pdf)]
    for first, last in (
        ("1Originalsubcontractsum", "(3−6)"),
        ("Additions", "Completedandstored"),
        ("Forthe", "Date"),
    ):
        assert any(first in page and last in page for page in pages)
    for index in range(len(pages)):
        assert collisions(pdf, index) == []


def test_huge_amounts_are_shown_in_full() -> None:
    said = flat("".join(texts(render_claim(huge_claim()))))

    assert said.count("999,999,999,999.99") >= 12
    assert "−999,999,999,999.99" in said


def test_names_in_every_script_are_on_the_paper() -> None:
    names = ("混凝土工程有限公司", "コンクリート工業", "บริษัทก่อสร้าง", "Бетон ООО", "Σκυρόδεμα ΑΕ")
    lines = tuple(samples.line(at, name, 100_000, 1_000, 0) for at, name in enumerate(names, 1))

    said = flat(everything(samples.claim((samples.group(ARABIC, lines),), claimant=Party(ARABIC))))

    assert all(flat(name) in said for name in names)
    assert flat(ARABIC) in said


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert render_claim(samples.claim()) == render_claim(samples.claim())


def test_a_thousand_lines_stay_small() -> None:
    pdf = render_claim(samples.long_claim(1000))

    assert len(pdf) < 300_000
    assert pdf.count(b" 0 obj\n") < 2 * 60 + 40


@given(minor=st.integers(-(10**17), 10**17), currency=st.sampled_from(["AUD", "JPY", "KWD"]))
def test_figures_are_written_as_everywhere_else(minor: int, currency: str) -> None:
    assert figure_writer(currency)(minor) == format_money(minor, currency, "en-AU", symbol=False)


AMOUNTS = st.integers(-HUGE, HUGE) | st.sampled_from([0, -1, 1, HUGE])
WORDS = st.text(max_size=80) | st.sampled_from([ARABIC, "混凝土" * 30, "x" * 200, "\x00\u202e", ""])


@st.composite
def lines(draw: st.DrawFn) -> Line:
    return Line(
        draw(WORDS), draw(WORDS), draw(AMOUNTS), draw(AMOUNTS), draw(AMOUNTS), draw(AMOUNTS), draw(AMOUNTS),
        draw(st.none() | st.integers(-(10**7), 10**7)), draw(AMOUNTS), draw(AMOUNTS), draw(AMOUNTS), draw(WORDS),
        draw(WORDS), *(draw(st.none() | AMOUNTS) for _ in range(7)), draw(WORDS),
    )  # fmt: skip


@given(
    group=st.lists(lines(), max_size=4).map(tuple),
    title=WORDS,
    name=WORDS,
    size=st.sampled_from(["A4", "Letter"]),
    amounts=st.lists(AMOUNTS, min_size=5, max_size=5),
)
@settings(max_examples=40, deadline=None)
def test_any_claim_makes_a_paper(
    group: tuple[Line, ...], title: str, name: str, size: str, amounts: list[int]
) -> None:
    sums = LineTotals(amounts[0], amounts[1], amounts[2], 0, amounts[3], None, amounts[4], 0)
    paper = samples.claim(
        (Group(title, group, sums),), size=size, contract_title=title, claimant=Party(name, name, name, name),
        status=name, is_certified=False, comment=title, footer=name,
    )  # fmt: skip

    pdf = render_claim(replace(paper, totals=sums))

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) >= 2
