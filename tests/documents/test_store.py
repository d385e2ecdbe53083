"""The store keeps bytes by what they are: once, safely, without growing in memory."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

from tallystick.documents import store
from tallystick.documents.models import StoredFile
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_the_same_bytes_are_one_file_of_an_account_and_another_of_another(tmp_path):
    first, second = make.make_account(), make.make_account()
    kept = store.keep_bytes(first, b"docket", "application/pdf")
    again = store.keep_chunks(first, [b"doc", b"ket"], "image/png")
    other = store.keep_bytes(second, b"docket", "application/pdf")
    assert kept == again
    assert again.media_type == "application/pdf"
    assert other.pk != kept.pk
    assert kept.sha256 == other.sha256 == hashlib.sha256(b"docket").hexdigest()
    assert kept.size == 6
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1


def test_what_was_kept_can_be_read_and_nothing_else_is_left(tmp_path):
    kept = store.keep_bytes(make.make_account(), b"docket", "application/pdf")
    assert store.local_path(kept).read_bytes() == b"docket"
    assert list((tmp_path / "uploads").iterdir()) == []
    assert store.local_path(kept).stat().st_mode & 0o077 == 0


def test_a_disk_that_takes_no_more_leaves_nothing_behind(tmp_path, monkeypatch):
    account = make.make_account()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.keep_bytes(account, b"docket", "application/pdf")
    assert not StoredFile.objects.exists()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_connection_that_breaks_in_the_middle_leaves_nothing_behind(tmp_path):
    def broken():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.keep_chunks(make.make_account(), broken(), "application/pdf")
    assert not StoredFile.objects.exists()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_memory_does_not_grow_with_the_file():
    account = make.make_account()
    chunk = b"x" * (1 << 20)
    tracemalloc.start()
    kept = store.keep_chunks(account, (chunk for _ in range(32)), "application/pdf")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.size == 32 << 20
    assert peak < 8 << 20


def test_missing_bytes_are_told(tmp_path):
    kept = store.keep_bytes(make.make_account(), b"docket", "application/pdf")
    store.remove(store.key_of(kept.sha256))
    store.remove(store.key_of(kept.sha256))
    with pytest.raises(store.FileMissing, match="Restore them from a backup copy"):
        store.local_path(kept)


class Elsewhere(Storage):
    """As an S3 bucket: files by key, no paths."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def exists(self, name: str) -> bool:
        return name in self.kept

    def _save(self, name: str, content: File) -> str:
        self.kept[name] = content.read()
        return name

    def _open(self, name: str, mode: str = "rb") -> File:
        return ContentFile(self.kept[name])

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


def test_a_storage_elsewhere_is_fetched_from_once(tmp_path, monkeypatch):
    elsewhere = Elsewhere()
    monkeypatch.setattr(store, "default_storage", elsewhere)
    kept = store.keep_bytes(make.make_account(), b"docket", "application/pdf")
    assert elsewhere.exists(store.key_of(kept.sha256))
    path: Path = store.local_path(kept)
    assert path.read_bytes() == b"docket"
    elsewhere.delete(store.key_of(kept.sha256))
    assert store.local_path(kept) == path
    store.remove(store.key_of(kept.sha256))
    with pytest.raises(store.FileMissing):
        store.local_path(kept)
