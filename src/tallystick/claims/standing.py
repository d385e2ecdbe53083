"""What a person can see and do on a project's contracts, and why (R-PERM, domain §2).

Every answer is asked of the policies that decide, with the person as the one who asks. Only the reasons are put
together here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool, tool_name
from tallystick.access.models import Membership
from tallystick.access.policies import is_account_admin, level_of
from tallystick.claims.policies import side_of
from tallystick.claims.states import Side
from tallystick.contracts.models import Contract, PrivateListMember
from tallystick.contracts.policies import can_see_sov, load_designations, tool_of, visible_to
from tallystick.directory.models import Person, Project
from tallystick.terms.context import text


@dataclass(frozen=True, slots=True)
class ToolStanding:
    """A person's level on one tool, and where it comes from."""

    tool: Tool
    name: str
    level: Level
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A person on a project: whether they can come in at all, and the level on each tool."""

    person: Person
    membership: Membership | None
    account_admin: bool
    hindrance: str
    tools: tuple[ToolStanding, ...]


@dataclass(frozen=True, slots=True)
class ContractStanding:
    """What a person can see and do on one contract. ``without_level`` marks a contact whom None shuts out."""

    contract: Contract
    level: Level
    sees: bool
    sees_lines: bool
    side: Side | None
    without_level: bool
    why: tuple[str, ...]

    @property
    def claims(self) -> bool:
        """Creates and submits claims: as a contact, or as an administrator on behalf of one (R-PERM-4)."""
        return self.side is not None

    @property
    def administers(self) -> bool:
        """Reviews claims and changes the contract."""
        return self.side is Side.ADMIN


def actor_for(person: Person) -> Actor:
    """The person as the one who asks: nobody, where they can't sign in."""
    if person.login is None or _hindrance(person):
        return Actor.nobody()
    return Actor.of(person.login)


def standing_of(person: Person, project: Project) -> Standing:
    """The person's level on each tool of the project. ``person`` comes with company and login."""
    actor = actor_for(person)
    membership = Membership.objects.filter(project=project, person=person).select_related("template").first()
    admin = is_account_admin(actor, project.account_id)
    return Standing(
        person,
        membership,
        admin,
        _hindrance(person),
        tuple(
            ToolStanding(
                tool,
                tool_name(tool),
                level_of(actor, project, tool),
                _why_level(person, membership, tool, admin=admin),
            )
            for tool in Tool
        ),
    )


def contract_standings(
    person: Person, project: Project, contracts: Sequence[Contract], standing: Standing
) -> list[ContractStanding]:
    """The same for some of the project's contracts, by a fixed number of queries however many they are."""
    actor = actor_for(person)
    contact_of = load_designations(actor, project)
    ids = [contract.pk for contract in contracts]
    seen = set(visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    listed = set(
        PrivateListMember.objects.filter(contract__in=ids, person=person).values_list(
            "contract_id", flat=True
        )
    )
    rows = []
    for contract in contracts:
        contract.project = project
        level = level_of(actor, project, tool_of(contract.kind))
        sees = contract.pk in seen
        rows.append(
            ContractStanding(
                contract,
                level,
                sees,
                sees and bool(can_see_sov(actor, contract)),
                side_of(actor, contract),
                contract.pk in contact_of and level < Level.READ_ONLY,
                _reasons(
                    contract,
                    standing,
                    level,
                    sees=sees,
                    listed=contract.pk in listed,
                    contact=contract.pk in contact_of,
                ),
            )
        )
    return rows


def _hindrance(person: Person) -> str:
    if not person.is_active:
        return f"{person.name} is switched off in the directory and sees nothing until switched on again."
    if person.login is None:
        return f"{person.name} has no log-in and sees nothing until given one in the directory."
    if not person.login.is_active:
        return f"The log-in of {person.name} is switched off, so the person sees nothing."
    return ""


def _why_level(person: Person, membership: Membership | None, tool: Tool, *, admin: bool) -> str:
    if _hindrance(person):
        return "Can’t sign in"
    if admin:
        return "Administrator of the account: Admin on everything"
    if membership is None:
        return "Not on the project"
    template = membership.template
    if template is None:
        return "Own levels on this project"
    if template.level(tool) != membership.level(tool):
        return f"Own level; the template {template} says {template.level(tool).label}"
    return f"By the template {template}"


def _reasons(
    contract: Contract, standing: Standing, level: Level, *, sees: bool, listed: bool, contact: bool
) -> tuple[str, ...]:
    if standing.hindrance:
        return ("Can’t sign in.",)
    tool = tool_name(tool_of(contract.kind))
    said = []
    if standing.account_admin:
        said.append("Administrator of the account.")
    elif level >= Level.ADMIN:
        said.append(text("Admin on {tool}.", tool=tool))
    elif level < Level.READ_ONLY:
        said.append(text("None on {tool}.", tool=tool))
        if contact:
            said.append(
                text(
                    "Is {a claim_contact} here, but can’t do anything before given Read Only on {tool}.",
                    tool=tool,
                )
            )
        elif listed:
            said.append("On its private list, which is not enough by itself.")
    else:
        said.append(_why_seen(contract, level, tool, sees=sees, listed=listed))
        if contact:
            said.append(text("{A claim_contact} of this contract."))
        if sees and not contact and contract.is_private and not contract.private_list_sees_sov:
            said.append("Its private list does not see the lines.")
    return tuple(said)


def _why_seen(contract: Contract, level: Level, tool: str, *, sees: bool, listed: bool) -> str:
    """Why somebody with Read Only or Standard sees the contract, or does not."""
    if contract.is_private:
        if not listed:
            return "Private, and not on its private list."
        return text("Private; on its private list, with {level} on {tool}.", level=level.label, tool=tool)
    if not sees:
        return text(
            "Not private, but not on its private list: to somebody of another company {level} on {tool} "
            "shows nothing else.",
            level=level.label,
            tool=tool,
        )
    by_list = listed and level < Level.STANDARD
    sentence = (
        "On its private list, with {level} on {tool}." if by_list else "Not private, and {level} on {tool}."
    )
    return text(sentence, level=level.label, tool=tool)
