"""Billing periods in a real browser: dates saved as they are typed, and a dialog that says what it closes."""

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from tallystick.directory.models import Person
from tallystick.periods.models import BillingPeriod
from tests.factories import Level, make_member, make_project, open_period_of

Login = Callable[[Page, Person], None]


def test_a_due_day_typed_into_the_table_is_saved_without_a_button(page: Page, login: Login) -> None:
    project = make_project()
    period = open_period_of(project)
    login(page, make_member(project, Level.ADMIN))
    page.goto(f"/projects/{project.pk}/periods")
    page.locator(f"#due-{period.pk}").fill("2026-03-28")
    expect(page.locator("#toasts")).to_contain_text("Saved: 1–31 Mar 2026.")
    period.refresh_from_db()
    assert period.due == date(2026, 3, 28)


def test_dates_that_do_not_work_say_so_in_the_row(
    page: Page, login: Login, axe: Callable[[Page], None]
) -> None:
    project = make_project()
    period = open_period_of(project)
    login(page, make_member(project, Level.ADMIN))
    page.goto(f"/projects/{project.pk}/periods")
    page.locator(f"#end-{period.pk}").fill("2026-02-01")
    expect(page.locator(f"#period-{period.pk}").get_by_role("alert")).to_contain_text("ends before it starts")
    axe(page)
    period.refresh_from_db()
    assert period.end == date(2026, 3, 31)


def test_the_dialog_says_that_opening_one_closes_the_other(
    page: Page, login: Login, axe: Callable[[Page], None]
) -> None:
    project = make_project()
    open_period_of(project)
    login(page, make_member(project, Level.ADMIN))
    page.goto(f"/projects/{project.pk}/periods")
    page.get_by_role("button", name="New billing period").click()
    dialog = page.get_by_role("dialog", name="New billing period")
    expect(dialog).to_contain_text("1–31 Mar 2026 is open now. Opening this one closes it.")
    axe(page)
    dialog.get_by_role("button", name="Open period").click()
    expect(page.get_by_role("status").first).to_contain_text("The period 1–30 Apr 2026 is open.")
    assert list(BillingPeriod.objects.order_by("start").values_list("status", flat=True)) == [
        "closed",
        "open",
    ]


def test_the_dialog_closes_by_escape_and_gives_the_focus_back(page: Page, login: Login) -> None:
    project = make_project()
    login(page, make_member(project, Level.ADMIN))
    open_period_of(project)
    page.goto(f"/projects/{project.pk}/periods")
    opener = page.get_by_role("button", name="New billing period")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_without_scripts_there_is_a_page_for_it(page: Page, login: Login) -> None:
    browser = page.context.browser
    assert browser is not None
    project = make_project()
    admin = make_member(project, Level.ADMIN)
    login(page, admin)
    page.goto(f"/projects/{project.pk}/periods")
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    bare = plain.new_page()
    bare.goto(page.url)
    bare.get_by_role("link", name="New billing period").first.click()
    bare.get_by_role("button", name="Open period").click()
    expect(bare.get_by_role("status").first).to_contain_text("is open.")
    plain.close()


def test_a_schedule_shows_what_comes_with_each_choice_and_saves_what_it_shows(
    page: Page, login: Login, axe: Callable[[Page], None]
) -> None:
    project = make_project()
    open_period_of(project, date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 25))
    login(page, make_member(project, Level.ADMIN))
    page.goto(f"/projects/{project.pk}/periods/schedule")
    expect(page.get_by_label("Begins on", exact=True)).to_be_hidden()
    page.get_by_label("Every week").check()
    preview = page.locator("#preview")
    expect(preview.get_by_role("heading")).to_have_text(
        "Every week from Monday to Sunday, due on its last day"
    )
    page.get_by_label("Due so many days after its end").fill("3")
    page.get_by_label("Begins on", exact=True).select_option("Wednesday")
    expect(preview.get_by_role("heading")).to_have_text(
        "Every week from Wednesday to Tuesday, due 3 days after its end"
    )
    expect(preview.locator("tbody tr")).to_have_count(12)
    axe(page)
    page.get_by_role("button", name="Save schedule").click()
    expect(page.get_by_role("status").first).to_contain_text("every week from Wednesday to Tuesday")


def test_opening_one_again_asks_in_a_dialog(page: Page, login: Login) -> None:
    project = make_project()
    first = open_period_of(project, date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 25))
    open_period_of(project)
    login(page, make_member(project, Level.ADMIN))
    page.goto(f"/projects/{project.pk}/periods")
    page.get_by_role("button", name="Open again").click()
    dialog = page.get_by_role("dialog", name="Open the billing period again")
    expect(dialog).to_contain_text("1–31 Mar 2026 is open now. Opening 1–28 Feb 2026 again closes it.")
    dialog.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("status").first).to_contain_text("The period 1–28 Feb 2026 is open.")
    first.refresh_from_db()
    assert first.status == "open"
