"""What somebody finds who signs in to the sample project after the first start."""

import io
from collections import Counter
from datetime import date
from hashlib import sha256
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.contrib.auth import authenticate
from django.db.models import F, Sum

from tallystick.access.actor import Actor
from tallystick.audit.models import Event
from tallystick.claims import figures
from tallystick.claims import policies as claims
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.queries import state_counts
from tallystick.claims.review.rounds import rounds_of
from tallystick.claims.states import CERTIFIED, ClaimStatus, ListState, PaymentState, payment_state
from tallystick.claims.storage import lines_of
from tallystick.contracts import policies as contracts
from tallystick.contracts.models import Contract, SovLine, Variation
from tallystick.contracts.states import COMMITMENT_KINDS, ContractKind, VariationStatus
from tallystick.core import clock
from tallystick.core.arithmetic import apply_rate
from tallystick.demo import insuring
from tallystick.demo.attaching import LOCKED_WITH
from tallystick.demo.content import people
from tallystick.demo.content.calendar import PERIODS
from tallystick.demo.loader import load_sample, sample_logins
from tallystick.demo.reviewing import SENT_BACK_FIRST
from tallystick.directory.insurance import standings
from tallystick.directory.insurance_states import Cover
from tallystick.directory.models import Login, Project
from tallystick.documents.actions import signed_version
from tallystick.documents.models import Attachment, StoredFile
from tallystick.documents.store import local_path
from tallystick.notifications.models import Message
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payments.models import Payment
from tallystick.periods.models import (
    BillingPeriod,
    Invite,
    InviteAnswer,
    InviteType,
    PeriodExtension,
    PeriodStatus,
)
from tallystick.runs.models import Run
from tallystick.signing.builtin.verifying import verify_signed
from tallystick.signing.models import Envelope
from tests.demo.conftest import LOADED

pytestmark = [pytest.mark.usefixtures("sample"), pytest.mark.django_db]


@pytest.fixture
def project(sample) -> Project:
    return sample.cast.project


def commitments(project: Project):
    return Contract.objects.filter(project=project, kind__in=COMMITMENT_KINDS)


# --- size and looks -----------------------------------------------------------------------------------------


def test_it_is_a_building_of_about_forty_million_dollars(project):
    original = SovLine.objects.filter(contract__in=commitments(project), variation=None)
    approved = SovLine.objects.filter(
        contract__in=commitments(project), variation__status=VariationStatus.APPROVED
    )
    total = original.aggregate(total=Sum("scheduled_value"))["total"]
    varied = approved.aggregate(total=Sum("scheduled_value"))["total"]
    assert 38_000_000_00 < total < 41_000_000_00
    assert 1_000_000_00 < varied < 2_500_000_00
    assert 25 <= commitments(project).count() <= 30
    assert Contract.objects.get(project=project, kind=ContractKind.HEAD_CONTRACT).company.name == (
        "Ropewalk Quarter Developments Pty Ltd"
    )


def test_one_schedule_has_a_thousand_lines_and_the_others_are_of_usual_length(project):
    lengths = sorted(
        contract.lines.filter(variation=None, parent=None).count() for contract in commitments(project)
    )
    assert lengths[-1] >= 1000
    assert lengths[0] >= 8 and lengths[-2] <= 60


def test_the_open_period_is_the_month_of_the_loading_and_eleven_are_behind_it(project):
    periods = list(BillingPeriod.objects.filter(project=project).order_by("start"))
    assert len(periods) == 12
    assert [p.status for p in periods[:-1]] == [PeriodStatus.CLOSED] * 11
    assert periods[-1].status == PeriodStatus.OPEN
    assert (periods[-1].start, periods[-1].end) == (date(2026, 3, 1), date(2026, 3, 31))


def test_there_are_two_hundred_claims_in_every_status(project):
    statuses = Counter(Claim.objects.filter(contract__project=project).values_list("status", flat=True))
    assert sum(statuses.values()) >= 200
    assert set(statuses) == set(ClaimStatus.values)
    now = BillingPeriod.objects.get(project=project, status=PeriodStatus.OPEN)
    assert set(now.claims.values_list("status", flat=True)) == set(ClaimStatus.values)


def test_some_contracts_have_no_claim_this_month_and_one_has_nobody_to_claim(project):
    now = BillingPeriod.objects.get(project=project, status=PeriodStatus.OPEN)
    without = commitments(project).exclude(claims__period=now)
    assert without.filter(claim_contacts__isnull=False).count() >= 5
    assert without.filter(claim_contacts=None).get().title == "Landscaping"


def test_one_subcontractor_has_a_week_longer(project):
    extension = PeriodExtension.objects.get(period__project=project)
    assert extension.period.status == PeriodStatus.OPEN
    assert (extension.due - extension.period.due).days == 7


