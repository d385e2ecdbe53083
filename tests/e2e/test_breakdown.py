"""Breakdowns and checks in a real browser: what remains, and what was found, follow as one types."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tallystick.claims.creation import create_claim
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import Contract
from tallystick.contracts.sub_sov import breakdown_of, use_breakdown
from tallystick.core import clock
from tallystick.directory.models import Person
from tests.factories import OPERATOR, Level, make_claim_contact, make_contract, make_member, open_period_of

Login = Callable[[Page, Person], None]

PASTE = """([field, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_contact_breaks_a_schedule_down_to_nothing_and_submits_it(
    page: Page, login: Login, axe: Callable[[Page], None]
) -> None:
    contract = make_contract()
    contact = make_claim_contact(contract)
    use_breakdown(OPERATOR, contract, True)
    first, second, third = (part.line.pk for part in breakdown_of(contract))
    login(page, contact)
    page.goto(f"/contracts/{contract.pk}/breakdown")
    axe(page)
    block = page.locator(f"#line-{first}")
    block.get_by_label("Description of row 1 of line 1").fill("Zone A")
    block.get_by_label("Amount of row 1 of line 1").fill("20,000.10")
    expect(block.locator("[data-remaining]")).to_have_text("remaining 29,999.90")
    block.get_by_role("button", name="More rows").click()
    block.locator("input[name^=description-]").nth(1).fill("Zone B")
    block.locator("input[name^=scheduled_value-]").first.press("Enter")
    expect(block.locator("input[name^=scheduled_value-]").nth(1)).to_be_focused()
    block.locator("input[name^=scheduled_value-]").nth(1).fill("29999.90")
    expect(block.locator("[data-remaining]")).to_have_text("Nothing remains")
    expect(page.locator("[data-lines-left]")).to_have_text("2")
    cell = page.locator(f"#line-{second} input[name^=description-]").first
    page.evaluate(PASTE, [cell.element_handle(), "North\t10,000.00\r\nSouth\t15000\r\nWest\t5,000\r\n"])
    expect(page.locator(f"#line-{second} [data-remaining]")).to_have_text("Nothing remains")
    expect(page.locator("[data-remaining-total]")).to_have_text("20,000.00")
    page.get_by_role("button", name="Save and submit").click()
    expect(page.get_by_role("alert").first).to_contain_text("Something remains on 1 line: 3 20,000.00")
    page.get_by_role("button", name="Keep the other lines whole").click()
    expect(page.locator(f"#line-{third} [data-remaining]")).to_have_text("Nothing remains")
    page.get_by_role("button", name="Save and submit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Under Review")
    axe(page)
    assert Contract.objects.get().sub_sov_status == "under_review"
    assert [len(part.details) for part in breakdown_of(contract)] == [2, 3, 1]


def test_a_breakdown_fits_a_phone(page: Page, login: Login) -> None:
    contract = make_contract()
    use_breakdown(OPERATOR, contract, True)
    login(page, make_claim_contact(contract))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/contracts/{contract.pk}/breakdown")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_panel_of_checks_follows_what_is_typed(page: Page, login: Login) -> None:
    contract = make_contract()
    today = clock.today_in(contract.project.time_zone)
    period = open_period_of(contract.project, today, today + timedelta(days=27), today + timedelta(days=20))
    claim = create_claim(OPERATOR, contract, period)
    line = lines_of(claim)[0]
    login(page, make_member(contract.project, Level.ADMIN))
    page.goto(f"/claims/{claim.pk}")
    panel = page.locator("#claim-checks")
    expect(panel.locator("summary").first).to_contain_text("1 worth a look")
    panel.locator("summary").first.click()
    expect(panel).to_contain_text("Nothing is claimed")
    cell = page.locator(f"input[name=work-{line.pk}]")
    cell.fill("30,000.00")
    cell.press("Enter")
    expect(panel).to_contain_text("60% of its scheduled value in one period")
    expect(panel).to_have_attribute("open", "")
