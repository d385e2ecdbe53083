"""What a handler works with: checkpointed steps, heavy work in other processes, progress."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from uuid import UUID

from tallystick.runs import progress
from tallystick.runs.failures import Cancelled, StepProblem, sentence_for
from tallystick.runs.models import Run
from tallystick.runs.states import RunState

# Each checkpoint is a write that is synced: after a crash at most this many items are done again.
CHUNK = 20


class Checkpoints(Protocol):
    """Keeps what a step returned, so that the same step of the same run is not done twice."""

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        """Do ``work``, or give back what it returned when the run came by here before."""
        ...


class HeavyWork(Protocol):
    """Carries out calls in other processes, one per core."""

    def each(
        self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], on_done: Callable[[int], None]
    ) -> list[Any]:
        """Call ``function`` with each of ``calls``; results in that order. Problems are raised."""
        ...


class Context:
    """Given to the handler of a run.

    A handler's steps must come in the same order each time it is called with the same kept results: decide
    by ``params`` and by what steps returned, not by the clock or the database.
    """

    def __init__(self, run: Run, checkpoints: Checkpoints, heavy: HeavyWork) -> None:
        self.run_id: UUID = run.pk
        self.params: dict[str, Any] = run.params
        self.account_id: int = run.account_id
        self.project_id: int | None = run.project_id
        self.asked_by_id: int | None = run.asked_by_id
        self._checkpoints = checkpoints
        self._heavy = heavy

    def step(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Do one step and keep what it returns (ids and small values that JSON can hold).

        ``function`` must be safe to repeat: a worker killed in the middle of it does it again from its start.
        A ``TallystickProblem`` that it raises ends the run with that sentence.
        """
        return self._kept(name, functools.partial(function, *args))

    def heavy_step(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """``step`` in a process of its own, with its limits on memory and time.

        ``function`` is a module's public function, its arguments and result can be pickled.
        """
        return self._kept(name, lambda: self._heavy.each(function, [args], lambda count: None)[0])

    def each(
        self,
        name: str,
        function: Callable[..., Any],
        items: Sequence[Any],
        *,
        sentence: str = "",
        before: int = 0,
        total: int = 0,
    ) -> list[Any]:
        """Call ``function(item)`` for every item, spread over the cores; results in the items' order.

        Progress counts on from ``before`` towards ``total`` (by default the number of items). Kept in
        chunks, so a crash repeats the last few items only.
        """
        total = total or before + len(items)
        results: list[Any] = []
        self.progress(before, total, sentence)
        for start in range(0, len(items), CHUNK):
            calls = [(item,) for item in items[start : start + CHUNK]]

            def note(count: int, base: int = before + start) -> None:
                self.progress(base + count, total, sentence)

            work = functools.partial(self._heavy.each, function, calls, note)
            results.extend(self._kept(f"{name} {start + 1}", work))
        self.progress(before + len(items), total, sentence)
        return results

    def progress(self, done: int, total: int, sentence: str = "") -> None:
        """Move the bar; the sentence says what is being done, for instance "Rendering claim 4 of 40"."""
        progress.report(self.run_id, done, total, sentence)

    def check(self) -> None:
        """Raise ``Cancelled`` when the person doesn't want it any more; every step begins with this."""
        if not Run.objects.filter(pk=self.run_id, state=RunState.RUNNING).exists():
            raise Cancelled

    def _kept(self, name: str, work: Callable[[], Any]) -> Any:
        self.check()
        outcome = self._checkpoints(name, lambda: self._outcome(work))
        if "problem" in outcome:
            raise StepProblem(outcome["problem"])
        return outcome["value"]

    def _outcome(self, work: Callable[[], Any]) -> dict[str, Any]:
        """The step's value or its problem, as something that a checkpoint can hold."""
        try:
            return {"value": work()}
        except Cancelled:
            raise
        except Exception as cause:
            return {"problem": sentence_for(cause, self.run_id)}
