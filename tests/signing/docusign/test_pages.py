"""The page of the connection, logging in by a browser, and the address where news comes in."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from tallystick.audit.models import Event
from tallystick.core import clock
from tallystick.signing.docusign import connecting
from tallystick.signing.docusign.models import ConnectionState, DocusignConnection
from tallystick.signing.docusign.webhook import MOST_KEYS
from tallystick.signing.models import ProviderNews
from tests import factories as make
from tests.signing.docusign.schema import webhook_sample


@pytest.fixture
def boss(transactional_db):
    return make.make_account_admin(make.make_account("Northbuild"), "Bea Boss")


@pytest.fixture
def browser(boss) -> Client:
    return make.signed_in(boss)


def begin(browser: Client, account) -> str:
    """Press the button; where DocuSign's page is."""
    answer = browser.post(reverse("docusign-connection", args=[account.pk]))
    assert answer.status_code == 200 and answer["Referrer-Policy"] == "no-referrer"
    return answer["Refresh"].removeprefix("0; url=")


def log_in(url: str) -> str:
    """Consent at DocuSign; the address it sends back to, here."""
    back = urlsplit(httpx.get(url).headers["Location"])
    return f"{back.path}?{back.query}"


def said(answer) -> str:
    """The words of a page."""
    words = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(words.split())


def test_an_administrator_connects_in_three_steps_and_the_page_says_to_what(there, boss, browser):
    page = reverse("docusign", args=[boss.account.pk])
    assert "Not connected" in said(browser.get(page))
    url = begin(browser, boss.account)
    assert parse_qs(urlsplit(url).query)["code_challenge_method"] == ["S256"]
    answer = browser.get(log_in(url), follow=True)
    shown = said(answer)
    assert answer.redirect_chain == [(page, 302)]
    assert "DocuSign is connected: Northbuild Constructions." in shown
    assert "bea@northbuild.example" in shown and "Bea Boss" in shown and "Connect again" in shown


def test_an_answer_that_another_session_began_connects_nothing(there, boss, browser):
    other = make.signed_in(make.make_account_admin(boss.account, "Olga Other"))
    back = log_in(begin(browser, boss.account))
    answer = other.get(back)
    assert answer.status_code == 403 and "belongs to no log-in that was begun here" in said(answer)
    changed = back.replace("state=", "state=x")
    assert browser.get(changed).status_code == 403
    assert browser.get(back).status_code == 403, "a wrong state ends the attempt"
    assert not DocusignConnection.objects.exists()


def test_the_same_answer_works_once(there, boss, browser):
    back = log_in(begin(browser, boss.account))
    assert browser.get(back).status_code == 302
    assert browser.get(back).status_code == 403
    assert Event.objects.filter(name="docusign.connected").count() == 1


def test_somebody_who_says_no_at_docusign_is_told_that_nothing_was_connected(there, boss, browser):
    state = parse_qs(urlsplit(begin(browser, boss.account)).query)["state"][0]
    answer = browser.get(f"/docusign/callback?error=access_denied&state={state}", follow=True)
    assert "cancelled or refused" in said(answer) and not DocusignConnection.objects.exists()


def test_when_docusign_fails_meanwhile_the_page_says_what_to_do(there, boss, browser):
    for fault in ("userinfo", "exchange"):
        there.fail(fault, "500")
        answer = browser.get(log_in(begin(browser, boss.account)), follow=True)
        assert "DocuSign could not answer" in said(answer)
    assert not DocusignConnection.objects.exists()


def test_without_an_app_the_button_says_who_sets_it_up(boss, browser, settings):
    settings.DOCUSIGN_KEY = ""
    assert "TALLYSTICK_DOCUSIGN_KEY" in said(browser.get(reverse("docusign", args=[boss.account.pk])))
    assert browser.post(reverse("docusign-connection", args=[boss.account.pk])).status_code == 403


def test_the_page_shows_the_wait_and_what_has_to_be_connected_again(linked):
    browser = make.signed_in(make.make_account_admin(linked.account, "Ada Admin"))
    page = reverse("docusign", args=[linked.account.pk])
    DocusignConnection.objects.update(waits_until=clock.now() + timedelta(minutes=12))
    assert "DocuSign asks us to wait" in said(browser.get(page))
    DocusignConnection.objects.update(
        state=ConnectionState.RECONNECT, problem="DocuSign has ended the log-in."
    )
    shown = said(browser.get(page))
    assert "DocuSign has to be connected again" in shown and "DocuSign has ended the log-in." in shown
    browser.post(reverse("docusign-disconnection", args=[linked.account.pk]))
    assert not DocusignConnection.objects.exists()


