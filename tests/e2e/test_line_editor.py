"""Lines of a schedule typed as in a spreadsheet: keys, pasted blocks, rows moved and removed, undo, a total."""

from typing import Any

from playwright.sync_api import Page, expect

from tallystick.access.levels import Level
from tallystick.contracts.models import Contract
from tests.factories import LineInput, make_contract, make_member, make_project


def put_in_clipboard(page: Page, text: str) -> None:
    """Paste into the focused cell, as Ctrl+V does."""
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const paste = { clipboardData: data, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }""",
        text,
    )


def total(page: Page) -> Any:
    return page.locator("[data-total]")


def described(page: Page) -> list[str]:
    inputs = page.locator("tbody input[name=description]")
    return [value for value in inputs.evaluate_all("found => found.map(one => one.value)") if value]


def opened(page: Page, login: Any, address: str, **contract: Any) -> Contract:
    project = make_project()
    made = make_contract(project, **contract)
    login(page, make_member(project, Level.ADMIN))
    page.goto(address.format(made.pk))
    return made


def test_lines_are_pasted_moved_undone_and_saved(page: Page, login: Any) -> None:
    contract = opened(page, login, "/contracts/{}/lines/edit", lines=[("Footings", 100_00), ("Slab", 50_00)])
    kept = list(contract.lines.order_by("position").values_list("pk", flat=True))
    expect(total(page)).to_have_text("150.00")

    # a block copied from a spreadsheet goes below, into rows that are made for it
    page.locator("tbody input[name=description]").nth(2).focus()
    put_in_clipboard(page, "\n".join(f"Level {n}\t{n}0.00" for n in range(1, 9)))
    expect(total(page)).to_have_text("510.00")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(total(page)).to_have_text("150.00")
    page.get_by_role("button", name="Redo").click()
    page.get_by_role("button", name="Redo").click()
    expect(total(page)).to_have_text("510.00")

    # typing over a cell and going down by Enter
    page.locator("tbody input[name=scheduled_value]").nth(1).focus()
    page.keyboard.type("60,5")
    page.keyboard.press("Enter")
    expect(page.locator("td.is-wrong")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(total(page)).to_have_text("510.00")

    # the second line goes up, the last pasted one is removed
    page.get_by_label("Select line 2", exact=True).check()
    page.get_by_role("button", name="Move up").click()
    page.get_by_label("Select line 1", exact=True).uncheck()
    page.get_by_label("Select line 10", exact=True).check()
    page.get_by_role("button", name="Remove").click()
    assert described(page)[:3] == ["Slab", "Footings", "Level 1"]
    expect(total(page)).to_have_text("430.00")

    page.get_by_label("Agreed sum").fill("500")
    expect(page.locator("[data-remaining]")).to_have_text("70.00")
    page.get_by_role("button", name="Save lines").click()
    expect(page.get_by_text(f"of {contract.number} is saved")).to_be_visible()
    lines = list(contract.lines.order_by("position"))
    assert [line.pk for line in lines[:2]] == kept[::-1]
    assert sum(line.scheduled_value for line in lines) == 430_00


def test_by_unit_price_the_value_follows_as_one_types(page: Page, login: Any) -> None:
    opened(
        page,
        login,
        "/contracts/{}/lines/edit",
        accounting_method="unit",
        lines=[LineInput("Dig", quantity=10_0000, unit="m³", unit_price=18_5000)],
    )
    page.locator("tbody input[name=quantity]").first.fill("12,500")
    expect(page.locator("[data-value]").first).to_have_text("231,250.00")
    expect(total(page)).to_have_text("231,250.00")
