"""Releasing retention in a browser: the panel says what it would come to while one chooses, and then it is done."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.directory.models import Person
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_panel_previews_what_it_releases(page: Page, login: Callable[[Page, Person], None]) -> None:
    project = make.make_project()
    contract = make.make_contract(
        project, lines=[("Footings", 100_000_00), ("Slab", 50_000_00)], work_retention_bp=1000, tax_bp=0
    )
    period = make.open_period_of(project)
    first = create_claim(make.OPERATOR, contract, period)
    amounts = (25_000_00, 12_500_00)
    edits = [EntryEdit(line.pk, work=work) for line, work in zip(lines_of(first), amounts, strict=True)]
    save_entries(make.OPERATOR, first, edits)
    for status in (ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED):
        move_claim(make.OPERATOR, first, status)
    claim = create_claim(make.OPERATOR, contract, period)

    login(page, make.make_member(project, Level.ADMIN))
    page.goto(reverse("claim-retention", args=[claim.pk]))
    panel = page.locator('[data-panel="release"]')
    panel.get_by_label("How much").select_option("amount")
    panel.get_by_label("Percentage or amount").fill("3,125")
    expect(panel.locator("output")).to_have_text(
        "$3,125.00 of retention would be released with this progress claim; $625.00 stays held."
    )
    page.get_by_label("Select line 2").or_(page.get_by_label("Select line Slab")).first.uncheck()
    expect(panel.locator("output")).to_contain_text("more than the retention held on these lines")
    panel.get_by_label("Percentage or amount").fill("2,500")
    expect(panel.locator("output")).to_contain_text("$2,500.00 of retention would be released")
    panel.get_by_role("button", name="Release retention").click()
    expect(page.get_by_text("$2,500.00 of retention is released with this progress claim.")).to_be_visible()
    assert [line.work_retention_held for line in lines_of(claim)] == [0, 1_250_00]
