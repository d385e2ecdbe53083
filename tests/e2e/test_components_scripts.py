"""What the scripts add to the pages: choosing many rows, dropping files, following work, keys, tooltips, themes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.components_urls import asked

pytestmark = pytest.mark.urls("tests.web.components_urls")

PHONE = {"width": 360, "height": 740}
PAGES = ["", "claims", "claim", "sign-in", "empty", "problem"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_read_by_everybody_in_both_themes_and_fits_a_phone(
    page: Page, axe: Callable[[Page], None], fits: Callable[[Page], None], name: str
) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.goto(f"/styleguide/{name}")
        axe(page)
    fits(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    axe(page)


def test_choosing_rows_brings_up_the_bar_and_says_what_is_left_out(page: Page) -> None:
    page.goto("/styleguide/claims")
    boxes = page.locator("input[data-select-row]")
    bar = page.locator("[data-action-bar]")
    expect(bar).to_be_hidden()
    boxes.nth(0).click()
    expect(bar).to_be_visible()
    expect(bar.locator("[data-tally]")).to_have_text(
        "1 subcontractor progress claim selected"
    )  # terms: allow
    boxes.nth(3).click(modifiers=["Shift"])
    expect(bar.locator("[data-tally]")).to_contain_text("4 subcontractor")
    bar.get_by_role("button", name="Send for signature").hover()
    expect(bar.locator("[data-skip-note]")).to_have_text(
        "Send for signature: 2 of 4 can go. Left out: 2 not approved yet."
    )
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_an_action_that_nothing_can_go_through_is_not_available(page: Page) -> None:
    page.goto("/styleguide/claims")
    page.locator("input[data-select-row]").nth(8).click()
    button = page.locator("[data-action=compile]")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.hover()
    expect(page.locator("[data-skip-note]")).to_contain_text("none of these can go (1 without")
    page.locator("input[data-select-row]").nth(1).click()
    expect(button).not_to_have_attribute("aria-disabled", "true")


def test_all_on_the_page_and_then_all_that_match(page: Page) -> None:
    page.goto("/styleguide/claims")
    header = page.locator("input[data-select-all]")
    header.click()
    expect(page.locator("[data-tally]")).to_contain_text("14 ")
    page.get_by_role("button", name="Select all 218").click()
    expect(page.locator("[data-tally]")).to_contain_text("218 ")
    expect(page.locator("input[name=all_matching]")).to_have_value("1")
    page.locator("input[data-select-row]").nth(0).click()
    expect(page.locator("input[name=all_matching]")).to_have_value("")
    assert header.evaluate("box => box.indeterminate")


def test_rows_are_walked_chosen_and_opened_by_keys(page: Page) -> None:
    page.goto("/styleguide/claims")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("input[data-select-row]").nth(1)).to_be_checked()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("jx/")
    expect(page.locator("#search")).to_have_value("jx/")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/styleguide/claim")


def test_single_keys_are_explained_and_can_be_turned_off(page: Page) -> None:
    page.goto("/styleguide/claims")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Use single-key shortcuts").click()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("tr.is-cursor")).to_have_count(0)


def test_columns_are_chosen_and_remembered(page: Page) -> None:
    page.goto("/styleguide/claims")
    header = page.get_by_role("columnheader", name="Signature")
    expect(header).to_be_hidden()
    page.get_by_text("Columns", exact=True).click()
    page.get_by_role("checkbox", name="Signature").click()
    expect(header).to_be_visible()
    page.reload()
    expect(header).to_be_visible()


def test_why_a_button_is_not_available_is_said_on_hover_on_focus_and_on_tap(page: Page) -> None:
    page.goto("/styleguide/claim")
    button = page.get_by_role("button", name="Send for signature")
    tip = page.get_by_role("tooltip").filter(has_text="has no claim contact")  # terms: allow
    expect(tip).to_be_hidden()
    button.hover()
    expect(tip).to_be_visible()
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    button.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    button.click(force=True)
    expect(page).to_have_url("/styleguide/claim")
    expect(button).to_have_accessible_description(
        "The subcontract has no claim contact. Add one under Advanced settings, then send it for signature."
    )  # terms: allow


def test_the_theme_is_remembered_without_a_flash(page: Page, context: BrowserContext) -> None:
    page.goto("/styleguide/")
    page.locator(".topline summary", has_text="My menu").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert 'data-theme="dark"' in context.request.get("/styleguide/").text()
    page.get_by_role("button", name="As the system").click()
    assert "data-theme=" not in context.request.get("/styleguide/").text()


def test_menus_close_on_escape_and_on_a_click_elsewhere(page: Page) -> None:
    page.goto("/styleguide/claims")
    menu = page.locator("#runs-tray")
    menu.locator("summary").click()
    page.keyboard.press("ArrowDown")
    expect(menu.locator(".item").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_a_dialog_opens_and_closes(page: Page) -> None:
    page.goto("/styleguide/")
    page.get_by_role("button", name="A dialog").click()
    dialog = page.get_by_role("dialog", name="Open another period")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_work_is_followed_to_its_end_and_the_download_comes_first(page: Page) -> None:
    asked["run"] = 0
    page.goto("/workbench")
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_focused()
    expect(page.locator("run-progress")).to_have_count(0)
    assert asked["run"] == 3


def test_files_are_added_one_by_one_each_with_its_own_answer(page: Page) -> None:
    page.goto("/workbench")
    page.locator("file-drop input[type=file]").set_input_files(
        [
            {"name": "dockets.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
            {"name": "wrong.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
            {"name": "huge.pdf", "mimeType": "application/pdf", "buffer": b"x" * 1001},
            {"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""},
        ]
    )
    expect(page.locator("#paper-list .name")).to_have_text(["dockets.pdf"])
    problems = page.locator(".upload .problem")
    expect(
        problems.filter(has_text="wrong.pdf is locked with a password. Save it without one.")
    ).to_be_visible()
    expect(problems.filter(has_text="huge.pdf is larger than 1.0 kB.")).to_be_visible()
    expect(problems.filter(has_text="empty.pdf is empty.")).to_be_visible()
    expect(page.locator("[data-announce]")).to_have_text("1 file added, 3 files not added.")
    page.get_by_role("button", name="Dismiss").first.click()
    expect(problems).to_have_count(2)


def test_without_scripts_everything_is_an_ordinary_form(browser: Browser, live_server: Any) -> None:
    plain = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = plain.new_page()
    page.goto("/styleguide/claims")
    expect(page.locator("[data-action-bar]")).to_be_visible()
    expect(page.get_by_role("button", name="Send for signature")).to_be_visible()
    expect(page.locator("[data-tally]")).to_be_hidden()
    page.locator("#runs-tray summary").click()
    expect(page.locator("#runs-tray .menu-panel")).to_be_visible()
    page.goto("/workbench")
    expect(page.locator("file-drop input[type=file]")).to_be_visible()
    expect(page.get_by_role("button", name="Upload")).to_be_visible()
    plain.close()
