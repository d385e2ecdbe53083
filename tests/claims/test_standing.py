"""What the page about a person's access says is what the policies decide (R-PERM, domain §2)."""

from datetime import UTC, datetime
from itertools import product

import pytest

from tallystick.access.levels import Level
from tallystick.claims import policies as claims
from tallystick.claims.creation import create_claim
from tallystick.claims.moving import move_claim
from tallystick.claims.standing import contract_standings, standing_of
from tallystick.claims.states import ClaimStatus
from tallystick.contracts import policies as contracts
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tests import factories as make

pytestmark = pytest.mark.django_db


def contracts_of(project: make.Project) -> list[Contract]:
    return list(Contract.objects.filter(project=project).select_related("company").order_by("pk"))


@pytest.mark.parametrize("level", list(Level))
def test_every_answer_is_the_policies_answer(level: Level) -> None:
    """level × private × lines hidden from the list × on the list × claim contact × commitment or head contract."""
    project = make.make_project()
    company = make.make_company(project.account)
    person = make.make_member(
        project, person=make.make_person(company), commitments=level, head_contracts=level
    )
    period = make.open_period_of(project)
    reviewed = {}
    for private, sees_sov, listed, contact in product((True, False), repeat=4):
        for build in (make.make_contract, make.make_head_contract):
            contract = build(project, company=company, is_private=private, private_list_sees_sov=sees_sov)
            if contact:
                make.contracts.add_claim_contact(make.OPERATOR, contract, person)
            elif listed:
                make.contracts.add_to_private_list(make.OPERATOR, contract, person)
            claim = create_claim(make.OPERATOR, contract, period)
            reviewed[contract.pk] = move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
    standing = standing_of(person, project)
    assert [row.level for row in standing.tools] == [level, level, Level.NONE]
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC)):
        for row in contract_standings(person, project, contracts_of(project), standing):
            actor, contract = make.actor_of(person), row.contract
            sees = contracts.visible_to(actor).filter(pk=contract.pk).exists()
            assert row.sees == sees, row
            assert row.sees_lines == (sees and bool(contracts.can_see_sov(actor, contract))), row
            assert row.claims == bool(claims.can_create_claim(actor, contract, period)), row
            assert row.administers == bool(claims.can_review(actor, reviewed[contract.pk])), row
            assert row.administers == bool(contracts.can_administer(actor, contract)), row
            assert row.why
            said = " ".join(row.why)
            shut_out = "not on its private list" in said or said.startswith("None on")
            assert shut_out == (not sees), row


@pytest.mark.parametrize("why", ["no log-in", "switched off", "not on the project"])
def test_whoever_cannot_come_in_sees_nothing_and_the_page_says_why(why: str) -> None:
    contract = make.make_contract(is_private=False)
    person = make.make_person(contract.company, login=why != "no log-in")
    if why != "not on the project":
        make.make_member(contract.project, Level.ADMIN, person=person)
    if why == "switched off":
        person.is_active = False
        person.save(update_fields=["is_active"])
    standing = standing_of(person, contract.project)
    [row] = contract_standings(person, contract.project, [contract], standing)
    assert not row.sees and not row.claims and row.why
    assert bool(standing.hindrance) == (why != "not on the project")
    assert {tool.level for tool in standing.tools} == {Level.NONE}


def test_an_administrator_of_the_account_has_admin_by_that_and_not_by_the_project() -> None:
    contract = make.make_contract()
    boss = make.make_account_admin(contract.project.account)
    standing = standing_of(boss, contract.project)
    [row] = contract_standings(boss, contract.project, [contract], standing)
    assert row.administers and row.sees_lines and row.why == ("Administrator of the account.",)
    assert all(tool.level is Level.ADMIN for tool in standing.tools)


def test_a_level_says_whether_it_still_is_what_its_template_gives() -> None:
    project = make.make_project()
    person = make.make_member(project, commitments=Level.READ_ONLY)
    assert standing_of(person, project).tools[0].why.startswith("By the template ")
    type(person.memberships.get()).objects.update(commitments=Level.STANDARD)
    assert standing_of(person, project).tools[0].why.endswith("says Read Only")


def test_many_contracts_cost_no_more_queries_than_one(django_assert_num_queries) -> None:
    project = make.make_project()
    company = make.make_company(project.account)
    person = make.make_member(project, person=make.make_person(company), commitments=Level.READ_ONLY)
    for _ in range(6):
        contract = make.make_contract(project, company, lines=())
        make.contracts.add_claim_contact(make.OPERATOR, contract, person)
    rows = contracts_of(project)
    standing = standing_of(person, project)
    for some in (rows[:1], rows):
        with django_assert_num_queries(5):
            assert all(row.claims for row in contract_standings(person, project, some, standing))
