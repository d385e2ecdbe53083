"""One word, and a whole sentence."""

import dataclasses

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from tallystick.terms import PointOfView, SentenceFault, UnknownTerm, dictionary, lazy_text, text, use
from tallystick.terms.dictionary import title_case

AU = dictionary("general_contractor", "en-AU")
US = dictionary("general_contractor", "en-US")
US_OWNER = dictionary("owner", "en-US")
GB = dictionary("general_contractor", "en-GB")


def test_one_word() -> None:
    assert AU("claim") == "progress claim"
    assert AU.plural("claim") == "progress claims"
    assert AU.a("claim") == "a progress claim"
    assert AU.title("claim") == "Progress Claim"
    assert AU.title("claim", plural=True) == "Progress Claims"
    assert AU.cap("claim", plural=True) == "Progress claims"
    assert AU.short("ssov") == "SSOV"
    assert AU.short("ssov", plural=True) == "SSOVs"
    assert AU.verb("overclaim", "ing") == "over-claiming"
    assert "claim" in AU
    assert "spaceship" not in AU


def test_the_article_follows_the_sound_of_the_word() -> None:
    assert US.a("claim") == "an invoice"
    assert US.text("{a sov:short} and {a ssov:short}") == "an SOV and an SSOV"
    assert GB.text("{a sov:short} and {a ssov:short}") == "a BOQ and an SBOQ"
    assert US_OWNER.text("{a ssov:short}") == "a CSOV"
    assert AU.a("business_number") == "an ABN"


def test_words_that_are_not_counted_have_no_article() -> None:
    assert AU.a("retention") == "retention"
    assert AU.a("tax") == "GST"
    assert AU.a("claims_tool") == "Progress Claiming"


def test_counting() -> None:
    assert US.count("claim", 1) == "1 invoice"
    assert US.count("claim", 0) == "0 invoices"
    assert AU.count("variation", 1024) == "1,024 variations"


@pytest.mark.parametrize(
    ("sentence", "australian", "american"),
    [
        ("Compile {claim_backups}", "Compile progress claim backups", "Compile invoice backups"),
        ("{A claim} is due.", "A progress claim is due.", "An invoice is due."),
        ("Add {a claim_contact}.", "Add a progress claim contact.", "Add an invoice contact."),
        ("{Claims} and {variations}", "Progress claims and variations", "Invoices and change orders"),
        ("{claims:title}", "Progress Claims", "Invoices"),
        ("{Claim:short} 4 of Apex", "Claim 4 of Apex", "Invoice 4 of Apex"),
        ("{overclaim:past} by", "over-claimed by", "overbilled by"),
        ("{Overclaim:ing}", "Over-claiming", "Overbilling"),
        ("{head_contract:title} {{kept}}", "Head Contract {kept}", "Prime Contract {kept}"),
        ("No {retention} is held.", "No retention is held.", "No retainage is held."),
    ],
)
def test_sentences(sentence: str, australian: str, american: str) -> None:
    assert AU.text(sentence) == australian
    assert US.text(sentence) == american


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "1 progress claim is a draft."),
        (2, "2 progress claims are drafts."),
        (0, "0 progress claims are drafts."),
        (1200, "1,200 progress claims are drafts."),
    ],
)
def test_sentences_count(number: int, expected: str) -> None:
    assert AU.text("{claims:n} {n:is a draft|are drafts}.", n=number) == expected


def test_values_stand_in_sentences_and_are_escaped_in_html_only() -> None:
    company = "Smith & <Sons>"

    assert AU.text("{A claim} of {company}", company=company) == "A progress claim of Smith & <Sons>"
    assert (
        AU.html("<b>{A claim}</b> of {company}", company=company)
        == "<b>A progress claim</b> of Smith &amp; &lt;Sons&gt;"
    )


def test_a_value_is_never_read_as_a_sentence() -> None:
    assert AU.text("For {company}", company="{claims} {") == "For {claims} {"


@given(st.text())
def test_any_value_passes_through_whole(value: str) -> None:
    assert AU.text("{claim}: {value}.", value=value) == f"progress claim: {value}."
    assert AU.html("{claim}: {value}.", value=value) == f"progress claim: {escape(value)}."


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("a {claim}", "write {a claim} instead"),
        ("An {claim:short}", "write {a claim:short} instead"),
        ("{a claims}", "before a plural"),
        ("{Clam}", "no concept is called 'clam'"),
        ("{clams:title}", "no concept is called 'clams'"),
        ("{clam}", "'clam'"),
        ("{claim", "unmatched '{'"),
        ("claim}", "unmatched '}'"),
        ("{}", "cannot read"),
        ("{claim:n}", "a counted word"),
        ("{Claims:n}", "a counted word"),
        ("{claims:n:m}", "too many marks"),
        ("{claims:title:short}", "too many marks"),
        ("{claims:n}", "'n'"),
    ],
)
def test_faults_of_a_sentence_are_said(sentence: str, says: str) -> None:
    with pytest.raises(SentenceFault) as fault:
        AU.text(sentence)

    assert says in str(fault.value)


def test_a_count_has_to_be_a_whole_number() -> None:
    with pytest.raises(SentenceFault, match="whole number"):
        AU.text("{claims:n}", n="3")


@pytest.mark.parametrize(
    "ask", [lambda: AU("clam"), lambda: AU.verb("claim", "ing"), lambda: AU.plural("bill")]
)
def test_a_word_that_does_not_exist_is_a_fault_of_the_program(ask: object) -> None:
    with pytest.raises(UnknownTerm):
        ask()  # type: ignore[operator]


def test_a_dictionary_never_changes() -> None:
    with pytest.raises(TypeError):
        AU.terms["claim"] = AU.terms["variation"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        AU.point_of_view = PointOfView.OWNER  # type: ignore[misc]
    assert dictionary("general_contractor", "en-AU") is AU


def test_a_sentence_is_taken_apart_once() -> None:
    sentence = "Compile {claim_backups} once"

    assert AU.parse(sentence) is US.parse(sentence)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("schedule of values", "Schedule of Values"),
        ("owner/client", "Owner/Client"),
        ("HC/Client progress claim", "HC/Client Progress Claim"),
        ("Owner-developer", "Owner-developer"),
        ("invite to bill", "Invite to Bill"),
        ("GST", "GST"),
    ],
)
def test_title_case(words: str, expected: str) -> None:
    assert title_case(words) == expected


def test_text_uses_the_dictionary_in_force() -> None:
    label = lazy_text("{Claims}")
    with use(US):
        assert (text("{a claim}"), str(label)) == ("an invoice", "Invoices")
        with use(AU):
            assert (text("{a claim}"), str(label)) == ("a progress claim", "Progress claims")
        assert text("{a claim}") == "an invoice"
