"""Access in the browser: places on projects, templates, the account, the way in, and who sees what and why."""

import re

import pytest
from django.test import Client

from tallystick.access.actions import create_template
from tallystick.access.levels import Level, Tool
from tallystick.access.models import Membership, PermissionTemplate
from tallystick.access.policies import is_account_admin, level_of
from tallystick.contracts.models import ClaimContact
from tallystick.directory.models import Account, Person
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


@pytest.fixture
def account() -> Account:
    return make.make_account()


@pytest.fixture
def boss(account: Account) -> Client:
    return make.signed_in(make.make_account_admin(account))


def read(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def hidden(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())
    assert found, name
    return found[1]


def template_of(account: Account, name: str, level: Level) -> PermissionTemplate:
    return create_template(make.OPERATOR, account, name=name, levels={Tool.COMMITMENTS: level})


def test_somebody_of_the_directory_is_added_once_with_a_template(account: Account, boss: Client) -> None:
    project = make.make_project(account)
    template = template_of(account, "Claim contact", Level.READ_ONLY)
    person = make.make_person(make.make_company(account, "Apex"), "Zoe Zander")
    make.make_person(make.make_company(account, "Ironbark"), "Ian Iron")
    address = f"/projects/{project.pk}/people/new"
    page = read(boss.get(address + "?q=zander"))
    assert "Zoe Zander · Apex" in page and "Ian Iron" not in page
    sent = {"person": person.pk, "template": template.pk, "once": "a" * 32}
    places = {boss.post(address, sent).headers["Location"] for _ in range(2)}
    assert places == {f"/projects/{project.pk}/people/{person.pk}"}
    assert Membership.objects.get().template == template
    again = boss.post(address, {**sent, "once": "b" * 32})
    assert again.status_code == 422 and "is on this project already" in read(again)
    listed = read(boss.get(f"/projects/{project.pk}/people"))
    assert "Zoe Zander" in listed and "Claim contact" in listed and "put Zoe Zander on the project" in listed


def test_nothing_chosen_and_somebody_elses_person_are_told(account: Account, boss: Client) -> None:
    project = make.make_project(account)
    template = template_of(account, "Claim contact", Level.READ_ONLY)
    make.make_person(make.make_company(account))
    address = f"/projects/{project.pk}/people/new"
    assert "Person is needed." in read(boss.post(address, {"template": template.pk}))
    stranger = make.make_person()
    assert boss.post(address, {"person": stranger.pk, "template": template.pk}).status_code == 404
    assert boss.get(f"/projects/{project.pk}/people/{stranger.pk}").status_code == 404
    theirs = template_of(make.make_account(), "Theirs", Level.ADMIN)
    assert boss.get(f"/templates/{theirs.pk}").status_code == 404
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("level", "said"),
    [(Level.STANDARD, "all commitments that are not private"), (Level.ADMIN, "ignore due dates")],
)
def test_much_for_an_outsider_needs_a_second_press_for_the_same_choice(
    account: Account, boss: Client, level: Level, said: str
) -> None:
    project = make.make_project(account)
    person = make.make_member(
        project, person=make.make_person(make.make_company(account)), commitments=Level.READ_ONLY
    )
    address = f"/projects/{project.pk}/people/{person.pk}/levels"
    sent = {"template": "", "commitments": int(level), "head_contracts": 0, "directory": 0}
    asked = boss.post(address, sent)
    assert asked.status_code == 422 and said in read(asked)
    assert Membership.objects.get().commitments == Level.READ_ONLY
    sure = hidden(asked, "sure")
    more = boss.post(address, {**sent, "directory": 3, "sure": sure})
    assert more.status_code == 422 and "who is on the project" in read(more)
    assert boss.post(address, {**sent, "sure": sure}).status_code == 302
    assert Membership.objects.get().commitments == level
    page = read(boss.get(f"/projects/{project.pk}/people/{person.pk}"))
    assert "More than somebody of another company needs" in page
    assert f"Commitments: Read Only → {level.label}" in page


