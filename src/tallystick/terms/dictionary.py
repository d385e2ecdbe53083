"""The words of one point of view in one regional English.

A ``Dictionary`` never changes. Looking a word up is looking into a dict; whole sentences go through
``text`` and, for HTML, ``html`` (their places are described in ``sentences``).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from tallystick.terms.articles import article_for
from tallystick.terms.locales import Locale
from tallystick.terms.sentences import TENSES, Choice, Form, Part, SentenceFault, Value, Word

_SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"}
)
_ARTICLES = frozenset({"a", "an"})


class PointOfView(StrEnum):
    """Whose eyes the product is seen through (R-TERMS-1)."""

    GENERAL_CONTRACTOR = "general_contractor"
    OWNER = "owner"
    SPECIALTY_CONTRACTOR = "specialty_contractor"


class Kind(StrEnum):
    """How a concept's word behaves in a sentence."""

    NOUN = "noun"
    MASS = "mass"
    NAME = "name"
    VERB = "verb"


class UnknownTerm(LookupError):
    """No concept has that key, or the concept has no such form: a fault in the program."""


class WordFault(ValueError):
    """A data file gives a concept words that can't be used."""


@dataclass(frozen=True, slots=True)
class Term:
    """One concept's word in all of its forms."""

    concept: str
    kind: Kind
    forms: Mapping[Form, str] = field(repr=False)

    def __getitem__(self, form: Form) -> str:
        try:
            return self.forms[form]
        except KeyError:
            raise UnknownTerm(f"{self.kind} {self.concept!r} has no form {form}") from None


@dataclass(frozen=True, slots=True, eq=False)
class Dictionary:
    """Every concept's words, and the locale's habits. Made by ``catalogue.dictionary``."""

    point_of_view: PointOfView
    locale: Locale
    terms: Mapping[str, Term] = field(repr=False)
    parse: Callable[[str], tuple[Part, ...]] = field(repr=False)

    def __call__(self, concept: str) -> str:
        """Singular: ``d("claim")`` is "progress claim" or "invoice"."""
        return self.form(concept, _ONE)

    def __contains__(self, concept: str) -> bool:
        return concept in self.terms

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)

    def form(self, concept: str, form: Form) -> str:
        """Any form of a concept's word. Raises ``UnknownTerm``."""
        try:
            term = self.terms[concept]
        except KeyError:
            raise UnknownTerm(f"no concept is called {concept!r}") from None
        return term[form]

    def plural(self, concept: str) -> str:
        """ "progress claims"."""
        return self.form(concept, _MANY)

    def a(self, concept: str) -> str:
        """With its article: "a progress claim", "an invoice"; just "retention", which has none."""
        return self.form(concept, _ARTICLED)

    def title(self, concept: str, *, plural: bool = False) -> str:
        """As in a heading: "Progress Claims", "Schedule of Values"."""
        return self.form(concept, Form(many=plural, style="title"))

    def cap(self, concept: str, *, plural: bool = False) -> str:
        """As at the start of a sentence: "Progress claims"."""
        return self.form(concept, Form(many=plural, capital=True))

    def short(self, concept: str, *, plural: bool = False) -> str:
        """Its abbreviation, "SSOV"; the word itself where there is none."""
        return self.form(concept, Form(many=plural, style="short"))

    def verb(self, concept: str, tense: str = "") -> str:
        """A verb's base form, or its ``s``, ``past`` or ``ing``."""
        return self.form(concept, Form(style=tense))

    def count(self, concept: str, number: int) -> str:
        """ "1 progress claim", "2 progress claims", "1,024 progress claims"."""
        return f"{number:,} {self.form(concept, Form(many=number != 1))}"

    def text(self, sentence: str, **values: object) -> str:
        """Fill a sentence: ``d.text("{Claims:n} …", n=3)``. Raises ``SentenceFault``, ``UnknownTerm``."""
        return "".join(self._filled(part, values, str) for part in self.parse(sentence))

    def html(self, sentence: str, **values: object) -> SafeString:
        """As ``text`` for HTML: the sentence is the author's own markup, the values are escaped."""
        filled = (self._filled(part, values, conditional_escape) for part in self.parse(sentence))
        # The sentence is written by us and the words are checked to hold no markup when they are loaded.
        return mark_safe("".join(filled))  # noqa: S308

    def _filled(self, part: Part, values: Mapping[str, object], written: Callable[[Any], str]) -> str:
        match part:
            case str():
                return part
            case Word(concept, form, ""):
                return self.form(concept, form)
            case Word(concept, form, count):
                number = _number(values, count)
                return f"{number:,} {self.form(concept, form._replace(many=number != 1))}"
            case Value(name):
                return written(_given(values, name))
            case Choice(name, one, many):
                return one if _number(values, name) == 1 else many


