"""Issuing the answer to a claim: its dates, its figures to the cent, and every reason."""

from datetime import UTC, date, datetime

import pytest

from tallystick.audit.models import Event
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.payment_schedules.actions import record_service, set_received_on, withdraw_payment_schedule
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.policies import can_issue, visible_to
from tallystick.payment_schedules.queries import clocks_of, schedule_page
from tallystick.payment_schedules.states import PaperKind, ServiceMethod
from tests import factories as make
from tests.payment_schedules.site import LATER, Site

pytestmark = pytest.mark.django_db

SCHEDULE = PaperKind.PAYMENT_SCHEDULE


def test_the_schedule_keeps_figures_dates_and_the_row_of_the_law() -> None:
    # given a claim of $16,000.00 of 24 March, cut by $1,500.00 with a reason
    site = Site()
    claim = site.cut(site.submitted(), reason="Slab poured to grid C only.")

    # when the administrator issues the payment schedule
    with clock.at(LATER):
        schedule = site.issue(claim)

    # then both sides stand with retention (5 %) and GST (10 %), and add up
    assert (schedule.claimed_work, schedule.scheduled_work) == (16_000_00, 14_500_00)
    assert (schedule.claimed_retention, schedule.scheduled_retention) == (800_00, 725_00)
    assert (schedule.claimed_due, schedule.scheduled_due) == (15_200_00, 13_775_00)
    assert (schedule.claimed_tax, schedule.scheduled_tax) == (1_520_00, 1_377_50)
    assert (schedule.claimed_total, schedule.scheduled_total) == (16_720_00, 15_152_50)
    assert schedule.scheduled_total == claim.payment_due_with_tax
    # and the dates that were worked by hand, with the row that they come from
    assert (schedule.received_on, schedule.serve_by, schedule.pay_by) == (
        date(2026, 3, 24), date(2026, 4, 9), date(2026, 4, 23)
    )  # fmt: skip
    assert schedule.rule_key == "au-nsw-sub-2019"
    assert schedule.law["rule"]["answer_confidence"] == "A"
    assert schedule.law["dates"][0]["reckoning"].startswith("The Act gives 10 business days")
    assert "never legal advice" in schedule.law["guidance"]
    # and its paper is kept
    assert schedule.file.media_type == "application/pdf" and len(schedule.file.sha256) == 64
    assert schedule.file_name == "Payment schedule - SC-012 - 1.pdf"
    assert Event.objects.filter(name="payment_schedule.issued", subject_id=str(claim.pk)).count() == 1


def test_it_is_not_issued_while_a_cut_has_no_reason() -> None:
    site = Site()
    claim = site.cut(site.submitted())

    with pytest.raises(BadInput, match=r"Line 2 was cut without a reason\."):
        site.issue(claim)
    assert not PaymentSchedule.objects.exists()

    claim = save_entries(
        site.actor, claim, [EntryEdit(lines_of(claim)[1].pk, review_reason="Not poured yet.")]
    ).claim
    assert site.issue(claim).lines[1]["reason"] == "Not poured yet."


def test_a_cut_knows_its_sign() -> None:
    # given a credit line of −$3,000.00, of which the contact claims −$1,000.00
    lines = [make.LineInput("Footings", 50_000_00, item_number="1")]
    lines.append(make.LineInput("Omit kerb", -3_000_00, item_number="2"))
    site = Site(lines=lines)
    claim = site.submitted((10_000_00, -1_000_00))

    # when the reviewer takes off more, money is cut, and a reason is needed
    more = site.cut(claim, to=-2_000_00)
    with pytest.raises(BadInput, match="Line 2 was cut"):
        site.issue(more)

    # and when less is taken off than was claimed, nobody is worse off
    less = site.cut(more, to=-500_00)
    assert site.issue(less).scheduled_work == 9_500_00


def test_retention_beyond_the_contracts_rate_needs_a_reason() -> None:
    site = Site()
    claim = site.submitted()
    first = lines_of(claim)[0]
    edit = EntryEdit(first.pk, work_retention=1_500_00)
    claim = save_entries(site.actor, claim, [edit]).claim

    with pytest.raises(BadInput, match="More retention is held on line 1 than") as refused:
        site.issue(claim)
    assert "retention_reason" in refused.value.fields

    schedule = site.issue(claim, retention_reason="Defects in footing F4, to be made good.")
    assert (schedule.claimed_retention, schedule.scheduled_retention) == (800_00, 1_800_00)
    assert schedule.claimed_total - schedule.scheduled_total == 1_100_00


