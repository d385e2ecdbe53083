"""Where a link leads, in a few words, for somebody who is not in yet: the kind of page, nothing of what is on it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tallystick.terms import text

# By the beginning of the address's name; the first that fits.
_KINDS = (
    ("signature-signing", "{a claim} to sign"),
    ("signature", "the signatures on {a claim}"),
    ("claim-contact", "the people of a contract"),
    ("claim", "{a claim}"),
    ("backup", "{a claim_backup}"),
    ("payment-schedule", "the answer to {a claim}"),
    ("sub-sov", "{a ssov}"),
    ("sov", "a contract"),
    ("variation", "a contract"),
    ("contract", "a contract"),
    ("commitment", "contracts"),
    ("head-contract", "contracts"),
    ("period", "{a billing_period}"),
    ("project", "a project"),
    ("insurance", "insurance"),
    ("compan", "the directory"),
    ("person", "the directory"),
    ("outbox", "the outbox"),
    ("preferences", "your preferences"),
)


def place_in_words(path: str) -> str:
    """What the page at ``path`` is, such as "a claim", in the words in force."""
    try:
        name = resolve(urlsplit(path).path).url_name or ""
    except Resolver404:
        name = ""
    return next((text(words) for beginning, words in _KINDS if name.startswith(beginning)), "your projects")
