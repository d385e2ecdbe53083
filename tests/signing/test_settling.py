"""What providers tell: late, doubled, forged, of others, out of order; and always the right final state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from tallystick.audit.models import Event
from tallystick.claims.holds import Held
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.documents.actions import add_signed, signed_version
from tallystick.documents.rendering import claim_pdf
from tallystick.documents.store import local_path
from tallystick.notifications.models import Message
from tallystick.signing import settling
from tallystick.signing.models import Envelope, ProviderNews
from tallystick.signing.news import fetch_due, take_in, take_news
from tallystick.signing.seam import BadNews, ProviderRef, SignerSnapshot, Snapshot
from tallystick.signing.states import EnvelopeState as E
from tallystick.signing.states import SignerState
from tallystick.signing.taking_back import remind, void, void_all
from tests.signing.site import SigningSite, contact_of, envelope_of, key, work
from tests.signing.standin.provider import StandIn, headers

NOON = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def out(site, elsewhere):
    """A claim that is out elsewhere since noon, to one contact."""
    site.use_elsewhere()
    claim = site.ready("SC-7")
    with clock.at(NOON):
        site.send(claim)
    return claim


def at(**later):
    return clock.at(NOON + timedelta(**later))


def later_work(**later) -> None:
    with at(**later):
        work()


def test_once_signed_it_is_the_document_everywhere(site, elsewhere, out):
    envelope = envelope_of(out)
    elsewhere.sign(envelope.provider_ref, contact_of(out).email)
    later_work(minutes=20)
    envelope = envelope_of(out)
    assert envelope.state == E.COMPLETED
    stored, name = claim_pdf(out.pk)
    assert stored == envelope.signed_file
    assert name == "Progress claim - SC-7 - 1 (signed).pdf"
    assert local_path(stored).read_bytes().endswith(b"% signed elsewhere\n")
    assert {message.address for message in Message.objects.filter(event="signature.completed")} == {
        contact_of(out).email,
        site.person.email,
    }
    names = [event.name for event in Event.objects.filter(subject_id=str(out.pk)).order_by("pk")]
    assert names[-2:] == ["signed_version.stored", "signature.completed"]


def test_the_signed_version_is_in_the_backup_with_its_original(site, elsewhere, out):
    import pikepdf

    from tallystick.documents.store import local_copy

    elsewhere.sign(envelope_of(out).provider_ref, contact_of(out).email)
    later_work(minutes=20)
    backup = site.compile(out)
    with pikepdf.open(local_copy(backup.file_key)) as pdf, pdf.open_outline() as tree:
        assert tree.root[1].children[0].title == "Progress claim - SC-7 - 1 (signed).pdf"


def snapshots(claim) -> dict[str, Snapshot]:
    """What the provider tells in the life of an envelope that is signed, in its order."""
    envelope = envelope_of(claim)
    signer = str(envelope.signers.get().pk)
    ref = ProviderRef(envelope.provider_ref)

    def told(state: E, person: SignerState) -> Snapshot:
        return Snapshot(ref, state, envelope.key, (SignerSnapshot(person, id=signer),))

    return {
        "sent": told(E.SENT, SignerState.SENT),
        "viewed": told(E.VIEWED, SignerState.VIEWED),
        "completed": told(E.COMPLETED, SignerState.SIGNED),
    }


@pytest.mark.parametrize("order", list(permutations(("sent", "viewed", "completed"))))
def test_news_in_any_order_and_twice_ends_the_same(site, elsewhere, out, order):
    told = snapshots(out)
    elsewhere.sign(envelope_of(out).provider_ref, contact_of(out).email)
    with at(minutes=20):
        for name in (*order, *order):
            settling.settle(envelope_of(out).pk, told[name])
        work()
        assert envelope_of(out).state == E.COMPLETED
        for name in reversed(order):
            settling.settle(envelope_of(out).pk, told[name])
    assert envelope_of(out).state == E.COMPLETED
    assert envelope_of(out).signers.get().state == SignerState.SIGNED


@pytest.mark.parametrize("first", [E.DECLINED, E.VOIDED, E.EXPIRED])
@pytest.mark.parametrize("second", [E.SENT, E.COMPLETED, E.DECLINED, E.VOIDED, E.EXPIRED])
def test_no_news_leads_out_of_a_final_state(site, elsewhere, out, first, second):
    envelope = envelope_of(out)
    ref = ProviderRef(envelope.provider_ref)
    settling.settle(envelope.pk, Snapshot(ref, first))
    settling.settle(envelope.pk, Snapshot(ref, second))
    work()
    assert envelope_of(out).state == first


def test_declining_is_told_to_whoever_asked_and_the_claim_can_go_again(site, elsewhere, out):
    elsewhere.decline(envelope_of(out).provider_ref, contact_of(out).email, "Level 4 is missing.")
    later_work(minutes=20)
    assert envelope_of(out).state == E.DECLINED
    (told,) = Message.objects.filter(event="signature.declined")
    assert told.address == site.person.email and "Level 4 is missing." in told.text
    assert signed_version(out) is None
    site.send(out)
    assert envelope_of(out).state == E.SENT


def test_a_bounce_is_told_and_does_not_end_it(site, elsewhere, out):
    elsewhere.bounce(envelope_of(out).provider_ref, contact_of(out).email, "550 no such user")
    later_work(minutes=20)
    envelope = envelope_of(out)
    assert envelope.is_live and envelope.signers.get().state == SignerState.BOUNCED
    (told,) = Message.objects.filter(event="signature.bounced")
    assert "550 no such user" in told.text
    later_work(minutes=40)
    assert Message.objects.filter(event="signature.bounced").count() == 1
    elsewhere.sign(envelope.provider_ref, contact_of(out).email)
    later_work(minutes=60)
    assert envelope_of(out).state == E.COMPLETED, "the address was put right there"


def test_by_the_rule_any_one_the_first_signature_is_enough(site, elsewhere):
    site.use_elsewhere(rule="any")
    claim = site.ready(contacts=3)
    with clock.at(NOON):
        site.send(claim)
    elsewhere.sign(envelope_of(claim).provider_ref, contact_of(claim, 1).email)
    later_work(minutes=20)
    later_work(minutes=40)
    envelope = envelope_of(claim)
    assert envelope.state == E.COMPLETED
    assert [signer.state for signer in envelope.signers.order_by("pk")].count(SignerState.SIGNED) == 1


def test_by_the_rule_all_everybody_signs(site, elsewhere):
    site.use_elsewhere(rule="all")
    claim = site.ready(contacts=2)
    with clock.at(NOON):
        site.send(claim)
    ref = envelope_of(claim).provider_ref
    elsewhere.sign(ref, contact_of(claim).email)
    later_work(minutes=20)
    assert envelope_of(claim).state == E.PARTIALLY_SIGNED
    elsewhere.sign(ref, contact_of(claim, 1).email)
    later_work(minutes=40)
    assert envelope_of(claim).state == E.COMPLETED


# --- webhooks ------------------------------------------------------------------------------------------------------


def deliver(site, raw: bytes, **more) -> int:
    return take_news(site.project.account, "standin", more.get("headers", headers()), raw)


def test_a_webhook_wakes_the_worker_which_asks_for_the_truth(site, elsewhere, out):
    ref = envelope_of(out).provider_ref
    elsewhere.view(ref, contact_of(out).email)
    with at(minutes=1):
        assert deliver(site, elsewhere.news(ref, "completed")) == 1
        fetch_due()
    assert envelope_of(out).state == E.VIEWED, "the webhook said completed; the provider says opened"


def test_the_same_news_delivered_again_is_kept_once(site, elsewhere, out):
    ref = envelope_of(out).provider_ref
    with at(minutes=1):
        first = elsewhere.news(ref, "completed", at="2026-03-21T12:00:30Z")
        again = elsewhere.news(ref, "completed", at="2026-03-21T12:00:30Z", retry=3)
        assert [deliver(site, raw) for raw in (first, again, first)] == [1, 0, 0]
    assert ProviderNews.objects.count() == 1


def test_forged_news_is_refused_and_not_kept(site, elsewhere, out):
    ref = envelope_of(out).provider_ref
    with pytest.raises(BadNews):
        deliver(site, elsewhere.news(ref, "completed"), headers=headers("guessed"))
    with pytest.raises(BadNews):
        deliver(site, elsewhere.news(ref, "completed", account="account-2"))
    assert not ProviderNews.objects.exists()
    assert envelope_of(out).fetch_at is None


def test_news_of_another_accounts_envelope_has_no_effect(site, elsewhere, out):
    theirs = SigningSite()
    theirs.use_elsewhere()
    claim = theirs.ready()
    theirs.send(claim)
    ref = envelope_of(claim).provider_ref
    with at(minutes=1):
        assert deliver(site, elsewhere.news(ref, "completed")) == 1
    assert ProviderNews.objects.get().envelope is None
    assert envelope_of(claim).fetch_at is None


def test_one_envelope_is_not_fetched_twice_within_a_quarter_of_an_hour(site, elsewhere, out):
    ref = envelope_of(out).provider_ref
    with at(minutes=1):
        deliver(site, elsewhere.news(ref, "sent", at="1"))
        assert fetch_due() == 1
    elsewhere.view(ref, contact_of(out).email)
    with at(minutes=5):
        deliver(site, elsewhere.news(ref, "viewed", at="2"))
        assert fetch_due() == 0
    with at(minutes=17):
        assert fetch_due() == 1
    assert envelope_of(out).state == E.VIEWED


def test_news_that_was_quicker_than_the_answer_is_not_lost(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    elsewhere.fail("send", "lost_after")
    with clock.at(NOON):
        site.send(claim)
        (there,) = elsewhere.all()
        assert deliver(site, elsewhere.news(there["id"], "viewed")) == 1
        elsewhere.view(there["id"], contact_of(claim).email)
    later_work(minutes=2)
    assert envelope_of(claim).state == E.VIEWED


def test_a_provider_that_is_down_is_asked_again(site, elsewhere, out):
    ref = envelope_of(out).provider_ref
    elsewhere.sign(ref, contact_of(out).email)
    elsewhere.fail("changed_since", "unavailable", times=2)
    later_work(minutes=20)
    assert envelope_of(out).state == E.SENT
    later_work(minutes=40)
    later_work(minutes=60)
    assert envelope_of(out).state == E.COMPLETED


def test_a_second_envelope_for_the_same_claim_is_taken_back(site, elsewhere, out):
    first = elsewhere.get(envelope_of(out).provider_ref)
    stray = first | {"id": "stray"}
    elsewhere.write(stray)
    later_work(minutes=20)
    assert [one["id"] for one in elsewhere.live()] == [first["id"]]
    assert envelope_of(out).state == E.SENT


def test_one_that_was_given_up_here_and_arrived_after_all_is_taken_back(site, elsewhere):
    site.use_elsewhere()
    claim = site.ready()
    elsewhere.fail("send", "lost_after")
    with clock.at(NOON):
        site.send(claim)
        envelope = envelope_of(claim)
        settling.end(Envelope.objects.get(pk=envelope.pk), E.FAILED, "No answer.")
    later_work(minutes=20)
    assert elsewhere.live() == []


# --- the signed file -----------------------------------------------------------------------------------------------


def test_it_is_not_signed_before_its_file_is_here_and_opens(site, elsewhere, out):
    elsewhere.sign(envelope_of(out).provider_ref, contact_of(out).email)
    elsewhere.fail("download", "unavailable")
    elsewhere.fail("download", "garbage")
    later_work(minutes=20)
    envelope = envelope_of(out)
    assert envelope.state == E.PARTIALLY_SIGNED and envelope.all_signed_at is not None
    assert "Too many calls" in envelope.reason
    assert signed_version(out) is None
    later_work(minutes=90)
    assert "could not be opened as a PDF" in envelope_of(out).reason
    later_work(minutes=180)
    assert envelope_of(out).state == E.COMPLETED
    assert signed_version(out).file == envelope_of(out).signed_file


# --- taking back ---------------------------------------------------------------------------------------------------


def test_voiding_ends_it_when_the_provider_says_so(site, elsewhere, out):
    with at(minutes=1):
        void(site.admin, envelope_of(out), "Wrong amount.")
        assert envelope_of(out).is_live and envelope_of(out).void_requested_at
        with pytest.raises(BadInput, match="just being taken back"):
            site.ask(out)
        elsewhere.fail("void", "unavailable")
        work()
        assert "could not be taken back yet" in envelope_of(out).reason
    later_work(hours=2)
    assert envelope_of(out).state == E.VOIDED and envelope_of(out).reason == "Wrong amount."
    assert elsewhere.get(envelope_of(out).provider_ref)["status"] == "voided"


def test_signed_a_moment_before_it_was_voided_is_signed(site, elsewhere, out):
    with at(minutes=1):
        elsewhere.sign(envelope_of(out).provider_ref, contact_of(out).email)
        void(site.admin, envelope_of(out), "Wrong amount.")
        work()
    later_work(minutes=2)
    assert envelope_of(out).state == E.COMPLETED
    assert signed_version(out) is not None


def test_what_is_over_cannot_be_voided_and_a_reason_is_needed(site, elsewhere, out):
    with pytest.raises(BadInput, match="Say why it is taken back"):
        void(site.admin, envelope_of(out), " ")
    settling.settle(envelope_of(out).pk, Snapshot(ProviderRef(envelope_of(out).provider_ref), E.DECLINED))
    (outcome,) = void_all(site.admin, [envelope_of(out)], "Late.")
    assert not outcome.done and outcome.reason.startswith("This is over: Declined.")


def test_a_claim_that_is_out_is_changed_only_after_asking_and_then_voided(site, elsewhere, out):
    name = contact_of(out).name
    with pytest.raises(Held, match=f"out for signature with {name}. If you go on, that is voided"):
        move_claim(site.admin, out, ClaimStatus.DRAFT, reason="Wrong quantity.")
    assert envelope_of(out).void_requested_at is None
    with at(minutes=1):
        moved = move_claim(
            site.admin, out, ClaimStatus.DRAFT, reason="Wrong quantity.", in_spite_of_holds=str(key(out))
        )
        assert moved.status == ClaimStatus.DRAFT and moved.revision == 1
        assert envelope_of(out).void_reason == "Wrong quantity."
        work()
    assert envelope_of(out).state == E.VOIDED and elsewhere.live() == []


def test_signed_while_the_claim_was_being_reopened_is_kept_but_not_in_force(site, elsewhere, out):
    elsewhere.sign(envelope_of(out).provider_ref, contact_of(out).email)
    with at(minutes=1):
        moved = move_claim(
            site.admin, out, ClaimStatus.DRAFT, reason="Wrong.", in_spite_of_holds=str(key(out))
        )
        work()
    later_work(minutes=2)
    envelope = envelope_of(out)
    assert envelope.state == E.COMPLETED and envelope.signed_file is not None
    assert "has changed since, so its own PDF stands" in envelope.reason
    assert signed_version(moved) is None


def test_a_signed_version_is_not_uploaded_beside_one_that_is_out(site, elsewhere, out):
    with pytest.raises(Refused, match="out for signature"):
        add_signed(site.admin, out, name="Signed.pdf", size=8, chunks=[b"%PDF-1.4"])


def test_reminders_go_to_the_provider_once(site, elsewhere, out):
    ref = envelope_of(out).provider_ref
    with at(minutes=30), pytest.raises(Refused, match="within the last hour"):
        remind(site.admin, envelope_of(out))
    with at(hours=2):
        remind(site.admin, envelope_of(out))
        work()
        work()
        assert elsewhere.get(ref)["reminders"] == 1


def test_taking_in_what_is_gone_is_harmless(site, elsewhere, out):
    envelope = envelope_of(out)
    settling.settle(
        envelope.pk, Snapshot(ProviderRef(envelope.provider_ref), E.VOIDED, reason="In DocuSign.")
    )
    take_in(
        StandIn(site.project.account), envelope.pk, Snapshot(ProviderRef(envelope.provider_ref), E.VOIDED)
    )
    assert envelope_of(out).reason == "In DocuSign."
