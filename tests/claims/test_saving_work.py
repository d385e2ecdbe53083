"""How much is done to save a claim: as many queries whatever its size, work in proportion to its lines, and no row
or column written that stays as it is."""

import re
import sys
from types import FrameType
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.grid.saving import save_cells
from tallystick.claims.models import Claim, ClaimChange, ClaimLine
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def claim_of(lines: int, **facts: Any) -> tuple[Actor, Claim]:
    """A draft on a contract of so many lines of 1,000.00 each, and somebody who may type into it."""
    project = make.make_project()
    schedule = [(f"Item {number}", 1_000_00) for number in range(lines)]
    contract = make.make_contract(project, lines=schedule, **facts)
    period = make.open_period_of(project)
    actor = make.actor_of(make.make_member(project, Level.ADMIN))
    return actor, create_claim(actor, contract, period)


def edits_of(claim: Claim, count: int, work: int = 100_00) -> list[EntryEdit]:
    return [EntryEdit(line.pk, work=work) for line in lines_of(claim)[:count]]


def queries_of(work: Any) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        work()
    return [query["sql"] for query in queries.captured_queries]


def calls_of(work: Any) -> int:
    """How many functions are called on the way."""
    count = 0

    def counting(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_a_save_takes_as_many_queries_whatever_the_lines() -> None:
    counts = set()
    for lines, typed in ((3, 1), (3, 3), (40, 1), (40, 40)):
        actor, claim = claim_of(lines)
        edits = edits_of(claim, typed)
        counts.add(len(queries_of(lambda: save_entries(actor, claim, edits))))  # noqa: B023 - called at once
    assert len(counts) == 1, counts


def test_typed_cells_take_as_many_queries_whatever_the_lines() -> None:
    counts = set()
    for lines in (2, 40):
        actor, claim = claim_of(lines)
        cells = {line.pk: {"work": "10%"} for line in lines_of(claim)}
        counts.add(len(queries_of(lambda: save_cells(actor, claim, cells, claim.version))))  # noqa: B023
    assert len(counts) == 1, counts


def test_a_step_and_the_next_claim_take_as_many_queries_whatever_the_lines() -> None:
    counts = set()
    for lines in (2, 40):
        actor, claim = claim_of(lines)
        save_entries(actor, claim, edits_of(claim, lines))

        def month(actor: Actor = actor, claim: Claim = claim) -> None:
            move_claim(actor, claim, ClaimStatus.UNDER_REVIEW)
            move_claim(actor, claim, ClaimStatus.APPROVED)
            create_claim(actor, claim.contract, claim.period)

        counts.add(len(queries_of(month)))
    assert len(counts) == 1, counts


def test_the_work_of_saving_grows_with_the_lines_and_no_faster() -> None:
    def calls(lines: int) -> int:
        actor, claim = claim_of(
            lines, work_retention_bp=500, retention_cap="amount", retention_cap_amount=100_00
        )
        edits = edits_of(claim, lines)
        return calls_of(lambda: save_entries(actor, claim, edits))

    calls(5)  # what is done once for all, is
    few, twice, many = calls(50), calls(100), calls(200)
    assert many - twice <= 2.1 * (twice - few), (few, twice, many)


def test_only_what_changed_is_written() -> None:
    actor, claim = claim_of(6, work_retention_bp=500)
    save_entries(actor, claim, edits_of(claim, 6))
    line = lines_of(claim)[2]
    written = queries_of(lambda: save_entries(actor, claim, [EntryEdit(line.pk, work=200_00)]))
    (update,) = [sql for sql in written if "UPDATE" in sql and "claims_claimline" in sql]
    columns = set(re.findall(r'"(\w+)" = ', update))
    assert {"claimed_work", "assessed_work", "total_completed", "percent_bp", "version"} <= columns
    assert not columns & {"description", "scheduled_value", "previous_work", "review", "materials_stored"}
    change = ClaimChange.objects.filter(claim=claim).order_by("-pk")[0]
    assert list(change.before["lines"]) == [str(line.pk)]
    assert change.before["lines"][str(line.pk)]["claimed_work"] == 100_00


def test_a_save_that_changes_nothing_writes_nothing() -> None:
    actor, claim = claim_of(3)
    save_entries(actor, claim, edits_of(claim, 3))
    version = Claim.objects.get(pk=claim.pk).version
    written = queries_of(lambda: save_entries(actor, claim, edits_of(claim, 3)))
    assert not [sql for sql in written if sql.startswith(("UPDATE", "INSERT"))]
    assert Claim.objects.get(pk=claim.pk).version == version


def test_every_line_is_written_where_a_limit_shares_retention_out_anew() -> None:
    actor, claim = claim_of(4, work_retention_bp=1000, retention_cap="amount", retention_cap_amount=20_00)
    save_entries(actor, claim, edits_of(claim, 4))
    assert [line.work_retention_this for line in lines_of(claim)] == [5_00] * 4
    first = lines_of(claim)[0]
    save_entries(actor, claim, [EntryEdit(first.pk, work=500_00)])
    assert [line.work_retention_this for line in lines_of(claim)] == [12_50, 2_50, 2_50, 2_50]
    versions = [line.version for line in lines_of(claim)]
    assert versions[0] > versions[1] == versions[2] == versions[3], "only one was typed on"


def test_lines_are_rows_like_any_other_though_they_are_read_quickly() -> None:
    _, claim = claim_of(2)
    line = ClaimLine.objects.get(pk=lines_of(claim)[0].pk)
    assert line == lines_of(claim)[0] and not line._state.adding and line._state.db == "default"
    assert line.claim == claim and line.sov_line.contract == claim.contract
    line.comment = "Looked at"
    line.save()
    line.refresh_from_db()
    assert line.comment == "Looked at"
    partly = ClaimLine.objects.only("item_number").get(pk=line.pk)
    assert partly.get_deferred_fields() >= {"comment", "claimed_work"}
    assert partly.comment == "Looked at"
    beside = ClaimLine.objects.select_related("sov_line").defer("sov_line__description").get(pk=line.pk)
    assert beside.sov_line.description == "Item 0"
