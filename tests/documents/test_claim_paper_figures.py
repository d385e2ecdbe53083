"""Every figure of the claim's PDF is the stored one, to the cent, and everybody gets the same document."""

import io
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.edits import EntryEdit
from tallystick.claims.entries import save_entries
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.actions import LineInput
from tallystick.contracts.models import SovLine
from tallystick.contracts.states import AccountingMethod
from tallystick.core import clock
from tallystick.core.money import format_money, format_quantity
from tallystick.directory.actions import change_project
from tallystick.documents.claim_paper import claim_paper_at, paper_of
from tallystick.documents.papers import render_claim
from tallystick.documents.rendering import claim_pdf, default_pdf, load_claim
from tallystick.documents.store import local_path
from tallystick.documents.words import dictionary_of
from tallystick.terms.context import use
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


def said_by(data: bytes) -> str:
    """The text of all pages, one space between words."""
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def bytes_of(claim: Claim) -> bytes:
    return local_path(default_pdf(load_claim(claim.pk))).read_bytes()


def paper_text(claim: Claim) -> str:
    return said_by(bytes_of(claim))


def figures_of(line: ClaimLine) -> str:
    """The line's stored figures in the order of the continuation sheet."""
    amounts = [
        line.scheduled_value,
        line.previous_work,
        line.assessed_work,
        line.materials_stored,
        line.total_completed,
    ]
    share = f"{line.percent_bp // 100}.{line.percent_bp % 100:02}" if line.percent_bp is not None else ""
    held = line.work_retention_held + line.materials_retention_held
    return " ".join(filter(None, [*map(money, amounts), share, money(line.balance), money(held)]))


def money(amount: int) -> str:
    return format_money(amount, "AUD", symbol=False)


class Story:
    """A project with its administrator, the contact who claims, and a contract with a variation of each sign."""

    def __init__(self, **contract) -> None:
        self.project = make.make_project(paper_footer="Payable 25 business days after the claim.")
        self.contract = make.make_contract(
            self.project, retain_materials=True, materials_retention_bp=250, **contract
        )
        self.contact = make.make_claim_contact(self.contract, "Maria Kowalski")
        self.person = make.make_member(self.project, Level.ADMIN, name="Daniel Okafor")
        self.admin = make.actor_of(self.person)
        self.period = make.open_period_of(self.project)

    def claim(self, by=None, **columns) -> Claim:
        claim = create_claim(self.admin, self.contract, self.period, in_spite_of_unfinished=True)
        edits = [
            EntryEdit(line.pk, **{name: values[at] for name, values in columns.items() if at < len(values)})
            for at, line in enumerate(lines_of(claim))
        ]
        return save_entries(by or self.admin, claim, edits).claim

    def review(self, claim: Claim, at: int, work: int, reason: str) -> Claim:
        line = lines_of(claim)[at]
        edit = EntryEdit(line.pk, work=work, review=LineReview.REJECTED, review_reason=reason)
        return save_entries(self.admin, claim, [edit]).claim


@pytest.fixture
def march():
    with clock.at(datetime(2026, 3, 20, 2, tzinfo=UTC)):
        yield


def assert_all_figures(claim: Claim, said: str) -> None:
    claim.refresh_from_db()
    lines = lines_of(claim)
    for line in lines:
        assert figures_of(line) in said, line
    held = sum(line.work_retention_held + line.materials_retention_held for line in lines)
    assert held == claim.total_retention
    for text in (
        f"sum {money(claim.original_sum)}",
        f"Net change by variations {money(claim.net_variations)}",
        f"(1 + 2) {money(claim.sum_to_date)}",
        f"Total completed and stored to date {money(claim.completed_to_date)}",
        f"Total retention (5a + 5b) {money(claim.total_retention)}",
        f"(4 − 5) {money(claim.earned_less_retention)}",
        f"Less previous certificates for payment {money(claim.previous_certificates)}",
        f"(6 − 7) {money(claim.payment_due)}",
        f"GST, 10% {money(claim.tax)}",
        f"including GST ${money(claim.payment_due_with_tax)}",
        f"(3 − 6) {money(claim.balance_to_finish)}",
        f"Claimed this period, before retention {money(claim.claimed_this_period)}",
    ):
        assert text in said, text
    total = [
        sum(getattr(line, name) for line in lines)
        for name in (
            "scheduled_value",
            "previous_work",
            "assessed_work",
            "materials_stored",
            "total_completed",
        )
    ]
    assert "Total " + " ".join(map(money, total)) in said


