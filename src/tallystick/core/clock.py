"""The one source of "now", so that tests and replays can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("tallystick_fixed_now", default=None)


def now() -> datetime:
    """The current instant in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today_in(zone: str) -> date:
    """Today's date in the named IANA time zone (a project's)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Hold the clock at ``instant`` (aware) inside the block."""
    if instant.tzinfo is None:
        raise ValueError("the clock needs an aware instant")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
