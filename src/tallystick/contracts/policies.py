"""Who may see and change contracts (R-PERM-2, R-PERM-3, domain §2.2)."""

from django.db.models import Q, QuerySet

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import (
    administers_account,
    can_manage_people,
    has_level,
    level_of,
    level_of_person,
    reads_what_is_open,
    require_level,
)
from tallystick.contracts.models import ClaimContact, Contract, PrivateListMember, Variation
from tallystick.contracts.states import COMMITMENT_KINDS, ContractKind, VariationStatus
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Person, Project
from tallystick.terms.context import text


def tool_of(kind: str) -> Tool:
    """The tool whose level governs contracts of this kind."""
    return Tool.COMMITMENTS if kind in COMMITMENT_KINDS else Tool.HEAD_CONTRACTS


def visible_to(actor: Actor) -> QuerySet[Contract]:
    """Contracts that the actor may see.

    An administrator of the tool sees all of a project's; everybody else with Read Only or more sees those on whose
    list they are, and those that are not private: people of other companies only with Standard, so that a claim
    contact sees their own contracts and nothing else (R-PERM-3, R-PERM-4).
    """
    if actor.is_operator:
        return Contract.objects.all()
    if actor.login_id is None:
        return Contract.objects.none()
    return Contract.objects.filter(
        administers_account(actor, "project__account_id")
        | _seen_by_level(actor, Q(kind__in=COMMITMENT_KINDS), Tool.COMMITMENTS)
        | _seen_by_level(actor, Q(kind=ContractKind.HEAD_CONTRACT), Tool.HEAD_CONTRACTS)
    )


def _seen_by_level(actor: Actor, kinds: Q, tool: Tool) -> Q:
    admin = has_level(actor, "project_id", tool, Level.ADMIN)
    reader = has_level(actor, "project_id", tool, Level.READ_ONLY)
    return kinds & (admin | (reader & _is_on_list(actor)) | _is_open_to(actor, tool))


def _is_open_to(actor: Actor, tool: Tool, path: str = "") -> Q:
    return Q(**{f"{path}is_private": False}) & reads_what_is_open(actor, f"{path}project_id", tool)


def visible_in(actor: Actor, project: Project, tool: Tool) -> QuerySet[Contract]:
    """The same for the contracts of one project and tool: what ``visible_to`` finds, by a level looked up once."""
    return Contract.objects.filter(seen_through(actor, project, tool))


def seen_through(actor: Actor, project: Project, tool: Tool, path: str = "") -> Q:
    """``visible_in`` as a condition on rows that reach a contract by ``path`` (``claims__contract__``).

    A condition on the joined contract lets the database begin where the rows are, a list of contracts does not.
    """
    kinds = [kind for kind in ContractKind if tool_of(kind) is tool]
    level = level_of(actor, project, tool)
    if level < Level.READ_ONLY:
        kinds = []
    seen = Q(**{f"{path}project": project, f"{path}kind__in": kinds})
    if level >= Level.ADMIN:
        return seen
    return seen & (_is_open_to(actor, tool, path) | _is_on_list(actor, path))


def _is_on_list(actor: Actor, path: str = "") -> Q:
    listed = PrivateListMember.objects.filter(person__login_id=actor.login_id or 0, person__is_active=True)
    return Q(**{f"{path}pk__in": listed.values("contract_id")})


def is_admin_of(actor: Actor, contract: Contract) -> bool:
    """Whether the actor is an administrator of the tool that this contract belongs to."""
    return level_of(actor, contract.project, tool_of(contract.kind)) >= Level.ADMIN


def is_claim_contact(actor: Actor, contract: Contract) -> bool:
    """Whether the actor claims on this contract: designated, and at least Read Only (R-PERM-4)."""
    return (
        actor.login_id is not None
        and level_of(actor, contract.project, tool_of(contract.kind)) >= Level.READ_ONLY
        and _is_designated(actor, contract)
    )


def _is_designated(actor: Actor, contract: Contract) -> bool:
    if contract.project_id in actor.contact_of:
        return contract.pk in actor.contact_of[contract.project_id]
    return ClaimContact.objects.filter(
        contract=contract, person__login_id=actor.login_id or 0, person__is_active=True
    ).exists()


