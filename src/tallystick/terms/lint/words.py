"""The dictionary's words, written out where the dictionary should have been asked.

Found are words of the concepts marked ``lint`` in ``concepts.toml``. What is meant to be there (a product's name, a
setting's key, a term of law) is let through by

- ``# terms: allow`` or ``{# terms: allow #}`` at the end of the line: everything on this line;
- ``# terms: allow invoice, claim`` or ``{# terms: allow … #}``: these words on this line;
- ``# terms: allow-file invoice`` or ``{# terms: allow-file … #}``: these words in this file.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

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

    Docstrings don't count, nor do strings without a space or a leading capital (keys, names of fields) and
    anything that looks like SQL.
    """
    allowed = _Allowed(source)
    findings = []
    for node in _texts(ast.parse(source)):
        text = _PLACE.sub(" ", str(node.value))
        findings += [finding for finding in _linted(text, node.lineno) if not allowed(finding)]
    return findings


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

    def __call__(self, finding: Finding) -> bool:
        found = finding.found.lower()
        on_line = self._lines.get(finding.line, set())
        return found in self._file or on_line is None or found in on_line


def _texts(module: ast.Module) -> Iterator[ast.Constant]:
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    parts_of_sentences = {
        id(part) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in documentation:
            continue
        if id(node) in parts_of_sentences or _is_for_people(node.value):
            yield node


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
