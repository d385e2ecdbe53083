"""The second step of signing in, and signing in by a passkey alone."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.core.errors import BadInput, TallystickProblem
from tallystick.directory.models import Login
from tallystick.sign_in.factors import factors_of
from tallystick.sign_in.passkeys import can_use_passkeys, prove_by_passkey, question
from tallystick.sign_in.recovery import prove_by_recovery_code
from tallystick.sign_in.states import Proof
from tallystick.sign_in.totp import DIGITS, prove_by_app
from tallystick.web.forms import Form, tries_on
from tallystick.web.request import PageRequest
from tallystick.web.sign_in import passkeys as passkey_pages
from tallystick.web.sign_in.fields import code_field
from tallystick.web.sign_in.letting_in import finish, half_of
from tallystick.web.sign_in.visits import visit_of
from tallystick.web.views.ways import safe_next

OVER = "The first step was too long ago, or in another browser. Sign in again."


class SecondForm(Form):
    """A code of the app, or a recovery code: what is typed tells which."""

    code = code_field("Code", figures=False, autofocus=True)


def prove_by_typed(request: PageRequest, who: Login, typed: str) -> None:
    """By the app where six digits were typed, else by a recovery code. Raises ``BadInput``, ``TryLater``."""
    plain = "".join(letter for letter in typed if not letter.isspace())
    visit = visit_of(request)
    if len(plain) == DIGITS and plain.isascii() and plain.isdigit():
        prove_by_app(who, plain, visit.network)
    else:
        prove_by_recovery_code(who, typed, visit)


@login_not_required
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: PageRequest) -> HttpResponse:
    """Ask whoever has proved once for the second proof."""
    waiting = half_of(request)
    if waiting is None:
        return _begin_again(request)
    half, who = waiting
    form = SecondForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with tries_on(form):
            prove_by_typed(request, who, form.cleaned_data["code"])
            return finish(request, who, Proof(half.how), half.next, code=half.code)
    have = factors_of(who)
    page = {
        "title": "One more step",
        "form": form,
        "have": have,
        "can_use_passkeys": bool(have.passkeys and can_use_passkeys()),
        "digits": DIGITS,
    }
    return render(request, "session/second.html", page, status=form.status)


@login_not_required
@never_cache
@require_POST
def options(request: PageRequest) -> HttpResponse:
    """What the browser asks a passkey: for the second step, else for signing in by it alone."""
    waiting = half_of(request) if request.GET.get("step") == "second" else None
    try:
        asked, state = question(waiting[1] if waiting else None)
    except TallystickProblem as problem:
        return JsonResponse({"problem": str(problem)}, status=422)
    passkey_pages.remember(request, "second" if waiting else "alone", state)
    return JsonResponse(asked)


@login_not_required
@never_cache
@require_POST
def passkey(request: PageRequest) -> HttpResponse:
    """Let in whoever's passkey has answered."""
    waiting = half_of(request) if request.GET.get("step") == "second" else None
    after = waiting[0].next if waiting else safe_next(request)
    try:
        state = passkey_pages.take(request, "second" if waiting else "alone")
        who = prove_by_passkey(state, request.POST.get("credential", ""), waiting[1] if waiting else None)
    except BadInput as problem:
        messages.error(request, str(problem))
        if waiting:
            return redirect("sign-in-second")
        query = f"?{urlencode({'next': after})}" if after != "/" else ""
        return redirect(reverse("sign-in") + query)
    if waiting is None:
        return finish(request, who, Proof.PASSKEY, after)
    return finish(request, who, Proof(waiting[0].how), after, code=waiting[0].code)


def _begin_again(request: PageRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    messages.info(request, OVER)
    return redirect("sign-in")
