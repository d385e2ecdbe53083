"""What somebody may try, and how often it may fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db import models


class AttemptKind(models.TextChoices):
    """What was tried."""

    PASSWORD = "password", "A password"
    CODE_ASKED = "code_asked", "To have a code sent"
    CODE = "code", "A code from an e-mail"
    FACTOR = "factor", "A code from an app"
    RECOVERY = "recovery", "A recovery code"
    SSO = "sso", "Single sign-on"


class Proof(models.TextChoices):
    """How somebody proved who they are when a session began."""

    PASSWORD = "password", "with a password"
    CODE = "code", "by a code from an e-mail"
    PASSKEY = "passkey", "with a passkey"
    SSO = "sso", "by the company’s own sign-in"


class Scope(StrEnum):
    """Whose attempts are counted together."""

    PLACE = "one address from one network"
    ADDRESS = "one address from anywhere"
    NETWORK = "any address from one network"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` attempts of a kind within ``window``."""

    scope: Scope
    most: int
    window: timedelta


QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)

LIMITS: dict[AttemptKind, tuple[Limit, ...]] = {
    AttemptKind.PASSWORD: (
        Limit(Scope.PLACE, 5, QUARTER),
        Limit(Scope.ADDRESS, 20, QUARTER),
        Limit(Scope.NETWORK, 50, QUARTER),
    ),
    # Each code can be guessed at five times: with twenty a day a hundred guesses in a million are possible.
    AttemptKind.CODE_ASKED: (
        Limit(Scope.PLACE, 5, QUARTER),
        Limit(Scope.ADDRESS, 10, timedelta(hours=1)),
        Limit(Scope.ADDRESS, 20, DAY),
        Limit(Scope.NETWORK, 50, QUARTER),
    ),
    AttemptKind.CODE: (Limit(Scope.NETWORK, 50, QUARTER),),
    # Three codes of an app are good at a time: forty tries a day find one in some twenty years.
    AttemptKind.FACTOR: (
        Limit(Scope.PLACE, 5, QUARTER),
        Limit(Scope.ADDRESS, 10, timedelta(hours=1)),
        Limit(Scope.ADDRESS, 40, DAY),
        Limit(Scope.NETWORK, 50, QUARTER),
    ),
    # Each asks another server: nobody makes us press it. Success forgives an office full of people.
    AttemptKind.SSO: (Limit(Scope.NETWORK, 100, QUARTER),),
    AttemptKind.RECOVERY: (
        Limit(Scope.PLACE, 5, QUARTER),
        Limit(Scope.ADDRESS, 20, timedelta(hours=1)),
        Limit(Scope.NETWORK, 50, QUARTER),
    ),
}
"""Attempts that succeeded are forgotten, so these are failures; a code that was asked for counts until it is used."""

TOO_OFTEN: dict[AttemptKind, str] = {
    AttemptKind.PASSWORD: "There were too many attempts to sign in that did not succeed.",
    AttemptKind.CODE_ASKED: "Codes were asked for too often.",
    AttemptKind.CODE: "Too many wrong codes were typed.",
    AttemptKind.FACTOR: "Too many wrong codes were typed.",
    AttemptKind.RECOVERY: "Too many wrong recovery codes were typed.",
    AttemptKind.SSO: "Single sign-on was begun too often from your network.",
}
