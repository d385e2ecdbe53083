"""Proving who somebody is, and slowing down whoever guesses.

Three limits, each over the last quarter of an hour: failures for one address from one network, for one address
from anywhere (the address is locked for a while), and from one network for any address. Answers are the same
whether or not the address has a log-in, in words and in time taken.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from tallystick.core import clock
from tallystick.core.text import plural
from tallystick.directory.models import Login
from tallystick.web.models import FailedSignIn

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
PER_ADDRESS_AND_NETWORK = 5
PER_ADDRESS = 20
PER_NETWORK = 50

WRONG = "This e-mail address and password don't belong together. Check both and try again."


class TryLater(Exception):
    """Too many attempts; ``str()`` says for how long to wait and what else to do."""


def sign_in_with(request: HttpRequest, email: str, password: str) -> Login | None:
    """The log-in that the password proves, or None. Raises ``TryLater`` while guessing is slowed down."""
    address, network = _digest(email), network_of(request)
    _check_limits(address, network)
    login = authenticate(request, username=email.strip().lower(), password=password)
    if login is None:
        FailedSignIn.objects.filter(at__lt=clock.now() - KEPT).delete()
        FailedSignIn.objects.create(address=address, network=network)
        return None
    assert isinstance(login, Login)
    FailedSignIn.objects.filter(address=address, network=network).delete()
    return login


def network_of(request: HttpRequest) -> str:
    """Where a request comes from: the IPv4 address, or the /64 that one IPv6 household or office has.

    Behind an HTTPS proxy (our own setting) that is the last address that the proxy wrote down.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        text = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip() or text
    try:
        found = ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, 64), strict=False))
    return str(found)


def _check_limits(address: str, network: str) -> None:
    since = clock.now() - WINDOW
    recent = FailedSignIn.objects.filter(at__gt=since)
    for failures, most in (
        (recent.filter(address=address, network=network), PER_ADDRESS_AND_NETWORK),
        (recent.filter(address=address), PER_ADDRESS),
        (recent.filter(network=network), PER_NETWORK),
    ):
        times = list(failures.order_by("-at").values_list("at", flat=True)[:most])
        if len(times) == most:
            wait = times[-1] + WINDOW - clock.now()
            minutes = max(1, -(-int(wait.total_seconds()) // 60))
            raise TryLater(
                "There were too many attempts to sign in that did not succeed. "
                f"For safety, wait {plural(minutes, 'minute')} and try again. Nothing is lost, "
                "and signing in from another place is not affected unless it was tried there too."
            )


def _digest(email: str) -> str:
    return salted_hmac("tallystick.web.signing_in", email.strip().lower(), algorithm="sha256").hexdigest()
