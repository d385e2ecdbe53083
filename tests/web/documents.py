"""What tests about documents' pages share: a store of their own, and a site with somebody signed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories as make
from tests.documents.site import Site


@pytest.fixture
def store(settings, tmp_path: Path) -> Iterator[Path]:
    """Each test has a store of its own."""
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    yield tmp_path


@pytest.fixture
def site(store: Path) -> Site:
    return Site()


@pytest.fixture
def client(site: Site) -> Client:
    """The administrator's browser."""
    return make.signed_in(site.person)


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def content(response) -> bytes:
    """The body of an answer, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content
