"""A contract's screens: where its money stands, its facts, its lines without scripts, its variations, changed terms."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.edits import EntryEdit
from tallystick.claims.entries import save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import Contract, Variation
from tallystick.contracts.states import ContractStatus, VariationStatus
from tallystick.directory.models import Project
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make.make_project()


@pytest.fixture
def admin(project: Project) -> Client:
    return make.signed_in(make.make_member(project, Level.ADMIN))


def text_of(response: Any) -> str:
    """What a person reads of the page."""
    page = re.sub(r"<(script|style|option).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def hidden(client: Client, address: str, name: str = "seen") -> str:
    """A hidden field of the form on a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', client.get(address).content.decode())
    assert found
    return found[1]


def claim_on(contract: Contract, work: int, *, certify: bool = True) -> Claim:
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    save_entries(make.OPERATOR, claim, [EntryEdit(lines_of(claim)[0].pk, work=work)])
    if certify:
        move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
        move_claim(make.OPERATOR, claim, ClaimStatus.APPROVED)
    return claim


# --- general ---------------------------------------------------------------------------------------------------------


def test_the_money_of_a_contract_stands_on_its_first_page(project: Project, admin: Client) -> None:
    contract = make.make_contract(project)
    make.make_variation(contract, [("More", 5_000_00)])
    make.make_variation(contract, [("Perhaps", -1_000_00)], status=VariationStatus.PENDING)
    claim_on(contract, 10_000_00)
    said = text_of(admin.get(f"/contracts/{contract.pk}"))
    for text in (
        "Original sum $100,000.00", "Approved variations $5,000.00", "Revised sum $105,000.00",
        "Pending variations −$1,000.00 not counted yet", "Certified $10,000.00 before retention",
        "Retention held $500.00", "Balance to finish $95,000.00",
    ):  # fmt: skip
        assert text in said


def test_what_is_missing_before_claims_come_in_is_said_to_administrators(
    project: Project, admin: Client
) -> None:
    contract = make.make_contract(project, lines=(), status=ContractStatus.DRAFT)
    said = text_of(admin.get(f"/contracts/{contract.pk}"))
    assert "No progress claims can be made on it until it is approved." in said
    assert "Schedule of values To be written" in said and "Next: Schedule of values" in said
    contact = make.signed_in(make.make_claim_contact(contract))
    assert "To be written" not in text_of(contact.get(f"/contracts/{contract.pk}"))
    billed = make.make_contract(project)
    claim_on(billed, 1_00)
    assert "Before progress claims come in" not in text_of(admin.get(f"/contracts/{billed.pk}"))


# --- facts -----------------------------------------------------------------------------------------------------------


def facts_of(client: Client, contract: Contract, **changes: str) -> dict[str, str]:
    return {
        "seen": hidden(client, f"/contracts/{contract.pk}/edit"),
        "number": contract.number,
        "title": contract.title,
        "company": str(contract.company_id),
        "description": "",
        **changes,
    }


def test_number_title_company_and_date_change_on_one_page(project: Project, admin: Client) -> None:
    contract = make.make_contract(project)
    other = make.make_company(project.account, "Other Concrete")
    sent = facts_of(
        admin, contract, number="SC-Z", title="Formwork", company=str(other.pk), contract_date="21 Mar 2026"
    )
    assert admin.post(f"/contracts/{contract.pk}/edit", sent).status_code == 302
    # sent again by a second click: nothing more happens, and nobody is told of a conflict with themselves
    assert admin.post(f"/contracts/{contract.pk}/edit", sent).status_code == 302
    contract.refresh_from_db()
    assert (contract.number, contract.title, contract.company) == ("SC-Z", "Formwork", other)
    assert contract.contract_date is not None and contract.contract_date.isoformat() == "2026-03-21"


def test_a_taken_number_is_told_beside_its_field_and_everything_typed_stays(
    project: Project, admin: Client
) -> None:
    contract, other = make.make_contract(project), make.make_contract(project)
    sent = facts_of(admin, contract, number=other.number, title="My careful title")
    response = admin.post(f"/contracts/{contract.pk}/edit", sent)
    page = response.content.decode()
    assert response.status_code == 422 and "is the number of another contract" in page
    assert "My careful title" in page


