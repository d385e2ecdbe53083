"""Small factories, all through the product's own actions: nothing is made that a person could not make.

A test says only what matters to it; the rest is a believable default.

    project = make_project()
    administrator = make_member(project, Level.ADMIN)
    contract = make_contract(project, lines=[("Footings", 50_000_00), ("Slab", 30_000_00)])
    contact = make_claim_contact(contract)
    period = open_period_of(project)
    client = signed_in(administrator)

Amounts are minor units, percentages basis points, as everywhere. Each factory takes what its product
belongs to first, and makes that too where it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from django.test import Client

from tallystick.access import actions as access
from tallystick.access.actor import Actor
from tallystick.access.entry import entry_of
from tallystick.access.levels import Level, Tool
from tallystick.access.models import PermissionTemplate
from tallystick.claims.custom_fields import add_custom_field
from tallystick.claims.models import CustomField
from tallystick.contracts import actions as contracts
from tallystick.contracts import variations
from tallystick.contracts.actions import LineInput
from tallystick.contracts.models import Contract, Variation
from tallystick.contracts.states import ContractKind, ContractStatus, VariationStatus
from tallystick.core import clock
from tallystick.directory import actions as directory
from tallystick.directory.insurance import Policy, add_insurance
from tallystick.directory.models import Account, Company, Insurance, Person, Project
from tallystick.directory.people import create_person
from tallystick.notifications.models import Message
from tallystick.periods import actions as periods
from tallystick.periods.models import BillingPeriod
from tallystick.sign_in.codes import issue_waiting
from tallystick.sign_in.sessions import begin
from tallystick.sign_in.states import Proof
from tallystick.sign_in.telling import Visit
from tallystick.web.sign_in.watch import NOTED

OPERATOR = Actor.operator()
"""Who makes things in tests where it does not matter who did."""

PASSWORD = "a slab of good concrete"
"""Everybody's password."""

_BY = (None, "Operator")
_numbers = count(1)

Lines = Sequence[LineInput | tuple[str, int]]
DEFAULT_LINES: Lines = (("Footings", 50_000_00), ("Slab on ground", 30_000_00), ("Columns", 20_000_00))


def make_account(name: str = "", **settings: Any) -> Account:
    """An account with its own company in its directory."""
    return directory.create_account(_BY, name=name or f"Northbuild {next(_numbers)}", **settings)


def make_company(account: Account | None = None, name: str = "", **facts: str) -> Company:
    """A company in the account's directory."""
    return directory.create_company(
        _BY, account or make_account(), name=name or f"Apex Concrete {next(_numbers)}", **facts
    )


def own_company(account: Account) -> Company:
    """The account's own company."""
    return account.companies.get(is_own=True)


def make_person(
    company: Company | None = None, name: str = "", *, login: bool = True, **facts: str
) -> Person:
    """An employee of the company, who signs in with ``PASSWORD`` unless ``login`` is False."""
    number = next(_numbers)
    facts.setdefault("email", f"person{number}@example.com")
    person = create_person(
        _BY, company or make_company(), name=name or f"Sam Person {number}", login=login, **facts
    )
    if person.login is not None and not person.login.has_usable_password():
        person.login.set_password(PASSWORD)
        person.login.save(update_fields=["password"])
    return person


def make_account_admin(account: Account, name: str = "", **facts: str) -> Person:
    """Somebody of the account's own company who administers everything of the account."""
    person = make_person(own_company(account), name, **facts)
    access.set_account_level(OPERATOR, person, Level.ADMIN)
    return person


def make_insurance(
    company: Company | None = None,
    kind: str = "public_liability",
    expires: date = date(2026, 12, 31),
    **facts: Any,
) -> Insurance:
    """Insurance of the company to the end of 2026."""
    return add_insurance(_BY, company or make_company(), Policy(kind, **{"expires_on": expires, **facts}))


def make_claim_field(
    account: Account, label: str = "Site order", kind: str = "text", **facts: Any
) -> CustomField:
    """One of the account's own fields of claims."""
    return add_custom_field(OPERATOR, account, label=label, kind=kind, **facts)


def make_project(
    account: Account | None = None, number: str = "", name: str = "", **settings: Any
) -> Project:
    """A project in Sydney, in Australian dollars."""
    serial = next(_numbers)
    return directory.create_project(
        _BY,
        account or make_account(),
        number=number or f"P-{serial:03}",
        name=name or f"Harbour Tower {serial}",
        **{"address": "1 Quay Street, Sydney NSW 2000", **settings},
    )


def make_template(account: Account, levels: dict[Tool, Level]) -> PermissionTemplate:
    """A permission template with these levels; the same one when the account has it already."""
    name = " · ".join(f"{tool.value} {levels.get(tool, Level.NONE).label}" for tool in Tool)
    found = PermissionTemplate.objects.filter(account=account, name=name).first()
    return found or access.create_template(OPERATOR, account, name=name, levels=levels)


