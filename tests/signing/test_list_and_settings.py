"""Signatures in the list of claims and in the settings of a project, over HTTP (R-SIGN-1 to -3, -6)."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.claims.models import Claim
from tallystick.claims.states import IN_SIGNATURE_STATE, SignatureState
from tallystick.core import clock
from tallystick.documents.actions import withdraw_signed
from tallystick.documents.models import SignedDocument
from tallystick.notifications.models import Message
from tallystick.runs.engine import run_inline
from tallystick.runs.models import Run
from tallystick.signing.models import Envelope, ProjectSigning
from tallystick.signing.states import FINAL
from tallystick.signing.states import EnvelopeState as E
from tallystick.signing.taking_back import void
from tests import factories as make
from tests.signing.site import envelope_of, work
from tests.signing.test_builtin import signs


def said(answer) -> str:
    words = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(words.split())


@pytest.fixture
def boss(site) -> Client:
    return make.signed_in(make.make_member(site.project, Level.ADMIN))


@pytest.fixture
def pages(site):
    return {
        name: reverse(name, args=[site.project.pk])
        for name in (
            "claims",
            "claims-signing",
            "claims-signing-reminders",
            "claims-signing-voiding",
            "project-signing",
        )
    }


def skipped(page: str, claim) -> dict[str, str]:
    """What a row's box says about the actions that it is left out of."""
    box = re.search(rf'<input type="checkbox" name="claim" value="{claim.pk}"[^>]*data-skip="([^"]*)"', page)
    return json.loads(html.unescape(box[1]))


def send(boss, pages, *claims):
    """Tick and press; the run is done by the worker."""
    answer = boss.post(pages["claims-signing"], {"claim": [claim.pk for claim in claims], "period": "all"})
    assert answer.status_code == 302
    for run in Run.objects.filter(kind="signature.send", state="queued"):
        run_inline(run)
    return answer


def test_ticked_claims_are_sent_with_progress_a_banner_and_a_line_for_each(site, boss, pages):
    first, second = site.ready("SC-1"), site.ready("SC-2")
    draft, nobody = site.ready("SC-3", certify=False), site.claim("SC-4")
    answer = boss.post(
        pages["claims-signing"],
        {"claim": [one.pk for one in (first, second, draft, nobody)], "period": "all"},
    )
    run = Run.objects.get(kind="signature.send")
    assert answer.headers["Location"] == f"{pages['claims']}?period=all#run-{run.pk}"
    assert str(run.pk) in boss.get(pages["claims"]).content.decode(), "its progress stands on the list"
    run_inline(run)
    page = said(boss.get(pages["claims"] + "?period=all"))
    assert "Built-in signing: 2 progress claims sent for signature, 2 progress claims left out" in page
    assert "SC-1 · 1" in page and "Out for signature" in page
    assert "SC-4 has no progress claim contact, and they are who signs." in page
    assert "This one is Draft." in page


def test_pressing_twice_sends_once(site, boss, pages):
    claim = site.ready("SC-1")
    first, second = (
        boss.post(pages["claims-signing"], {"claim": claim.pk, "period": "all"}) for _ in range(2)
    )
    assert first.headers["Location"] == second.headers["Location"]
    assert Envelope.objects.count() == 1 and Run.objects.filter(kind="signature.send").count() == 1


def test_everything_that_the_filter_leaves_is_sent(site, boss, pages):
    claims = [site.ready(f"SC-{number}") for number in range(3)]
    site.ready("SC-9", certify=False)
    boss.post(pages["claims-signing"], {"all_matching": "1", "period": "all", "status": "approved"})
    assert Envelope.objects.count() == len(claims)


def test_each_row_says_why_it_cannot_go(site, boss, pages):
    ready, draft = site.ready("SC-1"), site.ready("SC-2", certify=False)
    nobody, out = site.claim("SC-3"), site.ready("SC-4")
    site.send(out)
    page = boss.get(pages["claims"] + "?period=all").content.decode()
    assert "sign" not in skipped(page, ready)
    assert skipped(page, draft)["sign"] == "not approved"
    assert skipped(page, nobody)["sign"] == "without a progress claim contact"
    assert skipped(page, out)["sign"] == "out already"
    assert skipped(page, ready)["remind"] == skipped(page, ready)["void"] == "not out for signature"
    assert not {"remind", "void"} & skipped(page, out).keys()


def test_where_none_can_go_every_reason_stands_in_its_row_and_no_tick_is_lost(site, boss, pages):
    draft, nobody = site.ready("SC-1", certify=False), site.claim("SC-2")
    answer = boss.post(
        pages["claims-signing"], {"claim": [draft.pk, nobody.pk], "period": "all"}, follow=True
    )
    page = answer.content.decode()
    assert "None of these 2 progress claims can go" in said(answer)
    assert "SC-2 has no progress claim contact" in said(answer)
    assert len(re.findall(r'name="claim" value="\d+" checked', page)) == 2
    assert not Envelope.objects.exists()


