"""Compiling backups and finding those that were compiled (R-COMPILE)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tallystick import terms
from tallystick.claims.queries import matching_claims
from tallystick.core.errors import BadInput
from tallystick.core.text import plural
from tallystick.directory.models import Project
from tallystick.documents.compiling import KIND, request_backup
from tallystick.documents.policies import can_compile
from tallystick.documents.queries import backup_row, backups_of, told
from tallystick.documents.store import FileMissing, local_copy
from tallystick.runs.queries import RunRow
from tallystick.web import load, refusals
from tallystick.web.claims.listing import wanted_of
from tallystick.web.claims.notice import Notice, leave_notice
from tallystick.web.context import address
from tallystick.web.downloads import give_out
from tallystick.web.load.papers import backup_for
from tallystick.web.outcomes import Action, Outcome, outcome
from tallystick.web.request import PageRequest
from tallystick.web.templatetags.ui import size
from tallystick.web.views.papers import missing
from tallystick.web.views.ways import where_from

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def backups(request: PageRequest, project_id: int) -> HttpResponse:
    """Past backups of the project; a POST compiles one of the claims that were ticked."""
    project = load.project_for(request, project_id)
    can_compile(request.actor, project).require()
    if request.method == "POST":
        return _compile(request, project_id)
    pages = Paginator(backups_of(request.actor, project), PAGE)
    page = pages.get_page(request.GET.get("page"))
    words = terms.current()
    context = {
        "title": words.cap("claim_backup", plural=True),
        "crumbs": [
            {"label": words("claims_tool"), "url": address("claims", project.pk)},
            {"label": words.cap("claim_backup", plural=True), "url": ""},
        ],
        "page": page,
        "rows": [backup_row(backup) for backup in page.object_list],
    }
    return render(request, "documents/backups.html", context)


def _compile(request: PageRequest, project_id: int) -> HttpResponse:
    """Ask for it, and go back to the list: its progress, and then its banner, stand on top there (R-COMPILE-5)."""
    project = load.project_for(request, project_id)
    ids = _ticked(request, project)
    back = where_from(request, address("claims", project.pk) or reverse("backups", args=[project.pk]))
    try:
        run = request_backup(request.actor, project, sorted(ids))
    except BadInput as problem:
        leave_notice(request, Notice(str(problem), tone="bad"))
        refusals.keep(request, problem, ids)
        return redirect(back)
    return redirect(f"{back.partition('#')[0]}#run-{run.pk}")


def _ticked(request: PageRequest, project: Project) -> set[int]:
    """The claims that were ticked; or, with *Select all*, everything that the list's filter leaves, on all pages."""
    if request.POST.get("all_matching") == "1":
        wanted = wanted_of(project, request.POST)
        return set(
            matching_claims(
                request.actor, project, period=wanted.period, filters=wanted.filters, search=wanted.search
            )
        )
    return {
        int(one) for one in request.POST.getlist("claim") if one.isascii() and one.isdigit() and len(one) < 19
    }


@require_safe
def backup_file(request: PageRequest, backup_id: int) -> HttpResponseBase:
    """The compiled document: a download, in parts where the browser asks for parts."""
    backup = backup_for(request, backup_id)
    try:
        path = local_copy(backup.file_key)
    except FileMissing as problem:
        return missing(request, backup.file_name, problem)
    return give_out(
        request,
        path,
        name=backup.file_name,
        media_type="application/pdf",
        digest=backup.plan_digest,
        inline="view" in request.GET,
    )


@outcome(KIND)
def compiled(run: RunRow) -> Outcome:
    """The banner: what is in the document, the download, and what could not be merged and why."""
    made = run.result or {}
    notes = made["notes"]
    title = terms.text(
        "Compiled {claims:n}{papers}: {pages}, {size}",
        n=made["claims"],
        papers=f" with {plural(made['papers'], 'paper')}" if made["papers"] else "",
        pages=plural(made["pages"], "page"),
        size=size(made["size"]),
    )
    actions = [Action("Download", reverse("backup-file", args=[made["backup"]]), "download")]
    if run.project_id is not None:
        actions.append(Action("Past backups", reverse("backups", args=[run.project_id])))
    return Outcome(
        title=title,
        text=left_out(len(notes)),
        actions=tuple(actions),
        details=tuple(told(note) for note in notes),
        summary="What could not be merged, and why",
    )


def left_out(count: int) -> str:
    """Where to find what could not be merged; nothing where all is in."""
    if not count:
        return ""
    if count == 1:
        return (
            "1 paper could not be merged: it is listed on the contents page, a page in its place says why, "
            "and it is embedded as it is."
        )
    return (
        f"{count:,} papers could not be merged: they are listed on the contents page, a page in each one’s place "
        "says why, and they are embedded as they are."
    )
