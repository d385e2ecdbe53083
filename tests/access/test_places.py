"""Places on a project, templates and the account's level: changing, leaving, and what must not happen (R-PERM)."""

import pytest

from tallystick.access.actions import add_member, create_template, set_account_level, set_levels
from tallystick.access.levels import Level, Tool
from tallystick.access.models import AccountMembership, Membership, PermissionTemplate
from tallystick.access.outsiders import outsider_warnings
from tallystick.access.people import change_person, deactivate_person
from tallystick.access.policies import is_account_admin, level_of, visible_companies
from tallystick.access.templates import change_template, delete_template, reach_of
from tallystick.audit.models import Event
from tallystick.audit.queries import history
from tallystick.contracts import policies as contracts
from tallystick.contracts.models import ClaimContact, PrivateListMember
from tallystick.contracts.way_in import NewPerson, bring_in_claim_contact, leave_project
from tallystick.core.errors import BadInput, NotFound, Refused, Stale
from tallystick.directory.models import Person
from tests import factories as make

pytestmark = pytest.mark.django_db

READER = {Tool.COMMITMENTS: Level.READ_ONLY, Tool.HEAD_CONTRACTS: Level.NONE, Tool.DIRECTORY: Level.NONE}
WRITER = {**READER, Tool.COMMITMENTS: Level.STANDARD}


def test_a_template_has_the_only_one_of_its_name():
    account = make.make_account()
    create_template(make.OPERATOR, account, name="Site team", levels=READER)
    with pytest.raises(BadInput, match="called SITE team already"):
        create_template(make.OPERATOR, account, name=" SITE team ", levels=READER)
    create_template(make.OPERATOR, make.make_account(), name="Site team", levels=READER)


def test_a_template_reaches_only_those_who_were_shown_and_were_meant():
    project = make.make_project()
    template = create_template(make.OPERATOR, project.account, name="Site team", levels=READER)
    people = [make.make_person(make.own_company(project.account)) for _ in range(2)]
    add_member(make.OPERATOR, project, people[0], template=template)
    assert change_template(make.OPERATOR, template, name="Site", levels=WRITER) == 0
    assert level_of(make.actor_of(people[0]), project, Tool.COMMITMENTS) is Level.READ_ONLY
    mark = reach_of(template, WRITER).mark
    membership = add_member(
        make.OPERATOR, project, people[1], template=PermissionTemplate.objects.get(pk=template.pk)
    )
    set_levels(make.OPERATOR, project, people[1], levels=READER, template=template)
    with pytest.raises(Stale, match="look again"):
        change_template(make.OPERATOR, template, name="Other", levels=WRITER, reaching=mark)
    assert PermissionTemplate.objects.get().name == "Site"
    mark = reach_of(template, WRITER).mark
    assert change_template(make.OPERATOR, template, name="Site", levels=WRITER, reaching=mark) == 2
    assert level_of(make.actor_of(people[1]), project, Tool.COMMITMENTS) is Level.STANDARD
    assert ("commitments", "Read Only", "Standard") in history(membership)[-1].changes


def test_a_template_that_somebody_has_stays():
    project = make.make_project()
    template = create_template(make.OPERATOR, project.account, name="Site team", levels=READER)
    person = make.make_person(make.own_company(project.account))
    add_member(make.OPERATOR, project, person, template=template)
    with pytest.raises(Refused, match="1 place on a project has this template"):
        delete_template(make.OPERATOR, template)
    leave_project(make.OPERATOR, project, person)
    delete_template(make.OPERATOR, template)
    assert not PermissionTemplate.objects.exists()


def test_the_same_levels_again_are_nothing_new():
    project = make.make_project()
    person = make.make_person(make.own_company(project.account))
    for _ in range(2):
        set_levels(make.OPERATOR, project, person, levels=READER)
    assert Event.objects.filter(name__startswith="member.").count() == 1


def test_nobody_changes_their_own_place_but_an_administrator_of_the_account():
    project = make.make_project()
    person = make.make_member(project, directory=Level.ADMIN)
    with pytest.raises(Refused, match="your own place"):
        set_levels(make.actor_of(person), project, person, levels=dict.fromkeys(Tool, Level.ADMIN))
    with pytest.raises(Refused, match="your own place"):
        leave_project(make.actor_of(person), project, person)
    boss = make.make_account_admin(project.account)
    set_levels(make.actor_of(boss), project, boss, levels=READER)


def test_leaving_ends_designations_and_lists_there_and_coming_back_opens_nothing():
    contract = make.make_contract()
    elsewhere = make.make_contract(make.make_project(contract.project.account), contract.company)
    contact = make.make_claim_contact(contract)
    make.make_member(elsewhere.project, person=contact, commitments=Level.READ_ONLY)
    make.contracts.add_claim_contact(make.OPERATOR, elsewhere, contact)
    leave_project(make.OPERATOR, contract.project, contact)
    assert list(ClaimContact.objects.values_list("contract", flat=True)) == [elsewhere.pk]
    assert list(PrivateListMember.objects.values_list("contract", flat=True)) == [elsewhere.pk]
    make.make_member(contract.project, person=contact, commitments=Level.READ_ONLY)
    assert set(contracts.visible_to(make.actor_of(contact))) == {elsewhere}
    assert {row.name for row in history(contract)} >= {"claim_contact.removed", "private_list.removed"}
    leave_project(make.OPERATOR, contract.project, contact)
    with pytest.raises(NotFound):
        leave_project(make.OPERATOR, contract.project, contact)


