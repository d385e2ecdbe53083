"""A claim's grid in a browser: typing, moving, ranges, the clipboard, filling, undoing, columns, conflicts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.directory.models import Person
from tests import factories as make

Login = Callable[[Page, Person], None]
Check = Callable[[Page], None]
S = ClaimStatus


@dataclass
class Job:
    """A contract of four lines of $10,000.00 to $40,000.00 and a variation of two, with a draft claim."""

    claim: Claim
    admin: Person
    contact: Person
    lines: list[ClaimLine]

    @property
    def address(self) -> str:
        return reverse("claim", args=[self.claim.pk])

    def stored(self, index: int = 0) -> ClaimLine:
        return ClaimLine.objects.get(pk=self.lines[index].pk)


@pytest.fixture
def job() -> Job:
    return a_job()


def a_job(**facts: Any) -> Job:
    project = make.make_project(name="Harbourline Apartments", number="2417")
    named = [(f"Level {n}", n * 10_000_00) for n in range(1, 5)]
    contract = make.make_contract(project, number="SC-1", lines=facts.pop("lines", named), **facts)
    make.make_variation(contract, [("Stair", 900_00), ("Rail", 100_00)], number="V-1", title="Stair")
    today = clock.today_in(project.time_zone)
    period = make.open_period_of(project, today.replace(day=1), today, today)
    admin = make.make_member(project, Level.ADMIN, name="Priya Raman")
    contact = make.make_claim_contact(contract, "Dana Whitlock")
    claim = create_claim(make.OPERATOR, contract, period)
    return Job(claim, admin, contact, lines_of(claim))


def cell(page: Page, column: str, line: ClaimLine | str) -> Any:
    return page.locator(f"input[name='{column}-{line if isinstance(line, str) else line.pk}']")


def place(page: Page, column: str, line: ClaimLine) -> Any:
    """A cell of any kind, by its column's place in the header."""
    index = page.locator("sov-grid thead th").evaluate_all(
        "(cells, id) => cells.findIndex((cell) => cell.id === id)", f"c-{column}"
    )
    return page.locator(f"#l{line.pk} > :nth-child({index + 1})")


def opened(page: Page, login: Login, job: Job, who: Person | None = None) -> None:
    login(page, who or job.admin)
    page.goto(job.address)
    expect(page.locator("[data-state]")).to_contain_text("All changes are saved")


def saved(page: Page) -> None:
    expect(page.locator("[data-state]")).to_contain_text(re.compile(r"All changes are saved, "))


