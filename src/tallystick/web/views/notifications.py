"""Who gets which messages: by person, and by the link in a message (R-NOTIFY)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.directory.models import Login
from tallystick.notifications import switches
from tallystick.notifications.rules import optional_rules, rule_for
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.request import PageRequest


def preference_rows(login: Login) -> list[dict[str, object]]:
    """Every kind that may be switched off, for the section of the preferences."""
    chosen = switches.preferences_of(login)
    return [
        {"kind": rule.event, "label": text(rule.label), "on": chosen[rule.event]} for rule in optional_rules()
    ]


@require_POST
def choices(request: PageRequest) -> HttpResponse:
    """Keep which messages one wants."""
    switches.choose(request.user, request.POST.getlist("kind"))
    messages.success(request, "Your choice of e-mails is saved.")
    return redirect(reverse("preferences") + "#e-mails")


@login_not_required
@csrf_exempt  # a mail program posts here by itself (RFC 8058); the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: PageRequest, token: str) -> HttpResponse:
    """Switch a kind off by the link in a message, without signing in. GET only asks: scanners follow links."""
    found = switches.message_of(token)
    load.enter_account(request, found.account)
    if request.method == "POST":
        switches.switch_off(found)
    label = text(rule_for(found.event).label)
    page = {"title": "E-mails", "message": found, "label": label, "done": request.method == "POST"}
    response = render(request, "notifications/unsubscribe.html", page)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
