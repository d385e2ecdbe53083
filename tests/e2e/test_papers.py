"""Papers in a browser: dropped anywhere on the page, checked, unlocked, removed and brought back."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tallystick.documents.examination import examine_waiting
from tallystick.documents.models import Attachment
from tests.documents.conftest import locked_pdf, pdf_bytes, picture, put_on
from tests.documents.site import Site

DROP = """([files]) => {
  const transfer = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  const target = document.querySelector("h1");
  for (const kind of ["dragenter", "dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def site(settings, tmp_path: Path) -> Site:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "files"
    return Site(name="Harbourside Health Precinct, Stage 2")


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.evaluate(DROP, [[[name, base64.b64encode(data).decode()] for name, data in files]])


def test_files_dropped_on_the_page_become_papers_and_are_checked(
    page: Page, login, site, axe, fits, pictures
):
    claim = site.claim(certify=False)
    login(page, site.person)
    page.goto(f"/claims/{claim.pk}/papers")
    expect(page.get_by_text("No papers yet.")).to_be_visible()
    axe(page)
    fits(page)
    drop(
        page,
        ("Delivery dockets.pdf", pdf_bytes(3)),
        ("Level 3.jpg", picture(800, 600)),
        ("Statutory declaration.pdf", locked_pdf("gate")),
        ("Setup.exe", b"MZ"),
    )
    rows = page.locator("#paper-list .file-row")
    expect(rows).to_have_count(3)
    expect(page.get_by_text("No papers yet.")).to_be_hidden()
    expect(page.locator(".upload.is-failed")).to_contain_text("Files ending in .exe can't be attached.")
    expect(rows.first).to_contain_text("Being checked")
    axe(page)

    examine_waiting()
    expect(page.get_by_text("3 pages")).to_be_visible()
    expect(page.locator("#paper-list img")).to_have_count(2)
    locked = rows.filter(has_text="Statutory declaration.pdf")
    expect(locked).to_contain_text("Asks for a password")
    axe(page)
    fits(page)
    pictures(page, "papers-checked")

    locked.get_by_label("Password of this file").fill("fence")
    locked.get_by_role("button", name="Unlock").click()
    expect(locked).to_contain_text("did not open with this password")
    axe(page)
    locked.get_by_label("Password of this file").fill("gate")
    locked.get_by_role("button", name="Unlock").click()
    expect(locked).to_contain_text("1 page, unlocked")

    dockets = rows.filter(has_text="Delivery dockets.pdf")
    dockets.get_by_role("button", name="Remove Delivery dockets.pdf").click()
    expect(dockets).to_contain_text("Removed")
    assert Attachment.objects.get(name="Delivery dockets.pdf").deleted_at is not None
    axe(page)
    dockets.get_by_role("button", name="Undo").click()
    expect(dockets).to_contain_text("3 pages")
    assert Attachment.objects.get(name="Delivery dockets.pdf").deleted_at is None


def test_the_file_field_does_the_same(page: Page, login, site, tmp_path):
    claim = site.claim(certify=False)
    paths = []
    for number in range(5):
        path = tmp_path / f"Docket {number}.pdf"
        path.write_bytes(pdf_bytes(1, f"Docket {number}"))
        paths.append(path)
    login(page, site.person)
    page.goto(f"/claims/{claim.pk}/papers")
    page.locator('file-drop input[type="file"]').set_input_files(paths)
    expect(page.locator("#paper-list .file-row")).to_have_count(5)
    expect(page.locator("file-drop [data-announce]")).to_have_text("5 files added.")


def test_without_scripts_the_form_does_it(browser, live_server, login, site, tmp_path):
    claim = site.claim(certify=False)
    path = tmp_path / "Docket.pdf"
    path.write_bytes(pdf_bytes())
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    login(page, site.person)
    page.goto(f"/claims/{claim.pk}/papers")
    page.locator('file-drop input[type="file"]').set_input_files(path)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("1 paper added.")).to_be_visible()
    page.get_by_role("button", name="Remove Docket.pdf").click()
    page.get_by_text("Removed papers (1)").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Docket.pdf is back.")).to_be_visible()
    context.close()


def test_a_pdf_and_a_picture_open_in_the_browser(page: Page, login, site):
    claim = site.claim()
    photo = put_on(claim, "Level 3.jpg", picture(), site.admin)
    login(page, site.person)
    page.goto(f"/papers/{photo.pk}")
    assert page.evaluate("document.images[0].naturalWidth") == 60


def test_papers_of_contracts_and_companies(page: Page, login, site, axe, fits, pictures):
    contract = site.claim().contract
    put_on(contract, "Executed subcontract.pdf", pdf_bytes(2), site.admin)
    login(page, site.person)
    for address in (f"/contracts/{contract.pk}", f"/companies/{contract.company_id}"):
        page.goto(address)
        expect(page.get_by_role("heading", name="Papers")).to_be_visible()
        axe(page)
        fits(page)
    pictures(page, "papers-company")
