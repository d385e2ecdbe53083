"""The weekly digest: on Mondays, of what is unfinished, to each what they may see (domain §12, §13, row 10)."""

from __future__ import annotations

import pytest

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.actions import add_to_private_list
from tallystick.notifications.models import Message
from tallystick.notifications.switches import choose
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


@pytest.fixture
def job(make_job):
    """Four commitments in March: under review, sent back, in draft, and asked without an answer."""
    job = make_job(remind_every_days=0, weekly_digest=True)
    job.contracts = [job.contract]
    for number in (2, 3, 4):
        contract = make.make_contract(job.project, number=f"SC-00{number}", title="Works")
        make.make_claim_contact(contract)
        job.contracts.append(contract)
    with job.at(10):
        for contract, status in zip(
            job.contracts, (S.UNDER_REVIEW, S.REVISE_AND_RESUBMIT, S.DRAFT), strict=False
        ):
            claim = create_claim(make.OPERATOR, contract, job.period)
            edit = EntryEdit(lines_of(claim)[0].pk, work=5_000_00)
            save_entries(make.OPERATOR, claim, [edit], version=claim.version)
            if status is not S.DRAFT:
                move_claim(make.OPERATOR, claim, S.UNDER_REVIEW)
            if status is S.REVISE_AND_RESUBMIT:
                move_claim(make.OPERATOR, claim, status, reason="See page 2.")
    job.invite(10, contract=job.contracts[3])
    Message.objects.all().delete()
    return job


def test_the_list_is_told_on_monday_morning_what_waits_for_whom(job):
    job.list(job.admin)
    assert job.look(15) == [], "a Sunday"
    assert job.look(16, 7) == []
    assert job.look(16, 8) == [
        "Ann Admin: Weekly digest: 1 under review, 1 to be revised, 1 draft, 1 not answered"
    ]
    assert job.look(16, 12) == job.look(17) == job.look(20) == []
    assert len(job.look(23)) == 1
    message = Message.objects.order_by("created_at").first()
    assert (
        f"Under Review:\n- SC-001 Concrete works, Claim 1: {job.contract.company.name}: claimed $5,000.00\n"
    ).lower() in message.text.lower()
    order = ["Under Review:", "Revise & Resubmit:", "Draft:", "Invited, not answered:"]
    assert sorted(order, key=message.text.index) == order
    assert f"/contracts/{job.contracts[3].pk}" in message.text
    assert "due 25 Mar 2026" in message.text
    assert "List-Unsubscribe" in message.headers


def test_everybody_reads_only_of_what_they_may_see(job):
    listed = make.make_member(job.project, Level.READ_ONLY, name="Lisa Listed")
    outsider = make.make_member(job.project, Level.READ_ONLY, name="Otto Outsider")
    add_to_private_list(make.actor_of(job.admin), job.contracts[1], listed)
    job.list(listed, outsider, job.admin)
    assert job.look(16) == [
        "Ann Admin: Weekly digest: 1 under review, 1 to be revised, 1 draft, 1 not answered",
        "Lisa Listed: Weekly digest: 1 to be revised",
    ]
    hers = Message.objects.get(name="Lisa Listed")
    for hidden in ("SC-001", "SC-003", "SC-004"):
        assert hidden not in hers.text + hers.html


def test_nobody_is_written_to_of_nothing(make_job):
    job = make_job(remind_every_days=0, weekly_digest=True)
    job.list(job.admin)
    assert job.look(16) == []


def test_certified_claims_and_those_of_other_periods_are_not_in_it(job):
    job.list(job.admin)
    with job.at(11):
        claim = job.contract.claims.get()
        move_claim(make.OPERATOR, claim, S.APPROVED)
    assert job.look(16) == ["Ann Admin: Weekly digest: 1 to be revised, 1 draft, 1 not answered"]


def test_a_project_that_does_not_want_it_and_one_that_switches_it_on_later(job):
    job.list(job.admin)
    job.set(weekly_digest=False)
    assert job.look(16) == []
    job.set(weekly_digest=True)
    assert job.look(17) == [], "not on a Tuesday"
    assert len(job.look(23)) == 1


def test_who_switched_it_off_and_who_left_get_none(job):
    leaver = make.make_member(job.project, Level.ADMIN, name="Lea Leaver")
    job.list(job.admin, leaver)
    leaver.is_active = False
    leaver.save()
    choose(job.admin.login, [])
    job.look(16)
    assert list(Message.objects.values_list("name", "status")) == [("Ann Admin", "suppressed")]


def test_long_lists_are_cut_and_say_so(job, monkeypatch):
    from tallystick.reminders import digest

    monkeypatch.setattr(digest, "MOST_LISTED", 2)
    job.list(job.admin)
    job.look(16)
    message = Message.objects.get()
    assert "- And 2 more" in message.text and "SC-004" not in message.text


def test_the_page_of_the_message_shows_groups_with_links(job):
    job.list(job.admin)
    job.look(16)
    message = Message.objects.get()
    claim = job.contract.claims.get()
    assert f'/claims/{claim.pk}" style=' in message.html
    assert message.html.index("Under Review</p>") < message.html.index("Draft</p>")
