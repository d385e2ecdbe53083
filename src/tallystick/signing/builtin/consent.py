"""What a signer agrees to, word for word. A version is never changed: another one is added."""

from __future__ import annotations

import hashlib

CURRENT = "2026-1"

_TEXTS = {
    "2026-1": (
        "I have read the whole document. I agree to sign it electronically for {company}, and mean my electronic "
        "signature to bind {company} as one on paper would. I agree to receive the signed document electronically: "
        "I can open, download and keep it. If I would rather sign on paper, I decline here and say so."
    ),
}


def consent_text(version: str, company: str) -> str:
    """The sentences of this version, with the company that is signed for."""
    return _TEXTS[version].format(company=company)


def is_known(version: str) -> bool:
    """Whether there is such a version."""
    return version in _TEXTS


def consent_digest(version: str, company: str) -> str:
    """The sha256 of what was agreed to, as evidence."""
    return hashlib.sha256(consent_text(version, company).encode()).hexdigest()
