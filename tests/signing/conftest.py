"""A building site whose claims are signed: by the built-in provider, or elsewhere by the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.signing.authority import Authority
from tests.signing.site import SigningSite
from tests.signing.standin import provider as standin


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path: Path) -> Iterator[None]:
    """Each test has a store of its own."""
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    yield


@pytest.fixture
def site(transactional_db: None) -> SigningSite:
    """A project whose claims are signed here."""
    return SigningSite()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[standin.Elsewhere]:
    """A provider elsewhere, with its faults."""
    monkeypatch.setenv(standin.FOLDER, str(tmp_path / "elsewhere"))
    from tallystick.signing import registry

    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    standin.install()
    yield standin.here()


@pytest.fixture
def authority() -> Iterator[Authority]:
    """A time-stamp authority on this machine."""
    started = Authority()
    yield started
    started.stop()
