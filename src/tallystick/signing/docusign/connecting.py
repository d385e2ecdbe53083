"""Connecting an account to DocuSign, once; keys of its news; disconnecting (esign §1.1, §6)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.policies import can_manage_account
from tallystick.audit.actions import record
from tallystick.core import clock
from tallystick.core.errors import ALLOWED, BadInput, Decision, Refused, refused
from tallystick.core.vault import seal
from tallystick.directory.models import Account
from tallystick.signing.docusign import oauth
from tallystick.signing.docusign.models import ConnectionState, DocusignConnection
from tallystick.signing.docusign.tokens import PROVIDER, place
from tallystick.signing.docusign.webhook import MOST_KEYS, sealed_keys
from tallystick.signing.news import of_account
from tallystick.signing.sending import try_again
from tallystick.signing.states import LIVE

LONGEST_KEY = 200


def can_connect(actor: Actor, account: Account) -> Decision:
    """Connect, connect again, set the keys, disconnect: administrators of the account, where there is an app."""
    decision = can_manage_account(actor, account)
    return decision and _has_app()


def _has_app() -> Decision:
    if settings.DOCUSIGN_KEY and settings.DOCUSIGN_SECRET:
        return ALLOWED
    return refused(
        "This installation has no DocuSign app yet. Whoever runs it sets TALLYSTICK_DOCUSIGN_KEY and "
        "TALLYSTICK_DOCUSIGN_SECRET first; docs/docusign.md says how."
    )


def connect(
    actor: Actor, account: Account, attempt: oauth.Attempt, code: str, redirect_uri: str
) -> DocusignConnection:
    """Connect with the code that DocuSign sent back, in place of the connection before.

    The caller has made sure that the attempt was begun in this very session. Raises ``Refused`` or ``ProviderProblem``.
    """
    can_connect(actor, account).require()
    tokens = oauth.tokens_for_code(code, attempt, redirect_uri)
    return _keep(actor, account, tokens, oauth.whose(tokens.access))


@transaction.atomic
def _keep(actor: Actor, account: Account, tokens: oauth.Tokens, whose: oauth.Whose) -> DocusignConnection:
    connection = DocusignConnection.objects.select_for_update().filter(account=account).first()
    if connection is None:
        connection = DocusignConnection(account=account)
    elif connection.docusign_account_id != whose.account_id:
        _check_nothing_is_out(account, connection, whose)
        connection.hmac_keys = ""
        connection.waits_until = None
    now = clock.now()
    connection.state = ConnectionState.CONNECTED
    connection.problem = ""
    connection.docusign_account_id = whose.account_id
    connection.docusign_account_name = whose.account_name
    connection.base_uri = whose.base_uri
    connection.user_name, connection.user_email = whose.user_name, whose.user_email
    connection.connected_by_id = actor.login_id
    connection.connected_by_name = actor.name
    connection.connected_at = connection.refreshed_at = now
    connection.access_token = seal(tokens.access, place(connection, "access_token"))
    connection.refresh_token = seal(tokens.refresh, place(connection, "refresh_token"))
    connection.access_expires_at = tokens.expires_at
    connection.refreshing_since = None
    connection.save()
    _record(actor, "docusign.connected", connection, who=whose.user_name or whose.user_email)
    try_again(account, PROVIDER)
    return connection


def _check_nothing_is_out(account: Account, connection: DocusignConnection, whose: oauth.Whose) -> None:
    out = out_of(account)
    if out:
        raise Refused(
            f"You logged in to {whose.account_name or whose.account_id} at DocuSign, but what is out for signature "
            f"lies in {connection.docusign_account_name or connection.docusign_account_id}. Log in to that one, "
            "or void what is out first."
        )


def out_of(account: Account) -> int:
    """How many of the account's envelopes DocuSign has and waits for."""
    return of_account(account, PROVIDER).filter(state__in=LIVE).exclude(provider_ref="").count()


@transaction.atomic
def disconnect(actor: Actor, account: Account) -> None:
    """Forget log-in and keys. What is out stays out at DocuSign, and is followed again once it is connected again."""
    can_manage_account(actor, account).require()
    connection = DocusignConnection.objects.select_for_update().filter(account=account).first()
    if connection is None:
        return
    _record(actor, "docusign.disconnected", connection)
    connection.delete()


@transaction.atomic
def set_keys(actor: Actor, connection: DocusignConnection, keys: Sequence[str]) -> None:
    """Set the Connect keys that are active at DocuSign, in place of those before. Raises ``BadInput``."""
    can_connect(actor, connection.account).require()
    wanted = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    if len(wanted) > MOST_KEYS:
        raise BadInput(
            f"These are too many keys. Keep at most {MOST_KEYS}, those that are active at DocuSign.",
            {"keys": f"Keep at most {MOST_KEYS}, those that are active."},
        )
    if any(len(key) > LONGEST_KEY or not re.fullmatch(r"[!-~]+", key) for key in wanted):
        raise BadInput(
            "One of these is no key. Copy each key from DocuSign, one on a line.",
            {"keys": "Copy each key from DocuSign."},
        )
    connection = (
        DocusignConnection.objects.select_for_update().select_related("account").get(pk=connection.pk)
    )
    connection.hmac_keys = sealed_keys(connection, wanted)
    connection.save(update_fields=["hmac_keys"])
    _record(actor, "docusign.keys_changed", connection)


def _record(actor: Actor, name: str, connection: DocusignConnection, **facts: str) -> None:
    record(
        actor.login_id,
        name,
        connection,
        account_id=connection.account_id,
        actor_name=actor.name,
        facts={
            "docusign_account": connection.docusign_account_name or connection.docusign_account_id,
            **facts,
        },
    )
