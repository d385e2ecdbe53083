"""Contracts in a real browser: from nothing to an approved one with its lines, and reasons on what can't be done."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tallystick.contracts.models import Contract
from tallystick.directory.models import Person
from tests.factories import (
    Level,
    make_claim_contact,
    make_company,
    make_contract,
    make_member,
    make_person,
    make_project,
    signed_in,
)

Login = Callable[[Page, Person], None]


def test_a_subcontract_from_nothing_to_approved(
    page: Page, login: Login, axe: Callable[[Page], None]
) -> None:
    project = make_project()
    company = make_company(project.account, "Apex Concrete")
    make_person(company, "Carl Contact")
    login(page, make_member(project, Level.ADMIN))
    page.goto(f"/projects/{project.pk}")
    page.get_by_role("link", name="Create a commitment").click()
    page.get_by_label("Title").fill("Structural concrete")
    page.get_by_role("combobox", name="Company").select_option("Apex Concrete")
    page.get_by_label("Retention on work").fill("5")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Schedule of values of SC-001")
    page.get_by_label("Description of line 1").fill("Footings")
    page.get_by_label("Scheduled value of line 1").fill("50,000")
    page.get_by_label("Description of line 2").fill("Slab")
    page.get_by_label("Scheduled value of line 2").fill("a lot")
    page.get_by_role("button", name="Save lines").click()
    expect(page.get_by_role("alert").first).to_contain_text("Line 2")
    axe(page)
    page.get_by_label("Scheduled value of line 2").fill("30000.50")
    page.get_by_role("button", name="Save lines").click()
    expect(page.get_by_role("status").first).to_contain_text("is saved: 2 SOV lines")
    page.get_by_role("link", name="General").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Approved")
    page.get_by_role("navigation", name="Parts of this contract").get_by_role("link", name="People").click()
    page.get_by_label("Person").first.select_option(label="Carl Contact · " + company.people.get().email)
    page.get_by_role("button", name="Add a progress claim contact").click()
    expect(page.get_by_role("status").first).to_contain_text("Carl Contact can make progress claims")
    contract = Contract.objects.get()
    assert (contract.status, contract.work_retention_bp) == ("approved", 500)


def test_a_button_that_can_not_be_used_says_why_to_the_keyboard_too(page: Page, login: Login) -> None:
    project = make_project()
    login(page, make_member(project, Level.STANDARD))
    page.goto(f"/projects/{project.pk}/commitments")
    button = page.get_by_role("button", name="New commitment")
    button.focus()
    tip = page.get_by_role("tooltip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("You need Admin on the project's Commitments tool")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/projects/{project.pk}/commitments")


def test_the_list_is_walked_by_keyboard(page: Page, login: Login) -> None:
    project = make_project()
    for number in range(3):
        make_contract(project, number=f"SC-00{number}", title=f"Works {number}")
    login(page, make_member(project, Level.ADMIN))
    page.goto(f"/projects/{project.pk}/commitments")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("SC-001 Works 1")


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_and_nothing_is_lost(
    page: Page, login: Login, axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    project = make_project()
    contract = make_contract(project)
    admin = make_member(project, Level.ADMIN)
    login(page, admin)
    page.goto(f"/contracts/{contract.pk}/lines/edit")
    page.get_by_label("Description of line 1").fill("My careful wording")
    seen = page.locator("input[name=seen]").input_value()
    signed_in(admin).post(
        f"/contracts/{contract.pk}/lines", {"seen": seen, "description": ["Theirs"], "scheduled_value": ["1"]}
    )
    page.get_by_role("button", name="Save lines").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else changed this meanwhile")
    expect(page.get_by_text("My careful wording")).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("link", name="Go back").click()
    expect(page.get_by_label("Description of line 1")).to_have_value("Theirs")


def test_a_claim_contact_on_a_phone(page: Page, login: Login) -> None:
    contract = make_contract(make_project(name="Harbour Tower"), title="Structural concrete")
    login(page, make_claim_contact(contract))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    expect(page).to_have_url("/my/contracts")
    mine = page.get_by_role("article")
    expect(mine).to_contain_text("Harbour Tower")
    mine.get_by_role("link", name=f"{contract.number} Structural concrete").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Structural concrete")
    page.get_by_role("navigation", name="Tools").get_by_role("link", name="My contracts").click()
    expect(page).to_have_url("/my/contracts")
