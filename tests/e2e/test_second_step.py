"""Second steps in a real browser: an app by its picture, a passkey by Chromium's own virtual authenticator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import factories as make
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.test_sign_in import look
from tests.sign_in.devices import shown

Check = Callable[[Page], None]
Pictures = Callable[[Page, str], list[Path]]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def by_name(browser: Browser, live_server: Any, settings: Any) -> Any:
    """A page on ``localhost``: a bare address has no passkeys."""
    base = live_server.url.replace("127.0.0.1", "localhost")
    settings.PUBLIC_URL = base
    context = browser.new_context(
        base_url=base, locale="en-AU", reduced_motion="reduce", accept_downloads=True
    )
    context.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda fault: faults.append(f"script: {fault}"))
    yield page
    context.close()
    assert faults == []


def first_step(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("ann@example.com")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_an_app_and_recovery_codes(
    page: Page, axe: Check, fits: Check, pictures: Pictures, with_pictures: bool
) -> None:
    make.make_person(name="Ann", email="ann@example.com")
    first_step(page)
    page.goto("/preferences/sign-in")
    page.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_role("img", name="The secret of the app")).to_be_visible()
    look(page, "own-app", axe, fits, pictures, with_pictures)
    secret = page.locator(".secret").inner_text()
    # Of the half minute before: what the app shows now is still unused then.
    page.get_by_label("Code that the app shows").fill(shown(secret, -30))
    page.get_by_role("button", name="Use this app").click()
    page.get_by_role("button", name="Show me my recovery codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    look(page, "own-recovery", axe, fits, pictures, with_pictures)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    kept = Path(download.value.path()).read_text("utf-8")
    codes = page.locator(".codes li").all_inner_texts()
    assert all(code in kept for code in codes)
    page.get_by_role("link", name="I have kept them").click()
    look(page, "own-sign-in-with-app", axe, fits, pictures, with_pictures)
    page.context.clear_cookies()
    first_step(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    look(page, "second-step", axe, fits, pictures, with_pictures)
    page.get_by_label("Code").fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")


def test_a_passkey_is_made_and_signs_in_alone_and_as_the_second_step(
    by_name: Page, axe: Check, fits: Check, pictures: Pictures, with_pictures: bool
) -> None:
    page = by_name
    make.make_person(name="Ann", email="ann@example.com")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    first_step(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
    page.goto("/preferences/sign-in")
    page.get_by_role("link", name="Add a passkey").click()
    look(page, "own-passkey", axe, fits, pictures, with_pictures)
    page.get_by_label("What you call it").fill("my laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("“my laptop” is added")).to_be_visible()
    # The same device has one already.
    page.goto("/preferences/sign-in/passkeys/new")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This device has a passkey for you already.")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/sign-in?next=/runs")
    look(page, "sign-in-with-passkey", axe, fits, pictures, with_pictures)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
    page.context.clear_cookies()
    first_step(page)
    look(page, "second-step-passkey", axe, fits, pictures, with_pictures)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")


def test_no_passkey_at_hand_is_told_and_nothing_is_lost(by_name: Page) -> None:
    page = by_name
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    page.goto("/sign-in")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was given")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()
