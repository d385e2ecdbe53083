"""The retention of a claim: what is held on each line, setting it and releasing it (domain §6.6)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.claims.calc.retention_entry import Change, Release
from tallystick.claims.models import Claim
from tallystick.claims.retention import (
    RetentionSheet,
    can_change,
    change_retention,
    preview,
    retention_sheet,
)
from tallystick.core.errors import BadInput
from tallystick.core.ids import version_in
from tallystick.core.money import format_money
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.claims.one import claim_context
from tallystick.web.contracts.retention_forms import ReleaseForm, SetForm, change_of, ticked
from tallystick.web.request import PageRequest

RELEASE, SET = "release", "set"


@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: PageRequest, claim_id: int) -> HttpResponse:
    """Each line's retention in the claim; a POST sets or releases it on the ticked lines."""
    found = load.claim_for(request, claim_id)
    sheet = retention_sheet(request.actor, found)
    if request.method != "POST":
        return _page(request, found, sheet, _forms(request, found, sheet))
    forms, change = _asked(request, found, sheet)
    lines = ticked(request.POST, "line")
    if change is not None:
        try:
            saved = change_retention(
                request.actor, found, lines, change, version=version_in(request.POST.get("version", ""))
            )
        except BadInput as problem:
            _tell(forms, change, problem)
        else:
            leave_notice(request, Notice(_done(saved.claim, change), details=list(saved.warnings)))
            return redirect("claim-retention", found.pk)
    return _page(request, found, sheet, forms, lines=lines)


@require_POST
def retention_preview(request: PageRequest, claim_id: int) -> HttpResponse:
    """What the change would come to: as JSON for the panel while one types, else as the page. Nothing is saved."""
    found = load.claim_for(request, claim_id)
    as_json = "application/json" in request.headers.get("Accept", "")
    sheet = retention_sheet(request.actor, found)
    forms, change = _asked(request, found, sheet)
    lines = ticked(request.POST, "line")
    would = None
    if change is not None:
        try:
            would = preview(request.actor, found, lines, change)
        except BadInput as problem:
            _tell(forms, change, problem)
    if as_json:
        if would is None or change is None:
            return JsonResponse({"problem": _first_problem(forms)})
        return JsonResponse({"text": _would(found, sheet, would, change)})
    told = _would(found, sheet, would, change) if would is not None and change is not None else ""
    return _page(request, found, would or sheet, forms, lines=lines, told=told)


Forms = dict[str, Any]


def _forms(request: PageRequest, claim: Claim, sheet: RetentionSheet, asked: str = "") -> Forms:
    """Both forms; the one that was sent is bound to what was typed."""
    contract = claim.contract
    more: dict[str, Any] = {
        "currency": contract.currency,
        "with_materials": sheet.with_materials or contract.retain_materials,
    }
    return {
        RELEASE: ReleaseForm(request.POST if asked == RELEASE else None, **more),
        SET: SetForm(request.POST if asked == SET else None, **more),
    }


def _asked(request: PageRequest, claim: Claim, sheet: RetentionSheet) -> tuple[Forms, Change | None]:
    asked = SET if request.POST.get("do") == SET else RELEASE
    sheet.can_see.require()
    (sheet.can_set if asked == SET else sheet.can_release).require()
    forms = _forms(request, claim, sheet, asked)
    change = change_of(forms[asked])
    if change is not None:
        can_change(request.actor, claim, change).require()
    return forms, change


def _tell(forms: Forms, change: Change, problem: BadInput) -> None:
    form = forms[RELEASE if isinstance(change, Release) else SET]
    form.add_error(None, str(problem))


def _first_problem(forms: Forms) -> str:
    for form in forms.values():
        if form.is_bound:
            for problems in form.errors.values():
                return str(problems[0])
    return ""


def _page(
    request: PageRequest,
    claim: Claim,
    sheet: RetentionSheet,
    forms: Forms,
    *,
    lines: list[int] | None = None,
    told: str = "",
) -> HttpResponse:
    page = claim_context(request, claim, "claim-retention")
    page |= {
        "sheet": sheet,
        "forms": forms,
        "with_materials": sheet.with_materials,
        "of_materials": forms[RELEASE].with_materials,
        "with_moved": sheet.with_moved,
        "chosen": lines if lines is not None else [row.id for row in sheet.rows],
        "told": told,
        "is_preview": bool(told),
        "may": sheet.can_set.allowed or sheet.can_release.allowed,
        "why_not": sheet.can_release.reason or sheet.can_set.reason,
    }
    refused = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "claims/retention.html", page, status=422 if refused else 200)


def _would(claim: Claim, now: RetentionSheet, then: RetentionSheet, change: Change) -> str:
    if isinstance(change, Release):
        return text(
            "{amount} of {retention} would be released with this {claim}; {after} stays held.",
            amount=_money(claim, then.total.released),
            after=_money(claim, then.total.after),
        )
    return text(
        "{amount} of {retention} would be held on this period, where it is {before} now; {after} in all.",
        amount=_money(claim, then.total.this),
        before=_money(claim, now.total.this),
        after=_money(claim, then.total.after),
    )


def _done(claim: Claim, change: Change) -> str:
    if isinstance(change, Release):
        return text(
            "{amount} of {retention} is released with this {claim}.",
            amount=_money(claim, claim.retention_released),
        )
    return text(
        "{amount} of {retention} is held on this period.", amount=_money(claim, claim.retention_this_period)
    )


def _money(claim: Claim, amount: int) -> str:
    return format_money(amount, claim.contract.currency, current().locale.code)
