"""Contracts, sheets, breakdowns and answers to claims under clumsy and hostile hands: words, never a traceback."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tallystick.core import clock
from tests import factories as make
from tests.site import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site.create()


# --- exports -------------------------------------------------------------------------------------------------


def test_the_ledgers_export_holds_what_its_page_shows(site: Site) -> None:
    boss, ledger = make.signed_in(site.boss), reverse("project-retention", args=[site.project.pk])
    query = {"q": site.by_unit.number, "sort": "-contract"}
    page = boss.get(ledger, query).content.decode()
    assert f"?q={site.by_unit.number}&amp;sort=-contract&amp;as=csv" in page
    answer = boss.get(reverse("retention-export", args=[site.project.pk]), query | {"as": "csv"})
    rows = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(rows) == 2 and rows[1].startswith(site.by_unit.number)


def test_the_ledgers_export_is_for_whoever_may_read_its_page(site: Site) -> None:
    reader = make.make_member(site.project, head_contracts=make.Level.READ_ONLY)
    browser = make.signed_in(reader)
    for name in ("project-retention", "retention-export"):
        assert browser.get(reverse(name, args=[site.project.pk])).status_code == 200


# --- variations ----------------------------------------------------------------------------------------------


def test_a_variation_is_not_approved_on_a_day_to_come(site: Site) -> None:
    boss, address = make.signed_in(site.boss), reverse("variation-status", args=[site.draft_variation.pk])
    zone = site.project.time_zone
    assert zone == "Australia/Sydney"
    with clock.at(datetime(2026, 3, 21, 12, 59, tzinfo=UTC)):  # 23:59 in Sydney
        answer = boss.post(address, {"status": "approved", "on": "2026-03-22"}, follow=True)
    assert "still to come" in answer.content.decode()
    site.draft_variation.refresh_from_db()
    assert (site.draft_variation.status, site.draft_variation.approved_on) == ("draft", None)
    with clock.at(datetime(2026, 3, 21, 13, 1, tzinfo=UTC)):  # 00:01 of the next day
        boss.post(address, {"status": "approved", "on": "2026-03-22"})
    site.draft_variation.refresh_from_db()
    assert site.draft_variation.status == "approved"
