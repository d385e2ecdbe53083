"""From the button to the signed file in the default PDF's place, by DocuSign: and everything on the way (R-SIGN)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import Client

from tallystick.access.actor import Actor
from tallystick.core import clock
from tallystick.documents.rendering import default_pdf
from tallystick.notifications.models import Message
from tallystick.signing.docusign import client, connecting
from tallystick.signing.models import Envelope
from tallystick.signing.sending import send_one
from tallystick.signing.states import EnvelopeState as E
from tallystick.signing.states import SignerState as S
from tallystick.signing.taking_back import remind, void
from tests import factories as make
from tests.signing.docusign.linked import Linked
from tests.signing.site import SigningSite, contact_of, envelope_of, work


@pytest.fixture
def here(transactional_db: None, there, monkeypatch) -> SigningSite:
    """A project that sends to DocuSign, connected with a key for its news."""
    monkeypatch.setattr(client, "TIMEOUT", 2.0)
    site = SigningSite()
    boss = make.make_account_admin(site.project.account, "Bea Boss")
    site.linked = Linked(there, site.project.account, Actor.of(boss.login))
    site.linked.connect()
    connecting.set_keys(site.linked.admin, site.linked.connection, ["connect-key-1"])
    site.choose(provider="docusign", rule="all")
    return site


def later(there, **by: float):
    """Hold our clock with DocuSign's, so much later."""
    there.later(**by)
    return clock.at(there.now())


def tell(there, kept, event: str, **chosen) -> None:
    """DocuSign posts its news."""
    headers, raw = there.news(kept, event, **chosen)
    path = urlsplit(kept.definition["eventNotification"]["url"]).path
    assert Client().post(path, raw, content_type="application/json", headers=headers).status_code == 200


def test_a_claim_is_sent_signed_and_stored_with_the_fields_where_its_paper_has_them(here, there):
    claim = here.ready("SC-1", contacts=2)
    here.send(claim)
    (kept,) = there.envelopes
    assert [one["email"] for one in kept.signers] == [contact_of(claim).email, contact_of(claim, 1).email]
    tabs = [one["tabs"] for one in kept.definition["recipients"]["signers"]]
    assert all(len(one["signHereTabs"]) == 1 for one in tabs) and kept.missing_anchors() == []
    assert tabs[0]["signHereTabs"][0]["anchorString"] != tabs[1]["signHereTabs"][0]["anchorString"]
    for email in (contact_of(claim).email, contact_of(claim, 1).email):
        kept.sign(email, there.now())
    tell(there, kept, "envelope-completed")
    work()
    envelope = envelope_of(claim)
    assert envelope.state == E.COMPLETED
    assert {one.state for one in envelope.signers.all()} == {S.SIGNED}
    assert envelope.signed_file is not None and envelope.evidence is not None
    assert default_pdf(claim).sha256 != envelope.signed_file.sha256


def test_two_clicks_and_three_workers_make_one_envelope(here, there):
    claim = here.ready("SC-1")
    first, second = here.ask(claim), here.ask(claim)
    assert first.run.pk == second.run.pk
    (envelope,) = Envelope.objects.all()

    def try_to() -> None:
        try:
            send_one(envelope.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(try_to) for _ in range(3)]:
            one.result()
    send_one(envelope.pk)
    assert len(there.envelopes) == 1 and envelope_of(claim).state == E.SENT


@pytest.mark.parametrize("fault", ["lost", "500-after", "garbage"])
def test_after_a_lost_answer_it_is_found_and_not_sent_again(here, there, fault):
    claim = here.ready("SC-1")
    there.fail("create", fault)
    here.send(claim)
    assert envelope_of(claim).state == E.QUEUED
    with later(there, minutes=2):
        work()
    assert len(there.envelopes) == 1
    assert envelope_of(claim).provider_ref == there.envelopes[0].id


def test_a_limit_is_told_in_the_claims_row_and_sent_by_itself_when_it_is_over(here, there):
    claim = here.ready("SC-1")
    there.fail("create", "HOURLY_APIINVOCATION_LIMIT_EXCEEDED")
    here.send(claim)
    waiting = envelope_of(claim)
    assert waiting.state == E.QUEUED and "DocuSign asks us to wait until" in waiting.reason
    with later(there, minutes=10):
        work()
    assert there.envelopes == []
    with later(there, minutes=11):
        work()
    assert envelope_of(claim).state == E.SENT and len(there.envelopes) == 1


def test_what_waits_for_a_new_log_in_goes_as_soon_as_there_is_one(here, there):
    claim = here.ready("SC-1")
    there.revoke()
    here.send(claim)
    assert envelope_of(claim).state == E.QUEUED and there.envelopes == []
    assert Message.objects.filter(event="docusign.lost", name="Bea Boss").count() == 1
    here.linked.connect()
    work()
    assert envelope_of(claim).state == E.SENT


def test_news_that_is_late_doubled_and_out_of_order_changes_nothing_that_is_settled(here, there):
    claim = here.ready("SC-1")
    here.send(claim)
    (kept,) = there.envelopes
    kept.sign(contact_of(claim).email, there.now())
    for event in ("envelope-completed", "envelope-delivered", "envelope-sent", "envelope-completed"):
        tell(there, kept, event)
        work()
    assert envelope_of(claim).state == E.COMPLETED
    assert there.calls.count("combined") == 1


