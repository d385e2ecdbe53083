"""Sentences in Python that no dictionary can fill: found by reading the program, before anybody meets them."""

import ast
from collections.abc import Iterator

from tallystick.terms.choosing import catalogue
from tallystick.terms.lint.finding import Finding
from tallystick.terms.sentences import SentenceFault, values_of

_FILLING = frozenset({"text", "html", "lazy_text"})


def sentence_faults(source: str) -> list[Finding]:
    """Calls of ``text``, ``html`` and ``lazy_text`` whose sentence is faulty or lacks one of its values.

    A sentence has to be written out in the call; one put together by an f-string could hold anything. Calls that
    hand their values over as ``**values`` are checked for faults of the sentence alone.
    """
    return [finding for call in _calls(ast.parse(source)) for finding in _faults(call)]


def _calls(module: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and len(node.args) == 1 and _name(node.func) in _FILLING:
            yield node


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _faults(call: ast.Call) -> Iterator[Finding]:
    sentence = call.args[0]
    if isinstance(sentence, ast.JoinedStr):
        yield Finding(
            call.lineno, ast.unparse(sentence), "write the sentence out and give its values by name"
        )
        return
    if not isinstance(sentence, ast.Constant) or not isinstance(sentence.value, str):
        return
    try:
        wanted = values_of(catalogue().parse(sentence.value))
    except SentenceFault as fault:
        yield Finding(call.lineno, sentence.value, str(fault))
        return
    given = {keyword.arg for keyword in call.keywords}
    missing = wanted - given
    if missing and None not in given:
        names = ", ".join(sorted(missing))
        yield Finding(call.lineno, sentence.value, f"neither a concept nor a given value: {names}")
