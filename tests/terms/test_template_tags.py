"""The dictionary in templates."""

from typing import Any

import pytest
from django.template import Context, Engine, TemplateSyntaxError

from tallystick.terms import UnknownTerm, dictionary, use

ENGINE = Engine(libraries={"terms": "tallystick.terms.templatetags.terms"})
US = dictionary("general_contractor", "en-US")
AU = dictionary("general_contractor", "en-AU")


def rendered(template: str, **values: Any) -> str:
    return ENGINE.from_string("{% load terms %}" + template).render(Context(values))


@pytest.mark.parametrize(
    ("template", "australian", "american"),
    [
        ('{% term "claim" %}', "progress claim", "invoice"),
        ('{% term "claim" plural %}', "progress claims", "invoices"),
        ('{% term "claim" plural title %}', "Progress Claims", "Invoices"),
        ('{% term "claim" article %}', "a progress claim", "an invoice"),
        ('{% term "claim" article cap %}', "A progress claim", "An invoice"),
        ('{% term "sov" short %}', "SOV", "SOV"),
        ('{% term "overclaim" past %}', "over-claimed", "overbilled"),
        ('{% term "claim" n=3 %}', "3 progress claims", "3 invoices"),
        ("{% term concept plural cap %}", "Variations", "Change orders"),
        ('{% term "claim" title as x %}[{{ x }}]', "[Progress Claim]", "[Invoice]"),
        ('{% t "Compile {claim_backups}" %}', "Compile progress claim backups", "Compile invoice backups"),
        ("{% t 'Compile <b>{claim}</b>' %}", "Compile <b>progress claim</b>", "Compile <b>invoice</b>"),
        ('{% t "{claims:n} selected" n=rows|length %}', "2 progress claims selected", "2 invoices selected"),
        ('{% t "{Claims}" as x %}<i title="{{ x }}">', '<i title="Progress claims">', '<i title="Invoices">'),
        ("{{ label|terms }}", "Add a progress claim", "Add an invoice"),
    ],
)
def test_the_words_of_the_dictionary_in_force(template: str, australian: str, american: str) -> None:
    values = {"concept": "variation", "rows": [1, 2], "label": "Add {a claim}"}
    with use(AU):
        assert rendered(template, **values) == australian
    with use(US):
        assert rendered(template, **values) == american


def test_values_are_escaped() -> None:
    assert (
        rendered('{% t "{claim} of {who}" who=who %}', who="<script>") == "progress claim of &lt;script&gt;"
    )
    assert rendered("{{ label|terms }}", label="<b>{claim}") == "&lt;b&gt;progress claim"


def test_one_compiled_template_serves_every_dictionary() -> None:
    template = ENGINE.from_string('{% load terms %}{% t "{a claim}" %}')

    with use(AU):
        assert template.render(Context()) == "a progress claim"
    with use(US):
        assert template.render(Context()) == "an invoice"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ('{% t "a {claim}" %}', "write {a claim}"),
        ('{% t "{clam}" %}', "misspelt"),
        ('{% t "{Clam}" %}', "no concept is called"),
        ('{% t "{claims:n}" %}', "needs the values"),
        ('{% t "{claim}" n=3 %}', "needs the values"),
        ("{% t sentence %}", "in quotes"),
        ("{% t %}", "in quotes"),
        ('{% t "{claim}" 3 %}', "name=value"),
        ('{% term "clam" %}', "no concept is called 'clam'"),
        ('{% term "claim" loud %}', "can't read 'loud'"),
        ('{% term "claim" title short %}', "can't read"),
        ('{% term "claim" x=3 %}', "can't read"),
        ("{% term %}", "needs a concept"),
    ],
)
def test_faults_are_found_when_the_template_is_compiled(template: str, says: str) -> None:
    with pytest.raises(TemplateSyntaxError) as fault:
        ENGINE.from_string("{% load terms %}" + template)

    assert says in str(fault.value)


def test_a_concept_in_a_variable_is_checked_when_it_is_known() -> None:
    with pytest.raises(UnknownTerm):
        rendered("{% term concept %}", concept="clam")
