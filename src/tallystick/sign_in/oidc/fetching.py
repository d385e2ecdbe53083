"""Asking a server whose address somebody typed: by HTTPS, at public addresses alone, briefly, and not by redirects.

The name is looked up once, every address that it has is looked at, and the connection goes to one of those, so that a
name can't point elsewhere in between. The certificate is checked for the name.
"""

from __future__ import annotations

import json
import socket
import time
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS = 10.0
CONNECT_SECONDS = 5.0
LARGEST = 512 * 1024
LOOPBACK = "127.0.0.1"
# IPv6 addresses that stand for IPv4 ones, and what they stand for can't be told apart from public ones.
TRANSLATED = tuple(ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))

Json = dict[str, Any]


class IssuerProblem(Exception):
    """The identity provider can't be asked, or its answer is no proof; ``str()`` of it is a sentence for people."""


def check_address(url: str) -> SplitResult:
    """The parts of an address that may be asked. Raises ``IssuerProblem``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise IssuerProblem("The address of the identity provider is no web address.") from None
    host = parts.hostname or ""
    if (
        not host
        or parts.username
        or parts.password
        or parts.fragment
        or not url.isascii()
        or not url.isprintable()
    ):
        raise IssuerProblem("The address of the identity provider is no web address.")
    if set(url) & set(' "<>\\^`{|}'):
        raise IssuerProblem("The address of the identity provider is no web address.")
    if _is_test(parts):
        return parts
    if parts.scheme != "https":
        raise IssuerProblem("The address of the identity provider has to begin with https://.")
    if port == 0:
        raise IssuerProblem("The address of the identity provider is no web address.")
    return parts


def _is_test(parts: SplitResult) -> bool:
    return bool(settings.SSO_LOOPBACK) and parts.scheme == "http" and parts.hostname == LOOPBACK


def address_of(parts: SplitResult) -> str:
    """Where the name leads to, when nothing there is ours alone. Raises ``IssuerProblem``."""
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise IssuerProblem(
            f"The identity provider {host} can’t be found. Try again in a few minutes."
        ) from None
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    allowed = settings.SSO_PRIVATE or _is_test(parts)
    if not addresses or not (allowed or all(is_public(address) for address in addresses)):
        raise IssuerProblem(
            f"The identity provider {host} has an address inside of a private network, which is not asked. Whoever "
            "runs this installation may allow it."
        )
    return str(addresses[0])


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the internet's, and stands for no other one."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in net for net in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def fetch(
    url: str,
    *,
    form: dict[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    bearer: str = "",
) -> Json:
    """The JSON object at an address; with ``form`` it is posted. Raises ``IssuerProblem``."""
    import httpx  # not before it is needed: the web process starts without it

    parts = check_address(url)
    host = parts.hostname or ""
    address = address_of(parts)
    headers = {"Accept": "application/json", "Host": parts.netloc}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    until = time.monotonic() + SECONDS
    down = IssuerProblem(
        f"The identity provider {host} does not answer just now. Try again in a few minutes."
    )
    try:
        with httpx.Client(
            timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS), follow_redirects=False, trust_env=False
        ) as http:
            request = http.build_request(
                "POST" if form is not None else "GET",
                httpx.URL(url).copy_with(host=address),
                data=form,
                headers=headers,
                extensions={"sni_hostname": host},
            )
            response = http.send(request, stream=True, auth=httpx.BasicAuth(*basic) if basic else None)
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST or time.monotonic() > until:
                    raise down
            status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as problem:
        raise down from problem
    return _read(status, body, host, down)


def _read(status: int, body: bytes, host: str, down: IssuerProblem) -> Json:
    if status >= 500:
        raise down
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = None
    if status == 200 and isinstance(read, dict):
        return read
    why = str(read.get("error", ""))[:60] if isinstance(read, dict) else ""
    said = f" ({why})" if why.isascii() and why.replace("_", "").isalnum() else ""
    raise IssuerProblem(
        f"The identity provider {host} refused what it was asked{said}. Whoever set up single sign-on has to look "
        "at it."
    )
