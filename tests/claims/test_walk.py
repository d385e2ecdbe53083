"""From one claim under review to the next of its period."""

import pytest

from tallystick.access.levels import Level
from tallystick.claims.moving import move_claim
from tallystick.claims.review.walk import next_to_review
from tests import factories as make
from tests.dashboard.story import S, a_claim

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


@pytest.fixture
def job():
    project = make.make_project()
    period = make.open_period_of(project)
    admin = make.actor_of(make.make_member(project, Level.ADMIN))
    contracts = [make.make_contract(project, number=f"SC-{n}") for n in range(1, 4)]
    return admin, period, contracts, [a_claim(one, period, status=S.UNDER_REVIEW) for one in contracts]


def walked(actor, claim):
    found = next_to_review(actor, claim)
    return found and (found.contract, found.waiting)


def test_it_goes_on_by_contract_number_and_from_the_last_to_the_first(job):
    admin, _, _, claims = job
    assert [walked(admin, claim) for claim in claims] == [("SC-2", 2), ("SC-3", 2), ("SC-1", 2)]


def test_what_was_answered_is_left_out_and_leads_on_all_the_same(job):
    admin, _, _, claims = job
    answered = [move_claim(admin, claim, S.APPROVED) for claim in claims[:2]]
    assert [walked(admin, claim) for claim in answered] == [("SC-3", 1), ("SC-3", 1)]
    assert walked(admin, claims[2]) is None


def test_claims_of_other_periods_and_projects_are_not_walked_to(job):
    admin, _, _, claims = job
    for claim in claims[1:]:
        move_claim(admin, claim, S.APPROVED)
    other = make.make_project()
    a_claim(make.make_contract(other), make.open_period_of(other), status=S.UNDER_REVIEW)
    assert walked(admin, claims[0]) is None


def test_only_whoever_reviews_is_led_on(job):
    _, _, contracts, claims = job
    assert walked(make.actor_of(make.make_claim_contact(contracts[0])), claims[0]) is None


def test_the_page_of_a_claim_leads_on(job):
    _, _, contracts, claims = job
    client = make.signed_in(make.make_member(contracts[0].project, Level.ADMIN))
    page = client.get(f"/claims/{claims[0].pk}/review").content.decode()
    assert f'Next to review: <a href="/claims/{claims[1].pk}/review">SC-2 ' in page
