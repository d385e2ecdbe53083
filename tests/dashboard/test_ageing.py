"""What is certified and not paid, by how late it is: by the law's day of payment, or since certification."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level, Tool
from tallystick.claims.models import Claim
from tallystick.dashboard.ageing import Age, Since, age_of, ageing_of
from tallystick.dashboard.money import money_of_side
from tallystick.payment_schedules.law import Facts, LawOfMany, law_of
from tests import factories as make
from tests.dashboard.story import Job

pytestmark = pytest.mark.django_db

NSW = "au-nsw"


def noon(year, month, day):
    return datetime(year, month, day, 2, tzinfo=UTC)


def aged(job, actor=None):
    found = ageing_of(actor or job.admin, job.project, Tool.COMMITMENTS)
    return {bucket.age: (bucket.claims, bucket.outstanding) for bucket in found.buckets if bucket.claims}


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-5, Age.NOT_DUE),
        (0, Age.NOT_DUE),
        (1, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.TO_90),
        (90, Age.TO_90),
        (91, Age.OVER_90),
        (4000, Age.OVER_90),
    ],
)
def test_a_claim_is_late_from_the_day_after_its_day_of_payment(days, age):
    assert age_of(days, Since.DUE) is age
    assert age_of(days, Since.CERTIFIED) is (Age.TO_30 if days <= 30 else age)


def test_by_the_day_of_payment_of_the_law(at):
    job = Job(jurisdiction=NSW)
    # Received on 10 Jan and 10 Feb 2026; a subcontract in New South Wales is paid within 20 business days.
    january, february = law_of(job.claim(job.first, 1)).pay.day, law_of(job.claim(job.first, 2)).pay.day
    assert (january, february) == (date(2026, 2, 9), date(2026, 3, 10))
    both = (2, 31_350_00)
    for day, expected in (
        (noon(2026, 2, 9), {Age.NOT_DUE: (4, 62_700_00)}),
        (noon(2026, 2, 10), {Age.TO_30: both, Age.NOT_DUE: both}),
        (noon(2026, 3, 11), {Age.TO_30: (4, 62_700_00)}),
        (noon(2026, 3, 12), {Age.TO_60: both, Age.TO_30: both}),
        (noon(2026, 4, 30), {Age.TO_90: both, Age.TO_60: both}),
        (noon(2026, 8, 1), {Age.OVER_90: (4, 62_700_00)}),
    ):
        with at(day):
            assert aged(job) == expected, day


def test_a_contract_that_is_paid_sooner_is_late_sooner(at):
    job = Job(jurisdiction=NSW)
    type(job.first).objects.filter(pk=job.first.pk).update(payment_days=5)
    with at(noon(2026, 1, 20)):
        assert aged(job) == {Age.TO_30: (1, 10_450_00), Age.NOT_DUE: (3, 52_250_00)}


def test_days_are_the_project_s(at):
    job = Job(jurisdiction=NSW)
    with at(datetime(2026, 2, 9, 12, 59, tzinfo=UTC)):  # 23:59 in Sydney
        assert Age.TO_30 not in aged(job)
    with at(datetime(2026, 2, 9, 13, 0, tzinfo=UTC)):  # midnight
        assert aged(job)[Age.TO_30] == (2, 31_350_00)


def test_part_payments_count_and_overpayments_do_not(at):
    job = Job(jurisdiction=NSW)
    with at(noon(2026, 3, 2)):
        job.pay(job.first, 1, 10_000_00)
        job.pay(job.second, 1, 20_900_00)
        job.pay(job.first, 2, 12_450_00)
        found = ageing_of(job.admin, job.project, Tool.COMMITMENTS)
    assert {one.age: one.outstanding for one in found.buckets if one.claims} == {
        Age.TO_30: 450_00,
        Age.NOT_DUE: 20_900_00,
    }
    assert (found.claims, found.outstanding, found.overdue) == (2, 21_350_00, 450_00)
    # What was overpaid makes the difference to what is outstanding altogether.
    outstanding = money_of_side(job.admin, job.project, Tool.COMMITMENTS).to_date.outstanding
    assert found.outstanding - outstanding == 2_000_00


def test_where_nobody_knows_the_day_age_is_counted_from_certification(at):
    job = Job()
    with at(noon(2026, 3, 11)):
        found = ageing_of(job.admin, job.project, Tool.COMMITMENTS)
    assert found.since is Since.CERTIFIED
    assert [(one.age, one.claims) for one in found.buckets] == [
        (Age.TO_30, 2),
        (Age.TO_60, 2),
        (Age.TO_90, 0),
        (Age.OVER_90, 0),
    ]
    assert found.overdue == 0


def test_a_claim_under_no_rule_is_shown_as_one_whose_day_nobody_knows(at):
    job = Job(jurisdiction="au-wa")
    # The table's rule of this place begins later than the contract.
    type(job.first).objects.filter(pk=job.first.pk).update(contract_date=date(2015, 1, 1))
    with at(noon(2026, 3, 11)):
        assert aged(job)[Age.UNKNOWN] == (2, 20_900_00)


def test_a_claim_without_a_period_is_as_late_as_any(at):
    job = Job(jurisdiction=NSW)
    Claim.objects.filter(contract=job.first, number=1).update(period=None)
    with at(noon(2026, 2, 10)):
        assert aged(job)[Age.TO_30] == (2, 31_350_00)


def test_others_see_what_is_theirs_to_see(at):
    job = Job(jurisdiction=NSW)
    contact = make.actor_of(make.make_claim_contact(job.first))
    reader = make.actor_of(make.make_member(job.project, commitments=Level.STANDARD))
    with at(noon(2026, 3, 11)):
        assert aged(job, contact) == {Age.TO_30: (2, 20_900_00)}
        assert aged(job, reader) == {}


def test_many_claims_are_counted_as_each_alone():
    job = Job(jurisdiction=NSW)
    type(job.second).objects.filter(pk=job.second.pk).update(
        contract_date=date(2025, 1, 1), schedule_days=3, payment_days=10
    )
    law = LawOfMany(job.project)
    for claim in Claim.objects.select_related("contract__project__account"):
        contract = claim.contract
        facts = Facts(
            contract.kind,
            contract.law_role,
            contract.contract_date,
            contract.schedule_days,
            contract.payment_days,
            claim.received_on,
            claim.period_end,
        )
        many, alone = law.law(facts), law_of(claim)
        assert many is not None
        assert (many.answer, many.pay) == (alone.answer, alone.pay)


def test_it_takes_two_queries(at):
    job = Job(jurisdiction=NSW)
    with at(noon(2026, 3, 11)):
        aged(job)
        with CaptureQueriesContext(connection) as queries:
            aged(job)
    assert len(queries) == 2
