"""How long a claim of 1,000 lines takes to be shown and to save one cell, beside reading its rows.

``.venv/bin/python -m bench.claim_grid`` measures whole requests in a throwaway database. Target: 300 ms.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from bench.claims_list import am_child, run_in_child, set_up

TARGET_MS = 300
LINES = 1_000
ROUNDS = 7


def main(argv: Sequence[str] = ()) -> int:
    """Print the table; ``--json`` prints one JSON object a line. Returns 0: a timing never fails anything."""
    if not am_child():
        return run_in_child("bench.claim_grid", argv)
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        set_up(folder)
        cases, facts = _cases()
        if "--json" not in argv:
            sys.stdout.write(f"\nA claim of {LINES:,} lines (target {TARGET_MS} ms); {facts}\n")
        for name, run in cases:
            run()
            ms = median(_timed(run) for _ in range(ROUNDS))
            if "--json" in argv:
                sys.stdout.write(json.dumps({"bench": "claim_grid", "case": name, "ms": round(ms, 1)}) + "\n")
            else:
                sys.stdout.write(f"  {name:<28}{ms:>8.1f} ms\n")
    return 0


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def _cases() -> tuple[list[tuple[str, Callable[[], object]]], str]:
    from django.conf import settings
    from django.test import Client

    from tallystick.access.actor import Actor
    from tallystick.access.models import AccountMembership
    from tallystick.claims.creation import create_claim
    from tallystick.claims.models import ClaimLine
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
    person = Person.objects.create(account=account, company=own, login=login, name="Bench", email=login.email)
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
    first = lines_of(claim)[0].pk
    client = Client()
    client.force_login(login)
    page = f"/claims/{claim.pk}"
    size = len(client.get(page).content)
    state: dict[str, Any] = {"version": claim.version, "percent": 1}

    def save() -> object:
        state["percent"] += 1
        cells = {first: {"work": f"{state['percent']}%"}}
        sent = json.dumps({"version": state["version"], "cells": cells})
        answer = client.post(f"{page}/entries", sent, content_type="application/json")
        state["version"] = answer.json()["version"]
        return answer

    return [
        ("reading its rows", lambda: list(ClaimLine.objects.filter(claim=claim).values_list())),
        ("the page with the grid", lambda: client.get(page)),
        ("saving one cell", save),
    ], f"the page is {size:,} bytes"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
