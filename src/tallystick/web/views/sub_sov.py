"""The breakdown of a contract's schedule of values: writing it, submitting it, deciding about it (R-SSOV)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.claims.billed import billed_to_date
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer, can_see_sov
from tallystick.contracts.states import AccountingMethod, SubSovStatus
from tallystick.contracts.sub_sov import (
    ask_for_breakdown,
    breakdown_of,
    fingerprint,
    is_stored,
    move_breakdown,
    save_breakdown,
    take_over_whole_lines,
    use_breakdown,
)
from tallystick.contracts.sub_sov_policies import (
    breakdown_steps,
    can_ask_for_breakdown,
    can_edit_breakdown,
    can_see_breakdown,
    can_use_breakdown,
)
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.core.ids import number_in
from tallystick.core.text import plural
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.contracts.breakdown_form import BLANK_ROWS, Typed, TypedPart, read, shown
from tallystick.web.contracts.pages import contract_page
from tallystick.web.contracts.sending import told
from tallystick.web.once import number_of
from tallystick.web.request import PageRequest

MORE, WHOLE, THEN = "more", "whole", "then"


@require_http_methods(["GET", "HEAD", "POST"])
def breakdown(request: PageRequest, contract_id: int) -> HttpResponse:
    """The lines with their detail lines. A POST saves them, and may go on to submit them."""
    found = load.contract_for(request, contract_id)
    can_see_sov(request.actor, found).require()
    can_see_breakdown(request.actor, found).require()
    if request.method == "POST":
        return _save(request, found)
    return _page(request, found)


def _save(request: PageRequest, found: Contract) -> HttpResponse:
    stored = breakdown_of(found)
    typed = read(request.POST, stored, found)
    arrived = request.POST.get("seen", "") != fingerprint(stored) and is_stored(found, stored, typed.details)
    if arrived and found.sub_sov_status == request.POST.get(THEN):
        return redirect("sub-sov", found.pk)  # the same form a second time
    can_edit_breakdown(request.actor, found).require()
    if MORE in request.POST:
        return _page(request, found, typed, more=number_in(request.POST[MORE]), seen=request.POST.get("seen"))
    if typed.problems:
        return _page(request, found, typed, seen=request.POST.get("seen"), status=422)
    try:
        parts = save_breakdown(request.actor, found, typed.details, seen=request.POST.get("seen", ""))
        if WHOLE in request.POST:
            parts = take_over_whole_lines(request.actor, found)
    except (BadInput, Stale) as problem:
        typed.problems.append(str(problem))
        status = 409 if isinstance(problem, Stale) else 422
        return _page(request, found, typed, seen=request.POST.get("seen"), status=status)
    if request.POST.get(THEN) == SubSovStatus.UNDER_REVIEW:
        return _move(request, found, SubSovStatus.UNDER_REVIEW, "")
    left = sum(1 for part in parts if not part.is_complete)
    rest = f" Something remains on {plural(left, 'line')}." if left else " Nothing remains to allocate."
    messages.success(request, text("The {ssov} of {number} is saved.", number=found.number) + rest)
    return redirect("sub-sov", found.pk)


@require_POST
def breakdown_status(request: PageRequest, contract_id: int) -> HttpResponse:
    """Submit, approve, send back, return or reopen it."""
    found = load.contract_for(request, contract_id)
    target = request.POST.get("target", "")
    if target not in SubSovStatus.values:
        raise BadInput("There is no such status. Choose one of those offered on the page.")
    return _move(
        request, found, SubSovStatus(target), request.POST.get("reason", ""), request.POST.get("seen")
    )


def _move(
    request: PageRequest, found: Contract, target: SubSovStatus, reason: str, seen: str | None = None
) -> HttpResponse:
    try:
        move_breakdown(request.actor, found, target, reason=reason, seen=seen)
    except (BadInput, Stale) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request,
            text("The {ssov} of {number} is {status} now.", number=found.number, status=target.label)
            + (text(" The {claim_contacts} are told by e-mail.") if reason.strip() else ""),
        )
    return redirect("sub-sov", found.pk)


@require_POST
def breakdown_use(request: PageRequest, contract_id: int) -> HttpResponse:
    """Ask for a breakdown on this contract, or have it billed by its lines as they are."""
    found = load.contract_for(request, contract_id)
    uses = request.POST.get("uses") == "1"
    can_use_breakdown(request.actor, found, uses).require()
    use_breakdown(request.actor, found, uses)
    messages.success(
        request,
        text("{Claims} of {number} bill the lines of its {ssov}, once that is approved.", number=found.number)
        if uses
        else text("{Claims} of {number} bill its {sov_lines} as they are.", number=found.number),
    )
    return redirect("sub-sov", found.pk)


@require_POST
def breakdown_invite(request: PageRequest, contract_id: int) -> HttpResponse:
    """Ask the claim contacts by e-mail to write it; the same form a second time writes nothing."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    try:
        messages.success(request, told(ask_for_breakdown(request.actor, found, once=number_of(request))))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("sub-sov", found.pk)


