"""Columns and groups of a claim's grid, what is typed on a group, and lines that two people typed on."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.grid import claim_grid
from tallystick.claims.grid.columns import Arrangement
from tallystick.claims.grid.groups import lines_in
from tallystick.claims.grid.saving import as_shown, save_cells
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus, ClaimType
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import SovLine
from tallystick.core.errors import BadInput, Stale
from tallystick.core.money import to_decimal_string
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


class Story:
    def __init__(self, claim_type=ClaimType.ALL, **facts):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project, **facts)
        self.period = make.open_period_of(self.project)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN, name="Priya Raman"))
        self.contact = make.actor_of(make.make_claim_contact(self.contract, "Dana Whitlock"))
        self.claim = create_claim(make.OPERATOR, self.contract, self.period, claim_type=claim_type)

    @property
    def lines(self):
        return lines_of(self.claim)

    def save(self, typed, *, by=None, version=None):
        saved = save_cells(by or self.admin, self.claim, typed, version)
        self.claim = Claim.objects.select_related("contract__project__account", "contract__company").get(
            pk=self.claim.pk
        )
        return saved

    def work(self):
        return [line.assessed_work for line in self.lines]


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def story():
    return Story()


def columns(actor, claim, arrangement=None):
    grid = claim_grid(actor, claim, arrangement or Arrangement())
    return {column.key: column for column in grid.choices}


def inputs(actor, claim):
    return {key for key, column in columns(actor, claim).items() if column.is_input}


# --- columns -------------------------------------------------------------------------------------------------


def test_all_columns_of_the_field_are_there_by_amount_and_by_unit(story):
    by_amount = set(columns(story.admin, story.claim))
    assert by_amount == {
        *("item", "cost_code", "description", "scheduled", "previous", "work", "work_percent"),
        *("previous_materials", "left", "new", "stored", "moved", "total", "percent", "balance"),
        *("gross", "net", "held_before", "retention", "retention_rate", "released", "work_held"),
        *("materials_held_before", "materials_retention", "materials_retention_rate"),
        *("materials_released", "materials_held", "held", "review", "review_reason", "comment"),
    }
    unit = Story(accounting_method="unit")
    by_unit = set(columns(unit.admin, unit.claim))
    assert by_unit - by_amount == {
        "scheduled_quantity",
        "unit",
        "unit_price",
        "previous_quantity",
        "quantity",
    }


def test_what_can_be_typed_follows_method_status_and_type(story):
    assert {"work", "percent", "retention", "released", "comment"} <= inputs(story.contact, story.claim)
    assert "review" not in inputs(story.admin, story.claim)
    unit = Story(accounting_method="unit")
    assert {"quantity", "total"} <= inputs(unit.admin, unit.claim)
    assert "work" not in inputs(unit.admin, unit.claim)
    only_work = Story(claim_type=ClaimType.WORK)
    assert "work" in inputs(only_work.admin, only_work.claim)
    assert not {"released", "materials_released"} & inputs(only_work.admin, only_work.claim)
    claim = move_claim(make.OPERATOR, story.claim, S.UNDER_REVIEW)
    assert inputs(story.contact, claim) == set()
    assert {"review", "review_reason", "work"} <= inputs(story.admin, claim)


def test_a_claim_for_a_release_takes_releases_alone(story):
    save_entries(make.OPERATOR, story.claim, [EntryEdit(story.lines[0].pk, work=10_000_00)])
    move_claim(make.OPERATOR, story.claim, S.UNDER_REVIEW)
    move_claim(make.OPERATOR, story.claim, S.APPROVED)
    release = create_claim(make.OPERATOR, story.contract, story.period, claim_type=ClaimType.RELEASE)
    assert inputs(story.admin, release) == {"released", "materials_released", "comment"}
    grid = claim_grid(story.admin, release)
    assert [c.key for c in grid.columns] == [
        *("item", "description", "scheduled", "previous", "total", "percent", "balance"),
        *("held_before", "released", "held"),
    ]


def test_claimed_assessed_and_certified_stand_side_by_side(story):
    claim = move_claim(make.OPERATOR, story.claim, S.UNDER_REVIEW)
    found = columns(story.admin, claim)
    assert (found["claimed"].label, found["work"].label) == ("Claimed", "Assessed")
    certified = columns(story.admin, move_claim(make.OPERATOR, claim, S.APPROVED))
    assert (certified["work"].label, certified["assessed"].shown) == ("Certified", False)


def test_columns_are_shown_hidden_and_pinned_as_somebody_likes_them(story):
    chosen = Arrangement(
        shown={"net": True, "previous": False, "item": False}, pinned={"balance": True}, widths={"net": 200}
    )
    grid = claim_grid(story.admin, story.claim, chosen)
    keys = [column.key for column in grid.columns]
    assert keys[:3] == ["item", "description", "balance"]
    assert "previous" not in keys
    assert next(c.width for c in grid.columns if c.key == "net") == 200


# --- groups --------------------------------------------------------------------------------------------------


def test_lines_stand_under_the_contract_its_variations_or_own_headings():
    story = Story(lines=[("A", 100_00), ("B", 200_00), ("C", 300_00)])
    variation = make.make_variation(story.contract, [("Extra", 50_00)])
    first, second, third = story.contract.lines.filter(variation=None)
    SovLine.objects.filter(pk__in=[first.pk, third.pk]).update(group="Basement")
    story.claim.delete()
    claim = create_claim(make.OPERATOR, story.contract, story.period)
    grid = claim_grid(story.admin, claim)
    assert [(g.key, len(g.rows)) for g in grid.groups] == [("c", 3), (f"v{variation.pk}", 1)]
    grid = claim_grid(story.admin, claim, Arrangement(group_by="heading"))
    assert [(g.key, g.title, len(g.rows)) for g in grid.groups] == [
        (f"h{first.pk}", "Basement", 2),
        (f"h{second.pk}", "Without a heading", 2),
    ]
    assert len(claim_grid(story.admin, claim, Arrangement(group_by="none")).groups) == 1
    lines = lines_of(claim)
    assert [line.description for line in lines_in(lines, f"h{first.pk}")] == ["A", "C"]
    assert [len(lines_in(lines, key)) for key in ("all", "c", "c1", "v0", "hx", "", "p")] == [
        4,
        3,
        0,
        0,
        0,
        0,
        0,
    ]


def test_a_broken_down_line_is_a_group_within_its_contract():
    story = Story(lines=[("Shell", 300_00), ("Roof", 100_00)])
    shell = story.contract.lines.first()
    SovLine.objects.bulk_create(
        SovLine(
            contract=story.contract,
            parent=shell,
            position=n,
            item_number=f"1.{n}",
            description=f"Part {n}",
            scheduled_value=n * 100_00,
        )
        for n in (1, 2)
    )
    parts = list(SovLine.objects.filter(parent=shell))
    first = story.lines[0]
    type(first).objects.filter(pk=first.pk).update(sov_line=parts[0], scheduled_value=100_00)
    type(first).objects.create(
        claim=story.claim, sov_line=parts[1], position=1, description="Part 2", scheduled_value=200_00
    )
    grid = claim_grid(story.admin, story.claim)
    assert [(g.key[:1], g.parent, len(g.rows), len(g.line_ids)) for g in grid.groups] == [
        ("c", "", 0, 3),
        ("p", "c", 2, 2),
        ("n", "c", 1, 1),
    ]
    assert grid.groups[1].title == "1 Shell"
    story.save({f"g:p{shell.pk}": {"work": "30"}})
    assert story.work() == [10_00, 20_00, 0]


def test_what_is_typed_on_a_group_is_spread_over_its_balances(story):
    story.save({"g:c": {"work": "1,000.01"}})
    assert story.work() == [500_01, 300_00, 200_00]
    story.save({"g:all": {"work": "10%"}})
    assert story.work() == [5_000_00, 3_000_00, 2_000_00]
    story.save({"g:c": {"percent": "50"}})
    assert sum(story.work()) == 50_000_00


def test_a_group_and_one_of_its_lines_typed_at_once_is_refused(story):
    typed = {story.lines[0].pk: {"work": "1"}, "g:c": {"work": "100"}}
    with pytest.raises(BadInput, match="not both") as refused:
        story.save(typed)
    assert set(refused.value.fields) == {"g:c:work"}
    with pytest.raises(BadInput) as refused:
        story.save({"g:v999": {"work": "1"}, "g:c": {"work": "1,2,3"}})
    assert set(refused.value.fields) == {"g:v999:work", "g:c:work"}
    assert story.work() == [0, 0, 0]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amount=st.integers(-90_000_00, 120_000_00),
    done=st.lists(st.integers(0, 40_000_00), min_size=3, max_size=3),
)
def test_a_spread_is_exact_whatever_is_typed(story, amount, done):
    del story
    fresh = Story()
    fresh.save({line.pk: {"new": str(part // 100)} for line, part in zip(fresh.lines, done, strict=True)})
    if sum(line.balance for line in fresh.lines) == 0:
        return
    fresh.save({"g:c": {"work": to_decimal_string(amount)}})
    assert sum(fresh.work()) == amount


# --- typed cells ---------------------------------------------------------------------------------------------


def test_totals_stand_on_the_materials_that_are_typed_beside_them(story):
    story.save({story.lines[0].pk: {"percent": "50%", "new": "5,000"}})
    line = story.lines[0]
    assert (line.assessed_work, line.total_completed) == (20_000_00, 25_000_00)


def test_stored_materials_rates_and_words(story):
    line = story.lines[0]
    story.save(
        {line.pk: {"stored": "300", "work": "1,000", "retention_rate": "7.5", "comment": "Two bays poured"}}
    )
    line = story.lines[0]
    assert (line.assessed_materials_new, line.work_retention_this, line.comment) == (
        300_00,
        75_00,
        "Two bays poured",
    )
    story.save({line.pk: {"retention_rate": ""}})
    assert story.lines[0].work_retention_entry == "automatic"
    with pytest.raises(BadInput, match="too long"):
        story.save({line.pk: {"comment": "x" * 2001}})


def test_by_unit_an_amount_and_its_quantity_are_kept_as_they_were():
    story = Story(
        accounting_method="unit",
        lines=[make.LineInput("Pavers", quantity=7_0000, unit="m2", unit_price=33_3333)],
    )
    line = story.lines[0]
    story.save({line.pk: {"total": "100"}})
    kept = story.lines[0]
    assert (kept.assessed_work, kept.assessed_quantity) == (100_00, 3_0000)
    story.save({line.pk: {"work": "100.00", "quantity": "3"}})
    assert story.lines[0].assessed_work == 100_00
    story.save({line.pk: {"work": "55.00", "quantity": "3"}})
    assert (
        story.lines[0].assessed_work == 100_00
    )  # an amount that does not belong to the quantity does not count


def test_what_the_reviewer_proposed_is_taken(story):
    line = story.lines[0]
    story.save({line.pk: {"work": "1,000"}})
    move_claim(make.OPERATOR, story.claim, S.UNDER_REVIEW)
    story.save({line.pk: {"work": "800", "review": "rejected", "review_reason": "Not poured"}})
    move_claim(make.OPERATOR, story.claim, S.REVISE_AND_RESUBMIT)
    assert columns(story.contact, story.claim) is not None
    story.save({line.pk: {"take": "proposed"}}, by=story.contact)
    assert story.work()[0] == 800_00
    with pytest.raises(BadInput, match="Nothing else was proposed"):
        story.save({story.lines[1].pk: {"take": "proposed"}}, by=story.contact)


# --- two people ----------------------------------------------------------------------------------------------


def test_a_line_that_somebody_else_typed_on_is_not_overwritten_and_the_others_are_saved(story):
    first, second, _ = story.lines
    seen = story.claim.version
    story.save({first.pk: {"work": "700"}}, by=story.contact, version=seen)
    saved = story.save({first.pk: {"work": "55"}, second.pk: {"work": "66"}}, version=seen)
    assert story.work()[:2] == [700_00, 66_00]
    [conflict] = saved.conflicts
    assert (conflict.line.pk, conflict.who, dict(conflict.yours)) == (
        first.pk,
        "Dana Whitlock",
        {"work": "55"},
    )
    assert saved.changed == {first.pk, second.pk}
    story.save({first.pk: {"work": "55"}}, version=saved.claim.version)
    assert story.work()[0] == 55_00


def test_lines_of_others_come_back_with_ones_own(story):
    first, second, _ = story.lines
    seen = story.claim.version
    story.save({first.pk: {"work": "700"}}, by=story.contact, version=seen)
    saved = story.save({second.pk: {"work": "66"}}, version=seen)
    assert not saved.conflicts
    assert [(other.line.pk, other.who) for other in saved.others] == [(first.pk, "Dana Whitlock")]


def test_who_types_what_somebody_else_typed_has_no_conflict(story):
    first = story.lines[0]
    seen = story.claim.version
    story.save({first.pk: {"work": "700"}}, by=story.contact, version=seen)
    saved = story.save({first.pk: {"work": "700.00"}}, version=seen)
    assert saved.conflicts == ()


def test_a_subtotal_is_not_spread_over_lines_that_others_typed_on(story):
    seen = story.claim.version
    story.save({story.lines[0].pk: {"work": "700"}}, version=seen)
    with pytest.raises(BadInput, match="lines of this group"):
        story.save({"g:c": {"work": "100"}}, version=seen)


def test_a_page_from_before_a_step_or_of_no_version_is_refused(story):
    seen = story.claim.version
    first = story.lines[0]
    for wrong in (seen + 5, -1, 0):
        with pytest.raises(Stale):
            story.save({first.pk: {"work": "1"}}, version=wrong)
    move_claim(make.OPERATOR, story.claim, S.UNDER_REVIEW)
    with pytest.raises(Stale):
        story.save({first.pk: {"work": "1"}}, version=seen)


def test_lines_are_known_as_an_older_page_showed_them(story):
    first, second, _ = story.lines
    story.save({first.pk: {"work": "1"}})
    seen = story.claim.version
    story.save({first.pk: {"work": "2"}})
    story.save({first.pk: {"work": "3"}, second.pk: {"work": "4"}})
    shown = as_shown(story.claim, story.lines, seen)
    assert [line.assessed_work for line in shown] == [1_00, 0, 0]
    assert story.work()[:2] == [3_00, 4_00]