def test_taking_somebody_off_says_what_ends_and_again_is_harmless(account: Account, boss: Client) -> None:
    contract = make.make_contract(make.make_project(account), title="Deep piles")
    contact = make.make_claim_contact(contract, "Carl Contact")
    address = f"/projects/{contract.project_id}/people/{contact.pk}/removal"
    page = read(boss.get(address))
    assert "designation as a progress claim contact ends on" in page and "Deep piles" in page
    assert make.signed_in(contact).get(f"/contracts/{contract.pk}").status_code == 200
    for _ in range(2):
        assert boss.post(address).headers["Location"] == f"/projects/{contract.project_id}/people"
    assert make.signed_in(contact).get(f"/contracts/{contract.pk}").status_code == 404
    assert not ClaimContact.objects.exists()
    assert "took Carl Contact off the project" in read(boss.get(f"/projects/{contract.project_id}/people"))


def test_contracts_that_the_reader_may_not_see_are_counted_not_named(account: Account) -> None:
    contract = make.make_contract(make.make_project(account), title="Deep piles")
    contact = make.make_claim_contact(contract)
    clerk = make.signed_in(make.make_member(contract.project, directory=Level.ADMIN))
    page = read(clerk.get(f"/projects/{contract.project_id}/people/{contact.pk}/removal"))
    assert "Deep piles" not in page and "1 that you may not see yourself" in page
    assert "Deep piles" not in read(clerk.get(f"/projects/{contract.project_id}/people/{contact.pk}"))


def test_a_template_says_whom_a_change_reaches_before_it_is_saved(account: Account, boss: Client) -> None:
    project = make.make_project(account)
    template = template_of(account, "Site team", Level.READ_ONLY)
    person = make.make_person(make.make_company(account), "Olga Outside")
    make.access.add_member(make.OPERATOR, project, person, template=template)
    address = f"/templates/{template.pk}"
    sent = {"name": "Site team", "commitments": 2, "head_contracts": 0, "directory": 0}
    asked = boss.post(address, sent)
    assert "Nothing was saved yet: 1 person has this template" in read(asked)
    assert "Commitments Read Only → Standard" in read(asked) and "works for another company" in read(asked)
    template.refresh_from_db()
    assert template.commitments == Level.READ_ONLY
    stale = boss.post(address, {**sent, "act": "reach", "reaching": "x" * 32})
    assert stale.status_code == 409 and "look again at whom the change reaches" in read(stale)
    assert boss.post(address, {**sent, "act": "keep"}).status_code == 302
    assert level_of(make.actor_of(person), project, Tool.COMMITMENTS) is Level.READ_ONLY
    assert "levels differ from it" in read(boss.get(address))
    again = boss.post(address, sent | {"commitments": 2})
    assert again.status_code == 302, "the template has these levels already"
    asked = boss.post(address, sent | {"commitments": 3})
    boss.post(address, sent | {"commitments": 3, "act": "reach", "reaching": hidden(asked, "reaching")})
    assert level_of(make.actor_of(person), project, Tool.COMMITMENTS) is Level.ADMIN
    assert "changed the permission template Site team" in read(boss.get(f"/accounts/{account.pk}/templates"))


def test_templates_are_created_once_renamed_and_deleted_when_nobody_has_them(
    account: Account, boss: Client
) -> None:
    sent = {"name": "Reader", "commitments": 1, "head_contracts": 0, "directory": 0, "once": "c" * 32}
    for _ in range(2):
        assert boss.post(f"/accounts/{account.pk}/templates/new", sent).status_code == 302
    template = PermissionTemplate.objects.get()
    taken = boss.post(f"/accounts/{account.pk}/templates/new", {**sent, "once": "d" * 32})
    assert taken.status_code == 422 and "called Reader already" in read(taken)
    boss.post(f"/templates/{template.pk}", {**sent, "name": "Onlooker"})
    template.refresh_from_db()
    assert template.name == "Onlooker"
    person = make.make_person(make.own_company(account))
    make.access.add_member(make.OPERATOR, make.make_project(account), person, template=template)
    kept = boss.post(f"/templates/{template.pk}/deletion", follow=True)
    assert "1 place on a project has this template" in read(kept)
    Membership.objects.all().delete()
    assert boss.post(f"/templates/{template.pk}/deletion").status_code == 302
    assert not PermissionTemplate.objects.exists()


