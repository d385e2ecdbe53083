"""Reviewing line by line: marks, reasons, proposed amounts, and what a claim may become of it (domain §5.3, §6.4)."""

import pytest

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.claims.adding import add_approved_variations
from tallystick.claims.creation import create_claim
from tallystick.claims.detail import claim_page
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import ClaimLine, LineReview
from tallystick.claims.moving import move_claim, move_claims, possible_moves
from tallystick.claims.review.marking import Mark, approve_remaining, mark_lines, take_proposed
from tallystick.claims.review.rounds import last_round, rounds_of
from tallystick.claims.review.verdict import lines_named
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.actions import LineInput
from tallystick.core.errors import BadInput, Refused, Stale
from tests import factories as make

pytestmark = pytest.mark.django_db
S, R = ClaimStatus, LineReview


class Job:
    """A claim of three lines under review: 10,000.00, 5,000.00 and 2,000.00 claimed."""

    def __init__(self, **facts):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project, **facts)
        self.period = make.open_period_of(self.project)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN, name="Ann Admin"))
        self.contact = make.actor_of(make.make_claim_contact(self.contract, "Carl Contact"))
        self.claim = create_claim(self.admin, self.contract, self.period)
        self.type(10_000_00, 5_000_00, 2_000_00)
        self.move(S.UNDER_REVIEW, self.admin)

    @property
    def lines(self):
        return lines_of(self.claim)

    def type(self, *amounts, actor=None):
        edits = [EntryEdit(line.pk, work=amount) for line, amount in zip(self.lines, amounts, strict=False)]
        self.claim = save_entries(actor or self.admin, self.claim, edits).claim

    def move(self, target, actor=None, **more):
        self.claim = move_claim(actor or self.admin, self.claim, target, **more)
        return self.claim

    def mark(self, line, review=None, reason=None, **more):
        self.claim = mark_lines(
            self.admin, self.claim, [Mark(self.lines[line].pk, review, reason, **more)]
        ).claim


@pytest.fixture
def job():
    return Job()


def amounts(line: ClaimLine):
    return line.claimed_work, line.assessed_work, line.certified_work


# --- marks ---------------------------------------------------------------------------------------------------


def test_rejecting_a_line_changes_none_of_its_amounts(job):
    job.mark(0, R.REJECTED, "The east pier is not poured")
    line = job.lines[0]
    assert (line.review, line.review_reason) == (R.REJECTED, "The east pier is not poured")
    assert amounts(line) == (10_000_00, 10_000_00, None)


def test_a_proposed_amount_is_what_is_assessed_and_leaves_what_was_claimed(job):
    job.mark(0, R.REJECTED, "The east pier is not poured", work=8_000_00)
    assert amounts(job.lines[0]) == (10_000_00, 8_000_00, None)
    assert (job.claim.claimed_this_period, job.claim.assessed_this_period) == (17_000_00, 15_000_00)


def test_a_line_is_not_rejected_without_a_word(job):
    first, second = job.lines[:2]
    with pytest.raises(BadInput, match="Lines 1 and 2 are rejected without a reason") as problem:
        mark_lines(job.admin, job.claim, [Mark(first.pk, R.REJECTED), Mark(second.pk, R.REJECTED, "  ")])
    assert set(problem.value.fields) == {f"line-{first.pk}", f"line-{second.pk}"}
    assert {line.review for line in job.lines} == {R.NO_ACTION}


def test_the_reason_of_a_rejected_line_can_not_be_taken_away(job):
    job.mark(0, R.REJECTED, "Not poured")
    with pytest.raises(BadInput, match="without a reason"):
        job.mark(0, reason="")


def test_approving_after_all_takes_the_reason_along_unless_the_line_stays_cut(job):
    job.mark(0, R.REJECTED, "Not poured")
    job.mark(1, R.REJECTED, "Half of it", work=2_500_00)
    job.mark(0, R.APPROVED)
    job.mark(1, R.APPROVED)
    assert [line.review_reason for line in job.lines] == ["", "Half of it", ""]
    job.mark(1, R.APPROVED, as_claimed=True)
    assert (job.lines[1].review_reason, amounts(job.lines[1])) == ("", (5_000_00, 5_000_00, None))


def test_a_mark_can_be_taken_off_again(job):
    job.mark(0, R.APPROVED)
    job.mark(0, R.NO_ACTION)
    assert job.lines[0].review == R.NO_ACTION