def test_an_account_keeps_an_administrator_who_can_sign_in():
    account = make.make_account()
    boss = make.make_account_admin(account)
    with pytest.raises(Refused, match="only administrator"):
        set_account_level(make.actor_of(boss), boss, Level.READ_ONLY)
    second = make.make_account_admin(account)
    Person.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(Refused, match="only administrator"):
        set_account_level(make.actor_of(boss), boss, Level.NONE)
    Person.objects.filter(pk=second.pk).update(is_active=True)
    set_account_level(make.actor_of(boss), boss, Level.NONE)
    assert AccountMembership.objects.get(directory=Level.ADMIN).person == second


def test_whoever_cannot_sign_in_is_made_no_administrator():
    account = make.make_account()
    with pytest.raises(BadInput, match="can't sign in"):
        set_account_level(
            make.OPERATOR, make.make_person(make.own_company(account), login=False), Level.ADMIN
        )


def test_read_only_on_the_account_reads_its_directory_and_no_other():
    account = make.make_account()
    make.make_company()
    person = make.make_person(make.own_company(account))
    assert not visible_companies(make.actor_of(person)).exists()
    set_account_level(make.OPERATOR, person, Level.READ_ONLY)
    assert set(visible_companies(make.actor_of(person))) == {make.own_company(account)}


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (READER, []),
        (WRITER, ["all commitments that are not private"]),
        ({Tool.COMMITMENTS: Level.ADMIN}, ["ignore due dates"]),
        ({Tool.HEAD_CONTRACTS: Level.STANDARD, Tool.DIRECTORY: Level.ADMIN}, ["not private", "decide who"]),
    ],
)
def test_much_for_an_outsider_is_told_and_for_ones_own_people_is_not(levels, said):
    account = make.make_account()
    warnings = outsider_warnings(make.make_person(make.make_company(account)), levels)
    assert len(warnings) == len(said) and all(part in text for part, text in zip(said, warnings, strict=True))
    assert outsider_warnings(make.make_person(make.own_company(account)), levels) == []


def test_a_contact_comes_in_by_one_action_and_can_claim_then():
    contract = make.make_contract()
    admin = make.actor_of(make.make_member(contract.project, Level.ADMIN))
    done = bring_in_claim_contact(
        admin, contract, NewPerson("Carl Contact", "Carl@Apex.example", job_title="Estimator")
    )
    person = done.person
    assert (done.was_created, done.level, person.email) == (True, Level.READ_ONLY, "carl@apex.example")
    actor = make.actor_of(person)
    assert contracts.is_claim_contact(actor, contract)
    assert set(contracts.visible_to(actor)) == {contract}
    assert [level_of(actor, contract.project, tool) for tool in Tool] == [Level.READ_ONLY, 0, 0]
    again = bring_in_claim_contact(admin, contract, NewPerson("Carl", "CARL@apex.example"))
    assert (again.person, again.was_created) == (person, False)
    assert Membership.objects.filter(person=person).count() == 1


def test_none_becomes_read_only_and_more_is_kept():
    contract = make.make_contract()
    barred = make.make_member(
        contract.project, person=make.make_person(contract.company), directory=Level.READ_ONLY
    )
    bring_in_claim_contact(make.OPERATOR, contract, barred)
    actor = make.actor_of(barred)
    assert [level_of(actor, contract.project, tool) for tool in Tool] == [1, 0, 1]
    writer = make.make_member(contract.project, Level.STANDARD, person=make.make_person(contract.company))
    assert bring_in_claim_contact(make.OPERATOR, contract, writer).level is Level.STANDARD


def test_an_address_of_another_company_refuses_the_whole():
    contract = make.make_contract()
    other = make.make_person(make.make_company(contract.project.account), email="ann@other.example")
    with pytest.raises(BadInput, match="not for"):
        bring_in_claim_contact(make.OPERATOR, contract, NewPerson("Ann", "Ann@other.example"))
    with pytest.raises(BadInput):
        bring_in_claim_contact(make.OPERATOR, contract, NewPerson("Bob", "no address"))
    with pytest.raises(BadInput):
        bring_in_claim_contact(make.OPERATOR, contract, other)
    assert not ClaimContact.objects.exists() and not Membership.objects.exists()
    assert Person.objects.filter(company=contract.company).count() == 0


@pytest.mark.parametrize(
    "levels", [{"commitments": Level.ADMIN}, {"directory": Level.ADMIN, "commitments": Level.STANDARD}]
)
def test_the_way_in_is_opened_by_whoever_may_do_all_of_it(levels):
    contract = make.make_contract(is_private=False)
    actor = make.actor_of(make.make_member(contract.project, **levels))
    with pytest.raises(Refused):
        bring_in_claim_contact(actor, contract, NewPerson("Carl", "carl@apex.example"))
    assert not Person.objects.filter(email="carl@apex.example").exists()


def test_the_only_administrator_is_neither_deactivated_nor_left_without_a_log_in():
    boss = make.make_account_admin(make.make_account())
    with pytest.raises(Refused, match="only administrator"):
        deactivate_person(make.OPERATOR, boss)
    with pytest.raises(Refused, match="only administrator"):
        change_person(make.OPERATOR, Person.objects.get(pk=boss.pk), email=boss.email, login=False)
    assert is_account_admin(make.actor_of(boss), boss.account_id)
    make.make_account_admin(boss.account)
    deactivate_person(make.OPERATOR, boss)
    assert not is_account_admin(make.actor_of(boss), boss.account_id)
