"""Signing here over HTTP: from the link in an e-mail, by a code, to the thank-you page (esign §5)."""

from __future__ import annotations

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from tallystick.claims.models import Claim
from tallystick.contracts.models import ClaimContact
from tallystick.core import clock
from tallystick.directory.models import Locale, Person, PointOfView
from tallystick.documents.page_pictures import picture_path
from tallystick.documents.store import local_path
from tallystick.notifications.models import Message
from tallystick.signing.builtin.verifying import verify_signed
from tallystick.signing.evidence import chain_of
from tallystick.signing.models import EnvelopeEvent
from tallystick.signing.states import EnvelopeState as E
from tallystick.signing.states import SigningRule
from tallystick.signing.taking_back import void
from tallystick.terms.lint import wrong_articles
from tests import factories as make
from tests.signing.site import contact_of, envelope_of, work

DRAWN = json.dumps([[[10, 200], [200, 40], [400, 250], [600, 60]], [[650, 150], [900, 150]]])


def said(answer) -> str:
    """The words of a page."""
    words = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(words.split())


def at(claim: Claim, what: str = "signing") -> str:
    return reverse(f"signature-{what}", args=[envelope_of(claim).key])


def link_to(person: Person, event: str = "signature.requested") -> str:
    """The link in the latest e-mail to somebody."""
    message = Message.objects.filter(event=event, address=person.email).latest("created_at")
    return re.search(r"http\S+(/e/\S+)", message.text)[1]


def come_in(person: Person, link: str) -> tuple[Client, str]:
    """By the link and the code that is mailed; where one is led."""
    browser = Client()
    assert browser.get(link).status_code == 200
    assert browser.post(link).headers["Location"] == "/sign-in/code"
    answer = browser.post("/sign-in/code", {"code": make.code_mailed_to(person)})
    return browser, answer.headers["Location"]


@pytest.fixture
def out(site) -> Claim:
    """A claim that is out to one contact."""
    claim = site.ready("SC-7")
    site.send(claim)
    return claim


@pytest.fixture
def contact(out) -> Client:
    return make.signed_in(contact_of(out))


