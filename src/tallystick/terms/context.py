"""The dictionary in force where the program is just now.

The web's middleware, the e-mail writer and the PDF writer each say ``with use(dictionary):`` around their
work; policies and pages then write sentences with ``text`` and need not be told. Outside of any such block
the default is in force.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.functional import lazy

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
    """Fill a sentence with the words in force: ``text("Add {a claim_contact} to {company}.", company=…)``."""
    return current().text(sentence, **values)


def lazy_text(sentence: str) -> str:
    """As ``text``, for labels written down at import: the words are chosen when the label is shown."""
    return lazy(text, str)(sentence)