def test_without_any_news_asking_finds_what_happened(here, there):
    claim = here.ready("SC-1")
    here.send(claim)
    work()
    there.envelopes[0].decline(contact_of(claim).email, "The retention is wrong.", there.now())
    with later(there, minutes=16):
        work()
    declined = envelope_of(claim)
    assert (declined.state, declined.reason) == (E.DECLINED, "The retention is wrong.")


def test_a_bounce_is_told_to_whoever_sent_it(here, there):
    claim = here.ready("SC-1")
    here.send(claim)
    there.envelopes[0].bounce(contact_of(claim).email, there.now())
    tell(there, there.envelopes[0], "recipient-autoresponded", recipient="1")
    work()
    assert envelope_of(claim).state == E.BOUNCED
    assert envelope_of(claim).signers.get().reason == "550 No such user here"


def test_another_accounts_envelope_is_never_taken_for_ours(here, there):
    claim = here.ready("SC-1")
    here.send(claim)
    (kept,) = there.envelopes
    strange = type(kept)(kept.definition | {"transactionId": ""}, there.now(), status="completed")
    strange.definition = {**strange.definition, "customFields": {}}
    there.envelopes.append(strange)
    tell(there, strange, "envelope-completed")
    with later(there, minutes=16):
        work()
    assert envelope_of(claim).state == E.SENT


def test_voided_here_it_is_voided_there_and_reminding_asks_docusign(here, there):
    claim = here.ready("SC-1")
    here.send(claim)
    with later(there, hours=2):
        remind(here.admin, envelope_of(claim))
        work()
        assert there.envelopes[0].resent == 1
        void(here.admin, envelope_of(claim), "The variation was left out.")
        work()
    assert there.envelopes[0].status == "voided"
    assert there.envelopes[0].reason == "The variation was left out."
    assert envelope_of(claim).state == E.VOIDED


def test_signed_a_moment_before_it_was_voided_it_ends_as_signed(here, there):
    claim = here.ready("SC-1")
    here.send(claim)
    there.envelopes[0].sign(contact_of(claim).email, there.now())
    void(here.admin, envelope_of(claim), "Too late")
    with later(there, minutes=20):
        work()
        work()
    assert envelope_of(claim).state == E.COMPLETED


def test_a_signed_file_that_could_not_be_fetched_is_fetched_again(here, there):
    claim = here.ready("SC-1")
    here.send(claim)
    there.envelopes[0].sign(contact_of(claim).email, there.now())
    there.fail("combined", "garbage")
    tell(there, there.envelopes[0], "envelope-completed")
    work()
    assert envelope_of(claim).state != E.COMPLETED
    with later(there, minutes=2):
        work()
    assert envelope_of(claim).state == E.COMPLETED


def test_a_draft_is_completed_in_docusigns_pages_with_somebody_more(here, there):
    claim = here.ready("SC-1")
    here.send(claim, as_draft=True)
    (kept,) = there.envelopes
    assert kept.status == "created" and envelope_of(claim).state == E.DRAFT
    kept.signers.append(
        {
            "email": "director@apex.example",
            "name": "Dee",
            "recipientId": "9",
            "routingOrder": "2",
            "status": "sent",
        }
    )
    kept.send(there.now())
    with later(there, minutes=16):
        work()
    envelope = envelope_of(claim)
    assert envelope.state == E.SENT
    assert sorted(one.email for one in envelope.signers.all()) == sorted(
        [contact_of(claim).email, "director@apex.example"]
    )
    assert envelope.sent_at is not None and envelope.sent_at - envelope.requested_at < timedelta(hours=1)


def test_one_claim_is_completed_by_a_person_in_docusigns_own_pages(here, there):
    claim = here.ready("SC-1")
    browser = make.signed_in(here.person)
    address = f"/claims/{claim.pk}"
    assert "Complete with DocuSign" in browser.get(address).content.decode()
    answer = browser.post(f"{address}/signature-draft")
    envelope = envelope_of(claim)
    page = f"/signatures/{envelope.key}"
    assert answer["Location"] == page and "DocuSign is getting it ready" in browser.get(page).content.decode()
    assert browser.post(f"{address}/signature-draft")["Location"] == page, "a second click is the same one"
    send_one(envelope.pk)
    assert "Complete in DocuSign" in browser.get(page).content.decode()
    answer = browser.post(f"{page}/provider-page")
    assert answer["Refresh"].startswith(f"0; url={there.url}/sender/{envelope_of(claim).provider_ref}")
    there.envelopes[0].send(there.now())
    with later(there, minutes=16):
        work()
    assert "Correct in DocuSign" in browser.get(page).content.decode()
    assert "/correct/" in browser.post(f"{page}/provider-page")["Refresh"]
    there.fail("correct", "500")
    assert browser.post(f"{page}/provider-page", follow=True).redirect_chain == [(page, 302)]


def test_whoever_is_no_administrator_is_not_led_to_docusign(here, there):
    claim = here.ready("SC-1")
    here.send(claim)
    page = f"/signatures/{envelope_of(claim).key}"
    contact = make.signed_in(contact_of(claim))
    assert "Correct in DocuSign" not in contact.get(page).content.decode()
    assert contact.post(f"{page}/provider-page").status_code == 403
    assert contact.post(f"/claims/{claim.pk}/signature-draft").status_code in (302, 403)
    assert len(there.envelopes) == 1
