"""A claim as it was: the state at every moment is rebuilt to the cent from what each write replaced (domain §6.9)."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tallystick.access.levels import Level
from tallystick.claims.adding import add_approved_variations
from tallystick.claims.as_at import claim_as_at, claim_at_end_of, earlier_revisions
from tallystick.claims.creation import create_claim, delete_claim, restore_claim
from tallystick.claims.details import change_details
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.review.marking import Mark, approve_remaining, mark_lines, take_proposed
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of, lock_claim, save_paid
from tallystick.core import clock
from tallystick.core.dates import due_moment
from tallystick.core.errors import BadInput, TallystickProblem
from tests import factories as make

S = ClaimStatus
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)

CLAIM_COLUMNS = [field.attname for field in Claim._meta.concrete_fields]
LINE_COLUMNS = [field.attname for field in ClaimLine._meta.concrete_fields]


def state(claim, lines):
    """Everything that stands in the columns of a claim and its lines."""
    return (
        {name: getattr(claim, name) for name in CLAIM_COLUMNS},
        [{name: getattr(line, name) for name in LINE_COLUMNS} for line in lines],
    )


def stored(claim):
    found = Claim.objects.get(pk=claim.pk)
    return state(found, list(ClaimLine.objects.filter(claim=found).order_by("position", "pk")))


# --- what may happen to claims, by chance -------------------------------------------------------------------

figures = st.integers(-5_000_00, 30_000_00)
lines = st.integers(0, 3)
TYPING = st.tuples(
    st.just("type"), lines, st.sampled_from(["work", "materials_new", "work_retention"]), figures
)
MARKING = st.tuples(st.just("mark"), lines, st.sampled_from(list(LineReview)), figures)
MOVING = st.tuples(st.just("move"), st.sampled_from(list(S)))
OTHERS = st.tuples(st.sampled_from(["approve", "take", "vary", "details", "delete", "pay"]))
DEEDS = st.lists(
    st.tuples(st.sampled_from([0, 0, 1]), st.one_of(TYPING, TYPING, MARKING, MOVING, MOVING, OTHERS)),
    min_size=4,
    max_size=16,
)


QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without looking for the shortest sequence that fails, which takes minutes on stories of two claims."""


class Job:
    def __init__(self):
        self.project = make.make_project(over_claiming="allow")
        self.contract = make.make_contract(
            self.project, retention_cap="percent_original", retention_cap_bp=300
        )
        self.period = make.open_period_of(self.project)
        self.by = make.actor_of(make.make_member(self.project, Level.ADMIN))
        first = create_claim(self.by, self.contract, self.period)
        second = create_claim(self.by, self.contract, self.period, in_spite_of_unfinished=True)
        self.claims = [first, second]

    def do(self, claim, deed, *what):
        """Do it if it can be done; what is refused has changed nothing."""
        with suppress(TallystickProblem):
            getattr(self, f"_{deed}")(claim, lines_of(claim), *what)

    def _type(self, claim, rows, line, column, amount):
        save_entries(self.by, claim, [EntryEdit(rows[line % len(rows)].pk, **{column: amount})])

    def _mark(self, claim, rows, line, review, amount):
        mark_lines(self.by, claim, [Mark(rows[line % len(rows)].pk, review, "Because of it", work=amount)])

    def _move(self, claim, rows, target):
        if target in (S.APPROVED_AS_NOTED, S.PENDING_OWNER_APPROVAL):
            approve_remaining(self.by, claim)
        move_claim(self.by, claim, target, reason="It is time")

    def _approve(self, claim, rows):
        approve_remaining(self.by, claim)

    def _take(self, claim, rows):
        take_proposed(self.by, claim, [line.pk for line in rows])

    def _vary(self, claim, rows):
        make.make_variation(self.contract)
        add_approved_variations(self.by, claim)

    def _details(self, claim, rows):
        change_details(
            self.by,
            claim,
            period=None,
            billing_date=date(2026, 3, 1 + claim.version % 28),
            reference=f"INV {claim.version}",
            comment="",
        )

    def _pay(self, claim, rows):
        with transaction.atomic():
            locked = lock_claim(claim.pk)
            save_paid(locked, locked.paid + 1_00)

    def _delete(self, claim, rows):
        delete_claim(self.by, claim)
        restore_claim(self.by, claim)


