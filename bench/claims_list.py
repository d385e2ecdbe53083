"""How long the list of claims takes with 10,000 claims in one project, beside one bare query for the same rows.

``.venv/bin/python -m bench.claims_list`` makes a throwaway database, fills it by bulk insert, and prints a table;
``main`` prints the same for a set of benches that runs in one process. Target: 100 ms of server time (issue 2, §5).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

TARGET_MS = 100
ROUNDS = 7
CLAIMS = 10_000
_CHILD = "TALLYSTICK_BENCH_CHILD"


def main(argv: Sequence[str] = ()) -> int:
    """Print the table; ``--json`` prints one JSON object a line. Returns 0: a timing never fails anything."""
    if not am_child():
        return run_in_child("bench.claims_list", argv)
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        set_up(folder)
        for title, contracts in (
            ("400 contracts, 25 periods", 400),
            ("10,000 contracts, one period", CLAIMS),
        ):
            _measure(title, contracts, as_json="--json" in argv)
    return 0


def am_child() -> bool:
    """Whether this process is a bench's own, in which Django has not been set up for another database."""
    return os.environ.get(_CHILD) == "1"


def run_in_child(module: str, argv: Sequence[str]) -> int:
    """Run the bench in a process of its own: settings are read once in a process, and each bench has its database."""
    sys.stdout.flush()
    root = Path(__file__).resolve().parent.parent
    path = os.pathsep.join([str(root), str(root / "src")])
    environment = {**os.environ, _CHILD: "1", "PYTHONPATH": path}
    return subprocess.run([sys.executable, "-m", module, *argv], env=environment, check=False).returncode


def set_up(folder: str) -> None:
    """Django on a new SQLite database, or on the empty one that TALLYSTICK_BENCH_DATABASE names as a URL."""
    os.environ["TALLYSTICK_DATA"] = folder
    os.environ["TALLYSTICK_SECRET_KEY"] = "only-for-this-bench-" + "x" * 40
    os.environ.pop("DATABASE_URL", None)
    if database := os.environ.get("TALLYSTICK_BENCH_DATABASE"):
        os.environ["DATABASE_URL"] = database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill(contracts: int) -> tuple[Any, Any, Any]:
    """A project with ``CLAIMS`` claims on so many contracts; the project, an administrator, the last period."""
    from tallystick.access.actor import Actor
    from tallystick.access.models import Membership
    from tallystick.claims.models import Claim
    from tallystick.claims.states import CERTIFIED, ClaimStatus
    from tallystick.contracts.models import Contract, PrivateListMember
    from tallystick.contracts.states import ContractStatus
    from tallystick.core import clock
    from tallystick.directory.models import Account, Company, Login, Person, Project
    from tallystick.periods.models import BillingPeriod, PeriodStatus

    account = Account.objects.create(name=f"Bench {contracts}")
    own = Company.objects.create(account=account, name="Own", is_own=True)
    project = Project.objects.create(account=account, number="B-1", name="Bench")
    login = Login.objects.create_user(f"bench{contracts}@example.com", None, name="Bench")
    person = Person.objects.create(account=account, company=own, login=login, name="Bench", email=login.email)
    Membership.objects.create(project=project, person=person, commitments=3, head_contracts=3, directory=3)
    companies = Company.objects.bulk_create(
        Company(account=account, name=f"Company {n:04}") for n in range(min(contracts, 300))
    )
    made = Contract.objects.bulk_create(
        (
            Contract(
                project=project,
                kind="subcontract",
                number=f"SC-{n:05}",
                title=f"Trade package {n}",
                company=companies[n % len(companies)],
                status=ContractStatus.APPROVED,
            )
            for n in range(contracts)
        ),
        batch_size=500,
    )
    # Somebody on private lists, so that visibility costs what it costs.
    PrivateListMember.objects.bulk_create(
        (PrivateListMember(contract=contract, person=person) for contract in made[::3]), batch_size=500
    )
    per_contract = CLAIMS // contracts
    first = date(2024, 1, 1)
    periods = BillingPeriod.objects.bulk_create(
        BillingPeriod(
            project=project,
            start=first + timedelta(days=28 * n),
            end=first + timedelta(days=28 * n + 27),
            due=first + timedelta(days=28 * n + 24),
            status=PeriodStatus.OPEN if n == per_contract - 1 else PeriodStatus.CLOSED,
        )
        for n in range(per_contract)
    )
    statuses = list(ClaimStatus.values)
    claims = []
    for index, contract in enumerate(made):
        for n, period in enumerate(periods):
            certified = n < per_contract - 1
            status = ClaimStatus.APPROVED.value if certified else statuses[index % len(statuses)]
            gross = 1_000_00 + (index * 7919 + n * 104729) % 90_000_00
            claims.append(
                Claim(
                    contract=contract,
                    period=period,
                    number=n + 1,
                    status=status,
                    billing_date=period.due,
                    period_start=period.start,
                    period_end=period.end,
                    claimed_this_period=gross,
                    assessed_this_period=gross,
                    certified_this_period=gross if status in CERTIFIED else None,
                    retention_this_period=gross // 20,
                    total_retention=gross // 20 * (n + 1),
                    payment_due=gross - gross // 20,
                    tax=gross // 10,
                    reference=f"INV-{index}-{n}",
                    updated_at=clock.now(),
                )
            )
    Claim.objects.bulk_create(claims, batch_size=500)
    return project, Actor.of(login), periods[-1]


def _measure(title: str, contracts: int, *, as_json: bool) -> None:
    import json

    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    from tallystick.claims.models import Claim
    from tallystick.claims.queries import ListFilters, claims_page

    project, actor, period = fill(contracts)

    def bare() -> object:
        return list(
            Claim.objects.filter(contract__project=project, deleted_at=None)
            .order_by("contract__number", "number")
            .values_list()[:50]
        )

    def page(**wanted: Any) -> Callable[[], object]:
        return lambda: claims_page(type(actor)(actor.login_id, actor.name), project, **wanted)

    last = 1 + (CLAIMS - 1) // 50
    cases: list[tuple[str, Callable[[], object]]] = [
        ("one bare query, 50 rows", bare),
        ("the open period", page(period=period)),
        ("all periods, first page", page(period=None)),
        ("all periods, one state", page(period=None, filters=ListFilters(state="approved"))),
        ("all periods, by amount", page(period=None, sort="-claimed")),
        ("all periods, by papers", page(period=None, sort="-papers")),
        ("all periods, searched", page(period=None, search="package 77")),
        ("all periods, last page", page(period=None, page=last)),
    ]
    if not as_json:
        sys.stdout.write(f"\nList of claims, {CLAIMS:,} claims: {title} (target {TARGET_MS} ms)\n")
    for name, run in cases:
        run()
        times = []
        for _ in range(ROUNDS):
            reset_queries()
            began = time.perf_counter()
            run()
            times.append((time.perf_counter() - began) * 1000)
        with CaptureQueriesContext(connection) as asked:
            run()
        ms = median(times)
        if as_json:
            sys.stdout.write(
                json.dumps({"bench": "claims_list", "data": title, "case": name, "ms": round(ms, 1)}) + "\n"
            )
        else:
            sys.stdout.write(f"  {name:<28}{ms:>8.1f} ms  {len(asked):>3} queries\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
