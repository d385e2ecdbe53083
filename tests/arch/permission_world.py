"""The readers of the permission matrix and the things that its addresses name.

One letter says what a reader gets, and a row has one letter for each reader, in the order of ``READERS``:

    o   an answer: a page, a redirect, or a form that says what it still needs (422, or 409 where it is old)
    s   sent to the sign-in page
    3   may see it, may not do this: 403, or 401 where a proof takes the place of signing in
    4   not there as far as this reader can know: 404
    5   the address does not take this method: 405
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.test import Client

from tallystick.access.levels import Level
from tallystick.runs.actions import request_run
from tallystick.sheets.book import Book, Sheet
from tallystick.web.models import HeldSheet
from tests import factories as make

READERS = (
    "anonymous",
    "in the directory, on no project",
    "administrator of another account",
    "on the project with None",
    "contact of this contract",
    "contact of another contract",
    "Standard",
    "Admin",
    "administrator of the account",
)

Row = tuple[str, str]
"""What GET and what POST answer, a letter for each of ``READERS``."""

NOT_TAKEN = "s55555555"
ANYBODY = "ooooooooo"
SIGNED_IN = "soooooooo"
MEMBER = "s44oooooo"
DIRECTORY_READER = "s34333ooo"
ACCOUNT_ADMIN = "s3433333o"
COMPANY_READER = "s44444ooo"
COMPANY_ADMIN = "s4444433o"
PROJECT_ADMIN = "s443333oo"
COMMITMENTS_READER = "s443ooooo"
UPSTREAM_READER = "s44333ooo"
CONTRACT_READER = "s444o44oo"
CONTRACT_ADMIN = "s444344oo"
OWN_RUN = "s444444o4"
OWN_UPLOAD = "s444344o4"


def held_sheet(person: make.Person, purpose: str, subject_id: int) -> UUID:
    """A spreadsheet that the person uploaded and has not brought in."""
    book = Book(
        "lines.csv", (Sheet("", [["tItem", "tDescription", "tAmount"], ["t1", "tSlab", "t5"]]),), is_text=True
    )
    held = HeldSheet.objects.create(
        account=person.account,
        login=person.login,
        purpose=purpose,
        subject_id=subject_id,
        name=book.name,
        book=book.packed(),
    )
    return held.pk


@dataclass
class World:
    """One project with a private contract; ``ids`` maps the parameters of addresses to things of it."""

    clients: dict[str, Client] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    admin: Any = None

    @classmethod
    def create(cls) -> World:
        """Make everything. Rooms add what their addresses name to ``ids``."""
        project = make.make_project()
        account = project.account
        contract = make.make_contract(project)
        other = make.make_contract(project)
        variation = make.make_variation(contract, status=make.VariationStatus.DRAFT)
        period = make.open_period_of(project)
        contact = make.make_claim_contact(contract)
        people = (
            None,
            make.make_person(make.own_company(account)),
            make.make_account_admin(make.make_account()),
            make.make_member(project, Level.NONE),
            contact,
            make.make_claim_contact(other),
            make.make_member(project, Level.STANDARD),
            make.make_member(project, Level.ADMIN),
            make.make_account_admin(account),
        )
        admin = people[7]
        assert admin is not None
        run = request_run(
            "test.kind",
            account_id=account.pk,
            project_id=project.pk,
            title="Something long",
            params={},
            asked_by_id=admin.login_id,
        )
        return cls(
            clients={name: make.signed_in(person) for name, person in zip(READERS, people, strict=True)},
            admin=admin,
            ids={
                "account_id": account.pk,
                "project_id": project.pk,
                "contract_id": contract.pk,
                "variation_id": variation.pk,
                "period_id": period.pk,
                "company_id": contract.company_id,
                "person_id": contact.pk,
                "field_id": make.make_claim_field(account).pk,
                "insurance_id": make.make_insurance(contract.company).pk,
                "template_id": make.make_template(account, {}).pk,
                "run_id": run.pk,
                "held_sov_id": held_sheet(admin, "sov", contract.pk),
                "held_variation_id": held_sheet(admin, "variation", variation.pk),
                "grid": "claim-amount",
            },
        )
