"""Lines from a spreadsheet: upload, look at how it was read, bring in (domain §6.9, §16.1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick.contracts.import_actions import import_sov_lines
from tallystick.contracts.importing import Reading, counted, guess, read_lines, terms_for
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_change_sov
from tallystick.core.errors import ALLOWED, BadInput, Decision, refused
from tallystick.core.text import plural
from tallystick.sheets.limits import MOST_BYTES
from tallystick.sheets.opening import ACCEPT
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.contract_pages import contract_page
from tallystick.web.held_sheets import book_of, bring_in, held_for, hold
from tallystick.web.models import HeldSheet
from tallystick.web.request import PageRequest
from tallystick.web.sheet_choices import as_data, chosen, first_rows
from tallystick.web.sheet_told import told_lists
from tallystick.web.sov_grid import fingerprint

PURPOSE = "sov"
SHOWN_LINES = 200


@require_http_methods(["GET", "HEAD", "POST"])
def sov_import(request: PageRequest, contract_id: int) -> HttpResponse:
    """The place to drop a spreadsheet; a POST reads it and leads to its preview."""
    contract = load.contract_for(request, contract_id)
    can_change_sov(request.actor, contract).require()
    page = _page(request, contract)
    if request.method == "POST":
        try:
            held = hold(request, contract.project.account, PURPOSE, contract.pk)
        except BadInput as problem:
            return render(request, "sheets/upload.html", page | {"problem": str(problem)}, status=422)
        return redirect("sov-import-check", contract.pk, held.pk)
    return render(request, "sheets/upload.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def sov_import_check(request: PageRequest, contract_id: int, held_sov_id: UUID) -> HttpResponse:
    """How the sheet is read, with everything that is wrong with it; a POST brings it in as it was shown."""
    contract = load.contract_for(request, contract_id)
    can_change_sov(request.actor, contract).require()
    held = held_for(request, held_sov_id, PURPOSE, contract.pk)
    if held.led_to and request.method == "POST":
        return redirect(held.led_to)
    if held.led_to:
        messages.info(request, f"{held.name} was brought in already. Upload it again to do it once more.")
        return redirect("sov-import", contract.pk)
    return _check(request, contract, held)


def _check(request: PageRequest, contract: Contract, held: HeldSheet) -> HttpResponse:
    book = book_of(held)
    terms = terms_for(contract.accounting_method, contract.currency, contract.project.locale)
    data = request.POST if request.method == "POST" else request.GET
    choice, form = chosen(data, book, guess(book, terms), terms.fields, terms.needed)
    reading = read_lines(book, choice, terms)
    existing = list(contract.lines.filter(variation=None, parent=None).order_by("position", "pk"))
    seen = fingerprint(existing)
    page = _page(request, contract) | {
        "held": held,
        "book": book,
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
        "existing": len(existing),
        "existing_total": sum(line.scheduled_value for line in existing),
        "mode": "append" if data.get("mode") == "append" else "replace",
        "difference": reading.total - reading.sheet_total if reading.sheet_total is not None else 0,
        "check_url": reverse("sov-import-check", args=[contract.pk, held.pk]),
        "problem": "",
        "existing_words": plural(len(existing), "line"),
        "import_label": f"Import {plural(len(reading.lines), 'line')}" if reading.lines else "Import",
        "can_import": _can_import(reading),
    }
    if request.method == "POST":
        if reading.problems:
            return render(request, "sheets/lines.html", page, status=422)
        if request.POST.get("seen") != seen:
            page["problem"] = text(
                "Somebody else changed the {sov} of {number} since you looked at this sheet. "
                "See what is there now, then bring it in.",
                number=contract.number,
            )
            return render(request, "sheets/lines.html", page, status=409)
        try:
            return redirect(bring_in(held, lambda: _bring_in(request, contract, held, reading, page["mode"])))
        except BadInput as problem:
            page["problem"] = str(problem)
            return render(request, "sheets/lines.html", page, status=422)
    return render(request, "sheets/lines.html", page)


def _can_import(reading: Reading) -> Decision:
    if reading.problems:
        return refused("Put right what is listed above first: either all lines come in, or none.")
    return ALLOWED


def _bring_in(request: PageRequest, contract: Contract, held: HeldSheet, reading: Reading, mode: str) -> str:
    import_sov_lines(request.actor, contract, reading.inputs, append=mode == "append")
    messages.success(
        request,
        text(
            "{lines} from {name} are in the {sov} of {number} now.",
            lines=plural(len(reading.lines), "line"),
            name=held.name,
            number=contract.number,
        ),
    )
    return reverse("sov", args=[contract.pk])


def _page(request: PageRequest, contract: Contract) -> dict[str, Any]:
    page = contract_page(request, contract, "sov")
    page["crumbs"] = [
        *page["crumbs"][:-1],
        {"label": contract.number, "url": reverse("contract", args=[contract.pk])},
        {"label": current().cap("sov"), "url": reverse("sov", args=[contract.pk])},
        {"label": "Import", "url": ""},
    ]
    return page | {
        "title": text("Import the {sov} of {number}", number=contract.number),
        "upload_url": reverse("sov-import", args=[contract.pk]),
        "back_url": reverse("sov", args=[contract.pk]),
        "accept": ACCEPT,
        "most_bytes": MOST_BYTES,
        "what": "lines",
    }
