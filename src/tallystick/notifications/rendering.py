"""Both twins of a message from one template, in the words of whoever gets it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from tallystick.core.text import clipped
from tallystick.notifications.rules import Rule
from tallystick.terms import Dictionary, use

Value = object | Callable[[Dictionary], object]
SUBJECT_LENGTH = 200
_SIGNED = re.compile(r"(https?://[^\s\"'<>]*/)[\w.:~-]{24,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One of several things that a message lists: a line of figures, and what was said about it.

    ``path`` makes the title a link; items of one ``group`` follow each other and stand under its name.
    """

    title: str
    text: str = ""
    path: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the small table in a message: what it is, and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it will be kept."""

    subject: str
    text: str
    html: str


def header(text: str, length: int = SUBJECT_LENGTH) -> str:
    """Text that may stand in a header: one line, whatever somebody put into a name."""
    return clipped(_CONTROL.sub(" ", text), length)


def render(
    rule: Rule,
    words: Dictionary,
    values: Mapping[str, Value],
    *,
    beginning: str,
    greeting: str,
    url: str,
    footer: str,
    second_url: str = "",
    unsubscribe_url: str = "",
) -> Rendered:
    """Fill the rule's template. A value that is a function is asked with the reader's words: amounts, days, lists."""
    template = rule.template
    with use(words):
        filled = {name: value(words) if callable(value) else value for name, value in values.items()}
        named = {
            name: " ".join(str(value).split()) if isinstance(value, str) else value
            for name, value in filled.items()
            if isinstance(value, str | int)
        }
        subject = header(f"{beginning}: {_capital(words.text(template.subject, **named))}")
        context = {
            "subject": subject,
            "greeting": header(greeting),
            "beginning": header(beginning),
            "paragraphs": [words.text(sentence, **named) for sentence in template.paragraphs],
            "facts": filled.get(template.facts, ()) if template.facts else (),
            "quote": str(filled.get(template.quote, "") if template.quote else "").strip(),
            "public_url": settings.PUBLIC_URL,
            "items": filled.get(template.listed, ()) if template.listed else (),
            "heading": str(filled.get(template.heading, "") if template.heading else ""),
            "closing": [words.text(sentence, **named) for sentence in template.closing],
            "buttons": [
                {"label": _capital(words.text(label, **named)), "url": address, "is_first": address == url}
                for label, address in ((template.button, url), (template.second_button, second_url))
                if label and address
            ],
            "footer": footer,
            "unsubscribe_url": unsubscribe_url,
            "lang": words.locale.code,
        }
        return Rendered(
            subject,
            render_to_string("notifications/mail/message.txt", context).strip() + "\n",
            render_to_string("notifications/mail/message.html", context),
        )


def without_links(text: str) -> str:
    """Either twin with the long last part of every address left out, so that nobody can follow it."""
    return _SIGNED.sub(r"\1…", text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