def is_contact_person(person: Person, contract: Contract) -> bool:
    """Whether somebody claims on this contract, signed in or not: active, designated, at least Read Only, and with no
    log-in that is switched off (R-PERM-4). ``person`` comes with ``login``."""
    if not person.is_active or (person.login is not None and not person.login.is_active):
        return False
    return (
        ClaimContact.objects.filter(contract=contract, person=person).exists()
        and level_of_person(person, contract.project, tool_of(contract.kind)) >= Level.READ_ONLY
    )


def load_designations(actor: Actor, project: Project) -> frozenset[int]:
    """Look up once on which contracts of the project the actor is designated, for asking about many of them."""
    found = frozenset(
        ClaimContact.objects.filter(
            contract__project=project, person__login_id=actor.login_id or 0, person__is_active=True
        ).values_list("contract_id", flat=True)
    )
    actor.contact_of[project.pk] = found
    return found


def can_bring_in_contact(actor: Actor, contract: Contract) -> Decision:
    """Add somebody of the contract company to directory, project and contract in one step: Admin on the contract's
    tool, and on the project's Directory since the person comes onto the project (R-PERM-6, R-CONTACT-1)."""
    return can_administer(actor, contract) and can_manage_people(actor, contract.project)


def can_administer(actor: Actor, contract: Contract) -> Decision:
    """Create, edit and move contracts, variations, contacts and lists: Admin on the tool."""
    tool = tool_of(contract.kind)
    return require_level(actor, contract.project, tool, Level.ADMIN, "change this contract")


def can_change_sov(actor: Actor, contract: Contract) -> Decision:
    """The contract's own lines can be changed until the first claim stands on them."""
    decision = can_administer(actor, contract)
    if not decision:
        return decision
    if contract.claims.filter(deleted_at__isnull=True).exists():
        return refused(
            text(
                "This {sov} has been billed on, so its lines can't change. Record the change as {a variation}."
            )
        )
    return ALLOWED


def can_change_company(actor: Actor, contract: Contract) -> Decision:
    """The company can change until somebody claims, and while nobody of it is designated to."""
    decision = can_administer(actor, contract)
    if not decision:
        return decision
    if contract.claims.exists():
        return refused(
            text(
                "The company has made {claims} on this contract, so it can't change. Create a contract for the other."
            )
        )
    if contract.claim_contacts.exists():
        return refused(
            text(
                "People of this company are {claim_contacts} here. End their designation first, then change it."
            )
        )
    return ALLOWED


def is_claimed(variation: Variation) -> bool:
    """Whether a claim carries the variation."""
    return variation.lines.filter(
        claim_lines__claim__deleted_at__isnull=True, claim_lines__isnull=False
    ).exists()


def can_change_variation(actor: Actor, variation: Variation) -> Decision:
    """What a variation says can change until it is approved."""
    decision = can_administer(actor, variation.contract)
    status = VariationStatus(variation.status)
    if not decision or status in (VariationStatus.DRAFT, VariationStatus.PENDING):
        return decision
    if status != VariationStatus.APPROVED:
        return refused(
            text(
                "This {variation} is {status}, so it can't change. Return it to draft first.",
                status=status.label.lower(),
            )
        )
    if is_claimed(variation):
        return refused(
            text(
                "This {variation} is in {a claim} already, so it can't change. Record another one for the rest."
            )
        )
    return refused(text("This {variation} is approved, so it can't change. Mark it as pending first."))


def can_delete_variation(actor: Actor, variation: Variation) -> Decision:
    """Drafts can be deleted; anything that somebody may rely on is voided instead."""
    decision = can_administer(actor, variation.contract)
    if decision and variation.status != VariationStatus.DRAFT:
        return refused(
            text(
                "Only a draft can be deleted. Void this {variation} instead: it stays in the list, struck out."
            )
        )
    return decision


def can_see_sov(actor: Actor, contract: Contract) -> Decision:
    """Lines are hidden from people on the private list where the contract says so (domain §2.1)."""
    if contract.private_list_sees_sov or not contract.is_private:
        return ALLOWED
    if is_admin_of(actor, contract) or is_claim_contact(actor, contract):
        return ALLOWED
    return refused(
        text("The lines of this contract are shown to its administrators and {claim_contacts} only.")
    )
