"""A claim that is out for signature is changed only after a yes to just that, over HTTP (R-SIGN, esign)."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.models import Claim
from tallystick.claims.states import ClaimStatus
from tallystick.notifications.models import Message
from tallystick.signing.models import Envelope
from tallystick.signing.states import EnvelopeState as E
from tallystick.signing.taking_back import void
from tests import factories as make
from tests.signing.site import contact_of, envelope_of, key


def said(answer) -> str:
    words = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(words.split())


@pytest.fixture
def boss(site) -> Client:
    return make.signed_in(make.make_member(site.project, Level.ADMIN))


@pytest.fixture
def out(site) -> Claim:
    claim = site.ready("SC-7")
    site.send(claim)
    return claim


def reopen(boss: Client, claim: Claim, **more: str):
    return boss.post(
        reverse("claim-status", args=[claim.pk]),
        {"target": "draft", "reason": "Wrong quantity.", **more},
        follow=True,
    )


def hidden_in(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def test_a_stale_page_is_asked_first_and_what_was_typed_goes_along(boss, out):
    answer = reopen(boss, out)
    assert answer.status_code == 409 and "This will void a request for signature" in said(answer)
    assert f"out for signature with {contact_of(out).name}" in said(answer)
    assert envelope_of(out).state == E.SENT
    kept = hidden_in(answer.content.decode())
    assert kept["target"] == "draft" and kept["reason"] == "Wrong quantity."
    done = boss.post(reverse("claim-status", args=[out.pk]), kept, follow=True)
    assert "Reopened as revision 1." in said(done)
    assert envelope_of(out).state == E.VOIDED and envelope_of(out).reason == "Wrong quantity."
    assert Message.objects.filter(event="signature.taken_back").count() == 1


def test_the_dialog_asks_at_once_where_the_page_knows(boss, out):
    page = boss.get(reverse("claim", args=[out.pk])).content.decode()
    assert "This will void a request for signature" in page
    token = re.search(r'name="held" value="([^"]+)"', page)[1]
    assert "Reopened as revision 1." in said(reopen(boss, out, held=token))


def test_a_yes_to_one_request_is_none_to_the_next(site, boss, out):
    old = str(key(out))
    void(site.admin, envelope_of(out), "Wrong address")
    site.send(out)
    for token in (old, "1", "true", ""):
        assert reopen(boss, out, held=token).status_code == 409, token
    assert envelope_of(out).state == E.SENT
    assert out.status == Claim.objects.get(pk=out.pk).status


def test_by_then_it_is_not_out_any_more_and_nothing_is_asked(site, boss, out):
    void(site.admin, envelope_of(out), "Wrong address")
    assert "Reopened as revision 1." in said(reopen(boss, out, held=str(key(out))))


def test_a_missing_period_is_chosen_only_after_the_question(site, boss, out):
    Claim.objects.filter(pk=out.pk).update(period=None)
    typed = {
        "period": site.period.pk,
        "billing_date": out.billing_date.isoformat(),
        "claim_type": out.claim_type,
    }
    address = reverse("claim-details", args=[out.pk])
    answer = boss.post(address, typed)
    assert answer.status_code == 409 and "This will void a request for signature" in said(answer)
    assert Claim.objects.get(pk=out.pk).period_id is None
    kept = hidden_in(answer.content.decode())
    assert boss.post(address, kept).status_code == 302
    assert Claim.objects.get(pk=out.pk).period_id == site.period.pk
    assert envelope_of(out).state == E.VOIDED


def test_in_bulk_those_that_are_out_go_only_with_the_box_ticked(site, boss, out):
    other = site.ready("SC-8")
    address = reverse("claim-statuses", args=[site.project.pk])
    ticked = {"claim": [out.pk, other.pk], "period": "all"}
    page = boss.post(address, ticked)
    assert "1 progress claim is out for signature. Reopening one voids its request" in said(page)
    tokens = {name: value for name, value in hidden_in(page.content.decode()).items() if "held-" in name}
    move = {**ticked, **tokens, "target": "draft", "reason": "New rates."}
    left = boss.post(address, move, follow=True)
    assert "1 left out" in said(left) and Claim.objects.get(pk=other.pk).status == ClaimStatus.DRAFT
    assert envelope_of(out).state == E.SENT
    boss.post(address, {**move, "let_go": "1"}, follow=True)
    assert envelope_of(out).state == E.VOIDED
    assert Claim.objects.get(pk=out.pk).status == ClaimStatus.DRAFT


def test_what_is_typed_into_the_grid_of_a_certified_claim_changes_nothing(boss, out):
    answer = boss.post(reverse("claim-entries", args=[out.pk]), {"version": out.version})
    assert answer.status_code in (302, 403, 409)
    assert envelope_of(out).state == E.SENT


def test_the_claims_page_says_how_far_it_is_and_leads_the_signer_on(site, boss, out):
    page = boss.get(reverse("claim", args=[out.pk]))
    assert reverse("signature", args=[key(out)]) in page.content.decode() and "Read and sign" not in said(
        page
    )
    contact = make.signed_in(contact_of(out))
    assert "You are asked to sign this progress claim." in said(contact.get(reverse("claim", args=[out.pk])))


def test_one_claim_is_sent_from_its_own_page(site, boss):
    claim = site.ready("SC-9")
    page = boss.get(reverse("claim", args=[claim.pk])).content.decode()
    assert "Send for signature" in page
    boss.post(reverse("claims-signing", args=[site.project.pk]), {"claim": claim.pk, "period": "all"})
    assert Envelope.objects.get(claim=claim).state == E.QUEUED
    assert "is on its way to" in said(boss.get(reverse("claim", args=[claim.pk])))
