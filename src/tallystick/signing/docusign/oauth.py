"""DocuSign's account server: logging in by the authorization code grant with PKCE, refreshing, whose account it is.

Nothing here is ever logged but that a call was made and how it ended: addresses and bodies carry codes and tokens.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from tallystick.core import clock
from tallystick.signing.docusign.problems import check, of_transport, told_by
from tallystick.signing.seam import NotConnected, ProviderProblem, RefusedByProvider

if TYPE_CHECKING:
    import httpx

SCOPES = "signature extended"
TIMEOUT, CONNECT = 10.0, 5.0
HOSTS = (".docusign.net", ".docusign.com")
REFRESH_AGAIN = "DocuSign has ended the log-in. An administrator of the account has to connect it again."


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave. The refresh token is new each time; the one before it is used up."""

    access: str
    refresh: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Whose:
    """Who logged in, and the DocuSign account that they work in."""

    account_id: str
    account_name: str
    base_uri: str
    user_name: str
    user_email: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to log in: kept in the session that began it, good for that session alone."""

    state: str
    verifier: str

    @classmethod
    def begin(cls) -> Attempt:
        """With a state and a verifier that nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(64))


class GrantGone(NotConnected):
    """The refresh token is not taken any more: nothing but a new log-in helps, so it is never tried again."""


def log_in_url(attempt: Attempt, redirect_uri: str) -> str:
    """Where the administrator logs in and consents; DocuSign sends them back to ``redirect_uri`` with a code."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "scope": SCOPES,
        "client_id": settings.DOCUSIGN_KEY,
        "redirect_uri": redirect_uri,
        "state": attempt.state,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    return f"{settings.DOCUSIGN_SERVER}/oauth/auth?{urlencode(query)}"


def tokens_for_code(code: str, attempt: Attempt, redirect_uri: str) -> Tokens:
    """Exchange the code. Raises ``ProviderProblem``."""
    return _tokens(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": attempt.verifier,
        },
        "exchanging the code",
    )


def refreshed(refresh_token: str) -> Tokens:
    """New tokens for the refresh token, which is used up by it. Raises ``GrantGone``, or another problem."""
    return _tokens({"grant_type": "refresh_token", "refresh_token": refresh_token}, "refreshing")


def _tokens(form: dict[str, str], doing: str) -> Tokens:
    import httpx  # not before it is needed: the web process starts without it

    now = clock.now()
    with _http() as http:
        try:
            response = http.post(
                "/oauth/token", data=form, auth=(settings.DOCUSIGN_KEY, settings.DOCUSIGN_SECRET)
            )
        except httpx.HTTPError as problem:
            raise of_transport(problem, doing) from None
    if response.status_code in (400, 401) and told_by(response).code in ("invalid_grant", "consent_required"):
        raise GrantGone(REFRESH_AGAIN)
    check(response, doing)
    body = _object(response)
    access, refresh = body.get("access_token"), body.get("refresh_token")
    seconds = body.get("expires_in", 0)
    if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
        raise RefusedByProvider("DocuSign gave no tokens. Check the app’s settings at DocuSign.")
    lasts = timedelta(seconds=int(seconds)) if str(seconds).isdigit() else timedelta(hours=1)
    return Tokens(access, refresh, now + lasts)


def whose(access_token: str) -> Whose:
    """Whose log-in it is: the account that is the default there. Raises ``ProviderProblem``."""
    import httpx

    with _http() as http:
        try:
            response = http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {access_token}"})
        except httpx.HTTPError as problem:
            raise of_transport(problem, "asking whose account it is") from None
    check(response, "asking whose account it is")
    body = _object(response)
    accounts = [one for one in body.get("accounts") or [] if isinstance(one, dict) and one.get("account_id")]
    if not accounts:
        raise RefusedByProvider("This log-in has no DocuSign account. Log in there with another one.")
    chosen = next((one for one in accounts if one.get("is_default") in (True, "true")), accounts[0])
    return Whose(
        account_id=str(chosen["account_id"]),
        account_name=str(chosen.get("account_name", ""))[:200],
        base_uri=trusted(str(chosen.get("base_uri", ""))),
        user_name=str(body.get("name", ""))[:200],
        user_email=str(body.get("email", ""))[:254],
    )


def trusted(base_uri: str) -> str:
    """The API server without a slash at its end, where it is DocuSign's, or the one that is set for tests.

    It comes from outside: without this, an answer could send our tokens anywhere. Raises ``RefusedByProvider``.
    """
    uri = base_uri.rstrip("/")
    if is_docusign(uri) and not urlsplit(uri).path and not set("?#@") & set(uri):
        return uri
    raise RefusedByProvider("DocuSign named an API server that is none of its own, so it is not connected.")


def is_docusign(url: str) -> bool:
    """Whether the address is on one of DocuSign's own hosts, or on the one that is set for tests."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if settings.DOCUSIGN_API_SERVER and f"{parts.scheme}://{parts.netloc}" == settings.DOCUSIGN_API_SERVER:
        return True
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and port in (None, 443) and not parts.username and host.endswith(HOSTS)


def _http() -> httpx.Client:
    import httpx

    return httpx.Client(
        base_url=settings.DOCUSIGN_SERVER,
        timeout=httpx.Timeout(TIMEOUT, connect=CONNECT),
        follow_redirects=False,
        trust_env=False,
    )


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ProviderProblem("DocuSign’s answer could not be read. Try again in a moment.")
    return body
