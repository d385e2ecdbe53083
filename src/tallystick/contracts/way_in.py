"""The way in for a claim contact, and the way out of a project, each in one step (R-CONTACT-1, R-PERM-3)."""

from dataclasses import dataclass

from django.db import transaction

from tallystick.access.actions import write_levels
from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.models import Membership, PermissionTemplate
from tallystick.access.policies import can_change_place
from tallystick.access.recording import record_in
from tallystick.contracts.actions import add_claim_contact
from tallystick.contracts.models import ClaimContact, Contract, PrivateListMember
from tallystick.contracts.policies import can_bring_in_contact, tool_of
from tallystick.contracts.writing import locked, record
from tallystick.core.errors import BadInput, NotFound
from tallystick.directory.models import Account, Person, Project
from tallystick.directory.people import create_person
from tallystick.notifications.distribution import drop_from_distribution
from tallystick.terms.context import text


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who may not be in the directory yet; an address that is in it finds its person."""

    name: str
    email: str
    job_title: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What came of it, for telling."""

    person: Person
    was_created: bool
    level: Level


@transaction.atomic
def bring_in_claim_contact(actor: Actor, contract: Contract, who: Person | NewPerson) -> BroughtIn:
    """Directory entry, place on the project with Read Only, private list and designation: all of it or nothing.

    Somebody who has a place with Read Only or more keeps it; with None on the contract's tool it becomes Read Only.
    """
    can_bring_in_contact(actor, contract).require()
    contract = locked(actor, contract)
    Account.objects.select_for_update().get(pk=contract.project.account_id)
    person, created = (who, False) if isinstance(who, Person) else _found_or_created(actor, contract, who)
    if not person.is_active:
        raise BadInput(
            f"{person.name} is switched off in the directory. Switch the person on there first.",
            {
                "person"
                if isinstance(who, Person)
                else "email": "This person is switched off in the directory."
            },
        )
    add_claim_contact(actor, contract, person)
    return BroughtIn(person, created, _place_for(actor, contract, person))


def _found_or_created(actor: Actor, contract: Contract, who: NewPerson) -> tuple[Person, bool]:
    known = (
        Person.objects.filter(account=contract.project.account_id, email__iexact=who.email.strip())
        .select_related("company")
        .first()
    )
    if known is not None and known.company_id != contract.company_id:
        raise BadInput(
            text(
                "{email} belongs to {person}, who works for {employer}, not for {company}. "
                "{A claim_contact} is always an employee of the contract company: type another address.",
                email=who.email,
                person=known.name,
                employer=known.company.name,
                company=contract.company.name,
            ),
            {"email": f"This address belongs to somebody at {known.company.name}."},
        )
    if known is not None:
        return known, False
    if not who.name.strip():
        raise BadInput("Type the person's name.", {"name": "Type the person's name."})
    made = create_person(
        (actor.login_id, actor.name),
        contract.company,
        name=who.name.strip(),
        email=who.email,
        job_title=who.job_title,
        phone=who.phone,
    )
    return made, True


def _place_for(actor: Actor, contract: Contract, person: Person) -> Level:
    tool = tool_of(contract.kind)
    place = Membership.objects.filter(project=contract.project, person=person).first()
    if place is not None and place.level(tool) >= Level.READ_ONLY:
        return place.level(tool)
    can_change_place(actor, contract.project, person).require()
    levels = {other: place.level(other) if place else Level.NONE for other in Tool} | {tool: Level.READ_ONLY}
    template = PermissionTemplate.objects.filter(
        account=contract.project.account_id, **{other.value: level for other, level in levels.items()}
    )
    write_levels(
        actor, contract.project, person, levels=levels, template=template.order_by("name", "pk").first()
    )
    return Level.READ_ONLY


@dataclass(frozen=True, slots=True)
class Leaving:
    """What ends when a person leaves a project: the contracts on which they are designated or listed, and whether they
    stand on its distribution list."""

    contact_of: tuple[Contract, ...]
    listed_on: tuple[Contract, ...]
    is_distributed_to: bool


def leaving_of(project: Project, person: Person) -> Leaving:
    """Designations and lists of the person on the project."""
    contracts = Contract.objects.filter(project=project).order_by("number")
    return Leaving(
        tuple(contracts.filter(claim_contacts__person=person)),
        tuple(contracts.filter(private_list__person=person)),
        project.distribution.filter(person=person).exists(),
    )


@transaction.atomic
def leave_project(actor: Actor, project: Project, person: Person) -> None:
    """Take somebody off a project. Their designations, private lists and place on the distribution list there end with
    it, so that coming back later opens nothing again by itself. Their claims stay as they are."""
    can_change_place(actor, project, person).require()
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("template")
        .filter(project=project, person=person)
        .first()
    )
    if membership is None:
        raise NotFound(f"{person.name} is not on this project any more.")
    leaving = leaving_of(project, person)
    for contract in leaving.contact_of:
        record(actor, "claim_contact.removed", contract, facts={"person": person.name})
    for contract in leaving.listed_on:
        record(actor, "private_list.removed", contract, facts={"person": person.name})
    ClaimContact.objects.filter(contract__project=project, person=person).delete()
    PrivateListMember.objects.filter(contract__project=project, person=person).delete()
    drop_from_distribution(actor, person, project)
    record_in(
        project,
        actor,
        "member.removed",
        membership,
        changes={tool.value: [membership.level(tool).label, None] for tool in Tool},
        facts={"person": person.name},
    )
    membership.delete()
    actor.levels.clear()
