"""What is held now: the retention ledger's figures without its movements."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level, Tool
from tallystick.claims.models import Claim
from tallystick.claims.retention.project_ledger import project_ledger
from tallystick.claims.retention.releasing import create_release_claims
from tallystick.dashboard.retention import held_now
from tests import factories as make
from tests.dashboard.story import Job, S, a_claim

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march(at):
    with at(datetime(2026, 3, 21, 12, tzinfo=UTC)):
        yield


def held(job, actor=None):
    return held_now(actor or job.admin, job.project, Tool.COMMITMENTS)


def test_the_latest_certified_claims_hold_it_the_largest_first():
    job = Job()
    now = held(job)
    assert [(row.number, row.company, row.held) for row in now.rows] == [
        ("SC-2", "Ironbark Steel", 2_000_00),
        ("SC-1", "Apex Concrete", 1_000_00),
    ]
    assert (now.on_work, now.on_materials, now.held, now.releasable) == (3_000_00, 0, 3_000_00, 3_000_00)


def test_materials_are_held_on_apart():
    job = Job()
    stored = make.make_contract(
        job.project, number="SC-3", retain_materials=True, materials_retention_bp=1000
    )
    a_claim(stored, job.periods[2], 10_000_00, S.APPROVED, materials=4_000_00)
    now = held(job)
    assert (now.on_work, now.on_materials, now.held) == (3_500_00, 400_00, 3_900_00)


def test_what_an_unfinished_claim_releases_can_not_be_released_again():
    job = Job()
    Claim.objects.filter(period=job.periods[2]).update(status=S.APPROVED)
    (outcome,) = create_release_claims(job.admin, [job.first], job.periods[2], percent_bp=4000)
    assert outcome.claim is not None
    now = held(job)
    assert now.held == 4_500_00
    assert now.releasable == 4_500_00 - outcome.claim.retention_released == 3_900_00


def test_it_is_what_the_ledger_says():
    job = Job()
    create_release_claims(job.admin, [job.second], job.periods[2], percent_bp=5000)
    now, (sums, *_) = held(job), project_ledger(job.admin, job.project).totals
    assert (now.held, now.releasable) == (sums.held, sums.releasable)


def test_five_are_named_and_the_rest_is_summed():
    job = Job()
    for n in range(5):
        contract = make.make_contract(job.project, number=f"SC-3{n}")
        a_claim(contract, job.periods[2], (n + 1) * 1_000_00, S.APPROVED)
    now = held(job)
    assert [row.number for row in now.largest] == ["SC-2", "SC-1", "SC-34", "SC-33", "SC-32"]
    assert now.in_the_rest == 150_00
    assert sum(row.held for row in now.largest) + now.in_the_rest == now.held


def test_others_see_what_is_theirs_to_see():
    job = Job()
    contact = make.actor_of(make.make_claim_contact(job.first))
    assert [row.number for row in held(job, contact).rows] == ["SC-1"]
    reader = make.actor_of(make.make_member(job.project, commitments=Level.READ_ONLY))
    assert held(job, reader).rows == ()


def test_it_takes_two_queries():
    job = Job()
    make.make_contract(job.project)
    held(job)
    with CaptureQueriesContext(connection) as queries:
        held(job)
    assert len(queries) == 2