def test_an_uncut_claim_is_scheduled_in_full() -> None:
    site = Site()
    schedule = site.issue(site.submitted())

    assert schedule.claimed_total == schedule.scheduled_total == 16_720_00


def test_it_is_issued_under_review_or_once_certified_and_not_before() -> None:
    site = Site()
    claim = site.submitted()
    certified = move_claim(site.actor, claim, ClaimStatus.APPROVED)
    assert can_issue(site.actor, certified, SCHEDULE)

    back = move_claim(site.actor, certified, ClaimStatus.DRAFT, reason="Wrong period")
    decision = can_issue(site.actor, back, SCHEDULE)
    assert not decision and "This progress claim is Draft." in decision.reason


def test_one_stands_at_a_time_and_the_next_is_its_revision() -> None:
    site = Site()
    claim = site.submitted()
    first = site.issue(claim)
    with pytest.raises(Refused, match="A payment schedule stands already"):
        site.issue(claim)

    with pytest.raises(BadInput, match="Say why it is withdrawn"):
        withdraw_payment_schedule(site.actor, first, reason=" ")
    withdraw_payment_schedule(site.actor, first, reason="Wrong address")
    withdraw_payment_schedule(site.actor, first, reason="Pressed twice")
    second = site.issue(claim)

    first.refresh_from_db()
    assert first.withdrawn_reason == "Wrong address"
    assert (second.revision, second.file_name) == (1, "Payment schedule - SC-012 - 1 r1.pdf")
    assert second.file_id != first.file_id


def test_a_stale_page_issues_nothing() -> None:
    site = Site()
    claim = site.submitted()
    with pytest.raises(Stale):
        site.issue(claim, version=claim.version - 1)


def test_only_an_administrator_issues_and_the_contact_reads_what_was_issued() -> None:
    site = Site()
    claim = site.submitted()
    contact = make.actor_of(site.contact)
    assert not can_issue(contact, claim, SCHEDULE)

    schedule = site.issue(claim)

    assert list(visible_to(contact)) == [schedule]
    page = schedule_page(contact, claim)
    assert page.figures is None and page.issued == (schedule,)
    stranger = make.actor_of(make.make_claim_contact(make.make_contract(site.project)))
    assert not visible_to(stranger).exists()


def test_service_is_recorded_once_it_happened() -> None:
    site = Site()
    with clock.at(LATER):
        schedule = site.issue(site.submitted())
        how = {"service_method": ServiceMethod.HAND, "served_to": "Carl Contact, site office"}
        with pytest.raises(BadInput, match="once it has happened"):
            record_service(site.actor, schedule, served_on=date(2026, 4, 2), **how)
        with pytest.raises(BadInput, match="before the progress claim was received"):
            record_service(site.actor, schedule, served_on=date(2026, 3, 23), **how)

        served = record_service(site.actor, schedule, served_on=date(2026, 4, 1), **how)

    assert (served.served_on, served.service_method) == (date(2026, 4, 1), "hand")


def test_the_day_of_receipt_can_be_set_right_until_the_answer_stands() -> None:
    # given a claim that came on paper on 20 March and was entered on the 24th
    site = Site()
    claim = site.submitted()

    with clock.at(LATER):
        claim = set_received_on(site.actor, claim, date(2026, 3, 20))
        schedule = site.issue(claim)

    assert schedule.serve_by == date(2026, 4, 7)
    with pytest.raises(Refused, match="Withdraw it first"):
        set_received_on(site.actor, claim, date(2026, 3, 19))


def test_the_clock_is_the_projects_wherever_the_reader_is() -> None:
    site = Site()
    claim = site.submitted()

    def left(*instant: int) -> str:
        with clock.at(datetime(*instant, tzinfo=UTC)):
            return clocks_of([claim])[claim.pk].left_in_words

    # 9 April begins in Sydney at 14:00 UTC on the 8th and ends at 14:00 UTC on the 9th
    assert left(2026, 4, 8, 13, 59) == "1 business day left"
    assert left(2026, 4, 8, 14, 0) == "today"
    assert left(2026, 4, 9, 13, 59) == "today"
    assert left(2026, 4, 9, 14, 0) == "1 business day late"


