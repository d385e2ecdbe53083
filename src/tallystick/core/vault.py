"""Secrets at rest: sealed with AES-GCM, bound to the row and the column where they lie (esign §6).

A sealed value is ``KEY-ID:BASE64(nonce + ciphertext)``. Owner, kind and column are authenticated with it, so one that
is copied into another owner's row, or into another column, does not open. Keys come from the environment or the data
folder, never from the database.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class CannotUnseal(Exception):
    """The value was changed, belongs elsewhere, or its key is no longer among ours."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lies; it opens nowhere else. The owner is an account or a log-in, as ``kind`` has it."""

    owner_id: int
    kind: str
    column: str

    @property
    def bound(self) -> bytes:
        """What is authenticated with the value."""
        return f"{self.owner_id}|{self.kind}|{self.column}".encode()


def seal(text: str, place: Place) -> str:
    """Seal with the first of our keys. Nothing stays nothing."""
    if not text:
        return ""
    name, key = next(iter(settings.TOKEN_KEYS.items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), place.bound)
    return f"{name}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, place: Place) -> str:
    """What was sealed for this very place. Raises ``CannotUnseal``."""
    if not sealed:
        return ""
    name, _, encoded = sealed.partition(":")
    key = settings.TOKEN_KEYS.get(name)
    if key is None:
        raise CannotUnseal(f"There is no key {name!r}.")
    try:
        raw = base64.urlsafe_b64decode(encoded)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.bound).decode()
    except (InvalidTag, binascii.Error, ValueError) as cause:
        raise CannotUnseal("The value is not what was sealed for this place.") from cause


def wants_new_seal(sealed: str) -> bool:
    """Whether it was sealed with a key that is not the first one any more."""
    return bool(sealed) and not sealed.startswith(next(iter(settings.TOKEN_KEYS)) + ":")
