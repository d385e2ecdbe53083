"""More readers of the matrix: every level on this contract, another contract, another project and another account.

Rows say what the nine readers of ``permission_world`` get. Each of these gets, of every address, what one of the nine
gets; where that is not so, it stands here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tallystick.access.levels import Level
from tallystick.contracts.models import Contract
from tests import factories as make
from tests.arch.permission_world import READERS, Row, World

OF_THE_ACCOUNT = {"account_id", "company_id", "person_id", "insurance_id"}
"""Parameters of addresses that a level on the Directory of any of the account's projects opens."""


@dataclass(frozen=True)
class Other:
    """A reader who gets what ``like`` gets. ``directory`` is whom they are like where only the account's directory is
    named, ``but`` says what they get of single addresses."""

    name: str
    like: str
    directory: str = ""
    but: dict[str, Row] = field(default_factory=dict)

    def row(self, name: str, parameters: Collection[str], row: Row) -> Row:
        """One letter for GET and one for POST."""
        of_account = parameters and set(parameters) <= OF_THE_ACCOUNT
        place = READERS.index((self.directory or self.like) if of_account else self.like)
        return self.but.get(name, (row[0][place], row[1][place]))


ON_NO_PROJECT = "in the directory, on no project"
FOREIGN = "administrator of another account"

OTHERS = (
    # This contract
    Other("our own Read Only", like="Standard"),
    Other("contact of this contract with Standard", like="contact of this contract"),
    # Another contract of the project
    Other("contact of another contract with Standard", like="contact of another contract"),
    Other("another company's Read Only", like="contact of another contract"),
    # Another project of the account
    Other("None on another project", like=ON_NO_PROJECT),
    Other("Read Only on another project", like=ON_NO_PROJECT, directory="Standard"),
    Other("Standard on another project", like=ON_NO_PROJECT, directory="Standard"),
    Other("Admin on another project", like=ON_NO_PROJECT, directory="Standard"),
    Other("of this contract's company, contact on another project", like=ON_NO_PROJECT),
    # Another account
    Other("Read Only in another account", like=FOREIGN),
    Other("Standard in another account", like=FOREIGN),
    Other("Admin in another account", like=FOREIGN),
    Other("contact in another account", like=FOREIGN),
)


def add_others(world: World) -> None:
    """Sign them in."""
    contract = Contract.objects.select_related("project__account", "company").get(pk=world.ids["contract_id"])
    project = contract.project
    elsewhere, abroad = make.make_project(project.account), make.make_project()
    namesake = make.make_contract(elsewhere, contract.company)
    people = (
        make.make_member(project, Level.READ_ONLY),
        make.make_claim_contact(contract, level=Level.STANDARD),
        make.make_claim_contact(make.make_contract(project), level=Level.STANDARD),
        make.make_member(project, company=make.make_company(project.account), commitments=Level.READ_ONLY),
        *(make.make_member(elsewhere, level) for level in Level),
        make.make_claim_contact(namesake),
        *(make.make_member(abroad, level) for level in Level if level is not Level.NONE),
        make.make_claim_contact(make.make_contract(abroad)),
    )
    theirs = Contract.objects.filter(claim_contacts__person_id=world.ids["person_id"]).exclude(pk=contract.pk)
    for one in theirs.select_related("project__account", "company"):
        make.contracts.add_claim_contact(make.OPERATOR, one, people[1])
    for other, person in zip(OTHERS, people, strict=True):
        world.clients[other.name] = make.signed_in(person)
