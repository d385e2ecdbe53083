"""Giving tables out as .xlsx or .csv: one way for every page that has something to export.

The view has loaded what it exports by the loader of the page. Names of files and columns speak the project's words,
since several people read them (R-TERMS).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from tallystick.core import clock
from tallystick.core.dates import format_date
from tallystick.directory.models import Project
from tallystick.documents.kinds import clean_name
from tallystick.documents.store import scratch_folder
from tallystick.documents.words import dictionary_of
from tallystick.sheets.table import Facts, Table
from tallystick.sheets.writing import csv_rows, write_xlsx
from tallystick.terms.context import use
from tallystick.web.request import PageRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def wants_csv(request: PageRequest) -> bool:
    """Whether ``as=csv`` was asked for; everything else is a workbook."""
    return (request.POST.get("as") or request.GET.get("as", "")) == "csv"


def export(
    request: PageRequest,
    project: Project,
    tables: Callable[[], Sequence[Table]],
    *,
    name: Callable[[], str],
    subject: str = "",
) -> HttpResponseBase:
    """The tables as the file that was asked for: the first one as .csv, all of them as sheets of an .xlsx.

    ``tables`` and ``name`` are called with the project's words in force.
    """
    with use(dictionary_of(project)):
        made = list(tables())
        called = name()
    if wants_csv(request):
        response: HttpResponseBase = StreamingHttpResponse(csv_rows(made[0]), content_type=CSV)
        ending = ".csv"
    else:
        facts = Facts(
            title=called, subject=subject or f"{project.number} {project.name}", company=project.account.name
        )
        response = _workbook(made, facts)
        ending = ".xlsx"
    file_name = clean_name(f"{_safe(called)}{ending}")
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _workbook(tables: Sequence[Table], facts: Facts) -> HttpResponseBase:
    """Written to a file that is gone as soon as the answer is."""
    with tempfile.NamedTemporaryFile(dir=scratch_folder(), suffix=".xlsx") as target:
        write_xlsx(tables, Path(target.name), facts, made=clock.now())
        # The name goes with the block; what was opened stays until the response is closed.
        return FileResponse(Path(target.name).open("rb"), content_type=XLSX)


def _safe(name: str) -> str:
    """Without what a file's name may not have on any system."""
    return "".join("-" if char in '/\\:*?"<>|' else char for char in name).strip(" .")


def dated(project: Project, name: str) -> str:
    """``SC-012 - Retention ledger - 21 Mar 2026``: lists change, so their files say of which day they are."""
    return f"{name} - {format_date(clock.today_in(project.time_zone), project.locale)}"
