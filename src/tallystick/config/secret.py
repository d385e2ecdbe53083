"""The key that signs sessions and links: given by the environment, or made once and kept with the data."""

import os
import secrets
from pathlib import Path

KEY_FILE = "secret-key"


def secret_key(given: str, data: Path) -> str:
    """``given`` if there is one; otherwise the key in ``data``, which is made on the first call.

    Two processes that start together end up with the same key: the file appears complete, by a link that
    only the first can make, and only its owner can read it.
    """
    if given:
        return given
    path = data / KEY_FILE
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
