"""The content-addressed store: bytes in, a ``StoredFile`` out, and a local path when somebody needs to read.

The storage behind it is Django's default one, a folder unless a setting says otherwise. Segments are derived
from stored files and can be made again at any time, so they always lie in a local folder.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from tallystick.core.errors import TallystickProblem
from tallystick.directory.models import Account
from tallystick.documents.models import StoredFile

CHUNK = 1 << 20


class FileMissing(TallystickProblem):
    """The storage no longer has the bytes; nothing that needs them can be made."""


def key_of(sha256: str) -> str:
    """Where the storage keeps the bytes with this digest."""
    return f"{sha256[:2]}/{sha256}"


def keep_bytes(account: Account, data: bytes, media_type: str) -> StoredFile:
    """Keep bytes that were made here."""
    return keep_chunks(account, [data], media_type)


def keep_chunks(account: Account, chunks: Iterable[bytes], media_type: str) -> StoredFile:
    """Keep bytes as they arrive, hashing on the way; memory does not grow with the file.

    The bytes are safe in the storage before the row is written. ``OSError`` where the disk is full; nothing
    is left behind then.
    """
    descriptor, name = tempfile.mkstemp(dir=scratch_folder())
    temporary = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(descriptor, "wb") as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        sha256 = digest.hexdigest()
        put(key_of(sha256), temporary)
    finally:
        temporary.unlink(missing_ok=True)
    stored, _ = StoredFile.objects.get_or_create(
        account=account, sha256=sha256, defaults={"size": size, "media_type": media_type}
    )
    return stored


def put(key: str, source: Path) -> None:
    """Move a finished local file into the storage under ``key``, unless it is there already."""
    local = _local_path(key)
    if local is not None:
        if not local.exists():
            local.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            source.replace(local)
        return
    if not default_storage.exists(key):
        with source.open("rb") as handle:
            default_storage.save(key, File(handle))


def local_path(stored: StoredFile) -> Path:
    """A path where the bytes can be read, fetched from a remote storage first where there is one."""
    return local_copy(key_of(stored.sha256))


def local_copy(key: str) -> Path:
    """As ``local_path`` for any key. Raises ``FileMissing``."""
    local = _local_path(key)
    if local is not None:
        if not local.is_file():
            raise FileMissing("Its bytes are missing from the file store. Restore them from a backup copy.")
        return local
    cached = settings.DATA / "fetched" / key
    if not cached.is_file():
        if not default_storage.exists(key):
            raise FileMissing("Its bytes are missing from the file store. Restore them from a backup copy.")
        cached.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=scratch_folder())
        with os.fdopen(descriptor, "wb") as target, default_storage.open(key) as source:
            for chunk in source.chunks(CHUNK):
                target.write(chunk)
        Path(name).replace(cached)
    return cached


def remove(key: str) -> None:
    """Take bytes out of the storage; nothing happens where they are gone already."""
    default_storage.delete(key)
    if _local_path(key) is None:
        (settings.DATA / "fetched" / key).unlink(missing_ok=True)


def scratch_folder() -> Path:
    """Where files lie while they are written; on the same disk as the store, so that keeping is a rename."""
    folder = Path(settings.DATA) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def segment_folder(sha256: str) -> Path:
    """Where the prepared form of the file with this digest lies."""
    folder = Path(settings.DATA) / "segments" / sha256[:2]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _local_path(key: str) -> Path | None:
    try:
        return Path(default_storage.path(key))
    except NotImplementedError:
        return None