def opened(browser: Client, claim: Claim) -> str:
    """The page with the document."""
    answer = browser.post(at(claim, "opening"), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def pages_in(page: str) -> int:
    return len(re.findall(r'<figure data-page="', page))


def typed(claim: Claim, pages: int, **more: str) -> dict[str, str]:
    """What the form sends once all pages were on the screen."""
    shown = ",".join(str(number) for number in range(1, pages + 1))
    return {"pages": shown, "consent": "on", "how": "typed", "written_name": "Carl Contact", **more}


def signs(browser: Client, claim: Claim, **more: str):
    pages = pages_in(opened(browser, claim))
    return browser.post(at(claim), typed(claim, pages, **more), follow=True)


def test_from_the_link_in_the_e_mail_to_the_signed_document(out):
    person = contact_of(out)
    browser, place = come_in(person, link_to(person))
    assert place == at(out)
    cover = browser.get(place)
    assert "asks you to sign this progress claim for" in said(cover)
    assert "Opening it signs nothing." in said(cover) and "<figure" not in cover.content.decode()
    assert "Due with GST AUD 10,450.00" in said(cover)
    assert envelope_of(out).state == E.SENT, "looking changes nothing"
    page = opened(browser, out)
    assert envelope_of(out).state == E.VIEWED
    pages = pages_in(page)
    assert pages == 2 and "I have read the whole document. I agree to sign it electronically" in page
    picture = browser.get(reverse("signature-page", args=[envelope_of(out).key, 1]))
    assert b"".join(picture.streaming_content).startswith(b"\x89PNG")
    thanks = browser.post(at(out), typed(out, pages), follow=True)
    assert "Thank you. You have signed for" in said(thanks)
    assert "The document is being sealed" in said(thanks)
    work()
    assert "The signed document is ready." in said(browser.get(at(out)))
    file = browser.get(at(out, "document") + "?download=1")
    assert file.headers["Content-Disposition"].endswith('(signed).pdf"')
    assert b"".join(file.streaming_content) == local_path(envelope_of(out).signed_file).read_bytes()
    assert verify_signed(local_path(envelope_of(out).signed_file)).ok


def test_the_evidence_says_how_the_signer_was_known(out):
    person = contact_of(out)
    browser, _ = come_in(person, link_to(person))
    signs(browser, out)
    signed = next(one for one in chain_of(envelope_of(out)) if one["event"] == "signed")
    proof = signed["facts"]["proof"]
    assert proof["said"].startswith("a code mailed to the address, message <")
    assert signed["facts"]["address"] == "127.0.0.1"
    read = next(one for one in chain_of(envelope_of(out)) if one["event"] == "read")
    assert read["facts"]["pages_shown"] == [1, 2]


def test_whoever_was_signed_in_before_is_said_to_have_been(out, contact):
    signs(contact, out)
    signed = next(one for one in chain_of(envelope_of(out)) if one["event"] == "signed")
    assert signed["facts"]["proof"]["said"].startswith("signed in with a password")


def test_the_link_alone_opens_nothing_and_is_nobody_elses(out):
    link = link_to(contact_of(out))
    stranger = Client()
    shown = said(stranger.get(link))
    assert "leads to a progress claim to sign" in shown and contact_of(out).email not in shown
    assert stranger.get(at(out)).headers["Location"].startswith("/sign-in")
    other = make.signed_in(make.make_person(make.make_company(out.contract.project.account)))
    assert "In this browser you are signed in as" in said(other.get(link))
    for what in ("signing", "document"):
        assert other.get(at(out, what)).status_code == 404
    assert other.post(at(out, "opening")).status_code == 404
    assert other.get(reverse("signature-page", args=[envelope_of(out).key, 1])).status_code == 404


def test_an_administrator_sees_how_far_it_is_and_cannot_sign_for_the_contact(site, out):
    boss = make.signed_in(make.make_member(site.project, make.Level.ADMIN))
    answer = boss.get(at(out), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("signature", args=[envelope_of(out).key])
    assert "you are not among them" in said(answer)
    assert boss.post(at(out, "opening")).status_code == 403
    boss.post(at(out), typed(out, 2))
    assert envelope_of(out).state == E.SENT


def test_nobody_signs_unread_undecided_or_unsigned(out, contact):
    pages = pages_in(opened(contact, out))
    for left_out, told in (
        ({"pages": "1"}, "Go through every page before you sign"),
        ({"consent": ""}, "Tick that you agree to sign electronically"),
        ({"written_name": "  "}, "Type your name or draw your signature."),
        ({"how": "drawn", "strokes": "[]"}, "Draw your signature, or type your name."),
        ({"how": "drawn", "strokes": "[[["}, "The drawn signature can't be read."),
    ):
        answer = contact.post(at(out), {**typed(out, pages), **left_out})
        assert answer.status_code == 422 and told in said(answer), left_out
    assert envelope_of(out).state == E.VIEWED


def test_what_was_typed_is_still_there_when_something_is_missing(out, contact):
    pages = pages_in(opened(contact, out))
    answer = contact.post(at(out), typed(out, pages, consent="", strokes=DRAWN))
    page = answer.content.decode()
    assert 'value="Carl Contact"' in page and 'value="1,2"' in page
    assert html.escape(DRAWN) in page


def test_without_scripts_one_says_that_one_has_read_it(out, contact):
    opened(contact, out)
    answer = contact.post(
        at(out), {"confirmed": "on", "consent": "on", "written_name": "Carl Contact"}, follow=True
    )
    assert "Thank you." in said(answer)
    read = EnvelopeEvent.objects.get(envelope=envelope_of(out), name="read")
    assert read.facts["confirmed"] is True


def test_a_drawn_signature_is_taken(out, contact):
    assert "Thank you." in said(signs(contact, out, how="drawn", strokes=DRAWN, written_name=""))
    work()
    assert envelope_of(out).state == E.COMPLETED


def test_nothing_is_signed_before_it_was_opened(out, contact):
    answer = contact.post(at(out), typed(out, 2))
    assert answer.status_code == 422 and "<figure" not in answer.content.decode()
    assert envelope_of(out).state == E.SENT


@pytest.mark.django_db(transaction=True)
def test_signing_twice_at_once_is_signing_once(out, contact):
    pages = pages_in(opened(contact, out))

    def press(_: int):
        try:
            return contact.post(at(out), typed(out, pages)).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(press, range(2))) == [302, 302]
    assert EnvelopeEvent.objects.filter(envelope=envelope_of(out), name="signed").count() == 1


def test_declining_needs_a_reason_and_tells_whoever_asked(out, contact):
    opened(contact, out)
    answer = contact.post(at(out, "refusal"), {"reason": " "})
    assert answer.status_code == 422 and "whoever asked needs to know" in said(answer)
    assert '<details class="sign-refusal" open>' in answer.content.decode()
    answer = contact.post(at(out, "refusal"), {"reason": "Line 3 is wrong."}, follow=True)
    assert "You declined to sign." in said(answer) and "Line 3 is wrong." in said(answer)
    assert envelope_of(out).state == E.DECLINED
    again = contact.post(at(out, "refusal"), {"reason": "Once more"}, follow=True)
    assert "Line 3 is wrong." in said(again) and "Once more" not in said(again)
    assert "there is nothing to sign any more" in said(contact.post(at(out), typed(out, 2), follow=True))


def test_a_page_that_was_open_while_it_was_taken_back_says_so(site, out, contact):
    pages = pages_in(opened(contact, out))
    void(site.admin, envelope_of(out), "Wrong amount")
    answer = contact.post(at(out), typed(out, pages), follow=True)
    assert "was taken back, so there is nothing to sign any more" in said(answer)
    assert contact.get(reverse("signature-page", args=[envelope_of(out).key, 1])).status_code == 404
    assert envelope_of(out).state == E.VOIDED


def test_after_the_time_to_sign_the_page_says_so(out, contact):
    pages = pages_in(opened(contact, out))
    with clock.at(envelope_of(out).expires_at + timedelta(minutes=1)):
        assert "The time to sign is over." in said(contact.get(at(out)))
        answer = contact.post(at(out), typed(out, pages), follow=True)
        assert "The time to sign is over." in said(answer)
        work()
    assert envelope_of(out).state == E.EXPIRED


def test_of_several_each_signs_and_is_told_whom_it_waits_for(site):
    site.choose(rule=SigningRule.ALL)
    claim = site.ready("SC-8", contacts=2)
    site.send(claim)
    first, second = (make.signed_in(contact_of(claim, place)) for place in (0, 1))
    assert "asked as well. Everybody’s signature is needed." in said(first.get(at(claim)))
    thanks = said(signs(first, claim))
    assert f"It waits for {contact_of(claim, 1).name}." in thanks
    assert "Thank you." in said(signs(second, claim))
    work()
    assert "The signed document is ready." in said(first.get(at(claim)))


def test_declined_by_another_there_is_nothing_to_sign(site):
    site.choose(rule=SigningRule.ALL)
    claim = site.ready("SC-8", contacts=2)
    site.send(claim)
    first, second = (make.signed_in(contact_of(claim, place)) for place in (0, 1))
    opened(first, claim)
    first.post(at(claim, "refusal"), {"reason": "No."})
    assert "Signing was declined" in said(second.get(at(claim)))


def test_by_the_rule_any_one_the_second_comes_too_late(site):
    claim = site.ready("SC-8", contacts=2)
    site.send(claim)
    first, second = (make.signed_in(contact_of(claim, place)) for place in (0, 1))
    assert "One signature is enough." in said(first.get(at(claim)))
    pages = pages_in(opened(second, claim))
    signs(first, claim)
    answer = second.post(at(claim), typed(claim, pages), follow=True)
    assert "there is nothing to sign any more" in said(answer)
    work()
    assert "This progress claim is signed." in said(second.get(at(claim)))


def test_somebody_who_is_no_contact_any_more_is_told_so(site):
    claim = site.ready("SC-9", is_private=True)
    site.send(claim)
    contact = make.signed_in(contact_of(claim))
    ClaimContact.objects.filter(contract=claim.contract).delete()
    assert "not a progress claim contact of this contract any more" in said(contact.get(at(claim)))
    assert contact.get(reverse("signature-page", args=[envelope_of(claim).key, 1])).status_code == 404


def test_pictures_that_were_swept_away_are_drawn_again(out, contact):
    opened(contact, out)
    document = envelope_of(out).document
    path = picture_path(document, 2)
    for picture in path.parent.iterdir():
        picture.unlink()
    answer = contact.get(reverse("signature-page", args=[envelope_of(out).key, 2]))
    assert answer.status_code == 404 or b"".join(answer.streaming_content)
    assert contact.get(reverse("signature-page", args=[envelope_of(out).key, 99])).status_code == 404


def test_a_picture_is_not_kept_in_any_shared_cache(out, contact):
    opened(contact, out)
    assert (
        contact.get(reverse("signature-page", args=[envelope_of(out).key, 1]))
        .headers["Cache-Control"]
        .startswith("private")
    )
    assert "no-store" in contact.get(at(out)).headers["Cache-Control"]


# --- the page of those who asked -----------------------------------------------------------------------------------


def test_an_administrator_takes_it_back_with_a_reason(site, out):
    boss = make.signed_in(make.make_member(site.project, make.Level.ADMIN))
    page = reverse("signature", args=[envelope_of(out).key])
    assert "Void" in said(boss.get(page))
    answer = boss.post(at(out, "voiding"), {"reason": ""})
    assert answer.status_code == 422 and "Say why it is taken back" in said(answer)
    answer = boss.post(at(out, "voiding"), {"reason": "Wrong amount"}, follow=True)
    assert "It is taken back." in said(answer) and "Wrong amount" in said(answer)
    again = boss.post(at(out, "voiding"), {"reason": "Again"}, follow=True)
    assert "There is nothing to void." in said(again)


def test_a_reminder_is_sent_once_an_hour(site, out):
    boss = make.signed_in(make.make_member(site.project, make.Level.ADMIN))
    early = boss.post(at(out, "reminder"), follow=True)
    assert "They were asked within the last hour." in said(early)
    with clock.at(envelope_of(out).sent_at + timedelta(hours=2)):
        assert "Those who have not signed are reminded." in said(boss.post(at(out, "reminder"), follow=True))
    assert Message.objects.filter(event="signature.reminder").count() == 1


def test_a_contact_neither_voids_nor_reminds(out, contact):
    for what in ("voiding", "reminder"):
        assert contact.post(at(out, what), {"reason": "x"}).status_code == 403
    page = said(contact.get(reverse("signature", args=[envelope_of(out).key])))
    assert "Read and sign" in page and "Void" not in page


def test_the_claim_says_in_its_header_how_its_signature_stands(out, contact):
    def chip() -> str:
        page = contact.get(reverse("claim", args=[out.pk])).content.decode()
        return page[page.index(f'<a href="{reverse("signature", args=[envelope_of(out).key])}">') :][:400]

    assert E.SENT.label in chip()
    signs(contact, out)
    work()
    assert E.COMPLETED.label in chip()


def test_the_evidence_is_there_once_it_is_signed(out, contact):
    assert contact.get(at(out, "evidence")).status_code == 404
    signs(contact, out)
    work()
    answer = contact.get(at(out, "evidence"))
    told = json.loads(b"".join(answer.streaming_content))
    assert told["signers"][0]["state"] == "signed"


def test_what_waits_for_ones_signature_stands_first_in_my_contracts(site, out, contact):
    page = contact.get(reverse("my-contracts"))
    assert "To sign 1" in said(page) and at(out) in page.content.decode()
    other = make.signed_in(make.make_claim_contact(make.make_contract(site.project)))
    assert "To sign" not in said(other.get(reverse("my-contracts")))
    signs(contact, out)
    assert "To sign" not in said(contact.get(reverse("my-contracts")))


def test_nothing_waits_any_more_for_whoever_is_no_contact(site, out, contact):
    ClaimContact.objects.filter(contract=out.contract).delete()
    assert "To sign" not in said(contact.get(reverse("my-contracts")))


def test_the_pages_of_signing_read_well_in_every_dictionary(site, out):
    person = contact_of(out)
    for view, locale in [(view, locale) for view in PointOfView.values for locale in Locale.values]:
        person.login.point_of_view, person.login.locale = view, locale
        person.login.save()
        contact = make.signed_in(person)
        pages = [contact.get(at(out)), contact.get(reverse("signature", args=[envelope_of(out).key]))]
        if view == PointOfView.values[-1]:
            pages.append(contact.post(at(out, "opening"), follow=True))
        for answer in pages:
            page = answer.content.decode()
            assert answer.status_code == 200 and page.count("<h1") == 1
            assert [str(fault) for fault in wrong_articles(page)] == [], f"{view}, {locale}"
            assert "{" not in said(answer), f"{view}, {locale}"
