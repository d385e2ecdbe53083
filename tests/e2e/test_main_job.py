"""The main job in a browser: from signing in to ONE PDF of every ticked claim with all of its papers (R-COMPILE)."""

from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tallystick.claims.models import Claim
from tallystick.documents.models import Backup
from tallystick.documents.verification import verify
from tallystick.runs.engine import run_inline
from tallystick.runs.models import Run
from tests import factories as make
from tests.documents.conftest import locked_pdf, pdf_bytes, picture, put_on
from tests.documents.site import Site


@pytest.fixture
def site(settings, tmp_path: Path) -> Site:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "files"
    return Site(name="Harbourside Health Precinct, Stage 2")


@pytest.fixture
def claims(site: Site) -> list[Claim]:
    """Three claims with papers, one of which can't be merged."""
    made = [site.claim(title=title) for title in ("Piling and shoring", "Formwork", "Structural steel")]
    put_on(made[0], "Delivery dockets.pdf", pdf_bytes(4, "Docket"), site.admin)
    put_on(made[0], "Level 3 after the pour.jpg", picture(400, 300), site.admin)
    put_on(made[1], "Statutory declaration.pdf", locked_pdf(), site.admin)
    return made


def tick(page: Page, claims: list[Claim]) -> None:
    for claim in claims:
        page.locator(f'input[name="claim"][value="{claim.pk}"]').check()


def test_from_signing_in_to_one_pdf_with_everything_in_it(
    page: Page, site, claims, axe, fits, pictures, tmp_path
):
    # Sign in, and go to the project's claims.
    page.goto("/")
    page.get_by_label("E-mail").fill(site.person.email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=site.project.name).first.click()
    page.get_by_role("link", name="Progress Claiming").first.click()

    # Tick two of the three, and press the button.
    tick(page, claims[:2])
    expect(page.get_by_text("2 rows selected")).to_be_visible()
    page.get_by_role("button", name="Compile progress claim backups").click()

    # Its progress stands on top, also on the page that one goes to meanwhile.
    progress = page.locator("run-progress")
    expect(progress).to_contain_text("Progress claim backup of 2 progress claims")
    axe(page)
    fits(page)
    pictures(page, "main-job-progress")
    page.get_by_role("link", name="Billing periods").first.click()
    expect(progress).to_be_visible()
    page.go_back()
    expect(progress).to_be_visible()

    # It ends while one looks on: the banner takes the bar's place, with the download first in focus.
    run_inline(Run.objects.get())
    banner = page.locator(".banner.tone-ok")
    expect(banner).to_contain_text("Compiled 2 progress claims with 3 papers: ")
    download = banner.get_by_role("link", name="Download")
    expect(download).to_be_focused()
    banner.get_by_text("What could not be merged, and why").click()
    expect(banner).to_contain_text("Statutory declaration.pdf")
    axe(page)
    fits(page)
    pictures(page, "main-job-banner")

    # The document has every claim and every paper.
    with page.expect_download() as waiting:
        download.click()
    assert waiting.value.suggested_filename == Backup.objects.get().file_name
    path = tmp_path / "backup.pdf"
    waiting.value.save_as(path)
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert len(pdf.pages) == Backup.objects.get().page_count
        tree = [[child.title for child in item.children] for item in outline.root][1:]
    assert [papers[1:] for papers in tree] == [
        ["Delivery dockets.pdf", "Level 3 after the pour.jpg"],
        ["Statutory declaration.pdf"],
    ]
    assert verify(path).ok

    # Leave, come back: the banner is still there, until it is dismissed; the document stays.
    page.goto("/")
    expect(banner).to_contain_text("Compiled 2 progress claims")
    page.goto(f"/projects/{site.project.pk}/claims")
    banner.get_by_role("button", name="Dismiss").click()
    expect(banner).to_have_count(0)
    page.get_by_role("link", name="Progress claim backups").first.click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    axe(page)
    fits(page)
    pictures(page, "main-job-past")


def test_what_cannot_be_compiled_is_said_on_the_row_and_no_tick_is_lost(
    page: Page, login, site, claims, axe, pictures
):
    Claim.objects.filter(pk=claims[2].pk).update(period=None)
    login(page, site.person)
    page.goto(f"/projects/{site.project.pk}/claims?period=all")
    tick(page, claims)
    page.get_by_role("button", name="Compile progress claim backups").click()
    expect(page.get_by_role("alert").first).to_contain_text(
        "Nothing was compiled, because the billing period of"
    )
    expect(page.get_by_text("This progress claim has no billing period.")).to_be_visible()
    expect(page.get_by_text("3 rows selected")).to_be_visible()
    assert not Run.objects.exists()
    axe(page)
    pictures(page, "main-job-refused")
    page.locator(f'input[name="claim"][value="{claims[2].pk}"]').uncheck()
    page.get_by_role("button", name="Compile progress claim backups").click()
    expect(page.locator("run-progress")).to_be_visible()
    assert len(Run.objects.get().params["claims"]) == 2


def test_a_double_click_asks_once(page: Page, login, site, claims):
    login(page, site.person)
    page.goto(f"/projects/{site.project.pk}/claims")
    tick(page, claims)
    page.get_by_role("button", name="Compile progress claim backups").dblclick()
    expect(page.locator("run-progress")).to_have_count(1)
    assert Run.objects.count() == 1


def test_a_failure_is_told_where_the_bar_was(page: Page, login, site, claims, monkeypatch, axe):
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    login(page, site.person)
    page.goto(f"/projects/{site.project.pk}/claims")
    tick(page, claims)
    page.get_by_role("button", name="Compile progress claim backups").click()
    expect(page.locator("run-progress")).to_be_visible()
    monkeypatch.setattr("tallystick.documents.tasks.write_backup", full)
    run_inline(Run.objects.get())
    expect(page.get_by_role("alert").first).to_contain_text("The server's disk is full, so nothing was made.")
    axe(page)


def test_without_scripts_the_whole_way_is_there(browser, live_server, login, site, claims):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    login(page, site.person)
    page.goto(f"/projects/{site.project.pk}/claims")
    tick(page, claims[:1])
    page.get_by_role("button", name="Compile progress claim backups").click()
    expect(
        page.locator("run-progress").get_by_text("Progress claim backup of 1 progress claim")
    ).to_be_visible()
    run_inline(Run.objects.get())
    page.get_by_role("link", name="See how far it is").click()
    expect(page.locator(".banner.tone-ok")).to_contain_text("Compiled 1 progress claim with 2 papers")
    context.close()
