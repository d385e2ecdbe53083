"""Identifiers: those that sort by the time they were made, and those that a page sends back."""

import secrets
from datetime import datetime
from uuid import UUID

from tallystick.core.clock import now


def new_id(instant: datetime | None = None) -> UUID:
    """A version 7 UUID (RFC 9562): milliseconds since 1970, then 74 random bits that nobody can guess."""
    milliseconds = int((instant or now()).timestamp() * 1000) & ((1 << 48) - 1)
    random_bits = secrets.randbits(74)
    high = random_bits >> 62
    low = random_bits & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def number_in(text: str) -> int | None:
    """The id or version that a page sent back; None where the text is no number that a database could hold.

    Stricter than ``int()`` and ``isdigit()``: superscripts are digits and no numbers, and 5,000 digits are
    neither an id nor anything that ``int()`` reads.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


NO_VERSION_OF_OURS = -1


def version_in(text: str) -> int | None:
    """The version that a page was made from: None where it sent none, a version that nothing has where it is garbled.

    So a page that was tampered with is treated as one that is out of date, never as one that need not be checked.
    """
    if not text:
        return None
    found = number_in(text)
    return NO_VERSION_OF_OURS if found is None else found
