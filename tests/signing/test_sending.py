"""Sending for signature: exactly one envelope for each claim, whatever happens on the way (R-SIGN-1 to -4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from tallystick.access.levels import Level
from tallystick.claims.models import Claim
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.documents.rendering import default_pdf, load_claim
from tallystick.runs.models import Run
from tallystick.runs.states import RunState
from tallystick.signing import sending, taking
from tallystick.signing.chain import check_chain
from tallystick.signing.evidence import chain_of
from tallystick.signing.models import Envelope
from tallystick.signing.policies import can_send
from tallystick.signing.states import EnvelopeState as E
from tests import factories as make
from tests.signing.site import contact_of, envelope_of, key, work

NOON = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)


def states(*claims: Claim) -> list[str]:
    return [envelope_of(claim).state for claim in claims]


def test_every_claim_goes_to_its_own_contacts_and_the_run_tells_each(site, elsewhere):
    site.use_elsewhere()
    first, second = site.ready("SC-1"), site.ready("SC-2", contacts=2)
    run = site.send(first, second)
    assert states(first, second) == [E.SENT, E.SENT]
    assert run.result["sent"] == 2 and run.result["provider"] == "Stand-in"
    assert [row["name"] for row in run.result["claims"]] == ["SC-1 · 1", "SC-2 · 1"]
    sent = {one["key"]: one for one in elsewhere.all()}
    one, two = sent[str(envelope_of(first).key)], sent[str(envelope_of(second).key)]
    assert [signer["email"] for signer in one["signers"]] == [contact_of(first).email]
    assert {signer["email"] for signer in two["signers"]} == {
        contact_of(second).email,
        contact_of(second, 1).email,
    }
    assert one["subject"].startswith("Please sign progress claim 1 of SC-1 – ")


def test_what_goes_out_here_is_the_claims_own_pdf_byte_for_byte(site):
    claim = site.ready()
    site.send(claim)
    assert envelope_of(claim).document.sha256 == default_pdf(load_claim(claim.pk)).sha256
    assert envelope_of(claim).sign_spot["page_index"] == 0


def test_a_copy_for_a_provider_that_looks_for_texts_has_them_and_looks_the_same(site, elsewhere):
    import pypdfium2

    from tallystick.documents.store import local_path

    site.use_elsewhere()
    alone, crowd = site.ready(), site.ready(contacts=3)
    site.send(alone, crowd)
    for claim, more_pages in ((alone, 0), (crowd, 1)):
        envelope = envelope_of(claim)
        copy = pypdfium2.PdfDocument(str(local_path(envelope.document)))
        own = pypdfium2.PdfDocument(str(local_path(default_pdf(load_claim(claim.pk)))))
        assert len(copy) == len(own) + more_pages
        said = "".join(page.get_textpage().get_text_bounded() for page in copy)
        for signer in envelope.signers.all():
            anchors = sending.signer_of(envelope, signer).anchors
            assert anchors.signature in said and anchors.name in said and anchors.date in said
            assert envelope.anchor in anchors.signature and len(envelope.anchor) == 12
        if not more_pages:
            shades = zip(copy[0].render().to_pil().tobytes(), own[0].render().to_pil().tobytes(), strict=True)
            assert max(abs(one - other) for one, other in shades) < 16, "more than the edge of a letter"


@pytest.mark.parametrize("how", ["lost_after", "lost_before", "broken"])
def test_after_a_lost_answer_it_is_looked_for_before_it_is_sent_again(site, elsewhere, how):
    site.use_elsewhere()
    claim = site.ready()
    elsewhere.fail("send", how)
    with clock.at(NOON):
        run = site.send(claim)
        assert run.result == run.result | {"sent": 0, "waiting": 1}
        assert envelope_of(claim).state == E.QUEUED and envelope_of(claim).may_exist
        work()
        assert len(elsewhere.all()) == (1 if how == "lost_after" else 0), "not before its time"
    with clock.at(NOON + timedelta(minutes=2)):
        work()
    assert states(claim) == [E.SENT]
    assert len(elsewhere.of_key(envelope_of(claim).key)) == 1
    assert envelope_of(claim).reason == ""


def test_while_looking_for_it_fails_nothing_is_sent_again(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    elsewhere.fail("send", "lost_after")
    elsewhere.fail("find", "unavailable")
    elsewhere.fail("find", "broken")
    with clock.at(NOON):
        site.send(claim)
    for hours in (1, 3, 6):
        with clock.at(NOON + timedelta(hours=hours)):
            work()
            assert len(elsewhere.all()) == 1
    assert states(claim) == [E.SENT]


def test_a_refusal_is_told_once_and_for_all_and_the_claim_can_be_sent_again(site, elsewhere):
    site.use_elsewhere()
    claim, other = site.ready("SC-1"), site.ready("SC-2")
    elsewhere.fail("send", "refused")
    run = site.send(claim, other)
    assert run.result["failed"] == 1 and run.result["sent"] == 1
    (failed,) = [row for row in run.result["claims"] if row["state"] == E.FAILED]
    assert failed["reason"] == "The address is not allowed."
    again = Claim.objects.select_related("contract__project__account").get(pk=failed["claim"])
    site.send(again)
    assert states(again) == [E.SENT]
    assert len(elsewhere.all()) == 2


def test_a_limit_is_waited_for_as_long_as_the_provider_says(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    elsewhere.fail("send", "unavailable")
    with clock.at(NOON):
        site.send(claim)
        assert "Too many calls" in envelope_of(claim).reason
    with clock.at(NOON + timedelta(minutes=59)):
        work()
        assert states(claim) == [E.QUEUED] and elsewhere.all() == []
    with clock.at(NOON + timedelta(minutes=61)):
        work()
    assert states(claim) == [E.SENT] and len(elsewhere.all()) == 1


def test_what_never_works_is_given_up_after_two_days_and_the_requester_is_told(site, elsewhere):
    from tallystick.notifications.models import Message

    site.use_elsewhere()
    claim = site.ready()
    elsewhere.fail("send", "lost_before", times=20)
    at = NOON
    with clock.at(at):
        site.send(claim)
    for _ in range(12):
        at += timedelta(hours=12)
        with clock.at(at):
            work()
    assert states(claim) == [E.FAILED]
    (told,) = Message.objects.filter(event="signature.failed")
    assert "No answer came in time." in told.text and told.address == site.person.email


def test_a_lost_connection_holds_everything_back_until_it_is_there_again(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    elsewhere.fail("send", "disconnected")
    with clock.at(NOON):
        site.send(claim)
        assert envelope_of(claim).reason == "Connect the account again."
        elsewhere.connect(False)
        other = site.ready()
        with pytest.raises(Refused, match="Stand-in is not connected"):
            site.ask(other)
        elsewhere.connect()
        assert sending.try_again(site.project.account, "standin") == 1
        work()
    assert states(claim) == [E.SENT]


def test_the_button_pressed_twice_follows_the_first_run(site):
    claim = site.ready()
    first = site.ask(claim)
    second = site.ask(claim)
    assert second.run == first.run and second.envelopes == ()
    assert Envelope.objects.count() == 1
    assert Run.objects.filter(kind="signature.send").count() == 1


def test_a_crowd_pressing_at_once_makes_one_envelope(site):
    claim = site.ready()

    def press(_: int) -> str:
        try:
            return str(site.ask(claim).run.pk)
        except BadInput as problem:
            return str(problem)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        answers = set(crowd.map(press, range(8)))
    assert len(answers) == 1
    assert Envelope.objects.count() == 1


def test_the_database_itself_allows_one_live_envelope_a_claim(site):
    claim = site.ready()
    site.ask(claim)
    again = envelope_of(claim)
    again.pk, again.key = None, "01890000-0000-7000-8000-000000000001"
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_several_workers_at_once_send_each_once(site, elsewhere):
    site.use_elsewhere()
    claims = [site.ready() for _ in range(4)]
    elsewhere.slow(0.05)
    requested = site.ask(*claims)
    Run.objects.filter(pk=requested.run.pk).update(state=RunState.FAILED)

    def work_off(_: int) -> None:
        try:
            for envelope in requested.envelopes:
                sending.send_one(envelope.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(work_off, range(6)))
    work()
    assert states(*claims) == [E.SENT] * 4
    assert len(elsewhere.all()) == 4


def test_what_a_dead_worker_held_is_free_at_once_but_not_sent_while_its_request_may_arrive(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    site.ask(claim)
    envelope = envelope_of(claim)
    dead = f"{taking.this_host()}|{2**22 - 3}|abcd"
    with clock.at(NOON):
        Envelope.objects.filter(pk=envelope.pk).update(taken_by=dead, taken_at=NOON, may_exist=True)
        assert sending.send_one(envelope.pk)["busy"]
    with clock.at(NOON + timedelta(seconds=11)):
        assert sending.send_one(envelope.pk)["state"] == E.SENT
    assert len(elsewhere.all()) == 1


def test_what_a_living_worker_holds_is_left_alone_until_its_time_is_up(site, elsewhere):
    import os

    site.use_elsewhere()
    claim = site.ready()
    site.ask(claim)
    envelope = envelope_of(claim)
    alive = f"{taking.this_host()}|{os.getppid()}|abcd"
    Envelope.objects.filter(pk=envelope.pk).update(taken_by=alive, taken_at=NOON)
    with clock.at(NOON + timedelta(minutes=2)):
        assert sending.send_one(envelope.pk)["busy"]
    with clock.at(NOON + timedelta(minutes=4)):
        assert not sending.send_one(envelope.pk)["busy"]
    assert states(claim) == [E.SENT]


def test_a_cancelled_run_sends_no_more_and_its_claims_are_free(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    run = site.ask(claim).run
    Run.objects.filter(pk=run.pk).update(state=RunState.CANCELLED)
    work()
    assert states(claim) == [E.VOIDED] and elsewhere.all() == []
    site.send(claim)
    assert states(claim) == [E.SENT]


def test_a_claim_reopened_before_its_turn_is_not_sent(site, elsewhere):
    from tallystick.claims.moving import move_claim
    from tallystick.claims.states import ClaimStatus

    site.use_elsewhere()
    claim = site.ready()
    requested = site.ask(claim)
    move_claim(
        site.admin, claim, ClaimStatus.DRAFT, reason="Wrong retention.", in_spite_of_holds=str(key(claim))
    )
    from tallystick.runs.engine import run_inline

    run_inline(requested.run)
    work()
    assert states(claim) == [E.VOIDED] and elsewhere.all() == []


def test_each_claim_that_cannot_go_says_why_in_the_order_of_what_to_put_right(site, elsewhere):
    good = site.ready("SC-1")
    draft = site.ready("SC-2", certify=False)
    nobody = site.claim("SC-3")
    out = site.ready("SC-4")
    site.send(out)
    requested = site.ask(good, draft, nobody, out)
    assert [envelope.claim_id for envelope in requested.envelopes] == [good.pk]
    reasons = {item.claim.contract.number: item.reason for item in requested.left_out}
    assert reasons["SC-2"] == (
        "Only a progress claim that is Approved, Approved as Noted or Pending Owner Approval can be signed. "
        "This one is Draft."
    )
    assert reasons["SC-3"].startswith("SC-3 has no progress claim contact, and they are who signs.")
    assert reasons["SC-4"].startswith("This progress claim is out for signature with ")
    assert reasons["SC-4"].endswith("Void that first to send it again.")


def test_where_none_can_go_nothing_is_made_and_every_row_has_its_reason(site):
    draft, nobody = site.ready("SC-1", certify=False), site.claim("SC-2")
    with pytest.raises(BadInput, match="None of these 2 progress claims can go") as refusal:
        site.ask(draft, nobody)
    assert set(refusal.value.fields) == {f"claim-{draft.pk}", f"claim-{nobody.pk}"}
    assert not Envelope.objects.exists() and not Run.objects.filter(kind="signature.send").exists()


def test_only_administrators_of_the_commitments_send(site):
    claim = site.ready()
    for person in (contact_of(claim), make.make_member(site.project, Level.STANDARD)):
        actor = make.actor_of(person)
        with pytest.raises(Refused, match="You need Admin on the project's"):
            site.ask(claim, by=actor)
        assert not can_send(actor, claim)


def test_claims_of_other_projects_are_not_there(site):
    from tests.signing.site import SigningSite

    theirs = SigningSite().ready()
    with pytest.raises(BadInput, match="no longer there"):
        site.ask(theirs)
    assert not Envelope.objects.exists()


def test_the_evidence_of_an_envelope_is_a_chain_that_shows_every_change(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    site.send(claim)
    envelope = envelope_of(claim)
    chain = chain_of(envelope)
    assert [entry["event"] for entry in chain] == ["requested", "sent"]
    assert check_chain(chain, envelope.key) == ""
    assert "changed after it was written" in check_chain(
        [chain[0] | {"facts": {**chain[0]["facts"], "by": "Somebody else"}}, chain[1]], envelope.key
    )
    assert "missing" in check_chain(chain[1:], envelope.key)
    assert check_chain(chain, "01890000-0000-7000-8000-000000000001") != ""


def test_a_draft_waits_for_somebody_in_the_providers_own_pages(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    site.send(claim, as_draft=True)
    envelope = envelope_of(claim)
    assert envelope.state == E.DRAFT and elsewhere.get(envelope.provider_ref)["status"] == "created"
    one = elsewhere.get(envelope.provider_ref)
    one["status"] = "sent"
    one["signers"].append(
        {"id": "", "email": "qs@northbuild.example", "name": "Quinn", "state": "sent", "reason": ""}
    )
    elsewhere.write(one)
    work()
    envelope.refresh_from_db()
    assert envelope.state == E.SENT and envelope.sent_at is not None
    assert [signer.name for signer in envelope.signers.all()][-1] == "Quinn"


def test_the_built_in_provider_has_no_page_to_prepare_one(site):
    with pytest.raises(Refused, match="has no page where an envelope could be prepared"):
        site.ask(site.ready(), as_draft=True)
