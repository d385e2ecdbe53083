"""Lines from a spreadsheet: upload, look at how it was read, bring in (domain §6.9, §16.1).

The same pages for a contract's schedule of values and for the lines of a variation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick.contracts.actions import LineInput
from tallystick.contracts.import_actions import import_sov_lines, import_variation_lines
from tallystick.contracts.importing import Reading, counted, guess, read_lines, terms_for
from tallystick.contracts.models import Contract, SovLine, Variation
from tallystick.contracts.policies import can_change_sov, can_change_variation
from tallystick.core.errors import ALLOWED, BadInput, Decision, refused
from tallystick.core.text import plural
from tallystick.sheets.limits import MOST_BYTES
from tallystick.sheets.opening import ACCEPT
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.contracts.pages import contract_page
from tallystick.web.contracts.sov_grid import fingerprint
from tallystick.web.models import HeldSheet
from tallystick.web.request import PageRequest
from tallystick.web.sheets.choices import as_data, chosen, first_rows
from tallystick.web.sheets.held import book_of, bring_in, held_for, hold
from tallystick.web.sheets.told import told_lists

SHOWN_LINES = 200


@dataclass(frozen=True, slots=True)
class _Target:
    """What the lines go into: a contract's schedule, or a variation of it."""

    purpose: str
    subject_id: int
    contract: Contract
    name: str
    tab: str
    called: str
    back_url: str
    existing: tuple[SovLine, ...]
    bring_in: Callable[[Sequence[LineInput], bool], object]

    @property
    def upload_url(self) -> str:
        return reverse(f"{self.purpose}-import", args=[self.subject_id])

    def check_url(self, held: HeldSheet) -> str:
        return reverse(f"{self.purpose}-import-check", args=[self.subject_id, held.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def sov_import(request: PageRequest, contract_id: int) -> HttpResponse:
    """The place to drop a spreadsheet; a POST reads it and leads to its preview."""
    return _upload(request, _schedule(request, contract_id))


@require_http_methods(["GET", "HEAD", "POST"])
def sov_import_check(request: PageRequest, contract_id: int, held_sov_id: UUID) -> HttpResponse:
    """How the sheet is read, with everything that is wrong with it; a POST brings it in as it was shown."""
    return _look(request, _schedule(request, contract_id), held_sov_id)


@require_http_methods(["GET", "HEAD", "POST"])
def variation_import(request: PageRequest, variation_id: int) -> HttpResponse:
    """The same for the lines of a variation."""
    return _upload(request, _variation(request, variation_id))


@require_http_methods(["GET", "HEAD", "POST"])
def variation_import_check(request: PageRequest, variation_id: int, held_variation_id: UUID) -> HttpResponse:
    """The same for the lines of a variation."""
    return _look(request, _variation(request, variation_id), held_variation_id)


def _schedule(request: PageRequest, contract_id: int) -> _Target:
    contract = load.contract_for(request, contract_id)
    can_change_sov(request.actor, contract).require()
    return _Target(
        purpose="sov",
        subject_id=contract.pk,
        contract=contract,
        name=contract.number,
        tab="sov",
        called=text("the {sov} of {number}", number=contract.number),
        back_url=reverse("sov", args=[contract.pk]),
        existing=tuple(contract.lines.filter(variation=None, parent=None).order_by("position", "pk")),
        bring_in=lambda lines, append: import_sov_lines(request.actor, contract, lines, append=append),
    )


def _variation(request: PageRequest, variation_id: int) -> _Target:
    variation: Variation = load.variation_for(request, variation_id)
    can_change_variation(request.actor, variation).require()
    return _Target(
        purpose="variation",
        subject_id=variation.pk,
        contract=variation.contract,
        name=variation.number,
        tab="variations",
        called=text("the lines of {variation} {number}", number=variation.number),
        back_url=reverse("variation", args=[variation.pk]),
        existing=tuple(variation.lines.order_by("position", "pk")),
        bring_in=lambda lines, append: import_variation_lines(request.actor, variation, lines, append=append),
    )


def _upload(request: PageRequest, target: _Target) -> HttpResponse:
    page = _page(request, target)
    if request.method != "POST":
        return render(request, "sheets/upload.html", page)
    try:
        held = hold(request, target.contract.project.account, target.purpose, target.subject_id)
    except BadInput as problem:
        return render(request, "sheets/upload.html", page | {"problem": str(problem)}, status=422)
    return redirect(target.check_url(held))


def _look(request: PageRequest, target: _Target, held_id: UUID) -> HttpResponse:
    held = held_for(request, held_id, target.purpose, target.subject_id)
    if held.led_to and request.method == "POST":
        return redirect(held.led_to)
    if held.led_to:
        messages.info(request, f"{held.name} was brought in already. Upload it again to do it once more.")
        return redirect(target.upload_url)
    return _check(request, target, held)


def _check(request: PageRequest, target: _Target, held: HeldSheet) -> HttpResponse:
    contract, book = target.contract, book_of(held)
    posted = request.method == "POST"
    terms = terms_for(contract.accounting_method, contract.currency, contract.project.locale)
    data = request.POST if posted else request.GET
    choice, form = chosen(data, book, guess(book, terms), terms.fields, terms.needed)
    reading = read_lines(book, choice, terms)
    seen = fingerprint(target.existing)
    page = _page(request, target) | {
        "held": held,
        "choice": choice,
        "form": form,
        "reading": reading,
        "told": told_lists(reading.problems, reading.notes, reading.left_out),
        "counted": counted(reading),
        "lines": reading.lines[:SHOWN_LINES],
        "more_lines": max(len(reading.lines) - SHOWN_LINES, 0),
        "hidden": [("was", choice.sheet), *as_data(choice, terms.fields).items(), ("seen", seen)],
        "first": first_rows(book.sheets[choice.sheet], choice),
        "by_unit": terms.by_unit,
        "existing": len(target.existing),
        "existing_total": sum(line.scheduled_value for line in target.existing),
        "existing_words": plural(len(target.existing), "line"),
        "mode": "append" if data.get("mode") == "append" else "replace",
        "difference": reading.total - reading.sheet_total if reading.sheet_total is not None else 0,
        "check_url": target.check_url(held),
        "import_label": f"Import {plural(len(reading.lines), 'line')}" if reading.lines else "Import",
        "can_import": _can_import(reading),
        "problem": "",
    }
    if not posted:
        return render(request, "sheets/lines.html", page)
    if reading.problems:
        return render(request, "sheets/lines.html", page, status=422)
    if request.POST.get("seen") != seen:
        page["problem"] = (
            f"Somebody else changed {target.called} since you looked at this sheet. "
            "See what is there now, then bring it in."
        )
        return render(request, "sheets/lines.html", page, status=409)
    try:
        return redirect(bring_in(held, lambda: _bring_in(request, target, held, reading, page["mode"])))
    except BadInput as problem:
        page["problem"] = str(problem)
        return render(request, "sheets/lines.html", page, status=422)


def _can_import(reading: Reading) -> Decision:
    if reading.problems:
        return refused("Put right what is listed above first: either all lines come in, or none.")
    return ALLOWED


def _bring_in(request: PageRequest, target: _Target, held: HeldSheet, reading: Reading, mode: str) -> str:
    target.bring_in(reading.inputs, mode == "append")
    lines = plural(len(reading.lines), "line from", "lines from")
    messages.success(
        request, f"{lines} {held.name} {'is' if len(reading.lines) == 1 else 'are'} in {target.called} now."
    )
    return target.back_url


def _page(request: PageRequest, target: _Target) -> dict[str, Any]:
    contract = target.contract
    page = contract_page(request, contract, target.tab)
    named = current().cap("sov") if target.purpose == "sov" else target.name
    page["crumbs"] = [
        *page["crumbs"][:-1],
        {"label": contract.number, "url": reverse("contract", args=[contract.pk])},
        {"label": named, "url": target.back_url},
        {"label": "Import", "url": ""},
    ]
    return page | {
        "title": f"Import {target.called}",
        "existing_label": text("In the {sov} now") if target.purpose == "sov" else "In its lines now",
        "upload_url": target.upload_url,
        "back_url": target.back_url,
        "accept": ACCEPT,
        "most_bytes": MOST_BYTES,
        "what": "lines",
    }
