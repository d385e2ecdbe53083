"""What the list of claims shows of invites to bill (decisions, Statuses; domain §4, §5.1)."""

from datetime import UTC, date, datetime

import pytest

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.queries import ListFilters, claims_page, matching_contracts, state_counts
from tallystick.contracts import actions as contracts
from tallystick.contracts.states import ContractStatus
from tallystick.contracts.sub_sov import use_breakdown
from tallystick.core.dates import due_moment
from tallystick.directory.actions import change_project
from tallystick.periods import actions as periods
from tallystick.periods.invites import answer_invite, send_invites
from tallystick.periods.models import InviteAnswer, InviteType
from tests import factories as make

pytestmark = pytest.mark.django_db
BEFORE_DUE = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(BEFORE_DUE):
        yield


@pytest.fixture
def job():
    """Six contracts: nobody to ask, a breakdown missing, not invited, invited, a yes, a no."""
    project = make.make_project()
    period = make.open_period_of(project)
    admin = make.actor_of(make.make_member(project, Level.ADMIN, name="Ann Admin"))
    made = [make.make_contract(project, number=f"SC-{n}") for n in range(1, 7)]
    people = {contract.number: make.make_claim_contact(contract, "Carl Contact") for contract in made[1:]}
    use_breakdown(make.OPERATOR, made[1], True)
    outcomes = send_invites(admin, period, made[3:], InviteType.WORK)
    assert all(outcome.done for outcome in outcomes)
    for contract, answer in ((made[4], InviteAnswer.ACCEPTED), (made[5], InviteAnswer.DECLINED)):
        answer_invite(make.actor_of(people[contract.number]), contract, period, answer)
    return project, period, made, admin, people


def states(page):
    return {row.contract_number: row.state for row in page.rows}


EXPECTED = {
    "SC-1": "no_contacts",
    "SC-2": "ssov_not_approved",
    "SC-3": "not_invited",
    "SC-4": "invited",
    "SC-5": "accepted",
    "SC-6": "declined",
}


def test_each_state_of_a_contract_without_a_claim(job):
    project, period, _, admin, _ = job
    page = claims_page(admin, project, period=period)
    assert states(page) == EXPECTED
    assert state_counts(admin, project, period) == dict.fromkeys(EXPECTED.values(), 1)
    assert [counter.state for counter in page.counters if counter.count] == list(EXPECTED.values())
    assert [row.label for row in page.rows] == [
        "No progress claim contacts",
        "SSOV not approved",
        "Not invited",
        "Invited",
        "Accepted",
        "Declined",
    ]


@pytest.mark.parametrize("state", ["not_invited", "invited", "accepted", "declined"])
def test_the_list_is_filtered_by_them(job, state):
    project, period, _, admin, _ = job
    filters = ListFilters(state=state)
    (row,) = claims_page(admin, project, period=period, filters=filters).rows
    assert row.state == state
    assert matching_contracts(admin, project, period=period, filters=filters) == [row.contract_id]


def test_a_row_says_who_was_asked_when_and_who_answered(job):
    project, period, _, admin, _ = job
    rows = {row.contract_number: row for row in claims_page(admin, project, period=period).rows}
    asked, said_no, never = rows["SC-4"], rows["SC-6"], rows["SC-3"]
    assert (asked.invited_at, asked.invited_by, asked.invite_type, asked.times_invited) == (
        BEFORE_DUE,
        "Ann Admin",
        "work",
        1,
    )
    assert (asked.answered_at, asked.answered_by) == (None, "")
    assert (said_no.answered_at, said_no.answered_by) == (BEFORE_DUE, "Carl Contact")
    assert (never.invited_at, never.times_invited) == (None, 0)


def test_rows_sort_by_how_far_they_have_come(job):
    project, period, made, admin, _ = job
    create_claim(admin, made[0], period)
    page = claims_page(admin, project, period=period, sort="status")
    assert [row.state for row in page.rows] == [
        "ssov_not_approved",
        "not_invited",
        "invited",
        "accepted",
        "declined",
        "draft",
    ]


def test_after_the_due_day_only_a_no_is_not_late(job, at):
    project, period, _, admin, _ = job
    with at(due_moment(period.due, project.time_zone)):
        page = claims_page(admin, project, period=period)
        assert states(page) == EXPECTED | {"SC-3": "late", "SC-4": "late", "SC-5": "late"}
        assert [row.contract_number for row in page.rows if row.is_over] == list(EXPECTED)


def test_in_a_closed_period_a_no_is_still_told(job):
    project, period, _, admin, _ = job
    page = claims_page(admin, project, period=periods.close_period(admin, period))
    assert states(page) == EXPECTED | dict.fromkeys(("SC-3", "SC-4", "SC-5"), "not_claimed")


def test_invites_of_another_period_do_not_count(job):
    project, _, _, admin, _ = job
    april = make.open_period_of(project, date(2026, 4, 1), date(2026, 4, 30), date(2026, 4, 25))
    page = claims_page(admin, project, period=april)
    assert states(page) == EXPECTED | dict.fromkeys(("SC-4", "SC-5", "SC-6"), "not_invited")
    assert len(page.rows) == 6


def test_a_claim_takes_the_place_of_the_answer(job):
    project, period, made, admin, _ = job
    create_claim(admin, made[5], period)
    page = claims_page(admin, project, period=period)
    assert states(page)["SC-6"] == "draft"
    assert page.matching == 6


def test_what_waits_for_a_contact(job):
    project, period, made, _, people = job
    for contract in made[1:5]:
        if contract.number != "SC-3":
            contracts_of(people["SC-3"], project, contract)
    contact = make.actor_of(people["SC-3"])
    page = claims_page(contact, project, period=period)
    assert {row.contract_number: row.is_waiting for row in page.rows} == {
        "SC-2": False,
        "SC-3": True,
        "SC-4": True,
        "SC-5": True,
    }
    change_project((None, "Operator"), project, uninvited_claims="none")
    project.refresh_from_db()
    page = claims_page(make.actor_of(people["SC-3"]), project, period=period)
    assert [row.contract_number for row in page.rows if row.is_waiting] == ["SC-4", "SC-5"]


def contracts_of(person, project, contract):
    """Designate the person there too: an employee of that company as far as the row knows."""
    type(contract).objects.filter(pk=contract.pk).update(company=person.company)
    contract.refresh_from_db()
    contracts.add_claim_contact(make.OPERATOR, contract, person)


def test_a_finished_contract_that_was_invited_is_in_the_list(job):
    project, period, made, admin, _ = job
    contracts.move_contract(admin, made[2], ContractStatus.COMPLETE)
    contracts.move_contract(admin, made[3], ContractStatus.COMPLETE)
    assert set(states(claims_page(admin, project, period=period))) == set(EXPECTED) - {"SC-3"}


def test_all_periods_show_no_invites(job):
    project, _, _, admin, _ = job
    assert claims_page(admin, project, period=None).rows == ()
