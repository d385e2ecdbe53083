"""Signing in without a password: an address is typed, a code is mailed, the code is typed.

What is answered does not depend on whether the address has a log-in.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.core.text import plural
from tallystick.sign_in.codes import GOOD_FOR
from tallystick.web.forms import Form, tries_on
from tallystick.web.request import PageRequest
from tallystick.web.sign_in.fields import code_field
from tallystick.web.sign_in.letting_in import let_in
from tallystick.web.sign_in.session import Challenge, answer_challenge, challenge, challenge_of
from tallystick.web.sign_in.sso import proof_with_code
from tallystick.web.views.ways import safe_next


class AddressForm(Form):
    """Where the code goes."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )


class CodeForm(Form):
    """The code from the e-mail."""

    code = code_field("Code from the e-mail", autofocus=True)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: PageRequest) -> HttpResponse:
    """Ask for the address, and have the code mailed there."""
    after = safe_next(request)
    if request.user.is_authenticated:
        return redirect(after)
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with tries_on(form):
            challenge(request, form.cleaned_data["email"], after)
            return redirect("sign-in-code")
    page = {"title": "Sign in without a password", "form": form, "after": after}
    return render(request, "session/address.html", page, status=form.status)


@login_not_required
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: PageRequest) -> HttpResponse:
    """Take the code that this browser asked for, and let in whoever it proves."""
    waiting = challenge_of(request)
    if waiting is None:
        return _nothing_waits(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with tries_on(form):
            return _let_in(request, waiting, form.cleaned_data["code"])
    page = {
        "title": "Type the code",
        "form": form,
        "challenge": waiting,
        "minutes": int(GOOD_FOR.total_seconds()) // 60,
    }
    return render(request, "session/code.html", page, status=form.status)


@login_not_required
@never_cache
@require_POST
def resending(request: PageRequest) -> HttpResponse:
    """Have another code mailed, which ends the one before."""
    waiting = challenge_of(request)
    if waiting is None:
        return _nothing_waits(request)
    if wait := waiting.seconds_to_wait:
        messages.info(
            request,
            f"The code is on its way. Another one can be sent in {plural(wait, 'second')}, if it does not come.",
        )
        return redirect("sign-in-code")
    challenge(request, waiting.email, waiting.next, shown=waiting.shown)
    messages.success(request, "Another code is on its way. The one before is worth nothing any more.")
    return redirect("sign-in-code")


def _let_in(request: PageRequest, waiting: Challenge, typed: str) -> HttpResponse:
    who = answer_challenge(request, waiting, typed)
    how = proof_with_code(request, who)
    return let_in(request, who, how, waiting.next, code=waiting.code)


def _nothing_waits(request: PageRequest) -> HttpResponse:
    """Another browser, an old tab, or done already."""
    if request.user.is_authenticated:
        return redirect("home")
    messages.info(request, "No code was asked for in this browser. Type your address to have one sent.")
    return redirect(f"{reverse('sign-in-address')}?{urlencode({'next': safe_next(request)})}")
