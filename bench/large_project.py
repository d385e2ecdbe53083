"""Server time of every page of a project with 2,000 contracts and 10,000 people, beside one bare query.

Walks all addresses that can be opened, as an administrator of the project and as the claim contact of one contract.
``.venv/bin/python -m bench.large_project`` prints the slowest of each; ``--all`` prints all.
Target: 150 ms (issue 4).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

from bench.claims_list import am_child, run_in_child, set_up
from bench.measure import Figure, Table, show_all

TARGET_MS = 150
ROUNDS = 5
ENOUGH_SECONDS = 2.0
"""A page that takes this long is slow enough to be told after fewer rounds."""
CONTRACTS = 2_000
PEOPLE = 10_000
COMPANIES = 1_000
SHOWN = 15
SHOWN_FILES = 3
CELLS = 12
"""Columns of a list as a spreadsheet, half of them figures."""
NOT_A_PAGE = frozenset({"admin", "healthz"})
"""What no person waits for in a browser."""


def main(argv: Sequence[str] = ()) -> int:
    """Print a table for each reader. Returns 0: a timing never fails anything."""
    if not am_child():
        return run_in_child("bench.large_project", argv)
    from django.core.management import call_command

    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        set_up(folder)
        call_command("collectstatic", verbosity=0, interactive=False)
        tables = _measured(everything="--all" in argv)
    show_all(tables, as_json="--json" in argv)
    return 0


def _measured(*, everything: bool) -> list[Table]:
    from tallystick.core import clock

    with clock.at(datetime(2026, 3, 21, 2, 0, tzinfo=UTC)):
        world = fill()
        return [
            table
            for title, person in world["readers"].items()
            for table in _tables(title, person, world, everything)
        ]


def _tables(title: str, person: Any, world: dict[str, Any], everything: bool) -> list[Table]:
    """Pages, and apart from them files with every row of a list, which are written whole."""
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    client.force_login(person.login)
    table = Table(
        f"{title}: {PEOPLE:,} people and {CONTRACTS:,} contracts in one project",
        goal=f"every page within {TARGET_MS} ms of server time",
    )
    table.add(Figure("one bare query, 50 contracts", _median(world["bare"])[0]))
    found = sorted(_pages(client, world["ids"]), key=lambda figure: -figure.seconds)
    figures = [figure for figure in found if not figure.name.endswith("-export")]
    slow = [figure for figure in figures if figure.seconds * 1000 > TARGET_MS]
    for figure in figures if everything else figures[: max(SHOWN, len(slow))]:
        table.add(figure)
    middle = figures[len(figures) // 2]
    table.add(Figure(f"the one in the middle of {len(figures)} pages", middle.seconds, note=middle.name))
    files = Table(f"{title}: all rows of a list as .xlsx", goal="as fast as the cells can be written")
    files.add(Figure(f"XlsxWriter alone, {CONTRACTS:,} rows of {CELLS}", _median(_write_cells)[0]))
    for figure in [figure for figure in found if figure.name.endswith("-export")][:SHOWN_FILES]:
        files.add(figure)
    return [table, files]


def _write_cells() -> None:
    import xlsxwriter

    with (
        tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder,
        xlsxwriter.Workbook(f"{folder}/plain.xlsx", {"constant_memory": True}) as workbook,
    ):
        sheet = workbook.add_worksheet()
        for row in range(CONTRACTS):
            for column in range(CELLS // 2):
                sheet.write_string(row, 2 * column, f"Trade package {row}")
                sheet.write_number(row, 2 * column + 1, row * 100)


def _pages(client: Any, ids: dict[str, Any]) -> Iterator[Figure]:
    from django.db import connection
    from django.urls import reverse

    for name, parameters in _addresses():
        if name in NOT_A_PAGE or not set(parameters) <= set(ids):
            continue
        url = reverse(name, kwargs={parameter: ids[parameter] for parameter in parameters})

        def ask(url: str = url) -> Any:
            return client.get(url)

        if ask().status_code != 200:
            continue
        asked: list[str] = []

        def counted(execute: Any, sql: str, *rest: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(counted):
            answer = ask()
        size = len(getattr(answer, "content", b""))
        wall, cpu = _median(ask)
        note = f"{cpu * 1000:,.0f} ms of CPU, {len(asked)} queries, {size / 1000:,.0f} kB"
        figure = Figure(name, wall, note=note)
        sys.stderr.write(f"  {figure.seconds * 1000:7.0f} ms  {name}, {figure.note}\n")
        yield figure


def _addresses() -> Iterator[tuple[str, list[str]]]:
    from django.urls import URLPattern, URLResolver, get_resolver

    def within(patterns: list[Any]) -> Iterator[URLPattern]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from within(pattern.url_patterns)
            else:
                yield pattern

    for pattern in within(get_resolver().url_patterns):
        if pattern.name:
            yield pattern.name, list(pattern.pattern.converters)


def _median(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the wall, and of the processor: what else the machine does shows in the first alone."""
    times: list[tuple[float, float]] = []
    while len(times) < ROUNDS and sum(wall for wall, _ in times) < ENOUGH_SECONDS:
        began, cpu = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - began, time.process_time() - cpu))
    return median(wall for wall, _ in times), median(cpu for _, cpu in times)