def test_variations_stand_in_every_status_and_some_are_credits(project):
    changes = Variation.objects.filter(contract__project=project)
    assert set(changes.values_list("status", flat=True)) == set(VariationStatus.values)
    assert changes.annotate(sum=Sum("lines__scheduled_value")).filter(
        sum__lt=0, status=VariationStatus.APPROVED
    )


def test_some_claims_came_back_one_was_reopened_and_some_are_answered_by_a_payment_schedule(sample, project):
    for key in SENT_BACK_FIRST:
        assert len(rounds_of(sample.claims[key])) == 2
        assert sample.claims[key].status == ClaimStatus.APPROVED
    assert [claim.revision for claim in Claim.objects.filter(revision__gt=0)] == [1]
    schedules = PaymentSchedule.objects.filter(claim__contract__project=project)
    assert schedules.filter(served_on__isnull=False).count() >= 3
    assert all(schedule.scheduled_total < schedule.claimed_total for schedule in schedules)


def test_two_schedules_are_broken_down_and_one_of_them_waits(project):
    broken_down = commitments(project).filter(uses_sub_sov=True).order_by("number")
    assert [contract.sub_sov_status for contract in broken_down] == ["approved", "under_review"]
    claimed = ClaimLine.objects.filter(claim__contract=broken_down[0], sov_line__variation=None)
    assert claimed and not claimed.filter(sov_line__parent=None).exists()


def test_retention_stored_materials_and_releases_are_all_to_be_seen(project):
    lines = ClaimLine.objects.filter(claim__contract__project=project)
    claimed = Claim.objects.filter(contract__project=project)
    assert claimed.filter(retention_released__gt=0).count() == 2
    assert claimed.filter(materials_retention__gt=0).exists()
    assert lines.filter(materials_moved__gt=0, claim__contract__stored_materials_mode="manual").exists()
    assert lines.filter(previous_materials_moved__gt=0).exists()
    assert lines.exclude(unit="").filter(certified_quantity__gt=0).exists()
    assert commitments(project).filter(sliding_rules__isnull=False).exists()


def test_reviews_say_why_and_propose_less(project):
    rejected = ClaimLine.objects.filter(claim__contract__project=project, review=LineReview.REJECTED)
    assert rejected.count() > 30
    assert not rejected.filter(review_reason="").exists()
    sent_back = Claim.objects.filter(status=ClaimStatus.REVISE_AND_RESUBMIT)
    assert not rejected.exclude(claim__in=sent_back).filter(assessed_work__gte=F("claimed_work")).exists()
    assert not rejected.filter(claim__in=sent_back).filter(proposed_work__gte=F("claimed_work")).exists()
    assert not rejected.filter(claim__in=sent_back, proposed_work=None).exists()
    assert all(claim.lines.filter(review=LineReview.REJECTED).exists() for claim in sent_back)


# --- figures ------------------------------------------------------------------------------------------------


def test_every_stored_figure_is_what_the_calculation_gives(project):
    for claim in Claim.objects.filter(contract__project=project).select_related("contract"):
        lines = lines_of(claim)
        result = figures.calculate(figures.terms_of(claim.contract), claim, lines)
        for name in figures.SUMMARY_FIGURES:
            assert getattr(claim, name) == getattr(result.summary, name), (claim, name)
        for line, row in zip(lines, result.lines, strict=True):
            for name in figures.LINE_FIGURES:
                assert getattr(line, name) == getattr(row, name), (claim, line, name)
        assert not result.refusals and not result.over_claims


def test_the_invariants_of_a_certificate_hold_on_every_claim(project):
    sums = {
        row["claim"]: row
        for row in ClaimLine.objects.filter(claim__contract__project=project)
        .values("claim")
        .annotate(
            c=Sum("scheduled_value"),
            g=Sum("total_completed"),
            work=Sum("work_retention_held"),
            materials=Sum("materials_retention_held"),
            net=Sum("net_this_period"),
        )
    }
    chains: dict[int, Claim] = {}
    for claim in Claim.objects.filter(contract__project=project).order_by("contract", "number"):
        row, before = sums[claim.pk], chains.get(claim.contract_id)
        assert row["c"] == claim.sum_to_date
        assert row["g"] == claim.completed_to_date
        assert row["work"] + row["materials"] == claim.total_retention
        assert row["net"] == claim.payment_due
        assert claim.previous_certificates == (before.earned_less_retention if before else 0)
        assert claim.payment_due + claim.previous_certificates + claim.balance_to_finish == claim.sum_to_date
        assert claim.number == (before.number + 1 if before else 1)
        chains[claim.contract_id] = claim


