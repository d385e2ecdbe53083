"""The dictionary's words, written out where the dictionary should have been asked.

Found are words of the concepts marked ``lint`` in ``concepts.toml``. What is meant to be there (a product's name, a
setting's key, a term of law) is let through by

- ``# terms: allow`` or ``{# terms: allow #}`` at the end of the line: everything on this line;
- ``# terms: allow invoice, claim`` or ``{# terms: allow … #}``: these words on this line;
- ``# terms: allow-file invoice`` or ``{# terms: allow-file … #}``: these words in this file.
"""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from typing import TypeGuard

from tallystick.terms.choosing import catalogue, dictionary, locale_choices
from tallystick.terms.dictionary import PointOfView
from tallystick.terms.lint.finding import Finding
from tallystick.terms.lint.markup import READ_ATTRIBUTES

_ALLOW = re.compile(r"(?:#|\{#)\s*terms:\s*allow(?P<file>-file)?(?P<words>[^#}\n]*)")
_TAG = re.compile(r"\{%\s*(?P<name>\w+)(?P<rest>.*?)%\}")
_COMMENTED = re.compile(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)
_UNREAD = re.compile(r"<(script|style|svg|code)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_OUTPUT = re.compile(r"\{\{.*?\}\}|\{#.*?#\}")
_HTML_TAG = re.compile(r"<[^<>]*>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""(?P<name>[\w-]+)\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)""", re.DOTALL)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PLACE = re.compile(r"\{\{|\}\}|\{[^{}]*\}")


class _Text(ast.Constant):
    value: str


def words_in_template(source: str) -> list[Finding]:
    """Linted words in a template's text, in attributes that people read, and inside ``{% t "…" %}``."""
    allowed = _Allowed(source)
    visible = _blank(_COMMENTED, source)
    sentences = _TAG.sub(_only_sentences, visible)
    text = _blank(_OUTPUT, _blank(_UNREAD, sentences))
    text = _HTML_TAG.sub(_only_read_attributes, text)
    return [
        finding
        for number, line in enumerate(text.split("\n"), start=1)
        for finding in _linted(line, number)
        if not allowed(finding)
    ]


def words_in_python(source: str) -> list[Finding]:
    """Linted words in the strings of a module that read like text for people.

    Left out are documentation, strings without a space or a leading capital (keys, names of fields), SQL, and
    what Python's own exceptions say, since those are for programmers.
    """
    allowed = _Allowed(source)
    findings = [
        finding
        for node, last_line in _texts(ast.parse(source))
        for finding in _linted(_PLACE.sub(" ", node.value), node.lineno)
        if not allowed(finding, last_line)
    ]
    return sorted(findings, key=lambda finding: finding.line)


@cache
def linted_words() -> dict[str, str]:
    """Every word of every linted concept in every dictionary, with the concept to ask for instead."""
    words: dict[str, str] = {}
    everyday = {word.lower() for word in catalogue().everyday}
    for locale, _ in locale_choices():
        for view in PointOfView:
            chosen = dictionary(view, locale)
            for concept in catalogue().concepts.values():
                if not concept.lint:
                    continue
                for form, word in chosen.terms[concept.key].forms.items():
                    if (
                        not form.article
                        and not form.capital
                        and form.style != "title"
                        and word not in everyday
                    ):
                        words.setdefault(word, concept.key)
    return words


@cache
def _statutory_words() -> frozenset[str]:
    chosen = dictionary()
    return frozenset(
        word
        for concept in catalogue().concepts.values()
        if concept.statutory
        for word in chosen.terms[concept.key].forms.values()
    )


@cache
def _pattern() -> re.Pattern[str]:
    """Longest first, so that "payment claim", a term of law, is not taken for "claim"; abbreviations as written."""
    ordered = sorted({*linted_words(), *_statutory_words()}, key=len, reverse=True)
    alternatives = [
        re.escape(word) if word[-2:].isupper() or word[:2].isupper() else f"(?i:{re.escape(word)})"
        for word in ordered
    ]
    return re.compile(rf"(?<![\w{{-])(?:{'|'.join(alternatives)})(?![\w}}])")


def _linted(text: str, line: int) -> Iterator[Finding]:
    words = linted_words()
    for match in _pattern().finditer(text):
        found = match.group()
        concept = words.get(found) or words.get(found.lower())
        if concept:
            advice = f"ask the dictionary for {{{concept}}}, or allow it by “terms: allow {found}”"
            yield Finding(line, found, advice)


class _Allowed:
    def __init__(self, source: str) -> None:
        self._lines: dict[int, set[str] | None] = {}
        self._file: set[str] = set()
        for number, line in enumerate(source.split("\n"), start=1):
            for mark in _ALLOW.finditer(line):
                words = {word.strip().lower() for word in mark["words"].split(",") if word.strip()}
                if mark["file"]:
                    self._file |= words
                else:
                    self._lines[number] = words or None

    def __call__(self, finding: Finding, last_line: int = 0) -> bool:
        """Whether a mark lets the finding through; one on any line up to ``last_line`` will do."""
        found = finding.found.lower()
        if found in self._file:
            return True
        marks = [
            self._lines.get(line, set()) for line in range(finding.line, max(finding.line, last_line) + 1)
        ]
        return any(words is None or found in words for words in marks)


def _texts(module: ast.Module) -> Iterator[tuple[_Text, int]]:
    """Strings for people, and the line on which the expression around each one ends."""
    pieces: set[int] = set()
    unread = {id(part) for node in ast.walk(module) if _is_for_programmers(node) for part in ast.walk(node)}
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            constants = [part for part in node.values if _is_text(part)]
            pieces |= {id(part) for part in constants}
            whole = "…".join(part.value for part in constants)
            if id(node) not in unread and _is_for_people(whole):
                yield from ((part, node.end_lineno or node.lineno) for part in constants)
    for node in ast.walk(module):
        if _is_text(node) and id(node) not in unread | pieces and _is_for_people(node.value):
            yield node, node.end_lineno or node.lineno


def _is_text(node: ast.AST) -> TypeGuard[_Text]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_for_programmers(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):  # documentation of a module, a function or a field
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name))):
            return hasattr(builtins, name)
        case ast.Assert():
            return True
    return False


def _is_for_people(text: str) -> bool:
    if re.match(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|PRAGMA|WITH)\s", text):
        return False
    return " " in text.strip() or text[:1].isupper()


def _only_sentences(match: re.Match[str]) -> str:
    """A tag becomes blank but for the sentence of ``{% t %}``, without its places."""
    if match["name"] != "t":
        return _blanked(match)
    quoted = _QUOTED.search(match["rest"])
    return _keeping_lines(match.group(), _PLACE.sub(" ", quoted.group()[1:-1]) if quoted else "")


def _only_read_attributes(match: re.Match[str]) -> str:
    read = [
        attribute["value"]
        for attribute in _ATTRIBUTE.finditer(match.group())
        if attribute["name"].lower() in READ_ATTRIBUTES
    ]
    return _keeping_lines(match.group(), " | ".join(read))


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(_blanked, text)


def _blanked(match: re.Match[str]) -> str:
    return _keeping_lines(match.group(), "")


def _keeping_lines(old: str, new: str) -> str:
    return f" {new} " + "\n" * (old.count("\n") - new.count("\n"))
