"""The one engine that carries out runs: DBOS Transact, durable execution with checkpointed steps.

Who imports it: only the worker. The request that wants something commits a ``Run`` row and that is all; DBOS
takes more than a second to import and would cost every web process memory. The worker looks for queued rows
every quarter of a second and enqueues a workflow whose id is the run's id, so that handing a run over twice,
by one worker or by several, starts it once. This sweep is the only hand-over: there is nothing to be lost
between a commit and a message.

After ``kill -9``: each worker process has a name of its own and gives a sign of life. Another worker, or the
same one started again, resumes what a dead one had begun; the finished steps give their kept results.

DBOS keeps its tables in a file of its own beside the SQLite database, or in a schema of its own in
PostgreSQL.
"""

import functools
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection

from tallystick.core import clock
from tallystick.runs import execution, failures, periodic, workers
from tallystick.runs.context import HeavyWork
from tallystick.runs.expiry import delete_expired
from tallystick.runs.kinds import discover
from tallystick.runs.models import Run, Worker
from tallystick.runs.pool import Limits, Pool, cores
from tallystick.runs.queries import SILENT_AFTER
from tallystick.runs.states import ACTIVE, RunState

logger = logging.getLogger("tallystick.runs")

QUEUE = "runs"
# A workflow is only taken up by the version that began it. Steps are plain functions that take ids, so
# a new release goes on with what an old one began; raise this when that is no longer so.
ENGINE_VERSION = "1"
SWEEP_SECONDS = 0.25
LIFE_SECONDS = 5.0
EXPIRY_SECONDS = 600.0
STEP_GRACE_SECONDS = 3.0
HANDED_OVER_LONG_AGO = timedelta(minutes=1)


class Engine:
    """One worker: takes up queued runs, carries out several at once, takes over from dead workers."""

    def __init__(self) -> None:
        discover()
        self.size = settings.WORKER_PROCESSES or cores()
        self.pool = Pool(self.size, settings.WORKER_MEMORY_BYTES)
        self.worker = workers.enrol()
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._steps = 0
        self._dbos: Any = None
        self._workflow: Callable[[str], None] | None = None

    def run(self) -> NoReturn:
        """Work until ``stop`` is called; then end the process and leave what is under way to the next worker."""
        self._launch()
        threading.Thread(target=self.pool.warm, daemon=True).start()
        periodic.start(self._stop)
        due = {"life": 0.0, "expiry": time.monotonic() + 5}
        logger.info("worker %s is ready, %d at a time", self.worker.pk, self.size)
        while not self._stop.wait(SWEEP_SECONDS):
            self._tick(due)
        self._leave()

    def stop(self) -> None:
        """Ask ``run`` to end; may be called from a signal handler."""
        self._stop.set()

    def _tick(self, due: dict[str, float]) -> None:
        """One round. A database that is away for a while is waited for, not died of."""
        close_old_connections()
        instant = time.monotonic()
        try:
            self.hand_over()
            if instant >= due["life"]:
                due["life"] = instant + LIFE_SECONDS
                workers.sign_of_life(self.worker)
                self.resume_abandoned()
            if instant >= due["expiry"]:
                due["expiry"] = instant + EXPIRY_SECONDS
                self.forget_expired()
        except Exception:
            logger.exception("the worker's round did not work; it goes on in a moment")
            self._stop.wait(2.0)

    def hand_over(self) -> None:
        """Enqueue queued runs, fairly: people take turns, however many runs one of them asked for."""
        waiting = Run.objects.filter(state=RunState.QUEUED)
        fresh = list(
            waiting.filter(handed_over_at=None)
            .order_by("created_at")
            .values_list("pk", "asked_by_id", "account_id")[:500]
        )
        if not fresh:
            return
        # Only a few wait inside DBOS, first come first served; the rest stay here, where turns are decided.
        room = 2 * self.size - waiting.exclude(handed_over_at=None).count()
        for run_id in _in_turns([(run_id, (account, person)) for run_id, person, account in fresh])[
            : max(0, room)
        ]:
            self._enqueue(run_id)

    def resume_abandoned(self) -> None:
        """Take up what dead workers had begun, and give up what nobody can take up."""
        for dead in workers.take_over_from_silent(self.worker):
            begun = self._dbos.list_workflows(
                status="PENDING", executor_id=dead, load_input=False, load_output=False
            )
            for workflow in begun:
                logger.info("resuming run %s, which worker %s had begun", workflow.workflow_id, dead)
                self._dbos.resume_workflow(workflow.workflow_id, queue_name=QUEUE)
            workers.leave(dead)
        self._settle_lost()

    def forget_expired(self) -> None:
        """Remove expired results, and the record of their steps with them."""
        expired = delete_expired()
        if expired:
            self._dbos.delete_workflows([str(run_id) for run_id in expired])

    def _settle_lost(self) -> None:
        """Compare the rows with DBOS: its file may have been deleted, or be older than the database."""
        long_ago = clock.now() - HANDED_OVER_LONG_AGO
        active = [
            str(run_id)
            for run_id in Run.objects.filter(state__in=ACTIVE, handed_over_at__lt=long_ago).values_list(
                "pk", flat=True
            )
        ]
        if not active:
            return
        known = {
            workflow.workflow_id: workflow.status
            for workflow in self._dbos.list_workflows(
                workflow_ids=active, load_input=False, load_output=False
            )
        }
        for run_id in active:
            status = known.get(run_id)
            if status is None:
                Run.objects.filter(pk=run_id, state__in=ACTIVE).update(
                    handed_over_at=None, state=RunState.QUEUED
                )
            elif status not in ("PENDING", "ENQUEUED", "DELAYED"):
                execution.fail(UUID(run_id), failures.LOST_TRACK)

    def _enqueue(self, run_id: UUID) -> None:
        from dbos import SetWorkflowID

        with SetWorkflowID(str(run_id)):
            self._dbos.enqueue_workflow(QUEUE, self._workflow, str(run_id))
        Run.objects.filter(pk=run_id, handed_over_at=None).update(handed_over_at=clock.now())

    def _launch(self) -> None:
        from dbos import DBOS

        engine = self

        @DBOS.workflow(name="tallystick_run", max_recovery_attempts=100)
        def tallystick_run(run_id: str) -> None:
            close_old_connections()
            try:
                execution.carry_out(
                    UUID(run_id), engine.worker.pk, _checkpoint, _PoolOfRun(engine.pool, UUID(run_id))
                )
            finally:
                close_old_connections()

        def _checkpoint(name: str, work: Callable[[], Any]) -> Any:
            with engine.step_under_way():
                return DBOS.run_step({"name": name}, functools.partial(_with_fresh_connections, work))

        DBOS(
            config={
                "name": "tallystick",
                "system_database_url": system_database_url(),
                "dbos_system_schema": "tallystick_runs",
                "application_version": ENGINE_VERSION,
                "executor_id": self.worker.pk,
                "log_level": "WARNING",
                "use_listen_notify": False,
                "sys_db_pool_size": self.size + 4,
            }
        )
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self.size,
            polling_interval_sec=SWEEP_SECONDS,
            on_conflict="always_update",
        )
        self._dbos = DBOS
        self._workflow = tallystick_run

    @contextmanager
    def step_under_way(self) -> Iterator[None]:
        """Held while a step is done and its result is kept. Once the worker stops, no step begins any more."""
        with self._changed:
            while self._stop.is_set():
                self._changed.wait()
            self._steps += 1
        try:
            yield
        finally:
            with self._changed:
                self._steps -= 1
                self._changed.notify_all()

    def _leave(self) -> NoReturn:
        """End this process once the steps under way are done, or have had their time.

        What was interrupted stays as it is after a crash, which is the one way of going on that there is: so
        threads are not unwound, and heavy processes see their line closed and end.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._steps == 0, timeout=STEP_GRACE_SECONDS)
        Worker.objects.filter(pk=self.worker.pk).update(seen_at=clock.now() - 2 * SILENT_AFTER)
        logger.info("worker %s has stopped", self.worker.pk)
        logging.shutdown()
        os._exit(0)


def _with_fresh_connections(work: Callable[[], Any]) -> Any:
    """A step may come long after the one before: a connection that the server has closed is not used."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


