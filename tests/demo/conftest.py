"""The sample project, loaded once for all tests that read it, and taken back at the end."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction

from tallystick.demo.billing import Stage
from tallystick.demo.content.calendar import Calendar
from tallystick.demo.loader import load

LOADED = datetime(2026, 3, 21, 3, 30, tzinfo=UTC)


@pytest.fixture(scope="package")
def sample(django_db_setup, django_db_blocker) -> Iterator[Stage]:
    """The whole sample, as a first start loads it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(Calendar(LOADED))
        transaction.set_rollback(True)
