"""Reads for pages about papers and backups. The number of SQL queries does not depend on how many there are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim
from tallystick.core import clock
from tallystick.core.errors import Decision
from tallystick.core.text import plural
from tallystick.directory.models import Project
from tallystick.documents.checks import missing_papers
from tallystick.documents.examination import result_of
from tallystick.documents.kinds import PAPERS, SHOWN_IN_BROWSER, media_type_of
from tallystick.documents.models import Attachment, Backup, SignedDocument
from tallystick.documents.policies import (
    Owner,
    backups_visible_to,
    can_add,
    can_remove_from,
    can_store_signed,
    owner_of,
)
from tallystick.documents.thumbnails import has_thumbnail
from tallystick.pdf import IngestResult, IngestStatus
from tallystick.terms.context import text

REMOVED_SHOWN = 50


class PaperState(StrEnum):
    """What can be said about a paper's content."""

    CHECKING = "checking"
    MERGED = "merged"
    LOCKED = "locked"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper as a list shows it. ``note`` says in a few words what ingest made of it, ``detail`` why.

    ``tone`` is of the note: ``warn`` where somebody should look at it, empty otherwise. ``size`` is bytes.
    """

    id: int
    name: str
    size: int
    icon: str
    state: PaperState
    note: str
    detail: str
    tone: str
    opens_in_browser: bool
    has_thumbnail: bool
    added_by: str
    added_at: datetime
    removed_at: datetime | None
    answers: str = ""
    """Which of the project's required papers it is."""

    @property
    def is_checking(self) -> bool:
        """Whether nobody has looked at it yet; worth asking again."""
        return self.state is PaperState.CHECKING

    @property
    def is_locked(self) -> bool:
        """Whether a password would help."""
        return self.state is PaperState.LOCKED


