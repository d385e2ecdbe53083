"""Envelopes at DocuSign, over HTTP: what goes there, what comes back, and everything that goes wrong on the way."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tallystick.core import clock
from tallystick.signing.docusign import client
from tallystick.signing.docusign.models import ConnectionState
from tallystick.signing.seam import (
    AnswerLost,
    NotConnected,
    ProviderRef,
    RefusedByProvider,
    Unavailable,
)
from tallystick.signing.states import EnvelopeState as E
from tallystick.signing.states import SignerState as S

PAT, SAM = "pat@apex.example", "sam@apex.example"


@pytest.fixture(autouse=True)
def _short_timeouts(monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT", 0.5)


@pytest.fixture
def sent(linked, tmp_path):
    """An envelope that is out with Pat and Sam."""
    ref = linked.provider.send(linked.request(tmp_path, PAT, SAM))
    return ref, linked.there.envelopes[0]


def test_what_is_sent_is_what_docusigns_schema_wants_with_our_key_and_exactly_these_people(linked, tmp_path):
    request = linked.request(tmp_path, PAT, SAM)
    ref = linked.provider.send(request)
    (kept,) = linked.there.envelopes
    made = kept.definition
    assert ref.id == kept.id and kept.status == "sent"
    assert made["transactionId"] == str(request.key) and made["allowReassign"] == "false"
    assert [(one["email"], one["routingOrder"]) for one in kept.signers] == [(PAT, "1"), (SAM, "1")]
    assert kept.pdf == request.documents[0].path.read_bytes()
    assert made["notification"]["expirations"]["expireAfter"] == "30"
    assert made["notification"]["reminders"]["reminderDelay"] == "3"
    (tab,) = made["recipients"]["signers"][0]["tabs"]["signHereTabs"]
    assert tab["anchorString"] == request.signers[0].anchors.signature
    assert "eventNotification" not in made, "without a key nobody could prove the news"


def test_after_a_lost_answer_it_is_found_by_our_key_and_not_sent_twice(linked, tmp_path):
    request = linked.request(tmp_path)
    for fault in ("lost", "slow", "500-after", "garbage", "redirect"):
        linked.there.envelopes.clear()
        linked.there.fail("create", fault)
        with pytest.raises(AnswerLost):
            linked.provider.send(request)
        (kept,) = linked.there.envelopes
        assert linked.provider.find(request.key) == ProviderRef(kept.id)
    assert linked.provider.find(linked.request(tmp_path).key) is None


def test_a_5xx_before_anything_happened_is_looked_up_too_and_nothing_found(linked, tmp_path):
    request = linked.request(tmp_path)
    linked.there.fail("create", "500")
    with pytest.raises(AnswerLost):
        linked.provider.send(request)
    assert linked.provider.find(request.key) is None


def test_of_two_with_one_key_the_one_that_lives_is_ours(linked, tmp_path):
    request = linked.request(tmp_path)
    provider = linked.provider
    first, second = provider.send(request), provider.send(request)
    assert provider.find(request.key) == first
    provider.void(first, "Sent twice")
    assert provider.find(request.key) == second


def test_when_nobody_listens_certainly_nothing_happened(linked, tmp_path, settings):
    provider, request = linked.provider, linked.request(tmp_path)
    linked.there.stop()
    with pytest.raises(Unavailable, match="can't be reached"):
        provider.send(request)


def test_a_refusal_for_good_tells_docusigns_own_sentence(linked, tmp_path):
    request = linked.request(tmp_path)
    linked.there.fail("create", "ACCOUNT_LACKS_PERMISSIONS")
    with pytest.raises(RefusedByProvider, match="DocuSign refused it: The reason that DocuSign gives"):
        linked.provider.send(request)
    wrong = linked.request(tmp_path)
    wrong.documents[0].path.write_bytes(request.documents[0].path.read_bytes())
    with pytest.raises(RefusedByProvider, match="was not found"):
        linked.provider.send(wrong)
    assert linked.there.envelopes == []


@pytest.mark.parametrize(
    "code",
    [
        "HOURLY_APIINVOCATION_LIMIT_EXCEEDED",
        "hourly_apiinvocation_limit_exceeded",
        "429:HOURLY_APIINVOCATION_LIMIT_EXCEEDED",
        "429:anything",
    ],
)
def test_at_the_limit_everything_waits_until_docusign_says_and_says_until_when(linked, tmp_path, code):
    linked.there.fail("create", code)
    with pytest.raises(Unavailable, match=r"DocuSign asks us to wait until .*[ap]m") as raised:
        linked.provider.send(linked.request(tmp_path))
    assert timedelta(minutes=18) < raised.value.retry_at - clock.now() <= timedelta(minutes=20)
    asked = len(linked.there.calls)
    with pytest.raises(Unavailable, match="asks us to wait"):
        linked.provider.find(linked.request(tmp_path).key)
    assert len(linked.there.calls) == asked, "nothing is asked meanwhile"
    with clock.at(raised.value.retry_at + timedelta(seconds=1)):
        assert linked.provider.send(linked.request(tmp_path))


def test_a_burst_waits_half_a_minute_and_an_envelopes_own_limit_holds_nothing_else_up(linked, sent, tmp_path):
    ref, _ = sent
    linked.there.fail("resend", "Burst_APIInvocation_Envelope_Limit_Exceeded")
    with pytest.raises(Unavailable) as raised:
        linked.provider.remind(ref)
    assert raised.value.retry_at - clock.now() <= timedelta(seconds=30)
    linked.provider.remind(ref)
    linked.there.fail("resend", "BURST_APIINVOCATION_LIMIT_EXCEEDED")
    with pytest.raises(Unavailable, match="asks us to wait"):
        linked.provider.remind(ref)
    with pytest.raises(Unavailable, match="asks us to wait"):
        linked.provider.send(linked.request(tmp_path))


@pytest.mark.parametrize("header", ["X-RateLimit-Remaining", "X-BurstLimit-Remaining"])
def test_the_last_call_that_is_allowed_makes_us_wait_before_one_is_refused(linked, tmp_path, header):
    linked.there.rate_headers = {header: "0"}
    provider = linked.provider
    assert provider.send(linked.request(tmp_path))
    with pytest.raises(Unavailable, match="asks us to wait"):
        provider.send(linked.request(tmp_path))
    assert len(linked.there.envelopes) == 1


def test_a_token_that_ended_early_is_refreshed_and_the_call_made_again(linked, tmp_path):
    linked.there.expire_tokens()
    assert linked.provider.send(linked.request(tmp_path))
    assert linked.there.refreshes == 1 and len(linked.there.envelopes) == 1


def test_when_the_rights_were_taken_away_somebody_has_to_connect_again(linked, tmp_path):
    linked.there.revoke()
    with pytest.raises(NotConnected):
        linked.provider.send(linked.request(tmp_path))
    assert linked.connection.state == ConnectionState.RECONNECT
    with pytest.raises(NotConnected):
        _ = linked.provider
    assert linked.there.envelopes == []


def test_a_fresh_token_that_is_refused_as_well_ends_it(linked, tmp_path):
    linked.there.fail("create", "401:AUTHORIZATION_INVALID_TOKEN", times=2)
    with pytest.raises(NotConnected):
        linked.provider.send(linked.request(tmp_path))
    assert linked.connection.state == ConnectionState.RECONNECT


def test_the_way_of_an_envelope_is_told_in_the_seams_words(linked, sent):
    ref, kept = sent
    there, provider = linked.there, linked.provider

    def now():
        """A quarter of an hour later."""
        there.later(minutes=16)
        with clock.at(there.now()):
            (told,) = provider.fetch([ref, ProviderRef("5e3b9a10-0000-4000-8000-000000000000")])
        return told

    assert now().state == E.SENT
    kept.bounce(PAT, there.now())
    told = now()
    assert told.state == E.BOUNCED and told.signers[0].reason == "550 No such user here"
    kept.open(SAM, there.now())
    assert now().state == E.VIEWED
    kept.sign(SAM, there.now())
    told = now()
    assert told.state == E.PARTIALLY_SIGNED
    assert [one.state for one in told.signers] == [S.BOUNCED, S.SIGNED] and told.signers[1].at
    kept.sign(PAT, there.now())
    assert now().state == E.COMPLETED
    assert str(now().key) == kept.definition["transactionId"]


def test_a_decline_tells_why_and_an_expiry_is_not_a_void(linked, tmp_path):
    provider, there = linked.provider, linked.there
    refs = [provider.send(linked.request(tmp_path, PAT, SAM)) for _ in range(3)]
    there.envelopes[0].decline(SAM, "The retention is wrong.", there.now())
    there.envelopes[1].expire()
    provider.void(refs[2], "Reopened for review")
    declined, expired, voided = provider.fetch(refs)
    assert (declined.state, declined.reason) == (E.DECLINED, "The retention is wrong.")
    assert expired.state == E.EXPIRED
    assert (voided.state, voided.reason) == (E.VOIDED, "Reopened for review")


def test_no_envelope_is_read_twice_within_a_quarter_of_an_hour(linked, sent):
    ref, kept = sent
    provider = linked.provider
    assert provider.fetch([ref])[0].signers
    kept.sign(PAT, linked.there.now())
    (again,) = linked.provider.fetch([ref])
    assert (again.state, again.signers) == (E.VIEWED, ()), "its status comes with the others', by one call"
    assert linked.there.calls.count("list") == 1
    linked.there.later(minutes=15)
    with clock.at(linked.there.now()):
        assert provider.fetch([ref])[0].state == E.PARTIALLY_SIGNED
    assert linked.there.calls.count("list") == 2


def test_many_are_asked_for_in_two_calls(linked, tmp_path):
    provider = linked.provider
    refs = [provider.send(linked.request(tmp_path)) for _ in range(5)]
    before = len(linked.there.calls)
    assert len(provider.fetch(refs)) == 5
    assert linked.there.calls[before:] == ["status", "list"]


def test_what_changed_comes_page_by_page(linked, tmp_path, monkeypatch):
    monkeypatch.setattr(client, "PAGE", 2)
    provider = linked.provider
    refs = [provider.send(linked.request(tmp_path)) for _ in range(5)]
    before = len(linked.there.calls)
    told = list(provider.changed_since(clock.now() - timedelta(minutes=5)))
    assert [one.ref for one in told] == refs and all(one.key and one.signers for one in told)
    assert linked.there.calls[before:] == ["list"] * 3
    assert list(provider.changed_since(clock.now() + timedelta(minutes=5))) == []


def test_the_signed_file_comes_with_certificate_and_evidence(linked, sent):
    ref, kept = sent
    for email in (PAT, SAM):
        kept.sign(email, linked.there.now())
    got = linked.provider.download(ref)
    assert got.pdf.startswith(b"%PDF-") and len(got.pdf) > 500
    assert json.loads(got.evidence)["auditEvents"][0]["eventFields"][1]["value"] == kept.id


def test_voiding_what_is_over_is_no_problem_and_a_draft_goes_into_the_bin(linked, sent, tmp_path):
    ref, kept = sent
    provider = linked.provider
    for email in (PAT, SAM):
        kept.sign(email, linked.there.now())
    provider.void(ref, "Too late")
    assert kept.status == "completed"
    provider.void(ProviderRef("5e3b9a10-0000-4000-8000-000000000000"), "Never was")
    draft = provider.send(linked.request(tmp_path, as_draft=True))
    provider.void(draft, "Not needed")
    (told,) = provider.fetch([draft])
    assert told.state == E.VOIDED and linked.there.live() == []


def test_somebody_signs_between_looking_and_voiding(linked, sent):
    ref, kept = sent
    linked.there.fail("void", "ENVELOPE_CANNOT_VOID_INVALID_STATE")
    linked.provider.void(ref, "Reopened")
    linked.there.fail("void", "USER_LACKS_PERMISSIONS")
    with pytest.raises(RefusedByProvider):
        linked.provider.void(ref, "Reopened")
    assert kept.status == "sent"


def test_reminding_is_docusigns_resending(linked, sent):
    ref, kept = sent
    linked.provider.remind(ref)
    assert kept.resent == 1


def test_a_draft_opens_in_the_senders_view_and_one_that_is_out_for_correction(linked, sent, tmp_path):
    out, _ = sent
    provider = linked.provider
    draft = provider.send(linked.request(tmp_path, as_draft=True))
    assert linked.there.envelopes[1].status == "created"
    assert f"/sender/{draft.id}" in (provider.sender_url(draft, "https://tally.example/back") or "")
    assert f"/correct/{out.id}" in (provider.sender_url(out, "https://tally.example/back") or "")
    provider.void(out, "Done")
    assert provider.sender_url(out, "https://tally.example/back") is None


def test_a_page_that_is_not_docusigns_is_not_opened(linked, sent):
    linked.there.base_uri = "https://evil.example"
    with pytest.raises(AnswerLost):
        linked.provider.sender_url(sent[0], "https://tally.example/back")
