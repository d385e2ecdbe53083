"""The sound of a word decides."""

import pytest

from tallystick.terms.articles import article_for, is_arguable
from tallystick.terms.lint import wrong_articles

AN = """
invoice; owner; amount; approved claim; unapproved claim; uninvited contact; unissued notice; unidentified file;
umbrella; urgent claim; hour; honest mistake; heir; SOV; SSOV; SBOQ; RFI; HC/Client claim; MC/Client invoice; MCV; ABN;
NZBN; EIN; HTML page; FAQs page; A4 sheet; X-ray; S-curve; r2; 8-day week; 8; 80 %; 800; 8,000; 11; 11th; 18th; 18;
11,000; 18 million; $8; $11.50; “invoice”; 'owner'; (approved) claim; e-mail; over-claim; onerous term; LOI; undo; AUD
amount; M&E trade; understatement; ounce
"""
A = """
progress claim; unit; unit price; union; unique number; uniform; unilateral act; university; user; useful thing; usual
case; utility; ute; utensil; European; euro; one-off; one; once-only act; BOQ; CSOV; CBOQ; GST return; VAT invoice;
PDF; PO; URL; UK company; UTC time; U-turn; house; head contract; history; hundred; 1; 7; 10; 12; 100; 110; 118; 71st
"""


def listed(words: str) -> list[str]:
    return [" ".join(word.split()) for word in words.split(";") if word.strip()]


@pytest.mark.parametrize("word", listed(AN))
def test_an(word: str) -> None:
    assert article_for(word) == "an"


@pytest.mark.parametrize("word", listed(A))
def test_a(word: str) -> None:
    assert article_for(word) == "a"


@pytest.mark.parametrize("word", ["DRAFT", "NOTE", "LATE entry", "NEW claim", "NIL claim", "SITE", "NASA"])
def test_ordinary_words_in_capitals_are_not_spelled_out(word: str) -> None:
    assert article_for(word) == "a"


def test_where_speakers_disagree_neither_is_wrong() -> None:
    assert is_arguable("1100")
    assert is_arguable("SQL query")
    assert not is_arguable("11")
    assert wrong_articles("a SQL query, an SQL query, a 1800 line, an 1800 line") == []


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>An progress claim lets you.</p>", ["An progress"]),
        ("<p>This is a invoice.</p>", ["a invoice"]),
        ("<p>a <b>invoice</b></p>", ["a invoice"]),
        ("<p>a\n   invoice, an\u00a0variation</p>", ["a invoice", "an variation"]),
        ("<button title='Add a invoice contact'>Add</button>", ["a invoice"]),
        ("<input placeholder='a amount'>", ["a amount"]),
        ("<title>Send an claim</title>", ["an claim"]),
        ("<p>Done. A invoice was sent.</p>", ["A invoice"]),
        ("<p>a “invoice”</p>", ["a “invoice”"]),
        ("<p>an 10 % share of an 8-day week</p>", ["an 10"]),
        ("<p>&#97; invoice</p>", ["a invoice"]),
        ("plain text: a SSOV", ["a SSOV"]),
    ],
)
def test_wrong_articles_on_a_page_are_found(page: str, found: list[str]) -> None:
    assert [finding.found for finding in wrong_articles(page)] == found


@pytest.mark.parametrize(
    "page",
    [
        "<p>A progress claim and an invoice.</p>",
        "<table><tr><th>A</th><th>Item</th></tr><tr><td>Grade A</td><td>invoice</td></tr></table>",
        "<th><span>A</span> Item no.</th>",
        "<p>Building A invoice, Stage A items, option a) invoice</p>",
        "<p>Series A<br>invoice</p>",
        "<script>var x = 'a invoice'</script><style>/* a invoice */</style><svg><text>a invoice</text></svg>",
        "<td data-verbatim>Supply a elevator<img><br></td>",
        "<code>a invoice</code>",
        "<p>a/c invoice, P&amp;A invoice, o'a invoice</p>",
        "<p>It costs $5 a hundredweight; a – b.</p>",
        "<p data-verbatim>a elevator <b>a invoice</b></p><p>an invoice</p>",
    ],
)
def test_what_is_right_or_not_ours_is_left_alone(page: str) -> None:
    assert wrong_articles(page) == []


def test_the_page_goes_on_after_what_is_left_alone() -> None:
    page = "<div data-verbatim>a elevator<p>a invoice</div><p>a amount</p>"

    assert [finding.found for finding in wrong_articles(page)] == ["a amount"]


def test_a_finding_says_what_to_write() -> None:
    assert str(wrong_articles("a invoice")[0]) == "'a invoice': should be “an invoice”"
