"""The breakdown of a schedule of values: from a contact's draft to the lines that claims bill (R-SSOV, domain §7)."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.access.entry import entry_of
from tallystick.access.levels import Level
from tallystick.audit.queries import history
from tallystick.claims.creation import claimable_lines, create_claim, delete_claim, restore_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.listing.rows import ListFilters
from tallystick.claims.moving import move_claim
from tallystick.claims.policies import can_create_claim
from tallystick.claims.queries import claims_page
from tallystick.claims.states import ClaimStatus, ListState
from tallystick.claims.storage import lines_of
from tallystick.contracts import sub_sov
from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.queries import sums_of, with_sums
from tallystick.contracts.sov import set_groups, set_sov_lines
from tallystick.contracts.states import SubSovStatus
from tallystick.contracts.sub_sov import (
    DetailInput,
    breakdown_of,
    fingerprint,
    move_breakdown,
    save_breakdown,
    take_over_whole_lines,
    use_breakdown,
)
from tallystick.contracts.sub_sov_policies import can_edit_breakdown, can_use_breakdown
from tallystick.core import clock
from tallystick.core.arithmetic import allocate
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.notifications.models import Message
from tallystick.notifications.sending import send_due
from tests import factories as make

pytestmark = pytest.mark.django_db
B = SubSovStatus


@pytest.fixture(autouse=True)
def in_march():
    with clock.at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


S = ClaimStatus


class Job:
    """A subcontract of three lines whose contact breaks it down."""

    def __init__(self, **facts):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project, **facts)
        self.person = make.make_claim_contact(self.contract, "Carl Contact")
        self.contact = make.actor_of(self.person)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN))
        self.period = make.open_period_of(self.project)
        use_breakdown(self.admin, self.contract, True)

    @property
    def now(self):
        return Contract.objects.select_related("project__account", "company").get(pk=self.contract.pk)

    def write(self, *amounts, actor=None):
        """Amounts of detail lines for each line of the contract, in its order."""
        parts = breakdown_of(self.contract)
        return save_breakdown(
            actor or self.contact,
            self.contract,
            {
                part.line.pk: [DetailInput(f"Pour {n}", amount) for n, amount in enumerate(given, 1)]
                for part, given in zip(parts, amounts, strict=False)
            },
        )

    def approved(self):
        self.write([20_000_00, 30_000_00], [10_000_00, 15_000_00, 5_000_00], [20_000_00])
        move_breakdown(self.contact, self.contract, B.UNDER_REVIEW)
        move_breakdown(self.admin, self.contract, B.APPROVED)
        return self


def test_it_goes_from_draft_over_review_to_approved():
    job = Job()
    assert job.now.sub_sov_status == B.DRAFT
    job.approved()
    assert job.now.sub_sov_status == B.APPROVED
    said = [row.text for row in history(job.contract)]
    assert any("asked for a subcontractor schedule of values" in one for one in said)
    assert any("from Under Review to Approved" in one for one in said)


def test_a_contact_is_mailed_why_it_came_back_and_resubmits():
    job = Job()
    job.write([50_000_00], [30_000_00], [20_000_00])
    move_breakdown(job.contact, job.contract, B.UNDER_REVIEW)
    with pytest.raises(Refused, match="under review"):
        job.write([1_00], [], [])
    with pytest.raises(BadInput, match="Say what is to be changed"):
        move_breakdown(job.admin, job.contract, B.REVISE_AND_RESUBMIT, reason=" ")
    move_breakdown(job.admin, job.contract, B.REVISE_AND_RESUBMIT, reason="Split the footings by zone.")
    assert job.now.sub_sov_reason == "Split the footings by zone."
    assert send_due() == len(mail.outbox) == 1
    assert mail.outbox[0].to == [job.person.email]
    assert "Split the footings by zone." in mail.outbox[0].body
    (token,) = re.findall(r"/e/(\S+)", mail.outbox[0].body)
    assert entry_of(token).path == f"/contracts/{job.contract.pk}/breakdown"
    assert "subcontractor schedule of values" in mail.outbox[0].subject
    job.write([20_000_00, 30_000_00], [30_000_00], [20_000_00])
    move_breakdown(job.contact, job.contract, B.UNDER_REVIEW)
    assert job.now.sub_sov_reason == ""


def test_each_contact_is_mailed_alone_and_each_time_anew():
    job = Job()
    make.make_claim_contact(job.contract, "Bea Contact")
    job.write([50_000_00], [30_000_00], [20_000_00])
    for reason in ("Split it.", "Split it further."):
        move_breakdown(job.contact, job.contract, B.UNDER_REVIEW)
        move_breakdown(job.admin, job.contract, B.REVISE_AND_RESUBMIT, reason=reason)
    assert send_due() == 4
    assert [len(message.to) for message in mail.outbox] == [1] * 4


def test_nothing_is_mailed_for_other_steps():
    Job().approved()
    assert not Message.objects.exists()


@pytest.mark.parametrize("left", [1, -1, 8_500_00])
def test_it_is_not_submitted_while_anything_remains(left):
    job = Job()
    job.write([50_000_00 - left], [30_000_00], [20_000_00])
    with pytest.raises(BadInput, match="Something remains on 1 line: 1 ") as problem:
        move_breakdown(job.contact, job.contract, B.UNDER_REVIEW)
    line = breakdown_of(job.contract)[0].line
    assert list(problem.value.fields) == [str(line.pk)]
    assert job.now.sub_sov_status == B.DRAFT


def test_it_is_not_approved_once_an_administrator_left_something_open():
    job = Job()
    job.write([50_000_00], [30_000_00], [20_000_00])
    move_breakdown(job.contact, job.contract, B.UNDER_REVIEW)
    job.write([49_000_00], [30_000_00], [20_000_00], actor=job.admin)
    with pytest.raises(BadInput, match=r"1,000\.00"):
        move_breakdown(job.admin, job.contract, B.APPROVED)


@settings(max_examples=25, deadline=None)
@given(
    weights=st.lists(st.integers(1, 999), min_size=1, max_size=8),
    off=st.sampled_from([-1, 0, 1]),
    value=st.sampled_from([50_000_00, -7_777_77, 1, 99_999_999_99]),
)
def test_only_what_sums_exactly_is_complete(weights, off, value):
    amounts = allocate(value, weights)
    amounts[0] += off
    details = tuple(SovLine(scheduled_value=amount) for amount in amounts)
    part = sub_sov.Part(SovLine(scheduled_value=value), details)
    assert part.remaining == -off
    assert part.is_complete is (off == 0)


def test_by_quantity_the_extended_amounts_have_to_sum_exactly():
    job = Job(
        accounting_method="unit",
        lines=[make.LineInput("Dig in rock", quantity=1_000_0000, unit="m³", unit_price=18_5000)],
    )
    line = breakdown_of(job.contract)[0].line
    halves = [
        DetailInput("North", quantity=400_0000, unit="m³", unit_price=18_5000),
        DetailInput("South", quantity=600_0000, unit="m³", unit_price=18_5000),
    ]
    parts = save_breakdown(job.contact, job.contract, {line.pk: halves[:1]})
    assert parts[0].remaining == 11_100_00
    parts = save_breakdown(job.contact, job.contract, {line.pk: halves})
    assert parts[0].is_complete
    assert [d.quantity for d in parts[0].details] == [400_0000, 600_0000]


def test_a_credit_among_the_detail_lines_counts_with_its_sign():
    job = Job()
    parts = job.write([55_000_00, -5_000_00], [30_000_00], [20_000_00])
    assert all(part.is_complete for part in parts)


def test_lines_nobody_broke_down_are_taken_over_whole():
    job = Job()
    job.write([20_000_00, 30_000_00])
    parts = take_over_whole_lines(job.contact, job.contract)
    assert [len(part.details) for part in parts] == [2, 1, 1]
    assert all(part.is_complete for part in parts)
    assert parts[1].details[0].description == "Slab on ground"
    assert parts[1].details[0].item_number == "2.1"


def test_a_saved_line_keeps_its_identity_and_a_cleared_one_goes():
    job = Job()
    first, second = job.write([20_000_00, 30_000_00])[0].details
    part = breakdown_of(job.contract)[0]
    rows = [DetailInput("Zone A", 50_000_00, id=second.pk)]
    after = save_breakdown(job.contact, job.contract, {part.line.pk: rows})[0].details
    assert [(d.pk, d.description) for d in after] == [(second.pk, "Zone A")]
    assert not SovLine.objects.filter(pk=first.pk).exists()


def test_a_page_that_is_older_than_the_breakdown_overwrites_nothing():
    job = Job()
    seen = fingerprint(breakdown_of(job.contract))
    job.write([50_000_00])
    with pytest.raises(Stale, match="Somebody else"):
        save_breakdown(job.contact, job.contract, {}, seen=seen)
    with pytest.raises(Stale):
        move_breakdown(job.contact, job.contract, B.UNDER_REVIEW, seen=seen)


def test_rows_without_words_or_of_another_line_are_told_by_their_place():
    job = Job()
    one, two, _ = breakdown_of(job.contract)
    foreign = save_breakdown(job.contact, job.contract, {two.line.pk: [DetailInput("Slab", 30_000_00)]})[1]
    rows = [DetailInput(" ", 1), DetailInput("Theirs", 1, id=foreign.details[0].pk)]
    with pytest.raises(BadInput) as problem:
        save_breakdown(job.contact, job.contract, {one.line.pk: rows})
    assert set(problem.value.fields) == {f"{one.line.pk}:1", f"{one.line.pk}:2"}


# --- who may -------------------------------------------------------------------------------------------------


def test_only_contacts_of_this_contract_and_administrators_write_it():
    job = Job()
    other = make.actor_of(make.make_claim_contact(make.make_contract(job.project)))
    standard = make.actor_of(make.make_member(job.project, Level.STANDARD))
    for actor in (other, standard):
        assert not can_edit_breakdown(actor, job.now)
        with pytest.raises(Refused):
            job.write([1_00], actor=actor)
        with pytest.raises(Refused):
            move_breakdown(actor, job.contract, B.UNDER_REVIEW)
    assert can_edit_breakdown(job.contact, job.now)
    assert can_edit_breakdown(job.admin, job.now)


@pytest.mark.parametrize("target", [B.APPROVED, B.REVISE_AND_RESUBMIT, B.DRAFT])
def test_a_contact_decides_nothing_about_it(target):
    job = Job()
    job.write([50_000_00], [30_000_00], [20_000_00])
    move_breakdown(job.contact, job.contract, B.UNDER_REVIEW)
    with pytest.raises(Refused, match="Only an administrator"):
        move_breakdown(job.contact, job.contract, target, reason="x")


def test_a_contact_does_not_switch_it_on_or_off():
    job = Job()
    with pytest.raises(Refused, match="Admin"):
        use_breakdown(job.contact, job.contract, False)


def test_the_contract_with_the_client_has_none():
    project = make.make_project()
    head = make.make_head_contract(project)
    with pytest.raises(Refused, match="Only the schedule of values of a commitment"):
        use_breakdown(make.OPERATOR, head, True)


def test_it_can_be_asked_for_only_before_the_first_claim_and_switched_off_before_it_bills():
    project = make.make_project()
    contract = make.make_contract(project)
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(project))
    with pytest.raises(Refused, match="only before the first progress claim"):
        use_breakdown(make.OPERATOR, contract, True)
    delete_claim(make.OPERATOR, claim)
    use_breakdown(make.OPERATOR, contract, True)
    job = Job().approved()
    create_claim(job.admin, job.contract, job.period)
    assert not can_use_breakdown(job.admin, job.now, False)


# --- what claims make of it ----------------------------------------------------------------------------------


def test_claims_wait_until_it_is_approved():
    job = Job()
    decision = can_create_claim(job.admin, job.now, job.period)
    assert not decision
    assert "is Draft. Progress claims can be created once it is Approved." in decision.reason
    with pytest.raises(Refused):
        create_claim(job.contact, job.contract, job.period)
    job.approved()
    assert can_create_claim(job.contact, job.now, job.period)


def test_the_list_says_that_it_is_not_approved():
    job = Job()
    page = claims_page(job.admin, job.project, period=job.period)
    assert page.rows[0].state == ListState.SSOV_NOT_APPROVED
    assert page.rows[0].label == "SSOV not approved"
    only = ListFilters(state=ListState.SSOV_NOT_APPROVED.value)
    assert claims_page(job.admin, job.project, period=job.period, filters=only).matching == 1
    job.approved()
    assert claims_page(job.admin, job.project, period=job.period).rows[0].state == ListState.NOT_INVITED


def test_detail_lines_are_billed_in_place_of_their_lines_and_variations_as_they_are():
    job = Job().approved()
    make.make_variation(job.contract)
    lines = claimable_lines(job.now)
    assert [line.item_number for line in lines] == ["1.1", "1.2", "2.1", "2.2", "2.3", "3.1", "1"]


def test_detail_lines_stand_under_the_heading_of_their_line():
    job = Job().approved()
    footings = breakdown_of(job.contract)[0].line
    set_groups(job.admin, job.contract, {footings.pk: "Substructure"})
    assert [line.group for line in claimable_lines(job.now)[:3]] == ["Substructure", "Substructure", ""]


def test_the_contract_sum_counts_every_line_once():
    job = Job().approved()
    make.make_variation(job.contract)
    assert sums_of(job.contract).original_sum == 100_000_00
    annotated = with_sums(Contract.objects.filter(pk=job.contract.pk)).get()
    assert (annotated.original_sum, annotated.revised_sum) == (100_000_00, 105_000_00)
    claim = create_claim(job.admin, job.contract, job.period)
    assert (claim.original_sum, claim.net_variations, claim.sum_to_date) == (100_000_00, 5_000_00, 105_000_00)


def test_three_periods_of_claims_on_detail_lines():
    job = Job().approved()
    previous = 0
    for share in (25, 50, 100):
        claim = create_claim(job.contact, job.contract, job.period)
        edits = [
            EntryEdit(line.pk, work=line.scheduled_value * share // 100 - line.previous_work)
            for line in lines_of(claim)
        ]
        save_entries(job.contact, claim, edits)
        move_claim(job.contact, claim, S.UNDER_REVIEW)
        claim = move_claim(job.admin, claim, S.APPROVED)
        assert claim.completed_to_date == 100_000_00 * share // 100
        assert claim.previous_certificates == previous
        previous = claim.earned_less_retention
    assert claim.completed_to_date == claim.sum_to_date == 100_000_00
    assert all(line.balance == 0 for line in lines_of(claim))


def test_an_approved_one_is_reopened_until_a_claim_stands_on_it():
    job = Job().approved()
    with pytest.raises(Refused, match="can reopen it"):
        job.write([50_000_00])
    with pytest.raises(Refused, match="Only an administrator"):
        move_breakdown(job.contact, job.contract, B.DRAFT)
    move_breakdown(job.admin, job.contract, B.DRAFT)
    job.approved()
    create_claim(job.admin, job.contract, job.period)
    with pytest.raises(Refused, match="stays approved"):
        move_breakdown(job.admin, job.contract, B.DRAFT)
    with pytest.raises(Refused, match="Record a change as a variation"):
        job.write([50_000_00], actor=job.admin)


def test_a_deleted_draft_holds_nothing_up_and_is_not_restored_onto_other_lines():
    job = Job().approved()
    claim = create_claim(job.admin, job.contract, job.period)
    delete_claim(job.admin, claim)
    restore_claim(job.admin, claim)
    delete_claim(job.admin, claim)
    move_breakdown(job.admin, job.contract, B.DRAFT)
    job.write([50_000_00], [30_000_00], [20_000_00])
    with pytest.raises(Refused, match="Create it anew"):
        restore_claim(job.admin, claim)


def test_a_schedule_that_is_written_anew_begins_its_breakdown_again():
    job = Job().approved()
    set_sov_lines(job.admin, job.contract, [make.LineInput("Everything", 90_000_00)])
    assert job.now.sub_sov_status == B.DRAFT
    assert [len(part.details) for part in breakdown_of(job.contract)] == [0]


def test_reading_a_breakdown_asks_once(django_assert_num_queries):
    job = Job().approved()
    with django_assert_num_queries(1):
        breakdown_of(job.contract)
