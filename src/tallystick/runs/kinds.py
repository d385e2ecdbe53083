"""The kinds of run: each room declares its own in its ``tasks.py``.

@run_kind("backup.compile", cleanup=delete_backup)
def compile_backup(run_id: UUID, context: Context) -> dict[str, Any]:
    pages = context.step("render", render_claims, claim_ids)
    …
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from tallystick.runs.context import Context

Result = dict[str, Any]
Handler = Callable[[UUID, "Context"], Result]
Cleanup = Callable[[Result], None]


@dataclass(frozen=True, slots=True)
class RunKind:
    """How a kind of run is carried out, and what to remove when its result expires."""

    name: str
    handler: Handler
    cleanup: Cleanup | None


_KINDS: dict[str, RunKind] = {}


def run_kind(name: str, *, cleanup: Cleanup | None = None) -> Callable[[Handler], Handler]:
    """Register the decorated handler for runs of this kind.

    The handler is written as steps (``context.step``): after a crash it is called again, and the steps that
    were finished give their kept results instead of being done again. What it returns, a dictionary that
    JSON can hold, becomes the run's result; ``cleanup(result)`` is called when that expires.
    """

    def register(handler: Handler) -> Handler:
        known = _KINDS.get(name)
        if known is not None and known.handler.__qualname__ != handler.__qualname__:
            raise ValueError(f"the kind of run {name} is registered twice")
        _KINDS[name] = RunKind(name, handler, cleanup)
        return handler

    return register


def kind_named(name: str) -> RunKind | None:
    """The registered kind, or ``None``: perhaps an older or newer version made the run."""
    if name not in _KINDS:
        discover()
    return _KINDS.get(name)


def discover() -> None:
    """Import every room's ``tasks.py``. A worker does so when it starts, and is then ready for all kinds."""
    autodiscover_modules("tasks")