def test_a_share_of_what_was_claimed_goes_over_many_lines_to_the_cent(job):
    job.move(S.DRAFT)
    job.type(100_01, 33_33, 2_000_00)
    job.move(S.UNDER_REVIEW)
    marks = [Mark(line.pk, R.REJECTED, "Half done", of_claimed_bp=50_00) for line in job.lines]
    job.claim = mark_lines(job.admin, job.claim, marks).claim
    assert [line.assessed_work for line in job.lines] == [50_01, 16_67, 1_000_00]


def test_by_unit_a_quantity_is_proposed_and_the_work_follows():
    job = Job(
        accounting_method="unit",
        lines=[LineInput("Kerb", quantity=100_0000, unit="m", unit_price=33_3350)],
    )
    job.move(S.DRAFT)
    line = job.lines[0]
    save_entries(job.admin, job.claim, [EntryEdit(line.pk, quantity=40_0000)])
    job.move(S.UNDER_REVIEW)
    job.mark(0, R.REJECTED, "Measured 30 m", quantity=30_0000)
    assert (job.lines[0].assessed_quantity, job.lines[0].assessed_work) == (30_0000, 1_000_05)
    job.mark(0, of_claimed_bp=50_00)
    assert (job.lines[0].assessed_quantity, job.lines[0].assessed_work) == (20_0000, 666_70)


def test_approving_what_is_left_marks_only_what_has_no_mark(job):
    job.mark(0, R.REJECTED, "Not poured")
    job.claim = approve_remaining(job.admin, job.claim).claim
    assert [line.review for line in job.lines] == [R.REJECTED, R.APPROVED, R.APPROVED]


def test_approving_what_is_left_of_a_group_or_of_chosen_lines():
    job = Job()
    job.move(S.DRAFT)
    variation = make.make_variation(job.contract)
    job.claim = add_approved_variations(job.admin, job.claim)
    job.move(S.UNDER_REVIEW)
    approve_remaining(job.admin, job.claim, group=variation.pk)
    assert [line.review for line in job.lines] == [R.NO_ACTION] * 3 + [R.APPROVED]
    approve_remaining(job.admin, job.claim, line_ids={job.lines[1].pk})
    assert [line.review for line in job.lines] == [R.NO_ACTION, R.APPROVED, R.NO_ACTION, R.APPROVED]
    approve_remaining(job.admin, job.claim, group=0)
    assert {line.review for line in job.lines} == {R.APPROVED}


def test_one_action_is_one_readable_event_and_the_same_again_is_none(job):
    marks = [Mark(job.lines[0].pk, R.REJECTED, "Not poured"), Mark(job.lines[1].pk, R.APPROVED)]
    before = Event.objects.count()
    mark_lines(job.admin, job.claim, marks)
    mark_lines(job.admin, job.claim, marks)
    assert Event.objects.count() == before + 1
    event = Event.objects.latest("pk")
    assert (event.name, event.facts["summary"]) == ("claim.reviewed", "1 rejected, 1 approved")


def test_only_an_administrator_reviews_and_only_while_it_is_under_review(job):
    mark = [Mark(job.lines[0].pk, R.APPROVED)]
    with pytest.raises(Refused, match="Only an administrator reviews"):
        mark_lines(job.contact, job.claim, mark)
    with pytest.raises(Refused, match="Only an administrator reviews"):
        approve_remaining(job.contact, job.claim)
    job.move(S.APPROVED)
    with pytest.raises(Refused, match="while the progress claim is Under Review"):
        mark_lines(job.admin, job.claim, mark)


def test_a_review_of_an_older_version_writes_nothing(job):
    version = job.claim.version
    job.mark(1, R.APPROVED)
    with pytest.raises(Stale):
        mark_lines(job.admin, job.claim, [Mark(job.lines[0].pk, R.APPROVED)], version=version)
    with pytest.raises(Stale):
        approve_remaining(job.admin, job.claim, version=version)
    assert [line.review for line in job.lines] == [R.NO_ACTION, R.APPROVED, R.NO_ACTION]


def test_a_line_of_another_claim_is_told_apart(job):
    with pytest.raises(BadInput, match="1 line is no longer in this progress claim"):
        mark_lines(job.admin, job.claim, [Mark(10**9, R.APPROVED)])


# --- what may come of it -------------------------------------------------------------------------------------


def test_approve_is_for_a_claim_as_it_was_made(job):
    job.mark(0, R.REJECTED, "Not poured", work=9_000_00)
    with pytest.raises(Refused, match=r"Line 1 is assessed otherwise than claimed. Use Approve as noted"):
        job.move(S.APPROVED)
    assert job.move(S.APPROVED_AS_NOTED).certified_this_period == 16_000_00