def test_nothing_is_retained_beyond_a_cap(project):
    """A credit can lower a cap below what is held already; then nothing more is retained."""
    capped = commitments(project).filter(retention_cap__in=("percent_original", "percent_revised"))
    for claim in Claim.objects.filter(contract__in=capped).select_related("contract"):
        original = claim.contract.retention_cap == "percent_original"
        cap = apply_rate(
            claim.original_sum if original else claim.sum_to_date, claim.contract.retention_cap_bp
        )
        assert claim.total_retention <= cap or claim.retention_this_period == 0


def test_certified_claims_are_frozen_with_what_was_assessed(project):
    for claim in Claim.objects.filter(contract__project=project, status__in=CERTIFIED):
        assert claim.frozen and claim.certified_at and claim.certified_by_id
        assert claim.certified_this_period == claim.assessed_this_period
    assert (
        not ClaimLine.objects.filter(claim__contract__project=project, claim__status__in=CERTIFIED)
        .exclude(certified_work=F("assessed_work"))
        .exists()
    )


# --- papers -------------------------------------------------------------------------------------------------


def test_it_has_some_six_hundred_papers_of_modest_size_all_in_the_store(project):
    papers = Attachment.objects.filter(claim__contract__project=project)
    assert 400 <= papers.count() <= 650
    files = StoredFile.objects.filter(account=project.account)
    assert files.aggregate(total=Sum("size"))["total"] < 60 * 1024 * 1024
    for stored in files:
        assert sha256(local_path(stored).read_bytes()).hexdigest() == stored.sha256


def bytes_of(name: str) -> bytes:
    return local_path(Attachment.objects.get(name=name).file).read_bytes()


def test_a_paper_behind_a_password_opens_with_it_only():
    locked = bytes_of("Payroll summary.pdf")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(locked))
    with pikepdf.open(io.BytesIO(locked), password=LOCKED_WITH) as opened:
        assert len(opened.pages) >= 4


def test_one_file_is_cut_off_one_is_garbled_and_some_are_no_pdf_at_all():
    assert b"%%EOF" not in bytes_of("Bar schedule rev C.pdf")
    with pytest.raises(pikepdf.PdfError):
        pikepdf.open(io.BytesIO(bytes_of("Weighbridge export.pdf")))
    assert not bytes_of("Forwarded dockets.pdf").startswith(b"%PDF")
    assert bytes_of("Photo of docket.pdf").startswith(b"\xff\xd8")
    assert bytes_of("Fax from council.tif")[:4] in (b"II*\x00", b"MM\x00*")
    assert bytes_of("Clash at grid F.png").startswith(b"\x89PNG")
    assert bytes_of("RE Delivery advice.eml").startswith(b"From:")
    assert b"/ByteRange" in bytes_of("Survey certificate (signed).pdf")
    assert Attachment.objects.filter(name__endswith=".xlsx").exists()


def test_the_last_closed_month_has_most_of_them_so_that_compiling_it_shows_how_they_are_treated(project):
    last = BillingPeriod.objects.filter(project=project, status=PeriodStatus.CLOSED).order_by("start").last()
    names = set(Attachment.objects.filter(claim__period=last).values_list("name", flat=True))
    assert {
        "Payroll summary.pdf",
        "Weighbridge export.pdf",
        "Forwarded dockets.pdf",
        "Fax from council.tif",
        "Survey certificate (signed).pdf",
    } <= names
    assert not last.claims.exclude(status__in=CERTIFIED).exists()


def test_claims_are_signed_here_out_and_declined(project):
    states = dict(Envelope.objects.values_list("claim__contract__number", "state"))
    assert states == {"SC-003": "sent", "SC-008": "completed", "SC-011": "completed", "SC-013": "declined"}
    for envelope in Envelope.objects.filter(state="completed"):
        assert verify_signed(local_path(envelope.signed_file)).ok
    assert not Run.objects.filter(kind="signature.send").exists()


def test_one_claim_has_its_signed_version_and_one_has_no_period(project):
    signed = Claim.objects.get(signed_documents__name__endswith="9 signed.pdf")
    version = signed_version(signed)
    assert version is not None and version.name == "SC-012 claim 9 signed.pdf"
    with pikepdf.open(local_path(version.file)) as opened:
        assert len(opened.pages) >= 3
    assert Claim.objects.get(contract__project=project, period=None).contract.number == "PO-004"


# --- people -------------------------------------------------------------------------------------------------


def actor(email: str) -> Actor:
    return Actor.of(Login.objects.get(email=email))


def test_everybody_on_the_list_can_sign_in():
    for name, email, password, role in sample_logins():
        login = authenticate(username=email, password=password)
        assert login is not None and str(login) == name and role


