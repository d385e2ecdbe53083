"""Data files that don't fit are refused with the concept's name."""

from pathlib import Path

import pytest

from tallystick.terms import WordFault
from tallystick.terms.catalogue import Catalogue
from tallystick.terms.checks import dictionaries_are_complete, faults_of

CONCEPTS = """
[concept.thing]
meaning = "A thing"
[concept.box]
meaning = "A box of things"
plural = "boxes"
[concept.rule]
meaning = "A term of law"
statutory = true
[concept.air]
meaning = "Can't be counted"
kind = "mass"
[concept.lift]
meaning = "To lift"
kind = "verb"
"""
ENGLISH = """
[words.thing]
one = "thing"
many = "things"
[words.box]
one = "{thing} box"
many = "{thing} boxes"
short = "B{thing:short}"
short_many = "B{things:short}"
[words.rule]
one = "rule"
many = "rules"
[words.air]
one = "air"
[words.lift]
base = "lift"
s = "lifts"
past = "lifted"
ing = "lifting"
"""
LOCALE = """
[locale]
name = "English (Nowhere)"
date = "{d} {mon} {y}"
long_date = "{d} {month} {y}"
date_order = "dmy"
first_weekday = "monday"
currency = "AUD"
currency_symbol = "$"
page_size = "A4"
[words.thing]
one = "item"
many = "items"
short = "I"
short_many = "Is"
"""


def folder(tmp_path: Path, **files: str) -> Path:
    contents = {"concepts": CONCEPTS, "english": ENGLISH, "en-XX": LOCALE} | files
    for name, content in contents.items():
        (tmp_path / f"{name.replace('__', '.')}.toml").write_text(content, encoding="utf-8")
    return tmp_path


def tax(content: str) -> str:
    return content.replace("[concept.air]", "[concept.tax]").replace("[words.air]", "[words.tax]")


def loaded(tmp_path: Path, **files: str) -> Catalogue:
    files = {"concepts": CONCEPTS, "english": ENGLISH, "en-XX": LOCALE} | files
    files["concepts"] = tax(files["concepts"])
    files["en-XX"] += '\n[words.tax]\none = "GST"\n'
    return Catalogue(folder(tmp_path, **{name: tax(content) for name, content in files.items()}))


def test_later_layers_win_and_built_words_follow(tmp_path: Path) -> None:
    catalogue = loaded(
        tmp_path,
        english__owner='[words.thing]\none = "object"\nmany = "objects"\n',
        **{"en-YY": '[locale]\nextends = "en-XX"\nname = "English (Elsewhere)"\npage_size = "Letter"\n'},
        **{"en-YY__owner": '[words.thing]\none = "unit"\nmany = "units"\n'},
    )

    assert catalogue.dictionary("general_contractor", "en-XX")("box") == "item box"
    assert catalogue.dictionary("general_contractor", "en-XX").short("box") == "BI"
    assert catalogue.dictionary("owner", "en-XX").a("box") == "an object box"
    assert catalogue.dictionary("owner", "en-YY").a("box") == "a unit box"
    assert catalogue.dictionary("specialty_contractor", "en-YY")("box") == "item box"
    assert catalogue.locales["en-YY"].page_size == "Letter"


def test_an_overlay_s_word_loses_the_abbreviation_of_the_word_it_replaces(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, english__owner='[words.thing]\none = "object"\nmany = "objects"\n')

    assert catalogue.dictionary("owner", "en-XX").short("thing") == "object"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ('[words.thing]\none = "object"\n', "'thing' has no plural"),
        ('[words.thing]\nmany = "objects"\n', "'thing' has no singular"),
        ('[words.thing]\none = "object"\nmany = "objects"\nshort = "O"\n', "abbreviation without its plural"),
        ('[words.thing]\none = "object"\nmany = "objects"\nplural = "x"\n', "unknown form 'plural'"),
        ('[words.thing]\none = "<b>object"\nmany = "objects"\n', "not a plain word"),
        ('[words.thing]\none = " object"\nmany = "objects"\n', "not a plain word"),
        ('[words.thing]\none = "object"\nmany = "objects"\na = "the"\n', "no article"),
        ('[words.thing]\none = "{box}"\nmany = "{boxes}"\n', "in a circle: "),
        ('[words.thing]\none = "{nothing}"\nmany = "x"\n', "no concept"),
        ('[words.thing]\none = "{"\nmany = "x"\n', "unmatched"),
        ('[words.spoon]\none = "spoon"\nmany = "spoons"\n', "words for spoon"),
        ('[words.tax]\none = "duty"\nmany = "duties"\n', "neither a plural nor an article"),
        ('[words.lift]\nbase = "raise"\n', "a verb without ing, past, s"),
        ('[words.rule]\none = "law"\nmany = "laws"\n', "a term of law"),
        ("[words.thing\n", "english.owner.toml"),
    ],
)
def test_words_that_do_not_fit_are_refused(tmp_path: Path, broken: str, says: str) -> None:
    with pytest.raises(WordFault) as fault:
        loaded(tmp_path, english__owner=broken).dictionary("owner", "en-XX")

    assert says in str(fault.value)


def test_a_concept_without_words_is_refused(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, concepts=CONCEPTS + '[concept.spoon]\nmeaning = "A spoon"\n')

    with pytest.raises(WordFault, match="en-XX has no word for spoon"):
        catalogue.dictionary("owner", "en-XX")


def test_a_term_of_law_is_written_out(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, english=ENGLISH.replace('one = "rule"', 'one = "{thing} rule"'))

    with pytest.raises(WordFault, match="written out in full"):
        catalogue.dictionary("owner", "en-XX")


def test_two_concepts_can_t_share_a_name(tmp_path: Path) -> None:
    with pytest.raises(WordFault, match="'things' is the name of two concepts"):
        loaded(tmp_path, concepts=CONCEPTS + '[concept.things]\nmeaning = "Many"\nkind = "mass"\n')


def test_the_start_up_check_names_the_dictionary_that_cannot_be_made(tmp_path: Path) -> None:
    faults = faults_of(loaded(tmp_path, english__owner='[words.thing]\none = "object"\n'))

    assert [fault.msg for fault in faults] == ["en-XX, owner: 'thing' has no plural"]
    assert dictionaries_are_complete(None) == []
