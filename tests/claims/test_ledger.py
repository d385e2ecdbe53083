"""The retention ledger: every claim's movement, running into the next one's, equal to what certificates say."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tallystick.access.levels import Level
from tallystick.claims.calc.retention_entry import Release
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.retention import change_retention
from tallystick.claims.retention.ledger import contract_ledger
from tallystick.claims.retention.project_ledger import (
    AT_LIMIT,
    HELD,
    RELEASABLE,
    LedgerWanted,
    project_ledger,
)
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.actions import RuleInput, set_sliding_rules
from tallystick.core import clock
from tests import factories as make

S = ClaimStatus
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_march(at):
    with at(NOW):
        yield


class Story:
    def __init__(self, **facts):
        self.project = make.make_project()
        self.contract = self.another(number="SC-1", **facts)
        self.period = make.open_period_of(self.project)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN))

    def another(self, **facts):
        return make.make_contract(self.project, **{"work_retention_bp": 1000, "tax_bp": 0, **facts})

    def draft(self, *work, contract=None, **columns):
        claim = create_claim(self.admin, contract or self.contract, self.period)
        edits = [
            EntryEdit(line.pk, work=amount, **columns)
            for line, amount in zip(lines_of(claim), work, strict=False)
        ]
        return save_entries(self.admin, claim, edits).claim

    def certify(self, claim):
        move_claim(self.admin, claim, S.UNDER_REVIEW)
        return move_claim(self.admin, claim, S.APPROVED)

    def release(self, claim, amount):
        return change_retention(
            self.admin, claim, [line.pk for line in lines_of(claim)], Release(amount=amount)
        ).claim


def test_a_ledger_tells_each_claim_and_marks_what_is_unfinished():
    story = Story()
    story.certify(story.draft(20_000_00, 10_000_00))
    story.certify(story.release(story.draft(10_000_00), 500_00))
    story.release(story.draft(5_000_00), 1_000_00)
    ledger = contract_ledger(story.contract)
    told = [
        (
            row.number,
            row.is_certified,
            row.total.before,
            row.total.retained,
            row.total.released,
            row.total.after,
        )
        for row in ledger.rows
    ]
    assert told == [
        (3, False, 3_500_00, 500_00, 1_000_00, 3_000_00),
        (2, True, 3_000_00, 1_000_00, 500_00, 3_500_00),
        (1, True, 0, 3_000_00, 0, 3_000_00),
    ]
    assert (ledger.held, ledger.retained, ledger.released) == (3_500_00, 4_000_00, 500_00)
    assert (ledger.on_its_way, ledger.releasable) == (1_000_00, 2_500_00)


def test_materials_that_become_work_take_their_retention_along():
    story = Story(retain_materials=True, materials_retention_bp=1000)
    story.certify(story.draft(0, materials_new=4_000_00))
    claim = create_claim(story.admin, story.contract, story.period)
    save_entries(story.admin, claim, [EntryEdit(lines_of(claim)[0].pk, work=4_000_00, materials_previous=0)])
    latest = contract_ledger(story.contract).rows[0]
    assert (latest.materials.before, latest.materials.moved, latest.materials.after) == (400_00, -400_00, 0)
    assert (latest.work.moved, latest.work.after, latest.total.moved) == (400_00, 400_00, 0)


def test_a_project_s_ledger_narrows_sorts_and_totals(django_assert_num_queries):
    story = Story()
    story.certify(story.draft(20_000_00))
    capped = story.another(number="SC-2", retention_cap="amount", retention_cap_amount=1_000_00)
    story.certify(story.draft(50_000_00, contract=capped))
    scaled = story.another(number="SC-3", currency="USD")
    set_sliding_rules(
        make.OPERATOR,
        scaled,
        [
            RuleInput(1000, "percent_original", limit_bp=100),
            RuleInput(500, "percent_original", limit_bp=200),
        ],
    )
    story.certify(story.draft(20_000_00, contract=scaled))
    story.another(number="SC-4")
    story.release(story.draft(0), 2_000_00)
    story.admin.levels.clear()
    with django_assert_num_queries(5):  # levels twice, contracts, rules, claims
        found = project_ledger(story.admin, story.project)
    by_number = {row.number: row for row in found.rows}
    assert [(row.number, row.held, row.releasable) for row in found.rows] == [
        ("SC-1", 2_000_00, 0),
        ("SC-2", 1_000_00, 1_000_00),
        ("SC-3", 1_500_00, 1_500_00),
        ("SC-4", 0, 0),
    ]
    assert [(sums.currency, sums.held, sums.on_its_way) for sums in found.totals] == [
        ("AUD", 3_000_00, 2_000_00),
        ("USD", 1_500_00, 0),
    ]
    assert by_number["SC-2"].standing.is_reached
    scale = by_number["SC-3"].standing
    assert (scale.rule, scale.rules, scale.rate_bp, scale.limit, scale.share_bp) == (
        2,
        2,
        500,
        2_000_00,
        7500,
    )
    assert by_number["SC-4"].standing.limit is None
    assert found.counts == {"all": 4, HELD: 3, RELEASABLE: 2, AT_LIMIT: 1}

    def numbers(**wanted):
        ledger = project_ledger(story.admin, story.project, LedgerWanted(**wanted))
        return [row.number for row in ledger.rows]

    assert numbers(show=AT_LIMIT) == ["SC-2"]
    assert numbers(show=HELD, sort="-held") == ["SC-1", "SC-3", "SC-2"]
    assert numbers(search="sc-3") == ["SC-3"]
    assert numbers(company=capped.company_id) == ["SC-2"]
    assert all(row.held == 0 for row in _until(story, date(2026, 3, 9)).rows)
    assert _until(story, date(2026, 3, 10)).rows[0].held == 2_000_00


def _until(story, day):
    return project_ledger(story.admin, story.project, LedgerWanted(until=day))


def test_contacts_see_their_own_contracts_only():
    story = Story()
    story.certify(story.draft(20_000_00))
    story.certify(story.draft(50_000_00, contract=story.another(number="SC-2")))
    contact = make.actor_of(make.make_claim_contact(story.contract))
    assert [row.number for row in project_ledger(contact, story.project).rows] == ["SC-1"]


def test_the_last_release_is_told_with_its_day_and_the_balance_runs():
    story = Story()
    story.certify(story.draft(20_000_00))
    with clock.at(datetime(2026, 3, 20, 20, tzinfo=UTC)):  # the 21st in Sydney
        second = story.certify(story.release(story.draft(0), 500_00))
    (row,) = project_ledger(story.admin, story.project).rows
    assert [(entry.retained, entry.released, entry.balance) for entry in row.entries] == [
        (2_000_00, 0, 2_000_00),
        (0, 500_00, 1_500_00),
    ]
    assert (row.last_release.claim_id, row.last_release.day) == (second.pk, date(2026, 3, 21))


MONTHS = st.lists(
    st.tuples(st.integers(0, 8_000_00), st.integers(0, 3_000_00), st.integers(0, 10_000)),
    min_size=2,
    max_size=5,
)


class Ledgers(TestCase):
    @settings(max_examples=12)
    @given(MONTHS, st.sampled_from(["manual", "move"]))
    def test_held_is_what_was_held_with_this_less_what_was_released(self, months, mode):
        with clock.at(NOW):
            story = Story(retain_materials=True, materials_retention_bp=500, stored_materials_mode=mode)
            for work, materials, percent in months:
                claim = story.draft(work, materials_new=materials)
                claim = change_retention(
                    story.admin, claim, [lines_of(claim)[0].pk], Release(percent_bp=percent)
                ).claim
                story.certify(claim)
            rows = list(reversed(contract_ledger(story.contract).rows))
            before = 0
            for row in rows:
                claim = Claim.objects.get(pk=row.claim_id)
                assert row.total.before == before
                assert row.total.after == before + row.total.retained - row.total.released
                for kind in (row.work, row.materials):
                    assert kind.after == kind.before + kind.moved + kind.retained - kind.released
                assert row.work.after == claim.work_retention
                assert row.materials.after == claim.materials_retention
                before = row.total.after
            (line,) = project_ledger(story.admin, story.project).rows
            assert line.held == before == contract_ledger(story.contract).held