def test_each_sees_what_the_role_says(project):
    administrator, claims_administrator, manager, engineer, formworker, electrician, stranger = (
        actor(email) for _, email, _, _ in sample_logins()
    )
    everything = Contract.objects.filter(project=project).count()
    assert contracts.visible_to(administrator).count() == everything
    assert contracts.visible_to(claims_administrator).count() == everything
    assert contracts.visible_to(manager).count() == everything
    assert contracts.visible_to(engineer).count() == 5
    assert {c.number for c in contracts.visible_to(formworker) if c.is_private} == {"SC-003"}
    assert {c.number for c in contracts.visible_to(electrician) if c.is_private} == {"SC-011"}
    assert not contracts.visible_to(stranger).exists()
    assert not claims.visible_to(stranger).exists()


def test_claim_contacts_can_still_claim_in_the_open_period(project):
    now = BillingPeriod.objects.get(project=project, status=PeriodStatus.OPEN)
    assert now.due >= LOADED.astimezone(ZoneInfo(project.time_zone)).date()


# --- history ------------------------------------------------------------------------------------------------


def test_history_lies_in_the_past_and_was_made_by_people():
    events = Event.objects.filter(project__number=people.PROJECT_NUMBER)
    assert events.count() > 1500
    assert not events.filter(at__gt=LOADED).exists()
    assert not events.filter(name__startswith="claim.", actor=None).exists()
    submitted = events.filter(name="claim.submitted")
    assert submitted.values("actor").distinct().count() > 15


def test_every_claim_was_submitted_in_its_period_and_certified_in_the_next(sample, project):
    zone = ZoneInfo(project.time_zone)
    came_back = {sample.claims[key].pk for key in SENT_BACK_FIRST}
    for claim in Claim.objects.filter(
        contract__project=project, period__isnull=False, submitted_at__isnull=False
    ):
        if claim.pk in came_back:
            continue  # and was submitted again in the next period
        day = claim.submitted_at.astimezone(zone).date()
        assert claim.period_start <= day <= claim.period_end
        assert not claim.is_late
        if claim.certified_at:
            assert claim.certified_at > claim.submitted_at


def test_loading_it_again_says_so_and_changes_nothing():
    before = (Event.objects.count(), Claim.objects.count(), Attachment.objects.count())
    said = io.StringIO()
    load_sample(said)
    assert "is there already; nothing was changed" in said.getvalue()
    assert (Event.objects.count(), Claim.objects.count(), Attachment.objects.count()) == before


# --- payments -----------------------------------------------------------------------------------------------


def test_claims_are_paid_in_full_in_parts_and_not_yet(project):
    certified = Claim.objects.filter(contract__project=project, certified_at__isnull=False)
    states = {payment_state(claim.payment_due_with_tax, claim.paid) for claim in certified}
    assert states >= {PaymentState.PAID, PaymentState.PART_PAID, PaymentState.UNPAID}
    for claim in certified.annotate(sum_paid=Sum("payments__amount")):
        assert claim.paid == (claim.sum_paid or 0)
    assert not Payment.objects.filter(paid_on__gt=LOADED.date()).exists()


# --- insurance ----------------------------------------------------------------------------------------------


def test_every_firm_is_insured_but_for_one_that_lapsed_one_that_is_about_to_and_one_that_lacks_a_type(sample):
    account = sample.cast.account
    firms = {number: let.contract.company for number, let in sample.let.items()}
    today = LOADED.astimezone(ZoneInfo("Australia/Sydney")).date()
    found = standings(account, firms.values(), {firm.pk for firm in firms.values()}, today)
    odd = {number: found[firm.pk].cover for number, firm in firms.items()}
    assert odd.pop(insuring.LAPSED) == Cover.EXPIRED
    assert odd.pop(insuring.ENDING) == Cover.EXPIRING
    assert odd.pop(insuring.WITHOUT_WORKERS_COMPENSATION) == Cover.MISSING
    assert set(odd.values()) <= {Cover.CURRENT, Cover.EXEMPT}


# --- invites ------------------------------------------------------------------------------------------------


def test_the_open_period_has_a_contract_in_every_state_of_an_invite(sample, project):
    period = sample.periods[PERIODS]
    with clock.at(LOADED):
        counts = state_counts(sample.cast.claims, project, period)
    assert {state for state in ListState.values if counts.get(state)} == {
        "no_contacts", "not_invited", "invited", "accepted", "declined",
    }  # fmt: skip
    assert {status for status in ClaimStatus.values if not counts.get(status)} == set()
    assert set(Invite.objects.values_list("claim_type", flat=True)) == {InviteType.ALL, InviteType.RELEASE}
    assert Invite.objects.filter(times_sent=2, answer=InviteAnswer.NONE).count() == 1


def test_everybody_who_was_invited_has_one_message_for_each_time(project):
    sent = Message.objects.filter(project=project, event="invite.sent").count()
    assert sent == Invite.objects.aggregate(times=Sum("times_sent"))["times"]
