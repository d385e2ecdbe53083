"""How one signs in: the password, and where one is signed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick.core.text import plural
from tallystick.sign_in import passwords, sessions
from tallystick.sign_in.factors import factors_of
from tallystick.sign_in.passkeys import can_use_passkeys, passkeys_of
from tallystick.sign_in.recovery import COUNT
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.request import PageRequest
from tallystick.web.sign_in.own_pages import crumbs
from tallystick.web.sign_in.session import keep_session
from tallystick.web.sign_in.visits import in_words, visit_of
from tallystick.web.sign_in.watch import has_fresh_proof, is_held_up, look_again
from tallystick.web.views.proof import prove_first


class PasswordForm(Form):
    """A new password, twice: nobody sees what is typed."""

    password = forms.CharField(
        label="New password",
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    again = forms.CharField(
        label="The same once more",
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both have to be the same."""
        given = super().clean() or self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            raise ValidationError({"again": "This is not the same as above. Type the new password twice."})
        return given


@require_safe
def overview(request: PageRequest) -> HttpResponse:
    """Everything about it on one page."""
    load.home_account(request)
    found = sessions.sessions_of(request.user, request.session.session_key or "")
    page = {
        "title": "How you sign in",
        "crumbs": crumbs(),
        "must": look_again(request, request.user) if is_held_up(request) else "",
        "have": factors_of(request.user),
        "passkeys": passkeys_of(request.user),
        "can_use_passkeys": can_use_passkeys(),
        "codes": COUNT,
        "has_password": request.user.has_usable_password(),
        "sessions": [{"row": row, "words": in_words(row.agent)} for row in found],
        "others": sum(not row.is_this for row in found),
    }
    return render(request, "own/sign_in.html", page)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: PageRequest) -> HttpResponse:
    """Set or change the password; whoever has not proved lately who they are does so first."""
    load.home_account(request)
    if not has_fresh_proof(request):
        return prove_first(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            ended = passwords.set_password(
                request.user,
                form.cleaned_data["password"],
                request.session.session_key or "",
                visit_of(request),
            )
            keep_session(request)
            said = f" {plural(ended, 'other session')} ended." if ended else ""
            messages.success(request, f"The password is saved.{said}")
            return redirect("own-sign-in")
    label = "Change the password" if request.user.has_usable_password() else "Set a password"
    page = {
        "title": label,
        "crumbs": crumbs(label),
        "form": form,
        "rules": password_validators_help_texts(),
    }
    return render(request, "own/password.html", page, status=form.status)


@require_POST
def session_ending(request: PageRequest, own_session_id: int) -> HttpResponse:
    """End one of one's own sessions. One that is gone already, or somebody else's, changes nothing."""
    if sessions.end_session(request.user, own_session_id):
        messages.success(request, "That session is ended: whoever uses it has to sign in again.")
    else:
        messages.info(request, "That session had ended already.")
    return redirect("own-sign-in")


@require_POST
def sessions_ending(request: PageRequest) -> HttpResponse:
    """End all but this one."""
    ended = sessions.end_others(request.user, request.session.session_key or "")
    if ended:
        messages.success(request, f"{plural(ended, 'session is', 'sessions are')} ended. This one goes on.")
    else:
        messages.info(request, "You are signed in nowhere else.")
    return redirect("own-sign-in")
