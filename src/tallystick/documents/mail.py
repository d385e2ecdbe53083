"""The e-mail that tells whoever asked that a backup is ready (decisions, Backups; domain §13, row 12)."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from tallystick.core import clock
from tallystick.core.dates import format_instant
from tallystick.core.text import plural
from tallystick.documents.models import Backup
from tallystick.documents.words import dictionary_of
from tallystick.runs.models import RunFollower

logger = logging.getLogger("tallystick.documents")

MOST_NAMED = 10


def tell_followers(backup_id: int) -> int:
    """Write to everybody who asked for the backup, each by a message of their own, once; gives their number.

    The link asks for signing in like every other. Mail that can't be sent is logged and stops nothing: the banner
    and the page of past backups tell the same.
    """
    mine = Backup.objects.filter(pk=backup_id, mailed_at=None).update(mailed_at=clock.now())
    if not mine:
        return 0
    backup = Backup.objects.select_related("project__account").get(pk=backup_id)
    addresses = RunFollower.objects.filter(run_id=backup.run_id, login__is_active=True).values_list(
        "login__email", flat=True
    )
    subject, body = _subject(backup), _body(backup)
    for address in addresses:
        try:
            EmailMessage(subject, body, to=[address]).send()
        except (OSError, SMTPException):
            logger.exception("the mail about backup %s could not be sent", backup.pk)
    return len(addresses)


def _subject(backup: Backup) -> str:
    words = dictionary_of(backup.project)
    said = words.text("{name}: {Claim_backup} is ready", name=backup.project.name)
    return " ".join(said.split())


def _body(backup: Backup) -> str:
    project = backup.project
    words = dictionary_of(project)
    lines = [
        words.text(
            "The {claim_backup} of {claims:count} in {project} is ready: {pages}.",
            count=len(backup.selection),
            project=f"{project.number} {project.name}",
            pages=plural(backup.page_count, "page"),
        ),
        "",
        backup.file_name,
        settings.PUBLIC_URL + reverse("backup-file", args=[backup.pk]),
        "",
        f"It can be downloaded until {format_instant(backup.expires_at, project.time_zone, project.locale)}.",
    ]
    if backup.notes:
        papers = plural(len(backup.notes), "paper")
        lines += [
            "",
            f"{papers} could not be merged. Each is listed on the contents page and embedded as it is:",
        ]
        lines += [f"- {note['name']}: {note['note']}" for note in backup.notes[:MOST_NAMED]]
        if len(backup.notes) > MOST_NAMED:
            lines.append(f"- and {len(backup.notes) - MOST_NAMED} more")
    return "\n".join(lines) + "\n"
