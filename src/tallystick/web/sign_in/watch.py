"""What a session remembers of whoever is signed in: when it was last used, and when they last proved who they are."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest

from tallystick.core import clock
from tallystick.directory.models import Login
from tallystick.sign_in.factors import must_set_up
from tallystick.sign_in.sessions import note_use
from tallystick.web.sign_in.visits import visit_of

MUST = "sign_in_must_set_up"
NOTED = "sign_in_noted"
PROVED = "sign_in_proved"
EVERY = timedelta(minutes=5)
FRESH = timedelta(minutes=15)
"""How long a proof lasts for changing how one signs in."""


def watch(request: HttpRequest, who: Login) -> None:
    """Note every few minutes that the session is in use. Costs nothing in between."""
    key = request.session.session_key
    if key is None or _age(request, NOTED) < EVERY:
        return
    request.session[NOTED] = clock.now().timestamp()
    note_use(key, who, visit_of(request))
    look_again(request, who)


def look_again(request: HttpRequest, who: Login) -> str:
    """The name of an account that waits for this log-in to set up a second step; empty where none does.

    It is remembered: as long as there is none, a request costs nothing.
    """
    account = must_set_up(who)
    request.session[MUST] = name = account.name if account else ""
    return name


def is_held_up(request: HttpRequest) -> bool:
    """Whether somebody has to set up a second step before anything else."""
    return bool(request.session.get(MUST))


def note_proof(request: HttpRequest) -> None:
    """They have proved who they are, now."""
    request.session[PROVED] = request.session[NOTED] = clock.now().timestamp()


def has_fresh_proof(request: HttpRequest) -> bool:
    """Whether that is recent enough for changing how one signs in."""
    return _age(request, PROVED) < FRESH


def _age(request: HttpRequest, name: str) -> timedelta:
    return timedelta(seconds=clock.now().timestamp() - request.session.get(name, 0))
