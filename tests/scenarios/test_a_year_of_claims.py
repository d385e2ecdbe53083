"""A subcontract from its first claim to its last: twelve periods, a resubmission, credits, retention released."""

from datetime import date

import pytest

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.states import RetentionCap, StoredMaterialsMode
from tallystick.core import clock
from tallystick.core.dates import add_months, start_of_day
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus

SCHEDULE = [("Piling", 120_000_00), ("Footings", 80_000_00), ("Slab", 200_000_00), ("Columns", 99_999_99)]
MONTHS = 12


def test_twelve_periods_end_with_nothing_left_to_pay():
    project = make.make_project(time_zone="Pacific/Auckland", locale="en-NZ", currency="NZD")
    contract = make.make_contract(
        project,
        lines=SCHEDULE,
        work_retention_bp=1000,
        retain_materials=True,
        materials_retention_bp=500,
        retention_cap=RetentionCap.PERCENT_ORIGINAL,
        retention_cap_bp=500,
        stored_materials_mode=StoredMaterialsMode.MOVE,
        tax_bp=1500,
    )
    contact = make.actor_of(make.make_claim_contact(contract))
    admin = make.actor_of(make.make_member(project, Level.ADMIN))
    start = date(2025, 7, 1)
    for month in range(MONTHS):
        first = add_months(start, month)
        with clock.at(start_of_day(first, project.time_zone)):
            period = make.open_period_of(
                project, start=first, end=add_months(first, 1).replace(day=1) - DAY, due=first.replace(day=25)
            )
            if month == 4:
                make.make_variation(contract, [("Rock excavation", 33_333_33)], title="Rock")
                make.make_variation(contract, [("Omit upstand", -12_345_67)], title="Upstand")
            claim = create_claim(contact, contract, period)
            _claim(contact, claim, month)
            move_claim(contact, claim, S.UNDER_REVIEW)
            if month == 2:
                claim = _sent_back_and_cut(admin, contact, claim)
            move_claim(admin, claim, S.APPROVED_AS_NOTED if month == 2 else S.APPROVED)
    claims = list(Claim.objects.filter(contract=contract).order_by("number"))
    _check_chain(claims)
    cap = 24_999_99 + 1  # 5 % of 499,999.99, half up
    assert max(claim.total_retention for claim in claims) == cap
    last = claims[-1]
    assert (last.total_retention, last.balance_to_finish) == (0, 0)
    assert last.completed_to_date == last.sum_to_date == 499_999_99 + 33_333_33 - 12_345_67
    assert sum(claim.payment_due for claim in claims) == last.sum_to_date


DAY = date(2025, 1, 2) - date(2025, 1, 1)


def _claim(actor, claim: Claim, month: int) -> None:
    """A tenth or so each month; materials now and then; in the last month whatever is left, and all retention."""
    edits = []
    for line in lines_of(claim):
        left = line.scheduled_value - line.previous_work - line.previous_materials
        if month == MONTHS - 1:
            edits.append(EntryEdit(line.pk, work=left))
        elif month % 3 == 1:
            edits.append(EntryEdit(line.pk, work=left // 11, materials_new=left // 37))
        else:
            edits.append(EntryEdit(line.pk, work=left // 9))
    save_entries(actor, claim, edits)
    if month == MONTHS - 1:
        held = [
            EntryEdit(
                line.pk,
                work_released=line.work_retention_held + line.work_retention_released,
                materials_released=line.materials_retention_held + line.materials_retention_released,
            )
            for line in lines_of(claim)
        ]
        save_entries(actor, claim, held)


def _sent_back_and_cut(admin, contact, claim: Claim) -> Claim:
    """The reviewer sends it back, the contact lowers a line, the reviewer cuts another."""
    move_claim(admin, claim, S.REVISE_AND_RESUBMIT, reason="The first line is ahead of the work")
    first, second = lines_of(claim)[:2]
    save_entries(contact, claim, [EntryEdit(first.pk, work=first.claimed_work - 1_000_01)])
    move_claim(contact, claim, S.UNDER_REVIEW)
    cut = EntryEdit(second.pk, work=second.claimed_work - 500_00, review_reason="One bay is not poured")
    return save_entries(admin, claim, [cut]).claim


def _check_chain(claims: list[Claim]) -> None:
    """Domain §16.3, on what the database holds."""
    assert [claim.number for claim in claims] == list(range(1, MONTHS + 1))
    previous = 0
    for claim in claims:
        lines = lines_of(claim)
        assert claim.previous_certificates == previous
        assert sum(line.scheduled_value for line in lines) == claim.sum_to_date
        assert sum(line.total_completed for line in lines) == claim.completed_to_date
        held = sum(line.work_retention_held + line.materials_retention_held for line in lines)
        assert held == claim.total_retention
        assert claim.payment_due + claim.previous_certificates + claim.balance_to_finish == claim.sum_to_date
        assert sum(line.net_this_period for line in lines) == claim.payment_due
        previous = claim.earned_less_retention
