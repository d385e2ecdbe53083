"""Signing in by a code, as somebody does it who comes from an e-mail: by keyboard, and what the pages look like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tallystick.access.entry import entry_path
from tallystick.notifications.actions import Recipient, notify
from tests import factories as make

Check = Callable[[Page], None]
Pictures = Callable[[Page, str], list[Path]]


def look(page: Page, name: str, axe: Check, fits: Check, pictures: Pictures, wanted: bool) -> None:
    """Accessible in light and dark, and no wider than a phone."""
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)
    page.emulate_media(color_scheme="light")
    fits(page)
    if wanted:
        pictures(page, name)


def test_a_contact_without_a_password_comes_from_an_e_mail_by_keyboard(
    page: Page, axe: Check, fits: Check, pictures: Pictures, with_pictures: bool
) -> None:
    contract = make.make_contract()
    carl = make.make_claim_contact(contract, "Carl Contact")
    assert carl.login is not None
    carl.login.set_unusable_password()
    carl.login.save()
    (message,) = notify(
        "claim.sent_back",
        account=carl.account,
        to=[Recipient.of_person(carl)],
        key="k",
        thread="t",
        path=f"/contracts/{contract.pk}",
        values={"by": "Ann", "number": 1, "contract": "C", "project": "P", "reason": "", "lines": []},
    )
    link = next(line for line in message.text.splitlines() if "/e/" in line)
    page.goto(link[link.index("/e/") :])
    expect(page.get_by_role("heading", level=1)).to_have_text("Continue from your e-mail")
    look(page, "entry", axe, fits, pictures, with_pictures)
    page.get_by_role("button", name="Continue").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code")
    look(page, "code", axe, fits, pictures, with_pictures)
    # The field has the focus; what is pasted may have blanks around it and in it.
    code = make.code_mailed_to(carl)
    expect(page.get_by_label("Code from the e-mail")).to_be_focused()
    page.keyboard.insert_text(f" {code[:3]} {code[3:]} ")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/contracts/{contract.pk}")
    # The same button, pressed again later.
    page.goto(link[link.index("/e/") :])
    expect(page).to_have_url(f"/contracts/{contract.pk}")


def test_another_code_can_be_had_after_a_countdown(page: Page) -> None:
    person = make.make_person(email="carl@apex.com")
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in without a password").click()
    page.get_by_label("E-mail address").fill("carl@apex.com")
    page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Send another code")
    expect(again).to_have_attribute("aria-disabled", "true")
    expect(page.locator("[data-left]")).to_contain_text("in ")
    first = make.code_mailed_to(person)
    page.evaluate("document.querySelector('code-again').until = Date.now()")
    expect(again).not_to_have_attribute("aria-disabled", "true")
    again.click()
    # The server counts by itself.
    expect(page.get_by_text("Another one can be sent in")).to_be_visible()
    page.get_by_label("Code from the e-mail").fill(first)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")


def test_pages_of_signing_in_are_accessible_and_fit(
    page: Page, axe: Check, fits: Check, pictures: Pictures, with_pictures: bool
) -> None:
    carl = make.make_claim_contact(make.make_contract())
    assert carl.login is not None
    page.goto("/sign-in")
    look(page, "sign-in", axe, fits, pictures, with_pictures)
    page.goto("/sign-in/without-password")
    look(page, "address", axe, fits, pictures, with_pictures)
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.keyboard.press("Enter")
    page.get_by_label("Code from the e-mail").fill("123456")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("4 tries are left")
    look(page, "code-wrong", axe, fits, pictures, with_pictures)
    page.goto(entry_path(carl.login, "/") + "x")
    expect(page.get_by_text("This link is not complete")).to_be_visible()
