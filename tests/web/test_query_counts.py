"""How often a page asks the database does not depend on how much there is to show."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.periods.invites import send_invites
from tallystick.periods.models import InviteType
from tests.factories import (
    OPERATOR,
    make_account,
    make_account_admin,
    make_claim_contact,
    make_company,
    make_contract,
    make_member,
    make_person,
    make_project,
    make_variation,
    open_period_of,
    signed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]

MOST = 30
"""No page of a list asks more often than this."""


def asked(client: Client, address: str) -> int:
    """How many queries the second visit to a page makes; the first may fill caches of the process."""
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200, address
    return len(queries)


def grows(client: Client, address: str, more: Callable[[], object]) -> tuple[int, int]:
    """Queries before and after there is more to show."""
    before = asked(client, address)
    for _ in range(4):
        more()
    return before, asked(client, address)


def test_the_list_of_commitments() -> None:
    project = make_project()
    client = signed_in(make_member(project, Level.ADMIN))

    def more() -> None:
        contract = make_contract(project)
        make_claim_contact(contract)
        make_variation(contract)

    more()
    before, after = grows(client, f"/projects/{project.pk}/commitments?sort=-revised", more)
    assert before == after <= MOST


def test_billing_periods() -> None:
    project = make_project()
    client = signed_in(make_member(project, Level.ADMIN))
    starts = (date(2026, 1, 1) + timedelta(days=31 * n) for n in range(99))

    def more() -> None:
        start = next(starts)
        open_period_of(project, start, start + timedelta(days=30), start + timedelta(days=30))

    more()
    before, after = grows(client, f"/projects/{project.pk}/periods", more)
    assert before == after <= MOST


def test_my_projects() -> None:
    account = make_account()
    admin = make_account_admin(account)
    client = signed_in(admin)

    def more() -> None:
        project = make_project(account)
        make_contract(project)
        open_period_of(project)

    more()
    before, after = grows(client, "/", more)
    assert before == after <= MOST


def test_the_directory_and_a_company() -> None:
    account = make_account()
    client = signed_in(make_account_admin(account))
    company = make_company(account)
    make_person(company)
    before, after = grows(
        client, f"/accounts/{account.pk}/companies", lambda: make_person(make_company(account))
    )
    assert before == after <= MOST
    before, after = grows(client, f"/companies/{company.pk}", lambda: make_person(company))
    assert before == after <= MOST


def test_a_contract_and_its_parts() -> None:
    project = make_project()
    contract = make_contract(project)
    client = signed_in(make_member(project, Level.ADMIN))
    make_variation(contract)
    make_claim_contact(contract)

    def more() -> None:
        make_variation(contract)
        make_claim_contact(contract)

    for part in ("", "/lines", "/variations", "/people", "/history", "/settings"):
        before, after = grows(client, f"/contracts/{contract.pk}{part}", more)
        assert before == after <= MOST, part


def test_a_project_at_a_glance() -> None:
    project = make_project()
    client = signed_in(make_member(project, Level.ADMIN))
    make_contract(project)
    before, after = grows(client, f"/projects/{project.pk}", lambda: make_contract(project))
    assert before == after <= MOST


def test_the_list_of_claims_the_ledger_and_a_period() -> None:
    project = make_project()
    client = signed_in(make_member(project, Level.ADMIN))
    period = open_period_of(project)

    def more() -> None:
        contract = make_contract(project)
        make_claim_contact(contract)
        send_invites(OPERATOR, period, [contract], InviteType.ALL)
        create_claim(OPERATOR, make_contract(project), period)

    more()
    for address in (
        f"/projects/{project.pk}/claims",
        f"/projects/{project.pk}/claims?period=all&sort=-claimed",
        f"/projects/{project.pk}/claims?status=invited",
        f"/projects/{project.pk}/retention",
        f"/projects/{project.pk}/retention/statement",
        f"/periods/{period.pk}",
    ):
        before, after = grows(client, address, more)
        assert before == after <= MOST, address
