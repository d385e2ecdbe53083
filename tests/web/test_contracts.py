"""Contracts in the browser: lists that add up, statuses, settings that say why, people, variations."""

import re

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.contracts.actions import add_to_private_list
from tallystick.contracts.models import ClaimContact, Contract, PrivateListMember, Variation
from tallystick.directory.models import Project
from tests.factories import (
    OPERATOR,
    ContractStatus,
    VariationStatus,
    make_claim_contact,
    make_company,
    make_contract,
    make_head_contract,
    make_member,
    make_person,
    make_project,
    make_variation,
    signed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def admin(project: Project) -> Client:
    return signed_in(make_member(project, Level.ADMIN))


def text_of(html: str) -> str:
    """What a person reads, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("&#x27;", "'").replace("&amp;", "&")


# --- lists ------------------------------------------------------------------------------------------------------


def test_the_list_adds_up_what_it_shows(project: Project, admin: Client) -> None:
    first = make_contract(project, lines=[("A", 100_000_00)])
    make_contract(project, lines=[("B", 50_000_50)])
    make_variation(first, [("C", -10_000_00)])
    make_variation(first, [("Not agreed", 1_00)], status=VariationStatus.DRAFT)
    make_head_contract(project)
    page = text_of(admin.get(f"/projects/{project.pk}/commitments").content.decode())
    assert "Total of 2 150,000.50 −10,000.00 140,000.50" in page


def test_the_list_narrows_by_word_status_and_company_and_its_totals_follow(
    project: Project, admin: Client
) -> None:
    steel = make_company(project.account, "Ironbark Steel")
    make_contract(project, steel, title="Structural steel", lines=[("A", 7_00)])
    make_contract(project, title="Roofing", lines=[("B", 5_00)], status=ContractStatus.DRAFT)
    at = f"/projects/{project.pk}/commitments"
    assert "Total of 1 7.00" in text_of(admin.get(f"{at}?q=iron+struct").content.decode())
    assert "Total of 1 5.00" in text_of(admin.get(f"{at}?status=draft").content.decode())
    assert "Total of 1 7.00" in text_of(admin.get(f"{at}?company={steel.pk}").content.decode())
    assert "Nothing matches" in admin.get(f"{at}?q=nonsense").content.decode()


@pytest.mark.parametrize(
    "nonsense", ["?sort=password", "?status=x", "?company=x", "?company=9999999999999999999", "?page=x"]
)
def test_an_address_with_nonsense_in_it_shows_the_list(
    project: Project, admin: Client, nonsense: str
) -> None:
    make_contract(project)
    response = admin.get(f"/projects/{project.pk}/commitments{nonsense}")
    assert response.status_code == 200


def test_the_list_sorts_both_ways(project: Project, admin: Client) -> None:
    for amount in (5_00, 9_00, 7_00):
        make_contract(project, title=f"Worth {amount}", lines=[("A", amount)])
    at = f"/projects/{project.pk}/commitments"
    up = re.findall(r"Worth \d+", admin.get(f"{at}?sort=revised").content.decode())
    down = re.findall(r"Worth \d+", admin.get(f"{at}?sort=-revised").content.decode())
    assert up == ["Worth 500", "Worth 700", "Worth 900"] and down == up[::-1]


def test_amounts_in_another_currency_are_left_out_of_the_totals_and_it_says_so(
    project: Project, admin: Client
) -> None:
    make_contract(project, lines=[("A", 5_00)])
    make_contract(project, lines=[("B", 9_00)], currency="USD")
    page = text_of(admin.get(f"/projects/{project.pk}/commitments").content.decode())
    assert "Total of 1 1 in other currencies left out 5.00" in page and "US$9.00" in page


def test_a_claim_contact_sees_one_private_contract_and_nothing_else(project: Project) -> None:
    mine, _other = make_contract(project, title="Mine"), make_contract(project, title="Other")
    page = signed_in(make_claim_contact(mine)).get(f"/projects/{project.pk}/commitments").content.decode()
    assert "Mine" in page and "Other" not in page


def test_head_contracts_are_named_as_the_project_names_them(project: Project, admin: Client) -> None:
    project.point_of_view, project.locale = "owner", "en-US"
    project.save()
    make_head_contract(project)
    page = admin.get(f"/projects/{project.pk}/head-contracts").content.decode()
    assert "<h1>Funding" in page and "New funding agreement" in page


# --- creating and moving ----------------------------------------------------------------------------------------


def new_contract(company_id: int, **facts: str) -> dict[str, str]:
    """A form for a new subcontract as the browser sends it."""
    return {
        "kind": "subcontract",
        "number": "SC-W",
        "title": "Concrete",
        "company": str(company_id),
        "contract_date": "2026-02-01",
        "accounting_method": "amount",
        "work_retention_bp": "5",
        "tax_bp": "10%",
        "is_private": "on",
        **facts,
    }


def test_a_commitment_is_created_and_its_lines_come_next(project: Project, admin: Client) -> None:
    company = make_company(project.account)
    response = admin.post(f"/projects/{project.pk}/commitments", new_contract(company.pk))
    contract = Contract.objects.get()
    assert response.headers["Location"] == f"/contracts/{contract.pk}/lines/edit"
    assert (contract.kind, contract.work_retention_bp, contract.tax_bp, contract.status) == (
        "subcontract",
        500,
        1000,
        "draft",
    )


def test_a_double_click_creates_one(project: Project, admin: Client) -> None:
    sent = new_contract(make_company(project.account).pk, once="0123456789abcdef0123456789abcdef")
    places = {admin.post(f"/projects/{project.pk}/commitments", sent).headers["Location"] for _ in range(2)}
    assert len(places) == 1 and Contract.objects.count() == 1


def test_a_number_that_is_taken_is_told_beside_it_and_nothing_typed_is_lost(
    project: Project, admin: Client
) -> None:
    make_contract(project, number="SC-W")
    sent = new_contract(make_company(project.account).pk, title="My careful title", work_retention_bp="5,5")
    response = admin.post(f"/projects/{project.pk}/commitments", sent)
    assert response.status_code == 422 and "My careful title" in response.content.decode()
    assert "“5,5” can&#x27;t be read as a percentage" in response.content.decode()
    response = admin.post(f"/projects/{project.pk}/commitments", {**sent, "work_retention_bp": "5"})
    assert "SC-W is the number of another contract of this project" in response.content.decode()
    assert Contract.objects.count() == 1


def test_a_company_of_another_account_can_not_be_chosen(project: Project, admin: Client) -> None:
    response = admin.post(f"/projects/{project.pk}/commitments", new_contract(make_company().pk))
    assert response.status_code == 422 and "Choose one of those offered." in response.content.decode()


def test_a_status_moves_by_the_table_and_again_is_harmless(project: Project, admin: Client) -> None:
    contract = make_contract(project, status=ContractStatus.DRAFT)
    for _ in range(2):
        response = admin.post(f"/contracts/{contract.pk}/status", {"status": "approved"}, follow=True)
        assert response.status_code == 200
    contract.refresh_from_db()
    assert contract.status == "approved"
    response = admin.post(f"/contracts/{contract.pk}/status", {"status": "out_for_bid"}, follow=True)
    assert "can become" in response.content.decode()
    contract.refresh_from_db()
    assert contract.status == "approved"


# --- settings ---------------------------------------------------------------------------------------------------


def facts_of(client: Client, contract: Contract, **changes: str) -> dict[str, str]:
    """The form of a contract's facts as the page shows it, with changes."""
    page = client.get(f"/contracts/{contract.pk}/edit").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    return {
        "seen": seen[1],
        "number": contract.number,
        "title": contract.title,
        "company": str(contract.company_id),
        **changes,
    }


def settings_of(client: Client, contract: Contract, **changes: str) -> dict[str, str]:
    """The settings form as the page shows it, with changes."""
    page = client.get(f"/contracts/{contract.pk}/settings").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    return {
        "seen": seen[1],
        "is_private": "on",
        "private_list_sees_sov": "on",
        "accounting_method": "amount",
        "stored_materials_mode": "manual",
        "retain_work": "on",
        "work_retention_bp": "5",
        "materials_retention_bp": "0",
        "retention_cap": "none",
        "retention_cap_bp": "",
        "retention_cap_amount": "",
        "tax_bp": "10",
        **changes,
    }


def test_settings_are_saved_with_a_sliding_scale(project: Project, admin: Client) -> None:
    contract = make_contract(project)
    sent = settings_of(
        admin,
        contract,
        retention_cap="amount",
        retention_cap_amount="12,500.00",
        **{
            "rule-1-rate": "10",
            "rule-1-kind": "percent_original",
            "rule-1-limit": "5%",
            "rule-2-rate": "2.5",
            "rule-2-kind": "amount",
            "rule-2-limit": "$20,000",
        },
    )
    response = admin.post(f"/contracts/{contract.pk}/settings", sent)
    assert response.status_code == 302
    contract.refresh_from_db()
    assert contract.retention_cap_amount == 12_500_00
    rules = [
        (r.position, r.rate_bp, r.limit_kind, r.limit_bp, r.limit_amount)
        for r in contract.sliding_rules.all()
    ]
    assert rules == [(1, 1000, "percent_original", 500, 0), (2, 250, "amount", 0, 20_000_00)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"retention_cap": "percent_original"}, "Type the percentage at which nothing more is held."),
        ({"retention_cap": "amount"}, "Type the amount at which nothing more is held."),
        ({"work_retention_bp": "101"}, "is out of range"),
        ({"retention_cap_amount": "-5"}, "can&#x27;t be negative"),
        ({"rule-1-rate": "10", "rule-1-kind": "amount", "rule-1-limit": ""}, "Rule 1: "),
        ({"rule-3-rate": "x", "rule-3-kind": "amount", "rule-3-limit": "5"}, "Rule 3: "),
    ],
)
def test_settings_that_do_not_work_are_told(
    project: Project, admin: Client, changes: dict[str, str], told: str
) -> None:
    contract = make_contract(project)
    response = admin.post(f"/contracts/{contract.pk}/settings", settings_of(admin, contract, **changes))
    assert response.status_code == 422 and told in response.content.decode()


