"""Who is a claim contact and nothing else: whose pages show no tools that are not theirs (R-PERM-3, R-CONTACT)."""

from dataclasses import dataclass

from django.db.models import Q

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.models import AccountMembership, Membership
from tallystick.access.policies import level_of
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import visible_in
from tallystick.directory.models import Person, Project
from tallystick.mine.facts import my_contracts


@dataclass(frozen=True, slots=True)
class Place:
    """Whether somebody claims on any contract that they can see, and whether that is all that they do here."""

    claims: bool
    only: bool


NOWHERE = Place(claims=False, only=False)


def place_of(actor: Actor) -> Place:
    """The actor's place as a claim contact; one query, two for those who are.

    Claiming is all that somebody does who is of another company wherever they are, has no level on a directory or on
    head contracts, and administers nothing.
    """
    if actor.login_id is None or not my_contracts(actor).exists():
        return NOWHERE
    return Place(claims=True, only=not _does_more(actor))


def _does_more(actor: Actor) -> bool:
    more = Membership.objects.filter(
        Q(commitments__gte=Level.ADMIN)
        | Q(head_contracts__gte=Level.READ_ONLY)
        | Q(directory__gte=Level.READ_ONLY)
    )
    accounts = AccountMembership.objects.filter(directory__gte=Level.READ_ONLY)
    me = Person.objects.filter(login_id=actor.login_id or 0, is_active=True)
    return me.filter(
        Q(company__is_own=True) | Q(pk__in=more.values("person_id")) | Q(pk__in=accounts.values("person_id"))
    ).exists()


def only_contract_in(actor: Actor, project: Project) -> Contract | None:
    """The one contract of the project that the actor sees, ``None`` where there are none or several."""
    if level_of(actor, project, Tool.HEAD_CONTRACTS) >= Level.READ_ONLY:
        return None
    found = list(visible_in(actor, project, Tool.COMMITMENTS).order_by("number")[:2])
    return found[0] if len(found) == 1 else None
