"""Where to go after something was done."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

from tallystick.web.request import PageRequest


def safe_next(request: PageRequest, fallback: str = "/") -> str:
    """The address in ``next`` if it is one of ours, otherwise the fallback.

    It begins with a slash: ``redirect`` takes anything else for the name of a view.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and _is_ours(request, wanted) else fallback


def where_from(request: PageRequest, fallback: str = "/") -> str:
    """``next`` if it is given, else the page that the person was on, else the fallback."""
    referer = request.headers.get("Referer", "")
    if _is_ours(request, referer):
        parts = urlsplit(referer)
        fallback = parts.path + (f"?{parts.query}" if parts.query else "")
    return safe_next(request, fallback)


def _is_ours(request: PageRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
