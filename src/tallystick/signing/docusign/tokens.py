"""Access tokens that work: refreshed by one at a time, before they end and also when nothing is sent (esign §1.1).

A refresh uses its refresh token up, so two at once would lose the connection. The row is taken by an UPDATE, and
whoever changed it refreshes; SQLite has one writer for everything, so no transaction is held while DocuSign is asked.
What it gives is written in one transaction, the new refresh token with it.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.audit.actions import record
from tallystick.core import clock
from tallystick.core.vault import CannotUnseal, Place, seal, unseal, wants_new_seal
from tallystick.directory.models import Account, Person
from tallystick.notifications.actions import Recipient, notify
from tallystick.signing.docusign import oauth
from tallystick.signing.docusign.models import ConnectionState, DocusignConnection
from tallystick.signing.seam import NotConnected, ProviderProblem, Unavailable

logger = logging.getLogger("tallystick.signing.docusign")

PROVIDER = "docusign"
EARLY = timedelta(minutes=10)
"""So long before its end a token is refreshed; until then others go on with it."""
LEASE = timedelta(seconds=30)
"""Longer than a refresh can take: whoever has not written by then has died."""
WAIT_SECONDS = 20.0
REGULARLY = timedelta(days=1)
"""A connection that nobody uses is refreshed as often, so that its grant never runs out (30 days)."""
NOT_CONNECTED = "DocuSign is not connected. Connect it in the settings of the account first."


def place(connection: DocusignConnection, column: str) -> Place:
    """What a sealed column of this row is bound to."""
    return Place(connection.account_id, PROVIDER, column)


def connection_of(account: Account) -> DocusignConnection:
    """The account's connection, when it can be used. Raises ``NotConnected``."""
    connection = DocusignConnection.objects.select_related("account").filter(account=account).first()
    if connection is None:
        raise NotConnected(NOT_CONNECTED)
    return _usable(connection)


def _usable(connection: DocusignConnection) -> DocusignConnection:
    if connection.state == ConnectionState.RECONNECT:
        raise NotConnected(connection.problem)
    return connection


def access_token(connection_id: int, *, refused: str = "") -> str:
    """A token that works. ``refused`` is one that DocuSign did not take: then it has to be another.

    Raises ``NotConnected`` when somebody has to log in again, ``Unavailable`` when DocuSign can't be asked just now.
    """
    until = time.monotonic() + WAIT_SECONDS
    while True:
        connection = DocusignConnection.objects.filter(pk=connection_id).first()
        if connection is None:
            raise NotConnected(NOT_CONNECTED)
        _usable(connection)
        token = _opened(connection, "access_token")
        left = connection.access_expires_at - clock.now()
        works = token != refused and left > timedelta(0)
        if works and left > EARLY:
            return token
        if _take(connection):
            return _refresh(connection)
        if works:
            return token
        if time.monotonic() > until:
            raise Unavailable("The log-in at DocuSign is just being refreshed. It is tried again by itself.")
        time.sleep(0.1)


def _opened(connection: DocusignConnection, column: str) -> str:
    try:
        return unseal(getattr(connection, column), place(connection, column))
    except CannotUnseal as cause:
        logger.error("the %s of the DocuSign connection %s does not open: %s", column, connection.pk, cause)
        raise lost(
            connection,
            "The stored log-in of DocuSign can’t be opened with this installation’s keys. Connect it again.",
        ) from cause


def _take(connection: DocusignConnection) -> bool:
    """Whether we are the one who refreshes now, from exactly these tokens."""
    now = clock.now()
    free = Q(refreshing_since=None) | Q(refreshing_since__lte=now - LEASE)
    same = DocusignConnection.objects.filter(
        free, pk=connection.pk, refresh_token=connection.refresh_token, state=ConnectionState.CONNECTED
    )
    return bool(same.update(refreshing_since=now))


