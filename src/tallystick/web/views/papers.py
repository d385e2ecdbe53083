"""Papers on claims, contracts and company records: adding, looking at, unlocking, removing and bringing back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick.claims.models import Claim
from tallystick.contracts.models import Contract
from tallystick.core.errors import BadInput
from tallystick.core.ids import number_in
from tallystick.core.text import plural
from tallystick.documents import actions
from tallystick.documents.checks import missing_papers
from tallystick.documents.kinds import media_type_of, too_large
from tallystick.documents.models import Attachment, StoredFile
from tallystick.documents.policies import Owner, can_add, can_remove_from, owner_of
from tallystick.documents.queries import paper_row, rows_among
from tallystick.documents.store import FileMissing, local_path
from tallystick.documents.thumbnails import thumbnail_path
from tallystick.web import load
from tallystick.web.context import address
from tallystick.web.downloads import give_out
from tallystick.web.load.papers import paper_for
from tallystick.web.request import PageRequest
from tallystick.web.views import errors
from tallystick.web.views.ways import where_from

FIELD = "files"
MOST_ASKED = 500
REFUSALS_SAID = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one uploaded file."""

    name: str
    ok: bool
    sentence: str
    row_html: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def claim_uploads(request: PageRequest, claim_id: int) -> HttpResponse:
    """Add papers to a claim; GET tells what became of those that were being checked."""
    return _uploads(request, load.claim_for(request, claim_id))


@require_http_methods(["GET", "HEAD", "POST"])
def contract_uploads(request: PageRequest, contract_id: int) -> HttpResponse:
    """The same for a contract."""
    return _uploads(request, load.contract_for(request, contract_id))


@require_http_methods(["GET", "HEAD", "POST"])
def company_uploads(request: PageRequest, company_id: int) -> HttpResponse:
    """The same for a company's record."""
    return _uploads(request, load.company_for(request, company_id))


def _uploads(request: PageRequest, owner: Owner) -> HttpResponse:
    return _take_in(request, owner) if request.method == "POST" else _checked(request, owner)


# --- adding ---------------------------------------------------------------------------------------------------


def _take_in(request: PageRequest, owner: Owner) -> HttpResponse:
    """Each file by itself: one that can't be taken keeps none of the others out."""
    can_add(request.actor, owner).require()
    here = set(_papers(owner).values_list("pk", flat=True))
    arrivals = [_arrive(request, owner, file, here) for file in request.FILES.getlist(FIELD)]
    limit = settings.UPLOAD_MAX_BYTES
    arrivals += [Arrival(name, False, too_large(name, limit)) for name in getattr(request, "too_large", [])]
    if not arrivals:
        raise BadInput("No file arrived. Choose one or several files, then press Upload.")
    if "application/json" in request.headers.get("Accept", ""):
        return _as_json(arrivals)
    _say(request, arrivals)
    return redirect(where_from(request, page_of(owner)) + "#papers")


def _arrive(request: PageRequest, owner: Owner, file: UploadedFile[Any], here: set[int]) -> Arrival:
    name = file.name or ""
    try:
        paper = actions.add_attachment(
            request.actor,
            owner,
            name=name,
            size=file.size or 0,
            chunks=file.chunks(1 << 20),
            answers=request.POST.get("answers", ""),
        )
    except BadInput as problem:
        return Arrival(name, False, str(problem))
    if paper.pk in here:
        return Arrival(paper.name, True, "Is here already")
    here.add(paper.pk)
    return Arrival(paper.name, True, "Added", _row_html(request, paper))


def _papers(owner: Owner) -> QuerySet[Attachment]:
    return Attachment.objects.filter(**{type(owner).__name__.lower(): owner}, deleted_at=None)


def _as_json(arrivals: list[Arrival]) -> JsonResponse:
    """For ``<file-drop>``, which sends one file at a time, and for whoever sends several."""
    first = arrivals[0]
    body = {
        "files": [asdict(one) for one in arrivals],
        "html": first.row_html,
        "note": first.sentence if first.ok else "",
        "problem": "" if first.ok else first.sentence,
    }
    return JsonResponse(body, status=201 if any(one.ok for one in arrivals) else 422)


def _say(request: PageRequest, arrivals: list[Arrival]) -> None:
    added = sum(1 for one in arrivals if one.ok)
    if added:
        messages.success(request, f"{plural(added, 'paper')} added.")
    refused = [one.sentence for one in arrivals if not one.ok]
    for sentence in refused[:REFUSALS_SAID]:
        messages.warning(request, sentence)
    if len(refused) > REFUSALS_SAID:
        messages.warning(
            request, f"{plural(len(refused) - REFUSALS_SAID, 'more file')} could not be added either."
        )


def page_of(owner: Owner) -> str:
    """The page on which the papers stand."""
    if isinstance(owner, Claim):
        return address("claim-papers", owner.pk)
    return reverse("contract" if isinstance(owner, Contract) else "company", args=[owner.pk])


# --- what became of them --------------------------------------------------------------------------------------


def _checked(request: PageRequest, owner: Owner) -> HttpResponse:
    """The rows among ``checking`` that were looked at meanwhile, for the old ones’ places, and the next question."""
    wanted = (number_in(one) for one in request.GET.getlist("checking")[:MOST_ASKED])
    asked = [number for number in wanted if number is not None]
    rows = rows_among(owner, asked)
    page = {
        "rows": [row for row in rows if not row.is_checking],
        "still": any(row.is_checking for row in rows),
        "url": request.path,
        "missing": _missing(owner),
        **_what_may_be_done(request, owner),
    }
    return render(request, "documents/_checked.html", page)


