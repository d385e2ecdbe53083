"""How one signs in, as somebody changes it: by the form, in a browser, in light, dark and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tallystick.sign_in.models import CompanySignIn
from tests import factories as make
from tests.e2e.test_sign_in import look

Check = Callable[[Page], None]
Pictures = Callable[[Page, str], list[Path]]


def sign_in(page: Page, password: str = make.PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("ann@example.com")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")


def test_a_password_is_changed_and_another_session_ended(
    page: Page, axe: Check, fits: Check, pictures: Pictures, with_pictures: bool
) -> None:
    ann = make.make_person(name="Ann", email="ann@example.com")
    make.signed_in(ann)
    sign_in(page)
    page.goto("/preferences/sign-in")
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
    look(page, "own-sign-in", axe, fits, pictures, with_pictures)
    page.get_by_role("link", name="Change the password").click()
    page.get_by_label("New password").fill("short")
    page.get_by_label("The same once more").fill("short")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("at least 10 characters").first).to_be_visible()
    look(page, "own-password", axe, fits, pictures, with_pictures)
    page.get_by_label("New password").fill("eleven wet barrows")
    page.get_by_label("The same once more").fill("eleven wet barrows")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("1 other session ended")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, "eleven wet barrows")


def test_proving_once_more(
    page: Page,
    login: Callable[[Page, make.Person], None],
    axe: Check,
    fits: Check,
    pictures: Pictures,
    with_pictures: bool,
) -> None:
    ann = make.make_person(name="Ann", email="ann@example.com")
    login(page, ann)
    page.goto("/preferences/sign-in/password")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    look(page, "proof", axe, fits, pictures, with_pictures)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the e-mail").fill(make.code_mailed_to(ann))
    look(page, "proof-code", axe, fits, pictures, with_pictures)
    page.get_by_label("Code from the e-mail").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change the password")


def test_pages_of_single_sign_on_are_accessible_and_fit(
    page: Page,
    login: Callable[[Page, make.Person], None],
    axe: Check,
    fits: Check,
    pictures: Pictures,
    with_pictures: bool,
) -> None:
    boss = make.make_account_admin(make.make_account("Northbuild"), "Bea Boss")
    other = make.make_account("Southbuild")
    for account in (boss.account, other):
        CompanySignIn.objects.create(
            account=account,
            issuer="https://login.northbuild.example/realms/a-realm-with-a-long-name",
            client_id="tallystick",
            client_secret="",
            domains=["northbuild.example"],
        )
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in by your company’s own sign-in").click()
    page.get_by_label("E-mail address").fill("ann@elsewhere.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No company has set up").first).to_be_visible()
    look(page, "company", axe, fits, pictures, with_pictures)
    page.get_by_label("E-mail address").fill("ann@northbuild.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Southbuild")).to_be_visible()
    look(page, "company-choice", axe, fits, pictures, with_pictures)
    login(page, boss)
    page.goto(f"/accounts/{boss.account_id}/settings/sign-in")
    look(page, "account-sign-in", axe, fits, pictures, with_pictures)
    page.get_by_label("Issuer").fill("http://login.northbuild.example")
    page.get_by_role("button", name="Save single sign-on").click()
    expect(page.get_by_text("client secret that the identity provider gave").first).to_be_visible()
    expect(page.get_by_label("Issuer")).to_have_value("http://login.northbuild.example")
