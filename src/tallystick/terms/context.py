"""The dictionary in force where the program is just now.

The web's middleware, the e-mail writer and the PDF writer each say ``with use(dictionary):`` around their work; policies
and pages then write sentences with ``text`` and need not be told. Outside of any such block the default is in force.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.functional import lazystr

from tallystick.terms.choosing import dictionary
from tallystick.terms.dictionary import Dictionary

_in_force: ContextVar[Dictionary | None] = ContextVar("tallystick_dictionary", default=None)


def current() -> Dictionary:
    """The dictionary in force."""
    return _in_force.get() or dictionary()


@contextmanager
def use(chosen: Dictionary) -> Iterator[Dictionary]:
    """Put a dictionary in force inside the block."""
    token = _in_force.set(chosen)
    try:
        yield chosen
    finally:
        _in_force.reset(token)


def text(sentence: str, **values: object) -> str:
    """Fill a sentence with the words in force: ``text("Add {a claim_contact} to {number}.", number="SC-007")``."""
    return current().text(sentence, **values)


class LazyText:
    """A sentence whose words are chosen when it is shown: for labels that are written down at import."""

    __slots__ = ("_sentence",)

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def __str__(self) -> str:
        return text(self._sentence)


def lazy_text(sentence: str) -> str:
    """As ``text``, for form labels and choices that exist before anybody reads them."""
    return lazystr(LazyText(sentence))
