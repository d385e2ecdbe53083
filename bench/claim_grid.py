"""How long a claim of 1,000 lines takes to be shown, saved and moved on, beside its bare rows in the same database.

``.venv/bin/python -m bench.claim_grid`` measures whole requests in a throwaway database, the best of several goes.
With the URL of an empty PostgreSQL database in TALLYSTICK_BENCH_DATABASE it measures there.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.claims_list import am_child, run_in_child, set_up
from bench.measure import Figure, Table, show_all

LINES = 1_000
CHANGED = 500
GOES = 9
WRITTEN = 12
"""Columns of a line that change when its work does; the yardstick writes as many."""


def main(argv: Sequence[str] = ()) -> int:
    """Print the tables; ``--json`` prints them as JSON. Returns 0: a timing never fails anything."""
    if not am_child():
        return run_in_child("bench.claim_grid", argv)
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        set_up(folder)
        show_all(_tables(), as_json="--json" in argv)
    return 0


def _timed(name: str, work: Callable[[], object], *, goes: int = GOES, note: str = "") -> Figure:
    """The best of several goes by the clock, and what the processor worked for it in this process."""
    took, worked = [], []
    for _ in range(goes):
        began, began_work = time.perf_counter(), time.process_time()
        work()
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - began_work)
    return Figure(name, min(took), note=f"{min(worked) * 1000:.1f} ms of processor time{note}")


def _tables() -> list[Table]:
    from tallystick.claims import creation, moving
    from tallystick.claims.states import ClaimStatus
    from tallystick.config.wsgi import load_everything

    load_everything()
    bench = Bench.made()
    reading = Table(f"Showing a claim of {LINES:,} lines", goal="the page in 300 ms")
    reading.add(_timed("the rows, read plainly", bench.read_rows))
    reading.add(_timed("the page with its grid", bench.page, note=f"; {bench.size()}"))

    writing = Table(
        f"Saving what was typed into a claim of {LINES:,} lines",
        goal=f"{CHANGED} changed lines in 100 ms on the server",
    )
    writing.add(_timed(f"a bare UPDATE of {CHANGED} rows", bench.update_rows))
    writing.add(_timed("one cell", lambda: bench.save(1)))
    writing.add(_timed(f"{CHANGED} cells", lambda: bench.save(CHANGED)))

    moving_on = Table(f"Taking a claim of {LINES:,} lines through its month")
    moving_on.add(_timed("the rows, inserted plainly", bench.insert_rows, goes=1))
    operator, claim = bench.operator, bench.claim
    for name, target in (
        ("submitting it", ClaimStatus.UNDER_REVIEW),
        ("certifying it", ClaimStatus.APPROVED),
    ):
        moving_on.add(_timed(name, lambda to=target: moving.move_claim(operator, claim, to), goes=1))
    period = bench.another_period()
    moving_on.add(
        _timed(
            "making the next claim", lambda: creation.create_claim(operator, bench.contract, period), goes=1
        )
    )
    return [reading, writing, moving_on]


@dataclass
class Bench:
    """A project with one contract of many lines and one claim on it, and somebody signed in who may type into it."""

    operator: Any
    project: Any
    contract: Any
    claim: Any
    client: Any
    ids: list[int]
    version: int
    amount: int = 1_000

    @classmethod
    def made(cls) -> Bench:
        """Everything new, by the actions that people use."""
        from django.conf import settings
        from django.test import Client

        from tallystick.access.actor import Actor
        from tallystick.access.models import AccountMembership
        from tallystick.claims.creation import create_claim
        from tallystick.claims.storage import lines_of
        from tallystick.contracts import actions as contracts
        from tallystick.contracts.actions import LineInput
        from tallystick.contracts.states import ContractStatus
        from tallystick.core import clock
        from tallystick.directory.models import Account, Company, Login, Person, Project
        from tallystick.periods.models import BillingPeriod

        settings.ALLOWED_HOSTS = ["*"]
        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        }
        account = Account.objects.create(name="Bench grid")
        own = Company.objects.create(account=account, name="Own", is_own=True)
        login = Login.objects.create_user("grid@example.com", None, name="Bench")
        person = Person.objects.create(
            account=account, company=own, login=login, name="Bench", email=login.email
        )
        AccountMembership.objects.create(person=person, directory=3)
        project = Project.objects.create(account=account, number="G-1", name="Grid")
        operator = Actor.operator()
        contract = contracts.create_contract(
            operator,
            project,
            kind="subcontract",
            number="SC-1",
            title="Works",
            company=own,
            work_retention_bp=500,
        )
        lines = [LineInput(f"Item {n} of the works", 1_000_00 + n) for n in range(LINES)]
        contracts.set_sov_lines(operator, contract, lines)
        contract = contracts.move_contract(operator, contract, ContractStatus.APPROVED)
        today = clock.today_in(project.time_zone)
        period = BillingPeriod.objects.create(project=project, start=today, end=today, due=today)
        claim = create_claim(operator, contract, period)
        client = Client()
        client.force_login(login)
        return cls(
            operator, project, contract, claim, client, [line.pk for line in lines_of(claim)], claim.version
        )

    def page(self) -> Any:
        """The claim's page, whole."""
        answer = self.client.get(f"/claims/{self.claim.pk}")
        assert answer.status_code == 200, answer.status_code
        return answer

    def size(self) -> str:
        """How large the page is, as sent without compression."""
        return f"{len(self.page().content):,} bytes"

    def save(self, count: int) -> None:
        """Type another amount into so many lines and save."""
        self.amount += 1
        cells = {line: {"work": f"{self.amount}.00"} for line in self.ids[:count]}
        answer = self.client.post(
            f"/claims/{self.claim.pk}/entries",
            json.dumps({"version": self.version, "cells": cells}),
            content_type="application/json",
        )
        assert answer.status_code == 200, answer.content
        self.version = answer.json()["version"]

    def read_rows(self) -> list[Any]:
        """The rows without a model, the least that anything must read."""
        from tallystick.claims.models import ClaimLine

        return list(ClaimLine.objects.filter(claim=self.claim).values_list())

    def update_rows(self) -> None:
        """As many rows and columns as a save writes, each by its key, in a transaction."""
        from django.db import connection, transaction

        from tallystick.claims.figures import LINE_FIGURES
        from tallystick.claims.models import ClaimLine

        self.amount += 1
        columns = [*LINE_FIGURES, "claimed_work", "assessed_work"][-WRITTEN:]
        settings = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in columns)
        table = connection.ops.quote_name(ClaimLine._meta.db_table)
        values = [self.amount] * len(columns)  # the next save computes them anew
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET {settings} WHERE id = %s",
                [(*values, line) for line in self.ids[:CHANGED]],
            )

    def insert_rows(self) -> None:
        """Copies of the rows by one bulk insert, taken back at once."""
        from django.db import transaction

        from tallystick.claims.models import Claim, ClaimLine

        with transaction.atomic():
            claim = Claim.objects.get(pk=self.claim.pk)
            claim.pk, claim.number = None, 999
            claim.save(force_insert=True)
            rows = list(ClaimLine.objects.filter(claim=self.claim))
            for row in rows:
                row.pk, row.claim_id = None, claim.pk
            ClaimLine.objects.bulk_create(rows)
            transaction.set_rollback(True)

    def another_period(self) -> Any:
        """The period after the claim's own, which is closed."""
        from datetime import timedelta

        from tallystick.periods.models import BillingPeriod, PeriodStatus

        BillingPeriod.objects.filter(project=self.project).update(status=PeriodStatus.CLOSED)
        first = self.claim.period_end + timedelta(days=1)
        return BillingPeriod.objects.create(project=self.project, start=first, end=first, due=first)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