def test_the_same_instant_is_another_day_of_receipt_in_perth() -> None:
    # given a claim submitted at 22:30 UTC on 23 March, which is the 24th in Perth too, and one at 15:30 UTC
    site = Site("au-wa", project={"time_zone": "Australia/Perth"})
    claim = site.submitted()
    assert schedule_page(site.actor, claim).received_on == date(2026, 3, 24)

    sydney = Site()
    with clock.at(datetime(2026, 3, 23, 15, 30, tzinfo=UTC)):
        late = move_claim(
            sydney.actor,
            move_claim(sydney.actor, sydney.submitted(), ClaimStatus.DRAFT),
            ClaimStatus.UNDER_REVIEW,
        )
        evening = move_claim(
            site.actor, move_claim(site.actor, claim, ClaimStatus.DRAFT), ClaimStatus.UNDER_REVIEW
        )
    assert schedule_page(sydney.actor, late).received_on == date(2026, 3, 24)
    assert schedule_page(site.actor, evening).received_on == date(2026, 3, 23)


def test_clocks_of_many_claims_take_one_query(django_assert_num_queries) -> None:
    site = Site()
    claims = [site.submitted()]
    for number in range(3):
        site.contract = make.make_contract(site.project, lines=site_lines(), number=f"SC-10{number}")
        claims.append(site.submitted())

    with clock.at(LATER), django_assert_num_queries(1):
        clocks = clocks_of(claims)

    assert {running.day for running in clocks.values()} == {date(2026, 4, 9)}


def site_lines() -> list[make.LineInput]:
    return [make.LineInput(name, 20_000_00) for name in ("Dig", "Fill", "Roll")]


def test_once_answered_no_clock_runs() -> None:
    site = Site()
    claim = site.submitted()
    with clock.at(LATER):
        assert clocks_of([claim])
        site.issue(claim)
        assert clocks_of([claim]) == {}


def test_without_a_jurisdiction_there_is_no_clock_and_it_says_what_to_do() -> None:
    site = Site("")
    claim = site.submitted()

    page = schedule_page(site.actor, claim)

    assert page.law is None and page.clock is None
    assert "does not say whose payment law holds" in page.why_not
    with pytest.raises(Refused, match="whose payment law holds"):
        site.issue(claim)


def test_in_the_northern_territory_it_says_what_the_act_asks_for_instead() -> None:
    site = Site("au-nt")
    claim = site.submitted()

    with pytest.raises(Refused, match=r"knows no payment schedule.*a notice of dispute in writing"):
        site.issue(claim)
    with clock.at(LATER):
        running = clocks_of([claim])[claim.pk]
    assert running.name == "Serve the notice of dispute by" and running.day == date(2026, 4, 9)


def test_the_contracts_own_days_count_where_they_are_shorter() -> None:
    site = Site(schedule_days=5, payment_days=12)

    schedule = site.issue(site.submitted())

    assert (schedule.serve_by, schedule.pay_by) == (date(2026, 3, 31), date(2026, 4, 13))


def test_an_owners_commitment_is_a_head_contract_to_the_law() -> None:
    site = Site(project={"point_of_view": "owner"})
    assert site.issue(site.submitted()).rule_key == "au-nsw-head-2019"

    other = Site(law_role="owner")
    assert other.issue(other.submitted()).rule_key == "au-nsw-owner-2021"


def test_in_britain_a_notice_and_then_a_pay_less_notice() -> None:
    site = Site("gb-eng", project={"locale": "en-GB", "time_zone": "Europe/London", "currency": "GBP"})
    claim = site.submitted()

    with pytest.raises(Refused, match="asks for no payment schedule"):
        site.issue(claim)
    notice = site.issue(claim, PaperKind.PAYMENT_NOTICE)
    less = site.issue(site.cut(claim, reason="Defective."), PaperKind.PAY_LESS_NOTICE)

    # received on 23 March in London; the period ends on the 31st
    assert notice.serve_by == date(2026, 4, 14) and less.serve_by == date(2026, 4, 19)
    assert notice.scheduled_total - less.scheduled_total == 1_567_50


def test_figures_that_change_afterwards_are_noticed() -> None:
    site = Site()
    claim = site.submitted()
    site.issue(claim)
    assert not schedule_page(site.actor, claim).kinds[0].is_outdated

    claim = site.cut(claim, reason="Slab poured to grid C only.")

    assert schedule_page(site.actor, claim).kinds[0].is_outdated