def test_keys_are_kept_sealed_and_never_shown(linked):
    browser = make.signed_in(make.make_account_admin(linked.account, "Ada Admin"))
    address = reverse("docusign-keys", args=[linked.account.pk])
    assert browser.post(address, {"keys": " first-key \n\nsecond-key\nfirst-key"}).status_code == 302
    shown = said(browser.get(reverse("docusign", args=[linked.account.pk])))
    assert "2 keys kept here" in shown and "first-key" not in shown
    assert "first-key" not in linked.connection.hmac_keys
    answer = browser.post(address, {"keys": "a key with spaces"})
    assert answer.status_code == 422
    assert "Copy each key from DocuSign" in said(answer)
    many = "\n".join(f"key-{number}" for number in range(MOST_KEYS + 1))
    assert browser.post(address, {"keys": many}).status_code == 422


# --- news ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(linked, tmp_path):
    """An envelope that is out, with a key by which news is proved: posts what DocuSign would."""
    connecting.set_keys(linked.admin, linked.connection, ["connect-key-0", "connect-key-1"])
    linked.provider.send(linked.request(tmp_path))
    (kept,) = linked.there.envelopes
    address = kept.definition["eventNotification"]["url"]
    assert address.startswith("https://tally.example/hooks/docusign/")
    path = urlsplit(address).path

    def post(event: str = "envelope-completed", *, raw: bytes | None = None, to: str = path, **chosen) -> int:
        headers, body = linked.there.news(kept, event, **chosen)
        answer = Client(enforce_csrf_checks=True).post(
            to, raw or body, content_type="application/json", headers=headers
        )
        return answer.status_code

    post.kept = kept
    return post


def test_news_is_the_shape_of_docusigns_own_sample(linked, told):
    _, raw = linked.there.news(told.kept, "envelope-completed")
    ours, sample = json.loads(raw), webhook_sample()
    assert set(ours) <= set(sample) and set(ours["data"]) <= set(sample["data"])


def test_proved_news_is_kept_once_however_often_it_comes(told):
    assert told() == 200
    assert told(retry=1) == 200, "a retry says nothing that is new"
    assert told("recipient-completed", recipient="101") == 200
    assert ProviderNews.objects.count() == 2


@pytest.mark.parametrize("keys", [["another-key"], [], ["connect-key-1 "]])
def test_forged_news_is_refused(told, keys):
    assert told(keys=keys) == 401
    assert not ProviderNews.objects.exists()


def test_any_active_key_proves_it_in_any_numbered_header(told):
    assert told(keys=["old-key", "other", "connect-key-1"]) == 200


def test_a_changed_body_and_a_wrong_address_are_refused(linked, told):
    _, raw = linked.there.news(told.kept, "envelope-completed")
    assert told(raw=raw.replace(b"envelope-completed", b"envelope-declined!")) == 401
    other = "/hooks/docusign/5e3b9a10-0000-4000-8000-000000000000"
    assert told(to=other) == 401
    assert not ProviderNews.objects.exists()


def test_news_about_another_docusign_account_has_no_effect(told):
    assert told(account="00000000-0000-4000-8000-000000000000") == 200
    assert not ProviderNews.objects.exists()


def test_news_that_is_too_large_or_no_news_is_refused(linked, told, settings):
    assert told(raw=b"x" * (1024 * 1024 + 1)) == 413
    from tallystick.signing.docusign.webhook import signature_of

    path = urlsplit(told.kept.definition["eventNotification"]["url"]).path
    for raw in (b"no json", b"[]", b'{"data": {}}', b'{"data": null}', b"\xff\xfe"):
        proof = {"X-DocuSign-Signature-1": signature_of("connect-key-1", raw)}
        assert Client().post(path, raw, content_type="application/json", headers=proof).status_code == 401
    assert Client().get(path).status_code == 405


def test_news_still_comes_in_while_it_has_to_be_connected_again(told):
    DocusignConnection.objects.update(state=ConnectionState.RECONNECT)
    assert told() == 200 and ProviderNews.objects.count() == 1
