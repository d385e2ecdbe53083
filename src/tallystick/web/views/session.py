"""Signing in and out."""

from __future__ import annotations

from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.core.errors import TryLater
from tallystick.sign_in.passkeys import can_use_passkeys
from tallystick.sign_in.states import Proof
from tallystick.web.forms import Form
from tallystick.web.request import PageRequest
from tallystick.web.sign_in.letting_in import let_in
from tallystick.web.sign_in.session import WRONG, sign_in_with
from tallystick.web.views.ways import safe_next


class SignInForm(Form):
    """E-mail address and password."""

    email = forms.CharField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: PageRequest) -> HttpResponse:
    """Show the form; or prove who somebody is, begin a new session and go on to where they were going."""
    after = safe_next(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(after)
        return _page(request, SignInForm(), after)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, after, status=422)
    try:
        person = sign_in_with(request, form.cleaned_data["email"], form.cleaned_data["password"])
    except TryLater as problem:
        form.add_error(None, str(problem))
        return _page(request, form, after, status=429)
    if person is None:
        form.add_error(None, WRONG)
        return _page(request, form, after, status=422)
    return let_in(request, person, Proof.PASSWORD, after)


@login_not_required
@require_POST
def sign_out(request: PageRequest) -> HttpResponse:
    """End the session; doing it twice is harmless."""
    logout(request)
    return redirect("sign-in")


def _page(request: PageRequest, form: SignInForm, after: str, status: int = 200) -> HttpResponse:
    page = {
        "form": form,
        "after": after,
        "title": "Sign in",
        "can_use_passkeys": bool(can_use_passkeys()),
    }
    return render(request, "session/sign_in.html", page, status=status)
