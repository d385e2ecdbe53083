"""The e-mail that tells whoever asked that a backup is ready (decisions, Backups; domain §13, row 12)."""

from django.db import transaction
from django.urls import reverse

from tallystick.core import clock
from tallystick.core.dates import format_instant
from tallystick.core.text import plural
from tallystick.directory.models import Login
from tallystick.documents.models import Backup
from tallystick.notifications.actions import Recipient, notify
from tallystick.notifications.rendering import Item

MOST_NAMED = 10


@transaction.atomic
def tell_followers(backup_id: int) -> int:
    """Write to everybody who asked for the backup, each by a message of their own, once; gives their number.

    The link asks for signing in like every other.
    """
    mine = Backup.objects.filter(pk=backup_id, mailed_at=None).update(mailed_at=clock.now())
    if not mine:
        return 0
    backup = Backup.objects.select_related("project__account").get(pk=backup_id)
    project = backup.project
    asked = Login.objects.filter(is_active=True, followed_runs__run_id=backup.run_id).order_by("pk")
    written = notify(
        "backup.ready",
        account=project.account,
        project=project,
        to=[Recipient.of_login(login, project.account) for login in asked],
        key=f"backup:{backup.pk}",
        thread=f"backup:{backup.pk}",
        path=reverse("backup-file", args=[backup.pk]),
        values={
            "count": len(backup.selection),
            "project": f"{project.number} {project.name}",
            "pages": plural(backup.page_count, "page"),
            "file": backup.file_name,
            "until": lambda words: format_instant(
                backup.expires_at, project.time_zone, words.locale.code, with_zone=True
            ),
            "apart": _said_of_apart(backup),
            "papers": _apart(backup),
        },
    )
    return len(written)


def _said_of_apart(backup: Backup) -> str:
    if not backup.notes:
        return ""
    papers = plural(len(backup.notes), "paper")
    return f"{papers} could not be merged. Each is listed on the contents page and embedded as it is:"


def _apart(backup: Backup) -> list[Item]:
    """What could not be merged, and why."""
    items = [Item(str(note["name"]), str(note["note"])) for note in backup.notes[:MOST_NAMED]]
    if len(backup.notes) > MOST_NAMED:
        items.append(Item(f"And {len(backup.notes) - MOST_NAMED} more"))
    return items
