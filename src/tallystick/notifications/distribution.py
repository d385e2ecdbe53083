"""A project's distribution list: who is told what comes in, besides those whom a message is about (domain §12, §13).

On it are people who see the project's commitments. Somebody who leaves the project leaves it; whoever is switched off,
or sees commitments no longer, stands on it with the reason and is told nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.access.models import AccountMembership, Membership
from tallystick.access.policies import can_change_project
from tallystick.access.recording import record_in
from tallystick.core.errors import BadInput
from tallystick.directory.models import ClaimDistribution, Person, Project
from tallystick.terms.context import text


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the list. ``reason`` says why nothing is sent; empty where it is."""

    person: Person
    reason: str


def listed(project: Project) -> list[Listed]:
    """Everybody on the list by name, those who are told nothing among them; two queries."""
    told = set(_sees_commitments(project).filter(distributions__project=project).values_list("pk", flat=True))
    people = Person.objects.filter(distributions__project=project).select_related("company")
    return [
        Listed(person, "" if person.pk in told else _why_not(person))
        for person in people.order_by("name", "pk")
    ]


def _why_not(person: Person) -> str:
    if not person.is_active:
        return "Deactivated: gets no e-mails"
    return text("Sees no {commitments} of the project: gets no e-mails")


def may_be_listed(project: Project) -> QuerySet[Person]:
    """Who can be put on the list and is not on it yet, the account's own people first."""
    listed_already = ClaimDistribution.objects.filter(project=project, person=OuterRef("pk"))
    people = _sees_commitments(project).exclude(Exists(listed_already)).select_related("company")
    return people.order_by("-company__is_own", "company__name", "name", "pk")


def _sees_commitments(project: Project) -> QuerySet[Person]:
    """Active people with Read Only or more on Commitments, and the account's administrators (R-PERM-1)."""
    members = Membership.objects.filter(
        project=project, person=OuterRef("pk"), commitments__gte=Level.READ_ONLY
    )
    administrators = AccountMembership.objects.filter(person=OuterRef("pk"), directory=Level.ADMIN)
    return Person.objects.filter(
        Q(Exists(members)) | Q(Exists(administrators)), account=project.account_id, is_active=True
    )


@transaction.atomic
def add_to_distribution(actor: Actor, project: Project, person: Person) -> None:
    """Put somebody on the list; again is harmless. Raises ``BadInput`` for those who can't see commitments."""
    can_change_project(actor, project).require()
    if not _sees_commitments(project).filter(pk=person.pk).exists():
        raise BadInput(
            text(
                "{person} can't see the {commitments} of this project. Give the person Read Only on the project first.",
                person=person.name,
            ),
            {"person": "Choose one of those offered."},
        )
    _, created = ClaimDistribution.objects.get_or_create(project=project, person=person)
    if created:
        record_in(project, actor, "distribution.added", project, facts={"person": person.name})


@transaction.atomic
def remove_from_distribution(actor: Actor, project: Project, person: Person) -> None:
    """Take somebody off the list; again is harmless."""
    can_change_project(actor, project).require()
    drop_from_distribution(actor, person, project)


def drop_from_distribution(actor: Actor, person: Person, project: Project | None = None) -> None:
    """Take somebody off the list of ``project``, or off all of the account's, since something else ended. The caller
    has decided that it may, and holds a transaction."""
    rows = ClaimDistribution.objects.filter(person=person).select_related("project")
    for row in rows if project is None else rows.filter(project=project):
        row.delete()
        record_in(row.project, actor, "distribution.removed", row.project, facts={"person": person.name})
