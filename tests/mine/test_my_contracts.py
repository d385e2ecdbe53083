"""My contracts as rows: across projects and accounts, what waits, the figures, and nothing of anybody else's."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level
from tallystick.contracts.sub_sov import use_breakdown
from tallystick.core import clock
from tallystick.directory.models import Person
from tallystick.mine.figures import DueKind
from tallystick.mine.groups import Group
from tallystick.mine.places import only_contract_in, place_of
from tallystick.mine.queries import Wanted, my_page, row_of
from tallystick.payments.actions import record_payment
from tallystick.periods.actions import extend_period
from tallystick.periods.invites import answer_invite
from tallystick.periods.models import InviteAnswer
from tests import factories as make
from tests.mine.stories import Firm, certified, claim_of, march_of, put_in, sent_back

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(MORNING):
        yield


class World:
    """Dana claims for Apex in two accounts: on two projects of the one, on one of the other in another currency."""

    def __init__(self):
        self.north, self.south = make.make_account("Northbuild"), make.make_account("Southern Cross")
        self.harbour = make.make_project(self.north, "NB-1", "Harbour Tower")
        self.station = make.make_project(self.north, "NB-2", "Station", time_zone="Australia/Perth")
        self.library = make.make_project(
            self.south, "SX-7", "Library", currency="NZD", time_zone="Pacific/Auckland"
        )
        self.apex = Firm(self.north, "dana@apex.example")
        self.apex_nz = Firm(self.south, "dana@apex.example", firm="Apex NZ")
        self.dana = make.actor_of(self.apex.person)
        self.periods = {p.pk: march_of(p) for p in (self.harbour, self.station, self.library)}

    def firm_of(self, project):
        return self.apex_nz if project == self.library else self.apex

    def contract(self, project=None, number="", group=Group.TO_CLAIM, **facts):
        project = project or self.harbour
        contract = self.firm_of(project).contract(project, number, **facts)
        put_in(group, contract, self.periods[project.pk])
        return contract

    def page(self, **wanted):
        return my_page(self.dana, Wanted(**wanted))


@pytest.fixture
def world():
    return World()


def numbers(page):
    return [row.mine.contract.number for row in page.rows]


def test_every_group_has_its_contracts_of_all_projects_and_accounts(world):
    for project in (world.harbour, world.station, world.library):
        for group in Group:
            world.contract(project, f"{project.number}-{group.value}", group)
    page = world.page()
    assert page.counts == dict.fromkeys(Group, 3)
    assert [row.mine.group for row in page.rows] == [group for group in Group for _ in range(3)]
    assert {row.mine.payer for row in page.rows} == {"Northbuild", "Southern Cross"}
    assert [name for _, name in page.projects] == ["NB-1 Harbour Tower", "NB-2 Station", "SX-7 Library"]


def test_contracts_of_others_on_the_same_project_are_not_among_them(world):
    mine = world.contract(number="SC-1")
    make.make_contract(world.harbour, number="SC-2")
    colleague = make.make_contract(world.harbour, world.apex.company, number="SC-3")
    make.contracts.add_to_private_list(make.OPERATOR, colleague, world.apex.person)
    assert numbers(world.page()) == ["SC-1"]
    assert row_of(world.dana, mine).mine.contract == mine
    assert row_of(world.dana, colleague) is None


def test_a_designation_without_a_level_a_deactivated_person_and_the_operator_see_nothing(world):
    world.contract()
    barred = Firm(world.north, "ned@none.example", "Ned None", "None Pty")
    barred.contract(world.harbour, level=Level.NONE)
    assert not my_page(make.actor_of(barred.person), Wanted()).rows
    Person.objects.filter(pk=world.apex.person.pk).update(is_active=False)
    assert not world.page().rows
    assert not my_page(make.OPERATOR, Wanted()).rows


def test_the_row_says_what_was_claimed_certified_held_and_paid(world):
    contract = world.contract()
    claim = certified(contract, world.periods[world.harbour.pk], 12_000_00, 8_000_00)
    record_payment(make.OPERATOR, contract, amount=5_000_00, paid_on=date(2026, 3, 9), claim=claim)
    mine = world.page().rows[0].mine
    assert (mine.claim.claimed, mine.claim.certified, mine.held) == (20_000_00, 20_000_00, 1_000_00)
    # 19,000.00 and 10 % tax are due
    assert (mine.due_to_date, mine.paid_to_date, mine.outstanding) == (20_900_00, 5_000_00, 15_900_00)


def test_days_left_are_counted_on_the_clock_of_the_project(world):
    for project in (world.harbour, world.station, world.library):
        world.contract(project, project.name)
    # Noon UTC on the 24th: the 24th in Perth (8 pm) and Sydney (11 pm), already the 25th in Auckland (1 am).
    with clock.at(datetime(2026, 3, 24, 12, tzinfo=UTC)):
        left = {row.mine.contract.number: row.mine.days_left for row in world.page().rows}
    assert left == {"Harbour Tower": 1, "Station": 1, "Library": 0}
    # The 25th is over in Auckland and Sydney; in Perth it is 10 pm.
    with clock.at(datetime(2026, 3, 25, 14, tzinfo=UTC)):
        can = {row.mine.contract.number: bool(row.mine.can_create) for row in world.page().rows}
    assert can == {"Harbour Tower": False, "Station": True, "Library": False}


def test_an_extension_is_the_due_day_and_after_the_due_day_the_reason_stands_on_the_row(world):
    late = world.contract(number="LATE")
    longer = world.contract(number="LONGER")
    period = world.periods[world.harbour.pk]
    extend_period(make.OPERATOR, period, longer, due=date(2026, 4, 2), reason="Access was late")
    with clock.at(datetime(2026, 3, 27, tzinfo=UTC)):
        rows = {row.mine.contract.number: row.mine for row in world.page().rows}
        assert (rows["LONGER"].due, rows["LONGER"].is_extended) == (date(2026, 4, 2), True)
        assert rows["LONGER"].can_create
        assert rows["LATE"].can_create.reason == (
            "The due date of this billing period was 25 Mar 2026. "
            "Ask the project's administrator for an extension."
        )
        # What can still be done comes first.
        assert numbers(world.page()) == ["LONGER", "LATE"]
    assert row_of(world.dana, late).mine.due == date(2026, 3, 25)


def test_a_draft_left_after_the_due_day_says_why_it_can_not_be_submitted(world):
    world.contract(group=Group.DRAFT)
    assert world.page().rows[0].can_step
    with clock.at(datetime(2026, 3, 27, tzinfo=UTC)):
        assert "was 25 Mar 2026" in world.page().rows[0].can_step.reason


def test_what_was_sent_back_comes_with_what_was_said_on_it_and_may_be_resubmitted_after_the_due_day(world):
    contract = world.contract()
    sent_back(contract, world.periods[world.harbour.pk], 12_000_00, 3_000_00, reason="Half only", to=6_000_00)
    with clock.at(datetime(2026, 3, 27, tzinfo=UTC)):
        (row,) = world.page().rows
    assert row.can_step
    assert (row.said.text, row.said.who) == ("See the line that is marked.", "Operator")
    (remark,) = row.remarks
    assert (remark.line, remark.claimed, remark.proposed) == ("1 Footings", 12_000_00, 6_000_00)
    assert (remark.reason, remark.is_rejected) == ("Half only", True)


def test_an_invite_asks_until_it_is_answered_and_a_no_goes_quiet_but_can_still_claim(world):
    contract = world.contract(group=Group.ASKED)
    period = world.periods[world.harbour.pk]
    assert world.page().rows[0].mine.group is Group.ASKED
    answer_invite(world.dana, contract, period, InviteAnswer.DECLINED)
    mine = world.page().rows[0].mine
    assert (mine.group, bool(mine.can_create)) == (Group.QUIET, True)
    answer_invite(world.dana, contract, period, InviteAnswer.ACCEPTED)
    assert world.page().rows[0].mine.group is Group.TO_CLAIM


def test_a_breakdown_has_to_be_approved_first(world):
    contract = world.contract()
    use_breakdown(make.OPERATOR, contract, True)
    mine = world.page().rows[0].mine
    assert mine.group is Group.TO_CLAIM
    assert "can be created once it is Approved" in mine.can_create.reason


def test_figures_are_by_currency_and_never_added(world):
    for project in (world.harbour, world.station, world.library):
        claim_of(world.contract(project), world.periods[project.pk], 4_000_00)
        certified(world.contract(project), world.periods[project.pk], 10_000_00)
    aud, nzd = world.page().money
    assert (aud.currency, aud.contracts) == ("AUD", 4)
    assert (aud.claimed, aud.draft, aud.certified) == (28_000_00, 8_000_00, 20_000_00)
    assert (aud.held, aud.unpaid, aud.overdue) == (1_000_00, 20_900_00, 0)
    assert (nzd.currency, nzd.claimed, nzd.held, nzd.unpaid) == ("NZD", 14_000_00, 500_00, 10_450_00)


def test_what_should_have_been_paid_is_overdue_where_the_law_knows_the_day(world):
    law = make.make_project(world.north, "NB-9", "Lane", jurisdiction="au-nsw")
    period = march_of(law)
    contract = world.apex.contract(law, "SC-9")
    certified(contract, period, 10_000_00)
    (row,) = world.page().rows
    (owed,) = row.mine.owed
    assert owed.outstanding == 10_450_00 and owed.pay_day is not None and not owed.is_over
    assert not world.page().due
    with clock.at(datetime(2026, 4, 2, tzinfo=UTC)):
        (due,) = world.page().due
    assert (due.kind, due.day, due.amount) == (DueKind.PAYMENT, owed.pay_day, 10_450_00)
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        (money,) = world.page().money
    assert (money.unpaid, money.overdue) == (10_450_00, 10_450_00)


def test_what_is_due_within_fourteen_days_is_counted_by_project_and_day(world):
    world.contract(number="A")
    world.contract(number="B", group=Group.DRAFT)
    world.contract(number="C", group=Group.REVIEW)
    with clock.at(datetime(2026, 3, 20, tzinfo=UTC)):
        (due,) = world.page().due
    assert (due.day, due.kind, due.project) == (date(2026, 3, 25), DueKind.CLAIM, world.harbour)
    assert [mine.contract.number for mine in due.contracts] == ["A", "B"]
    assert not world.page().due  # on the 10th it is 15 days off


def test_the_list_narrows_by_group_project_and_search(world):
    world.contract(number="SC-1", title="Footings")
    world.contract(world.station, "SC-2", Group.DRAFT, title="Panels")
    world.contract(world.library, "SC-3", title="Footings of the annexe")
    assert numbers(world.page(group=Group.DRAFT)) == ["SC-2"]
    assert numbers(world.page(project=world.library.pk)) == ["SC-3"]
    assert numbers(world.page(search="footings library")) == ["SC-3"]
    assert numbers(world.page(search="southern")) == ["SC-3"]
    found = world.page(search="footings")
    assert (found.counts, found.matching, found.everything) == ({Group.TO_CLAIM: 2}, 2, 3)


def test_a_page_that_there_is_not_becomes_the_nearest(world, monkeypatch):
    monkeypatch.setattr("tallystick.mine.queries.PAGE_SIZE", 2)
    for number in range(5):
        world.contract(number=f"SC-{number}")
    page = world.page(page=99)
    assert (page.page, page.pages, numbers(page)) == (3, 3, ["SC-4"])
    assert (page.first, page.last) == (5, 5)


def test_the_number_of_queries_does_not_depend_on_contracts_projects_and_accounts(world):
    for group in Group:
        world.contract(number=group.value, group=group)

    def asked():
        actor = make.actor_of(world.apex.person)
        with CaptureQueriesContext(connection) as queries:
            my_page(actor, Wanted())
        return len(queries)

    before = asked()
    for project in (world.station, world.library):
        for group in Group:
            world.contract(project, group.value, group)
    assert asked() == before <= 20


def test_who_only_claims_and_who_does_more(world):
    contract = world.contract()
    place = place_of(world.dana)
    assert (place.claims, place.only) == (True, True)
    assert only_contract_in(world.dana, world.harbour) == contract
    world.contract()
    assert only_contract_in(world.dana, world.harbour) is None
    # Their own company runs projects here too.
    own = make.make_account("Apex runs its own")
    make.make_person(make.own_company(own), "Dana Reyes", email="dana@apex.example")
    place = place_of(world.dana)
    assert (place.claims, place.only) == (True, False)
    stranger = place_of(make.actor_of(make.make_member(world.harbour, Level.READ_ONLY)))
    assert (stranger.claims, stranger.only) == (False, False)
