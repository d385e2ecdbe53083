"""Kinds of run for tests, registered once."""

from tests.runs import kinds_for_tests  # noqa: F401
