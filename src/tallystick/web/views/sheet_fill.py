"""Filling a claim in from a spreadsheet: upload, see what would change line by line, take it over (R-CONTACT)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick.claims.entries import save_entries
from tallystick.claims.importing import Filling, fields_of, guess_filling, needed_of, read_filling
from tallystick.claims.models import Claim
from tallystick.claims.policies import can_edit_entries
from tallystick.claims.storage import lines_of
from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import ALLOWED, BadInput, Decision, Stale, refused
from tallystick.core.text import plural
from tallystick.sheets.limits import MOST_BYTES
from tallystick.sheets.opening import ACCEPT
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.one import claim_context
from tallystick.web.models import HeldSheet
from tallystick.web.request import PageRequest
from tallystick.web.sheets.choices import as_data, chosen, first_rows
from tallystick.web.sheets.held import book_of, bring_in, held_for, hold
from tallystick.web.sheets.told import told_lists

PURPOSE = "claim"
SHOWN_LINES = 300


@require_http_methods(["GET", "HEAD", "POST"])
def claim_fill(request: PageRequest, claim_id: int) -> HttpResponse:
    """The place to drop a filled-in spreadsheet; a POST reads it and leads to what it would change."""
    claim = _claim(request, claim_id)
    page = _page(request, claim)
    if request.method == "POST":
        try:
            held = hold(request, claim.contract.project.account, PURPOSE, claim.pk)
        except BadInput as problem:
            return render(request, "sheets/upload.html", page | {"problem": str(problem)}, status=422)
        return redirect("claim-fill-check", claim.pk, held.pk)
    return render(request, "sheets/upload.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_fill_check(request: PageRequest, claim_id: int, held_claim_id: UUID) -> HttpResponse:
    """Each cell that would change, with what stands there now; a POST takes all of them over at once."""
    claim = _claim(request, claim_id)
    held = held_for(request, held_claim_id, PURPOSE, claim.pk)
    if held.led_to:
        return redirect(held.led_to)
    return _check(request, claim, held)


def _claim(request: PageRequest, claim_id: int) -> Claim:
    claim = load.claim_for(request, claim_id)
    can_see_sov(request.actor, claim.contract).require()
    can_edit_entries(request.actor, claim).require()
    return claim


def _check(request: PageRequest, claim: Claim, held: HeldSheet) -> HttpResponse:
    book = book_of(held)
    posted = request.method == "POST"
    fields, needed = fields_of(claim), needed_of(claim)
    version = claim.version
    context = _page(request, claim)
    data = request.POST if posted else request.GET
    choice, form = chosen(data, book, guess_filling(book, claim), fields, needed)
    filling = read_filling(book, choice, claim, lines_of(claim))
    page = context | {
        "held": held,
        "choice": choice,
        "form": form,
        "filling": filling,
        "told": told_lists(filling.problems, filling.notes, filling.left_out),
        "lines": filling.lines[:SHOWN_LINES],
        "more_lines": max(len(filling.lines) - SHOWN_LINES, 0),
        "hidden": [("was", choice.sheet), *as_data(choice, fields).items(), ("version", version)],
        "first": first_rows(book.sheets[choice.sheet], choice),
        "check_url": reverse("claim-fill-check", args=[claim.pk, held.pk]),
        "summary": _summary(filling),
        "save_label": f"Take over {plural(len(filling.lines), 'line')}" if filling.lines else "Take over",
        "can_save": _can_save(filling),
        "problem": "",
    }
    if not posted:
        return render(request, "sheets/claim.html", page)
    if not page["can_save"]:
        return render(request, "sheets/claim.html", page, status=422)
    if request.POST.get("version") != str(version):
        page["problem"] = text(
            "Somebody else changed this {claim} since you looked at this sheet. See below what it would change now."
        )
        return render(request, "sheets/claim.html", page, status=409)
    try:
        return redirect(bring_in(held, lambda: _save(request, claim, held, filling, version)))
    except (BadInput, Stale) as problem:
        page["problem"] = str(problem)
        return render(request, "sheets/claim.html", page, status=409 if isinstance(problem, Stale) else 422)


def _save(request: PageRequest, claim: Claim, held: HeldSheet, filling: Filling, version: int) -> str:
    saved = save_entries(request.actor, claim, filling.edits, version=version)
    count = plural(len(filling.lines), "line")
    leave_notice(
        request,
        Notice(
            f"{count} taken over from {held.name}.",
            tone="warn" if saved.warnings else "ok",
            details=list(saved.warnings),
            summary="Worth a second look",
        ),
    )
    return reverse("claim", args=[claim.pk])


def _can_save(filling: Filling) -> Decision:
    if filling.problems:
        return refused("Put right what is listed above first: either everything is taken over, or nothing.")
    if not filling.edits:
        return refused("The sheet says what stands there already.")
    return ALLOWED


def _summary(filling: Filling) -> str:
    rows = plural(filling.matched, "row is", "rows are")
    if not filling.lines:
        return f"{rows} recognised, and nothing would change"
    return f"{rows} recognised; {plural(len(filling.lines), 'line')} would change"


def _page(request: PageRequest, claim: Claim) -> dict[str, Any]:
    page = claim_context(request, claim, "claim")
    page["crumbs"] = [
        *page["crumbs"][:-1],
        {**page["crumbs"][-1], "url": reverse("claim", args=[claim.pk])},
        {"label": "Spreadsheet", "url": ""},
    ]
    return page | {
        "title": text("Fill {claim:short} {number} in from a spreadsheet", number=claim.number),
        "upload_url": reverse("claim-fill", args=[claim.pk]),
        "back_url": reverse("claim", args=[claim.pk]),
        "export_url": reverse("claim-export", args=[claim.pk]),
        "accept": ACCEPT,
        "most_bytes": MOST_BYTES,
        "what": "claim",
    }
