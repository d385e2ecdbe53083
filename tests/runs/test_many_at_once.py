"""A hundred people pressing the button, and an engine that lost its memory."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from tallystick.core import clock
from tallystick.directory.models import Account, Login
from tallystick.runs import queries
from tallystick.runs.actions import request_run
from tallystick.runs.engine import Engine
from tallystick.runs.models import Run
from tallystick.runs.states import RunState

PEOPLE = 24


@pytest.mark.django_db(transaction=True)
def test_people_who_press_the_button_at_the_same_moment_share_one_run() -> None:
    account = Account.objects.create(name="Rowan Constructions")
    people = [Login.objects.create(email=f"person{number}@rowan.example") for number in range(PEOPLE)]
    together = threading.Barrier(8)
    problems: list[BaseException] = []

    def press(some: Sequence[Login]) -> None:
        try:
            together.wait(timeout=30)
            for person in some:
                with transaction.atomic():
                    request_run(
                        "test.steps",
                        account_id=account.pk,
                        title="Backup",
                        params={"claims": [4]},
                        asked_by_id=person.pk,
                    )
        except BaseException as cause:
            problems.append(cause)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(people[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert problems == []
    run = Run.objects.get()
    assert run.followers.count() == PEOPLE
    assert all(queries.tray(person.pk)[0].id == run.pk for person in people)


class Dbos:
    """An engine that knows these workflows and remembers what was handed to it."""

    def __init__(self, **known: str) -> None:
        self.known = known

    def list_workflows(self, *, workflow_ids: Sequence[str], **_: Any) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(workflow_id=run_id, status=status)
            for run_id, status in self.known.items()
            if run_id in workflow_ids
        ]


@pytest.mark.django_db
def test_work_that_the_engine_has_forgotten_is_begun_again_and_work_that_it_ended_is_given_up() -> None:
    account = Account.objects.create(name="Rowan Constructions")
    long_ago = clock.now() - timedelta(minutes=5)
    _, going_on, ended = (
        Run.objects.create(
            kind="test.steps", account=account, title=name, state=RunState.RUNNING, handed_over_at=long_ago
        )
        for name in ("forgotten", "going on", "ended")
    )
    engine = object.__new__(Engine)
    engine._dbos = Dbos(**{str(going_on.pk): "PENDING", str(ended.pk): "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})

    engine._settle_lost()

    states = {run.title: (run.state, run.handed_over_at is None) for run in Run.objects.all()}
    assert states == {
        "forgotten": (RunState.QUEUED, True),
        "going on": (RunState.RUNNING, False),
        "ended": (RunState.FAILED, False),
    }
    ended.refresh_from_db()
    assert "ask for it again" in ended.problem
