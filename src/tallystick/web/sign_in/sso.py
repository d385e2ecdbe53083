"""What a session remembers of single sign-on: the log-in that was begun, and the identity that waits for a code."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tallystick.core import clock
from tallystick.directory.models import Login
from tallystick.sign_in import sso
from tallystick.sign_in.models import CompanySignIn
from tallystick.sign_in.oidc.asking import Attempt, log_in_url
from tallystick.sign_in.states import Proof
from tallystick.web.sign_in.letting_in import let_in
from tallystick.web.sign_in.session import challenge, masked

ATTEMPT = "sso_attempt"
WAITING = "sso_waiting"
GOOD_FOR_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in at an identity provider that this browser has begun."""

    state: str
    nonce: str
    verifier: str
    kept: int
    next: str
    at: float

    @property
    def attempt(self) -> Attempt:
        """What has to come back."""
        return Attempt(self.state, self.nonce, self.verifier)


def redirect_uri() -> str:
    """The one address that is registered at every identity provider."""
    return settings.PUBLIC_URL + reverse("sign-in-company-callback")


def begin_sso(request: HttpRequest, kept: CompanySignIn, email: str, after: str) -> HttpResponse:
    """On to the identity provider, by a page: our forms may not lead to other hosts. Raises ``IssuerProblem``."""
    attempt = Attempt.begin()
    url = log_in_url(sso.client_of(kept), attempt, redirect_uri(), email)
    begun = Begun(attempt.state, attempt.nonce, attempt.verifier, kept.pk, after, clock.now().timestamp())
    request.session[ATTEMPT] = asdict(begun)
    page = {"title": "On to your company’s sign-in", "account": kept.account, "url": url}
    response = render(request, "session/company_leaving.html", page)
    response.headers["Refresh"] = f"0; url={url}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def take_begun(request: HttpRequest) -> Begun | None:
    """What this browser has begun, once."""
    kept: dict[str, Any] | None = request.session.pop(ATTEMPT, None)
    begun = Begun(**kept) if kept else None
    if begun is None or clock.now().timestamp() - begun.at > GOOD_FOR_SECONDS:
        return None
    return begun


def arrive(request: HttpRequest, kept: CompanySignIn, who: Login, subject: str, after: str) -> HttpResponse:
    """In, or first a code to the address as well. Raises ``TryLater``."""
    if not sso.needs_code(kept, who):
        sso.note_signed_in(kept, who, subject)
        return let_in(request, who, Proof.SSO, after)
    if request.user.is_authenticated:
        logout(request)
    challenge(request, who.email, after, shown=masked(who.email))
    request.session[WAITING] = {
        "kept": kept.pk,
        "issuer": kept.issuer,
        "login": who.pk,
        "subject": subject,
        "at": clock.now().timestamp(),
    }
    return redirect("sign-in-code")


def proof_with_code(request: HttpRequest, who: Login) -> Proof:
    """What a code has proved: with the identity that waited for it, that this is the same person there and here."""
    waiting = request.session.pop(WAITING, None)
    if (
        not waiting
        or waiting["login"] != who.pk
        or clock.now().timestamp() - waiting["at"] > GOOD_FOR_SECONDS
    ):
        return Proof.CODE
    kept = (
        CompanySignIn.objects.select_related("account")
        .filter(pk=waiting["kept"], issuer=waiting["issuer"])
        .first()
    )
    if kept is None:
        return Proof.CODE
    sso.note_signed_in(kept, who, waiting["subject"])
    return Proof.SSO
