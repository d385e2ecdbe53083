"""A claim's history: who changed what, its rounds and earlier revisions, and the claim as it was on any day."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tallystick.claims.as_at import claim_at_end_of, earlier_revisions
from tallystick.claims.detail import face_of
from tallystick.claims.history import Entry, HistoryPage, Wanted, history_entry, history_page
from tallystick.claims.models import Claim
from tallystick.claims.review.rounds import Round, RoundStep, rounds_of
from tallystick.claims.states import CERTIFIED
from tallystick.contracts.policies import can_see_sov
from tallystick.core.clock import today_in
from tallystick.core.dates import format_date, format_instant
from tallystick.core.errors import BadInput
from tallystick.documents.earlier import pdf_at_end_of, revision_of, revision_pdf
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.lines import lines_table
from tallystick.web.claims.one import as_it_was, claim_context
from tallystick.web.forms import DayField
from tallystick.web.request import PageRequest
from tallystick.web.views.papers import give_stored


@require_safe
def history(request: PageRequest, claim_id: int) -> HttpResponse:
    """Every step and every change, the latest first, by day."""
    found = load.claim_for(request, claim_id)
    asked = Wanted(
        who=request.GET.get("who", "")[:200],
        kind=request.GET.get("kind", "") if request.GET.get("kind", "") in _KIND_LABELS else "",
        line=request.GET.get("line", "").strip()[:60] if can_see_sov(request.actor, found.contract) else "",
    )
    page = claim_context(request, found, "claim-history")
    told = history_page(found, asked, page=_number(request.GET.get("page", "")))
    address = reverse("claim-history", args=[found.pk])
    page |= {
        "days": _by_day(found, told.entries, shows_lines=bool(can_see_sov(request.actor, found.contract))),
        "told": told,
        "asked": asked,
        "is_narrowed": bool(asked.who or asked.kind or asked.line),
        "kinds": [(key, text(label)) for key, label in _KIND_LABELS.items()],
        "pages": _pages(address, asked, told),
        "rounds": [_round(one, found) for one in rounds_of(found)],
        "revisions": _revisions(found, shows_lines=bool(can_see_sov(request.actor, found.contract))),
        "today": today_in(found.contract.project.time_zone).isoformat(),
        "first_day": _local_day(found, found.created_at).isoformat(),
    }
    return render(request, "claims/history.html", page)


@require_safe
def event(request: PageRequest, claim_id: int, event_id: int) -> HttpResponse:
    """One thing that was done, with everything that it changed."""
    found = load.claim_for(request, claim_id)
    can_see_sov(request.actor, found.contract).require()
    page = claim_context(request, found, "claim-history")
    page["days"] = _by_day(found, (history_entry(found, event_id),), shows_lines=True)
    return render(request, "claims/event.html", page)


_KIND_LABELS = {
    "figures": "Figures",
    "review": "Review",
    "steps": "Steps",
    "details": "Details",
    "other": "Papers and payments",
}


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 1


def _local_day(claim: Claim, moment: Any) -> date:
    day: date = moment.astimezone(ZoneInfo(claim.contract.project.time_zone)).date()
    return day


def _by_day(claim: Claim, entries: tuple[Entry, ...], *, shows_lines: bool) -> list[dict[str, Any]]:
    """Entries under the day on which they happened; without the figures for who may not see the lines."""
    zone, locale = claim.contract.project.time_zone, current().locale.code
    days = []
    for day, members in groupby(entries, key=lambda entry: _local_day(claim, entry.at)):
        items = [
            {
                "entry": entry,
                "changes": _by_line(entry) if shows_lines else [],
                "when": format_instant(entry.at, zone, locale),
                "tone": _LOOKS.get(entry.name, ("neutral", "paperclip"))[0],
                "icon": _LOOKS.get(entry.name, ("neutral", "paperclip"))[1],
                "more_url": reverse("claim-event", args=[claim.pk, entry.id])
                if entry.more and shows_lines
                else "",
            }
            for entry in members
        ]
        days.append({"day": format_date(day, locale), "items": items})
    return days


def _by_line(entry: Entry) -> list[tuple[str, list[Any]]]:
    return [(line, list(changes)) for line, changes in groupby(entry.changes, key=lambda change: change.line)]


_LOOKS = {
    "claim.created": ("neutral", "plus"),
    "claim.lines_saved": ("neutral", "edit"),
    "claim.retention_set": ("neutral", "edit"),
    "claim.retention_released": ("neutral", "edit"),
    "claim.proposal_taken": ("neutral", "check"),
    "claim.variations_added": ("neutral", "plus"),
    "claim.reviewed": ("info", "eye"),
    "claim.facts_changed": ("neutral", "edit"),
    "claim.submitted": ("info", "send"),
    "claim.resubmitted": ("info", "send"),
    "claim.sent_back": ("warn", "return"),
    "claim.certified": ("ok", "check"),
    "claim.status_changed": ("info", "arrow-right"),
    "claim.reopened": ("warn", "undo"),
    "claim.reopened_for_review": ("warn", "undo"),
    "claim.deleted": ("bad", "trash"),
    "claim.restored": ("neutral", "undo"),
    "claim.previous_followed": ("neutral", "link"),
    "claim.payment_recorded": ("ok", "check"),
    "claim.payment_voided": ("warn", "ban"),
    "payment_schedule.issued": ("info", "send"),
    "payment_schedule.served": ("ok", "check"),
    "payment_schedule.withdrawn": ("warn", "undo"),
    "payment_schedule.receipt_changed": ("neutral", "calendar"),
}


def _pages(address: str, asked: Wanted, told: HistoryPage) -> dict[str, Any]:
    kept = {
        key: value for key, value in (("who", asked.who), ("kind", asked.kind), ("line", asked.line)) if value
    }

    def to(page: int) -> str:
        return f"{address}?{urlencode({**kept, 'page': page})}"

    return {
        "text": f"Page {told.page} of {told.pages}" if told.pages > 1 else "",
        "earlier": to(told.page - 1) if told.page > 1 else "",
        "later": to(told.page + 1) if told.page < told.pages else "",
    }


def _round(one: Round, claim: Claim) -> dict[str, Any]:
    return {
        "number": one.number,
        "submitted": _step(one.submitted, claim),
        "answered": _step(one.answered, claim) if one.answered else None,
    }


def _step(step: RoundStep, claim: Claim) -> dict[str, Any]:
    zone, locale = claim.contract.project.time_zone, current().locale.code
    return {"step": step, "when": format_instant(step.at, zone, locale)}


def _revisions(claim: Claim, *, shows_lines: bool) -> list[dict[str, Any]]:
    zone, locale = claim.contract.project.time_zone, current().locale.code
    return [
        {
            "name": f"r{earlier.revision}" if earlier.revision else "First certificate",
            "certified": format_instant(earlier.certified_at, zone, locale) if earlier.certified_at else "",
            "reopened": format_instant(earlier.reopened_at, zone, locale),
            "amount": earlier.certified_this_period,
            "url": reverse("claim-revision-pdf", args=[claim.pk, earlier.revision]) if shows_lines else "",
        }
        for earlier in earlier_revisions(claim)
    ]


# --- as it was -----------------------------------------------------------------------------------------------


@require_safe
def as_at(request: PageRequest, claim_id: int) -> HttpResponse:
    """The claim as it was at the end of a day: its status, its face and its lines, to be read only."""
    found = load.claim_for(request, claim_id)
    page = claim_context(request, found, "claim-history")
    locale = current().locale.code
    today = today_in(found.contract.project.time_zone)
    typed = request.GET.get("on", "").strip()
    page |= {"typed": typed or today.isoformat(), "problem": "", "was": None, "today": today.isoformat()}
    try:
        day = _day(typed) if typed else today
        was, lines = claim_at_end_of(found, day)
    except BadInput as problem:
        page["problem"] = str(problem)
        return render(request, "claims/as_at.html", page, status=422)
    can_see = can_see_sov(request.actor, found.contract)
    page |= as_it_was(page, was)
    page |= {
        "typed": day.isoformat(),
        "day": format_date(day, locale),
        "is_today": day >= today,
        "was": was,
        "was_certified": was.status in CERTIFIED,
        "face_then": face_of(was, lines),
        "can_see": can_see,
        "lines_then": lines_table(was, lines) if can_see else "",
        "as_at_pdf_url": reverse("claim-as-at-pdf", args=[found.pk]) + f"?on={day.isoformat()}",
    }
    return render(request, "claims/as_at.html", page)


@require_safe
def as_at_pdf(request: PageRequest, claim_id: int) -> HttpResponse:
    """The paper of that day, marked so."""
    found = load.claim_for(request, claim_id)
    can_see_sov(request.actor, found.contract).require()
    typed = request.GET.get("on", "").strip()
    day = _day(typed) if typed else today_in(found.contract.project.time_zone)
    data, name = pdf_at_end_of(found, day)
    response = HttpResponse(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        content_disposition_header("download" in request.GET, name) or "inline"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _day(typed: str) -> date:
    """The day that was asked for, by the picker or as people type it. Raises ``BadInput``."""
    field = DayField(required=True)
    try:
        day = field.clean(typed[:40])
    except ValidationError as problem:
        told = problem.messages[0]
        raise BadInput(told, {"on": told}) from problem
    if day is None:
        raise BadInput("Type a day such as 21 Mar 2026.", {"on": "Type a day such as 21 Mar 2026."})
    return day


@require_safe
def earlier_revision(request: PageRequest, claim_id: int, revision: int) -> HttpResponseBase:
    """The certificate that stood before the claim was reopened."""
    found = load.claim_for(request, claim_id)
    can_see_sov(request.actor, found.contract).require()
    stored, name = revision_pdf(found, revision_of(earlier_revisions(found), revision))
    return give_stored(request, stored, name)