def test_the_company_of_a_billed_contract_stays_and_the_page_says_why(
    project: Project, admin: Client
) -> None:
    contract = make.make_contract(project)
    claim_on(contract, 1_00)
    assert "has made progress claims on this contract" in text_of(admin.get(f"/contracts/{contract.pk}/edit"))
    other = make.make_company(project.account)
    admin.post(f"/contracts/{contract.pk}/edit", facts_of(admin, contract, company=str(other.pk)))
    contract.refresh_from_db()
    assert contract.company != other


def test_facts_that_somebody_else_changed_meanwhile_are_not_overwritten(
    project: Project, admin: Client
) -> None:
    contract = make.make_contract(project)
    mine = facts_of(admin, contract, title="Mine")
    admin.post(f"/contracts/{contract.pk}/edit", {**mine, "title": "Theirs"})
    response = admin.post(f"/contracts/{contract.pk}/edit", mine)
    assert response.status_code == 409 and "Mine" in response.content.decode()
    contract.refresh_from_db()
    assert contract.title == "Theirs"


# --- settings --------------------------------------------------------------------------------------------------------


def settings_of(client: Client, contract: Contract, **changes: str) -> dict[str, str]:
    return {
        "seen": hidden(client, f"/contracts/{contract.pk}/settings"),
        "is_private": "on",
        "private_list_sees_sov": "on",
        "stored_materials_mode": "manual",
        "retain_work": "on",
        "work_retention_bp": "5",
        "materials_retention_bp": "0",
        "retention_cap": "none",
        "tax_bp": "10",
        "tax_basis": "net",
        **changes,
    }


def test_changed_terms_tell_before_and_after_what_they_do_to_claims(project: Project, admin: Client) -> None:
    contract = make.make_contract(project)
    claim = claim_on(contract, 10_000_00, certify=False)
    page = text_of(admin.get(f"/contracts/{contract.pk}/settings"))
    assert "Claim 1 is not certified yet." in page and "computes it anew at once" in page
    sent = settings_of(admin, contract, work_retention_bp="10")
    response = admin.post(f"/contracts/{contract.pk}/settings", sent, follow=True)
    assert "Claim 1 was computed anew by them." in text_of(response)
    claim.refresh_from_db()
    assert claim.total_retention == 1_000_00


def test_over_claiming_is_the_contracts_own_unless_the_account_forbids_it(
    project: Project, admin: Client
) -> None:
    contract = make.make_contract(project)
    admin.post(f"/contracts/{contract.pk}/settings", settings_of(admin, contract, over_claiming="refuse"))
    contract.refresh_from_db()
    assert contract.over_claiming == "refuse"
    type(project.account).objects.filter(pk=project.account_id).update(forbid_over_claiming=True)
    page = admin.get(f"/contracts/{contract.pk}/settings").content.decode()
    assert "The account refuses it on all its projects" in page
    admin.post(f"/contracts/{contract.pk}/settings", settings_of(admin, contract, over_claiming="allow"))
    contract.refresh_from_db()
    assert contract.over_claiming == "refuse"


def test_the_sliding_scale_is_told_in_words(project: Project, admin: Client) -> None:
    contract = make.make_contract(project)
    rule = {"rule-1-rate": "10", "rule-1-kind": "percent_original", "rule-1-limit": "5"}
    admin.post(f"/contracts/{contract.pk}/settings", settings_of(admin, contract, **rule))
    said = text_of(admin.get(f"/contracts/{contract.pk}/settings"))
    assert "10% until 5% of the original sum is held, then nothing more." in said
    assert "10% until 5% of the original sum is held" in text_of(admin.get(f"/contracts/{contract.pk}"))
    cleared = {"rule-1-rate": "", "rule-1-kind": "percent_original", "rule-1-limit": ""}
    admin.post(f"/contracts/{contract.pk}/settings", settings_of(admin, contract, **cleared))
    assert not contract.sliding_rules.exists()


# --- lines without scripts -------------------------------------------------------------------------------------------


def grid(client: Client, contract: Contract, act: str, ticks: list[str], **more: Any) -> str:
    """The page after one of the grid's tools was used on typed lines A, B, C."""
    sent = {
        "seen": "x",
        "line": ["", "", ""],
        "description": ["A", "B", "C"],
        "scheduled_value": ["1", "2", "3"],
        "tick": ticks,
        "act": act,
        **more,
    }
    response = client.post(f"/contracts/{contract.pk}/lines", sent)
    assert response.status_code == 200
    return response.content.decode()


