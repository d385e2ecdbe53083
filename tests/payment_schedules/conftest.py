"""Each test has a file store of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path: Path) -> Iterator[None]:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    yield
