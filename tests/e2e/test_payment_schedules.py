"""Answering a claim in the browser: the missing reason, issuing, service, withdrawal; accessible in each state."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.storage import lines_of
from tallystick.directory.models import Person
from tests.payment_schedules.site import Site

pytestmark = pytest.mark.browser

Login = Callable[[Page, Person], None]
Check = Callable[[Page], None]


def test_an_administrator_answers_a_claim(page: Page, login: Login, axe: Check, fits: Check) -> None:
    # given a claim with a line that was cut without a reason
    site = Site()
    claim = site.cut(site.submitted())
    login(page, site.admin)
    page.goto(f"/claims/{claim.pk}/payment-schedule")

    # then the paper can't be issued, and why is said
    expect(page.get_by_text("Line 2 was cut without a reason.").first).to_be_visible()
    expect(page.get_by_role("button", name="Issue payment schedule")).to_have_attribute(
        "aria-disabled", "true"
    )
    axe(page)
    fits(page)

    # when the reason is there it is issued, and its service recorded
    edit = EntryEdit(lines_of(claim)[1].pk, review_reason="Not poured yet.")
    save_entries(site.actor, claim, [edit])
    page.reload()
    page.get_by_label("Note").fill("See our letter of 2 April.")
    page.get_by_role("button", name="Issue payment schedule").click()
    expect(page.get_by_text("The payment schedule is issued.")).to_be_visible()
    page.get_by_text("Record service").first.click()
    page.get_by_label("Served on").fill("2026-04-01")
    page.get_by_role("button", name="Record service").click()
    expect(page.get_by_text("on 1 Apr 2026")).to_be_visible()
    axe(page)
    fits(page)

    # and when it is withdrawn, both stay to be read
    page.get_by_text("Withdraw", exact=True).click()
    page.get_by_label("Reason").last.fill("Wrong address")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_text("Wrong address")).to_be_visible()
    page.get_by_role("button", name="Issue payment schedule").click()
    expect(page.get_by_role("link", name="Payment schedule, revision 1")).to_be_visible()
