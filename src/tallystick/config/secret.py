"""Keys of the installation: given by the environment, or made once and kept with the data.

One signs sessions and links; others seal what services have entrusted to us (``core/vault.py``).
"""

import base64
import binascii
import os
import re
import secrets
from pathlib import Path

from tallystick.config.environment import SettingProblem

KEY_FILE = "secret-key"
TOKEN_KEYS_FILE = "token-keys"  # noqa: S105 - a name
TOKEN_KEY_BYTES = 32


def secret_key(given: str, data: Path) -> str:
    """``given`` if there is one; otherwise the key in ``data``, which is made on the first call.

    Two processes that start together end up with the same key: the file appears complete, by a link that
    only the first can make, and only its owner can read it.
    """
    if given:
        return given
    return _kept(data / KEY_FILE, secrets.token_urlsafe(64))


def token_keys(given: str, data: Path) -> dict[str, bytes]:
    """Keys that seal tokens at rest, by their ids; the first one seals, all of them open.

    ``given`` is ``ID:BASE64,ID:BASE64`` of 32 bytes each; without it there is one key in ``data``. To change the key,
    put another one before it and keep the old one until everything is sealed anew.
    """
    made = "k1:" + base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_KEY_BYTES)).decode()
    text = given or _kept(data / TOKEN_KEYS_FILE, made)
    keys = dict(_token_key(part.strip()) for part in text.split(",") if part.strip())
    if not keys:
        raise SettingProblem("TALLYSTICK_TOKEN_KEYS has no key. Write ID:BASE64, 32 bytes in base64.")
    return keys


def _token_key(part: str) -> tuple[str, bytes]:
    name, _, encoded = part.partition(":")
    try:
        key = base64.urlsafe_b64decode(encoded.replace("+", "-").replace("/", "_"))
    except (binascii.Error, ValueError):
        key = b""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name) or len(key) != TOKEN_KEY_BYTES:
        raise SettingProblem(
            "TALLYSTICK_TOKEN_KEYS has to be ID:BASE64,ID:BASE64, each 32 bytes in base64 "
            "(openssl rand -base64 32 makes them)."
        )
    return name, key


def _kept(path: Path, made: str) -> str:
    if not path.exists():
        _make(path, made)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