def test_a_cut_that_a_rise_makes_up_for_is_still_noted(job):
    job.type(9_000_00, 6_000_00)
    save_entries(job.admin, job.claim, [EntryEdit(job.lines[0].pk, review_reason="Moved to line 2")])
    assert job.claim.claimed_this_period == job.claim.assessed_this_period
    with pytest.raises(Refused, match="Lines 1 and 2 are assessed otherwise"):
        job.move(S.APPROVED)


@pytest.mark.parametrize("target", [S.APPROVED_AS_NOTED, S.PENDING_OWNER_APPROVAL])
def test_every_cut_has_its_reason_before_it_is_certified(job, target):
    job.type(9_000_00, 4_000_00)
    with pytest.raises(
        Refused, match=r"Lines 1 and 2 are assessed at less than was claimed, and no reason is given"
    ):
        job.move(target)
    for line in job.lines[:2]:
        save_entries(job.admin, job.claim, [EntryEdit(line.pk, review_reason="Not there yet")])
    assert job.move(target).status == target


def test_a_rejected_line_that_is_not_cut_has_no_answer_yet(job):
    job.mark(0, R.REJECTED, "Not poured")
    for target in (S.APPROVED, S.APPROVED_AS_NOTED, S.PENDING_OWNER_APPROVAL):
        with pytest.raises(Refused, match=r"Line 1 is rejected, but assessed at all that was claimed"):
            job.move(target)


def test_the_owners_answer_to_a_cut_claim_is_as_noted(job):
    job.mark(0, R.REJECTED, "Not poured", work=9_000_00)
    job.move(S.PENDING_OWNER_APPROVAL)
    with pytest.raises(Refused, match="Use Approve as noted"):
        job.move(S.APPROVED)
    assert job.move(S.APPROVED_AS_NOTED).status == S.APPROVED_AS_NOTED


def test_a_larger_credit_is_a_cut_too():
    job = Job(lines=[("Footings", 50_000_00), ("Credit for formwork", -5_000_00)])
    job.move(S.DRAFT)
    job.type(10_000_00, -1_000_00)
    job.move(S.UNDER_REVIEW)
    job.type(10_000_00, -2_000_00)
    with pytest.raises(Refused, match="Line 2 is assessed at less"):
        job.move(S.APPROVED_AS_NOTED)


def test_certifying_approves_whatever_has_no_mark(job):
    job.mark(0, R.REJECTED, "Not poured", work=9_000_00)
    job.move(S.APPROVED_AS_NOTED)
    assert [line.review for line in job.lines] == [R.REJECTED, R.APPROVED, R.APPROVED]


def test_sending_back_says_why_on_a_line_or_in_general(job):
    with pytest.raises(BadInput, match="Say why this progress claim goes back") as problem:
        job.move(S.REVISE_AND_RESUBMIT)
    assert set(problem.value.fields) == {"reason"}
    job.mark(0, R.REJECTED, "Not poured")
    assert job.move(S.REVISE_AND_RESUBMIT).status == S.REVISE_AND_RESUBMIT


def test_a_reason_longer_than_anybody_reads_moves_nothing(job):
    with pytest.raises(BadInput, match="Shorten"):
        move_claim(job.admin, job.claim, S.REVISE_AND_RESUBMIT, reason="x" * 2001)
    job.claim.refresh_from_db()
    assert job.claim.status == S.UNDER_REVIEW


def test_the_buttons_know_what_the_review_came_to(job):
    job.type(9_000_00)
    told = {target: decision for target, _, decision in possible_moves(job.admin, job.claim)}
    assert not told[S.APPROVED]
    assert "no reason is given" in told[S.APPROVED_AS_NOTED].reason
    assert told[S.REVISE_AND_RESUBMIT]


def test_in_bulk_each_claim_has_its_own_answer(job):
    other = create_claim(job.admin, make.make_contract(job.project), job.period)
    move_claim(job.admin, other, S.UNDER_REVIEW)
    job.mark(0, R.REJECTED, "Not poured", work=9_000_00)
    cut, whole = move_claims(job.admin, [job.claim, other], S.APPROVED)
    assert (cut.done, whole.done) == (False, True)
    assert "Use Approve as noted" in cut.reason


def test_many_lines_are_named_shortly():
    assert lines_named(["1"], "is", "are") == "Line 1 is"
    assert (
        lines_named([str(n) for n in range(1, 20)], "is", "are") == "Lines 1, 2, 3, 4, 5, 6 and 13 more are"
    )


# --- round trips ---------------------------------------------------------------------------------------------