def _refresh(connection: DocusignConnection) -> str:
    """Refresh, as the one who took the row, and write what came of it."""
    mine = DocusignConnection.objects.filter(pk=connection.pk, refresh_token=connection.refresh_token)
    try:
        given = oauth.refreshed(_opened(connection, "refresh_token"))
    except oauth.GrantGone as problem:
        raise lost(connection, str(problem)) from problem
    except ProviderProblem as problem:
        mine.update(refreshing_since=None)
        raise Unavailable(f"The log-in at DocuSign could not be refreshed. {problem}") from problem
    mine.update(
        access_token=seal(given.access, place(connection, "access_token")),
        refresh_token=seal(given.refresh, place(connection, "refresh_token")),
        access_expires_at=given.expires_at,
        refreshed_at=clock.now(),
        refreshing_since=None,
    )
    return given.access


def refused_again(connection_id: int, token: str) -> ProviderProblem:
    """What to raise when a token that was just given is not taken either."""
    connection = DocusignConnection.objects.select_related("account").filter(pk=connection_id).first()
    if connection is None:
        return NotConnected(NOT_CONNECTED)
    if _opened(connection, "access_token") == token:
        return lost(connection, oauth.REFRESH_AGAIN)
    return Unavailable("DocuSign was connected again just now. It is tried again by itself.")


@transaction.atomic
def lost(connection: DocusignConnection, problem: str) -> NotConnected:
    """Note that it has to be connected again and tell the administrators, once; gives what to raise.

    Nothing happens where it was connected or refreshed meanwhile: what failed was an old token.
    """
    said = f"{problem} Until then it waits."
    mine = DocusignConnection.objects.filter(
        pk=connection.pk, refresh_token=connection.refresh_token, state=ConnectionState.CONNECTED
    )
    if not mine.update(state=ConnectionState.RECONNECT, problem=said, refreshing_since=None):
        return NotConnected(said)
    account = connection.account
    record(
        None,
        "docusign.lost",
        connection,
        account_id=account.pk,
        actor_name="DocuSign",
        facts={"why": problem},
    )
    people = Person.objects.filter(
        account=account, is_active=True, account_membership__directory=Level.ADMIN
    ).select_related("login")
    notify(
        "docusign.lost",
        account=account,
        to=[Recipient.of_person(person) for person in people],
        key=f"docusign:{connection.pk}:{connection.connected_at.isoformat()}",
        thread=f"docusign:{connection.pk}",
        path=reverse("docusign", args=[account.pk]),
        values={"docusign_account": connection.docusign_account_name or connection.docusign_account_id},
    )
    return NotConnected(said)


def refresh_due() -> int:
    """Refresh what nobody has used for a day, and seal anew what an older key has sealed; how many. A chore."""
    count = 0
    old = DocusignConnection.objects.select_related("account").filter(
        state=ConnectionState.CONNECTED, refreshed_at__lte=clock.now() - REGULARLY
    )
    for connection in old:
        if _take(connection):
            try:
                _refresh(connection)
                count += 1
            except ProviderProblem as problem:
                logger.warning("DocuSign connection %s: %s", connection.pk, problem)
    for connection in DocusignConnection.objects.filter(refreshing_since=None):
        count += _seal_anew(connection)
    return count


def _seal_anew(connection: DocusignConnection) -> bool:
    columns = ("access_token", "refresh_token", "hmac_keys")
    old = {name: getattr(connection, name) for name in columns}
    if not any(wants_new_seal(value) for value in old.values()):
        return False
    try:
        opened = {name: unseal(value, place(connection, name)) for name, value in old.items()}
    except CannotUnseal as cause:
        logger.error("DocuSign connection %s is sealed with a key that is gone: %s", connection.pk, cause)
        return False
    new = {name: seal(value, place(connection, name)) for name, value in opened.items()}
    free = DocusignConnection.objects.filter(pk=connection.pk, refreshing_since=None, **old)
    return bool(free.update(**new))
