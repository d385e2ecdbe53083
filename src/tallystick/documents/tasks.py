"""What the worker does for this room: thin entry points that take ids."""

from typing import Any
from uuid import UUID

from tallystick.access.actor import Actor
from tallystick.core.errors import TallystickProblem
from tallystick.documents import store
from tallystick.documents.compiling import KIND, examine_stored, render_chosen, write_backup
from tallystick.documents.examination import examine_waiting
from tallystick.documents.mail import tell_followers
from tallystick.documents.models import Backup, ClaimDocument
from tallystick.documents.page_pictures import forget_pictures
from tallystick.documents.selection import select
from tallystick.runs.context import Context
from tallystick.runs.kinds import run_kind
from tallystick.runs.models import Run
from tallystick.runs.periodic import register

# Soon after an upload its row says what the paper is; nobody waits in a request for that.
register(examine_waiting, every_seconds=1.0)
register(forget_pictures, every_seconds=6 * 3600.0)


def forget_backup(result: dict[str, Any]) -> None:
    """Take an expired backup's file and row away."""
    backup = Backup.objects.filter(pk=result["backup"]).first()
    if backup is not None:
        store.remove(backup.file_key)
        backup.delete()


@run_kind(KIND, cleanup=forget_backup)
def compile_backup(run_id: UUID, context: Context) -> dict[str, Any]:
    """Compile a backup: examine, render, splice (see ``compiling``)."""
    work = context.step("choose", find_work, str(run_id))
    total = len(work["files"]) + len(work["claims"]) + 1
    context.each(
        "examine",
        examine_stored,
        [tuple(item) for item in work["files"]],
        sentence="Reading papers",
        total=total,
    )
    context.each(
        "render",
        render_chosen,
        work["claims"],
        sentence="Drawing each one's own PDF",
        before=len(work["files"]),
        total=total,
    )
    context.progress(total - 1, total, "Putting everything together")
    result = dict(context.step("write", write_backup, run_id))
    context.step("mail", tell_followers, result["backup"])
    return result


def find_work(run_id: str) -> dict[str, Any]:
    """Which files nobody has looked at yet, and which claims have no prepared PDF of what they show now."""
    run = Run.objects.select_related("project__account").get(pk=run_id)
    if run.project is None:
        raise TallystickProblem("The project of this backup is gone, so there is nothing to compile.")
    selection = select(Actor.operator(), run.project, run.params["claims"])
    known = {
        (claim_id, digest)
        for claim_id, digest in ClaimDocument.objects.filter(
            claim_id__in=selection.claim_ids, file__ingest__isnull=False
        ).values_list("claim_id", "digest")
    }
    return {
        "files": [[stored.pk, name] for stored, name in selection.files() if stored.ingest is None],
        "claims": [
            item.claim.pk
            for item in selection.chosen
            if item.signed is None and (item.claim.pk, item.fingerprint) not in known
        ],
    }