class _PoolOfRun:
    """The pool as one run uses it: with that run's time limit and its wish to go on."""

    def __init__(self, pool: Pool, run_id: UUID) -> None:
        self._pool = pool
        self._run_id = run_id
        self._limits = Limits(
            wanted=self._wanted,
            deadline=time.monotonic() + settings.RUN_TIMEOUT_SECONDS,
            minutes=settings.RUN_TIMEOUT_SECONDS // 60,
        )

    def each(
        self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], on_done: Callable[[int], None]
    ) -> list[Any]:
        return self._pool.each(function, calls, on_done, self._limits)

    def _wanted(self) -> bool:
        close_old_connections()
        return Run.objects.filter(pk=self._run_id, state=RunState.RUNNING).exists()


class _InThisProcess:
    """Heavy work done right here, one call after another."""

    def each(
        self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], on_done: Callable[[int], None]
    ) -> list[Any]:
        results = []
        for count, args in enumerate(calls, start=1):
            results.append(function(*args))
            on_done(count)
        return results


def run_inline(run: Run, *, heavy: HeavyWork | None = None) -> Run:
    """Carry out a queued run here and now, without a worker or checkpoints: for commands and tests.

    A worker that runs beside it leaves this run alone; if the worker was quicker, its end is waited for.
    """
    mine = Run.objects.filter(pk=run.pk, state=RunState.QUEUED, handed_over_at=None)
    if mine.update(handed_over_at=clock.now()):
        execution.carry_out(run.pk, "inline", lambda name, work: work(), heavy or _InThisProcess())
    run.refresh_from_db()
    while run.state in ACTIVE:
        time.sleep(SWEEP_SECONDS)
        run.refresh_from_db()
    return run


def system_database_url() -> str:
    """Where DBOS keeps its tables: beside the SQLite file, or in a schema of the PostgreSQL database."""
    described = connection.settings_dict
    if connection.vendor == "sqlite":
        path = Path(settings.DATA) / "runs.sqlite3"
        # The journal mode is kept in the file: readers and the writer don't wait for each other.
        with sqlite3.connect(path) as file:
            file.execute("PRAGMA journal_mode=WAL")
        file.close()
        return f"sqlite:///{path}"
    user = quote(described["USER"], safe="")
    password = quote(described["PASSWORD"], safe="")
    query = {"host": described["HOST"], "port": str(described["PORT"]), **described["OPTIONS"]}
    kept = urlencode({key: value for key, value in query.items() if value and isinstance(value, str)})
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    return f"postgresql+psycopg://{login}/{quote(str(described['NAME']))}" + (f"?{kept}" if kept else "")


def _in_turns(runs: Sequence[tuple[UUID, object]]) -> list[UUID]:
    """Everybody's first run in order of asking, then everybody's second, and so on."""
    taken: dict[object, int] = {}
    turns = []
    for place, (run_id, whose) in enumerate(runs):
        taken[whose] = taken.get(whose, 0) + 1
        turns.append((taken[whose], place, run_id))
    return [run_id for _, _, run_id in sorted(turns)]
