"""What always holds of claims as they are stored (domain §16.3), over random lives of a contract: claims of every type,
cuts, rounds of Revise & Resubmit, reopening, variations and credits, releases, and a final claim."""

import random

import pytest

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.claims import calc, figures
from tallystick.claims.calc.entry import release
from tallystick.claims.creation import create_claim
from tallystick.claims.edits import EntryEdit
from tallystick.claims.entries import save_entries
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.moving import move_claim
from tallystick.claims.review.verdict import is_changed, is_cut
from tallystick.claims.states import CERTIFIED, ClaimStatus, ClaimType
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import Contract
from tallystick.core.money import apply_rate
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus

CONTRACTS = {
    "plain": {},
    "materials moved on": {
        "retain_materials": True,
        "materials_retention_bp": 500,
        "stored_materials_mode": "move",
    },
    "materials by hand": {"retain_materials": True, "materials_retention_bp": 333, "work_retention_bp": 1000},
    "capped": {"work_retention_bp": 1000, "retention_cap": "percent_revised", "retention_cap_bp": 300},
    "tax on gross": {"tax_basis": "gross", "tax_bp": 1500},
}


KINDS = (ClaimType.ALL, ClaimType.WORK, ClaimType.RELEASE, ClaimType.ALL, ClaimType.ALL)


class Life:
    """A contract whose claims are made, reviewed and certified by chance, looked over after every step."""

    def __init__(self, seed: int, facts: dict[str, object]) -> None:
        self.chance = random.Random(seed)
        project = make.make_project()
        lines = [
            ("Concrete", 50_000_00),
            ("Steel", 33_333_33),
            ("Credit for salvage", -4_000_00),
            ("Plant", 7),
        ]
        self.contract: Contract = make.make_contract(project, lines=lines, over_claiming="allow", **facts)
        self.period = make.open_period_of(project)
        self.actor: Actor = make.actor_of(make.make_member(project, Level.ADMIN))
        self.claims: list[int] = []

    def play(self) -> None:
        """Five periods of one kind of claim each; amounts are left to chance."""
        for number, kind in enumerate(KINDS):
            if number in (1, 3):
                value = self.chance.choice([12_345_67, -2_500_00])
                make.make_variation(self.contract, [("Change", value), ("More of it", 99)])
            claim = self.type_in(self.begin(claim_type=kind))
            claim = self.review(claim, rounds=number % 2, cuts=number in (0, 3))
            if number in (1, 3):
                claim = self.step(claim, S.DRAFT if number == 1 else S.UNDER_REVIEW, "Measured again")
                self.review(claim, cuts=True)

    def begin(self, **facts: object) -> Claim:
        claim = create_claim(self.actor, self.contract, self.period, **facts)
        self.claims.append(claim.pk)
        self.look_over()
        return claim

    def type_in(self, claim: Claim) -> Claim:
        edits = [self.edit(claim, line) for line in lines_of(claim) if self.chance.random() < 0.8]
        claim = save_entries(self.actor, claim, edits).claim
        self.look_over()
        if claim.claim_type == ClaimType.WORK:
            return claim
        lines = lines_of(claim)
        rows = figures.calculate(figures.terms_of(claim.contract), claim, lines).lines
        share = self.chance.choice([0, 2500, 10_000])
        entries = [release(calc.NO_ENTRY, row, work_bp=share, materials_bp=share) for row in rows]
        releases = [
            EntryEdit(line.pk, work_released=entry.work_released, materials_released=entry.materials_released)
            for line, entry in zip(lines, entries, strict=True)
        ]
        claim = save_entries(self.actor, claim, releases).claim
        self.look_over()
        return claim

    def edit(self, claim: Claim, line: ClaimLine) -> EntryEdit:
        if claim.claim_type == ClaimType.RELEASE:
            return EntryEdit(line.pk, comment="Only what is held")
        remaining = apply_rate(line.previous_materials, self.chance.choice([10_000, 5000, 0]))
        balance = line.scheduled_value - line.previous_work - line.previous_materials
        used = line.previous_materials - remaining
        return EntryEdit(
            line.pk,
            work=used + apply_rate(balance, self.chance.choice([0, 1, 1250, 3333, -500, 6000])),
            materials_previous=remaining,
            materials_new=apply_rate(balance, self.chance.choice([0, 0, 777])),
            work_retention=self.chance.choice([None, None, None, 12_34]),
            materials_retention_bp=self.chance.choice([None, None, 250]),
            **({"work_released": 0, "materials_released": 0} if claim.claim_type == ClaimType.ALL else {}),
        )

    def review(self, claim: Claim, *, rounds: int = 0, cuts: bool = False) -> Claim:
        """So many rounds until it is certified, with or without a cut."""
        if claim.status != S.UNDER_REVIEW:
            claim = self.step(claim, S.UNDER_REVIEW)
        for _ in range(rounds):
            claim = self.step(self.cut(claim), S.REVISE_AND_RESUBMIT)
            claim = self.step(self.type_in(claim), S.UNDER_REVIEW)
        if cuts:
            claim = self.cut(claim)
        noted = any(is_changed(line) for line in lines_of(claim))
        return self.step(claim, S.APPROVED_AS_NOTED if noted else S.APPROVED)

    def cut(self, claim: Claim) -> Claim:
        claimed = {line.pk: line.claimed_work for line in lines_of(claim)}
        edits = [
            EntryEdit(
                line.pk,
                work=line.assessed_work - abs(apply_rate(line.assessed_work, 1700)) - 1,
                review="rejected",
                review_reason="Not in place yet",
                work_released=0,
            )
            for line in lines_of(claim)[::2]
            if line.assessed_work
        ]
        claim = save_entries(self.actor, claim, edits).claim
        assert {line.pk: line.claimed_work for line in lines_of(claim)} == claimed
        self.look_over()
        return claim

    def step(self, claim: Claim, target: ClaimStatus, reason: str = "As agreed on site") -> Claim:
        claim = move_claim(self.actor, claim, target, reason=reason)
        self.look_over()
        return claim

    def finish(self) -> Claim:
        claim = self.begin(claim_type=ClaimType.ALL, is_final=True)
        everything = [
            EntryEdit(
                line.pk, work=line.scheduled_value - line.previous_work, materials_previous=0, materials_new=0
            )
            for line in lines_of(claim)
        ]
        save_entries(self.actor, claim, everything)
        releases = [
            EntryEdit(
                line.pk,
                work_released=line.work_retention_held,
                materials_released=line.materials_retention_held,
            )
            for line in lines_of(claim)
        ]
        claim = save_entries(self.actor, claim, releases).claim
        claim = self.step(claim, S.UNDER_REVIEW)
        return self.step(claim, S.APPROVED)

    def look_over(self, *, all_of_them: bool = False) -> None:
        """The latest claim or all of them with their lines, and what ties each to the one before it."""
        earned = due = 0
        claims = Claim.objects.select_related("contract__project__account").in_bulk(self.claims)
        for key in self.claims:
            claim = claims[key]
            if all_of_them or key == self.claims[-1]:
                _agrees_with_its_lines(claim, lines_of(claim))
            assert claim.previous_certificates == earned
            earned, due = claim.earned_less_retention, due + claim.payment_due
            assert due == earned


