"""Who sees which projects, contracts and claims (R-PERM)."""

from datetime import UTC, datetime

import pytest

from tallystick.access.actions import add_member, set_account_level
from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import level_of, visible_accounts, visible_projects
from tallystick.audit.queries import history
from tallystick.claims import policies as claims
from tallystick.claims.creation import create_claim
from tallystick.contracts import policies as contracts
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tests import factories as make

pytestmark = pytest.mark.django_db


def seen_by(person, queryset_for):
    return set(queryset_for(make.actor_of(person)))


def test_nobody_sees_nothing():
    contract = make.make_contract()
    nobody = Actor.nobody()
    assert not visible_projects(nobody).exists()
    assert not contracts.visible_to(nobody).exists()
    assert level_of(nobody, contract.project, Tool.COMMITMENTS) is Level.NONE


def test_a_member_sees_their_projects_and_no_other():
    mine, _other = make.make_project(), make.make_project()
    person = make.make_member(mine, Level.READ_ONLY)
    assert seen_by(person, visible_projects) == {mine}
    assert set(visible_accounts(make.actor_of(person))) == {mine.account}


def test_an_account_administrator_is_admin_of_everything_of_the_account_and_of_nothing_else():
    project = make.make_project()
    stranger = make.make_contract()
    contract = make.make_contract(project)
    chief = make.make_account_admin(project.account)
    actor = make.actor_of(chief)
    assert all(level_of(actor, project, tool) is Level.ADMIN for tool in Tool)
    assert seen_by(chief, contracts.visible_to) == {contract}
    assert level_of(actor, stranger.project, Tool.COMMITMENTS) is Level.NONE


@pytest.mark.parametrize(
    ("level", "private", "on_list", "sees"),
    [
        (Level.NONE, False, False, False),
        (Level.NONE, False, True, False),
        (Level.READ_ONLY, False, False, True),
        (Level.READ_ONLY, True, False, False),
        (Level.READ_ONLY, True, True, True),
        (Level.STANDARD, True, False, False),
        (Level.STANDARD, False, False, True),
        (Level.ADMIN, True, False, True),
    ],
)
def test_a_private_contract_is_seen_by_administrators_and_its_list(level, private, on_list, sees):
    contract = make.make_contract(is_private=private)
    person = make.make_member(contract.project, commitments=level)
    if on_list:
        make.contracts.add_to_private_list(make.OPERATOR, contract, person)
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    assert seen_by(person, contracts.visible_to) == ({contract} if sees else set())
    assert seen_by(person, claims.visible_to) == ({claim} if sees else set())


@pytest.mark.parametrize(
    ("level", "on_list", "sees"),
    [
        (Level.READ_ONLY, False, False),
        (Level.READ_ONLY, True, True),
        (Level.STANDARD, False, True),
        (Level.ADMIN, False, True),
    ],
)
def test_read_only_shows_somebody_of_another_company_only_what_they_are_on_the_list_of(level, on_list, sees):
    """R-PERM-3: their own commitment "and nothing else"; R-PERM-4: Standard shows more, and is discouraged."""
    contract = make.make_contract(is_private=False)
    outsider = make.make_member(
        contract.project, commitments=level, company=make.make_company(contract.project.account)
    )
    if on_list:
        make.contracts.add_to_private_list(make.OPERATOR, contract, outsider)
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    assert seen_by(outsider, contracts.visible_to) == ({contract} if sees else set())
    assert seen_by(outsider, claims.visible_to) == ({claim} if sees else set())
    here = contracts.visible_in(make.actor_of(outsider), contract.project, Tool.COMMITMENTS)
    assert set(here) == ({contract} if sees else set())


def test_the_level_for_commitments_opens_no_head_contract():
    project = make.make_project()
    head = make.make_head_contract(project, is_private=False)
    commitment = make.make_contract(project, is_private=False)
    downstream = make.make_member(project, commitments=Level.ADMIN)
    upstream = make.make_member(project, head_contracts=Level.ADMIN)
    assert seen_by(downstream, contracts.visible_to) == {commitment}
    assert seen_by(upstream, contracts.visible_to) == {head}


def test_somebody_switched_off_sees_nothing_any_more():
    contract = make.make_contract()
    person = make.make_claim_contact(contract)
    assert seen_by(person, contracts.visible_to) == {contract}
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert seen_by(person, contracts.visible_to) == set()
    assert not contracts.is_claim_contact(make.actor_of(person), contract)


def test_a_claim_contact_sees_their_contract_and_nothing_else():
    contract = make.make_contract()
    other = make.make_contract(contract.project)
    contact = make.make_claim_contact(contract)
    period = make.open_period_of(contract.project)
    mine = create_claim(make.OPERATOR, contract, period)
    create_claim(make.OPERATOR, other, period)
    assert seen_by(contact, contracts.visible_to) == {contract}
    assert seen_by(contact, claims.visible_to) == {mine}


def test_read_only_suffices_for_a_claim_contact_and_none_does_not():
    contract = make.make_contract()
    period = make.open_period_of(contract.project)
    reader = make.actor_of(make.make_claim_contact(contract))
    barred = make.actor_of(make.make_claim_contact(contract, level=Level.NONE))
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC)):
        assert claims.can_create_claim(reader, contract, period)
        assert not claims.can_create_claim(barred, contract, period)


def test_a_standard_user_who_is_no_contact_cannot_claim():
    contract = make.make_contract(is_private=False)
    period = make.open_period_of(contract.project)
    user = make.actor_of(make.make_member(contract.project, Level.STANDARD))
    decision = claims.can_create_claim(user, contract, period)
    assert not decision
    assert decision.reason == (
        "Only a progress claim contact of this contract or an administrator can create a progress claim on it."
    )


def test_changing_a_template_changes_nobody_until_it_is_applied_again():
    project = make.make_project()
    template = make.make_template(project.account, {Tool.COMMITMENTS: Level.READ_ONLY})
    person = make.make_person(make.own_company(project.account))
    membership = add_member(make.OPERATOR, project, person, template=template)
    type(template).objects.filter(pk=template.pk).update(commitments=Level.ADMIN)
    template.refresh_from_db()
    assert level_of(make.actor_of(person), project, Tool.COMMITMENTS) is Level.READ_ONLY
    add_member(make.OPERATOR, project, person, template=template)
    assert level_of(make.actor_of(person), project, Tool.COMMITMENTS) is Level.ADMIN
    assert ("commitments", "Read Only", "Admin") in history(membership)[-1].changes


def test_only_administrators_of_the_account_give_levels():
    project = make.make_project()
    user = make.actor_of(make.make_member(project, commitments=Level.ADMIN))
    person = make.make_person(make.own_company(project.account))
    with pytest.raises(Refused, match="Only an administrator of the account"):
        set_account_level(user, person, Level.ADMIN)
    template = make.make_template(project.account, {})
    with pytest.raises(Refused, match="decide who is on the project"):
        add_member(user, project, person, template=template)


def test_people_of_another_account_are_not_put_on_a_project():
    project = make.make_project()
    stranger = make.make_person()
    with pytest.raises(BadInput, match="not in this account's directory"):
        add_member(make.OPERATOR, project, stranger, template=make.make_template(project.account, {}))


def test_levels_are_looked_up_once_in_a_request(django_assert_num_queries):
    project = make.make_project()
    actor = make.actor_of(make.make_member(project, Level.READ_ONLY))
    with django_assert_num_queries(2):
        for _ in range(5):
            for tool in Tool:
                level_of(actor, project, tool)
