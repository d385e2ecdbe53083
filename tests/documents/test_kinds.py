"""Which files may be attached, and the names they get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.core.errors import BadInput
from tallystick.documents.kinds import COMPANIONS, LONGEST_NAME, PAPERS, accept, clean_name, media_type_of

LIMIT = 10 << 20


@pytest.mark.parametrize("suffix", [*PAPERS, *COMPANIONS])
def test_every_kind_is_accepted_whatever_the_case_of_its_ending(suffix):
    accepted = accept(f"Paper.{suffix.upper()}", 1, limit=LIMIT)
    assert accepted.name == f"Paper.{suffix.upper()}"
    assert accepted.media_type == media_type_of(f"x.{suffix}")


@pytest.mark.parametrize("name", ["Setup.exe", "page.html", "picture.svg", "run.sh", "docket.pdf.js"])
def test_what_could_run_is_refused_with_what_would_do(name):
    with pytest.raises(BadInput, match=r"can't be attached\. Use PDF, a picture"):
        accept(name, 1, limit=LIMIT)


def test_a_file_without_an_ending_is_refused():
    with pytest.raises(BadInput, match=r"Files without an ending such as \.pdf"):
        accept("Docket", 1, limit=LIMIT)


def test_empty_and_too_large_say_what_to_do():
    with pytest.raises(BadInput, match=r"Docket\.pdf was not added: the file is empty"):
        accept("Docket.pdf", 0, limit=LIMIT)
    assert accept("Docket.pdf", LIMIT, limit=LIMIT).name == "Docket.pdf"
    with pytest.raises(BadInput, match=r"larger than 10 MiB\. Make it smaller, or split it"):
        accept("Docket.pdf", LIMIT + 1, limit=LIMIT)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\a.pdf", "a.pdf"),
        ("a\r\nb\0.pdf", "ab.pdf"),
        (" .. ", "Untitled"),
        ("", "Untitled"),
        ("\u202egpj.exe.pdf", "gpj.exe.pdf"),
    ],
)
def test_names_lead_nowhere_and_hide_nothing(given_name, kept):
    assert clean_name(given_name) == kept


@given(st.text(max_size=600))
def test_a_clean_name_is_one_printable_part_of_bounded_length_and_stays_as_it_is(name):
    clean = clean_name(name)
    assert 0 < len(clean) <= LONGEST_NAME
    assert "/" not in clean and "\\" not in clean
    assert clean.isprintable()
    assert clean_name(clean) == clean
