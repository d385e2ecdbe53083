"""A claim's life through the actions, to the cent."""

from datetime import date, timedelta

import pytest

from tallystick.access.levels import Level
from tallystick.audit.queries import history
from tallystick.claims.creation import create_claim, delete_claim, restore_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.moving import move_claim, move_claims
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.actions import LineInput
from tallystick.core.dates import due_moment
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.directory import actions as directory
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


def story(**facts):
    project = make.make_project()
    contract = make.make_contract(project, **facts)
    period = make.open_period_of(project)
    admin = make.actor_of(make.make_member(project, Level.ADMIN))
    return project, contract, period, admin


def typed(actor, claim, **columns):
    """Type the same cells on the lines: ``typed(actor, claim, work=[1, 2, 3])``."""
    lines = lines_of(claim)
    edits = [
        EntryEdit(line.pk, **{name: values[i] for name, values in columns.items()})
        for i, line in enumerate(lines)
        if i < min(map(len, columns.values()))
    ]
    return save_entries(actor, claim, edits).claim


def certified(actor, claim):
    move_claim(actor, claim, S.UNDER_REVIEW)
    return move_claim(actor, claim, S.APPROVED)


def test_a_first_claim_stores_the_nine_lines():
    _, contract, period, admin = story()
    claim = typed(admin, create_claim(admin, contract, period), work=[10_000_00, 5_000_00, 0])
    assert claim.original_sum == 100_000_00
    assert claim.completed_to_date == 15_000_00
    assert claim.work_retention == 750_00
    assert claim.earned_less_retention == 14_250_00
    assert claim.payment_due == 14_250_00
    assert claim.tax == 1_425_00
    assert claim.payment_due_with_tax == 15_675_00
    assert claim.balance_to_finish == 85_750_00
    assert claim.claimed_this_period == claim.assessed_this_period == 15_000_00


def test_the_next_claim_starts_from_the_figures_of_the_one_before():
    _, contract, period, admin = story()
    certified(admin, typed(admin, create_claim(admin, contract, period), work=[10_000_00]))
    second = create_claim(admin, contract, period)
    line = lines_of(second)[0]
    assert (second.number, line.previous_work, line.previous_work_retention) == (2, 10_000_00, 500_00)
    assert second.previous_certificates == 9_500_00
    assert second.payment_due == 0


def test_the_next_claim_waits_for_an_unfinished_one_unless_an_administrator_insists():
    _, contract, period, admin = story()
    create_claim(admin, contract, period)
    with pytest.raises(Refused, match=r"1 of this contract is Draft"):
        create_claim(admin, contract, period)
    assert create_claim(admin, contract, period, in_spite_of_unfinished=True).number == 2


def test_a_draft_follows_the_claim_before_it():
    _, contract, period, admin = story()
    first = create_claim(admin, contract, period)
    second = create_claim(admin, contract, period, in_spite_of_unfinished=True)
    typed(admin, first, work=[20_000_00])
    second.refresh_from_db()
    assert lines_of(second)[0].previous_work == 20_000_00
    assert second.previous_certificates == 19_000_00
    assert any("brought forward" in row.text for row in history(second))


def test_a_reviewer_changes_what_is_assessed_and_never_what_was_claimed():
    _, contract, period, admin = story()
    claim = typed(admin, create_claim(admin, contract, period), work=[10_000_00])
    move_claim(admin, claim, S.UNDER_REVIEW)
    claim = typed(admin, claim, work=[8_000_00])
    line = lines_of(claim)[0]
    assert (line.claimed_work, line.assessed_work, line.certified_work) == (10_000_00, 8_000_00, None)
    assert (claim.claimed_this_period, claim.assessed_this_period) == (10_000_00, 8_000_00)
    save_entries(admin, claim, [EntryEdit(line.pk, review_reason="Two piers are not poured yet")])
    claim = move_claim(admin, claim, S.APPROVED_AS_NOTED)
    line.refresh_from_db()
    assert (line.claimed_work, line.assessed_work, line.certified_work) == (10_000_00, 8_000_00, 8_000_00)
    assert claim.certified_this_period == 8_000_00


def test_a_certified_claim_is_frozen_with_copies_of_what_it_names():
    _, contract, period, admin = story()
    claim = certified(admin, typed(admin, create_claim(admin, contract, period), work=[10_000_00]))
    assert claim.frozen["claimant"]["name"] == contract.company.name
    with pytest.raises(Refused, match="figures are final"):
        typed(admin, claim, work=[1_00])


def test_reopening_needs_a_reason_and_makes_a_revision():
    _, contract, period, admin = story()
    claim = certified(admin, typed(admin, create_claim(admin, contract, period), work=[10_000_00]))
    with pytest.raises(BadInput, match="Say why"):
        move_claim(admin, claim, S.DRAFT)
    claim = move_claim(admin, claim, S.DRAFT, reason="Wrong line")
    assert (claim.revision, claim.frozen, claim.certified_this_period) == (1, None, None)
    assert lines_of(claim)[0].certified_work is None


def test_only_the_latest_claim_can_be_reopened():
    _, contract, period, admin = story()
    first = certified(admin, create_claim(admin, contract, period))
    create_claim(admin, contract, period)
    with pytest.raises(Refused, match="Only the latest"):
        move_claim(admin, first, S.DRAFT, reason="x")