class AnyHistory(TestCase):
    @settings(max_examples=25, deadline=None, phases=QUICKLY, suppress_health_check=[HealthCheck.too_slow])
    @given(DEEDS)
    def test_every_state_of_two_chained_claims_is_rebuilt_as_it_was(self, deeds):
        now = MORNING
        with clock.at(now):
            job = Job()
        remembered = []
        for which, deed in deeds:
            now += timedelta(hours=7)
            with clock.at(now):
                job.do(job.claims[which], *deed)
            remembered.append((now, [stored(claim) for claim in job.claims]))
        for moment, states in remembered:
            for claim, was in zip(job.claims, states, strict=True):
                assert state(*claim_as_at(Claim.objects.get(pk=claim.pk), moment)) == was


# --- days ----------------------------------------------------------------------------------------------------


@pytest.fixture
def job(db):
    with clock.at(MORNING):
        return Job()


def test_a_day_means_its_end_where_the_project_is(job):
    claim = job.claims[0]
    line = lines_of(claim)[0]
    midnight = due_moment(date(2026, 3, 10), job.project.time_zone)
    with clock.at(midnight - timedelta(seconds=1)):
        save_entries(job.by, claim, [EntryEdit(line.pk, work=1_00)])
    with clock.at(midnight):
        save_entries(job.by, claim, [EntryEdit(line.pk, work=2_00)])
    claim.refresh_from_db()
    shown = [claim_at_end_of(claim, date(2026, 3, day))[1][0].claimed_work for day in (9, 10, 11)]
    assert shown == [0, 1_00, 2_00]


def test_before_it_existed_it_is_said_in_words(job):
    with pytest.raises(BadInput, match=r"did not exist yet: it was created on 2 Mar 2026"):
        claim_at_end_of(job.claims[0], date(2026, 3, 1))
    with pytest.raises(BadInput, match="did not exist yet"):
        claim_as_at(job.claims[0], MORNING - timedelta(seconds=1))
    assert claim_at_end_of(job.claims[0], date(2026, 3, 2))[0].status == S.DRAFT


def test_rebuilding_asks_a_fixed_number_of_questions(job, django_assert_num_queries):
    claim = job.claims[0]
    line = lines_of(claim)[0]
    for step in range(12):
        with clock.at(MORNING + timedelta(days=step + 1)):
            save_entries(job.by, claim, [EntryEdit(line.pk, work=step + 1)])
    claim.refresh_from_db()
    with django_assert_num_queries(3):
        assert claim_as_at(claim, MORNING + timedelta(days=4))[1][0].claimed_work == 4


def test_an_earlier_revision_is_kept_with_its_figures(job):
    claim = job.claims[0]
    with clock.at(MORNING + timedelta(days=1)):
        delete_claim(job.by, job.claims[1])
        save_entries(job.by, claim, [EntryEdit(lines_of(claim)[0].pk, work=5_000_00)])
        move_claim(job.by, claim, S.UNDER_REVIEW)
        move_claim(job.by, claim, S.APPROVED)
    with clock.at(MORNING + timedelta(days=2)):
        move_claim(job.by, claim, S.DRAFT, reason="Wrong line")
        save_entries(job.by, claim, [EntryEdit(lines_of(claim)[0].pk, work=1_00)])
    claim.refresh_from_db()
    (before,) = earlier_revisions(claim)
    assert (before.revision, before.certified_this_period) == (0, 5_000_00)
    assert before.certified_at == MORNING + timedelta(days=1)
    was, rows = claim_as_at(claim, MORNING + timedelta(days=1))
    assert (was.status, was.revision, rows[0].certified_work) == (S.APPROVED, 0, 5_000_00)
    assert was.frozen["claimant"]["name"] == job.contract.company.name
