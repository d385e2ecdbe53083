"""Signing in by keyboard alone, and what somebody sees who guesses or comes from a link."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, Level, make_member, make_project


def test_signing_in_by_keyboard_alone(
    page: Page, axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    project = make_project(name="Harbour Tower")
    person = make_member(project, Level.ADMIN, name="Ann Admin")
    page.goto("/")
    expect(page).to_have_url("/sign-in?next=/")
    axe(page)
    fits(page)
    page.emulate_media(color_scheme="dark")
    axe(page)
    # The first field has the focus.
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
    # The first stop is the way past the frame; it leads into the page.
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("document.activeElement.textContent").strip().endswith("Harbour Tower"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour Tower")


def test_a_wrong_password_is_told_first_and_loses_nothing(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("ann@example.com")
    page.get_by_label("Password").fill("a guess")
    page.get_by_role("button", name="Sign in").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("don't belong together")
    expect(told).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value("ann@example.com")
    axe(page)


def test_a_link_to_a_page_leads_there_after_signing_in(page: Page) -> None:
    project = make_project(name="Harbour Tower")
    person = make_member(project, Level.ADMIN)
    page.goto(f"/projects/{project.pk}/periods")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing periods")


def test_signing_out_from_my_menu(page: Page, login: Callable[[Page, object], None]) -> None:
    login(page, make_member(make_project(), Level.ADMIN, name="Ann Admin"))
    page.goto("/")
    page.locator("summary", has_text="Ann Admin").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