def test_by_amount_each_figure_of_face_lines_and_totals_is_the_stored_one(march):
    story = Story()
    make.make_variation(story.contract, number="V-1", title="More piers", lines=[("Piers", 7_777_77)])
    make.make_variation(story.contract, number="V-2", title="No oxide", lines=[("Credit", -1_234_56)])
    first = story.claim(work=[12_345_67, 3_333_33, 0, 777_77], materials_new=[0, 0, 4_321_09])
    move_claim(story.admin, first, S.UNDER_REVIEW)
    move_claim(story.admin, first, S.APPROVED)
    second = story.claim(work=[1_000_01, 2_000_02, 3_000_03, 4_04, -1_234_56])
    move_claim(story.admin, second, S.UNDER_REVIEW)
    story.review(second, 1, 1_500_00, "Bay 3 was not poured.")
    move_claim(story.admin, second, S.APPROVED_AS_NOTED)
    for claim in (first, second):
        assert_all_figures(claim, paper_text(claim))
    said = paper_text(second)
    assert "Slab on ground 2,000.02 1,500.00 1,500.00 −500.02 Bay 3 was not poured." in said
    assert f"Certified this period, before retention {money(second.certified_this_period)}" in said
    assert "V-1 More piers" in said and "V-2 No oxide" in said


def test_by_unit_price_quantities_and_figures_are_the_stored_ones(march):
    lines = [
        LineInput("Excavate in rock", quantity=333_3333, unit="m³", unit_price=214_1275),
        LineInput("Drain", quantity=1_280_0000, unit="m", unit_price=68_7500),
    ]
    story = Story(accounting_method=AccountingMethod.UNIT, lines=lines)
    first = story.claim(quantity=[100_1234, 0])
    move_claim(story.admin, first, S.UNDER_REVIEW)
    move_claim(story.admin, first, S.APPROVED)
    second = story.claim(quantity=[50_0001, 12_5000])
    said = paper_text(second)
    for line in lines_of(second):
        assert figures_of(line).split(" ", 1)[1] in said
        assert format_quantity(line.scheduled_quantity) in said
        if line.assessed_quantity:
            assert f"{format_quantity(line.assessed_quantity)} {line.unit}" in said


def test_while_it_is_revised_the_paper_shows_what_was_proposed_and_why(march):
    story = Story()
    claim = story.claim(work=[10_000_00, 5_000_00, 0])
    move_claim(story.admin, claim, S.UNDER_REVIEW)
    story.review(claim, 0, 8_000_00, "Only four of five bays.")
    assert "Claimed Assessed Difference" in paper_text(claim)
    move_claim(story.admin, claim, S.REVISE_AND_RESUBMIT)
    said = paper_text(claim)
    assert "Revise & Resubmit — not certified" in said
    assert "Claimed Proposed Difference" in said
    assert "Footings 10,000.00 8,000.00 −2,000.00 Only four of five bays." in said
    assert "Total 15,000.00 13,000.00 −2,000.00" in said


def test_a_project_may_leave_claimed_amounts_off_its_papers(march):
    story = Story()
    kept = story.claim(work=[1_000_00])
    move_claim(story.admin, kept, S.UNDER_REVIEW)
    story.review(kept, 0, 900_00, "Formwork is not work.")
    move_claim(story.admin, kept, S.APPROVED_AS_NOTED)
    before = paper_text(kept)
    change_project((None, "x"), story.project, shows_claimed=False)

    claim = story.claim(work=[10_000_00, 5_000_00, 0])
    said = paper_text(claim)
    assert "Claimed this period, before retention 15,000.00" in said  # nothing else is there yet
    assert "$15,000.00 is claimed for this period" in said
    move_claim(story.admin, claim, S.UNDER_REVIEW)
    story.review(claim, 0, 8_000_00, "Only four of five bays.")
    for step, label in ((None, "Assessed"), (S.APPROVED_AS_NOTED, "Certified")):
        if step:
            move_claim(story.admin, claim, step)
        said = paper_text(claim)
        assert f"{label} this period, before retention 13,000.00" in said
        for left_out in (
            "10,000.00",
            "15,000.00",
            "Claimed",
            "is claimed",
            "Only four of five bays.",
            "Difference",
        ):
            assert left_out not in said, left_out
    assert paper_text(kept) == before  # what is certified stays as it was
    change_project((None, "x"), story.project, shows_claimed=True)
    assert "Only four of five bays." not in paper_text(claim)


