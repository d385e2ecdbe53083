"""Slowing down whoever guesses. ``states.LIMITS`` says how often what may be tried.

Answers are the same whether or not an address has a log-in, in words and in time taken.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from tallystick.core import clock
from tallystick.core.errors import TryLater
from tallystick.core.text import plural
from tallystick.sign_in.models import Attempt
from tallystick.sign_in.states import LIMITS, TOO_OFTEN, AttemptKind, Scope

KEPT = timedelta(days=1)


def digest_of(address: str) -> str:
    """What stands for a typed address in the tables of this room."""
    return salted_hmac("tallystick.sign_in.address", address.strip().lower(), algorithm="sha256").hexdigest()


def begin_attempt(kind: AttemptKind, address: str, network: str) -> Attempt:
    """Note an attempt before it is made; ``address`` is a digest. Raises ``TryLater`` where there were too many.

    It is written first and counted then, so that many at the same moment are not all let through.
    """
    Attempt.objects.filter(at__lt=clock.now() - KEPT).delete()
    made = Attempt.objects.create(kind=kind, address=address, network=network)
    wait = _wait(made)
    if wait is None:
        return made
    made.delete()
    seconds = max(1, int(wait.total_seconds()))
    raise TryLater(
        f"{TOO_OFTEN[kind]} For safety, wait {_in_words(seconds)} and try again. Nothing is lost, "
        "and signing in from another place is not affected unless it was tried there too.",
        seconds,
    )


def forgive(attempt: Attempt) -> None:
    """It succeeded: earlier slips with this address in this place don't count any more."""
    Attempt.objects.filter(
        kind=attempt.kind, address=attempt.address, network=attempt.network, at__lte=clock.now()
    ).delete()


def forgive_place(kind: AttemptKind, address: str, network: str) -> None:
    """Attempts of a kind that led somewhere after all, in another request than the one that began them."""
    Attempt.objects.filter(kind=kind, address=address, network=network).delete()


def forgive_asking(address: str, network: str) -> None:
    """The code that was asked for was typed."""
    Attempt.objects.filter(kind=AttemptKind.CODE_ASKED, address=address, network=network).delete()


def _wait(made: Attempt) -> timedelta | None:
    """How long until the attempt may be made; None: at once."""
    others = Attempt.objects.filter(kind=made.kind).exclude(pk=made.pk)
    longest = None
    for limit in LIMITS[AttemptKind(made.kind)]:
        recent = _of(others, limit.scope, made).filter(at__gt=made.at - limit.window)
        times = list(recent.order_by("-at").values_list("at", flat=True)[: limit.most])
        if len(times) == limit.most:
            wait = times[-1] + limit.window - made.at
            longest = max(wait, longest) if longest else wait
    return longest


def _of(attempts: QuerySet[Attempt], scope: Scope, made: Attempt) -> QuerySet[Attempt]:
    match scope:
        case Scope.PLACE:
            return attempts.filter(address=made.address, network=made.network)
        case Scope.ADDRESS:
            return attempts.filter(address=made.address)
        case Scope.NETWORK:
            return attempts.filter(network=made.network)


def _in_words(seconds: int) -> str:
    minutes = max(1, -(-seconds // 60))
    return plural(minutes, "minute") if minutes <= 90 else plural(-(-minutes // 60), "hour")
