"""Commitments, their lines, variations and people."""

import pytest

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.contracts import actions
from tallystick.contracts.actions import LineInput, RuleInput
from tallystick.contracts.models import PrivateListMember
from tallystick.contracts.policies import can_see_sov
from tallystick.contracts.states import (
    CONTRACT_TRANSITIONS,
    VARIATION_TRANSITIONS,
    AccountingMethod,
    ContractKind,
    ContractStatus,
    RuleLimit,
    VariationStatus,
)
from tallystick.contracts.variations import create_variation, move_variation
from tallystick.core.errors import BadInput, Refused
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_designating_a_contact_puts_them_on_the_private_list_at_once():
    contract = make.make_contract()
    person = make.make_person(contract.company)
    contact = actions.add_claim_contact(make.OPERATOR, contract, person)
    assert contact.person == person
    assert PrivateListMember.objects.filter(contract=contract, person=person).exists()
    assert actions.add_claim_contact(make.OPERATOR, contract, person) == contact


def test_a_contact_is_always_an_employee_of_the_contract_company():
    contract = make.make_contract()
    stranger = make.make_person(make.make_company(contract.project.account))
    with pytest.raises(BadInput, match="always an employee of the contract company"):
        actions.add_claim_contact(make.OPERATOR, contract, stranger)


def test_a_contact_stays_on_the_private_list_while_designated():
    contract = make.make_contract()
    person = make.make_claim_contact(contract)
    with pytest.raises(Refused, match="needs to see it"):
        actions.remove_from_private_list(make.OPERATOR, contract, person)
    actions.remove_claim_contact(make.OPERATOR, contract, person)
    actions.remove_from_private_list(make.OPERATOR, contract, person)
    assert not contract.private_list.exists()


def test_by_unit_the_scheduled_value_is_quantity_times_price():
    contract = make.make_contract(
        accounting_method=AccountingMethod.UNIT,
        lines=[LineInput("Piles", quantity=500_0000, unit="m", unit_price=125_0000)],
    )
    line = contract.lines.get()
    assert (line.scheduled_value, line.quantity, line.unit_price) == (62_500_00, 500_0000, 125_0000)


def test_the_accounting_method_is_frozen_once_there_are_lines():
    contract = make.make_contract()
    with pytest.raises(Refused, match="can't change while the contract has lines"):
        actions.change_contract(make.OPERATOR, contract, accounting_method=AccountingMethod.UNIT)


def test_lines_change_until_the_first_claim_stands_on_them():
    contract = make.make_contract()
    actions.set_sov_lines(make.OPERATOR, contract, [LineInput("All of it", 10_00)])
    create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    with pytest.raises(Refused, match="Record the change as a variation"):
        actions.set_sov_lines(make.OPERATOR, contract, [LineInput("Less", 5_00)])


def test_a_line_says_what_the_work_is():
    contract = make.make_contract()
    with pytest.raises(BadInput, match="Line 2 has no description"):
        actions.set_sov_lines(make.OPERATOR, contract, [LineInput("A", 1), LineInput(" ", 1)])
    assert contract.lines.count() == 3


def test_a_number_is_the_projects_only_one():
    contract = make.make_contract(number="SC-001")
    with pytest.raises(BadInput, match="is the number of another contract"):
        make.make_contract(contract.project, number=" SC-001 ")
    make.make_contract(number="SC-001")


def test_a_company_of_another_account_is_refused():
    with pytest.raises(BadInput, match="not in this account's directory"):
        make.make_contract(make.make_project(), make.make_company())


def test_only_administrators_of_the_tool_change_contracts():
    contract = make.make_contract(is_private=False)
    reader = make.actor_of(make.make_member(contract.project, Level.STANDARD))
    with pytest.raises(Refused, match="You need Admin"):
        actions.change_contract(reader, contract, title="Mine")
    upstream = make.actor_of(make.make_member(contract.project, head_contracts=Level.ADMIN))
    with pytest.raises(Refused):
        make.contracts.create_contract(
            upstream,
            contract.project,
            kind=ContractKind.SUBCONTRACT,
            number="X",
            title="X",
            company=contract.company,
        )


@pytest.mark.parametrize("source", ContractStatus)
@pytest.mark.parametrize("target", ContractStatus)
def test_contracts_move_by_the_table(source, target):
    contract = make.make_contract()
    type(contract).objects.filter(pk=contract.pk).update(status=source)
    if target in CONTRACT_TRANSITIONS[source]:
        assert actions.move_contract(make.OPERATOR, contract, target).status == target
    else:
        with pytest.raises(Refused, match="can become"):
            actions.move_contract(make.OPERATOR, contract, target)


@pytest.mark.parametrize("source", VariationStatus)
@pytest.mark.parametrize("target", VariationStatus)
def test_variations_move_by_the_table(source, target):
    variation = make.make_variation(make.make_contract())
    type(variation).objects.filter(pk=variation.pk).update(status=source)
    if target in VARIATION_TRANSITIONS[source]:
        assert move_variation(make.OPERATOR, variation, target).status == target
    else:
        with pytest.raises(Refused, match="can become"):
            move_variation(make.OPERATOR, variation, target)


def test_a_variation_in_a_claim_stays_approved():
    contract = make.make_contract()
    variation = make.make_variation(contract)
    create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    with pytest.raises(Refused, match="so it stays approved"):
        move_variation(make.OPERATOR, variation, VariationStatus.VOID)


def test_variation_numbers_are_the_contracts_own():
    contract = make.make_contract()
    make.make_variation(contract, number="V1")
    with pytest.raises(BadInput, match="number of another variation"):
        create_variation(make.OPERATOR, contract, number="V1", title="x", lines=[])
    make.make_variation(make.make_contract(contract.project), number="V1")


def test_a_sliding_scale_keeps_its_order():
    contract = make.make_contract(
        sliding_rules=[
            RuleInput(1000, RuleLimit.PERCENT_ORIGINAL, limit_bp=500),
            RuleInput(500, RuleLimit.AMOUNT, limit_amount=30_000_00),
        ]
    )
    assert list(contract.sliding_rules.values_list("position", "rate_bp")) == [(1, 1000), (2, 500)]


def test_lines_can_be_hidden_from_the_private_list():
    contract = make.make_contract(private_list_sees_sov=False)
    onlooker = make.make_member(contract.project, commitments=Level.READ_ONLY)
    actions.add_to_private_list(make.OPERATOR, contract, onlooker)
    assert not can_see_sov(make.actor_of(onlooker), contract)
    assert can_see_sov(make.actor_of(make.make_claim_contact(contract)), contract)
    assert can_see_sov(make.actor_of(make.make_member(contract.project, Level.ADMIN)), contract)
