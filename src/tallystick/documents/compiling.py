"""Compiling a backup: ONE PDF of every chosen claim with all of its papers (R-COMPILE).

The steps of the run, each safe to repeat: look at papers that nobody has looked at yet, render claims whose
content is new, then lay everything out, write it, check it and store it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import default_storage

from tallystick.access.actor import Actor
from tallystick.audit.actions import record
from tallystick.core import clock
from tallystick.core.errors import TallystickProblem
from tallystick.directory.models import Project
from tallystick.documents.compilation import Compilation
from tallystick.documents.examination import examine
from tallystick.documents.kinds import clean_name
from tallystick.documents.models import Backup, StoredFile
from tallystick.documents.policies import can_compile
from tallystick.documents.rendering import default_pdf, file_name, load_claim
from tallystick.documents.selection import Selection, select
from tallystick.documents.store import FileMissing, put, scratch_folder
from tallystick.documents.words import dictionary_of
from tallystick.pdf import PdfProblem
from tallystick.runs.actions import expire_run, request_run
from tallystick.runs.models import Run
from tallystick.runs.states import RunState
from tallystick.terms.context import use

KIND = "backup.compile"


def request_backup(actor: Actor, project: Project, claim_ids: Sequence[int]) -> Run:
    """Ask for a backup of the chosen claims. The same selection, unchanged, is answered by the last one.

    Raises ``Refused`` (R-COMPILE-3), or ``BadInput`` naming the claims that can't be compiled (R-COMPILE-4).
    """
    can_compile(actor, project).require()
    selection = select(actor, project, claim_ids)
    run = _request(actor, selection)
    if run.state == RunState.SUCCEEDED and not _is_kept(run):
        expire_run(run.pk)
        run = _request(actor, selection)
    return run


def _request(actor: Actor, selection: Selection) -> Run:
    project = selection.project
    return request_run(
        KIND,
        account_id=project.account_id,
        project_id=project.pk,
        title=dictionary_of(project).text("{Claim_backup} of {claims:count}", count=len(selection.chosen)),
        params={"claims": selection.claim_ids, "by": actor.name},
        asked_by_id=actor.login_id,
        fingerprint=selection.digest,
    )


def _is_kept(run: Run) -> bool:
    """Whether the file that a finished run made can still be given out."""
    backup = Backup.objects.filter(run=run).first()
    return backup is not None and default_storage.exists(backup.file_key)


def render_chosen(claim_id: int) -> str:
    """Make sure that the claim's own PDF exists and is prepared; gives its digest. A heavy step."""
    claim = load_claim(claim_id)
    stored = default_pdf(claim)
    examine(stored, file_name(claim))
    return str(stored.sha256)


def examine_stored(item: tuple[int, str]) -> str:
    """Look at one stored file; gives what ingest made of it. A heavy step. A missing file is told later."""
    stored = StoredFile.objects.get(pk=item[0])
    try:
        return examine(stored, item[1]).status.value
    except FileMissing:
        return "missing"


def write_backup(run_id: UUID) -> dict[str, Any]:
    """Lay out, write, check and store the backup of a run; gives the run's result. Done once per run."""
    run = Run.objects.select_related("project__account").get(pk=run_id)
    done = Backup.objects.filter(run=run).first()
    if done is not None:
        return result_of(done)
    project = run.project
    if project is None:
        raise TallystickProblem("The project of this backup is gone, so there is nothing to compile.")
    selection = select(Actor.operator(), project, run.params["claims"])
    words = dictionary_of(project)
    with use(words):
        target = scratch_folder() / f"{run.pk}.pdf"
        try:
            compiled = Compilation(selection, compiled_by=run.params["by"], at=run.created_at)
            compiled.write(target)
        except PdfProblem as cause:
            # The engine stands alone and has problems of its own; their sentences are meant for people, too.
            raise TallystickProblem(str(cause)) from cause
        key = f"backups/{run.pk}.pdf"
        name = backup_name(project, run.created_at)
        size = target.stat().st_size
        put(key, target)
    backup = Backup.objects.create(
        project=project,
        run=run,
        selection=selection.claim_ids,
        digest=selection.digest,
        file_key=key,
        file_name=name,
        size=size,
        plan_digest=compiled.plan.digest,
        page_count=compiled.plan.page_count,
        paper_count=sum(len(item.attachments) for item in selection.chosen),
        manifest_sha256=compiled.manifest_sha256,
        notes=compiled.notes,
        expires_at=clock.now() + timedelta(days=settings.RESULT_DAYS),
    )
    record(
        run.asked_by_id,
        "backup.compiled",
        backup,
        account_id=project.account_id,
        project_id=project.pk,
        actor_name=run.params["by"],
    )
    return result_of(backup)


def result_of(backup: Backup) -> dict[str, Any]:
    """What the run's banner tells: where the file is, how large, and what could not be merged."""
    return {
        "backup": backup.pk,
        "file_name": backup.file_name,
        "size": backup.size,
        "pages": backup.page_count,
        "claims": len(backup.selection),
        "papers": backup.paper_count,
        "notes": backup.notes,
    }


def backup_name(project: Project, at: datetime) -> str:
    """``Progress claim backup - PROJECT - NUMBER - DATE - TIME.pdf``, in the terminology in force."""
    local = at.astimezone(ZoneInfo(project.time_zone))
    word = dictionary_of(project).cap("claim_backup")
    parts = [word, project.name, project.number, f"{local:%Y-%m-%d}", f"{local:%H%M}"]
    return clean_name(" - ".join(part.replace("/", "-") for part in parts) + ".pdf")
