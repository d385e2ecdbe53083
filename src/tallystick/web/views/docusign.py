"""Connecting an account to DocuSign, and the address where DocuSign tells news."""

from __future__ import annotations

import hmac
import time
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tallystick.access.policies import can_manage_account
from tallystick.core import clock
from tallystick.core.errors import NotFound, Refused
from tallystick.directory.models import Account
from tallystick.signing.docusign import connecting, oauth
from tallystick.signing.docusign.envelopes import webhook_address
from tallystick.signing.docusign.models import ConnectionState, DocusignConnection
from tallystick.signing.docusign.tokens import PROVIDER
from tallystick.signing.docusign.webhook import LARGEST, hints_in, keys_of
from tallystick.signing.news import keep_news
from tallystick.signing.seam import BadNews, ProviderProblem
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.request import PageRequest
from tallystick.web.settings.pages import account_page

ATTEMPT = "docusign_attempt"
ATTEMPT_SECONDS = 15 * 60
OTHER_LOG_IN = (
    "This answer of DocuSign belongs to no log-in that was begun here. Nothing was connected: begin again."
)


class KeysForm(Form):
    """The Connect keys of the account."""

    keys = forms.CharField(
        label="Connect keys (HMAC)",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One on a line, all that are active at DocuSign. They replace the keys that are kept here.",
    )


def redirect_uri() -> str:
    """The one address that is registered at DocuSign for this installation."""
    return settings.PUBLIC_URL + reverse("docusign-callback")


@require_safe
def docusign(request: PageRequest, account_id: int) -> HttpResponse:
    """Whether DocuSign is connected, by whom, to which account; what it waits for."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    return _page(request, account, KeysForm())


def _page(request: PageRequest, account: Account, form: KeysForm, status: int = 200) -> HttpResponse:
    found = DocusignConnection.objects.filter(account=account).first()
    waits = found.waits_until if found and found.waits_until and found.waits_until > clock.now() else None
    shown: dict[str, Any] = {
        **account_page(account, "docusign"),
        "connection": found,
        "is_lost": found is not None and found.state == ConnectionState.RECONNECT,
        "waits_until": waits,
        "can_connect": connecting.can_connect(request.actor, account),
        "redirect_uri": redirect_uri(),
        "is_developer": "account-d." in settings.DOCUSIGN_SERVER,
        "is_https": settings.PUBLIC_URL.startswith("https://"),
        "keys": len(keys_of(found)) if found else 0,
        "webhook": webhook_address(found) if found else "",
        "out": connecting.out_of(account) if found else 0,
        "form": form,
    }
    return render(request, "docusign/docusign.html", shown, status=status)


@require_POST
def connection(request: PageRequest, account_id: int) -> HttpResponse:
    """Begin to log in at DocuSign, in this session."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    connecting.can_connect(request.actor, account).require()
    attempt = oauth.Attempt.begin()
    request.session[ATTEMPT] = {
        "state": attempt.state,
        "verifier": attempt.verifier,
        "account": account.pk,
        "login": request.actor.login_id,
        "begun": int(time.time()),
    }
    return leave(
        request, oauth.log_in_url(attempt, redirect_uri()), back=reverse("docusign", args=[account.pk])
    )


def leave(request: PageRequest, url: str, *, back: str) -> HttpResponse:
    """Go on at DocuSign. A redirect would not do: our forms may not lead to other hosts, not even by one."""
    response = render(
        request, "docusign/leaving.html", {"title": "On to DocuSign", "crumbs": [], "url": url, "back": back}
    )
    response.headers["Refresh"] = f"0; url={url}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def callback(request: PageRequest) -> HttpResponse:
    """Where DocuSign sends whoever logged in. It connects, though it is a GET: OAuth has it so, and the state that
    this session alone knows, once, stands for the form's token."""
    kept = request.session.pop(ATTEMPT, None)
    given = request.GET.get("state", "")
    if not _is_of(kept, given, request):
        raise Refused(OTHER_LOG_IN)
    account = load.account_for(request, kept["account"])
    if request.GET.get("error"):
        messages.warning(request, "DocuSign was not connected: the log-in there was cancelled or refused.")
        return redirect("docusign", account.pk)
    attempt = oauth.Attempt(kept["state"], kept["verifier"])
    try:
        made = connecting.connect(
            request.actor, account, attempt, request.GET.get("code", "")[:2000], redirect_uri()
        )
    except oauth.GrantGone:
        messages.error(request, "DocuSign did not take its own code any more. Connect once more.")
    except (Refused, ProviderProblem) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"DocuSign is connected: {made.docusign_account_name}.")
    return redirect("docusign", account.pk)


def _is_of(kept: Any, given: str, request: PageRequest) -> bool:
    """Whether the answer belongs to what this session, and this person, began a moment ago."""
    return (
        isinstance(kept, dict)
        and hmac.compare_digest(str(kept.get("state", "")).encode(), given.encode())
        and kept.get("login") == request.actor.login_id
        and time.time() - int(kept.get("begun", 0)) < ATTEMPT_SECONDS
    )


@require_POST
def keys(request: PageRequest, account_id: int) -> HttpResponse:
    """Set the keys that prove DocuSign's news."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    found = _connection_for(account)
    form = KeysForm(request.POST)
    if form.is_valid():
        with problems_on(form):
            connecting.set_keys(request.actor, found, form.cleaned_data["keys"].splitlines())
            messages.success(request, "Saved. They are used for what is sent from now on.")
            return redirect("docusign", account.pk)
    return _page(request, account, form, status=422)


@require_POST
def disconnection(request: PageRequest, account_id: int) -> HttpResponse:
    """Forget log-in and keys."""
    account = load.account_for(request, account_id)
    connecting.disconnect(request.actor, account)
    messages.success(request, "DocuSign is disconnected, and its log-in and keys are deleted here.")
    return redirect("docusign", account.pk)


def _connection_for(account: Account) -> DocusignConnection:
    found = DocusignConnection.objects.filter(account=account).first()
    if found is None:
        raise NotFound("DocuSign is not connected. Connect it first.")
    return found


@csrf_exempt
@login_not_required
@require_POST
def news(request: HttpRequest, connection_key: UUID) -> HttpResponse:
    """DocuSign Connect tells that something happened: proved, kept once, and answered; a worker looks at it."""
    raw = _raw_body(request)
    found = DocusignConnection.objects.select_related("account").filter(key=connection_key).first()
    if raw is None:
        return HttpResponse(status=413)
    if found is None:
        return HttpResponse(status=401)
    try:
        # By its keys alone, so that news comes in also while it has to be connected again.
        keep_news(found.account, PROVIDER, hints_in(found, request.headers, raw), raw)
    except BadNews:
        return HttpResponse(status=401)
    return HttpResponse(status=200)


def _raw_body(request: HttpRequest) -> bytes | None:
    """The bytes as they came; nothing where they are too many, or no JSON at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        return None
    try:
        return request.body
    except (RequestDataTooBig, RawPostDataException):
        return None