def test_the_button_is_named_after_the_provider_and_says_why_it_is_grey(site, boss, pages, elsewhere):
    site.ready("SC-1")
    assert "Send for signature" in said(boss.get(pages["claims"]))
    site.choose(provider="docusign")
    page = said(boss.get(pages["claims"]))
    assert "Send to DocuSign" in page and "Send for signature" not in page
    assert re.search(r"Send to DocuSign .{0,40}DocuSign", page), "the reason stands beside it"
    answer = boss.post(pages["claims-signing"], {"claim": site.ready("SC-2").pk}, follow=True)
    assert "DocuSign" in said(answer) and not Envelope.objects.exists()


def test_nobody_but_administrators_sees_or_presses_it(site, pages):
    claim = site.ready("SC-1")
    for level in (Level.READ_ONLY, Level.STANDARD):
        browser = make.signed_in(make.make_member(site.project, level))
        assert "Send for signature" not in said(browser.get(pages["claims"]))
        for name in ("claims-signing", "claims-signing-reminders", "claims-signing-voiding"):
            assert browser.post(pages[name], {"claim": claim.pk}).status_code == 403


def test_the_column_the_filter_and_the_counts_tell_how_far_each_is(site, boss, pages):
    claims = {name: site.ready(name) for name in ("SC-1", "SC-2", "SC-3", "SC-4")}
    site.ready("SC-5", certify=False)
    send(boss, pages, *[claims[name] for name in ("SC-2", "SC-3", "SC-4")])
    signs(claims["SC-3"])
    work()
    Envelope.objects.filter(pk=envelope_of(claims["SC-4"]).pk).update(state=E.BOUNCED)
    for state, expected in (("unsigned", "SC-1"), ("out", "SC-2"), ("signed", "SC-3"), ("stuck", "SC-4")):
        answer = boss.get(f"{pages['claims']}?period=all&signature={state}")
        rows = re.findall(r'<span class="sub">(SC-\d)', answer.content.decode())
        assert rows == [expected], state
    page = said(boss.get(pages["claims"] + "?period=all"))
    assert "Came back" in page and "Needs attention" in page
    link = reverse("signature", args=[envelope_of(claims["SC-2"]).key])
    assert link in boss.get(pages["claims"] + "?period=all").content.decode()
    assert boss.get(pages["claims"] + "?signature=nonsense").status_code == 200
    in_order = boss.get(pages["claims"] + "?period=all&sort=signature").content.decode()
    assert re.findall(r'<span class="sub">(SC-\d)', in_order)[:4] == ["SC-1", "SC-2", "SC-4", "SC-3"]


def test_a_signed_version_that_is_withdrawn_is_not_signed_any_more(site, boss, pages):
    claim = site.ready("SC-1")
    send(boss, pages, claim)
    signs(claim)
    work()
    withdraw_signed(site.admin, SignedDocument.objects.get(claim=claim))
    page = boss.get(pages["claims"] + "?period=all").content.decode()
    assert "sign" not in skipped(page, claim)
    assert (
        boss.get(f"{pages['claims']}?period=all&signature=unsigned").content.decode().count("data-row ") == 1
    )
    send(boss, pages, claim)
    assert envelope_of(claim).state == E.SENT


def test_the_list_knows_every_state_that_a_request_can_have():
    sorted_ones = frozenset().union(*IN_SIGNATURE_STATE.values())
    assert {state.value for state in E} - sorted_ones == {"completed", "voided"}
    out = IN_SIGNATURE_STATE[SignatureState.OUT]
    assert not out & {state.value for state in FINAL}


def test_chosen_claims_are_reminded_and_each_says_why_not(site, boss, pages):
    out, fresh, quiet = site.ready("SC-1"), site.ready("SC-2"), site.ready("SC-3")
    send(boss, pages, out)
    Envelope.objects.update(sent_at=clock.now() - timedelta(hours=2))
    send(boss, pages, fresh)
    answer = boss.post(
        pages["claims-signing-reminders"],
        {"claim": [out.pk, fresh.pk, quiet.pk], "period": "all"},
        follow=True,
    )
    page = said(answer)
    assert "The signers of 1 progress claim are reminded. 2 left out." in page
    assert "SC-2 · 1: They were asked within the last hour." in page
    assert "SC-3 · 1: It is not out for signature." in page
    assert Message.objects.filter(event="signature.reminder").count() == 1