def make_member(
    project: Project,
    level: Level | None = None,
    *,
    person: Person | None = None,
    company: Company | None = None,
    name: str = "",
    **levels: Level,
) -> Person:
    """Somebody on the project: ``level`` for every tool, or one by one: ``commitments=Level.ADMIN``."""
    someone = person or make_person(company or own_company(project.account), name)
    chosen = {tool: levels.get(tool.value, level if level is not None else Level.NONE) for tool in Tool}
    access.add_member(OPERATOR, project, someone, template=make_template(project.account, chosen))
    return someone


def make_contract(
    project: Project | None = None,
    company: Company | None = None,
    *,
    kind: ContractKind = ContractKind.SUBCONTRACT,
    number: str = "",
    title: str = "Concrete works",
    lines: Lines = DEFAULT_LINES,
    status: ContractStatus = ContractStatus.APPROVED,
    **facts: Any,
) -> Contract:
    """A contract of $100,000.00 in three lines, approved, private, with 5 % retention and 10 % GST."""
    project = project or make_project()
    serial = next(_numbers)
    contract = contracts.create_contract(
        OPERATOR,
        project,
        kind=kind,
        number=number or f"{'HC' if kind == ContractKind.HEAD_CONTRACT else 'SC'}-{serial:03}",
        title=title,
        company=company or make_company(project.account),
        **{"work_retention_bp": 500, "tax_bp": 1000, **facts},
    )
    if lines:
        contracts.set_sov_lines(OPERATOR, contract, _lines(lines))
    if status != ContractStatus.DRAFT:
        contracts.move_contract(OPERATOR, contract, ContractStatus.APPROVED)
    if status not in (ContractStatus.DRAFT, ContractStatus.APPROVED):
        contracts.move_contract(OPERATOR, contract, status)
    return Contract.objects.select_related("project__account", "company").get(pk=contract.pk)


def make_head_contract(project: Project | None = None, **facts: Any) -> Contract:
    """The contract with the client."""
    return make_contract(
        project, **{"kind": ContractKind.HEAD_CONTRACT, "title": "Design and construct", **facts}
    )


def make_variation(
    contract: Contract,
    lines: Lines = (("Extra reinforcement", 5_000_00),),
    *,
    number: str = "",
    title: str = "Extra reinforcement",
    status: VariationStatus = VariationStatus.APPROVED,
    on: date | None = None,
) -> Variation:
    """A variation of the contract, approved; a credit has lines with negative values."""
    variation = variations.create_variation(
        OPERATOR, contract, number=number or f"V-{next(_numbers):03}", title=title, lines=_lines(lines)
    )
    if status == VariationStatus.DRAFT:
        return variation
    if status == VariationStatus.REJECTED:
        variations.move_variation(OPERATOR, variation, VariationStatus.PENDING)
    return variations.move_variation(OPERATOR, variation, status, on=on)


def make_claim_contact(contract: Contract, name: str = "", *, level: Level = Level.READ_ONLY) -> Person:
    """An employee of the contract company, ``level`` on the contract's tool, designated to claim on it."""
    person = make_person(contract.company, name)
    tool = "head_contracts" if contract.kind == ContractKind.HEAD_CONTRACT else "commitments"
    make_member(contract.project, person=person, **{tool: level})
    contracts.add_claim_contact(OPERATOR, contract, person)
    return person


def open_period_of(
    project: Project,
    start: date = date(2026, 3, 1),
    end: date = date(2026, 3, 31),
    due: date = date(2026, 3, 25),
) -> BillingPeriod:
    """A new open billing period, March 2026; the one that was open is closed."""
    return periods.open_period(OPERATOR, project, start=start, end=end, due=due)


def actor_of(person: Person) -> Actor:
    """The person as the one who asks."""
    if person.login is None:
        raise ValueError(f"{person} has no log-in")
    return Actor.of(person.login)


def signed_in(person: Person | None) -> Client:
    """A browser in which the person has signed in; ``None`` has not."""
    client = Client()
    if person is not None:
        if person.login is None:
            raise ValueError(f"{person} has no log-in")
        client.force_login(person.login)
        # Noted already, as it is after signing in by the form; without a proof that is recent.
        session = client.session
        session[NOTED] = clock.now().timestamp()
        session.save()
        begin(str(session.session_key), person.login, Proof.PASSWORD, Visit("127.0.0.1"))
    return client


def code_mailed_to(person: Person) -> str:
    """The newest code to sign in that was mailed to the person, after the worker has seen to what was asked for."""
    issue_waiting()
    assert person.login is not None
    letters = Message.objects.filter(event="sign_in.code", address=person.login.email)
    return re.findall(r"^\d{6}$", letters.latest("created_at", "pk").text, re.MULTILINE)[0]


def leads_to(text: str) -> list[str]:
    """Where the ways in that stand in an e-mail lead, in order."""
    return [entry_of(token).path for token in re.findall(r"/e/([\w.-]+)", text)]


def _lines(lines: Lines) -> list[LineInput]:
    return [line if isinstance(line, LineInput) else LineInput(line[0], line[1]) for line in lines]