def described(page: str) -> list[str]:
    return re.findall(r'name="description"[^>]*? value="([^"]*)"', page)


@pytest.mark.parametrize(
    ("act", "ticks", "rows"),
    [
        ("up", ["2", "3"], ["B", "C", "A"]),
        ("up", ["1"], ["A", "B", "C"]),
        ("down", ["1", "2"], ["C", "A", "B"]),
        ("down", ["3"], ["A", "B", "C"]),
        ("remove", ["1", "3"], ["B"]),
        ("below", ["1"], ["A", "", "B", "C"]),
        ("total", [], ["A", "B", "C"]),
    ],
)
def test_rows_are_moved_inserted_and_removed_without_being_saved(
    project: Project, admin: Client, act: str, ticks: list[str], rows: list[str]
) -> None:
    contract = make.make_contract(project, lines=())
    assert described(grid(admin, contract, act, ticks)) == rows
    assert not contract.lines.exists()


def test_the_total_is_compared_with_an_agreed_sum(project: Project, admin: Client) -> None:
    contract = make.make_contract(project, lines=())
    page = grid(admin, contract, "total", [], agreed="10.50")
    assert re.search(r"data-total><data[^>]*>6\.00|data-total>.*?6\.00", page, re.S)
    assert "4.50" in page and 'value="10.50"' in page
    assert not contract.lines.exists()


def test_lines_stand_under_their_headings_with_what_they_come_to(project: Project, admin: Client) -> None:
    lines = [
        make.LineInput("Piles", 100_00, group="Substructure"),
        make.LineInput("Slab", 50_00, group="Substructure"),
    ]
    contract = make.make_contract(project, lines=lines)
    assert "Substructure 150.00 1 Piles" in text_of(admin.get(f"/contracts/{contract.pk}/lines"))


def test_headings_change_on_a_page_of_their_own_although_claims_stand_on_the_lines(
    project: Project, admin: Client
) -> None:
    contract = make.make_contract(project)
    claim_on(contract, 1_00)
    first = contract.lines.order_by("position").first()
    assert first is not None
    address = f"/contracts/{contract.pk}/lines/headings"
    sent = {"seen": hidden(admin, address), f"group-{first.pk}": "Substructure"}
    assert admin.post(address, sent).status_code == 302
    assert admin.post(address, sent).status_code == 302  # a second click
    first.refresh_from_db()
    assert first.group == "Substructure"
    stale = {"seen": "old", f"group-{first.pk}": "Other"}
    assert admin.post(address, stale).status_code == 409
    long = {"seen": hidden(admin, address), f"group-{first.pk}": "x" * 101}
    assert "at most 100 characters" in text_of(admin.post(address, long))


def test_the_same_lines_sent_twice_are_saved_once_and_keep_their_rows(
    project: Project, admin: Client
) -> None:
    contract = make.make_contract(project)
    address = f"/contracts/{contract.pk}/lines"
    existing = list(contract.lines.order_by("position"))
    sent = {
        "seen": hidden(admin, f"{address}/edit"),
        "line": [str(line.pk) for line in existing],
        "description": [line.description for line in existing],
        "item_number": [line.item_number for line in existing],
        "scheduled_value": ["1", "2", "3"],
    }
    for _ in range(2):
        assert admin.post(address, sent).status_code == 302
    assert list(contract.lines.order_by("position").values_list("pk", flat=True)) == [
        line.pk for line in existing
    ]


# --- variations ------------------------------------------------------------------------------------------------------


def test_pending_variations_stand_apart_and_carried_ones_name_their_claim(
    project: Project, admin: Client
) -> None:
    contract = make.make_contract(project)
    carried = make.make_variation(contract, [("A", 1_000_00)])
    claim = claim_on(contract, 1_00)
    make.make_variation(contract, [("B", 2_000_00)])
    make.make_variation(contract, [("C", 500_00)], status=VariationStatus.PENDING)
    response = admin.get(f"/contracts/{contract.pk}/variations")
    said = text_of(response)
    assert f'href="/claims/{claim.pk}">Claim 1</a>' in response.content.decode()
    assert "The next claim" in said
    assert "Pending: doesn’t count yet +500.00" in said and "Pending revised sum 103,500.00" in said
    assert "First carried by Claim 1" in text_of(admin.get(f"/variations/{carried.pk}"))


