"""The manifest inside a backup: what is in it, so that anyone can prove later what it was (decisions, Backups)."""

import hashlib
import json
from typing import Any

MANIFEST_NAME = "manifest.json"
VERSION = 1


def manifest_bytes(
    *,
    project: dict[str, str],
    compiled_by: str,
    compiled_at: str,
    claims: list[dict[str, Any]],
    contents_pages: int,
    page_count: int,
) -> bytes:
    """The manifest as it is embedded; equal facts give equal bytes."""
    body = {
        "tallystick_backup": VERSION,
        "project": project,
        "compiled_by": compiled_by,
        "compiled_at": compiled_at,
        "contents_pages": contents_pages,
        "page_count": page_count,
        "claims": claims,
    }
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def digest_of(manifest: bytes) -> str:
    """The digest that stands on the contents page."""
    return hashlib.sha256(manifest).hexdigest()
