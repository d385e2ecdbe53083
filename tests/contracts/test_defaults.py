"""What a project's new commitments begin with, and that those that exist stay as they are."""

from __future__ import annotations

import pytest

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.contracts.defaults import begins_with, defaults_of, set_defaults
from tallystick.contracts.models import CommitmentDefaults, Contract
from tallystick.contracts.states import ContractKind
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Project
from tests import factories as make

pytestmark = pytest.mark.django_db

CHOSEN = {
    "subcontract_method": "amount",
    "purchase_order_method": "unit",
    "is_private": False,
    "uses_sub_sov": True,
    "stored_materials_mode": "move",
    "retain_work": True,
    "work_retention_bp": 750,
    "retain_materials": True,
    "materials_retention_bp": 300,
    "retention_cap": "percent_revised",
    "retention_cap_bp": 500,
}


@pytest.fixture
def project() -> Project:
    return make.make_project()


def new(project: Project, kind: ContractKind = ContractKind.SUBCONTRACT, **facts: object) -> Contract:
    from tallystick.contracts.actions import create_contract

    number = f"C-{Contract.objects.count()}"
    company = make.make_company(project.account)
    return create_contract(
        make.OPERATOR, project, kind=kind, number=number, title="Works", company=company, **facts
    )


def test_without_a_choice_a_commitment_begins_as_it_always_did(project) -> None:
    made = new(project)
    assert (made.accounting_method, made.is_private, made.uses_sub_sov) == ("amount", True, False)
    assert (made.retain_work, made.work_retention_bp, made.retention_cap) == (True, 0, "none")
    assert not CommitmentDefaults.objects.exists()


def test_a_new_commitment_begins_with_what_the_project_chose(project) -> None:
    before = new(project)
    set_defaults(make.OPERATOR, project, CHOSEN)
    subcontract, order = new(project), new(project, ContractKind.PURCHASE_ORDER)
    for made in (subcontract, order):
        for name in CHOSEN.keys() - {"subcontract_method", "purchase_order_method"}:
            assert getattr(made, name) == CHOSEN[name], name
    assert (subcontract.accounting_method, order.accounting_method) == ("amount", "unit")
    assert Event.objects.filter(name="sub_sov.enabled", subject_id=str(order.pk)).exists()
    before.refresh_from_db()
    assert (before.work_retention_bp, before.is_private, before.uses_sub_sov) == (0, True, False)


def test_what_is_said_for_one_commitment_wins(project) -> None:
    set_defaults(make.OPERATOR, project, CHOSEN)
    made = new(project, work_retention_bp=1000, is_private=True, uses_sub_sov=False, accounting_method="unit")
    assert (made.work_retention_bp, made.is_private, made.uses_sub_sov) == (1000, True, False)
    assert made.accounting_method == "unit"
    assert made.materials_retention_bp == 300


def test_a_contract_with_the_client_begins_without_them(project) -> None:
    set_defaults(make.OPERATOR, project, CHOSEN)
    made = new(project, ContractKind.HEAD_CONTRACT)
    assert (made.work_retention_bp, made.is_private, made.uses_sub_sov) == (0, True, False)
    assert begins_with(project, ContractKind.HEAD_CONTRACT) == {}


def test_a_limit_in_money_is_only_for_contracts_in_the_projects_currency(project) -> None:
    set_defaults(make.OPERATOR, project, {"retention_cap": "amount", "retention_cap_amount": 50_000_00})
    assert new(project).retention_cap_amount == 50_000_00
    foreign = new(project, currency="USD")
    assert (foreign.retention_cap, foreign.retention_cap_amount) == ("none", 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"retention_cap": "percent_original"}, "contract:retention_cap_bp"),
        ({"retention_cap": "amount"}, "contract:retention_cap_amount"),
    ],
)
def test_a_limit_needs_its_figure(project, values, field) -> None:
    with pytest.raises(BadInput, match="at which nothing more is held") as caught:
        set_defaults(make.OPERATOR, project, values)
    assert list(caught.value.fields) == [field]
    assert defaults_of(project).retention_cap == "none"


def test_only_admin_on_commitments_changes_them_and_each_change_is_recorded(project) -> None:
    with pytest.raises(Refused, match="You need Admin"):
        set_defaults(make.actor_of(make.make_member(project, Level.STANDARD)), project, CHOSEN)
    set_defaults(make.OPERATOR, project, {"work_retention_bp": 500})
    set_defaults(make.OPERATOR, project, {"work_retention_bp": 500})
    (event,) = Event.objects.filter(project=project, name="project.settings_changed")
    assert event.changes == {"contract:work_retention_bp": [0, 500]}
    with pytest.raises(ValueError, match="not a default of commitments: tax_bp"):
        set_defaults(make.OPERATOR, project, {"tax_bp": 1000})