def test_the_account_keeps_an_administrator_and_an_outsider_needs_a_second_press(account: Account) -> None:
    chief = make.make_account_admin(account)
    boss, address = make.signed_in(chief), f"/accounts/{account.pk}/access"
    alone = boss.post(address, {"person": chief.pk, "level": 1})
    assert alone.status_code == 422 and "only administrator of the account" in read(alone)
    outsider = make.make_person(make.make_company(account), "Olga Outside")
    asked = boss.post(address, {"person": outsider.pk, "level": 3})
    assert asked.status_code == 422 and "Give Admin anyway" in read(asked)
    assert not is_account_admin(make.actor_of(outsider), account.pk)
    boss.post(address, {"person": outsider.pk, "level": 3, "sure": hidden(asked, "sure")})
    assert is_account_admin(make.actor_of(outsider), account.pk)
    assert boss.post(address, {"person": chief.pk, "level": 0}).headers["Location"] == "/"
    assert boss.get(address).status_code == 403
    assert boss.post(address, {"person": outsider.pk}).status_code == 403
    assert "Choose a level." in read(make.signed_in(outsider).post(address, {"person": outsider.pk}))


def test_one_form_on_the_contract_lets_a_contact_in(account: Account, boss: Client) -> None:
    contract = make.make_contract(make.make_project(account))
    address = f"/contracts/{contract.pk}/claim-contacts/new"
    assert "Add with everything needed" in read(boss.get(f"/contracts/{contract.pk}/people"))
    empty = boss.post(address, {"person": "new"})
    assert empty.status_code == 422 and "Type the person’s e-mail address." in read(empty)
    sent = {"person": "new", "name": "Carl Contact", "email": "carl@apex.example", "once": "e" * 32}
    for _ in range(2):
        assert boss.post(address, sent).headers["Location"] == f"/contracts/{contract.pk}/people"
    carl = Person.objects.get(email="carl@apex.example")
    assert make.signed_in(carl).get(f"/contracts/{contract.pk}").status_code == 200
    page = read(make.signed_in(carl).get(f"/projects/{contract.project_id}/my-access"))
    assert contract.number in page and "A progress claim contact of this contract." in page
    other = make.make_person(make.make_company(account), email="ann@other.example")
    wrong = boss.post(address, sent | {"email": other.email, "once": "f" * 32})
    assert wrong.status_code == 422 and "belongs to" in read(wrong)


def test_the_page_about_a_person_can_be_narrowed_and_leads_to_where_it_is_changed(
    account: Account, boss: Client
) -> None:
    project = make.make_project(account)
    mine = make.make_contract(project, title="Deep piles")
    make.make_contract(project, title="Tall walls")
    contact = make.make_claim_contact(mine)
    address = f"/projects/{project.pk}/people/{contact.pk}"
    page = boss.get(address)
    assert f"/contracts/{mine.pk}/people" in page.content.decode()
    assert "Private, and not on its private list." in read(page)
    assert "Tall walls" not in read(boss.get(address + "?show=seen"))
    assert "Deep piles" not in read(boss.get(address + "?show=unseen"))
    assert "No contract matches" in read(boss.get(address + "?q=nothing"))
    own = read(make.signed_in(contact).get(f"/projects/{project.pk}/my-access"))
    assert "Deep piles" in own and "Tall walls" not in own
