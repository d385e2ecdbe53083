"""Variations change until they are approved, drafts can be deleted, and what they come to is told apart."""

import pytest

from tallystick.audit.queries import history
from tallystick.claims.creation import create_claim
from tallystick.claims.of_contract import first_claims
from tallystick.contracts import actions, queries
from tallystick.contracts.models import Variation
from tallystick.contracts.sov import LineInput
from tallystick.contracts.states import ContractStatus, VariationStatus
from tallystick.contracts.variations import (
    change_variation,
    delete_variation,
    move_variation,
    variation_fingerprint,
)
from tallystick.core.errors import BadInput, Refused, Stale
from tests import factories as make

pytestmark = pytest.mark.django_db
V = VariationStatus


def changed(variation: Variation, *lines: LineInput, **facts: str) -> Variation:
    values = {"number": variation.number, "title": variation.title, **facts}
    return change_variation(make.OPERATOR, variation, lines=lines, **values)


def line_of(variation: Variation, **changes) -> LineInput:
    (line,) = variation.lines.all()
    values = {"description": line.description, "scheduled_value": line.scheduled_value, "id": line.pk}
    return LineInput(**{**values, "item_number": line.item_number, **changes})


@pytest.mark.parametrize("status", [V.DRAFT, V.PENDING])
def test_a_draft_or_pending_one_changes_and_its_history_says_how(status):
    variation = make.make_variation(make.make_contract(), status=status)
    kept = variation.lines.get().pk
    changed(
        variation, line_of(variation, scheduled_value=4_000_00), LineInput("Credit", -500_00), title="Less"
    )
    variation.refresh_from_db()
    assert variation.title == "Less"
    assert list(variation.lines.order_by("position").values_list("scheduled_value", flat=True)) == [
        4_000_00,
        -500_00,
    ]
    assert variation.lines.order_by("position").first().pk == kept
    told = history(variation)[-1]
    assert ("title", "Extra reinforcement", "Less") in told.changes
    assert ("sum", "5,000.00", "3,500.00") in told.changes


def test_saving_the_same_tells_nothing():
    variation = make.make_variation(make.make_contract(), status=V.DRAFT)
    before = len(history(variation))
    changed(variation, line_of(variation))
    assert len(history(variation)) == before


def test_an_approved_one_goes_back_to_pending_before_it_changes():
    variation = make.make_variation(make.make_contract())
    with pytest.raises(Refused, match="Mark it as pending first"):
        changed(variation, line_of(variation))
    back = move_variation(make.OPERATOR, variation, V.PENDING)
    assert back.approved_on is None
    changed(variation, line_of(variation, scheduled_value=1_00))


def test_one_that_a_claim_carries_never_changes():
    contract = make.make_contract()
    variation = make.make_variation(contract)
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    with pytest.raises(Refused, match="Record another one for the rest"):
        changed(variation, line_of(variation))
    carried = first_claims(contract)[variation.pk]
    assert (carried.claim_id, carried.number) == (claim.pk, 1)


def test_a_stale_page_overwrites_nothing():
    variation = make.make_variation(make.make_contract(), status=V.DRAFT)
    seen = variation_fingerprint(variation)
    changed(variation, line_of(variation), title="Theirs")
    with pytest.raises(Stale, match="Somebody else changed"):
        changed(variation, line_of(variation), title="Mine", seen=seen)


def test_its_number_stays_the_contracts_own():
    contract = make.make_contract()
    make.make_variation(contract, number="V-1")
    second = make.make_variation(contract, number="V-2", status=V.DRAFT)
    with pytest.raises(BadInput, match="number of another variation"):
        changed(second, line_of(second), number="V-1")


def test_a_draft_is_deleted_for_good_and_again_is_harmless():
    contract = make.make_contract()
    variation = make.make_variation(contract, number="V-9", status=V.DRAFT)
    same = Variation.objects.get(pk=variation.pk)
    delete_variation(make.OPERATOR, variation)
    delete_variation(make.OPERATOR, same)
    assert not contract.variations.exists()
    assert "deleted V-9" in history(contract)[-1].text
    make.make_variation(contract, number="V-9")


@pytest.mark.parametrize("status", [V.PENDING, V.APPROVED, V.REJECTED])
def test_what_somebody_may_rely_on_is_voided_and_not_deleted(status):
    variation = make.make_variation(make.make_contract(), status=status)
    with pytest.raises(Refused, match="Only a draft can be deleted"):
        delete_variation(make.OPERATOR, variation)


def test_pending_ones_are_summed_apart_and_drafts_not_at_all():
    contract = make.make_contract()  # $100,000.00
    make.make_variation(contract, [("Approved", 5_000_00)])
    make.make_variation(contract, [("Pending", -2_000_00)], status=V.PENDING)
    make.make_variation(contract, [("Draft", 900_00)], status=V.DRAFT)
    sums = queries.sums_of(contract)
    assert (sums.net_variations, sums.pending) == (5_000_00, -2_000_00)
    assert (sums.revised_sum, sums.pending_revised_sum) == (105_000_00, 103_000_00)


# --- the contract's own facts ----------------------------------------------------------------------------------------


def test_the_company_changes_until_somebody_claims_or_is_designated():
    contract = make.make_contract()
    other = make.make_company(contract.project.account)
    actions.change_contract(make.OPERATOR, contract, company=other)
    contract.refresh_from_db()
    person = make.make_claim_contact(contract)
    third = make.make_company(contract.project.account)
    with pytest.raises(Refused, match="End their designation first"):
        actions.change_contract(make.OPERATOR, contract, company=third)
    actions.remove_claim_contact(make.OPERATOR, contract, person)
    create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    with pytest.raises(Refused, match="has made progress claims on this contract"):
        actions.change_contract(make.OPERATOR, contract, company=third)


def test_a_number_is_kept_by_its_own_contract_and_refused_to_another():
    contract = make.make_contract(number="SC-1")
    other = make.make_contract(contract.project, number="SC-2")
    actions.change_contract(make.OPERATOR, contract, number=" SC-1 ", title="New title")
    with pytest.raises(BadInput, match="number of another contract"):
        actions.change_contract(make.OPERATOR, other, number="SC-1")


@pytest.mark.parametrize("target", [ContractStatus.DRAFT, ContractStatus.VOID])
def test_a_contract_with_claims_is_terminated_and_never_undone(target):
    contract = make.make_contract()
    create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    with pytest.raises(Refused, match="Terminate it instead"):
        actions.move_contract(make.OPERATOR, contract, target)
    assert actions.move_contract(make.OPERATOR, contract, ContractStatus.TERMINATED).status == "terminated"


def test_changed_terms_are_told_as_people_read_them():
    contract = make.make_contract()
    actions.change_contract(
        make.OPERATOR, contract, work_retention_bp=750, is_private=False, retention_cap="percent_original"
    )
    told = {name: (before, after) for name, before, after in history(contract)[-1].changes}
    assert told == {
        "work retention": ("5%", "7.5%"),
        "private": ("yes", "no"),
        "retention cap": ("No cap", "Percent of the original sum"),
    }
    rules = [actions.RuleInput(1000, "percent_original", limit_bp=500)]
    actions.set_sliding_rules(make.OPERATOR, contract, rules)
    assert history(contract)[-1].changes == (
        ("sliding scale", "none", "10% until 5% of the original sum is held, then nothing more"),
    )
