"""One's own second steps: the app, passkeys, recovery codes."""

from __future__ import annotations

from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.core.errors import BadInput, Refused, TallystickProblem
from tallystick.sign_in import passkeys, recovery, totp
from tallystick.sign_in.factors import factors_of
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.request import PageRequest
from tallystick.web.sign_in import passkeys as passkey_pages
from tallystick.web.sign_in.fields import code_field
from tallystick.web.sign_in.own_pages import crumbs
from tallystick.web.sign_in.qr import squares
from tallystick.web.sign_in.visits import network_of, visit_of
from tallystick.web.sign_in.watch import has_fresh_proof, look_again
from tallystick.web.views.proof import prove_first


class AppForm(Form):
    """The first code that the app shows."""

    code = code_field("Code that the app shows", longest=20)


class PasskeyForm(Form):
    """What the passkey is called, and what the browser says of it."""

    name = forms.CharField(
        label="What you call it",
        max_length=passkeys.LONGEST_NAME,
        required=False,
        help_text="Such as “my phone”: to know it again in the list.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    credential = forms.CharField(
        required=False, max_length=passkeys.LONGEST_ANSWER, widget=forms.HiddenInput()
    )


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: PageRequest) -> HttpResponse:
    """Set the app up: show its secret as a picture and as text, and take the first code."""
    load.home_account(request)
    if not has_fresh_proof(request):
        return prove_first(request)
    if request.method == "POST" and request.POST.get("act") == "begin":
        totp.begin_app(request.user)
        return redirect("own-app")
    secret = totp.waiting_secret(request.user)
    if not secret:
        return redirect("own-sign-in")
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = "".join(form.cleaned_data["code"].split())
        with problems_on(form):
            totp.confirm_app(request.user, typed, network_of(request), visit_of(request))
            return _set_up(request, "The app is set up. From now on its code is asked for when you sign in.")
    page = {
        "title": "Set up an app for codes",
        "crumbs": crumbs("App for codes"),
        "form": form,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "picture": squares(totp.address_of(secret, request.user)),
    }
    return render(request, "own/app.html", page, status=form.status)


@require_POST
def app_removal(request: PageRequest) -> HttpResponse:
    """Take the app away."""
    if not has_fresh_proof(request):
        return prove_first(request, back="own-sign-in")
    try:
        totp.remove_app(request.user, visit_of(request))
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "The app is removed: its codes are not asked for any more.")
    return redirect("own-sign-in")


@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: PageRequest) -> HttpResponse:
    """Add a passkey."""
    load.home_account(request)
    if not has_fresh_proof(request):
        return prove_first(request)
    can = passkeys.can_use_passkeys()
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            state = passkey_pages.take(request, "register")
            made = passkeys.add_passkey(
                request.user,
                state,
                form.cleaned_data["credential"],
                form.cleaned_data["name"],
                visit_of(request),
            )
            return _set_up(request, f"The passkey “{made.name}” is added. You can sign in with it alone.")
    page = {
        "title": "Add a passkey",
        "crumbs": crumbs("Add a passkey"),
        "form": form,
        "can": can,
    }
    return render(request, "own/passkey.html", page, status=form.status)


@require_POST
def passkey_options(request: PageRequest) -> HttpResponse:
    """What the browser is asked to make a passkey with."""
    try:
        if not has_fresh_proof(request):
            raise BadInput("You proved who you are more than 15 minutes ago. Load this page again.")
        asked, state = passkeys.registration(request.user)
    except TallystickProblem as problem:
        return JsonResponse({"problem": str(problem)}, status=422)
    passkey_pages.remember(request, "register", state)
    return JsonResponse(asked)


@require_POST
def passkey_removal(request: PageRequest, passkey_id: int) -> HttpResponse:
    """Forget one of one's own passkeys."""
    if not has_fresh_proof(request):
        return prove_first(request, back="own-sign-in")
    try:
        passkeys.remove_passkey(request.user, passkey_id, visit_of(request))
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "The passkey is removed here. Delete it on its device as well.")
    return redirect("own-sign-in")


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: PageRequest) -> HttpResponse:
    """Make new recovery codes and show them, this once."""
    load.home_account(request)
    if not has_fresh_proof(request):
        return prove_first(request)
    codes: list[str] = []
    if request.method == "POST":
        codes = recovery.make_codes(request.user, visit_of(request))
    have = factors_of(request.user)
    lines = [f"Recovery codes for Tallystick, {request.user.email}", "Each works once.", "", *codes, ""]
    page = {
        "title": "Recovery codes",
        "crumbs": crumbs("Recovery codes"),
        "codes": codes,
        "file": "data:text/plain;charset=utf-8," + quote("\r\n".join(lines)),
        "have": have,
        "count": recovery.COUNT,
    }
    return render(request, "own/recovery.html", page)


def _set_up(request: PageRequest, said: str) -> HttpResponse:
    """One more second step; with the first of them recovery codes are offered."""
    look_again(request, request.user)
    messages.success(request, said)
    return redirect("own-sign-in" if factors_of(request.user).codes_left else "own-recovery")
