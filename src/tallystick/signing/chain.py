"""The chain of evidence as a file holds it, and whether every link holds. It needs neither database nor Django."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

VERSION = 1
FILE_NAME = "evidence.json"
"""Under which a signed document embeds it."""


def digest_of(entry: Mapping[str, Any], key: UUID | str) -> str:
    """The sha256 over an entry and the key of the envelope that it belongs to."""
    bare = {name: value for name, value in entry.items() if name != "digest"}
    text = json.dumps([str(key), bare], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_chain(entries: Sequence[Mapping[str, Any]], key: UUID | str) -> str:
    """What is wrong with a chain, as a sentence; empty where every link holds."""
    before = ""
    for position, entry in enumerate(entries, start=1):
        if entry.get("position") != position:
            return f"Entry {position} of the evidence is missing or out of its place."
        if entry.get("previous") != before:
            return f"Entry {position} of the evidence does not follow the one before it."
        if entry.get("digest") != digest_of(entry, key):
            return f"Entry {position} of the evidence was changed after it was written."
        before = entry["digest"]
    return ""
