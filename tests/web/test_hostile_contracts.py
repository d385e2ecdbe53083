"""Contracts, sheets, breakdowns and answers to claims under clumsy and hostile hands: words, never a traceback."""

import errno
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.core import clock
from tallystick.directory.models import Project
from tallystick.documents.rendering import default_pdf, load_claim
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payments.actions import record_payment
from tallystick.web.models import HeldSheet
from tests import factories as make
from tests.payment_schedules.site import Site as LawSite
from tests.site import Site
from tests.web.settings_page import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings: Any, tmp_path: Path) -> Site:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return Site.create()


def words(answer: Any) -> str:
    """What a person reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


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


# --- many lines ----------------------------------------------------------------------------------------------


def test_what_was_imported_with_thousands_of_lines_can_be_edited(site: Site) -> None:
    boss = make.signed_in(site.boss)
    contract = make.make_contract(site.project, lines=())
    address = reverse("sov-edit", args=[contract.pk])
    pasted = "\n".join(f"{number}\tWork {number}\t10.00" for number in range(1, 2_201))
    seen = boss.get(address).context["seen"]
    assert boss.post(address, {"seen": seen, "pasted": pasted}).status_code == 302
    page = boss.get(address)
    rows = [row for row in page.context["grid"].rows if row.line]
    typed = {
        name: [getattr(row, name) for row in rows]
        for name in ("line", "item_number", "description", "scheduled_value")
    }
    typed["description"][0] = "Footings"
    assert boss.post(address, {"seen": page.context["seen"], **typed}).status_code == 302
    assert contract.lines.count() == 2_200
    assert contract.lines.get(position=1).description == "Footings"


def test_more_lines_than_a_schedule_may_have_are_refused_pasted_too(site: Site) -> None:
    boss = make.signed_in(site.boss)
    address = reverse("sov-edit", args=[site.by_unit.pk])
    answer = boss.post(address, {"pasted": "Dig\t1\tm\t1\n" * 10_001})
    assert answer.status_code == 422 and "more than 10,000 lines" in answer.content.decode()
    assert site.by_unit.lines.count() == 2


# --- the disk ------------------------------------------------------------------------------------------------


def _full(*args: object, **kwargs: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_when_a_sheet_is_held(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.web.sheets.held.tempfile.NamedTemporaryFile", _full)
    sheet = SimpleUploadedFile("lines.csv", b"Item,Description,Amount\n1,Footings,10\n")
    before = HeldSheet.objects.count()
    answer = make.signed_in(site.boss).post(reverse("sov-import", args=[site.contract.pk]), {"file": sheet})
    assert answer.status_code == 503 and "disk is full" in words(answer)
    assert HeldSheet.objects.count() == before


def test_a_full_disk_is_told_when_a_workbook_is_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.web.exports.write_xlsx", _full)
    boss, address = make.signed_in(site.boss), reverse("sov-export", args=[site.contract.pk])
    answer = boss.get(address)
    assert answer.status_code == 503 and "disk is full" in words(answer)
    answer = boss.get(address, headers={"accept": "application/json"})
    assert answer.status_code == 503 and "disk is full" in answer.json()["problem"]


def test_a_full_disk_issues_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.payment_schedules.actions.keep_bytes", _full)
    site.claim.refresh_from_db()
    typed = {"kind": "payment_schedule", "service_method": "email", "served_to": "x@apex.example"}
    answer = make.signed_in(site.boss).post(
        reverse("claim-payment-schedule", args=[site.claim.pk]), typed | {"version": site.claim.version}
    )
    assert answer.status_code == 503 and "disk is full" in words(answer)
    assert not PaymentSchedule.objects.exists()


# --- payment law ---------------------------------------------------------------------------------------------


def test_a_place_that_left_the_table_stays_until_another_is_chosen(site: Site) -> None:
    Project.objects.filter(pk=site.project.pk).update(jurisdiction="zz-old")
    boss, address = make.signed_in(site.boss), reverse("project-law", args=[site.project.pk])
    tab = boss.get(reverse("claim-payment-schedule", args=[site.claim.pk]))
    assert "no place called “zz-old”" in words(tab)
    for name in ("claims", "project"):
        assert boss.get(reverse(name, args=[site.project.pk])).status_code == 200
    typed = {"kind": "payment_schedule", "service_method": "email", "served_to": "x@apex.example"}
    site.claim.refresh_from_db()
    refused = boss.post(
        reverse("claim-payment-schedule", args=[site.claim.pk]), typed | {"version": site.claim.version}
    )
    assert refused.status_code == 403 and "no place called “zz-old”" in words(refused)
    assert "zz-old, which the table has no longer" in words(boss.get(address))
    assert save(boss, address).status_code == 302
    site.project.refresh_from_db()
    assert site.project.jurisdiction == "zz-old"
    assert save(boss, address, jurisdiction="zz-new").status_code == 422


def test_a_day_of_receipt_years_before_the_period_is_a_slip(site: Site) -> None:
    boss, address = make.signed_in(site.boss), reverse("claim-receipt", args=[site.claim.pk])
    site.claim.refresh_from_db()
    before = site.claim.received_on
    answer = boss.post(address, {"received_on": "1996-03-24", "version": site.claim.version}, follow=True)
    assert "more than a year before its period ends" in words(answer)
    site.claim.refresh_from_db()
    assert site.claim.received_on == before


@pytest.mark.parametrize(
    ("zone", "place", "midnight"),
    [
        ("Pacific/Auckland", "nz", datetime(2026, 4, 1, 11, tzinfo=UTC)),
        ("Australia/Perth", "au-wa", datetime(2026, 4, 1, 16, tzinfo=UTC)),
    ],
)
def test_days_left_change_at_the_projects_midnight(zone: str, place: str, midnight: datetime) -> None:
    with clock.at(midnight - timedelta(days=9)):
        law = LawSite(place, project={"time_zone": zone})
        claim = law.submitted()
    left = []
    for moment in (midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)):
        with clock.at(moment):
            tab = make.signed_in(law.admin).get(reverse("claim-payment-schedule", args=[claim.pk]))
            found = re.search(r"(\d+) (?:business|working) days left", words(tab))
            assert found is not None
            left.append(int(found[1]))
    assert left[0] - left[1] == 1


# --- what was paid ---------------------------------------------------------------------------------------------


def test_what_is_paid_renews_the_certificate_and_leaves_what_was_issued(site: Site) -> None:
    with clock.at(datetime(2026, 4, 1, 1, tzinfo=UTC)):
        law = LawSite()
        claim = law.submitted()
        schedule = law.issue(claim)
        claim.refresh_from_db()
        claim = move_claim(law.actor, claim, ClaimStatus.APPROVED)
        issued = schedule.file.sha256
        certificate = default_pdf(load_claim(claim.pk)).sha256
        for paid in (1_000_00, 2_000_00):
            record_payment(
                law.actor,
                law.contract,
                claim=claim,
                paid_on=date(2026, 4, 1),
                amount=paid,
            )
            fresh = default_pdf(load_claim(claim.pk)).sha256
            assert fresh != certificate
            certificate = fresh
        assert default_pdf(load_claim(claim.pk)).sha256 == certificate
        schedule.refresh_from_db()
        assert schedule.file.sha256 == issued
