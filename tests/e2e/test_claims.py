"""Claims in a browser: from creating one to approving it, by keyboard, with and without trouble on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
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
from tallystick.directory.models import Person, Project
from tests import factories as make

Login = Callable[[Page, Person], None]
Check = Callable[[Page], None]
Pictures = Callable[[Page, str], list[Path]]
S = ClaimStatus


@dataclass
class Job:
    """A project with three contracts, one of them with a variation, and its people."""

    project: Project
    contracts: list[Any]
    period: Any
    admin: Person
    contact: Person

    @property
    def list_url(self) -> str:
        return reverse("claims", args=[self.project.pk])


@pytest.fixture
def job() -> Job:
    project = make.make_project(name="Harbourline Apartments", number="2417")
    contracts = [
        make.make_contract(
            project,
            make.make_company(project.account, name),
            number=f"SC-{n:03}",
            title=title,
            retain_materials=n == 1,
            materials_retention_bp=500,
        )
        for n, (name, title) in enumerate(
            [
                ("Apex Concrete", "Concrete supply and place"),
                ("Meridian Steel Fabricators", "Structural steel"),
                ("Brightwater Plumbing", "Hydraulic services"),
            ],
            1,
        )
    ]
    make.make_variation(contracts[0], number="V-003", title="Transfer beam")
    contact = make.make_claim_contact(contracts[0], "Dana Whitlock")
    today = clock.today_in(project.time_zone)
    start = today.replace(day=1)
    period = make.open_period_of(project, start, today, today)
    return Job(
        project, contracts, period, make.make_member(project, Level.ADMIN, name="Priya Raman"), contact
    )


def a_claim(job: Job, index: int = 0, work: int = 10_000_00) -> Claim:
    claim = create_claim(make.OPERATOR, job.contracts[index], job.period)
    line = lines_of(claim)[0]
    return save_entries(make.OPERATOR, claim, [EntryEdit(line.pk, work=work)]).claim


def cell(page: Page, column: str, line: ClaimLine) -> Any:
    return page.locator(f"input[name='{column}-{line.pk}']")


def text_of(page: Page, column: str, line: ClaimLine) -> Any:
    """The cell of a column that is not typed into, by the column's place in the header."""
    index = page.locator("sov-grid thead th").evaluate_all(
        "(cells, id) => cells.findIndex((cell) => cell.id === id)", f"c-{column}"
    )
    return page.locator(f"#l{line.pk} > :nth-child({index + 1})")


def saved(page: Page) -> None:
    expect(page.locator("[data-state]")).to_contain_text("All changes are saved")


def test_create_type_save_submit_and_approve(page: Page, login: Login, job: Job) -> None:
    login(page, job.contact)
    page.goto(job.list_url)
    page.get_by_role("link", name="New claim").click()
    page.get_by_label("Contract", exact=True).select_option(index=1)
    page.get_by_label("Reference").fill("INV-1042")
    page.get_by_role("button", name="Create claim").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Claim 1 of Apex Concrete")

    claim = Claim.objects.get()
    lines = lines_of(claim)
    expect(page.locator("[data-state]")).to_contain_text("All changes are saved")
    cell(page, "work", lines[0]).fill("1,234.5")
    page.keyboard.press("Enter")
    expect(cell(page, "work", lines[1])).to_be_focused()
    page.keyboard.type("12%")
    page.keyboard.press("ArrowDown")
    saved(page)
    expect(cell(page, "work", lines[0])).to_have_value("1,234.50")
    expect(cell(page, "work", lines[1])).to_have_value("3,600.00")
    expect(text_of(page, "total", lines[1])).to_have_text("3,600.00")
    expect(page.locator(".is-due dd")).to_have_text("4,592.77")
    expect(page.locator("tr.is-group").first).to_contain_text("4,834.50")

    # The step is taken on what was typed a moment ago, also before it was saved.
    cell(page, "percent", lines[2]).fill("50")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Submitted. The progress claim is Under Review now.")).to_be_visible()
    claim.refresh_from_db()
    assert (claim.status, claim.claimed_this_period) == (S.UNDER_REVIEW, 14_834_50)

    login(page, job.admin)
    page.goto(job.list_url + "?status=waiting")
    page.get_by_role("link", name="Apex Concrete").click()
    cell(page, "work", lines[0]).fill("(500)")
    page.keyboard.press("Tab")
    cell(page, "work", lines[1]).focus()
    saved(page)
    expect(cell(page, "work", lines[0])).to_have_value("−500.00")

    # What was cut is certified once it is said why.
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_label("Reason for line 1").fill("Paid twice in April")
    page.get_by_role("button", name="Save review").click()
    page.get_by_role("button", name="Approve as noted").click()
    expect(page.get_by_text("The progress claim is Approved as Noted now.")).to_be_visible()
    page.get_by_role("link", name="Grid", exact=True).click()
    claim.refresh_from_db()
    assert claim.status == S.APPROVED_AS_NOTED
    assert (claim.claimed_this_period, claim.certified_this_period) == (14_834_50, 13_100_00)
    expect(page.locator("sov-grid td input")).to_have_count(0)