def test_what_is_sent_back_comes_with_proposals_that_can_be_taken(job):
    job.mark(0, R.REJECTED, "Not poured", work=8_000_00)
    job.mark(1, R.REJECTED, "No docket")
    job.move(S.REVISE_AND_RESUBMIT)
    first, second, _ = job.lines
    assert (amounts(first), first.proposed_work) == ((10_000_00, 10_000_00, None), 8_000_00)
    assert second.proposed_work is None
    job.claim = take_proposed(job.contact, job.claim, [first.pk, second.pk]).claim
    version = job.claim.version
    assert [line.claimed_work for line in job.lines] == [8_000_00, 5_000_00, 2_000_00]
    assert job.claim.claimed_this_period == job.claim.assessed_this_period == 15_000_00
    assert take_proposed(job.contact, job.claim, [first.pk]).claim.version == version


def test_proposals_are_taken_by_who_may_type_and_when(job):
    stranger = make.actor_of(make.make_member(job.project, Level.STANDARD))
    job.mark(0, R.REJECTED, "Not poured", work=8_000_00)
    line = job.lines[0].pk
    with pytest.raises(Refused, match="under review"):
        take_proposed(job.contact, job.claim, [line])
    with pytest.raises(Refused, match="once the progress claim was sent back"):
        take_proposed(job.admin, job.claim, [line])
    job.move(S.REVISE_AND_RESUBMIT)
    with pytest.raises(Refused):
        take_proposed(stranger, job.claim, [line])
    with pytest.raises(Stale):
        take_proposed(job.contact, job.claim, [line], version=job.claim.version - 1)


def test_round_two_begins_without_marks_and_remembers_round_one(job):
    job.mark(0, R.REJECTED, "Not poured", work=8_000_00)
    job.move(S.REVISE_AND_RESUBMIT, reason="See line 1")
    job.type(9_000_00, actor=job.contact)
    job.move(S.UNDER_REVIEW, job.contact)
    assert {(line.review, line.review_reason) for line in job.lines} == {(R.NO_ACTION, "")}
    before = last_round(job.claim)
    was = before.lines[job.lines[0].pk]
    assert before.ended_in == "sent back"
    assert (was.review, was.review_reason) == (R.REJECTED, "Not poured")
    assert amounts(was) == (10_000_00, 8_000_00, None)
    assert amounts(job.lines[0]) == (9_000_00, 9_000_00, None)


def test_the_round_trips_are_kept_with_people_reasons_and_figures(job):
    assert last_round(job.claim) is None
    job.mark(0, R.REJECTED, "Not poured", work=8_000_00)
    job.move(S.REVISE_AND_RESUBMIT, reason="See line 1")
    job.type(9_000_00, actor=job.contact)
    job.move(S.UNDER_REVIEW, job.contact)
    job.move(S.APPROVED)
    first, second = rounds_of(job.claim)
    assert (first.submitted.label, first.submitted.who, first.submitted.claimed) == (
        "Submitted",
        "Ann Admin",
        17_000_00,
    )
    answer = first.answered
    assert (answer.label, answer.reason) == ("Sent back for revision", "See line 1")
    assert (answer.claimed, answer.assessed, answer.rejected) == (17_000_00, 15_000_00, 1)
    assert (second.submitted.label, second.submitted.who) == ("Resubmitted", "Carl Contact")
    assert (second.answered.label, second.answered.assessed) == ("Approved", 16_000_00)


def test_reopening_for_review_begins_a_round_with_the_marks_as_they_were(job):
    job.mark(0, R.REJECTED, "Not poured", work=8_000_00)
    job.move(S.APPROVED_AS_NOTED)
    job.move(S.UNDER_REVIEW, reason="The owner disagrees")
    assert (job.claim.revision, job.lines[0].review, job.lines[0].assessed_work) == (1, R.REJECTED, 8_000_00)
    assert [one.submitted.label for one in rounds_of(job.claim)] == ["Submitted", "Reopened for review"]


def test_reviewing_a_thousand_lines_takes_the_same_few_queries(django_assert_max_num_queries):
    job = Job(lines=[(f"Item {n}", 1_000_00) for n in range(400)])
    with django_assert_max_num_queries(70):
        approve_remaining(job.admin, job.claim)
    assert {line.review for line in job.lines} == {R.APPROVED}


def test_the_first_choice_follows_from_the_review(job):
    assert claim_page(job.admin, job.claim).primary.verb == "Approve"
    job.mark(0, R.REJECTED, "Not poured")
    page = claim_page(job.admin, job.claim)
    assert (page.primary.verb, page.primary.needs_reason) == ("Send back for revision", False)
    job.mark(0, work=9_000_00)
    assert claim_page(job.admin, job.claim).primary.verb == "Approve as noted"