def pasted(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }""",
        text,
    )


def copied(page: Page) -> str:
    return str(
        page.evaluate(
            """() => {
            const data = new DataTransfer();
            const copy = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("copy", copy));
            return data.getData("text/plain");
        }"""
        )
    )


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def test_figures_follow_on_every_key_and_percent_and_amount_follow_each_other(
    page: Page, login: Login, job: Job
) -> None:
    opened(page, login, job)
    first = job.lines[0]
    cell(page, "work", first).click()
    page.keyboard.type("25%")
    expect(cell(page, "percent", first)).to_have_value("25%")
    expect(place(page, "balance", first)).to_have_text("7,500.00")
    expect(cell(page, "retention", first)).to_have_value("125.00")
    expect(page.locator(".is-due dd")).to_have_text("2,375.00")
    expect(cell(page, "work", "g:c")).to_have_value("2,500.00")
    expect(cell(page, "work", first)).to_have_value("25%")
    page.keyboard.press("Tab")
    expect(cell(page, "work", first)).to_have_value("2,500.00")
    cell(page, "percent", first).click()
    page.keyboard.type("60")
    expect(cell(page, "work", first)).to_have_value("6,000.00")
    page.keyboard.press("Enter")
    saved(page)
    assert job.stored().claimed_work == 6_000_00
    bar = page.locator(".money-bar")
    expect(bar.locator(".seg-this")).to_have_attribute("width", "5.9%")
    expect(bar.locator("rect[fill]")).to_have_attribute("width", "0.3%")
    page.locator("summary", has_text="Summary, line by line").click()
    expect(page.locator(".grid-summary [data-face='9']")).to_have_text("95,300.00")


def test_typing_replaces_f2_edits_and_escape_takes_back(page: Page, login: Login, job: Job) -> None:
    opened(page, login, job)
    first, second = job.lines[:2]
    cell(page, "work", first).click()
    page.keyboard.type("100")
    keys(page, "Enter")
    expect(cell(page, "work", second)).to_be_focused()
    keys(page, "ArrowUp", "F2")
    page.keyboard.type("5")
    expect(cell(page, "work", first)).to_have_value("100.005")
    keys(page, "Escape")
    expect(cell(page, "work", first)).to_have_value("100.00")
    page.keyboard.type("7")
    expect(place(page, "balance", first)).to_have_text("9,993.00")
    keys(page, "Escape")
    expect(place(page, "balance", first)).to_have_text("9,900.00")
    keys(page, "ArrowLeft")
    expect(place(page, "previous", first)).to_be_focused()
    keys(page, "Control+Home", "Control+End", "Home", "ArrowUp", "End")
    saved(page)
    assert job.stored().claimed_work == 100_00


def test_a_range_is_summed_copied_pasted_and_undone_as_one_step(page: Page, login: Login, job: Job) -> None:
    opened(page, login, job)
    cell(page, "work", job.lines[0]).click()
    pasted(page, "$1,000.00\t10%\r\n(200)\t\r\n 3 000.00 \t\r\n")
    expect(cell(page, "work", job.lines[1])).to_have_value("−200.00")
    expect(cell(page, "new", job.lines[0])).to_have_value("1,000.00")
    keys(page, "Shift+ArrowLeft")
    expect(page.locator("[data-selection]")).to_contain_text("sum 3,800.00")
    assert copied(page) == "1,000.00\n-200.00\n3,000.00"
    keys(page, "Control+z")
    for line in job.lines[:3]:
        expect(cell(page, "work", line)).to_have_value("")
    expect(page.locator(".is-due dd")).to_have_text("0.00")
    keys(page, "Control+y")
    expect(cell(page, "work", job.lines[2])).to_have_value("3,000.00")
    saved(page)
    assert job.stored(1).claimed_work == -200_00
    keys(page, "Control+z")
    saved(page)
    expect(cell(page, "work", job.lines[2])).to_have_value("")
    assert job.stored(2).claimed_work == 0


def test_read_only_cells_are_copied_with_the_others(page: Page, login: Login, job: Job) -> None:
    opened(page, login, job)
    place(page, "scheduled", job.lines[0]).click()
    place(page, "work", job.lines[1]).click(modifiers=["Shift"])
    assert copied(page) == "10,000.00\t0.00\t\n20,000.00\t0.00\t"


def test_filling_down_by_key_and_by_the_corner(page: Page, login: Login, job: Job) -> None:
    opened(page, login, job)
    cell(page, "percent", job.lines[0]).click()
    page.keyboard.type("50")
    keys(page, "Enter", "ArrowUp", "Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    expect(cell(page, "work", job.lines[2])).to_have_value("15,000.00")
    expect(cell(page, "work", job.lines[3])).to_have_value("")
    retention = cell(page, "retention", job.lines[0])
    retention.click()
    page.keyboard.type("10%")
    keys(page, "Enter", "ArrowUp")
    box = place(page, "retention", job.lines[0]).bounding_box()
    below = place(page, "retention", job.lines[2]).bounding_box()
    assert box and below
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    page.mouse.down()
    page.mouse.move(below["x"] + 20, below["y"] + 10, steps=4)
    page.mouse.up()
    expect(cell(page, "retention", job.lines[2])).to_have_value("1,500.00")
    saved(page)
    assert job.stored(2).work_retention_entry == "rate"


def test_delete_clears_what_the_mouse_selected(page: Page, login: Login, job: Job) -> None:
    opened(page, login, job)
    cell(page, "work", job.lines[0]).click()
    pasted(page, "1\n2\n3\n4")
    page.mouse.move(0, 0)
    start, end = (
        place(page, "work", job.lines[1]).bounding_box(),
        place(page, "work", job.lines[3]).bounding_box(),
    )
    assert start and end
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 10, steps=4)
    page.mouse.up()
    keys(page, "Delete")
    expect(cell(page, "work", job.lines[1])).to_have_value("")
    expect(cell(page, "work", job.lines[0])).to_have_value("1.00")
    saved(page)
    assert [job.stored(n).claimed_work for n in range(4)] == [1_00, 0, 0, 0]


def test_a_subtotal_is_spread_over_what_is_left(page: Page, login: Login, job: Job) -> None:
    opened(page, login, job)
    cell(page, "work", "g:c").click()
    page.keyboard.type("1,000.01")
    expect(cell(page, "work", job.lines[3])).to_have_value("400.01")
    keys(page, "Enter")
    expect(cell(page, "work", "g:c")).to_have_value("1,000.01")
    saved(page)
    assert sum(job.stored(n).claimed_work for n in range(4)) == 1_000_01
    keys(page, "Control+z")
    expect(cell(page, "work", "g:c")).to_have_value("0.00")
    page.locator("[data-fold='c']").click()
    expect(page.locator(f"#l{job.lines[0].pk}")).to_be_hidden()
    cell(page, "percent", "g:all").click()
    page.keyboard.type("50%")
    keys(page, "Enter")
    saved(page)
    assert Claim.objects.get().completed_to_date == 50_500_00


def test_values_of_many_lines_are_edited_at_once(page: Page, login: Login, job: Job) -> None:
    opened(page, login, job)
    page.locator(f"#i{job.lines[1].pk}").click()
    page.locator(f"#i{job.lines[2].pk}").click(modifiers=["Shift"])
    page.get_by_role("button", name="Edit values").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("On the 2 selected lines")
    dialog.get_by_label("Total to date %").fill("1.2.3")
    dialog.get_by_role("button", name="Apply").click()
    expect(dialog.get_by_role("alert")).to_contain_text("can't be read as a percentage")
    dialog.get_by_label("Total to date %").fill("10")
    dialog.get_by_label("Retention this period %").fill("20%")
    dialog.get_by_role("button", name="Apply").click()
    expect(cell(page, "work", job.lines[2])).to_have_value("3,000.00")
    expect(cell(page, "retention", job.lines[2])).to_have_value("600.00")
    expect(cell(page, "work", job.lines[0])).to_have_value("")
    saved(page)


def test_columns_are_chosen_pinned_widened_and_remembered(page: Page, login: Login, job: Job) -> None:
    opened(page, login, job)
    cell(page, "work", job.lines[0]).click()
    page.keyboard.type("12.3.4")
    page.locator("summary", has_text="Columns").click()
    menu = page.locator("[data-columns]")
    menu.get_by_label("Net", exact=True).check()
    menu.get_by_label("Previous", exact=True).uncheck()
    menu.get_by_label("Keep Balance in sight").check()
    expect(page.locator("th#c-net")).to_be_visible()
    expect(page.locator("th#c-previous")).to_have_count(0)
    # What was typed and can't be read yet outlives the drawing
    expect(cell(page, "work", job.lines[0])).to_have_value("12.3.4")
    expect(page.locator(f"tr[data-problem='{job.lines[0].pk}']")).to_contain_text("can't be read")
    keys(page, "Escape")
    cell(page, "work", job.lines[1]).click()
    before = page.locator("th#c-work").evaluate("th => th.offsetWidth")
    keys(page, "Alt+Shift+ArrowRight", "Alt+Shift+ArrowRight")
    page.wait_for_timeout(500)  # the width is kept a moment after the last key
    cell(page, "work", job.lines[0]).click()
    page.keyboard.type("5")
    keys(page, "Enter")
    saved(page)
    page.reload()
    assert page.locator("th#c-work").evaluate("th => th.offsetWidth") == before + 16
    heads = page.locator("sov-grid thead th").evaluate_all("cells => cells.map((cell) => cell.dataset.col)")
    assert heads[:3] == ["item", "description", "balance"]
    assert "net" in heads
    assert "previous" not in heads


def test_a_line_that_somebody_else_changed_is_decided_by_hand(
    page: Page, login: Login, job: Job, context: Any
) -> None:
    opened(page, login, job)
    other = context.new_page()
    other.goto(job.address)
    cell(other, "work", job.lines[0]).fill("700")
    cell(other, "work", job.lines[1]).fill("800")
    cell(other, "work", job.lines[2]).click()
    saved(other)
    other.close()

    cell(page, "work", job.lines[0]).fill("55")
    cell(page, "work", job.lines[1]).fill("66")
    cell(page, "work", job.lines[2]).fill("77")
    cell(page, "work", job.lines[3]).click()
    banner = page.locator("[data-conflicts]")
    expect(banner).to_contain_text("2 lines that you typed into were changed by somebody else")
    note = page.locator(f"tr[data-conflict='{job.lines[0].pk}']")
    expect(note).to_contain_text("Priya Raman changed this line")
    expect(note).to_contain_text("This period is 700.00 now, yours is 55.00")
    assert job.stored(2).claimed_work == 77_00
    note.get_by_role("button", name="Keep mine").click()
    page.locator(f"tr[data-conflict='{job.lines[1].pk}']").get_by_role("button", name="Take theirs").click()
    expect(banner).to_be_hidden()
    saved(page)
    expect(cell(page, "work", job.lines[1])).to_have_value("800.00")
    assert [job.stored(n).claimed_work for n in range(3)] == [55_00, 800_00, 77_00]


def test_lines_are_reviewed_in_the_grid_and_proposals_taken(page: Page, login: Login, job: Job) -> None:
    edits = [EntryEdit(line.pk, work=1_000_00) for line in job.lines[:3]]
    claim = save_entries(make.OPERATOR, job.claim, edits).claim
    move_claim(make.OPERATOR, claim, S.UNDER_REVIEW)
    opened(page, login, job)
    cell(page, "work", job.lines[0]).fill("800")
    place(page, "review", job.lines[0]).get_by_role("button", name="Reject").click()
    cell(page, "review_reason", job.lines[0]).fill("Two bays are not poured")
    keys(page, "Enter")
    place(page, "review", job.lines[1]).click(position={"x": 2, "y": 2})
    keys(page, "Shift+ArrowDown", "a")
    expect(place(page, "review", job.lines[2]).get_by_role("button", name="Approve")).to_have_attribute(
        "aria-pressed", "true"
    )
    saved(page)
    line = job.stored()
    assert (line.review, line.review_reason, line.assessed_work) == (
        "rejected",
        "Two bays are not poured",
        800_00,
    )
    claim.refresh_from_db()
    move_claim(make.OPERATOR, claim, S.REVISE_AND_RESUBMIT)
    login(page, job.contact)
    page.goto(job.address)
    expect(place(page, "review_reason", job.lines[0])).to_have_text("Two bays are not poured")
    page.get_by_role("button", name="Take the proposed amount of 1").click()
    expect(cell(page, "work", job.lines[0])).to_have_value("800.00")
    saved(page)
    assert job.stored().claimed_work == 800_00


def test_a_thousand_lines_are_pasted_saved_and_undone(page: Page, login: Login) -> None:
    job = a_job(lines=[(f"Item {n}", 10_000_00) for n in range(1_000)])
    opened(page, login, job)
    cell(page, "work", job.lines[0]).click()
    pasted(page, "\n".join("1,000.50" for _ in range(500)))
    expect(cell(page, "work", "g:c")).to_have_value("500,250.00")
    saved(page)
    job.claim.refresh_from_db()
    assert job.claim.claimed_this_period == 500_250_00
    keys(page, "Control+End")
    expect(page.locator("#r-all")).to_be_in_viewport()
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, "work", "g:c")).to_have_value("0.00")
    saved(page)
    job.claim.refresh_from_db()
    assert job.claim.claimed_this_period == 0


def test_by_unit_a_quantity_makes_the_amount(page: Page, login: Login) -> None:
    lines = [make.LineInput("Pavers", quantity=3_0000, unit="m2", unit_price=33_3333)]
    job = a_job(accounting_method="unit", lines=lines)
    opened(page, login, job)
    cell(page, "quantity", job.lines[0]).click()
    page.keyboard.type("1.5")
    expect(place(page, "work", job.lines[0])).to_have_text("50.00")
    keys(page, "Enter", "Control+z", "Control+y")
    cell(page, "total", job.lines[1]).click()
    page.keyboard.type("450")
    keys(page, "Enter")
    saved(page)
    assert (job.stored(0).claimed_quantity, job.stored(0).claimed_work) == (1_5000, 50_00)
    assert job.stored(1).claimed_work == 450_00


def test_the_grid_is_accessible_and_reaches_everything_on_a_phone(
    page: Page, login: Login, axe: Check, fits: Check, job: Job
) -> None:
    opened(page, login, job)
    axe(page)
    page.locator("summary", has_text="Columns").click()
    axe(page)
    keys(page, "Escape")
    page.get_by_role("button", name="Edit values").click()
    axe(page)
    keys(page, "Escape")
    fits(page)
    page.set_viewport_size({"width": 360, "height": 740})
    expect(place(page, "balance", job.lines[0])).to_be_hidden()
    page.get_by_label("As a table").check()
    place(page, "balance", job.lines[0]).scroll_into_view_if_needed()
    expect(place(page, "balance", job.lines[0])).to_be_visible()
