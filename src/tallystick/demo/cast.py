"""The first act: accounts, companies, people, log-ins, permission templates and the projects."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.contrib.auth.hashers import make_password

from tallystick.access.actions import add_member, create_template, set_account_level
from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.models import PermissionTemplate
from tallystick.demo.content import companies, people
from tallystick.demo.content.calendar import ZONE
from tallystick.directory.actions import create_account, create_company, create_project
from tallystick.directory.models import Account, Company, Login, OverClaiming, Person, Project
from tallystick.directory.people import create_person

_BY: tuple[int | None, str] = (None, "Operator")

TEMPLATES: dict[str, dict[Tool, Level]] = {
    people.CLAIMS_ADMINISTRATOR: {
        Tool.COMMITMENTS: Level.ADMIN,
        Tool.HEAD_CONTRACTS: Level.ADMIN,
        Tool.DIRECTORY: Level.READ_ONLY,
    },
    people.PROJECT_TEAM: {
        Tool.COMMITMENTS: Level.STANDARD,
        Tool.HEAD_CONTRACTS: Level.READ_ONLY,
        Tool.DIRECTORY: Level.READ_ONLY,
    },
    people.READ_ONLY_TEAM: {Tool.COMMITMENTS: Level.READ_ONLY, Tool.DIRECTORY: Level.READ_ONLY},
    people.CLAIM_CONTACT: {Tool.COMMITMENTS: Level.READ_ONLY},
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there once the curtain rises."""

    account: Account
    project: Project
    admin: Actor
    claims: Actor
    manager: Person
    reader: Person
    companies: dict[str, Company]
    contacts: dict[str, Person]
    client: Company
    _actors: dict[str, Actor] = field(default_factory=dict)

    def contact_actor(self, trade: str) -> Actor:
        """The claim contact of a trade as somebody who acts; always the same one, who remembers the levels."""
        if trade not in self._actors:
            login = self.contacts[trade].login
            assert login is not None
            self._actors[trade] = Actor.of(login)
        return self._actors[trade]


def set_up_account() -> Cast:
    """The head contractor's account with its project and everybody on it."""
    own = companies.OWN
    account = create_account(_BY, name=people.ACCOUNT, company=_facts(own))
    own_company = account.companies.get(is_own=True)
    project = create_project(
        _BY,
        account,
        number=people.PROJECT_NUMBER,
        name=people.PROJECT_NAME,
        address=people.PROJECT_ADDRESS,
        time_zone=ZONE,
        over_claiming=OverClaiming.WARN,
        jurisdiction="au-nsw",
        required_papers=[paper for paper, _ in people.REQUIRED_PAPERS],
        check_rules={"papers_missing": "warn"},
        paper_footer=f"{own.name} · ABN {own.abn} · Sample project: every company and person in it is invented.",
    )
    password = _password()
    admin, staff = _colleagues(own_company, password)
    templates = {
        name: create_template(admin, account, name=name, levels=levels) for name, levels in TEMPLATES.items()
    }
    for colleague, person in staff.items():
        if colleague.template:
            add_member(admin, project, person, template=templates[colleague.template])
    by = (admin.login_id, admin.name)
    client = create_company(by, account, name=companies.CLIENT.name, **_facts(companies.CLIENT))
    firms, contacts = _firms(by, account, password)
    for contact in contacts.values():
        add_member(admin, project, contact, template=templates[people.CLAIM_CONTACT])
    claims_login = staff[people.CLAIMS].login
    assert claims_login is not None
    return Cast(
        account,
        project,
        admin,
        Actor.of(claims_login),
        staff[people.STANDARD],
        staff[people.READER],
        firms,
        contacts,
        client,
    )


def set_up_other_account() -> Account:
    """A second company on the same server; neither sees anything of the other."""
    name, email = people.OTHER_ADMINISTRATOR
    account = create_account(
        _BY,
        name=people.OTHER_ACCOUNT,
        company={"trade": "Fit-out", "address": "20 Hunter Street\nNewcastle NSW 2300"},
    )
    person = create_person(_BY, account.companies.get(is_own=True), name=name, email=email)
    _set_password(person, _password())
    set_account_level(Actor.operator(), person, Level.ADMIN)
    login = person.login
    assert login is not None
    create_project(
        (login.pk, str(login)),
        account,
        number=people.OTHER_PROJECT_NUMBER,
        name=people.OTHER_PROJECT_NAME,
        address="15 Laman Street\nNewcastle NSW 2300",
        time_zone=ZONE,
    )
    template = create_template(
        Actor.of(login), account, name="Everything", levels=dict.fromkeys(Tool, Level.ADMIN)
    )
    assert isinstance(template, PermissionTemplate)
    return account


def _colleagues(own: Company, password: str) -> tuple[Actor, dict[people.Colleague, Person]]:
    staff: dict[people.Colleague, Person] = {}
    for colleague in people.COLLEAGUES:
        person = create_person(
            _BY, own, name=colleague.name, email=colleague.email, job_title=colleague.job_title
        )
        _set_password(person, password)
        staff[colleague] = person
    administrator = staff[people.ADMINISTRATOR]
    set_account_level(Actor.operator(), administrator, Level.ADMIN)
    assert administrator.login is not None
    return Actor.of(administrator.login), staff


def _firms(
    by: tuple[int | None, str], account: Account, password: str
) -> tuple[dict[str, Company], dict[str, Person]]:
    signing = signing_trades()
    firms: dict[str, Company] = {}
    contacts: dict[str, Person] = {}
    for trade, firm in companies.FIRMS.items():
        firms[trade] = create_company(by, account, name=firm.name, **_facts(firm))
        contacts[trade] = create_person(
            by, firms[trade], name=firm.contact, email=firm.contact_email, job_title="Contracts manager"
        )
        if trade in signing:
            _set_password(contacts[trade], password)
    return firms, contacts


def signing_trades() -> dict[str, str]:
    """Trades whose contact has the sample password, with the words that describe the log-in."""
    from tallystick.demo.content.commitments import COMMITMENTS

    by_number = {commitment.number: commitment.trade for commitment in COMMITMENTS}
    return {by_number[number]: role for number, role in people.SIGNING_CONTACTS.items()}


def _facts(firm: companies.Firm) -> dict[str, str]:
    return {
        "trade": firm.trade,
        "tax_number": firm.abn,
        "address": firm.address,
        "email": firm.email,
        "phone": firm.phone,
    }


@lru_cache
def _password() -> str:
    """The slow hash, made once for everybody; the password is printed on the screen anyway."""
    return make_password(people.PASSWORD)


def _set_password(person: Person, encoded: str) -> None:
    assert person.login is not None
    Login.objects.filter(pk=person.login.pk).update(password=encoded)
