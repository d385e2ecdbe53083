"""Signing in by the company's own sign-in (OpenID Connect): whose, there, and back."""

from __future__ import annotations

import hmac
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.core.errors import TryLater
from tallystick.sign_in import sso
from tallystick.sign_in.limits import begin_attempt, digest_of, forgive_place
from tallystick.sign_in.models import CompanySignIn
from tallystick.sign_in.oidc.asking import identity_for
from tallystick.sign_in.oidc.fetching import IssuerProblem
from tallystick.sign_in.states import AttemptKind
from tallystick.web.forms import Form
from tallystick.web.request import PageRequest
from tallystick.web.sign_in.sso import Begun, arrive, begin_sso, redirect_uri, take_begun
from tallystick.web.sign_in.visits import network_of
from tallystick.web.views.ways import safe_next

NONE = "No company has set up its own sign-in for addresses of this domain. Sign in another way."
OTHER_LOG_IN = (
    "This answer belongs to no log-in that was begun in this browser, or it was used already. Nobody was signed in: "
    "begin again."
)
CANCELLED = "Nobody was signed in: the log-in at your company’s sign-in was cancelled or refused there."


class CompanyForm(Form):
    """Whose sign-in: the domain of the address tells."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: PageRequest) -> HttpResponse:
    """Ask for the address, or go on with the account that an address of its own (``?company=KEY``) names."""
    after = safe_next(request)
    named = _named(request)
    form = CompanyForm(request.POST if request.method == "POST" and named is None else None)
    found: list[CompanySignIn] = [named] if named else []
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if named is not None:
                return _begin(request, named, "", after)
            if form.is_valid():
                email = form.cleaned_data["email"]
                found = sso.offered_to(email)
                if len(found) == 1:
                    return _begin(request, found[0], email, after)
                if not found:
                    form.add_error("email", NONE)
                else:
                    status = 200
        except (IssuerProblem, TryLater) as problem:
            status = 429 if isinstance(problem, TryLater) else 502
            found = [named] if named else []
            if form.is_bound:
                form.add_error(None, str(problem))
            else:
                messages.error(request, str(problem))
    page = {"title": "Your company’s sign-in", "form": form, "after": after, "found": found, "named": named}
    return render(request, "session/company.html", page, status=status)


def _named(request: PageRequest) -> CompanySignIn | None:
    try:
        key = UUID(request.POST.get("company") or request.GET.get("company") or "")
    except ValueError:
        return None
    return CompanySignIn.objects.select_related("account").filter(key=key).first()


def _begin(request: PageRequest, kept: CompanySignIn, email: str, after: str) -> HttpResponse:
    begin_attempt(AttemptKind.SSO, digest_of(str(kept.key)), network_of(request))
    return begin_sso(request, kept, email, after)


@login_not_required
@never_cache
@require_safe
def callback(request: PageRequest) -> HttpResponse:
    """Where the identity provider sends whoever has logged in. It lets in, though it is a GET: OpenID Connect has it
    so, and the state that this browser alone knows, once, stands for the form's token."""
    begun = take_begun(request)
    state = request.GET.get("state", "")
    if begun is None or not hmac.compare_digest(begun.state.encode(), state.encode()):
        return _back(request, OTHER_LOG_IN)
    kept = CompanySignIn.objects.select_related("account").filter(pk=begun.kept).first()
    # RFC 9207: an answer that names another issuer is another's.
    if kept is None or request.GET.get("iss", kept.issuer) != kept.issuer:
        return _back(request, OTHER_LOG_IN)
    if request.GET.get("error") or not request.GET.get("code"):
        return _back(request, CANCELLED)
    try:
        return _answered(request, kept, begun, request.GET["code"][:4000])
    except (IssuerProblem, TryLater) as problem:
        return _back(request, str(problem))


def _answered(request: PageRequest, kept: CompanySignIn, begun: Begun, code: str) -> HttpResponse:
    identity = identity_for(sso.client_of(kept), begun.attempt, code, redirect_uri())
    who = sso.who_is(kept, identity)
    forgive_place(AttemptKind.SSO, digest_of(str(kept.key)), network_of(request))
    return arrive(request, kept, who, identity.subject, begun.next)


def _back(request: PageRequest, said: str) -> HttpResponse:
    messages.error(request, said)
    return redirect("sign-in")
