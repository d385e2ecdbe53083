"""The whole way of an invite to bill: opened, sent, answered by the e-mail's link, claimed, submitted, seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Browser, Page, expect

from tallystick.access.levels import Level
from tallystick.core import clock
from tallystick.directory.models import Person
from tallystick.notifications.models import Message
from tallystick.periods.models import BillingPeriod
from tests import factories as make

Login = Callable[[Page, Person], None]


def yes_in_the_mail_to(person: Person) -> str:
    """Where the first of the two buttons of the invite that was mailed to somebody leads."""
    message = Message.objects.get(event="invite.sent", person=person)
    yes, _ = re.findall(r"/invites/\S+", message.text)
    return str(yes)


def test_from_the_open_period_to_the_submitted_claim(
    page: Page, browser: Browser, login: Login, axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    # Given a project with contracts of which two can be invited, and an administrator
    project = make.make_project(name="Harbour Tower")
    account = project.account
    apex = make.make_contract(project, make.make_company(account, "Apex Concrete"), number="SC-001")
    carl = make.make_claim_contact(apex, "Carl Contact")
    ironbark = make.make_contract(project, make.make_company(account, "Ironbark Steel"), number="SC-002")
    make.make_claim_contact(ironbark, "Irma Contact")
    make.make_contract(project, make.make_company(account, "Nobody Named"), number="SC-003")
    broken = make.make_contract(
        project, make.make_company(account, "Broken Down"), number="SC-004", uses_sub_sov=True
    )
    make.make_claim_contact(broken, "Bea Contact")
    login(page, make.make_member(project, Level.ADMIN, name="Ann Admin"))

    # When she opens a period whose last day is two weeks from now
    today = clock.today_in(project.time_zone)
    page.goto(f"/projects/{project.pk}/periods/new")
    page.get_by_label("From").fill((today - timedelta(days=10)).isoformat())
    page.get_by_label("To", exact=True).fill((today + timedelta(days=14)).isoformat())
    page.get_by_label("Due").fill((today + timedelta(days=14)).isoformat())
    page.get_by_role("button", name="Open period").click()
    expect(page.get_by_role("status").first).to_contain_text("is open")

    # Then the bar of the list says before the click who is left out of a selection, and why
    page.goto(f"/projects/{project.pk}/claims")
    for number in ("SC-001", "SC-002", "SC-003", "SC-004"):
        page.get_by_role("row", name=re.compile(number)).get_by_role("checkbox").check()
    page.get_by_text("Send invites", exact=True).click()
    page.get_by_role("button", name="Work, materials and retention").hover()
    note = page.locator("[data-skip-note]")
    expect(note).to_contain_text("without progress claim contact")
    expect(note).to_contain_text("whose SSOV is not approved")
    page.get_by_role("button", name="Work, materials and retention").click()
    told = page.get_by_role("status").first
    expect(told).to_contain_text("2 contracts are invited")
    expect(told).to_contain_text("2 left out")
    axe(page)

    # And the greyed buttons say the same reasons
    for number, reason in (
        ("SC-003", "This contract has no progress claim contact."),
        ("SC-004", "The invite can go out once it is Approved."),
    ):
        page.goto(f"/projects/{project.pk}/commitments?q={number}")
        page.get_by_role("link", name=number).click()
        button = page.get_by_role("button", name="Send an invite")
        expect(button).to_have_attribute("aria-disabled", "true")
        button.focus()
        expect(page.get_by_role("tooltip").filter(has_text=reason)).to_be_visible()
    axe(page)
    fits(page)

    # When the contact follows Yes in the e-mail on a phone, and proves the address by a code
    phone = browser.new_context(
        base_url=page.url.partition("/contracts")[0], viewport={"width": 360, "height": 740}
    )
    mine = phone.new_page()
    mine.goto(yes_in_the_mail_to(carl))
    mine.get_by_role("button", name="Answer Yes").click()
    expect(mine.get_by_role("heading", level=1)).to_have_text("Continue from your e-mail")
    mine.get_by_role("button", name="Continue").click()
    mine.get_by_label("Code from the e-mail").fill(make.code_mailed_to(carl))
    mine.get_by_role("button", name="Sign in").click()

    # Then the form for the claim is there; the contact creates it and submits it
    mine.get_by_role("button", name="Create claim").click()
    expect(mine.get_by_role("heading", level=1)).to_contain_text("Claim 1 of Apex Concrete")
    axe(mine)
    mine.get_by_role("button", name="Submit").first.click()
    expect(mine.get_by_role("heading", level=1)).to_contain_text("Under Review")
    phone.close()

    # And the administrator sees how far each is, on the project's page and in the list
    page.goto(f"/projects/{project.pk}")
    waiting = page.get_by_role("listitem").filter(has_text="Under Review")
    expect(waiting.filter(has_text="SC-001 Apex Concrete").last).to_be_visible()
    expect(page.get_by_role("link", name="Invited 1")).to_be_visible()
    expect(page.get_by_role("link", name="SSOV not approved 1")).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("link", name="Invited 1").click()
    rows = page.locator("tbody").get_by_role("row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Ironbark Steel")

    # And once the due day is over, the third reason stands on the button
    BillingPeriod.objects.update(due=today - timedelta(days=1))
    page.goto(f"/contracts/{ironbark.pk}")
    button = page.get_by_role("button", name="Send the invite to bill again")
    button.focus()
    expect(
        page.get_by_role("tooltip").filter(has_text="The due date of this billing period was")
    ).to_be_visible()


def test_the_month_is_acted_on_with_one_click(page: Page, login: Login, axe: Callable[[Page], None]) -> None:
    project = make.make_project()
    today = clock.today_in(project.time_zone)
    make.open_period_of(
        project, today - timedelta(days=5), today + timedelta(days=9), today + timedelta(days=9)
    )
    for number in ("SC-001", "SC-002"):
        make.make_claim_contact(make.make_contract(project, number=number))
    login(page, make.make_member(project, Level.ADMIN))
    page.goto(f"/projects/{project.pk}")
    page.get_by_role("button", name="Send invites to bill").click()
    expect(page.get_by_role("status").first).to_contain_text("2 contracts are invited.")
    expect(page.get_by_role("link", name="Invited 2")).to_be_visible()
    page.get_by_role("button", name="Remind").click()
    expect(page.get_by_role("status").first).to_contain_text("2 contracts are reminded.")
    page.get_by_role("button", name="Remind").click()
    expect(page.get_by_role("alert").first).to_contain_text("Nobody was reminded. 2 left out.")
    axe(page)