def test_the_accounting_method_is_frozen_by_lines_and_the_page_says_why(
    project: Project, admin: Client
) -> None:
    contract = make_contract(project)
    page = admin.get(f"/contracts/{contract.pk}/settings").content.decode()
    assert "Can’t change while the contract has lines." in page
    admin.post(f"/contracts/{contract.pk}/settings", settings_of(admin, contract, accounting_method="unit"))
    contract.refresh_from_db()
    assert contract.accounting_method == "amount"


def test_settings_that_somebody_else_changed_meanwhile_are_not_overwritten(
    project: Project, admin: Client
) -> None:
    contract = make_contract(project)
    mine = settings_of(admin, contract, retention_cap="amount", retention_cap_amount="12,345.67")
    admin.post(f"/contracts/{contract.pk}/settings", settings_of(admin, contract, tax_bp="15"))
    response = admin.post(f"/contracts/{contract.pk}/settings", mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "was changed while this page was open" in page and "12,345.67" in page
    contract.refresh_from_db()
    assert (contract.tax_bp, contract.retention_cap) == (1500, "none")


def test_the_history_tells_who_did_what(project: Project, admin: Client) -> None:
    contract = make_contract(project, title="Concrete")
    admin.post(f"/contracts/{contract.pk}/edit", facts_of(admin, contract, title="Concrete and screed"))
    admin.post(f"/contracts/{contract.pk}/settings", settings_of(admin, contract, work_retention_bp="7.5"))
    page = text_of(admin.get(f"/contracts/{contract.pk}/history").content.decode())
    assert "title: Concrete → Concrete and screed" in page
    assert "work retention: 5% → 7.5%" in page


# --- people -----------------------------------------------------------------------------------------------------


def test_a_claim_contact_joins_the_private_list_and_can_not_be_taken_off_it(
    project: Project, admin: Client
) -> None:
    contract = make_contract(project)
    person = make_person(contract.company, "Carl Contact")
    response = admin.post(f"/contracts/{contract.pk}/claim-contacts", {"person": person.pk}, follow=True)
    page = text_of(response.content.decode())
    assert f"Carl Contact can make progress claims on {contract.number} now." in page
    assert "Is a progress claim contact of this contract and needs to see it." in page
    assert PrivateListMember.objects.filter(contract=contract, person=person).exists()
    admin.post(f"/contracts/{contract.pk}/private-list/{person.pk}/removal")
    assert PrivateListMember.objects.filter(contract=contract, person=person).exists()
    for _ in range(2):
        admin.post(f"/contracts/{contract.pk}/claim-contacts/{person.pk}/removal")
    assert not ClaimContact.objects.exists()
    admin.post(f"/contracts/{contract.pk}/private-list/{person.pk}/removal")
    assert not PrivateListMember.objects.exists()


def test_somebody_of_another_company_can_not_be_a_contact(project: Project, admin: Client) -> None:
    contract = make_contract(project)
    stranger = make_person(make_company(project.account))
    response = admin.post(f"/contracts/{contract.pk}/claim-contacts", {"person": stranger.pk}, follow=True)
    assert "A claim contact is always an employee" in response.content.decode().replace("progress ", "")
    assert not ClaimContact.objects.exists()


@pytest.mark.parametrize(
    ("level", "told"),
    [
        (Level.NONE, "Can’t do anything yet: give Read Only"),
        (Level.STANDARD, "works but is discouraged"),
        (Level.ADMIN, "is strongly discouraged"),
    ],
)
def test_a_contact_with_the_wrong_level_is_pointed_out(
    project: Project, admin: Client, level: Level, told: str
) -> None:
    contract = make_contract(project)
    make_claim_contact(contract, level=level)
    assert told in admin.get(f"/contracts/{contract.pk}/people").content.decode()


def test_a_contact_does_not_see_who_else_is_on_the_private_list(project: Project) -> None:
    contract = make_contract(project)
    page = (
        signed_in(make_claim_contact(contract, "Carl"))
        .get(f"/contracts/{contract.pk}/people")
        .content.decode()
    )
    assert "Carl" in page and "Private list" not in page


def test_a_person_of_another_account_is_not_there(project: Project, admin: Client) -> None:
    contract = make_contract(project)
    assert (
        admin.post(f"/contracts/{contract.pk}/private-list", {"person": make_person().pk}).status_code == 404
    )


# --- variations -------------------------------------------------------------------------------------------------


def test_a_variation_is_written_approved_and_counts(project: Project, admin: Client) -> None:
    contract = make_contract(project, lines=[("A", 100_00)])
    sent = {
        "number": "V-001",
        "title": "Extra",
        "item_number": ["1", "2", ""],
        "cost_code": ["", "", ""],
        "description": ["More", "Less", ""],
        "scheduled_value": ["20.00", "(5)", ""],
    }
    response = admin.post(f"/contracts/{contract.pk}/variations", sent)
    variation = Variation.objects.get()
    assert response.headers["Location"] == f"/variations/{variation.pk}"
    assert [line.scheduled_value for line in variation.lines.order_by("position")] == [20_00, -5_00]
    page = text_of(admin.get(f"/contracts/{contract.pk}").content.decode())
    assert "Revised sum $100.00" in page
    admin.post(f"/variations/{variation.pk}/status", {"status": "approved", "on": "2026-03-02"})
    variation.refresh_from_db()
    assert str(variation.approved_on) == "2026-03-02"
    assert "Revised sum $115.00" in text_of(admin.get(f"/contracts/{contract.pk}").content.decode())


def test_a_variation_without_lines_or_with_a_line_that_can_not_be_read_is_told(
    project: Project, admin: Client
) -> None:
    contract = make_contract(project)
    response = admin.post(f"/contracts/{contract.pk}/variations", {"number": "V-1", "title": "Empty"})
    assert response.status_code == 422 and "Write at least one line" in response.content.decode()
    sent = {"number": "V-1", "title": "T", "description": ["Work"], "scheduled_value": ["lots"]}
    page = admin.post(f"/contracts/{contract.pk}/variations", sent).content.decode()
    assert "“lots” can&#x27;t be read as an amount" in page and 'value="lots"' in page
    assert not Variation.objects.exists()


def test_a_variation_moves_only_where_the_table_leads(project: Project, admin: Client) -> None:
    variation = make_variation(make_contract(project), status=VariationStatus.REJECTED)
    response = admin.post(f"/variations/{variation.pk}/status", {"status": "approved"}, follow=True)
    assert "can become" in response.content.decode()
    assert admin.post(f"/variations/{variation.pk}/status", {"status": "nonsense"}).status_code == 422
    assert admin.post(f"/variations/{variation.pk}/status", {"status": "void", "on": "x"}).status_code == 422


def test_lines_that_the_private_list_may_not_see_are_not_offered_to_it(project: Project) -> None:
    contract = make_contract(project, private_list_sees_sov=False)
    onlooker = make_member(project, Level.READ_ONLY)
    add_to_private_list(OPERATOR, contract, onlooker)
    client = signed_in(onlooker)
    page = client.get(f"/contracts/{contract.pk}").content.decode()
    assert contract.number in page and f'href="/contracts/{contract.pk}/lines"' not in page
    response = client.get(f"/contracts/{contract.pk}/lines")
    assert response.status_code == 403
    assert "shown to its administrators" in response.content.decode()
    contact = signed_in(make_claim_contact(contract))
    assert contact.get(f"/contracts/{contract.pk}/lines").status_code == 200


def test_somebody_of_a_large_directory_is_found_for_the_private_list(project: Project) -> None:
    contract = make_contract(project)
    admin = signed_in(make_member(project, Level.ADMIN))
    company = make_company(project.account, "Meridian Glazing")
    for number in range(35):
        make_person(company, f"Aaron {number:02}", login=False)
    zoe = make_person(company, "Zoe Last", login=False)

    page = admin.get(f"/contracts/{contract.pk}/people").content.decode()
    assert "There are more. Find them by name" in page
    assert "Zoe Last" not in page

    page = admin.get(f"/contracts/{contract.pk}/people?find=meridian+last").content.decode()
    assert f'value="{zoe.pk}"' in page
    assert "Aaron 01" not in page
    assert "There are more" not in page

    assert (
        "Nobody in the directory matches “nowhere”"
        in admin.get(f"/contracts/{contract.pk}/people?find=nowhere").content.decode()
    )
