"""The outbox: every message of an account as it looks, what became of it and why, and sending it again (R-NOTIFY)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from tallystick.access.policies import can_manage_account
from tallystick.core.errors import NotFound, Refused
from tallystick.notifications import actions
from tallystick.notifications.models import Message
from tallystick.notifications.policies import can_resend
from tallystick.notifications.queries import OutboxFilters, counts, troubled_addresses
from tallystick.notifications.queries import outbox as messages_of
from tallystick.notifications.rules import RULES, is_known, rule_for
from tallystick.notifications.states import MessageStatus
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.load.messages import address_for, message_for
from tallystick.web.request import PageRequest
from tallystick.web.status_marks import mark_of

PAGE = 50
MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    )
)
"""A message styles itself as mail must, and does nothing else: no script, no picture, no form, no link."""


@require_safe
def outbox(request: PageRequest, account_id: int) -> HttpResponse:
    """The account's messages, and the addresses that take none."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    status, kind = request.GET.get("status", ""), request.GET.get("kind", "")
    wanted = OutboxFilters(
        status=status if status in MessageStatus.values else "",
        kind=kind if is_known(kind) else "",
        search=request.GET.get("q", "").strip()[:100],
    )
    found = messages_of(request.actor, account, wanted)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    request.search = (request.path, "Search messages")  # type: ignore[attr-defined]
    shown = {
        "title": "Outbox",
        "account": account,
        "crumbs": [{"label": account.name, "url": ""}, {"label": "Outbox", "url": ""}],
        "page": page,
        "rows": [(message, kind_label(message)) for message in page.object_list],
        "filters": _filters(request, counts(request.actor, account, wanted), wanted),
        "kinds": [(rule.event, text(rule.label)) for rule in RULES],
        "wanted": wanted,
        "is_narrowed": bool(wanted.status or wanted.kind or wanted.search),
        "addresses": troubled_addresses(request.actor, account),
    }
    return render(request, "notifications/outbox.html", shown)


def kind_label(message: Message) -> str:
    """What a message's kind is called, in the words in force."""
    return text(rule_for(message.event).label) if is_known(message.event) else message.event


def _filters(request: PageRequest, numbers: dict[str, int], wanted: OutboxFilters) -> list[dict[str, Any]]:
    kept = {name: value for name, value in (("kind", wanted.kind), ("q", wanted.search)) if value}

    def link(status: str) -> str:
        query = kept | ({"status": status} if status else {})
        return request.path + (f"?{urlencode(query)}" if query else "")

    everything = {
        "label": "All",
        "count": sum(numbers.values()),
        "url": link(""),
        "current": not wanted.status,
    }
    return [everything] + [
        {
            "label": status.label,
            "count": numbers[status],
            "url": link(status),
            "current": wanted.status == status,
            "tone": mark_of(status).tone,
            "icon": mark_of(status).icon,
        }
        for status in MessageStatus
        if numbers[status] or wanted.status == status
    ]


@require_safe
def message(request: PageRequest, message_id: UUID) -> HttpResponse:
    """One message: as it looks, as plain text, its headers, and what became of it."""
    found = message_for(request, message_id)
    page = {
        "title": found.subject,
        "message": found,
        "kind": kind_label(found),
        "resend": can_resend(found),
        "again": found.resent.order_by("created_at", "pk"),
        "crumbs": [
            {"label": found.account.name, "url": ""},
            {"label": "Outbox", "url": reverse("outbox", args=[found.account_id])},
            {"label": found.subject, "url": ""},
        ],
    }
    return render(request, "notifications/message.html", page)


@xframe_options_sameorigin
@require_safe
def message_html(request: PageRequest, message_id: UUID) -> HttpResponse:
    """The HTML twin alone, for the frame on the message's page: under a policy by which it can do nothing."""
    found = message_for(request, message_id)
    if found.is_secret:
        raise NotFound("The content of this message lets somebody in, and isn’t shown.")
    response = HttpResponse(found.html_shown)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def message_resending(request: PageRequest, message_id: UUID) -> HttpResponse:
    """Send it again, as a new message."""
    found = message_for(request, message_id)
    try:
        again = actions.resend(request.actor, found)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("message", found.pk)
    messages.success(request, f"On its way again to {again.address}.")
    return redirect("message", again.pk)


@require_POST
def address_release(request: PageRequest, address_id: int) -> HttpResponse:
    """Let mail go to an address again."""
    found = address_for(request, address_id)
    actions.release_address(request.actor, found)
    messages.success(
        request,
        f"Mail goes to {found.address} again. Messages that were held back can be sent again one by one.",
    )
    return redirect("outbox", found.account_id)