def test_the_claimant_signs_by_submitting_and_an_administrator_does_so_on_their_behalf(march):
    story = Story()
    claim = story.claim(work=[100_00])
    contact = make.actor_of(story.contact)
    assert paper_text(claim).count("Maria Kowalski") == 1  # among the contacts of the company
    move_claim(contact, claim, S.UNDER_REVIEW)
    said = paper_text(claim)
    assert said.count("Maria Kowalski") == 2
    assert said.count("20 Mar 2026") == 2
    move_claim(story.admin, claim, S.DRAFT)
    move_claim(story.admin, claim, S.UNDER_REVIEW)
    assert f"Daniel Okafor, on behalf of {story.contract.company.name}" in paper_text(claim)


def test_a_certified_paper_keeps_the_names_it_was_certified_with(march):
    story = Story()
    claim = story.claim(work=[100_00])
    move_claim(make.actor_of(story.contact), claim, S.UNDER_REVIEW)
    move_claim(story.admin, claim, S.APPROVED)
    before = paper_text(claim)
    story.contact.login.name = "Somebody Else"
    story.contact.login.save()
    assert paper_text(claim) == before
    assert "not certified" not in before and "Maria Kowalski" in before


def test_what_was_paid_stands_on_the_paper_as_soon_as_it_is(march):
    story = Story()
    claim = story.claim(work=[100_00])
    move_claim(story.admin, claim, S.UNDER_REVIEW)
    move_claim(story.admin, claim, S.APPROVED)
    assert "Paid so far" not in paper_text(claim)
    Claim.objects.filter(pk=claim.pk).update(paid=40_00)
    assert "Paid so far 40.00 Outstanding 64.50" in paper_text(claim)


def test_details_stand_under_the_line_they_break_down_and_nothing_counts_twice(march):
    story = Story(uses_sub_sov=False)
    parent = story.contract.lines.order_by("position")[1]
    for at, value in enumerate((10_000_00, 20_000_00), 1):
        SovLine.objects.create(
            contract=story.contract, parent=parent, position=at, item_number=f"2.{at}",
            description=f"Pour {at}", scheduled_value=value,
        )  # fmt: skip
    claim = story.claim(work=[0, 0, 0])
    line = claim.lines.get(sov_line=parent)
    line.delete()
    ClaimLine.objects.bulk_create(
        ClaimLine(
            claim=claim, sov_line=detail, position=line.position, item_number=detail.item_number,
            description=detail.description, scheduled_value=detail.scheduled_value, balance=detail.scheduled_value,
            percent_bp=0,
        )
        for detail in parent.details.order_by("position")
    )  # fmt: skip
    said = paper_text(claim)
    assert "2 Slab on ground 30,000.00" in said
    assert "2.1 Pour 1 10,000.00" in said
    assert "Total 100,000.00" in said


def test_own_headings_never_change_the_paper(march):
    story = Story()
    claim = story.claim(work=[100_00])
    before = bytes_of(claim)
    story.contract.lines.update(group="Level 1")
    loaded = load_claim(claim.pk)
    with use(dictionary_of(loaded.contract.project)):
        assert render_claim(paper_of(loaded, lines_of(loaded), [])) == before


def test_administrator_contact_and_operator_are_given_the_same_bytes(march):
    story = Story()
    claim = story.claim(work=[100_00, 200_00])
    move_claim(make.actor_of(story.contact), claim, S.UNDER_REVIEW)
    address = f"/claims/{claim.pk}/pdf"
    given = [
        b"".join(make.signed_in(person).get(address).streaming_content)
        for person in (story.person, story.contact)
    ]
    stored, _ = claim_pdf(claim.pk)
    assert given[0] == given[1] == local_path(stored).read_bytes()
    assert given[0].startswith(b"%PDF")


def test_the_paper_of_an_earlier_day_is_drawn_from_rows_that_nobody_saves(march):
    story = Story()
    claim = story.claim(work=[100_00])
    loaded = load_claim(claim.pk)
    lines = lines_of(loaded)
    lines[0].assessed_work = lines[0].claimed_work = 5_55
    with use(dictionary_of(loaded.contract.project)):
        said = said_by(render_claim(claim_paper_at(loaded, lines, on=date(2026, 3, 18))))
    assert "As at 18 Mar 2026 · Draft" in said
    assert "5.55" in said
    assert claim.lines.get(pk=lines[0].pk).claimed_work == 100_00


def test_the_facts_of_many_claims_are_read_in_the_same_number_of_queries(
    march, django_assert_max_num_queries
):
    story = Story()
    claim = story.claim(work=[100_00])
    for number in range(6):
        make.make_variation(story.contract, number=f"V-{number}")
    with django_assert_max_num_queries(8), clock.at(clock.now() + timedelta(days=1)):
        loaded = load_claim(claim.pk)
        paper_of(loaded, lines_of(loaded), [])
