"""Signing what is handed to the mail server as the domain it comes from (DKIM, RFC 6376)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

HEADERS = (
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References", b"MIME-Version",
    b"Content-Type", b"Auto-Submitted", b"List-Unsubscribe", b"List-Unsubscribe-Post",
)  # fmt: skip


def signed(content: bytes) -> bytes:
    """The message with its signature in front, or as it is where no key is set. Lines end with CR LF."""
    if not settings.DKIM:
        return content
    import dkim

    selector, file = settings.DKIM
    present = [name for name in HEADERS if b"\r\n" + name.lower() + b":" in _heads(content)]
    signature: bytes = dkim.sign(
        content,
        selector.encode(),
        settings.MAIL_DOMAIN.encode("idna"),
        _key(file),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=present,
    )
    return signature + content


def _heads(content: bytes) -> bytes:
    return b"\r\n" + content.partition(b"\r\n\r\n")[0].lower()


@cache
def _key(file: str) -> bytes:
    return Path(file).read_bytes()
