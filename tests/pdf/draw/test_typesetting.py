"""Lines are as wide as they say, break where they must, and lose nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.pdf.draw import A4, Document, typesetter
from tallystick.pdf.draw.characters import clean
from tallystick.pdf.draw.lines import Line, Plain
from tests.pdf.draw.reading import chars, flat

PEN = typesetter("regular", "en-AU")
ANY_TEXT = st.text(max_size=60)
SCRIPTS = st.text(
    alphabet=st.sampled_from(
        "aV.,- 7%\n\u00a0éßжΩạابشةבע(ก้ำนिकষাத混、の청🏗️\u200d👷🏽\u0301\u202e\x00\ud800\uffff\ue000"
    ),
    max_size=40,
)


def letters(line: Line) -> str:
    """What a line's glyphs stand for, in the order in which they are seen."""
    said = []
    for span in line.spans:
        if isinstance(span, Plain):
            glyphs = {glyph: text for texts in span.texts for glyph, text in texts.items()}
            digits = span.body.replace(">", " ").replace("<", " <").split()
            for part in digits:
                if part.startswith("<"):
                    said += [glyphs[int(part[at : at + 4], 16)] for at in range(1, len(part), 4)]
        else:
            said += [cluster.text for cluster in span.clusters]
    return "".join(said)


def test_figures_are_equally_wide_in_every_weight() -> None:
    for weight in ("regular", "semibold", "italic"):
        pen = typesetter(weight, "en-AU")  # type: ignore[arg-type]
        widths = {pen.figure(f"{digit}.00").width for digit in range(10)}
        assert len(widths) == 1


def test_the_decimal_points_of_a_column_stand_under_each_other() -> None:
    # given amounts of all kinds, right-aligned
    document = Document(title="Figures", language="en-AU")
    page = document.page(A4)
    amounts = ["0.00", "1,111,111.11", "\u221288,888.88", "7.10", "999,999,999,999.99"]
    for at, amount in enumerate(amounts):
        page.show_right(PEN.figure(amount), 400, 60 + 20 * at, 9)

    # then their points have one x
    points = [char for char in chars(document.to_bytes(), 0) if char.text == "."]
    assert len(points) == len(amounts)
    assert max(point.left for point in points) - min(point.left for point in points) < 0.02


def test_a_figure_is_read_as_it_was_written() -> None:
    assert letters(PEN.figure("\u22121,234.50%")) == "\u22121,234.50%"


def test_words_wrap_at_spaces_and_lines_keep_to_the_width() -> None:
    lines = PEN.wrap("Supply and install reinforcement to the podium slab", 90, 9)

    assert len(lines) > 2
    assert all(line.width_at(9) <= 90 for line in lines)
    assert " ".join(map(letters, lines)) == "Supply and install reinforcement to the podium slab"


def test_a_word_longer_than_the_line_breaks_after_punctuation_or_anywhere() -> None:
    lines = PEN.wrap("Scan_0001_reviewed_by_engineer.pdf " + "x" * 80, 100, 9)

    assert letters(lines[0]).endswith("_")
    assert all(line.width_at(9) <= 100 for line in lines)
    assert "".join(map(letters, lines)).replace(" ", "") == "Scan_0001_reviewed_by_engineer.pdf" + "x" * 80


def test_ideographs_break_anywhere_but_not_before_a_full_stop() -> None:
    lines = PEN.wrap("混凝土工程进度款申请表。" * 6, 70, 9)

    assert len(lines) > 5
    assert not any(letters(line).startswith("。") for line in lines)
    assert all(line.width_at(9) <= 70 for line in lines)


def test_every_paragraph_begins_a_line() -> None:
    lines = PEN.wrap("One\n\nThree", 200, 9)

    assert [letters(line) for line in lines] == ["One", "", "Three"]
    assert PEN.wrap("  \n ", 200, 9) == []


def test_stacked_marks_get_room_above_and_below() -> None:
    plain, stacked = PEN.line("Level"), PEN.line("ខ្មែរ")

    assert sum(plain.room(9, 12)) == 12
    assert stacked.below > 200


@given(text=ANY_TEXT | SCRIPTS, width=st.integers(8, 300))
@settings(max_examples=120, deadline=None)
def test_wrapping_loses_nothing_and_never_runs_over(text: str, width: int) -> None:
    lines = PEN.wrap(text, width, 9)

    assert all(line.width_at(9) <= width + 0.05 for line in lines)
    kept = flat("".join(letters(line) for line in lines))
    wanted = flat(clean(text))
    hidden = "\u200b\u200e\u200f\u061c"
    assert sorted(kept.translate({ord(c): None for c in hidden})) == sorted(
        wanted.translate({ord(c): None for c in hidden})
    )


@given(texts=st.lists(ANY_TEXT | SCRIPTS, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_text_makes_a_file(texts: list[str]) -> None:
    document = Document(title="".join(texts), author="".join(texts), language="en-AU")
    page = document.page(A4)
    for at, text in enumerate(texts):
        page.show(PEN.line(text), 40, 40 + 20 * at, 10)

    assert document.to_bytes().endswith(b"%%EOF\n")
