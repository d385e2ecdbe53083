"""Spreadsheets in a real browser: dropped, columns changed, brought in; a claim downloaded and filled in."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tallystick.claims.creation import create_claim
from tallystick.claims.storage import lines_of
from tallystick.directory.models import Person
from tests import factories as make
from tests.sheets import makers

Login = Callable[[Page, Person], None]
ROWS = (
    ("Ref", "Scope of work", "Tender", "Amount"),
    ("", "Substructure"),
    ("1", "Footings", 48000, 50000),
    ("2", "Slab", 30000, 31000),
    ("", "Total", 78000, 81000),
)


def test_a_schedule_is_dropped_looked_at_and_brought_in(
    page: Page, login: Login, axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    contract = make.make_contract(lines=())
    login(page, make.make_member(contract.project, make.Level.ADMIN))
    page.goto(f"/contracts/{contract.pk}/lines")
    page.get_by_role("link", name="Import").first.click()
    axe(page)
    _drop(page, makers.xlsx(ROWS), "schedule.xlsx")
    expect(page.get_by_role("heading", name="2 lines under 1 heading")).to_be_visible()
    expect(page.locator(".sheet-sums")).to_contain_text("$81,000.00")
    axe(page)
    fits(page)
    page.get_by_label("Scheduled value").select_option("C: Tender")
    expect(page.locator(".sheet-sums")).to_contain_text("$78,000.00")
    page.get_by_role("button", name="Import 2 lines").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(contract.number)
    expect(page.get_by_text("48,000.00")).to_be_visible()


def test_a_contact_drops_their_own_sheet_on_the_grid(page: Page, login: Login) -> None:
    contract = make.make_contract()
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    login(page, make.make_claim_contact(contract))
    page.goto(f"/claims/{claim.pk}")
    page.get_by_text("Spreadsheet", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as Excel (.xlsx)").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(page.get_by_role("link", name="Fill in from a spreadsheet")).to_be_visible()
    theirs = makers.xlsx([("Item", "Description", "This claim"), ("1", "Footings", 1250.5)])
    _drop(page, theirs, "claim.xlsx")
    expect(page.get_by_role("table", name="Cells that will change")).to_contain_text("1,250.50")
    page.get_by_role("button", name="Take over 1 line").click()
    expect(page.get_by_text("1 line taken over from claim.xlsx.")).to_be_visible()
    assert [line.claimed_work for line in lines_of(claim)] == [1_250_50, 0, 0]


def _drop(page: Page, data: bytes, name: str) -> None:
    transfer = page.evaluate_handle(
        """([bytes, name]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name));
            return transfer;
        }""",
        [list(data), name],
    )
    for kind in ("dragenter", "dragover", "drop"):
        page.dispatch_event("main", kind, {"dataTransfer": transfer})
