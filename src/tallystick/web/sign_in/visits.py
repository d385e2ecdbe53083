"""Where a request comes from: the network, and what the browser calls itself, in words ("Firefox on Windows").

The words are only for recognising one's own; nothing depends on them.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from tallystick.sign_in.telling import Visit

# The first that is found: most browsers also claim to be those that stand further down.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def in_words(agent: str) -> str:
    """Browser and system, as far as they are known."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or (f"A browser on {system}" if system else "An unknown browser")


def visit_of(request: HttpRequest) -> Visit:
    """Where the request comes from."""
    agent = request.headers.get("User-Agent", "")
    return Visit(network_of(request), agent, in_words(agent))


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