def noun_term(concept: str, kind: Kind, words: Mapping[str, str]) -> Term:
    """All forms of a noun from the words that a data file gives. Raises ``WordFault``."""
    _check(concept, words, {"one", "many", "short", "short_many", "title", "title_many", "a", "short_a"})
    one = words.get("one")
    if not one:
        raise WordFault(f"{concept!r} has no singular")
    countable = kind is Kind.NOUN
    if countable and not words.get("many"):
        raise WordFault(f"{concept!r} has no plural")
    if not countable and ("many" in words or "a" in words):
        raise WordFault(f"{concept!r} is a {kind} and has neither a plural nor an article")
    short = words.get("short", one)
    many = words.get("many", one)
    short_many = words.get("short_many", many if short == one else short)
    if countable and "short" in words and "short_many" not in words:
        raise WordFault(f"{concept!r} has an abbreviation without its plural")
    forms: dict[Form, str] = {}
    title, title_many = words.get("title", title_case(one)), words.get("title_many", title_case(many))
    for style, singular, plural, article in (
        ("", one, many, words.get("a")),
        ("title", title, title_many, words.get("a")),
        ("short", short, short_many, words.get("short_a")),
    ):
        if article is not None and article not in _ARTICLES:
            raise WordFault(f"{concept!r}: {article!r} is no article")
        articled = f"{article or article_for(singular)} {singular}" if countable else singular
        for capital in (False, True):
            written = capitalised if capital else str
            forms[Form(False, style, False, capital)] = written(singular)
            forms[Form(False, style, True, capital)] = written(articled)
            if kind is not Kind.NAME:
                forms[Form(True, style, False, capital)] = written(plural)
    return Term(concept, kind, forms)


def verb_term(concept: str, words: Mapping[str, str]) -> Term:
    """All forms of a verb. Raises ``WordFault``."""
    _check(concept, words, {"base", *TENSES})
    missing = {"base", *TENSES} - set(words)
    if missing:
        raise WordFault(f"{concept!r} is a verb without {', '.join(sorted(missing))}")
    forms: dict[Form, str] = {}
    for tense in ("", *TENSES):
        word = words[tense or "base"]
        forms[Form(style=tense)] = word
        forms[Form(style=tense, capital=True)] = capitalised(word)
    return Term(concept, Kind.VERB, forms)


def capitalised(text: str) -> str:
    """First letter large, the others untouched."""
    return text[:1].upper() + text[1:]


def title_case(words: str) -> str:
    """Capitals as in a heading: small words stay small but for the first, abbreviations stay as they are."""
    return " ".join(
        word if place and word in _SMALL_WORDS else re.sub(r"(^|/)(\w)", lambda m: m[1] + m[2].upper(), word)
        for place, word in enumerate(words.split(" "))
    )


def _check(concept: str, words: Mapping[str, str], allowed: set[str]) -> None:
    for name, word in words.items():
        if name not in allowed:
            raise WordFault(f"{concept!r} has an unknown form {name!r}")
        if not isinstance(word, str) or word != word.strip() or not word or set(word) & set("<>&\"'{}\n"):
            raise WordFault(f"{concept!r}: {name} = {word!r} is not a plain word")


def _given(values: Mapping[str, object], name: str) -> object:
    try:
        return values[name]
    except KeyError:
        raise SentenceFault(
            f"the sentence asks for {name!r}, which is neither a concept nor a given value"
        ) from None


def _number(values: Mapping[str, object], name: str) -> int:
    number = _given(values, name)
    if not isinstance(number, int):
        raise SentenceFault(f"{name!r} counts something and must be a whole number, not {number!r}")
    return number


_ONE = Form()
_MANY = Form(many=True)
_ARTICLED = Form(article=True)
