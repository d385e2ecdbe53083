"""Words written out where the dictionary should have been asked, and sentences that can't be filled."""

import pytest

from tallystick.terms.lint import (
    linted_words,
    sentence_faults,
    words_in_python,
    words_in_template,
)


def found(template: str) -> list[str]:
    return [finding.found for finding in words_in_template(template)]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<h1>Invoices</h1>", ["Invoices"]),
        ("<p>Compile progress claim backups</p>", ["progress claim"]),
        ("<p>the claim's retention</p>", ["claim", "retention"]),
        ("<a title='Change orders'>x</a>", ["Change orders"]),
        ('<input\n  placeholder="Subcontractor">', ["Subcontractor"]),
        ("<button aria-label='Pick a tickbox'>", ["tickbox"]),
        ("SSOV or BOQ, GST", ["SSOV", "BOQ", "GST"]),
        ('{% t "Compile invoice {claim_backup}" %}', ["invoice"]),
        ('{% if x %}Labor{% endif %} and {% t "{claim} by subcontract" %}', ["Labor", "subcontract"]),
        ("the prime\u00a0contract", []),
    ],
)
def test_words_written_out_in_a_template_are_found(template: str, words: list[str]) -> None:
    assert found(template) == words


@pytest.mark.parametrize(
    "template",
    [
        '{% t "Compile {claim_backups} of {company}" company=c %}',
        "{{ invoice.total }} {% url 'claim' claim.pk %} {# the claim #}",
        "{% comment %}<p>invoice</p>{% endcomment %}<!-- invoice -->",
        '<div class="invoice" id="claim" data-retention="{{ x }}">Amount</div>',
        "<script>let invoice = 1</script><style>.claim { color: red }</style>",
        "The contract, its contractor, the billing period, your application, check the contract sum",
        "The payment claim and the payment schedule of the Act, a lien waiver, a pay less notice",
        "claimed amounts, reclaim, invoiced, sovereign, sov, ho, hc, co",
    ],
)
def test_what_is_no_written_out_word_is_left_alone(template: str) -> None:
    assert found(template) == []


def test_the_line_is_said() -> None:
    template = "<p>\n{% t 'x' %}\n<b\n title='a'>\ninvoice</p>"

    assert [str(finding).split(":")[0] for finding in words_in_template(template)] == ["line 5"]


def test_what_is_meant_can_be_allowed() -> None:
    assert found("Xero invoice {# terms: allow invoice #}\nXero invoice") == ["invoice"]
    assert found("Xero invoice, claim {# terms: allow #}") == []
    assert found("Xero invoice, claim {# terms: allow invoice #}") == ["claim"]
    assert found("{# terms: allow-file invoice, GST #}\ninvoice\nGST\nclaim") == ["claim"]


def test_strings_for_people_in_python() -> None:
    source = '''
"""The claim's own documentation."""
KEY = "claim"
LABEL = "Invoice"
PATH = "claims/list.html"
def f(n):
    """Makes an invoice."""
    text("Compile {claim_backups} of {n}", n=n)
    refused("The subcontract has no contact.")
    log(f"claim {n} done")
    sql = "SELECT * FROM claim WHERE x"
    xero = "Send to Xero as an invoice"  # terms: allow invoice
    long = (
        "An invoice "
        f"of {n}"  # terms: allow
    )
    key = f"claim-{n}"
    raise ValueError("a claim needs a number")
class C:
    field: int
    """The claim's field."""
'''
    assert [(finding.line, finding.found) for finding in words_in_python(source)] == [
        (4, "Invoice"),
        (9, "subcontract"),
        (10, "claim"),
    ]


def test_every_dictionary_s_words_are_looked_for() -> None:
    words = linted_words()

    for word in (
        "invoice",
        "progress claim",
        "payment applications",
        "retainage",
        "HC",
        "CSOV",
        "client contract",
    ):
        assert word in words
    for everyday in ("contract", "contractor", "billing", "check", "commitment", "owner", "funding"):
        assert everyday not in words


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('text("a {claim}")', "write {a claim}"),
        ('terms.text("{Clam}")', "no concept is called 'clam'"),
        ('current().html("{clam}")', "neither a concept nor a given value: clam"),
        ('lazy_text("{claims:n}")', "neither a concept nor a given value: n"),
        ('text("{claim} of {a} and {b}", a=1)', "given value: b"),
        ('text(f"{claim} of {x}")', "write the sentence out"),
    ],
)
def test_sentences_that_cannot_be_filled_are_found_without_running_them(source: str, says: str) -> None:
    (finding,) = sentence_faults(source)

    assert says in str(finding)


def test_sentences_that_can_be_filled() -> None:
    source = """
text("{A claim} of {company}", company=c)
text("{claims:n} {n:is|are} late", **values)
text(SENTENCE)
canvas.text(1, 2, "{")
"""
    assert sentence_faults(source) == []