def test_a_pending_variation_shows_its_effect_changes_and_is_approved(
    project: Project, admin: Client
) -> None:
    contract = make.make_contract(project)
    variation = make.make_variation(contract, [("A", 1_000_00)], status=VariationStatus.PENDING)
    said = text_of(admin.get(f"/variations/{variation.pk}"))
    assert "Revised sum now $100,000.00" in said and "Once it is approved $101,000.00" in said
    address = f"/variations/{variation.pk}/edit"
    (line,) = variation.lines.all()
    sent = {
        "seen": hidden(admin, address),
        "number": variation.number,
        "title": "Less of it",
        "line": [str(line.pk), ""],
        "item_number": ["1", ""],
        "description": ["A", "Credit"],
        "scheduled_value": ["900.00", "(100)"],
    }
    for _ in range(2):  # a second click is harmless
        assert admin.post(address, sent).status_code == 302
    variation.refresh_from_db()
    assert variation.title == "Less of it"
    amounts = variation.lines.order_by("position").values_list("pk", "scheduled_value")
    assert amounts[0] == (line.pk, 900_00) and amounts[1][1] == -100_00
    assert admin.post(address, {**sent, "title": "Stale"}).status_code == 409
    assert "scheduled value of 1 A: 1,000.00 → 900.00" in text_of(admin.get(f"/variations/{variation.pk}"))


def test_a_tool_of_the_grid_keeps_what_was_typed_of_the_variation(project: Project, admin: Client) -> None:
    contract = make.make_contract(project)
    sent = {"number": "V-7", "title": "", "description": ["A"], "scheduled_value": ["1"], "act": "more"}
    response = admin.post(f"/contracts/{contract.pk}/variations", sent)
    page = response.content.decode()
    assert response.status_code == 200 and 'value="V-7"' in page and "is needed" not in page
    assert not Variation.objects.exists()


def test_an_approved_variation_can_not_be_edited_and_the_button_says_why(
    project: Project, admin: Client
) -> None:
    variation = make.make_variation(make.make_contract(project))
    assert "Mark it as pending first." in text_of(admin.get(f"/variations/{variation.pk}"))
    assert admin.get(f"/variations/{variation.pk}/edit").status_code == 403


def test_a_draft_is_deleted_and_anything_else_is_not(project: Project, admin: Client) -> None:
    contract = make.make_contract(project)
    draft = make.make_variation(contract, status=VariationStatus.DRAFT)
    pending = make.make_variation(contract, status=VariationStatus.PENDING)
    response = admin.post(f"/variations/{draft.pk}/deletion", follow=True)
    assert "is deleted." in text_of(response)
    response = admin.post(f"/variations/{pending.pk}/deletion", follow=True)
    assert "Only a draft can be deleted." in text_of(response)
    assert list(contract.variations.all()) == [pending]


def test_a_contact_sees_variations_but_changes_none(project: Project) -> None:
    contract = make.make_contract(project)
    draft = make.make_variation(contract, status=VariationStatus.DRAFT)
    contact = make.signed_in(make.make_claim_contact(contract))
    assert contact.get(f"/variations/{draft.pk}").status_code == 200
    for address in (f"/variations/{draft.pk}/edit", f"/variations/{draft.pk}/deletion"):
        assert contact.post(address, {}).status_code == 403
    stranger = make.signed_in(make.make_claim_contact(make.make_contract(project)))
    assert stranger.get(f"/variations/{draft.pk}").status_code == 404


# --- how often they ask ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "/lines", "/lines/edit", "/lines/headings", "/variations", "/settings"])
def test_pages_of_a_contract_ask_as_often_for_many_lines_as_for_few(
    project: Project, admin: Client, page: str
) -> None:
    contract = make.make_contract(project)

    def asked() -> int:
        admin.get(f"/contracts/{contract.pk}{page}")
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(f"/contracts/{contract.pk}{page}").status_code == 200
        return len(queries)

    before = asked()
    make.contracts.set_sov_lines(
        make.OPERATOR, contract, [make.LineInput(f"L{n}", n, group=f"G{n % 3}") for n in range(40)]
    )
    for status in VariationStatus:
        if status != VariationStatus.VOID:
            make.make_variation(contract, status=status)
    assert asked() <= before + 1 <= 32
