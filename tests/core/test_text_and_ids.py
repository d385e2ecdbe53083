"""Pieces of sentences, and identifiers that sort by time."""

from datetime import UTC, datetime, timedelta

from tallystick.core.ids import new_id, version_in
from tallystick.core.text import clipped, join_and, plural, sentence


def test_counts_are_spoken() -> None:
    assert plural(1, "claim") == "1 claim"
    assert plural(0, "claim") == "0 claims"
    assert plural(1200, "company", "companies") == "1,200 companies"


def test_lists_are_spoken() -> None:
    assert join_and([]) == ""
    assert join_and(["a"]) == "a"
    assert join_and(["a", "b"]) == "a and b"
    assert join_and(["a", "b", "c"], word="or") == "a, b or c"
    assert join_and("abcdef", limit=2) == "a, b and 4 more"
    assert join_and("ab", limit=2) == "a and b"


def test_long_text_is_cut_and_sentences_end() -> None:
    assert clipped("one  two\nthree", 20) == "one two three"
    assert clipped("one two three", 8) == "one two…"
    assert sentence("the file is damaged") == "The file is damaged."
    assert sentence("Really?") == "Really?"
    assert sentence(" ") == ""


def test_ids_sort_by_the_moment_they_were_made_and_never_repeat() -> None:
    begin = datetime(2026, 3, 21, tzinfo=UTC)
    ids = [new_id(begin + timedelta(milliseconds=step)) for step in range(200)]
    assert ids == sorted(ids)
    assert [str(one) for one in ids] == sorted(str(one) for one in ids)
    assert len({new_id(begin) for _ in range(1000)}) == 1000
    assert {one.version for one in ids} == {7}
    assert {one.variant for one in ids} == {"specified in RFC 4122"}


def test_a_garbled_version_is_out_of_date_and_a_missing_one_is_not_checked() -> None:
    assert [version_in(text) for text in ("", "7", "x", "²", "9" * 30)] == [None, 7, -1, -1, -1]