@dataclass(frozen=True, slots=True)
class SignedRow:
    """The signed version in force (R-COMPILE-6)."""

    id: int
    name: str
    size: int
    note: str
    stored_by: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a claim, a contract or a company, and what the reader may do with them.

    ``removed`` holds those that the reader could bring back, the last removed first. ``can_sign`` and ``signed`` are
    of claims only.
    """

    rows: tuple[PaperRow, ...]
    removed: tuple[PaperRow, ...]
    can_add: Decision
    can_remove: Decision
    can_unlock: bool
    signed: SignedRow | None = None
    can_sign: Decision | None = None
    required: tuple[str, ...] = ()
    """The project's required papers, for choosing which one a paper is; of claims only."""
    missing: tuple[str, ...] = ()
    """Those of them that no paper is said to be yet."""


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A compiled backup that can still be downloaded. ``size`` is bytes; ``notes`` are sentences."""

    id: int
    file_name: str
    compiled_by: str
    compiled_at: datetime
    claims: int
    papers: int
    pages: int
    size: int
    notes: tuple[str, ...]
    expires_at: datetime


def papers_of(actor: Actor, owner: Owner) -> Papers:
    """Every paper of something that the actor may see: the caller has loaded it by its policy."""
    joins_backup = isinstance(owner, Claim)
    may_add, may_remove = can_add(actor, owner), can_remove_from(actor, owner)
    everything = _with_file(owner)
    rows = tuple(_row(one, joins_backup) for one in everything.filter(deleted_at=None))
    removed: tuple[PaperRow, ...] = ()
    if may_remove:
        gone = everything.exclude(deleted_at=None).order_by("-deleted_at", "-pk")[:REMOVED_SHOWN]
        removed = tuple(_row(one, joins_backup) for one in gone)
    if not isinstance(owner, Claim):
        return Papers(rows, removed, may_add, may_remove, can_unlock=False)
    return Papers(
        rows,
        removed,
        may_add,
        may_remove,
        can_unlock=bool(may_add),
        signed=_signed(owner),
        can_sign=can_store_signed(actor, owner),
        required=tuple(owner.contract.project.required_papers),
        missing=tuple(missing_papers(owner.contract.project, (row.answers for row in rows))),
    )


def paper_row(attachment: Attachment) -> PaperRow:
    """The row of one attachment."""
    return _row(attachment, isinstance(owner_of(attachment), Claim))


def rows_among(owner: Owner, ids: list[int]) -> list[PaperRow]:
    """The rows of these papers of ``owner`` as they are now; removed ones are left out."""
    joins_backup = isinstance(owner, Claim)
    return [_row(one, joins_backup) for one in _with_file(owner).filter(deleted_at=None, pk__in=ids)]


def _with_file(owner: Owner) -> QuerySet[Attachment]:
    return Attachment.objects.filter(**{type(owner).__name__.lower(): owner}).select_related(
        "file", "uploaded_by"
    )


def _row(attachment: Attachment, joins_backup: bool) -> PaperRow:
    stored = attachment.file
    result = result_of(stored)
    state, note, detail, tone = _finding(result, stored.unlocked_at is not None, joins_backup)
    media_type = media_type_of(attachment.name)
    return PaperRow(
        id=attachment.pk,
        name=attachment.name,
        size=stored.size,
        icon=_icon(media_type),
        state=state,
        note=note,
        detail=detail,
        tone=tone,
        opens_in_browser=media_type in SHOWN_IN_BROWSER,
        has_thumbnail=has_thumbnail(stored.sha256),
        added_by=str(attachment.uploaded_by) if attachment.uploaded_by else "",
        added_at=attachment.uploaded_at,
        removed_at=attachment.deleted_at,
        answers=attachment.answers,
    )


def _finding(
    result: IngestResult | None, unlocked: bool, joins_backup: bool
) -> tuple[PaperState, str, str, str]:
    """State, note, detail and tone."""
    if result is None:
        return PaperState.CHECKING, "Being checked", "", ""
    if result.status is IngestStatus.PASSWORD:
        until_then = text("Until it is unlocked, {claim_backups} list and embed it.") if joins_backup else ""
        return PaperState.LOCKED, "Asks for a password", until_then, "warn"
    if result.merged:
        made = "unlocked" if unlocked else _MADE_OF_IT.get(result.status, "")
        note = plural(result.page_count, "page") + (f", {made}" if made else "")
        return PaperState.MERGED, note, result.note if made else "", ""
    if result.status is IngestStatus.NOT_A_DOCUMENT:
        note = text("Listed and embedded in {claim_backups}") if joins_backup else ""
        return PaperState.APART, note, "", ""
    note = "Can’t be merged: will be listed and embedded" if joins_backup else "Can’t be read"
    return PaperState.APART, note, result.note, "warn"


_MADE_OF_IT = {
    IngestStatus.REPAIRED: "repaired",
    IngestStatus.RASTERISED: "turned into pictures",
    IngestStatus.SIGNED: "signed",
    IngestStatus.PORTFOLIO: "a portfolio",
    IngestStatus.XFA: "a form",
}


def _icon(media_type: str) -> str:
    if media_type == "application/pdf":
        return "file-text"
    if media_type.startswith("image/") and media_type in PAPERS.values():
        return "image"
    if "sheet" in media_type or "excel" in media_type or media_type == "text/csv":
        return "sheet"
    return "mail" if media_type in ("message/rfc822", "application/vnd.ms-outlook") else "file"


def _signed(claim: Claim) -> SignedRow | None:
    signed = (
        SignedDocument.objects.filter(claim=claim, revision=claim.revision, withdrawn_at=None)
        .select_related("file", "stored_by")
        .first()
    )
    if signed is None:
        return None
    _, note, _, _ = _finding(result_of(signed.file), signed.file.unlocked_at is not None, True)
    return SignedRow(
        id=signed.pk,
        name=signed.name,
        size=signed.file.size,
        note=note,
        stored_by=str(signed.stored_by) if signed.stored_by else "",
        stored_at=signed.stored_at,
    )


def backups_of(actor: Actor, project: Project) -> QuerySet[Backup]:
    """Past backups that can still be downloaded, newest first, for those who could compile them."""
    return (
        backups_visible_to(actor, project)
        .filter(expires_at__gt=clock.now())
        .select_related("run")
        .order_by("-created_at", "-pk")
    )


def backup_row(backup: Backup) -> BackupRow:
    """A past backup as the list shows it."""
    return BackupRow(
        id=backup.pk,
        file_name=backup.file_name,
        compiled_by=str(backup.run.params.get("by", "")),
        compiled_at=backup.created_at,
        claims=len(backup.selection),
        papers=backup.paper_count,
        pages=backup.page_count,
        size=backup.size,
        notes=tuple(told(note) for note in backup.notes),
        expires_at=backup.expires_at,
    )


def told(note: dict[str, str]) -> str:
    """What could not be merged, and why, in a sentence: ``SC-004 · 3 · Apex, Hours.xlsx: It is a spreadsheet.``"""
    return f"{note['claim']}, {note['name']}: {note['note']}".strip()
