"""The link that stands in e-mails: it says whose it is and where it leads, and lets nobody in by itself.

Whoever follows it is told whose address it was sent to, and proves to read mail there by a code (``sign_in.codes``), so
that somebody without a password can use every button of every e-mail (decisions, *Contacts*).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from tallystick.core import clock
from tallystick.core.errors import NotFound
from tallystick.directory.models import Login

GOOD_FOR = timedelta(days=60)
_SALT = "tallystick.access.entry"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a link says: the log-in that it was made for, where it leads, and when it was made."""

    login_id: int
    path: str
    made_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether it is older than links are good for."""
        return clock.now() >= self.made_at + GOOD_FOR


def entry_path(login: Login, path: str) -> str:
    """The address that leads ``login`` to ``path``, an address of ours, signed in or not; good for 60 days."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"not an address of ours: {path}")
    made = int(clock.now().timestamp())
    return reverse("entry", args=[_signer().sign_object([login.pk, path, made])])


def entry_of(token: str) -> Entry:
    """What the link with this token says, also where it is over. Raises ``NotFound`` where we did not make it."""
    try:
        login_id, path, made = _signer().unsign_object(token)
    except (BadSignature, ValueError) as cause:
        raise NotFound(
            "This link is not complete: a part of it may have been lost when it was copied. Use the button in the "
            "e-mail once more."
        ) from cause
    return Entry(login_id, path, datetime.fromtimestamp(made, UTC))


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")
