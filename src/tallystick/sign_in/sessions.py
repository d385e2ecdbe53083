"""Where people are signed in: noting it, showing it, ending it.

Ending deletes Django's own session, so that whoever holds its cookie is nobody at the next request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tallystick.access import people
from tallystick.access.actor import Actor
from tallystick.access.policies import can_manage_account
from tallystick.audit.actions import record
from tallystick.core import clock
from tallystick.directory.models import Login, Person
from tallystick.sign_in.models import SignInSession
from tallystick.sign_in.states import Proof
from tallystick.sign_in.telling import Visit

LONGEST_AGENT = 400


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as its owner sees it."""

    id: int
    is_this: bool
    agent: str
    network: str
    how: str
    begun_at: datetime
    used_at: datetime


def begin(key: str, login: Login, how: Proof, visit: Visit, *, begun_at: datetime | None = None) -> None:
    """Note that somebody signed in by Django's session of this key."""
    now = clock.now()
    SignInSession.objects.update_or_create(
        session_id=key,
        defaults={
            "login": login,
            "how": how,
            "network": visit.network,
            "agent": visit.agent[:LONGEST_AGENT],
            "begun_at": begun_at or now,
            "used_at": now,
        },
    )


def note_use(key: str, login: Login, visit: Visit) -> None:
    """Note that a session is in use. One that nobody has noted, from before there was a list, is noted now."""
    now, agent = clock.now(), visit.agent[:LONGEST_AGENT]
    found = SignInSession.objects.filter(session_id=key)
    if found.update(used_at=now, network=visit.network, agent=agent):
        return
    try:
        with transaction.atomic():
            if Session.objects.filter(pk=key).exists():
                SignInSession.objects.create(
                    session_id=key, login=login, network=visit.network, agent=agent, begun_at=now, used_at=now
                )
    except IntegrityError:
        pass  # another request of the same browser was first, or the session was ended meanwhile


def begun_at(key: str) -> tuple[datetime, str] | None:
    """When and how the session of this key began."""
    return SignInSession.objects.filter(session_id=key).values_list("begun_at", "how").first()


def sessions_of(login: Login, this_key: str) -> list[SessionRow]:
    """Everywhere that somebody is signed in: this browser first, then what was used last. One query."""
    live = SignInSession.objects.filter(login=login, session__expire_date__gt=clock.now())
    rows = [
        SessionRow(
            found.pk,
            found.session_id == this_key,
            found.agent,
            found.network,
            found.get_how_display(),
            found.begun_at,
            found.used_at,
        )
        for found in live.order_by("-used_at", "-pk")
    ]
    return sorted(rows, key=lambda row: not row.is_this)


def end_session(login: Login, session_id: int) -> bool:
    """End one of somebody's own sessions; whether there was one. Doing it twice is harmless."""
    return bool(_end(SignInSession.objects.filter(login=login, pk=session_id)))


def end_others(login: Login, this_key: str) -> int:
    """End all of somebody's sessions but this one; how many."""
    return _end(SignInSession.objects.filter(login=login).exclude(session_id=this_key))


@transaction.atomic
def end_sessions_of(actor: Actor, person: Person) -> int:
    """Sign somebody of the account's directory out everywhere; how many sessions that were."""
    can_manage_account(actor, person.account).require()
    if person.login is None:
        return 0
    ended = _end(SignInSession.objects.filter(login=person.login))
    if ended:
        _record(actor, person)
    return ended


@transaction.atomic
def deactivate_person(actor: Actor, person: Person) -> Person:
    """Switch somebody off in the account's directory, and sign them out everywhere."""
    changed = people.deactivate_person(actor, person)
    if changed.login is not None:
        _end(SignInSession.objects.filter(login=changed.login))
    return changed


def _end(which: QuerySet[SignInSession]) -> int:
    keys = list(which.values_list("session_id", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)


def _record(actor: Actor, person: Person) -> None:
    record(
        actor.login_id,
        "person.sessions_ended",
        person,
        account_id=person.account_id,
        actor_name=actor.name,
    )
