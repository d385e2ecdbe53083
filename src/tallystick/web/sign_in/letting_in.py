"""After the first proof: a second one where somebody has set one up, and then in.

What waits for the second proof is nobody yet: the session holds whose turn it is, for ten minutes, and nothing else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from tallystick.core import clock
from tallystick.directory.models import Login, Theme
from tallystick.sign_in.factors import factors_of
from tallystick.sign_in.models import CompanySignIn
from tallystick.sign_in.sso import required_of
from tallystick.sign_in.states import Proof
from tallystick.web.sign_in.session import begin_session
from tallystick.web.signatures.proof import note_how

THEME_COOKIE = "tallystick_theme"
THEME_KEPT = 365 * 24 * 60 * 60
HALF = "sign_in_half"
HALF_GOOD_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody who has proved once, and how; ``next`` is where they were going."""

    login_id: int
    how: str
    next: str
    at: float
    code: str = ""


def let_in(request: HttpRequest, who: Login, how: Proof, after: str, *, code: str = "") -> HttpResponse:
    """In, or on to the second step. A passkey is both at once: the device knows who holds it.

    ``code`` is the mailed code that was the proof; evidence of signatures names it.
    """
    if how is not Proof.SSO and (kept := required_of(who)):
        return _by_company(request, kept, after)
    if how is not Proof.PASSKEY and factors_of(who):
        if request.user.is_authenticated:
            logout(request)
        request.session.cycle_key()
        half = Half(who.pk, how.value, after, clock.now().timestamp(), code)
        request.session[HALF] = asdict(half)
        return redirect("sign-in-second")
    return finish(request, who, how, after, code=code)


def _by_company(request: HttpRequest, kept: CompanySignIn, after: str) -> HttpResponse:
    """What was proved is right, and not enough: their company wants them to come by its own sign-in."""
    messages.info(
        request, f"{kept.account.name} signs its people in by its own sign-in alone. Continue there."
    )
    query = urlencode({"company": str(kept.key), "next": after})
    return redirect(f"{reverse('sign-in-company')}?{query}")


def finish(request: HttpRequest, who: Login, how: Proof, after: str, *, code: str = "") -> HttpResponse:
    """In: everything that was needed is proved."""
    request.session.pop(HALF, None)
    begin_session(request, who, how)
    note_how(request, how, code)
    response = redirect(after)
    remember_theme(response, who.theme)
    return response


def half_of(request: HttpRequest) -> tuple[Half, Login] | None:
    """Whose second step this browser waits for, while it is good."""
    kept: dict[str, Any] | None = request.session.get(HALF)
    if not kept:
        return None
    half = Half(**kept)
    who = Login.objects.filter(pk=half.login_id, is_active=True).first()
    if who is None or clock.now().timestamp() - half.at > HALF_GOOD_FOR.total_seconds():
        del request.session[HALF]
        return None
    return half, who


def remember_theme(response: HttpResponse | HttpResponseRedirect, theme: str) -> None:
    """Keep the chosen theme in the cookie that the page's script and the server both read."""
    if theme == Theme.DEVICE:
        response.delete_cookie(THEME_COOKIE)
        return
    response.set_cookie(
        THEME_COOKIE, theme, max_age=THEME_KEPT, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
