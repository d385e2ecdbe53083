"""The review of a claim: line by line and in bulk by the reviewer; the claimant reads it and takes what is proposed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick.claims.adding import add_approved_variations
from tallystick.claims.entries import save_entries
from tallystick.claims.models import Claim
from tallystick.claims.policies import can_review, can_take_proposed
from tallystick.claims.review.compare import Against, Comparison, compare, possible
from tallystick.claims.review.marking import approve_remaining, mark_lines, take_proposed
from tallystick.claims.review.page import ReviewPage, ReviewRow, matching_lines, review_page
from tallystick.claims.states import EDITABLE
from tallystick.claims.storage import lines_of
from tallystick.contracts.policies import can_see_sov
from tallystick.core.dates import format_instant
from tallystick.core.errors import BadInput, Stale, TallystickProblem
from tallystick.core.ids import number_in, version_in
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.one import claim_context
from tallystick.web.claims.review_form import in_bulk, read_comments, read_marks, ticked, typed_fields
from tallystick.web.request import PageRequest
from tallystick.web.views.errors import STATUS

COMPARED_PAGE = 200


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: PageRequest, claim_id: int) -> HttpResponse:
    """A page of lines with what is claimed, assessed and certified; a POST saves marks, reasons and amounts."""
    found = load.claim_for(request, claim_id)
    if request.method != "POST":
        return _page(request, found)
    can_see_sov(request.actor, found.contract).require()
    typed = typed_fields(request.POST)
    try:
        if can_review(request.actor, found) or not can_take_proposed(request.actor, found):
            told = _mark(request, found, typed)
        else:
            told = _answer(request, found, typed)
    except (BadInput, Stale) as problem:
        status, _ = STATUS[type(problem)]
        return _page(request, found, typed=typed, problem=problem, status=status)
    leave_notice(request, told)
    return redirect(_address(found, request.POST.get("show", ""), request.POST.get("page", "")))


@transaction.atomic
def _mark(request: PageRequest, found: Claim, typed: dict[str, str]) -> Notice:
    """The reviewer's: what was typed and what was pressed for the ticked lines, saved together."""
    can_review(request.actor, found).require()
    version = version_in(request.POST.get("version", ""))
    _check_version(found, version)
    do, ids = request.POST.get("do", "save"), ticked(request.POST)
    if request.POST.get("all_matching"):
        ids = matching_lines(found, request.POST.get("show", ""))
    marks = read_marks(found, lines_of(found), typed)
    if do in ("approve", "reject", "clear", "share"):
        if not ids:
            raise BadInput("Tick the lines first.")
        marks = in_bulk(do, ids, request.POST, marks)
    before = found.version
    if marks:
        found = mark_lines(request.actor, found, marks, version=version).claim
    if do == "remaining" or do.startswith("remaining-"):
        group = None if do == "remaining" else number_in(do.removeprefix("remaining-"))
        if group is None and do != "remaining":
            raise BadInput("This group has no lines any more. Load the page again.")
        found = approve_remaining(request.actor, found, group=group).claim
    if found.version == before:
        return Notice("Nothing was changed.", tone="info")
    return Notice("The review is saved.")


@transaction.atomic
def _answer(request: PageRequest, found: Claim, typed: dict[str, str]) -> Notice:
    """The claimant's: comments on lines, and proposals taken over."""
    version = version_in(request.POST.get("version", ""))
    _check_version(found, version)
    before = found.version
    lines = lines_of(found)
    edits = read_comments(lines, typed)
    if edits:
        found = save_entries(request.actor, found, edits, version=version).claim
    if request.POST.get("do") == "take":
        ids = ticked(request.POST)
        if not ids:
            raise BadInput("Tick the lines first.")
        found = take_proposed(request.actor, found, ids).claim
    elif request.POST.get("do") == "take-all":
        found = take_proposed(request.actor, found, [line.pk for line in lines]).claim
    if found.version == before:
        return Notice("Nothing was changed.", tone="info")
    if edits:
        return Notice("Saved.")
    return Notice(text("The proposed amounts are what is {bill:past} now. Look at them, then resubmit."))


def _check_version(found: Claim, version: int | None) -> None:
    if version is not None and version != found.version:
        raise Stale(
            text("Somebody else changed this {claim} while you were working on it. ")
            + "Nothing of yours was saved yet: look at what changed, then save again."
        )


