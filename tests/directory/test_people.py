"""People of the directory: changing, moving, switching off and on (R-PERM, R-CONTACT)."""

import pytest

from tallystick.access import people as access
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import level_of, visible_accounts, visible_companies, visible_projects
from tallystick.audit.queries import history
from tallystick.claims import policies as claims
from tallystick.claims.creation import create_claim
from tallystick.contracts import actions as contracts
from tallystick.contracts.moving_people import move_person
from tallystick.contracts.policies import is_claim_contact, visible_to
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Login
from tallystick.documents.policies import visible_to as visible_papers
from tallystick.periods.policies import visible_to as visible_periods
from tests import factories as make

pytestmark = pytest.mark.django_db


def boss_of(account):
    return make.actor_of(make.make_account_admin(account, "Bea Boss"))


def change(actor, person, **facts):
    return access.change_person(actor, person, **{"email": person.email, "login": True, **facts})


def test_somebody_deactivated_sees_nothing_of_the_account_until_reactivated():
    contract = make.make_contract()
    person = make.make_claim_contact(contract)
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    boss = boss_of(contract.project.account)
    access.deactivate_person(boss, person)
    gone = make.actor_of(person)
    for visible in (visible_accounts, visible_projects, visible_companies, visible_to, visible_papers):
        assert not visible(gone).exists()
    assert not claims.visible_to(gone).exists() and not visible_periods(gone).exists()
    assert level_of(gone, contract.project, Tool.COMMITMENTS) is Level.NONE
    assert not is_claim_contact(gone, contract)
    assert not claims.can_create_claim(gone, contract, claim.period)
    access.reactivate_person(boss, person)
    back = make.actor_of(person)
    assert set(visible_to(back)) == {contract} and is_claim_contact(back, contract)
    assert [row.text.split()[0] for row in history(person)][-2:] == ["deactivated", "reactivated"]


def test_an_administrator_switched_off_administers_nothing():
    project = make.make_project()
    admin = make.make_account_admin(project.account)
    access.deactivate_person(boss_of(project.account), admin)
    assert level_of(make.actor_of(admin), project, Tool.DIRECTORY) is Level.NONE
    with pytest.raises(Refused):
        access.reactivate_person(make.actor_of(admin), admin)


def test_nobody_deactivates_themselves():
    admin = make.make_account_admin(make.make_account())
    with pytest.raises(BadInput, match="You can't deactivate yourself"):
        access.deactivate_person(make.actor_of(admin), admin)


def test_somebody_deactivated_is_neither_designated_nor_listed():
    contract = make.make_contract()
    person = make.make_person(contract.company)
    access.deactivate_person(boss_of(contract.project.account), person)
    person.refresh_from_db()
    with pytest.raises(BadInput, match="is deactivated"):
        contracts.add_claim_contact(make.OPERATOR, contract, person)
    with pytest.raises(BadInput, match="is deactivated"):
        contracts.add_to_private_list(make.OPERATOR, contract, person)


def test_moving_ends_designations_and_private_lists_of_the_old_company():
    contract = make.make_contract()
    rival = make.make_contract(contract.project)
    person = make.make_claim_contact(contract)
    boss = boss_of(contract.project.account)
    access.set_default_contact(boss, contract.company, person)
    moved = move_person(boss, person, rival.company)
    assert moved.company == rival.company
    assert not visible_to(make.actor_of(person)).exists()
    assert not contract.claim_contacts.exists() and not contract.private_list.exists()
    contract.company.refresh_from_db()
    assert contract.company.default_contact is None
    contracts.add_claim_contact(make.OPERATOR, rival, moved)
    assert set(visible_to(make.actor_of(person))) == {rival}
    assert ("company", contract.company.name, rival.company.name) in history(person)[-1].changes


def test_people_are_moved_within_their_directory_only():
    person = make.make_person()
    with pytest.raises(BadInput, match="in another directory"):
        move_person(make.OPERATOR, person, make.make_company())


def test_another_address_is_another_log_in_and_the_old_one_loses_sight():
    project = make.make_project()
    person = make.make_member(project, Level.STANDARD)
    before = make.actor_of(person)
    changed = change(boss_of(project.account), person, email="New.Name@example.com")
    assert changed.email == "new.name@example.com"
    assert changed.login == Login.objects.get(email="new.name@example.com")
    assert not visible_projects(before).exists()
    assert set(visible_projects(make.actor_of(changed))) == {project}


def test_an_address_is_taken_in_words_that_say_by_whom():
    company = make.make_company(name="Apex")
    boss = boss_of(company.account)
    ann = make.make_person(company, "Ann Known", email="ann@example.com")
    other = make.make_person(company)
    with pytest.raises(BadInput, match="Ann Known of Apex: use that record"):
        change(boss, other, email="ANN@example.com")
    access.deactivate_person(boss, ann)
    with pytest.raises(BadInput, match="who is deactivated: reactivate that record"):
        change(boss, other, email="ann@example.com")


def test_ones_own_address_and_log_in_are_changed_by_somebody_else():
    admin = make.make_account_admin(make.make_account())
    for facts in ({"email": "x@example.com"}, {"login": False}):
        with pytest.raises(BadInput, match="your own record"):
            change(make.actor_of(admin), admin, **facts)
    assert change(make.actor_of(admin), admin, name="Renamed").name == "Renamed"


def test_a_log_in_is_taken_away_and_given():
    person = make.make_person()
    boss = boss_of(person.account)
    assert change(boss, person, login=False).login is None
    assert change(boss, person).login is not None


def test_the_usual_contact_works_for_the_company():
    company = make.make_company()
    boss = boss_of(company.account)
    with pytest.raises(BadInput, match="doesn't work for"):
        access.set_default_contact(boss, company, make.make_person(make.make_company(company.account)))
    person = make.make_person(company)
    assert access.set_default_contact(boss, company, person).default_contact == person
    access.deactivate_person(boss, person)
    company.refresh_from_db()
    assert company.default_contact is None
