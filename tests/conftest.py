"""What every test may count on: no network, a held clock on request, one profile for property tests."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tallystick.core import clock

settings.register_profile(
    "tallystick",
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
settings.load_profile("tallystick")


@pytest.fixture
def at() -> Callable[[datetime], AbstractContextManager[None]]:
    """Hold the clock: ``with at(datetime(2026, 3, 21, tzinfo=UTC)): …``."""
    return clock.at


@pytest.fixture
def held_clock() -> Iterator[datetime]:
    """The whole test happens at noon UTC on 21 March 2026."""
    instant = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)
    with clock.at(instant):
        yield instant


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the suite may depend on, or reach, another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """The suite never passes by leaving something out: a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line("Tests were skipped, so this is no pass.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