def _page(
    request: PageRequest,
    found: Contract,
    typed: Typed | None = None,
    *,
    more: int | None = None,
    seen: str | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    stored = breakdown_of(found)
    billed = billed_to_date(found) if found.uses_sub_sov else {}
    can_edit = can_edit_breakdown(actor, found)
    parts = typed.parts if typed else shown(stored, found, billed)
    if can_edit:
        parts = [part.with_blanks(_blanks(part, more)) for part in parts]
    steps = breakdown_steps(actor, found)
    page = contract_page(request, found, "sub-sov")
    page |= {
        "parts": parts,
        "problems": typed.problems if typed else [],
        "editable": can_edit,
        "use": can_use_breakdown(actor, found, not found.uses_sub_sov),
        "may_use": bool(page["manage"]),
        "invite": can_ask_for_breakdown(actor, found),
        "by_unit": found.accounting_method == AccountingMethod.UNIT,
        "steps": [_step(step.verb, step.target, decision) for step, decision in steps],
        "submits": next((step.verb for step, _ in steps if step.target == SubSovStatus.UNDER_REVIEW), ""),
        "seen": seen if seen is not None else fingerprint(stored),
        "scheduled": sum(part.line.scheduled_value for part in stored),
        "remaining": sum(part.remaining for part in parts),
        "incomplete": sum(1 for part in parts if part.remaining),
        "untouched": any(not part.details and part.line.scheduled_value for part in stored),
        "billed": billed,
        "billed_total": sum(billed.get(line.pk, 0) for part in stored for line in (part.line, *part.details)),
        "said": _said(found),
        "word": current().cap("ssov"),
    }
    return render(request, "contracts/sub_sov.html", page, status=status)


def _blanks(part: TypedPart, more: int | None) -> int:
    if part.line.pk == more:
        return BLANK_ROWS
    return 1 if part.remaining else 0


def _step(verb: str, target: SubSovStatus, decision: Any) -> dict[str, Any]:
    return {
        "verb": verb,
        "target": target.value,
        "decision": decision,
        "needs_reason": target == SubSovStatus.REVISE_AND_RESUBMIT,
        "is_submit": target == SubSovStatus.UNDER_REVIEW,
        "is_primary": target in (SubSovStatus.APPROVED, SubSovStatus.UNDER_REVIEW),
    }


def _said(found: Contract) -> str:
    """What is to be done now, in a sentence."""
    if not found.uses_sub_sov:
        return ""
    return {
        SubSovStatus.DRAFT: text(
            "Each {sov_line} is to be broken down to exactly nothing remaining, then submitted. "
            "{Claims} can be created once it is approved."
        ),
        SubSovStatus.UNDER_REVIEW: "Submitted. An administrator approves it or sends it back.",
        SubSovStatus.REVISE_AND_RESUBMIT: "Sent back for revision. Change it, then resubmit.",
        SubSovStatus.APPROVED: text("Approved. {Claims} bill these lines."),
    }[SubSovStatus(found.sub_sov_status)]
