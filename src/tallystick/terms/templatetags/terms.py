"""The dictionary in templates: ``{% load terms %}``.

``{% t "Compile {claim_backups}" %}``
    A sentence; what may stand in the braces is described in ``tallystick.terms.sentences``. Other values are
    given by name and escaped: ``{% t "{claims:n} of {company}" n=rows|length company=contract.company %}``.
    The sentence must be written in the template, so that it is read (and any fault in it found) when the
    template is compiled. ``as name`` keeps the result instead of writing it.

``{% term "claim" %}``, ``{% term "claim" plural title %}``, ``{% term "claim" article %}``
    One word. Marks: ``plural``, ``title``, ``short``, ``article``, ``cap``, and for a verb ``s``, ``past`` and
    ``ing``. The concept may be a variable; ``n=number`` counts: "3 progress claims". ``as name`` as
    above.

``{{ sentence|terms }}``
    A sentence that Python handed over unfilled, such as a label in a table of tools.
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from tallystick.terms.choosing import catalogue
from tallystick.terms.context import current
from tallystick.terms.sentences import STYLES, TENSES, Form, SentenceFault, values_of

register = template.Library()

_MARKS = frozenset({"plural", "article", "cap"}) | STYLES | TENSES


class _Sentence(Node):
    def __init__(self, sentence: str, values: Mapping[str, FilterExpression], keep_as: str) -> None:
        self.sentence = sentence
        self.values = values
        self.keep_as = keep_as

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        return _kept(context, self.keep_as, current().html(self.sentence, **values))


class _Term(Node):
    def __init__(
        self, concept: FilterExpression, form: Form, count: FilterExpression | None, keep_as: str
    ) -> None:
        self.concept = concept
        self.form = form
        self.count = count
        self.keep_as = keep_as

    def render(self, context: Context) -> SafeString:
        concept = str(self.concept.resolve(context))
        if self.count is None:
            written = current().form(concept, self.form)
        else:
            number = int(self.count.resolve(context))
            written = f"{number:,} {current().form(concept, self.form._replace(many=number != 1))}"
        return _kept(context, self.keep_as, conditional_escape(written))


@register.tag("t")
def sentence(parser: Parser, token: Token) -> Node:
    """``{% t "sentence" value=… as name %}``."""
    bits, keep_as = _without_as(token.split_contents()[1:])
    if not bits or bits[0][0] not in "\"'" or bits[0][0] != bits[0][-1]:
        raise template.TemplateSyntaxError("{% t %} needs its sentence in quotes, written in the template")
    written = bits[0][1:-1]
    values = _named(parser, bits[1:])
    try:
        wanted = values_of(catalogue().parse(written))
    except SentenceFault as fault:
        raise template.TemplateSyntaxError(str(fault)) from fault
    if wanted != set(values):
        raise template.TemplateSyntaxError(
            f"{written!r} needs the values {sorted(wanted)} (is a concept misspelt?), not {sorted(values)}"
        )
    return _Sentence(written, values, keep_as)


@register.tag("term")
def term(parser: Parser, token: Token) -> Node:
    """``{% term "concept" marks n=number as name %}``."""
    bits, keep_as = _without_as(token.split_contents()[1:])
    if not bits:
        raise template.TemplateSyntaxError("{% term %} needs a concept")
    concept = parser.compile_filter(bits[0])
    marks = {bit for bit in bits[1:] if "=" not in bit}
    named = _named(parser, [bit for bit in bits[1:] if "=" in bit])
    styles = marks & (STYLES | TENSES)
    if marks - _MARKS or set(named) - {"n"} or len(styles) > 1:
        raise template.TemplateSyntaxError(f"{{% term %}} can't read {' '.join(bits[1:])!r}")
    if isinstance(concept.var, str) and concept.var not in catalogue().concepts:
        raise template.TemplateSyntaxError(f"no concept is called {concept.var!r}")
    form = Form("plural" in marks, styles.pop() if styles else "", "article" in marks, "cap" in marks)
    return _Term(concept, form, named.get("n"), keep_as)


@register.filter("terms")
def filled(sentence: Any) -> SafeString:
    """Fill a sentence that holds only the dictionary's words. It is escaped."""
    return conditional_escape(current().text(str(sentence)))


def _without_as(bits: list[str]) -> tuple[list[str], str]:
    if len(bits) > 2 and bits[-2] == "as":
        return bits[:-2], bits[-1]
    return bits, ""


def _named(parser: Parser, bits: list[str]) -> dict[str, FilterExpression]:
    named = {}
    for bit in bits:
        name, sign, value = bit.partition("=")
        if not sign or not name.isidentifier():
            raise template.TemplateSyntaxError(f"{bit!r} is not of the form name=value")
        named[name] = parser.compile_filter(value)
    return named


def _kept(context: Context, name: str, written: SafeString) -> SafeString:
    if not name:
        return written
    context[name] = written
    return SafeString("")
