"""The frame around the pages: switching projects, words and theme from my menu, banners that stay until dismissed."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tallystick.core import clock
from tallystick.directory.models import Person
from tallystick.runs.actions import request_run
from tallystick.runs.models import Run
from tests.factories import Level, make_account, make_account_admin, make_member, make_project

Login = Callable[[Page, Person], None]


def test_switching_to_another_project(page: Page, login: Login) -> None:
    account = make_account()
    make_project(account, "NB-014", "Harbour Tower")
    make_project(account, "NB-015", "Mill Street Library")
    login(page, make_account_admin(account))
    page.goto("/")
    page.get_by_role("link", name="NB-014 Harbour Tower").click()
    page.locator(".project-switch summary").click()
    page.locator(".project-switch").get_by_role("link", name="Mill Street Library").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mill Street Library")


def test_other_words_and_another_theme_from_my_menu(page: Page, login: Login) -> None:
    project = make_project()
    login(page, make_member(project, Level.ADMIN, name="Ann Admin"))
    page.goto(f"/projects/{project.pk}/periods")
    page.locator("summary", has_text="Ann Admin").click()
    page.get_by_role("button", name="Owner", exact=True).click()
    expect(page).to_have_url(f"/projects/{project.pk}/periods")
    expect(page.locator(".rail").get_by_role("link", name="Funding")).to_be_visible()
    page.locator("summary", has_text="Ann Admin").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_banner_stays_until_it_is_dismissed_also_for_who_left_and_came_back(
    page: Page, login: Login
) -> None:
    project = make_project()
    admin = make_member(project, Level.ADMIN)
    run = request_run(
        "test.kind",
        account_id=project.account_id,
        project_id=project.pk,
        title="Make the list",
        params={},
        asked_by_id=admin.login_id,
    )
    login(page, admin)
    page.goto(f"/runs/{run.pk}")
    expect(page.get_by_role("progressbar")).to_be_visible()
    now = clock.now()
    Run.objects.filter(pk=run.pk).update(
        state="succeeded", result={}, finished_at=now, expires_at=now + timedelta(days=1)
    )
    expect(page.get_by_role("progressbar")).to_be_hidden()
    page.context.clear_cookies()
    login(page, admin)
    page.goto("/preferences")
    banner = page.locator(f"#run-{run.pk}")
    expect(banner).to_contain_text("Make the list: ready")
    with page.expect_response(lambda answer: answer.url.endswith("/dismissal")):
        banner.get_by_role("button", name="Dismiss").click()
    expect(banner).to_be_hidden()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
    expect(page.locator(f"#run-{run.pk}")).to_be_hidden()
