"""The list of claims: who sees which rows, what is counted and summed, and that it stays quick."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.claims import policies
from tallystick.claims.creation import create_claim, delete_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.queries import ListFilters, claims_page, matching_claims, matching_contracts
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts import policies as contract_policies
from tallystick.contracts.states import ContractStatus
from tallystick.core.dates import due_moment
from tallystick.periods import actions as periods
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus
OPERATOR = make.OPERATOR
BEFORE_DUE = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(BEFORE_DUE):
        yield


def a_claim(contract, period, amount=10_000_00, status=S.DRAFT):
    claim = create_claim(OPERATOR, contract, period, in_spite_of_unfinished=True)
    line = lines_of(claim)[0]
    claim = save_entries(OPERATOR, claim, [EntryEdit(line.pk, work=amount)]).claim
    if status is not S.DRAFT:
        claim = move_claim(OPERATOR, claim, S.UNDER_REVIEW)
    if status not in (S.DRAFT, S.UNDER_REVIEW):
        claim = move_claim(OPERATOR, claim, status)
    return claim


def keys(page):
    return [(row.contract_number, row.number, row.state) for row in page.rows]


def counted(page):
    return {counter.state: counter.count for counter in page.counters if counter.count}


@pytest.fixture
def job():
    """Four contracts in one period: approved, under review, no claim but a contact, no contact either."""
    project = make.make_project()
    period = make.open_period_of(project)
    names = ("Apex Concrete", "Apex Steel", "Apex Glass", "Apex Timber")
    contracts = [
        make.make_contract(
            project, make.make_company(project.account, name), number=f"SC-{n}", title=f"Package {n}"
        )
        for n, name in enumerate(names, 1)
    ]
    a_claim(contracts[0], period, 20_000_00, S.APPROVED)
    a_claim(contracts[1], period, 10_000_00, S.UNDER_REVIEW)
    make.make_claim_contact(contracts[2])
    admin = make.actor_of(make.make_member(project, Level.ADMIN))
    return project, period, contracts, admin


def test_a_period_lists_its_claims_and_the_contracts_that_have_none(job):
    project, period, _, admin = job
    page = claims_page(admin, project, period=period)
    assert keys(page) == [
        ("SC-1", 1, "approved"),
        ("SC-2", 1, "under_review"),
        ("SC-3", None, "not_invited"),
        ("SC-4", None, "no_contacts"),
    ]
    assert counted(page) == {
        "waiting": 1,
        "approved": 1,
        "under_review": 1,
        "not_invited": 1,
        "no_contacts": 1,
    }


def test_all_periods_list_claims_only(job):
    project, _, _, admin = job
    assert keys(claims_page(admin, project, period=None)) == [
        ("SC-1", 1, "approved"),
        ("SC-2", 1, "under_review"),
    ]


def test_figures_are_sums_of_the_stored_ones_and_only_certified_claims_are_due(job):
    project, period, _, admin = job
    page = claims_page(admin, project, period=period)
    (figures,) = page.figures
    assert (figures.claimed, figures.assessed, figures.certified) == (30_000_00, 30_000_00, 20_000_00)
    assert (figures.retention, figures.due, figures.tax) == (1_500_00, 19_000_00, 1_900_00)
    assert (figures.claims, figures.certified_claims, figures.contracts_without) == (2, 1, 2)
    assert page.retention_held == 1_000_00
    assert [row.due for row in page.rows] == [19_000_00, None, None, None]


def test_totals_follow_the_filter_and_figures_do_not(job):
    project, period, _, admin = job
    page = claims_page(admin, project, period=period, filters=ListFilters(state="under_review"))
    assert keys(page) == [("SC-2", 1, "under_review")]
    assert (page.totals[0].claimed, page.totals[0].due) == (10_000_00, 0)
    assert page.figures[0].claimed == 30_000_00
    assert page.matching == 1
    assert page.everything == 4


def test_amounts_of_two_currencies_are_never_added(job):
    project, period, _, admin = job
    foreign = make.make_contract(project, number="SC-9", currency="USD")
    a_claim(foreign, period, 7_000_00)
    page = claims_page(admin, project, period=period)
    assert [(f.currency, f.claimed) for f in page.figures] == [("AUD", 30_000_00), ("USD", 7_000_00)]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("SC-2", ["SC-2"]),
        ("package 3", ["SC-3"]),
        ("apex", ["SC-1", "SC-2", "SC-3", "SC-4"]),
        ("inv-77", ["SC-1"]),
        ("  ", ["SC-1", "SC-2", "SC-3", "SC-4"]),
        ("100%", []),
    ],
)
def test_search_finds_numbers_titles_companies_and_references(job, search, found):
    project, period, contracts, admin = job
    Claim.objects.filter(contract=contracts[0]).update(reference="INV-77")
    page = claims_page(admin, project, period=period, search=search)
    assert [row.contract_number for row in page.rows] == found
    assert page.matching == len(found)


def test_two_words_are_looked_for_in_the_same_claim(job):
    project, _, contracts, admin = job
    Claim.objects.filter(contract=contracts[0]).update(reference="INV 77")
    assert keys(claims_page(admin, project, period=None, search="inv 77")) == [("SC-1", 1, "approved")]


def test_filters_by_company_and_by_what_is_late(job, at):
    project, period, contracts, admin = job
    with at(due_moment(period.due, project.time_zone)):
        page = claims_page(admin, project, period=period, filters=ListFilters(late=True))
        assert keys(page) == [("SC-3", None, "late")]
        other = claims_page(
            admin, project, period=period, filters=ListFilters(company=contracts[1].company_id)
        )
    assert [row.contract_number for row in other.rows] == ["SC-2"]


def test_an_extension_takes_the_mark_off(job, at):
    project, period, contracts, admin = job
    periods.extend_period(admin, period, contracts[2], due=period.due + timedelta(days=2))
    with at(due_moment(period.due, project.time_zone)):
        page = claims_page(admin, project, period=period)
    assert keys(page)[2] == ("SC-3", None, "not_invited")


def test_in_a_closed_period_nothing_is_awaited_any_more(job):
    project, period, _, admin = job
    period = periods.close_period(admin, period)
    page = claims_page(admin, project, period=period)
    assert [state for _, _, state in keys(page)] == ["approved", "under_review", "not_claimed", "no_contacts"]


def test_contracts_that_had_not_begun_or_are_not_in_force_are_not_awaited(job):
    project, period, _, admin = job
    make.make_contract(project, number="SC-5", contract_date=period.end + timedelta(days=1))
    make.make_contract(project, number="SC-6", status=ContractStatus.DRAFT)
    make.make_head_contract(project, number="HC-1")
    page = claims_page(admin, project, period=period)
    assert [row.contract_number for row in page.rows] == ["SC-1", "SC-2", "SC-3", "SC-4"]


def test_a_deleted_draft_leaves_the_list_and_the_contract_is_awaited_again(job):
    project, period, contracts, admin = job
    claim = a_claim(contracts[2], period)
    delete_claim(admin, claim)
    assert keys(claims_page(admin, project, period=period))[2] == ("SC-3", None, "not_invited")


def test_a_contact_sees_their_contract_alone_and_what_waits_for_them(job):
    project, period, contracts, _ = job
    contact = make.actor_of(make.make_claim_contact(contracts[0]))
    page = claims_page(contact, project, period=period)
    assert keys(page) == [("SC-1", 1, "approved")]
    assert counted(page) == {"approved": 1}
    assert not page.is_admin
    Claim.objects.filter(contract=contracts[0]).update(status=S.REVISE_AND_RESUBMIT)
    assert counted(claims_page(contact, project, period=period))["waiting"] == 1


def test_somebody_on_the_private_list_who_is_no_contact_has_nothing_waiting(job):
    project, period, contracts, _ = job
    person = make.make_member(project, commitments=Level.READ_ONLY)
    make.contracts.add_to_private_list(OPERATOR, contracts[1], person)
    Claim.objects.filter(contract=contracts[1]).update(status=S.REVISE_AND_RESUBMIT)
    page = claims_page(make.actor_of(person), project, period=period)
    assert keys(page) == [("SC-2", 1, "revise_and_resubmit")]
    assert counted(page) == {"revise_and_resubmit": 1}


@pytest.mark.parametrize("level", list(Level))
def test_the_list_shows_what_the_policies_make_visible(job, level):
    project, _, contracts, _ = job
    person = make.make_member(project, commitments=level)
    make.contracts.add_to_private_list(OPERATOR, contracts[1], person)
    type(contracts[0]).objects.filter(pk=contracts[0].pk).update(is_private=False)
    actor = make.actor_of(person)
    page = claims_page(actor, project, period=None)
    assert {row.claim_id for row in page.rows} == set(policies.visible_to(actor).values_list("pk", flat=True))
    assert set(contract_policies.visible_in(actor, project, Tool.COMMITMENTS)) == set(
        contract_policies.visible_to(actor).filter(project=project)
    )


def test_another_account_sees_nothing(job):
    project, period, _, _ = job
    stranger = make.actor_of(make.make_account_admin(make.make_account()))
    assert claims_page(stranger, project, period=period).rows == ()
    assert claims_page(Actor.nobody(), project, period=period).rows == ()


@pytest.mark.parametrize(
    "column",
    [
        "contract",
        "company",
        "number",
        "period",
        "status",
        "claimed",
        "certified",
        "retention",
        "due",
        "signature",
        "papers",
        "changed",
    ],
)
def test_every_column_sorts_both_ways_with_empty_ones_last(job, column):
    project, period, _, admin = job
    up = claims_page(admin, project, period=period, sort=column)
    down = claims_page(admin, project, period=period, sort=f"-{column}")
    assert sorted(keys(up), key=str) == sorted(keys(down), key=str)
    if column in ("claimed", "number", "due"):
        assert up.rows[-1].claim_id is None or up.rows[-1].due is None
        assert down.rows[-1].claim_id is None or down.rows[-1].due is None


def test_sorting_by_amount(job):
    project, period, _, admin = job
    assert [row.claimed for row in claims_page(admin, project, period=period, sort="claimed").rows] == [
        10_000_00,
        20_000_00,
        None,
        None,
    ]
    assert claims_page(admin, project, period=period, sort="nonsense").sort == "contract"


def test_pages_are_clamped_and_counted(job):
    project, period, _, admin = job
    page = claims_page(admin, project, period=period, page=99)
    assert (page.page, page.pages, page.first, page.last, page.matching) == (1, 1, 1, 4, 4)


def test_select_all_means_what_the_filter_leaves_on_every_page(job):
    project, period, contracts, admin = job
    assert len(matching_claims(admin, project, period=period)) == 2
    assert matching_contracts(admin, project, period=period) == [contracts[2].pk, contracts[3].pk]
    approved = ListFilters(state="approved")
    (claim,) = matching_claims(admin, project, period=period, filters=approved)
    assert Claim.objects.get(pk=claim).contract == contracts[0]


def test_a_claim_without_a_period_says_so(job):
    project, _, contracts, admin = job
    Claim.objects.filter(contract=contracts[0]).update(period=None)
    assert [row.has_period for row in claims_page(admin, project, period=None).rows] == [False, True]


def test_the_number_of_queries_does_not_depend_on_the_rows():
    asked = []
    for size in (5, 60):
        project = make.make_project()
        period = make.open_period_of(project, date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 25))
        for n in range(size):
            contract = make.make_contract(project, number=f"SC-{n:03}", lines=[("Work", 1_000_00)])
            if n % 2:
                create_claim(OPERATOR, contract, period)
        actor = make.actor_of(make.make_member(project, Level.ADMIN))
        with CaptureQueriesContext(connection) as queries:
            page = claims_page(actor, project, period=period, search="SC", filters=ListFilters(state="draft"))
        assert page.rows
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10
