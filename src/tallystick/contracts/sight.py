"""Which people of a directory see which of a project's contracts: for telling several at once, signed in or not.

The rule is that of ``policies.visible_to``, by the person in place of the log-in; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tallystick.access.levels import Level, Tool
from tallystick.access.models import AccountMembership, Membership
from tallystick.contracts.models import Contract, PrivateListMember
from tallystick.directory.models import Person, Project


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees of a project's contracts of one tool."""

    level: Level
    reads_open: bool
    listed: frozenset[int]

    def sees(self, contract: Contract) -> bool:
        """Whether the contract, one of that project and tool, is shown to them."""
        if self.level >= Level.ADMIN:
            return True
        if self.level < Level.READ_ONLY:
            return False
        return contract.pk in self.listed or (self.reads_open and not contract.is_private)


def sights_of(project: Project, people: Iterable[Person], tool: Tool = Tool.COMMITMENTS) -> dict[int, Sight]:
    """The sight of each of them, by the person's id. Three queries, however many people and contracts there are."""
    active = [person.pk for person in people if person.is_active]
    admins = set(
        AccountMembership.objects.filter(
            person__in=active, person__account=project.account_id, directory=Level.ADMIN
        ).values_list("person_id", flat=True)
    )
    places = Membership.objects.filter(project=project, person__in=active)
    levels = {
        person_id: (Level(level), own)
        for person_id, level, own in places.values_list("person_id", tool.value, "person__company__is_own")
    }
    listed: dict[int, set[int]] = {}
    rows = PrivateListMember.objects.filter(contract__project=project, person__in=active)
    for person_id, contract_id in rows.values_list("person_id", "contract_id"):
        listed.setdefault(person_id, set()).add(contract_id)
    found = {}
    for person_id in active:
        level, own = levels.get(person_id, (Level.NONE, False))
        found[person_id] = Sight(
            Level.ADMIN if person_id in admins else level,
            level >= (Level.READ_ONLY if own else Level.STANDARD),
            frozenset(listed.get(person_id, ())),
        )
    return found
