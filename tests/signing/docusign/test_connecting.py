"""Connecting once, and staying connected: one refresher, rotation, and the day the grant is gone (esign §1.1)."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from django.db import connections

from tallystick.access.actor import Actor
from tallystick.audit.models import Event
from tallystick.core import clock
from tallystick.core.errors import Refused
from tallystick.core.vault import unseal
from tallystick.notifications.models import Message
from tallystick.signing.docusign import connecting, oauth, tokens
from tallystick.signing.docusign.models import ConnectionState, DocusignConnection
from tallystick.signing.docusign.provider import ready
from tallystick.signing.seam import NotConnected, RefusedByProvider, Unavailable
from tests import factories as make


def age(linked, **by: float) -> None:
    """As if the token had been given so much earlier."""
    row = linked.connection
    row.access_expires_at -= timedelta(**by)
    row.refreshed_at -= timedelta(**by)
    row.save()


def test_it_is_connected_to_the_default_account_with_tokens_that_nobody_can_read(linked):
    row = linked.connection
    assert (row.docusign_account_name, row.user_email) == (
        "Northbuild Constructions",
        "bea@northbuild.example",
    )
    assert row.connected_by_name == linked.admin.name and row.base_uri == linked.there.url
    assert not row.access_token.startswith("access-") and row.access_token.count(":") == 1
    assert unseal(row.access_token, tokens.place(row, "access_token")).startswith("access-")
    assert (
        Event.objects.get(name="docusign.connected").facts["docusign_account"] == "Northbuild Constructions"
    )
    assert ready(linked.account)


def test_a_code_without_its_verifier_is_worth_nothing(linked):
    attempt = oauth.Attempt.begin()
    given = httpx.get(oauth.log_in_url(attempt, linked.there.redirect_uri))
    code = given.headers["Location"].split("code=")[1].split("&")[0]
    stolen = oauth.Attempt(attempt.state, "another verifier")
    before = linked.connection.access_token
    with pytest.raises(oauth.GrantGone):
        connecting.connect(linked.admin, linked.account, stolen, code, linked.there.redirect_uri)
    assert linked.connection.access_token == before


def test_only_an_administrator_of_the_account_connects(linked):
    other = Actor.of(make.make_person(make.own_company(linked.account)).login)
    with pytest.raises(Refused, match="administrator of the account"):
        connecting.connect(other, linked.account, oauth.Attempt.begin(), "code", "uri")
    with pytest.raises(Refused, match="administrator of the account"):
        connecting.disconnect(other, linked.account)


@pytest.mark.parametrize(
    "uri",
    [
        "http://na3.docusign.net",
        "https://docusign.net.evil.example",
        "https://evil.example/.docusign.net",
        "https://evildocusign.net",
        "https://user@na3.docusign.net",
        "https://na3.docusign.net:8443",
        "https://na3.docusign.net/x",
        "https://169.254.169.254",
        "",
    ],
)
def test_tokens_go_to_no_host_but_docusigns(linked, uri):
    with pytest.raises(RefusedByProvider, match="none of its own"):
        oauth.trusted(uri)
    row = linked.connection
    row.base_uri = uri
    row.save()
    with pytest.raises(RefusedByProvider):
        _ = linked.provider


@pytest.mark.parametrize(
    "uri", ["https://na3.docusign.net", "https://eu.docusign.com/", "https://NA4.docusign.net:443"]
)
def test_its_own_hosts_are_trusted(uri, settings):
    settings.DOCUSIGN_API_SERVER = ""
    assert oauth.trusted(uri) == uri.rstrip("/")


def test_a_token_is_refreshed_before_it_ends_and_the_new_refresh_token_kept(linked):
    first = tokens.access_token(linked.connection.pk)
    assert tokens.access_token(linked.connection.pk) == first and linked.there.refreshes == 0
    age(linked, hours=7, minutes=55)
    second = tokens.access_token(linked.connection.pk)
    age(linked, hours=9)
    third = tokens.access_token(linked.connection.pk)
    assert len({first, second, third}) == 3 and linked.there.refreshes == 2


def test_several_workers_whose_token_has_ended_refresh_it_once(linked):
    age(linked, hours=9)
    linked.there.refresh_seconds = 0.4

    def ask() -> str:
        try:
            return tokens.access_token(linked.connection.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        got = [one.result() for one in [pool.submit(ask) for _ in range(6)]]
    assert len(set(got)) == 1 and linked.there.refreshes == 1
    assert linked.connection.state == ConnectionState.CONNECTED


def test_what_a_worker_that_died_was_refreshing_another_one_refreshes(linked):
    age(linked, hours=9)
    DocusignConnection.objects.update(refreshing_since=clock.now() - tokens.LEASE)
    assert tokens.access_token(linked.connection.pk).startswith("access-")


def test_a_connection_that_nobody_uses_is_refreshed_every_day(linked):
    assert tokens.refresh_due() == 0
    age(linked, hours=25)
    assert tokens.refresh_due() == 1 and tokens.refresh_due() == 0
    assert linked.there.refreshes == 1


def test_a_refresh_that_fails_for_the_moment_is_tried_again(linked):
    age(linked, hours=9)
    linked.there.fail("refresh", "500")
    with pytest.raises(Unavailable, match="could not be refreshed"):
        tokens.access_token(linked.connection.pk)
    assert linked.connection.state == ConnectionState.CONNECTED
    assert tokens.access_token(linked.connection.pk).startswith("access-")


def test_when_the_grant_is_gone_the_administrators_are_told_once_and_it_is_never_tried_again(linked):
    age(linked, hours=9)
    linked.there.revoke()
    for _ in range(3):
        with pytest.raises(NotConnected, match="connect it again"):
            tokens.access_token(linked.connection.pk)
    assert linked.there.refreshes == 1
    tokens.refresh_due()
    assert linked.there.refreshes == 1
    (told,) = Message.objects.filter(event="docusign.lost")
    assert told.name == "Bea Boss" and "Northbuild Constructions" in told.text
    assert "connected again" in ready(linked.account).reason
    linked.connect()
    assert ready(linked.account) and linked.connection.problem == ""


def test_an_old_token_that_fails_does_not_end_a_connection_that_was_renewed_meanwhile(linked):
    stale = linked.connection
    linked.connect()
    tokens.lost(stale, "DocuSign has ended the log-in.")
    assert linked.connection.state == ConnectionState.CONNECTED
    assert not Message.objects.filter(event="docusign.lost").exists()


def test_tokens_from_another_accounts_row_do_not_open(linked):
    other = make.make_account_admin(make.make_account("Rivals"))
    row = linked.connection
    copied = DocusignConnection.objects.create(
        account=other.account,
        docusign_account_id=row.docusign_account_id,
        base_uri=row.base_uri,
        connected_by_name="x",
        access_token=row.access_token,
        refresh_token=row.refresh_token,
        access_expires_at=row.access_expires_at,
    )
    with pytest.raises(NotConnected, match="can’t be opened"):
        tokens.access_token(copied.pk)


def test_tokens_are_sealed_anew_when_there_is_a_newer_key(linked, settings):
    connecting.set_keys(linked.admin, linked.connection, ["connect-key-1"])
    settings.TOKEN_KEYS = {"new": b"n" * 32, **settings.TOKEN_KEYS}
    assert tokens.refresh_due() == 1
    row = linked.connection
    assert all(value.startswith("new:") for value in (row.access_token, row.refresh_token, row.hmac_keys))
    assert tokens.refresh_due() == 0


def test_disconnecting_deletes_log_in_and_keys(linked):
    connecting.disconnect(linked.admin, linked.account)
    connecting.disconnect(linked.admin, linked.account)
    assert not DocusignConnection.objects.exists()
    assert "not connected" in ready(linked.account).reason
    assert Event.objects.filter(name="docusign.disconnected").count() == 1


def test_no_log_line_has_a_token_a_code_or_the_secret(linked, caplog, tmp_path):
    with caplog.at_level(logging.DEBUG):
        linked.connect()
        age(linked, hours=9)
        linked.there.fail("create", "USER_LACKS_PERMISSIONS")
        with pytest.raises(RefusedByProvider):
            linked.provider.send(linked.request(tmp_path))
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("tallystick")
    )
    assert "user_lacks_permissions" in logged and "trace" in logged
    for secret in ("access-", "refresh-", "secret-key", "code=", "Bearer"):
        assert secret not in logged