def fill() -> dict[str, Any]:
    """The project by bulk insert: three months certified, the open one in all states; and one contract of it with a
    claim under review that went the usual way."""
    from tallystick.access.levels import Level
    from tallystick.access.models import AccountMembership, Membership
    from tallystick.claims.models import Claim
    from tallystick.contracts.models import ClaimContact, Contract, PrivateListMember, SovLine
    from tallystick.contracts.states import ContractStatus
    from tallystick.core import clock
    from tallystick.directory.models import Account, Company, Insurance, Login, Person, Project
    from tallystick.periods.models import BillingPeriod, Invite, PeriodStatus

    account = Account.objects.create(name="Bench")
    own = Company.objects.create(account=account, name="Own", is_own=True)
    project = Project.objects.create(
        account=account, number="B-1", name="Bench Quarter", jurisdiction="au-nsw"
    )
    companies = Company.objects.bulk_create(
        [Company(account=account, name=f"Company {n:04}", trade="Trade") for n in range(COMPANIES)], 500
    )
    logins = Login.objects.bulk_create(
        [Login(email=f"p{n}@bench.example", name=f"Person {n:05}", password="!") for n in range(PEOPLE)], 500
    )
    people = Person.objects.bulk_create(
        [
            Person(
                account=account,
                company=own if n < 200 else companies[n % COMPANIES],
                login=login,
                name=login.name,
                email=login.email,
            )
            for n, login in enumerate(logins)
        ],
        500,
    )
    Membership.objects.bulk_create(
        [
            Membership(
                project=project,
                person=person,
                commitments=Level.ADMIN if n < 5 else Level.READ_ONLY,
                head_contracts=Level.ADMIN if n < 5 else Level.NONE,
                directory=Level.ADMIN if n < 5 else Level.NONE,
            )
            for n, person in enumerate(people)
        ],
        500,
    )
    AccountMembership.objects.create(person=people[0], directory=Level.ADMIN)
    Insurance.objects.bulk_create(
        [
            Insurance(company=one, kind="public_liability", limit=1, expires_on=date(2026, 4, 1))
            for one in companies
        ],
        500,
    )
    contracts = Contract.objects.bulk_create(
        [
            Contract(
                project=project,
                kind="subcontract",
                number=f"SC-{n:05}",
                title=f"Trade package {n}",
                company=companies[n % COMPANIES],
                status=ContractStatus.APPROVED,
                is_private=True,
            )
            for n in range(CONTRACTS)
        ],
        500,
    )
    SovLine.objects.bulk_create(
        [
            SovLine(
                contract=contract,
                position=n,
                item_number=str(n),
                description=f"Work {n}",
                scheduled_value=10_000_00,
            )
            for contract in contracts
            for n in range(1, 6)
        ],
        500,
    )
    of_company: dict[int, list[Any]] = {}
    for person in people:
        of_company.setdefault(person.company_id, []).append(person)
    pairs = [(contract, person) for contract in contracts for person in of_company[contract.company_id][:2]]
    ClaimContact.objects.bulk_create([ClaimContact(contract=one, person=who) for one, who in pairs], 500)
    PrivateListMember.objects.bulk_create(
        [PrivateListMember(contract=one, person=who) for one, who in pairs], 500
    )
    periods = BillingPeriod.objects.bulk_create(
        BillingPeriod(
            project=project,
            start=date(2025, month, 1) if year == 2025 else date(2026, month, 1),
            end=date(year, month, 28),
            due=date(year, month, 25),
            status=PeriodStatus.OPEN if (year, month) == (2026, 3) else PeriodStatus.CLOSED,
        )
        for year, month in [*((2025, month) for month in range(1, 13)), (2026, 1), (2026, 2), (2026, 3)]
    )
    claims = []
    for contract in contracts[1:]:
        for number, period in enumerate(periods[-4:-1], 1):
            gross = 1_000_00 + contract.pk % 977 * 100
            claims.append(
                Claim(
                    contract=contract,
                    period=period,
                    number=number,
                    status="approved",
                    billing_date=period.due,
                    period_start=period.start,
                    period_end=period.end,
                    claimed_this_period=gross,
                    assessed_this_period=gross,
                    certified_this_period=gross,
                    retention_this_period=gross // 20,
                    total_retention=gross // 20 * number,
                    payment_due=gross - gross // 20,
                    tax=gross // 10,
                )
            )
        if contract.pk % 4 == 0:
            claims.append(_of_this_month(contract, periods[-1]))
    Claim.objects.bulk_create(claims, 500)
    now = clock.now()
    Invite.objects.bulk_create(
        [
            Invite(
                period=periods[-1],
                contract=contract,
                invited_by_name="Person 00000",
                first_sent_at=now,
                sent_at=now,
                answer="accepted" if contract.pk % 4 == 1 else "none",
                answered_at=now if contract.pk % 4 == 1 else None,
            )
            for contract in contracts[1:]
            if contract.pk % 4 in (0, 1, 2)
        ],
        500,
    )
    contact = next(who for one, who in pairs if one.pk == contracts[0].pk)
    ids = _one_claim(project, contracts[0], periods[-1], people[0], contact)
    return {
        "readers": {"An administrator": people[0], "A claim contact": contact},
        "bare": lambda: list(Contract.objects.filter(project=project).order_by("number").values_list()[:50]),
        "ids": ids,
    }