def _agrees_with_its_lines(claim: Claim, lines: list[ClaimLine]) -> None:
    def total(*names: str) -> int:
        return sum(getattr(line, name) for line in lines for name in names)

    assert claim.sum_to_date == total("scheduled_value") == claim.original_sum + claim.net_variations
    assert claim.completed_to_date == total("previous_work", "assessed_work", "materials_stored")
    assert claim.total_retention == total("work_retention_held", "materials_retention_held")
    assert claim.total_retention == claim.work_retention + claim.materials_retention
    assert claim.earned_less_retention == claim.completed_to_date - claim.total_retention
    assert claim.payment_due == claim.earned_less_retention - claim.previous_certificates
    assert claim.payment_due == total("net_this_period")
    assert claim.payment_due + claim.previous_certificates + claim.balance_to_finish == claim.sum_to_date
    assert claim.assessed_this_period == total("gross_this_period")
    for line in lines:
        given = line.work_retention_this + line.materials_retention_this
        back = line.work_retention_released + line.materials_retention_released
        held_before = line.previous_work_retention + line.previous_materials_retention
        assert line.work_retention_held + line.materials_retention_held == held_before + given - back
        assert line.total_completed == line.previous_work + line.assessed_work + line.materials_stored
        assert line.balance == line.scheduled_value - line.total_completed
        assert line.net_this_period == line.gross_this_period - given + back
        if claim.status in CERTIFIED:
            assert line.certified_work == line.assessed_work
        if claim.status in (S.DRAFT, S.REVISE_AND_RESUBMIT):
            assert line.claimed_work == line.assessed_work
        if claim.claim_type == ClaimType.RELEASE:
            assert line.gross_this_period == 0
        if claim.claim_type == ClaimType.WORK:
            assert back == 0
    if claim.status not in CERTIFIED:
        again = figures.calculate(figures.terms_of(claim.contract), claim, lines)
        assert again.summary.payment_due_with_tax == claim.payment_due_with_tax
        assert [row.net_this_period for row in again.lines] == [line.net_this_period for line in lines]


@pytest.mark.parametrize(
    ("kind", "seed"), [*zip(CONTRACTS, range(5), strict=True), ("materials by hand", 11)]
)
def test_a_contracts_life_adds_up_at_every_step(kind: str, seed: int) -> None:
    life = Life(seed, CONTRACTS[kind])
    life.play()
    assert any(is_cut(line) for claim in Claim.objects.filter(pk__in=life.claims) for line in lines_of(claim))
    final = life.finish()
    life.look_over(all_of_them=True)
    assert final.balance_to_finish == final.total_retention == 0
    assert final.completed_to_date == final.sum_to_date == final.earned_less_retention
    dues = Claim.objects.filter(pk__in=life.claims).values_list("payment_due", flat=True)
    assert sum(dues) == final.sum_to_date