def _what_may_be_done(request: PageRequest, owner: Owner) -> dict[str, Any]:
    may_add = can_add(request.actor, owner)
    return {
        "may_remove": can_remove_from(request.actor, owner),
        "may_unlock": isinstance(owner, Claim) and bool(may_add),
        "may_answer": bool(may_add),
        "required": owner.contract.project.required_papers if isinstance(owner, Claim) else [],
    }


def _missing(owner: Owner) -> list[str]:
    """Required papers of a claim that no paper is said to be."""
    if not isinstance(owner, Claim):
        return []
    return missing_papers(owner.contract.project, _papers(owner).values_list("answers", flat=True))


def _row_html(request: PageRequest, paper: Attachment, **more: Any) -> str:
    owner = owner_of(paper)
    page = {"row": paper_row(paper), **_what_may_be_done(request, owner), **more}
    return render_to_string("documents/_paper.html", page, request)


# --- looking at -----------------------------------------------------------------------------------------------


@require_safe
def paper(request: PageRequest, paper_id: int) -> HttpResponseBase:
    """The file itself: shown where the browser can, a download otherwise or with ``?download=1``."""
    found = paper_for(request, paper_id)
    return give_stored(request, found.file, found.name)


def give_stored(request: PageRequest, stored: StoredFile, name: str) -> HttpResponseBase:
    """A file of the store under a name: shown where the browser can, a download with ``?download=1``.

    The caller has loaded what owns the file through its policy.
    """
    try:
        path = local_path(stored)
    except FileMissing as problem:
        return missing(request, name, problem)
    return give_out(
        request,
        path,
        name=name,
        media_type=media_type_of(name),
        digest=stored.sha256,
        inline="download" not in request.GET,
    )


def missing(request: PageRequest, name: str, problem: FileMissing) -> HttpResponse:
    """The row is there, its bytes are not: a fault of the server's disk that somebody has to put right."""
    return errors.answer(request, 404, "This file is missing", f"{name} can’t be given out. {problem}")


@require_safe
def thumbnail(request: PageRequest, paper_id: int) -> HttpResponseBase:
    """The small picture of a paper's first page."""
    found = paper_for(request, paper_id)
    path = thumbnail_path(found.file.sha256)
    if not path.is_file():
        return HttpResponse(status=404)
    return give_out(
        request,
        path,
        name="thumbnail.png",
        media_type="image/png",
        digest=f"thumbnail-{found.file.sha256}",
        inline=True,
        cache="private, max-age=3600",
    )


# --- changing -------------------------------------------------------------------------------------------------


@require_POST
def answer(request: PageRequest, paper_id: int) -> HttpResponse:
    """Say which required paper this one is."""
    found = paper_for(request, paper_id)
    named = actions.answer_paper(request.actor, found, request.POST.get("answers", ""))
    owner = owner_of(found)
    if request.htmx:
        missing = {"missing": _missing(owner), "oob_missing": True}
        hint = render_to_string("documents/_missing.html", missing, request)
        # The panel of checks asks again.
        return HttpResponse(_row_html(request, named) + hint, headers={"HX-Trigger": "claim-saved"})
    messages.success(request, f"{named.name} is {named.answers or 'none of the required papers'} now.")
    return redirect(where_from(request, page_of(owner)) + "#papers")


@require_POST
def removal(request: PageRequest, paper_id: int) -> HttpResponse:
    """Take a paper off; it can be brought back from where it was."""
    found = paper_for(request, paper_id, removed_too=True)
    actions.remove_attachment(request.actor, found)
    found.refresh_from_db()
    if request.htmx:
        return render(request, "documents/_removed.html", {"row": paper_row(found)})
    messages.success(request, f"{found.name} was removed. You can bring it back under Removed papers.")
    return redirect(where_from(request, page_of(owner_of(found))) + "#papers")


@require_POST
def restoration(request: PageRequest, paper_id: int) -> HttpResponse:
    """Bring a removed paper back."""
    found = paper_for(request, paper_id, removed_too=True)
    actions.restore_attachment(request.actor, found)
    found.refresh_from_db()
    if request.htmx:
        return HttpResponse(_row_html(request, found))
    messages.success(request, f"{found.name} is back.")
    return redirect(where_from(request, page_of(owner_of(found))) + "#papers")


@require_POST
def unlocking(request: PageRequest, paper_id: int) -> HttpResponse:
    """Open a paper with its password, so that its pages can join. The password is not kept."""
    found = paper_for(request, paper_id)
    can_add(request.actor, owner_of(found)).require()
    problem = _unlock(request, found)
    found.file.refresh_from_db()
    if request.htmx:
        said = {} if problem else {"HX-Trigger": json.dumps({"toast": {"text": f"{found.name} is open."}})}
        return HttpResponse(_row_html(request, found, problem=problem), headers=said)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, f"{found.name} is open: its pages will be merged.")
    return redirect(where_from(request, page_of(owner_of(found))) + "#papers")


def _unlock(request: PageRequest, found: Attachment) -> str:
    password = request.POST.get("password", "")
    if not password:
        return f"Type the password of {found.name}. Whoever made the file knows it."
    try:
        actions.unlock_attachment(request.actor, found, password)
    except BadInput as problem:
        return str(problem)
    return ""