def _of_this_month(contract: Any, period: Any) -> Any:
    """A claim in the open period: every third is a draft, the others wait for review."""
    from tallystick.claims.models import Claim

    gross = 1_000_00 + contract.pk % 977 * 100
    return Claim(
        contract=contract,
        period=period,
        number=4,
        status="draft" if contract.pk % 3 == 0 else "under_review",
        billing_date=period.due,
        period_start=period.start,
        period_end=period.end,
        claimed_this_period=gross,
        assessed_this_period=gross,
    )


def _one_claim(project: Any, contract: Any, period: Any, admin: Any, contact: Any) -> dict[str, Any]:
    from tallystick.access.actor import Actor
    from tallystick.claims.creation import create_claim
    from tallystick.claims.moving import move_claim
    from tallystick.claims.states import ClaimStatus
    from tallystick.contracts.models import Contract

    actor = Actor.operator()
    loaded = Contract.objects.select_related("project__account", "company").get(pk=contract.pk)
    claim = create_claim(actor, loaded, period)
    move_claim(actor, claim, ClaimStatus.UNDER_REVIEW)
    return {
        "account_id": project.account_id,
        "project_id": project.pk,
        "contract_id": contract.pk,
        "company_id": contract.company_id,
        "person_id": contact.pk,
        "period_id": period.pk,
        "claim_id": claim.pk,
        "insurance_id": loaded.company.insurances.get().pk,
        "grid": "claim-amount",
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
