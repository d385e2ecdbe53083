"""Between the browser and the room ``sign_in``: where a request comes from, what its session remembers, who is in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest

from tallystick.core import clock
from tallystick.directory.models import Login
from tallystick.sign_in.codes import PAUSE, ask_for_code, prove_by_code
from tallystick.sign_in.limits import begin_attempt, digest_of, forgive
from tallystick.sign_in.sessions import begin, begun_at
from tallystick.sign_in.states import AttemptKind, Proof
from tallystick.web.sign_in.visits import network_of, visit_of
from tallystick.web.sign_in.watch import look_again, note_proof

WRONG = "This e-mail address and password don't belong together. Check both and try again."
_CHALLENGE = "sign_in_challenge"


def sign_in_with(request: HttpRequest, email: str, password: str) -> Login | None:
    """The log-in that the password proves, or None. Raises ``TryLater`` while guessing is slowed down."""
    attempt = begin_attempt(AttemptKind.PASSWORD, digest_of(email), network_of(request))
    found = authenticate(request, username=email.strip().lower(), password=password)
    if found is None:
        return None
    assert isinstance(found, Login)
    forgive(attempt)
    return found


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser remembers of a code that it asked for. ``shown`` is the address as this visitor may know it."""

    code: str
    email: str
    shown: str
    next: str
    asked_at: float

    @property
    def is_known(self) -> bool:
        """Whether the visitor came by a link made for the address, so that its having a log-in is no secret."""
        return self.shown != self.email

    @property
    def seconds_to_wait(self) -> int:
        """Until another one may be sent; 0: at once."""
        again = datetime.fromtimestamp(self.asked_at, UTC) + PAUSE
        return max(0, -(-int((again - clock.now()).total_seconds() * 1000) // 1000))


def challenge(request: HttpRequest, email: str, next_: str, *, shown: str = "", switch: bool = False) -> None:
    """Have a code mailed, and remember in this browser that it was asked for here. Raises ``TryLater``.

    With ``switch`` whoever was signed in is signed out: somebody else goes on here.
    """
    asked = ask_for_code(email, network_of(request))
    if switch:
        logout(request)
    made = Challenge(str(asked.pk), email, shown or email, next_, asked.created_at.timestamp())
    request.session[_CHALLENGE] = asdict(made)


def challenge_of(request: HttpRequest) -> Challenge | None:
    """The code that this browser waits for."""
    kept: dict[str, Any] | None = request.session.get(_CHALLENGE)
    return Challenge(**kept) if kept else None


def answer_challenge(request: HttpRequest, waiting: Challenge, typed: str) -> Login:
    """The log-in that the typed code proves; the browser waits for no code any more. Raises as ``prove_by_code``."""
    found = prove_by_code(UUID(waiting.code), typed, network_of(request))
    request.session.pop(_CHALLENGE, None)
    return found


def begin_session(request: HttpRequest, who: Login, how: Proof) -> None:
    """Let somebody in who has proved who they are.

    A new session key and a new CSRF token: nothing that was planted before is worth anything now.
    """
    request.session.pop(_CHALLENGE, None)
    login(request, who, backend="django.contrib.auth.backends.ModelBackend")
    note_proof(request)
    look_again(request, who)
    request.session.save()
    begin(str(request.session.session_key), who, how, visit_of(request))


def keep_session(request: HttpRequest) -> None:
    """After a new password: this session goes on under a new key, and the list of sessions follows."""
    who = request.user
    assert isinstance(who, Login)
    before = begun_at(str(request.session.session_key))
    who.refresh_from_db()
    update_session_auth_hash(request, who)
    request.session.save()
    since, how = before or (clock.now(), Proof.PASSWORD)
    begin(
        str(request.session.session_key), who, Proof(how or Proof.PASSWORD), visit_of(request), begun_at=since
    )


def masked(email: str) -> str:
    """An address as somebody may see it who only holds a link: c•••@apex.example."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}•••@{domain}"