def test_a_cell_that_cannot_be_read_says_so_and_holds_up_no_other(page: Page, login: Login, job: Job) -> None:
    claim = a_claim(job, work=0)
    lines = lines_of(claim)
    login(page, job.admin)
    page.goto(reverse("claim", args=[claim.pk]))
    cell(page, "work", lines[0]).fill("12,34")
    cell(page, "work", lines[1]).fill("100")
    cell(page, "work", lines[2]).focus()
    problem = page.locator(f"tr[data-problem='{lines[0].pk}']")
    expect(problem).to_contain_text("can't be read as an amount")
    expect(cell(page, "work", lines[0])).to_have_attribute("aria-invalid", "true")
    expect(cell(page, "work", lines[0])).to_have_value("12,34")
    expect(text_of(page, "total", lines[1])).to_have_text("100.00")
    cell(page, "work", lines[0]).fill("1,234")
    expect(problem).to_have_count(0)
    page.keyboard.press("Enter")
    saved(page)
    claim.refresh_from_db()
    assert claim.claimed_this_period == 1_334_00


def test_cells_of_a_spreadsheet_are_pasted_down_and_to_the_right(page: Page, login: Login, job: Job) -> None:
    claim = a_claim(job, work=0)
    lines = lines_of(claim)
    login(page, job.admin)
    page.goto(reverse("claim", args=[claim.pk]))
    cell(page, "work", lines[0]).focus()
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }""",
        "100\t20\n200\t\n300\t30\n400\n",
    )
    # the cell that one is in keeps what was typed until one leaves it
    cell(page, "retention", lines[0]).focus()
    saved(page)
    for line, work, new in zip(lines, (100, 200, 300, 400), ("20.00", "", "30.00", ""), strict=True):
        expect(cell(page, "work", line)).to_have_value(f"{work}.00")
        expect(cell(page, "new", line)).to_have_value(new)


def test_escape_takes_back_what_is_not_saved(page: Page, login: Login, job: Job) -> None:
    claim = a_claim(job)
    line = lines_of(claim)[0]
    login(page, job.admin)
    page.goto(reverse("claim", args=[claim.pk]))
    cell(page, "work", line).fill("9")
    page.keyboard.press("Escape")
    expect(cell(page, "work", line)).to_have_value("10,000.00")
    saved(page)


def test_the_list_by_keyboard(page: Page, login: Login, job: Job) -> None:
    a_claim(job, 0)
    a_claim(job, 1)
    login(page, job.admin)
    page.goto(job.list_url)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-tally]")).to_have_text("3 rows selected")
    page.get_by_role("button", name="Edit status").focus()
    expect(page.locator("[data-skip-note]")).to_contain_text(
        "2 of 3 can go. Left out: 1 without a progress claim"
    )
    page.keyboard.press("Escape")
    expect(page.locator("[data-action-bar]")).to_be_hidden()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Meridian Steel")
    page.goto(job.list_url)
    page.keyboard.press("/")
    page.keyboard.type("plumbing")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)


def test_creating_and_moving_several_at_once(page: Page, login: Login, job: Job) -> None:
    a_claim(job, 0)
    login(page, job.admin)
    page.goto(job.list_url)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Create progress claims").click()
    expect(page.get_by_text("2 progress claims created, in Draft.")).to_be_visible()
    move_claim(make.OPERATOR, Claim.objects.get(contract=job.contracts[2]), S.UNDER_REVIEW)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Edit status").click()
    page.get_by_label("Approved 1 of 3 can go.").check()
    page.get_by_role("button", name="Edit status").click()
    expect(page.get_by_text("1 progress claim is Approved now, 2 left out.")).to_be_visible()
    page.get_by_text("Which, and why").click()
    expect(page.get_by_text("SC-001 claim 1:")).to_be_visible()


def test_a_deleted_draft_can_be_brought_back(page: Page, login: Login, job: Job) -> None:
    claim = a_claim(job)
    login(page, job.admin)
    page.goto(reverse("claim", args=[claim.pk]))
    page.locator("summary", has_text="More").first.click()
    page.get_by_role("button", name="Delete draft").click()
    expect(page.get_by_text("Claim 1 of Apex Concrete is deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Claim 1 of Apex Concrete is back.")).to_be_visible()


def test_reopening_asks_for_a_reason(page: Page, login: Login, job: Job) -> None:
    claim = a_claim(job)
    move_claim(make.OPERATOR, claim, S.UNDER_REVIEW)
    move_claim(make.OPERATOR, claim, S.APPROVED)
    login(page, job.admin)
    page.goto(reverse("claim", args=[claim.pk]))
    page.locator("summary", has_text="More").first.click()
    page.get_by_role("button", name="Reopen …").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("The wrong line was certified.")
    page.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    expect(page.get_by_text("Reopened as revision 1.")).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("The wrong line was certified.")).to_be_visible()


def test_the_grid_saves_without_scripts(browser: Any, live_server: Any, login: Login, job: Job) -> None:
    claim = a_claim(job, work=0)
    line = lines_of(claim)[0]
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    login(page, job.admin)
    page.goto(reverse("claim", args=[claim.pk]))
    cell(page, "work", line).fill("25%")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved 1 line.")).to_be_visible()
    expect(cell(page, "work", line)).to_have_value("12,500.00")
    cell(page, "work", line).fill("much")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("tr.is-problem")).to_contain_text("can't be read as an amount")
    expect(cell(page, "work", line)).to_have_value("much")
    context.close()


def test_claims_are_accessible_and_fit_a_phone(
    page: Page, login: Login, axe: Check, fits: Check, pictures: Pictures, job: Job, with_pictures: bool
) -> None:
    login(page, job.admin)
    claim = a_claim(job)
    move_claim(make.OPERATOR, claim, S.UNDER_REVIEW)
    draft = a_claim(job, 1)
    pages = {
        "claims": job.list_url,
        "claims-nothing": job.list_url + "?q=nothing",
        "claims-all": job.list_url + "?period=all",
        "claim-new": reverse("claim-new", args=[job.project.pk]),
        "claim-review": reverse("claim", args=[claim.pk]),
        "claim-draft": reverse("claim", args=[draft.pk]),
        "claim-summary": reverse("claim-summary", args=[claim.pk]),
        "claim-papers": reverse("claim-papers", args=[claim.pk]),
        "claim-history": reverse("claim-history", args=[claim.pk]),
        "claim-details": reverse("claim-details", args=[draft.pk]),
    }
    for name, address in pages.items():
        page.goto(address)
        axe(page)
        page.emulate_media(color_scheme="dark")
        axe(page)
        page.emulate_media(color_scheme="light")
        fits(page)
        if with_pictures:
            pictures(page, name)
    # What opens on a page
    page.goto(job.list_url)
    page.get_by_label("Select all on this page").check()
    axe(page)
    page.get_by_role("button", name="Edit status").click()
    axe(page)
    fits(page)
    page.goto(pages["claim-review"])
    page.locator("summary", has_text="More").first.click()
    axe(page)
    page.get_by_role("button", name="Send back for revision …").click()
    axe(page)


def test_a_project_without_periods_teaches_the_next_step(page: Page, login: Login, axe: Check) -> None:
    project = make.make_project()
    admin = make.make_member(project, Level.ADMIN)
    login(page, admin)
    page.goto(reverse("claims", args=[project.pk]))
    expect(page.get_by_role("link", name="Open a billing period")).to_be_visible()
    axe(page)
