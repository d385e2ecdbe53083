"""The tab of the answer to a claim, as administrators and claimants see and use it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.core import clock
from tallystick.payment_schedules.models import PaymentSchedule
from tests import factories as make
from tests.payment_schedules.site import LATER, Site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path: Path) -> Iterator[None]:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    with clock.at(LATER):
        yield


def page(site: Site, claim, person=None, tab: str = "/payment-schedule") -> str:
    answer = make.signed_in(person or site.admin).get(f"/claims/{claim.pk}{tab}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def issue(site: Site, claim, **more):
    posted = {
        "kind": "payment_schedule",
        "service_method": "email",
        "served_to": "accounts@apex.example",
        "version": claim.version,
        "once": "4711",
        **more,
    }
    return make.signed_in(site.admin).post(f"/claims/{claim.pk}/payment-schedule", posted, follow=True)


def test_the_tab_tells_the_dates_how_they_are_counted_and_that_it_is_guidance() -> None:
    site = Site()

    said = page(site, site.submitted())

    for text in (
        "Serve the payment schedule by", "9 Apr 2026", "4 business days left", "23 Apr 2026", "24 Mar 2026",
        "Good Friday", "Security of Payment Act 1999 (NSW), ss 11, 13, 14", "legislation.nsw.gov.au",
        "Confidence A", "never legal advice", "Has to say that it is made under the Act",
    ):  # fmt: skip
        assert text in said, text


def test_the_head_of_every_tab_shows_the_running_clock() -> None:
    site = Site()
    claim = site.submitted()

    said = page(site, claim, tab="/summary")

    assert "Serve the payment schedule by 9 Apr 2026, 4 business days left (guidance, never advice)" in said


def test_a_cut_without_a_reason_is_named_with_a_link_and_nothing_is_issued() -> None:
    site = Site()
    claim = site.cut(site.submitted())

    said = page(site, claim)
    assert "Line 2 was cut without a reason." in said and "Give the reason" in said
    assert 'aria-disabled="true"' in said

    answer = issue(site, claim)
    assert answer.status_code == 422
    assert "Line 2 was cut without a reason." in answer.content.decode()
    assert not PaymentSchedule.objects.exists()


def test_issuing_twice_with_one_form_makes_one_paper_which_can_be_downloaded() -> None:
    site = Site()
    claim = site.cut(site.submitted(), reason="Not poured yet.")
    client = make.signed_in(site.admin)
    posted = {
        "kind": "payment_schedule", "service_method": "email", "served_to": "a@apex.example",
        "version": claim.version, "once": "4711", "note": "See our letter.",
    }  # fmt: skip

    first = client.post(f"/claims/{claim.pk}/payment-schedule", posted)
    second = client.post(f"/claims/{claim.pk}/payment-schedule", posted)

    assert first.status_code == second.status_code == 302
    (schedule,) = PaymentSchedule.objects.all()
    assert schedule.note == "See our letter."
    file = client.get(f"/payment-schedules/{schedule.pk}/file?download=1")
    assert file["Content-Type"] == "application/pdf"
    assert "Payment schedule - SC-012 - 1.pdf" in file["Content-Disposition"]
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    said = page(site, claim)
    assert "$15,152.50" in said and "Issued, not served yet" in said and "business days left" not in said


def test_the_claimant_reads_what_was_issued_and_prepares_nothing() -> None:
    site = Site()
    claim = site.submitted()
    before = page(site, claim, site.contact)
    assert "9 Apr 2026" in before and "What it says now" not in before and "Issue it" not in before

    schedule = site.issue(claim)

    after = page(site, claim, site.contact)
    assert f"/payment-schedules/{schedule.pk}/file" in after
    assert "Record service" not in after and "Withdraw" not in after
    contact = make.signed_in(site.contact)
    assert contact.get(f"/payment-schedules/{schedule.pk}/file").status_code == 200
    assert (
        contact.post(f"/payment-schedules/{schedule.pk}/withdrawal", {"withdrawn_reason": "x"}).status_code
        == 403
    )


def test_service_and_withdrawal_from_the_page() -> None:
    site = Site()
    claim = site.submitted()
    schedule = site.issue(claim)
    client = make.signed_in(site.admin)

    served = {"served_on": "2026-04-01", "service_method": "hand", "served_to": "Carl Contact"}
    client.post(f"/payment-schedules/{schedule.pk}/service", served)
    assert "By hand, Carl Contact, on 1 Apr 2026" in page(site, claim)

    tomorrow = client.post(
        f"/payment-schedules/{schedule.pk}/service", served | {"served_on": "2026-04-02"}, follow=True
    )
    assert "This day is still to come." in tomorrow.content.decode()

    empty = client.post(f"/payment-schedules/{schedule.pk}/withdrawal", {"withdrawn_reason": ""}, follow=True)
    assert "Say why it is withdrawn" in empty.content.decode()
    client.post(f"/payment-schedules/{schedule.pk}/withdrawal", {"withdrawn_reason": "Wrong address"})
    said = page(site, claim)
    assert "Withdrawn" in said and "Wrong address" in said and "4 business days left" in said


def test_the_day_of_receipt_from_the_page() -> None:
    site = Site()
    claim = site.submitted()
    client = make.signed_in(site.admin)

    client.post(f"/claims/{claim.pk}/receipt", {"received_on": "2026-03-20", "version": claim.version})
    assert "7 Apr 2026" in page(site, claim)

    stale = client.post(
        f"/claims/{claim.pk}/receipt", {"received_on": "2026-03-19", "version": claim.version}, follow=True
    )
    assert "Somebody else changed this progress claim" in stale.content.decode()
    nonsense = client.post(f"/claims/{claim.pk}/receipt", {"received_on": "soon"}, follow=True)
    assert "Type a day such as" in nonsense.content.decode()


def test_without_a_jurisdiction_it_says_where_to_choose_one() -> None:
    site = Site("")

    said = page(site, site.submitted())

    assert "does not say whose payment law holds" in said
    assert f"/projects/{site.project.pk}/settings" in said


def test_in_the_northern_territory_the_page_says_what_is_asked_for_instead() -> None:
    site = Site("au-nt")

    said = page(site, site.submitted())

    assert "What the Act asks for instead" in said and "The Act knows no payment schedule." in said
    assert "Notice of dispute</a>" in said and "Confidence C" in said
    assert "Issue payment schedule" not in said and "Nothing has been issued" not in said


def test_in_britain_the_words_of_the_law_stay_as_they_are() -> None:
    site = Site("gb-eng", project={"locale": "en-GB", "time_zone": "Europe/London", "currency": "GBP"})

    said = page(site, site.submitted())

    for text in (
        "Payment notice</a>",
        "Issue payment notice",
        "Issue pay less notice",
        "Due date",
        "Applied for",
    ):
        assert text in said, text
    assert "payment schedule" not in said.replace("payment-schedule", "").lower()


def test_settings_choose_the_law_and_the_contract_its_own_days() -> None:
    site = Site("")
    client = make.signed_in(site.admin)
    form = client.get(f"/projects/{site.project.pk}/settings/payment-law").context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    typed = {name: value for name, value in typed.items() if value is not False}

    answer = client.post(
        f"/projects/{site.project.pk}/settings/payment-law", typed | {"jurisdiction": "au-qld"}
    )

    site.project.refresh_from_db()
    assert answer.status_code == 302 and site.project.jurisdiction == "au-qld"
    refused = client.post(
        f"/projects/{site.project.pk}/settings/payment-law", typed | {"jurisdiction": "au-xx"}
    )
    assert refused.status_code == 422

    form = client.get(f"/contracts/{site.contract.pk}/settings").context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    seen = client.get(f"/contracts/{site.contract.pk}/settings").context["seen"]
    typed |= {"seen": seen, "contract_date": date(2025, 7, 1), "schedule_days": "7", "payment_days": "20"}
    answer = client.post(f"/contracts/{site.contract.pk}/settings", typed | {"law_role": "head_contract"})
    site.contract.refresh_from_db()
    assert answer.status_code == 302, answer.context["form"].errors
    assert (site.contract.schedule_days, site.contract.payment_days, site.contract.law_role) == (
        7, 20, "head_contract"
    )  # fmt: skip


def test_the_list_tells_by_when_each_claim_must_be_answered() -> None:
    site = Site()
    claim = site.submitted()
    client = make.signed_in(site.admin)

    said = " ".join(client.get(f"/projects/{site.project.pk}/claims").content.decode().split())
    assert "Answer by" in said and "9 Apr 2026</a>" in said and "4 business days left" in said
    assert "never legal advice" in said

    site.issue(claim)
    assert "9 Apr 2026" not in client.get(f"/projects/{site.project.pk}/claims").content.decode()

    without = Site("")
    without.submitted()
    listed = make.signed_in(without.admin).get(f"/projects/{without.project.pk}/claims").content.decode()
    assert "Answer by" not in listed


def test_variations_stand_under_their_headings_and_cost_no_query_each() -> None:
    def asked(variations: int) -> int:
        site = Site()
        for number in range(variations):
            make.make_variation(
                site.contract, [make.LineInput("More", 5_000_00)], number=f"V-{number}", title="Extra steel"
            )
        claim = site.submitted([1_000_00] * (3 + variations))
        client = make.signed_in(site.admin)
        client.get(f"/claims/{claim.pk}/payment-schedule")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/claims/{claim.pk}/payment-schedule")
        schedule = site.issue(claim)
        assert [line["group"] for line in schedule.lines][3:] == [
            f"Variation V-{number} · Extra steel" for number in range(variations)
        ]
        return len(queries)

    assert asked(1) == asked(4) < 50
