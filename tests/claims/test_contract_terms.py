"""Terms of a contract change while claims are under way: certified ones keep theirs, the others follow."""

import pytest

from tallystick.access.levels import Level
from tallystick.audit.queries import history
from tallystick.claims.contract_terms import change_terms
from tallystick.claims.creation import create_claim
from tallystick.claims.edits import EntryEdit
from tallystick.claims.entries import save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.actions import RuleInput
from tallystick.contracts.states import RuleLimit, StoredMaterialsMode
from tallystick.core.errors import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


@pytest.fixture
def site():
    project = make.make_project()
    contract = make.make_contract(project)  # 5 % on $100,000.00
    admin = make.actor_of(make.make_member(project, Level.ADMIN))
    return contract, make.open_period_of(project), admin


def claim_of(site, *work, **columns) -> Claim:
    contract, period, admin = site
    claim = create_claim(admin, contract, period, in_spite_of_unfinished=True)
    lines = lines_of(claim)
    edits = [EntryEdit(line.pk, work=amount) for line, amount in zip(lines, work, strict=False)]
    if columns:
        edits.append(EntryEdit(lines[-1].pk, **columns))
    return save_entries(admin, claim, edits).claim


def certified(site, claim: Claim) -> Claim:
    move_claim(site[2], claim, S.UNDER_REVIEW)
    return move_claim(site[2], claim, S.APPROVED)


def test_a_draft_follows_a_new_rate_at_once_and_its_history_says_so(site):
    contract, _, admin = site
    claim = claim_of(site, 10_000_00)
    assert claim.total_retention == 500_00
    assert [c.pk for c in change_terms(admin, contract, {"work_retention_bp": 1000})] == [claim.pk]
    claim.refresh_from_db()
    assert (claim.total_retention, claim.payment_due) == (1_000_00, 9_000_00)
    told = history(claim)[-1]
    assert told.name == "claim.terms_followed"
    assert ("total retention", "50000", "100000") in told.changes


def test_a_certified_claim_keeps_what_it_holds_and_the_next_one_starts_from_that(site):
    contract, _, admin = site
    first = certified(site, claim_of(site, 10_000_00))
    change_terms(admin, contract, {"work_retention_bp": 1000})
    first.refresh_from_db()
    assert first.total_retention == 500_00
    contract.refresh_from_db()
    second = claim_of(site, 10_000_00)
    line = lines_of(second)[0]
    assert line.previous_work_retention == 500_00
    assert second.total_retention == 500_00 + 1_000_00
    assert second.previous_certificates + second.payment_due == second.earned_less_retention


def test_every_unfinished_claim_of_the_chain_follows(site):
    contract, _, admin = site
    first, second = claim_of(site, 10_000_00), claim_of(site, 5_000_00)
    change_terms(admin, contract, {"work_retention_bp": 1000, "tax_bp": 0})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.total_retention, second.total_retention) == (1_000_00, 1_500_00)
    assert (first.tax, second.tax) == (0, 0)
    assert second.previous_certificates == first.earned_less_retention
    assert lines_of(second)[0].previous_work_retention == 1_000_00


def test_a_sliding_scale_takes_the_place_of_the_rate_on_drafts_too(site):
    contract, _, admin = site
    claim = claim_of(site, 50_000_00)
    rules = [RuleInput(1000, RuleLimit.AMOUNT, limit_amount=3_000_00)]
    assert change_terms(admin, contract, {}, rules=rules)
    claim.refresh_from_db()
    assert claim.total_retention == 3_000_00


def test_what_was_typed_by_hand_stays(site):
    contract, _, admin = site
    claim = claim_of(site, 10_000_00)
    line = lines_of(claim)[0]
    save_entries(admin, claim, [EntryEdit(line.pk, work_retention=123_45)])
    change_terms(admin, contract, {"work_retention_bp": 1000})
    claim.refresh_from_db()
    assert claim.total_retention == 123_45


def test_stored_materials_of_an_unfinished_claim_follow_the_mode(site):
    contract, _, admin = site
    certified(site, claim_of(site, materials_new=4_000_00))
    claim = claim_of(site)
    assert lines_of(claim)[-1].previous_materials == 4_000_00
    change_terms(admin, contract, {"stored_materials_mode": StoredMaterialsMode.MOVE})
    line = lines_of(claim)[-1]
    assert (line.previous_work, line.previous_materials, line.materials_stored) == (4_000_00, 0, 0)
    assert line.total_completed == 4_000_00


def test_other_facts_touch_no_claim(site):
    contract, _, admin = site
    claim = claim_of(site, 10_000_00)
    version = claim.version
    assert change_terms(admin, contract, {"title": "Concrete and formwork", "is_private": False}) == []
    claim.refresh_from_db()
    assert claim.version == version


def test_nobody_else_changes_terms(site):
    contract, _, _ = site
    contact = make.actor_of(make.make_claim_contact(contract))
    with pytest.raises(Refused):
        change_terms(contact, contract, {"work_retention_bp": 0})