def _page(
    request: PageRequest,
    found: Claim,
    *,
    typed: dict[str, str] | None = None,
    problem: TallystickProblem | None = None,
    status: int = 200,
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    number = number_in(sent.get("page", "")) or 1
    shown = review_page(request.actor, found, shown=sent.get("show", ""), page=number)
    page = claim_context(request, found, "claim-review")
    problems = problem.fields if isinstance(problem, BadInput) else {}
    locale, zone = current().locale.code, found.contract.project.time_zone
    page |= {
        "shown": shown,
        "rows": [_row(row, typed or {}, problems) for row in shown.rows],
        "filters": [
            {
                "label": item.label,
                "count": item.count,
                "url": _address(found, item.key, ""),
                "current": item.key == shown.shown,
            }
            for item in shown.filters
        ],
        "pages": _pages(found, shown),
        "problem": str(problem) if problem else "",
        "ticked": set(ticked(request.POST)) if problem else set(),
        "bulk": {name: sent.get(name, "") for name in ("bulk_reason", "bulk_share")} if problem else {},
        "last_at": format_instant(shown.last_at, zone, locale) if shown.last_at else "",
        "difference": (shown.proposed if found.status in EDITABLE else shown.assessed) - shown.claimed,
        "in_hand": found.status in EDITABLE,
        "can_comment": not shown.can_review.allowed and shown.can_take.allowed,
        "compare_with": possible(found) if shown.can_see else [],
    }
    return render(request, "claims/review.html", page, status=status)


def _row(row: ReviewRow, typed: dict[str, str], problems: dict[str, str]) -> dict[str, Any]:
    """The row with what was typed over it and not saved."""
    told = [sentence for key, sentence in problems.items() if key.partition(":")[0] == f"line-{row.id}"]
    return {
        "row": row,
        "review": typed.get(f"review-{row.id}", row.review),
        "reason": typed.get(f"reason-{row.id}", row.reason),
        "comment": typed.get(f"comment-{row.id}", row.comment),
        "entered": [
            {
                "name": f"{cell.column}-{row.id}",
                "label": cell.label,
                "text": typed.get(f"{cell.column}-{row.id}", cell.text),
            }
            for cell in row.entered
        ],
        "problem": " ".join(told),
    }


def _address(found: Claim, show: str, page: str) -> str:
    kept = {key: value for key, value in (("show", show), ("page", page)) if value and value != "1"}
    return reverse("claim-review", args=[found.pk]) + (f"?{urlencode(kept)}" if kept else "")


def _pages(found: Claim, shown: ReviewPage) -> dict[str, Any]:
    last = min(shown.first + len(shown.rows) - 1, shown.matching)
    return {
        "text": f"Lines {shown.first:,}–{last:,} of {shown.matching:,}" if shown.pages > 1 else "",
        "earlier": _address(found, shown.shown, str(shown.page - 1)) if shown.page > 1 else "",
        "later": _address(found, shown.shown, str(shown.page + 1)) if shown.page < shown.pages else "",
    }


@require_POST
def variations(request: PageRequest, claim_id: int) -> HttpResponse:
    """Bring the variations that were approved since into the claim. Pressing twice is harmless."""
    found = load.claim_for(request, claim_id)
    before = found.version
    added = add_approved_variations(request.actor, found)
    if added.version == before:
        leave_notice(
            request, Notice(text("All approved {variations} are on this {claim} already."), tone="info")
        )
    else:
        leave_notice(request, Notice(text("The {variations} approved since are on this {claim} now.")))
    return redirect("claim", found.pk)


# --- comparing -----------------------------------------------------------------------------------------------


@require_safe
def comparison(request: PageRequest, claim_id: int) -> HttpResponse:
    """The claim held against the one before, what was submitted before, or the revision before."""
    found = load.claim_for(request, claim_id)
    page = claim_context(request, found, "claim-review")
    can_see = can_see_sov(request.actor, found.contract)
    choices = possible(found) if can_see else []
    wanted = request.GET.get("with", "")
    against = Against(wanted) if wanted in choices else (choices[0] if choices else None)
    by_lines = request.GET.get("order") == "lines"
    made = compare(found, against, movers_first=not by_lines) if against else None
    page |= {
        "can_see": can_see,
        "made": made,
        "by_lines": by_lines,
        "heads": _heads(found, made) if made else {},
        "choices": [
            {
                "label": _AGAINST[one],
                "url": reverse("claim-comparison", args=[found.pk]) + f"?with={one.value}",
                "current": one is against,
            }
            for one in choices
        ],
        "order_url": f"?with={against.value}{'' if by_lines else '&order=lines'}" if against else "",
    }
    if made:
        page |= _compared_page(found, made, number_in(request.GET.get("page", "")) or 1, by_lines)
    return render(request, "claims/comparison.html", page)


_AGAINST = {
    Against.PREVIOUS: "The one before",
    Against.ROUND: "What was submitted before",
    Against.REVISION: "The revision before",
}


def _compared_page(found: Claim, made: Comparison, number: int, by_lines: bool) -> dict[str, Any]:
    pages = max(1, -(-len(made.rows) // COMPARED_PAGE))
    number = min(max(number, 1), pages)
    start = (number - 1) * COMPARED_PAGE
    address = reverse("claim-comparison", args=[found.pk])
    kept = {"with": made.against.value, **({"order": "lines"} if by_lines else {})}

    def to(page: int) -> str:
        return f"{address}?{urlencode({**kept, 'page': page})}"

    end = min(start + COMPARED_PAGE, len(made.rows))
    return {
        "rows": made.rows[start:end],
        "pages": {
            "text": f"Lines {start + 1:,}–{end:,} of {len(made.rows):,}" if pages > 1 else "",
            "earlier": to(number - 1) if number > 1 else "",
            "later": to(number + 1) if number < pages else "",
        },
    }


def _heads(found: Claim, made: Comparison) -> dict[str, str]:
    """What stands over the columns of each side."""
    zone, locale = found.contract.project.time_zone, current().locale.code
    if made.against is Against.PREVIOUS:
        before = text("{Claim:short} {number}", number=made.before.number)
        return {"before": before, "after": text("This {claim:short}"), "said": ""}
    at = format_instant(made.before_at, zone, locale) if made.before_at else ""
    if made.against is Against.ROUND:
        return {"before": "Submitted before", "after": "Now", "said": f"As it stood until {at}."}
    name = f"Revision {made.before.revision}" if made.before.revision else "First certificate"
    return {"before": name, "after": f"Revision {found.revision}", "said": f"Certified {at}." if at else ""}
