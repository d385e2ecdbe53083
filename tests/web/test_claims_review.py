"""The review, the comparison, the history and the claim as it was, as requests."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.review.marking import Mark, mark_lines
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.documents.models import ClaimDocument
from tests import factories as make

pytestmark = pytest.mark.django_db
S, R = ClaimStatus, LineReview
MORNING = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(MORNING):
        yield


class Job:
    def __init__(self, lines=make.DEFAULT_LINES, **facts):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project, number="SC-1", lines=lines, **facts)
        self.period = make.open_period_of(self.project)
        self.admin = make.make_member(self.project, Level.ADMIN, name="Ann Admin")
        self.contact = make.make_claim_contact(self.contract, "Carl Contact")
        self.by_admin = make.signed_in(self.admin)
        self.by_contact = make.signed_in(self.contact)
        self.claim = create_claim(make.actor_of(self.contact), self.contract, self.period)
        edits = [EntryEdit(line.pk, work=1_000_00 * n) for n, line in enumerate(self.lines, 1)]
        save_entries(make.actor_of(self.contact), self.claim, edits)
        self.move(S.UNDER_REVIEW, self.contact)

    @property
    def lines(self):
        return lines_of(self.claim)

    def move(self, target, person=None, **more):
        self.claim = move_claim(make.actor_of(person or self.admin), self.claim, target, **more)

    def reject(self, line, reason="Not poured", **amounts):
        mark = Mark(self.lines[line].pk, R.REJECTED, reason, **amounts)
        self.claim = mark_lines(make.actor_of(self.admin), self.claim, [mark]).claim

    def at(self, name, *more):
        return reverse(name, args=[self.claim.pk, *more])

    def send(self, client, do="save", name="claim-review", **fields):
        self.claim.refresh_from_db()
        sent = {"version": self.claim.version, "do": do, **fields}
        return client.post(self.at(name), sent)


@pytest.fixture
def job():
    return Job()


def page(client, address, status=200, **query):
    response = client.get(address, query)
    assert response.status_code == status, response.status_code
    return response.content.decode()


# --- the reviewer --------------------------------------------------------------------------------------------


def test_a_reviewer_marks_lines_gives_reasons_and_proposes_amounts_in_one_form(job):
    first, second, third = job.lines
    answer = job.send(
        job.by_admin,
        **{
            f"review-{first.pk}": "approved",
            f"review-{second.pk}": "rejected",
            f"reason-{second.pk}": "Only one bay is poured",
            f"work-{second.pk}": "1,500.00",
            f"work-{third.pk}": "3,000.00",
        },
    )
    assert answer.status_code == 302
    first, second, third = job.lines
    assert (first.review, second.review, third.review) == (R.APPROVED, R.REJECTED, R.NO_ACTION)
    assert (second.claimed_work, second.assessed_work) == (2_000_00, 1_500_00)
    html = page(job.by_admin, job.at("claim-review"))
    assert "The review is saved." in html
    assert "Only one bay is poured" in html
    assert "−500.00" in html


def test_what_cannot_stand_comes_back_with_what_was_typed(job):
    line = job.lines[0]
    answer = job.send(
        job.by_admin, **{f"review-{line.pk}": "rejected", f"work-{line.pk}": "9oo", f"reason-{line.pk}": "Hm"}
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'value="9oo"' in html
    assert "Nothing was saved yet" in html
    answer = job.send(job.by_admin, **{f"review-{line.pk}": "rejected"})
    assert answer.status_code == 422
    assert "Line 1 is rejected without a reason" in answer.content.decode()
    assert job.lines[0].review == R.NO_ACTION


def test_a_review_from_a_page_that_is_out_of_date_is_refused_and_kept(job):
    old = job.claim.version
    job.reject(0)
    line = job.lines[1]
    for do in ("save", "remaining", "approve"):
        answer = job.send(
            job.by_admin, do, version=old, line=[line.pk], **{f"reason-{line.pk}": "What I had typed"}
        )
        assert answer.status_code == 409
        assert "Somebody else changed this" in answer.content.decode()
        assert "What I had typed" in answer.content.decode()
    assert job.lines[1].review == R.NO_ACTION


def test_sending_the_form_twice_is_harmless(job):
    line = job.lines[0]
    sent = {f"review-{line.pk}": "approved"}
    job.send(job.by_admin, **sent)
    version = Claim.objects.get(pk=job.claim.pk).version
    assert job.send(job.by_admin, **sent).status_code == 302
    assert Claim.objects.get(pk=job.claim.pk).version == version
    assert "Nothing was changed." in page(job.by_admin, job.at("claim-review"))


def test_ticked_lines_are_rejected_with_one_reason_or_assessed_at_a_share(job):
    first, second, third = job.lines
    job.send(job.by_admin, "reject", line=[first.pk, second.pk], bulk_reason="No dockets")
    assert [(line.review, line.review_reason) for line in job.lines[:2]] == [(R.REJECTED, "No dockets")] * 2
    job.send(job.by_admin, "share", line=[second.pk, third.pk], bulk_reason="Half done", bulk_share="50%")
    assert [line.assessed_work for line in job.lines] == [1_000_00, 1_000_00, 1_500_00]
    job.send(job.by_admin, "clear", line=[first.pk])
    job.send(job.by_admin, "approve", line=[third.pk])
    assert [line.review for line in job.lines] == [R.NO_ACTION, R.REJECTED, R.APPROVED]


def test_pressing_without_ticking_says_so(job):
    answer = job.send(job.by_admin, "approve")
    assert answer.status_code == 422
    assert "Tick the lines first." in answer.content.decode()
    answer = job.send(job.by_admin, "share", line=[job.lines[0].pk], bulk_reason="Half")
    assert "Type which percentage" in answer.content.decode()


def test_select_all_means_every_page_of_the_filter():
    job = Job(lines=[(f"Item {n}", 5_000_00) for n in range(1, 104)])
    html = page(job.by_admin, job.at("claim-review"))
    assert "Lines 1–100 of 103" in html
    assert "Lines 101–103 of 103" in page(job.by_admin, job.at("claim-review"), page="2")
    assert page(job.by_admin, job.at("claim-review"), page="9").count("data-select-row") == 3
    job.reject(0)
    job.send(job.by_admin, "approve", line=[job.lines[1].pk], all_matching="1", show="unmarked")
    assert [line.review for line in job.lines] == [R.REJECTED] + [R.APPROVED] * 102


def test_what_is_left_is_approved_together_with_what_was_typed(job):
    first = job.lines[0]
    job.send(job.by_admin, "remaining", **{f"review-{first.pk}": "rejected", f"reason-{first.pk}": "No"})
    assert [line.review for line in job.lines] == [R.REJECTED, R.APPROVED, R.APPROVED]


@pytest.mark.parametrize(
    ("show", "expected"),
    [("all", 3), ("billed", 2), ("differences", 1), ("rejected", 1), ("unmarked", 2), ("nonsense", 2)],
)
def test_lines_are_filtered(job, show, expected):
    job.move(S.DRAFT)
    save_entries(make.actor_of(job.contact), job.claim, [EntryEdit(job.lines[2].pk, work=0)])
    job.move(S.UNDER_REVIEW)
    job.reject(0, work=500_00)
    assert (
        page(job.by_admin, job.at("claim-review"), show=show, page="7").count("data-select-row") == expected
    )


def test_a_claim_without_marks_can_be_sent_back_with_a_reason_alone(job):
    answer = job.send(job.by_admin, name="claim-status", target="revise_and_resubmit")
    assert answer.status_code == 302
    assert job.claim.status == S.UNDER_REVIEW
    html = page(job.by_admin, job.at("claim"))
    assert "Say why this progress claim goes back" in html
    job.send(job.by_admin, name="claim-status", target="revise_and_resubmit", reason="Dockets are missing")
    job.claim.refresh_from_db()
    assert job.claim.status == S.REVISE_AND_RESUBMIT
    assert "Dockets are missing" in page(job.by_contact, job.at("claim"))


def test_the_button_says_why_a_cut_claim_cannot_be_approved(job):
    job.reject(0, work=500_00)
    html = page(job.by_admin, job.at("claim-review"))
    assert "Line 1 is assessed otherwise than claimed. Use Approve as noted" in html


# --- the claimant --------------------------------------------------------------------------------------------


def test_a_contact_reads_the_review_and_types_nothing_into_it(job):
    html = page(job.by_contact, job.at("claim-review"))
    assert "data-select-row" not in html
    assert "Only an administrator reviews" in html
    line = job.lines[0]
    assert job.send(job.by_contact, **{f"review-{line.pk}": "approved"}).status_code == 403
    assert job.lines[0].review == R.NO_ACTION


def test_a_contact_sees_the_reasons_and_takes_what_is_proposed(job):
    job.reject(0, "East pier is missing", work=400_00)
    job.move(S.REVISE_AND_RESUBMIT)
    html = page(job.by_contact, job.at("claim-review"))
    assert "Sent back by Ann Admin" in html
    assert "East pier is missing" in html
    assert html.count("data-select-row") == 1, "what was objected to comes first"
    first = job.lines[0]
    job.send(job.by_contact, "take", line=[first.pk])
    assert job.lines[0].claimed_work == 400_00
    job.send(job.by_contact, "save", show="all", **{f"comment-{first.pk}": "We pour on Friday"})
    assert job.lines[0].comment == "We pour on Friday"
    job.move(S.UNDER_REVIEW, job.contact)
    html = page(job.by_admin, job.at("claim-review"))
    assert "We pour on Friday" in html
    assert "East pier is missing" in html
    assert "−600.00" in html
    assert page(job.by_admin, job.at("claim-review"), show="revised").count("data-select-row") == 1


def test_all_proposals_are_taken_at_once(job):
    for line in (0, 1):
        job.reject(line, work=300_00)
    job.move(S.REVISE_AND_RESUBMIT)
    assert "Take all 2 proposed amounts" in page(job.by_contact, job.at("claim-review"))
    job.send(job.by_contact, "take-all")
    assert [line.claimed_work for line in job.lines] == [300_00, 300_00, 3_000_00]


def test_lines_that_are_hidden_are_on_none_of_the_pages(job):
    contract = make.make_contract(job.project, is_private=True, private_list_sees_sov=False)
    person = make.make_member(job.project, commitments=Level.READ_ONLY)
    make.contracts.add_to_private_list(make.OPERATOR, contract, person)
    claim = create_claim(make.OPERATOR, contract, job.period)
    save_entries(make.OPERATOR, claim, [EntryEdit(lines_of(claim)[0].pk, work=123_45)])
    reader = make.signed_in(person)
    for name in ("claim-review", "claim-comparison", "claim-as-at", "claim-history"):
        html = page(reader, reverse(name, args=[claim.pk]))
        assert "Footings" not in html
        assert "work this period" not in html


# --- variations approved since -------------------------------------------------------------------------------


def test_variations_approved_since_are_offered_and_added_once(job):
    job.move(S.DRAFT)
    make.make_variation(job.contract, [("Extra pier", 4_000_00)])
    assert "1 variation approved since is not on this progress claim" in page(job.by_contact, job.at("claim"))
    for _ in range(2):
        assert job.by_contact.post(job.at("claim-variations")).status_code == 302
    assert [line.description for line in job.lines][3:] == ["Extra pier"]
    job.claim.refresh_from_db()
    assert (job.claim.sum_to_date, job.claim.variation_additions_this) == (104_000_00, 4_000_00)
    assert "approved since" not in page(job.by_contact, job.at("claim"))


def test_nothing_is_added_while_the_claim_is_reviewed(job):
    make.make_variation(job.contract)
    assert "approved since" not in page(job.by_admin, job.at("claim"))
    assert job.by_admin.post(job.at("claim-variations")).status_code == 403


# --- comparing -----------------------------------------------------------------------------------------------


def test_a_claim_is_held_against_the_one_before_largest_differences_first(job):
    job.move(S.APPROVED)
    second = create_claim(make.actor_of(job.admin), job.contract, job.period)
    lines = lines_of(second)
    save_entries(make.actor_of(job.admin), second, [EntryEdit(lines[2].pk, work=9_000_00)])
    html = page(job.by_admin, reverse("claim-comparison", args=[second.pk]))
    assert html.index("Columns") < html.index("Slab on ground") < html.index("Footings")
    assert "+6,000.00" in html
    html = page(job.by_admin, reverse("claim-comparison", args=[second.pk]), order="lines")
    assert html.index("Footings") < html.index("Columns")


def test_a_first_claim_has_nothing_to_be_compared_with(job):
    assert "Nothing to compare with yet" in page(job.by_admin, job.at("claim-comparison"))


def test_a_resubmission_is_held_against_what_was_submitted_before(job):
    job.reject(0, work=500_00)
    job.move(S.REVISE_AND_RESUBMIT)
    save_entries(make.actor_of(job.contact), job.claim, [EntryEdit(job.lines[0].pk, work=700_00)])
    job.move(S.UNDER_REVIEW, job.contact)
    html = page(job.by_admin, job.at("claim-comparison"), **{"with": "round"})
    assert "What was submitted before" in html
    assert "−300.00" in html
    assert "Something else stands on 1 of 3 lines" in html


def test_a_revision_is_held_against_the_one_that_was_certified(job):
    job.move(S.APPROVED)
    job.move(S.DRAFT, reason="Wrong line")
    save_entries(make.actor_of(job.admin), job.claim, [EntryEdit(job.lines[1].pk, work=2_500_00)])
    html = page(job.by_admin, job.at("claim-comparison"), **{"with": "revision"})
    assert "First certificate" in html
    assert "+500.00" in html


# --- history and as it was -----------------------------------------------------------------------------------


def test_the_history_is_told_by_day_and_narrowed(job):
    with clock.at(MORNING + timedelta(days=1)):
        job.reject(0, "East pier is missing", work=400_00)
    html = page(job.by_admin, job.at("claim-history"))
    assert html.index(">11 Mar 2026</h3>") < html.index(">10 Mar 2026</h3>")
    assert "reviewed 1 line of this progress claim: 1 rejected" in html
    assert "Line 1 Footings" in html
    assert "East pier is missing" in page(job.by_admin, job.at("claim-history"), kind="review")
    assert "reviewed 1 line" not in page(job.by_admin, job.at("claim-history"), kind="steps")
    assert "reviewed 1 line" not in page(job.by_admin, job.at("claim-history"), who="Carl Contact")
    only = page(job.by_admin, job.at("claim-history"), line="3")
    assert "Line 3 Columns" in only
    assert "Line 1 Footings" not in only
    assert "Nothing in the history matches" in page(job.by_admin, job.at("claim-history"), line="99")


def test_two_lines_of_the_same_number_are_told_apart():
    lines = [
        make.LineInput("Left wing", 5_000_00, item_number="1"),
        make.LineInput("Right wing", 5_000_00, item_number="1"),
    ]
    html = page((job := Job(lines=lines)).by_admin, job.at("claim-history"))
    assert "Line 1 Left wing" in html
    assert "Line 1 Right wing" in html


def test_long_lists_of_changes_have_a_page_of_their_own():
    job = Job(lines=[(f"Item {n}", 500_000_00) for n in range(1, 31)])
    html = page(job.by_admin, job.at("claim-history"))
    assert "All 30 changes, 18 more than here" in html
    event = re.search(r'/history/(\d+)"', html)[1]
    whole = page(job.by_admin, job.at("claim-event", int(event)))
    assert "Item 30" in whole
    other = Job()
    assert other.by_admin.get(other.at("claim-event", int(event))).status_code == 404


def test_the_rounds_stand_in_the_history_with_people_and_figures(job):
    job.reject(0, work=400_00)
    job.move(S.REVISE_AND_RESUBMIT, reason="See line 1")
    html = page(job.by_admin, job.at("claim-history"))
    assert "Submitted by Carl Contact" in html
    assert "Sent back for revision by Ann Admin" in html
    assert "See line 1" in html


def test_the_claim_as_it_was_is_shown_with_its_status_and_figures(job):
    with clock.at(MORNING + timedelta(days=2)):
        job.reject(0, work=400_00)
        job.move(S.APPROVED_AS_NOTED)
        html = page(job.by_admin, job.at("claim-as-at"), on="2026-03-10")
        assert "as it was at the end of 10 Mar 2026" in html
        assert "Under Review" in html
        assert "6,000.00" in html
        now = page(job.by_admin, job.at("claim-as-at"))
        assert "as it is now" in now
        assert "5,400.00" in now


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2026-03-09", "did not exist yet"), ("soon", "Type a day such as"), ("1066-10-14", "Check the year")],
)
def test_a_day_that_cannot_be_shown_is_answered_in_words(job, typed, said):
    assert said in page(job.by_admin, job.at("claim-as-at"), status=422, on=typed)


def test_the_paper_of_that_day_is_marked_and_not_kept(job):
    answer = job.by_contact.get(job.at("claim-as-at-pdf"), {"on": "2026-03-10"})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert "as at 2026-03-10.pdf" in answer.headers["Content-Disposition"]
    assert not ClaimDocument.objects.exists()


def test_the_certificate_of_an_earlier_revision_stays_reachable_to_the_byte(job):
    job.move(S.APPROVED)
    given = b"".join(job.by_admin.get(job.at("claim-pdf")).streaming_content)
    job.move(S.DRAFT, reason="Wrong line")
    save_entries(make.actor_of(job.admin), job.claim, [EntryEdit(job.lines[0].pk, work=5_00)])
    html = page(job.by_contact, job.at("claim-history"))
    assert "Earlier revisions" in html
    again = job.by_contact.get(job.at("claim-revision-pdf", 0))
    assert b"".join(again.streaming_content) == given
    assert job.by_admin.get(job.at("claim-revision-pdf", 1)).status_code == 404


def test_a_certificate_that_nobody_fetched_in_time_is_made_from_what_stood_then(job):
    job.move(S.APPROVED)
    job.move(S.UNDER_REVIEW, reason="The owner disagrees")
    answer = job.by_admin.get(job.at("claim-revision-pdf", 0))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert ClaimDocument.objects.get().revision == 0


# --- statuses of several -------------------------------------------------------------------------------------


def test_sending_several_back_asks_for_a_reason_where_no_line_says_it(job):
    address = reverse("claim-statuses", args=[job.project.pk])
    sent = {"claim": [job.claim.pk], "target": "revise_and_resubmit", "confirm": "1"}
    answer = job.by_admin.post(address, sent)
    assert answer.status_code == 422
    assert "1 progress claim goes back without a rejected line" in answer.content.decode()
    assert job.by_admin.post(address, sent | {"reason": "Dockets are missing"}).status_code == 302
    job.claim.refresh_from_db()
    assert job.claim.status == S.REVISE_AND_RESUBMIT


def test_several_statuses_say_which_claims_were_cut(job):
    job.reject(0, work=400_00)
    address = reverse("claim-statuses", args=[job.project.pk])
    html = job.by_admin.post(address, {"claim": [job.claim.pk]}).content.decode()
    assert "Use Approve as noted" in html


# --- what it costs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["claim-review", "claim-history", "claim-as-at", "claim-comparison"])
def test_the_pages_ask_no_more_for_more_lines(name):
    def asked(lines):
        job = Job(lines=[(f"Item {n}", 50_000_00) for n in range(lines)])
        job.reject(0, work=1_00)
        job.move(S.REVISE_AND_RESUBMIT)
        address = job.at(name)
        job.by_admin.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert job.by_admin.get(address).status_code == 200
        return len(seen)

    assert asked(3) == asked(40)


# --- deleting and undoing ------------------------------------------------------------------------------------


def test_a_deleted_draft_is_brought_back_from_the_list_or_the_contract(job):
    job.move(S.DRAFT)
    contract = reverse("contract", args=[job.contract.pk])
    assert "Restore" not in page(job.by_admin, contract)
    job.by_admin.post(job.at("claim-deletion"))
    assert "Undo" in page(job.by_admin, reverse("claims", args=[job.project.pk]))
    assert "Claim 1 was deleted" in page(job.by_admin, contract)
    assert "was deleted" not in page(job.by_contact, contract)
    for _ in range(2):
        assert job.by_admin.post(job.at("claim-restoration")).status_code == 302
    job.claim.refresh_from_db()
    assert job.claim.deleted_at is None
    assert "Restore" not in page(job.by_admin, contract)


def test_what_took_its_place_stays(job):
    job.move(S.DRAFT)
    job.by_admin.post(job.at("claim-deletion"))
    create_claim(make.actor_of(job.admin), job.contract, job.period)
    assert "Restore" not in page(job.by_admin, reverse("contract", args=[job.contract.pk]))
    assert job.by_admin.post(job.at("claim-restoration")).status_code == 403