def test_a_stale_page_writes_nothing():
    _, contract, period, admin = story()
    claim = create_claim(admin, contract, period)
    version = claim.version
    typed(admin, claim, work=[1_00])
    line = lines_of(claim)[0]
    with pytest.raises(Stale):
        save_entries(admin, claim, [EntryEdit(line.pk, work=2_00)], version=version)
    line.refresh_from_db()
    assert line.claimed_work == 1_00


@pytest.mark.parametrize("setting", ["project", "account"])
def test_over_claiming_is_refused_by_the_project_or_the_account(setting):
    project, contract, period, admin = story()
    if setting == "project":
        directory.change_project((None, "x"), project, over_claiming="refuse")
    else:
        type(project.account).objects.update(forbid_over_claiming=True)
    claim = create_claim(admin, contract, period)
    with pytest.raises(BadInput, match=r"beyond the scheduled value of \$50,000.00"):
        typed(admin, claim, work=[50_000_01])
    assert ClaimLine.objects.filter(claim=claim, claimed_work__gt=0).count() == 0


def test_a_contact_submits_until_the_end_of_the_due_day(at):
    project, contract, period, admin = story()
    contact = make.actor_of(make.make_claim_contact(contract))
    claim = create_claim(admin, contract, period)

    zone_end = due_moment(period.due, project.time_zone)
    with at(zone_end), pytest.raises(Refused, match="The due date of this billing period was"):
        move_claim(contact, claim, S.UNDER_REVIEW)

    with at(zone_end - timedelta(seconds=1)):
        assert move_claim(contact, claim, S.UNDER_REVIEW).status == S.UNDER_REVIEW


def test_a_claim_sent_back_may_be_resubmitted_after_the_due_day(at):
    project, contract, period, admin = story()
    contact = make.actor_of(make.make_claim_contact(contract))
    claim = create_claim(admin, contract, period)
    move_claim(admin, claim, S.UNDER_REVIEW)
    move_claim(admin, claim, S.REVISE_AND_RESUBMIT, reason="The dockets are missing")

    with at(due_moment(period.due, project.time_zone) + timedelta(days=9)):
        claim = move_claim(contact, claim, S.UNDER_REVIEW)
    assert claim.is_late


def test_a_deleted_draft_comes_back_unless_another_took_its_place():
    _, contract, period, admin = story()
    claim = create_claim(admin, contract, period)
    delete_claim(admin, claim)
    assert not Claim.objects.filter(deleted_at=None).exists()
    assert restore_claim(admin, claim).deleted_at is None
    delete_claim(admin, claim)
    create_claim(admin, contract, period)
    with pytest.raises(Refused, match="was created since"):
        restore_claim(admin, claim)


def test_moving_in_bulk_answers_for_each():
    project, contract, period, admin = story()
    other = make.make_contract(project)
    ready = create_claim(admin, contract, period)
    draft = create_claim(admin, other, period)
    move_claim(admin, ready, S.UNDER_REVIEW)
    outcomes = move_claims(admin, [ready, draft], S.APPROVED)
    assert [(o.done, bool(o.reason)) for o in outcomes] == [(True, False), (False, True)]


def test_approved_variations_join_the_next_claim_and_stand_in_the_box():
    _project, contract, period, admin = story()
    certified(admin, create_claim(admin, contract, period))
    make.make_variation(contract, lines=[("Extra pier", 4_000_00), ("Omit bollards", -1_500_00)])
    claim = create_claim(admin, contract, period)
    assert (claim.net_variations, claim.sum_to_date) == (2_500_00, 102_500_00)
    assert (claim.variation_additions_this, claim.variation_deductions_this) == (4_000_00, -1_500_00)
    certified(admin, claim)
    third = create_claim(admin, contract, period)
    assert (third.variation_additions_this, third.variation_additions_previous) == (0, 4_000_00)


def test_saving_a_thousand_lines_takes_the_same_few_queries(django_assert_max_num_queries):
    project = make.make_project()
    contract = make.make_contract(project, lines=[(f"Item {n}", 1_000_00) for n in range(1_000)])
    period = make.open_period_of(project)
    admin = make.actor_of(make.make_member(project, Level.ADMIN))
    claim = create_claim(admin, contract, period)
    edits = [EntryEdit(line.pk, work=100_00) for line in lines_of(claim)[:500]]
    with django_assert_max_num_queries(80):
        save_entries(admin, claim, edits)
    claim.refresh_from_db()
    assert claim.completed_to_date == 50_000_00


def test_dates_of_the_claim_come_from_its_period():
    _, contract, period, admin = story()
    claim = create_claim(admin, contract, period, billing_date=date(2026, 3, 20))
    assert (claim.period_start, claim.period_end, claim.billing_date) == (
        period.start,
        period.end,
        date(2026, 3, 20),
    )


def test_the_last_quantity_closes_a_line_at_its_scheduled_value():
    """Three thirds of a metre at a price that does not divide: the last one takes the cent."""
    _, contract, period, admin = story(
        accounting_method="unit",
        lines=[LineInput("Kerb", quantity=3_0000, unit="m", unit_price=33_3350)],
    )
    for _ in range(3):
        claim = create_claim(admin, contract, period)
        line = lines_of(claim)[0]
        claim = save_entries(admin, claim, [EntryEdit(line.pk, quantity=1_0000)]).claim
        certified(admin, claim)
    line = lines_of(claim)[0]
    assert (line.total_completed, line.scheduled_value, line.percent_bp) == (100_01, 100_01, 10_000)
