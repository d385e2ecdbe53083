"""Proving once more who one is, before changing how one signs in: somebody else may sit at an open browser."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.core.errors import BadInput, TallystickProblem, TryLater
from tallystick.sign_in.codes import GOOD_FOR, ask_for_code, prove_by_code
from tallystick.sign_in.factors import factors_of
from tallystick.sign_in.passkeys import LONGEST_ANSWER, can_use_passkeys, prove_by_passkey, question
from tallystick.web import load
from tallystick.web.forms import Form, tries_on
from tallystick.web.request import PageRequest
from tallystick.web.sign_in import passkeys as passkey_pages
from tallystick.web.sign_in.fields import code_field
from tallystick.web.sign_in.session import masked, sign_in_with
from tallystick.web.sign_in.visits import network_of
from tallystick.web.sign_in.watch import note_proof
from tallystick.web.views.second_step import prove_by_typed
from tallystick.web.views.ways import safe_next

CODE = "sign_in_proof_code"
WRONG = "This is not your password. Type it again, or have a code sent."
OTHER = "This code belongs to another log-in. Have a new one sent."


class PasswordProof(Form):
    """The password that one has now."""

    password = forms.CharField(
        label="Your password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class FactorProof(Form):
    """A code of the app, or a recovery code."""

    factor = code_field("Code from your app, or a recovery code", figures=False)


class PasskeyProof(Form):
    """What the browser says of a passkey."""

    credential = forms.CharField(max_length=LONGEST_ANSWER)


class CodeProof(Form):
    """The code from the e-mail."""

    code = code_field("Code from the e-mail")


FORMS: dict[str, type[Form]] = {
    "password": PasswordProof,
    "factor": FactorProof,
    "credential": PasskeyProof,
    "code": CodeProof,
}
"""By the name of the field that is sent."""


def prove_first(request: PageRequest, back: str = "") -> HttpResponse:
    """On to the proof, and back here afterwards, or to the page that ``back`` names where this one only takes forms."""
    after = reverse(back) if back else request.path
    return redirect(f"{reverse('proof')}?{urlencode({'next': after})}")


@sensitive_post_parameters("password", "code", "factor", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: PageRequest) -> HttpResponse:
    """By the password, a code or a second factor; then on to where they were going."""
    load.home_account(request)
    after = safe_next(request, reverse("own-sign-in"))
    sent = next((name for name in FORMS if name in request.POST), "password")
    shown = {
        name: kind(request.POST if name == sent and request.method == "POST" else None)
        for name, kind in FORMS.items()
    }
    form = shown[sent]
    if form.is_bound and form.is_valid():
        with tries_on(form):
            _prove(request, form.cleaned_data)
            note_proof(request)
            return redirect(after)
    have = factors_of(request.user)
    page = {
        "title": "Is it you?",
        "crumbs": [
            {"label": "Preferences", "url": reverse("preferences")},
            {"label": "Is it you?", "url": ""},
        ],
        "after": after,
        "form": form if form.is_bound else None,
        "password_form": shown["password"] if request.user.has_usable_password() else None,
        "code_form": shown["code"],
        "factor_form": shown["factor"] if have.has_app else None,
        "use_passkey": bool(have.passkeys and can_use_passkeys()),
        "waits": bool(request.session.get(CODE)),
        "address": masked(request.user.email),
        "minutes": int(GOOD_FOR.total_seconds()) // 60,
    }
    return render(request, "own/proof.html", page, status=form.status)


@require_POST
def code(request: PageRequest) -> HttpResponse:
    """Have a code mailed to one's own address."""
    after = safe_next(request, reverse("own-sign-in"))
    try:
        asked = ask_for_code(request.user.email, network_of(request))
    except TryLater as told:
        messages.error(request, str(told))
    else:
        request.session[CODE] = str(asked.pk)
    return redirect(f"{reverse('proof')}?{urlencode({'next': after})}")


@require_POST
def options(request: PageRequest) -> HttpResponse:
    """What the browser asks one of one's own passkeys."""
    try:
        asked, state = question(request.user)
    except TallystickProblem as problem:
        return JsonResponse({"problem": str(problem)}, status=422)
    passkey_pages.remember(request, "proof", state)
    return JsonResponse(asked)


def _prove(request: PageRequest, given: dict[str, str]) -> None:
    """Raises ``BadInput`` where it is no proof, or not of this log-in, and ``TryLater``."""
    me = request.user
    if "factor" in given:
        try:
            prove_by_typed(request, me, given["factor"])
        except BadInput as problem:
            raise BadInput(str(problem), {"factor": str(problem)}) from problem
        return
    if "credential" in given:
        prove_by_passkey(passkey_pages.take(request, "proof"), given["credential"], me)
        return
    if "password" in given:
        if sign_in_with(request, me.email, given["password"]) != me:
            raise BadInput(WRONG, {"password": WRONG})
        return
    waiting = request.session.get(CODE)
    if not waiting:
        said = "No code was asked for in this browser. Have one sent first."
        raise BadInput(said, {"code": said})
    if prove_by_code(UUID(waiting), given["code"], network_of(request)) != me:
        raise BadInput(OTHER, {"code": OTHER})
    del request.session[CODE]
