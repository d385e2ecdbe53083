"""Sentences with places for the dictionary's words: taken apart once, filled in often.

The places, here with an Australian general contractor's words:

=====================  ==========================================  ========================================
write                  get                                         meaning
=====================  ==========================================  ========================================
``{claim}``            progress claim                              singular
``{claims}``           progress claims                             plural
``{a claim}``          a progress claim (elsewhere: an invoice)    with its article; never write ``a {claim}``
``{Claim}`` …          Progress claim, Progress claims             at the start of a sentence or on a button
``{A claim}``          A progress claim
``{claim:title}``      Progress Claim                              as in a heading; also ``{claims:title}``
``{claim:short}``      claim (sov: SOV)                            abbreviation; also ``{a sov:short}``
``{claims:count}``     3 progress claims, 1 progress claim         counted by the whole number ``count``
``{overclaim:past}``   over-claimed                                a verb's ``s``, ``past`` or ``ing``
``{count:is|are}``     are                                         the left side for 1, the right otherwise
``{company}``          Apex Concrete                               any other name: the value given under it
``{{`` and ``}}``      { and }                                     braces themselves
=====================  ==========================================  ========================================

A concept that never has an article (retention, GST, the name of a tool) simply has none after ``{a …}``.
Names that are neither a concept nor a given value, and an article written in front of a place, are faults in
the program: they raise ``SentenceFault``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

STYLES = frozenset({"title", "short"})
TENSES = frozenset({"s", "past", "ing"})

_TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]")
_PLACE = re.compile(r"(?:(?P<article>an?|An?) )?(?P<name>[A-Za-z_]\w*)(?P<marks>(?::\w+)*)")
_CHOICE = re.compile(r"(?P<value>[a-z_]\w*):(?P<one>[^|]*)\|(?P<many>[^|]*)")
_ARTICLE_BEFORE = re.compile(r"\b[Aa]n?\s+$")


class SentenceFault(ValueError):
    """A sentence in the program asks for something that no dictionary can give."""


class Form(NamedTuple):
    """One way of writing a concept's word."""

    many: bool = False
    style: str = ""
    article: bool = False
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Place of a concept's word; ``count`` names the value that decides between singular and plural."""

    concept: str
    form: Form
    count: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """Place of a value given by the caller."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Place of one of two wordings, decided by a number given by the caller."""

    value: str
    one: str
    many: str


Part = str | Word | Value | Choice


def parse(sentence: str, names: Mapping[str, tuple[str, bool]]) -> tuple[Part, ...]:
    """Take a sentence apart. ``names`` maps each concept's names to (concept, whether it is the plural).

    Raises ``SentenceFault`` for unmatched braces, too many marks and an article before a concept's place.
    """
    parts: list[Part] = []
    text = ""
    end = 0
    for token in _TOKEN.finditer(sentence):
        text += sentence[end : token.start()]
        end = token.end()
        found = token.group()
        if found in ("{{", "}}"):
            text += found[0]
            continue
        if len(found) == 1:
            raise SentenceFault(f"unmatched {found!r} in {sentence!r}; write it twice if it is meant")
        part = _place(found[1:-1], sentence, names)
        if isinstance(part, Word) and _ARTICLE_BEFORE.search(text):
            raise SentenceFault(
                f"write {{a {found[1:-1]}}} instead of an article before {found} in {sentence!r}"
            )
        if text:
            parts.append(text)
            text = ""
        parts.append(part)
    text += sentence[end:]
    if text:
        parts.append(text)
    return tuple(parts)


def values_of(parts: tuple[Part, ...]) -> frozenset[str]:
    """Names of the values that a caller has to give."""
    wanted = set()
    for part in parts:
        match part:
            case Value(name) | Word(count=name) | Choice(value=name) if name:
                wanted.add(name)
    return frozenset(wanted)


def _place(inside: str, sentence: str, names: Mapping[str, tuple[str, bool]]) -> Part:
    choice = _CHOICE.fullmatch(inside)
    if choice:
        return Choice(choice["value"], choice["one"], choice["many"])
    place = _PLACE.fullmatch(inside)
    if place is None:
        raise SentenceFault(f"cannot read {{{inside}}} in {sentence!r}")
    name, article = place["name"], place["article"]
    capital = name[0].isupper()
    key = name[0].lower() + name[1:]
    marks = place["marks"].split(":")[1:]
    if key not in names:
        if article or capital or marks:
            raise SentenceFault(f"no concept is called {key!r}, asked for by {{{inside}}} in {sentence!r}")
        return Value(name)
    concept, many = names[key]
    style, count = "", ""
    for mark in marks:
        if mark in STYLES | TENSES:
            style = mark
        else:
            count = mark
    if len(marks) > (1 if style else 0) + (1 if count else 0):
        raise SentenceFault(f"too many marks in {{{inside}}} in {sentence!r}")
    if count and (article or capital or not many):
        raise SentenceFault(
            f"a counted word is written {{{{plural:number}}}}, not {{{inside}}}, in {sentence!r}"
        )
    if article and many:
        raise SentenceFault(f"{{{inside}}} has an article before a plural in {sentence!r}")
    return Word(
        concept, Form(many, style, bool(article), capital or bool(article and article[0] == "A")), count
    )