def test_chosen_claims_are_taken_back_with_one_reason(site, boss, pages):
    claims = [site.ready(f"SC-{number}") for number in (1, 2)]
    quiet = site.ready("SC-3")
    send(boss, pages, *claims)
    ticked = {"claim": [one.pk for one in (*claims, quiet)], "period": "all"}
    asked = boss.post(pages["claims-signing-voiding"], ticked)
    assert asked.status_code == 200 and "SC-3 · 1 : not out for signature" in said(asked)
    assert Envelope.objects.filter(state=E.SENT).count() == 2, "asking takes nothing back"
    silent = boss.post(pages["claims-signing-voiding"], {**ticked, "confirm": "1", "reason": " "})
    assert silent.status_code == 422 and "Say why it is taken back" in said(silent)
    done = boss.post(
        pages["claims-signing-voiding"], {**ticked, "confirm": "1", "reason": "Wrong rate"}, follow=True
    )
    assert "2 progress claims are taken back from signature. 1 left out." in said(done)
    assert Envelope.objects.filter(state=E.VOIDED).count() == 2
    again = boss.post(
        pages["claims-signing-voiding"], {**ticked, "confirm": "1", "reason": "Wrong rate"}, follow=True
    )
    assert "Nothing was done. 3 left out." in said(again)


def test_nothing_ticked_says_so(boss, pages):
    for name in ("claims-signing", "claims-signing-reminders", "claims-signing-voiding"):
        assert re.search("tick (it|them) in the list", said(boss.post(pages[name], follow=True)))


# --- the settings of a project -------------------------------------------------------------------------------------


def typed(page: str, **more) -> dict[str, str]:
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    return {
        "provider": "builtin",
        "rule": "all",
        "expiry_days": "14",
        "remind_after_days": "2",
        "remind_every_days": "5",
        "seen": seen,
        **more,
    }


def test_a_project_chooses_how_its_claims_are_signed(site, boss, pages):
    page = boss.get(pages["project-signing"]).content.decode()
    answer = boss.post(pages["project-signing"], typed(page), follow=True)
    assert "The settings are saved." in said(answer)
    chosen = ProjectSigning.objects.get(project=site.project)
    assert (chosen.rule, chosen.expiry_days, chosen.remind_every_days) == ("all", 14, 5)
    told = Event.objects.get(name="signature.settings_changed").facts["what"]
    assert told == "all sign, 14 days to sign, a first reminder after 2 days and another one every 5 days"
    history = said(boss.get(reverse("project-settings-history", args=[site.project.pk])))
    assert "14 days to sign" in history


def test_any_one_is_not_offered_with_docusign_and_the_page_says_why(site, boss, pages):
    page = boss.get(pages["project-signing"])
    assert "it has no way to let any one of several sign" in said(page)
    assert "DocuSign:" in said(page), "why it can't be chosen yet"
    answer = boss.post(pages["project-signing"], typed(page.content.decode(), provider="docusign"))
    assert answer.status_code == 422 and not ProjectSigning.objects.exists()
    site.choose(provider="docusign", rule="all")
    page = boss.get(pages["project-signing"]).content.decode()
    answer = boss.post(pages["project-signing"], typed(page, provider="docusign", rule="any"))
    assert answer.status_code == 422 and ProjectSigning.objects.get().rule == "all"


def test_choices_of_two_people_overwrite_nothing(site, boss, pages):
    page = boss.get(pages["project-signing"]).content.decode()
    boss.post(pages["project-signing"], typed(page))
    late = boss.post(pages["project-signing"], typed(page, expiry_days="60"))
    assert late.status_code == 409 and "14 days to sign" in said(late)
    assert ProjectSigning.objects.get().expiry_days == 14


@pytest.mark.parametrize("days", ["0", "121", "-3", "many", ""])
def test_days_that_make_no_sense_are_refused(boss, pages, days):
    page = boss.get(pages["project-signing"]).content.decode()
    answer = boss.post(pages["project-signing"], typed(page, expiry_days=days))
    assert answer.status_code == 422 and not ProjectSigning.objects.exists()


def test_only_the_latest_request_of_this_revision_counts(site, boss, pages):
    claim = site.ready("SC-1")

    def shown() -> list[str]:
        address = f"{pages['claims']}?period=all&signature="
        return [
            state.value
            for state in SignatureState
            if f'id="claim-{claim.pk}"' in boss.get(address + state.value).content.decode()
        ]

    assert shown() == ["unsigned"]
    send(boss, pages, claim)
    assert shown() == ["out"]
    void(site.admin, envelope_of(claim), "Wrong.")
    assert shown() == ["unsigned"]
    send(boss, pages, claim)
    Envelope.objects.filter(claim=claim, state=E.SENT).update(state=E.DECLINED, ended_at=clock.now())
    assert shown() == ["stuck"]
    send(boss, pages, claim)
    assert shown() == ["out"], "a later one stands for the one that was declined"
    void(site.admin, envelope_of(claim), "Wrong.")
    assert shown() == ["unsigned"]
    Envelope.objects.filter(pk=envelope_of(claim).pk).update(state=E.EXPIRED)
    assert shown() == ["stuck"]
    Claim.objects.filter(pk=claim.pk).update(revision=1)
    assert shown() == ["unsigned"], "it was about an earlier revision"
