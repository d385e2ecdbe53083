"""The distribution list: who can be on it, who leaves it, and who is told nothing although they are on it."""

from __future__ import annotations

import pytest

from tallystick.access.actions import set_account_level
from tallystick.access.levels import Level
from tallystick.access.people import deactivate_person, reactivate_person
from tallystick.audit.models import Event
from tallystick.contracts.moving_people import move_person
from tallystick.contracts.way_in import leave_project
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Project
from tallystick.notifications.distribution import (
    add_to_distribution,
    listed,
    may_be_listed,
    remove_from_distribution,
)
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make.make_project()


def told(project: Project) -> list[str]:
    return [one.person.name for one in listed(project) if not one.reason]


def events(project: Project) -> list[tuple[str, str]]:
    found = Event.objects.filter(project=project, name__startswith="distribution.")
    return [(event.name, event.facts["person"]) for event in found]


def test_who_sees_commitments_can_be_on_the_list(project: Project) -> None:
    reader = make.make_member(project, commitments=Level.READ_ONLY, name="Rita Reader")
    make.make_member(project, head_contracts=Level.ADMIN, name="Una Upstream")
    make.make_account_admin(project.account, "Bea Boss")
    gone = make.make_member(project, Level.ADMIN, name="Gus Gone")
    deactivate_person(make.OPERATOR, gone)
    make.make_person(make.own_company(project.account), "Nora Nowhere")
    assert [person.name for person in may_be_listed(project)] == ["Bea Boss", "Rita Reader"]
    add_to_distribution(make.OPERATOR, project, reader)
    add_to_distribution(make.OPERATOR, project, reader)
    assert [person.name for person in may_be_listed(project)] == ["Bea Boss"]
    assert told(project) == ["Rita Reader"]
    assert events(project) == [("distribution.added", "Rita Reader")]


def test_who_sees_no_commitments_is_not_taken(project: Project) -> None:
    someone = make.make_member(project, head_contracts=Level.ADMIN, name="Una Upstream")
    with pytest.raises(BadInput, match="Una Upstream can't see the commitments of this project"):
        add_to_distribution(make.OPERATOR, project, someone)
    stranger = make.make_account_admin(make.make_account())
    with pytest.raises(BadInput):
        add_to_distribution(make.OPERATOR, project, stranger)


def test_only_an_administrator_of_commitments_changes_the_list(project: Project) -> None:
    standard = make.make_member(project, Level.STANDARD)
    actor = make.actor_of(standard)
    with pytest.raises(Refused, match="You need Admin"):
        add_to_distribution(actor, project, standard)
    add_to_distribution(make.OPERATOR, project, standard)
    with pytest.raises(Refused, match="You need Admin"):
        remove_from_distribution(actor, project, standard)
    assert told(project)


def test_the_deactivated_stand_on_it_as_such_and_come_back(project: Project) -> None:
    person = make.make_member(project, Level.ADMIN, name="Dee Away")
    add_to_distribution(make.OPERATOR, project, person)
    deactivate_person(make.OPERATOR, person)
    assert told(project) == []
    assert [(one.person.name, one.reason) for one in listed(project)] == [
        ("Dee Away", "Deactivated: gets no e-mails")
    ]
    reactivate_person(make.OPERATOR, person)
    assert told(project) == ["Dee Away"]


def test_who_sees_commitments_no_longer_is_told_nothing(project: Project) -> None:
    person = make.make_member(project, Level.ADMIN, name="Lee Lowered")
    add_to_distribution(make.OPERATOR, project, person)
    membership = project.memberships.get(person=person)
    membership.commitments = Level.NONE
    membership.save()
    assert told(project) == []
    assert [one.reason for one in listed(project)] == ["Sees no commitments of the project: gets no e-mails"]


def test_an_administrator_of_the_account_needs_no_place_on_the_project(project: Project) -> None:
    boss = make.make_account_admin(project.account, "Bea Boss")
    add_to_distribution(make.OPERATOR, project, boss)
    assert told(project) == ["Bea Boss"]
    make.make_account_admin(project.account)
    set_account_level(make.OPERATOR, boss, Level.READ_ONLY)
    assert told(project) == []


def test_who_is_taken_off_the_project_leaves_the_list(project: Project) -> None:
    person = make.make_member(project, Level.ADMIN, name="Olga Off")
    other = make.make_project(project.account)
    make.make_member(other, Level.ADMIN, person=person)
    for one in (project, other):
        add_to_distribution(make.OPERATOR, one, person)
    leave_project(make.OPERATOR, project, person)
    assert not project.distribution.exists()
    assert other.distribution.exists()
    assert events(project)[-1] == ("distribution.removed", "Olga Off")


def test_who_moves_to_another_company_leaves_every_list(project: Project) -> None:
    person = make.make_member(project, Level.ADMIN, name="Max Moves")
    add_to_distribution(make.OPERATOR, project, person)
    move_person(make.OPERATOR, person, make.make_company(project.account))
    assert not project.distribution.exists()
    assert events(project)[-1] == ("distribution.removed", "Max Moves")


def test_removing_twice_is_harmless(project: Project) -> None:
    person = make.make_member(project, Level.ADMIN)
    add_to_distribution(make.OPERATOR, project, person)
    for _ in range(2):
        remove_from_distribution(make.OPERATOR, project, person)
    assert [name for name, _ in events(project)] == ["distribution.added", "distribution.removed"]
