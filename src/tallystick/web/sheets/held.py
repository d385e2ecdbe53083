"""Spreadsheets between being looked at and being brought in.

An upload is read at once in a limited child and only what was read is kept, for a day, for whoever uploaded it. So the
person may change the matching of columns as often as they like without uploading again, and sending the last form twice
brings the rows in once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from tallystick.core import clock
from tallystick.core.errors import BadInput, NotFound
from tallystick.directory.models import Account
from tallystick.documents.kinds import clean_name
from tallystick.documents.store import scratch_folder
from tallystick.sheets.book import Book, unpacked
from tallystick.sheets.limits import MOST_BYTES
from tallystick.sheets.opening import open_book, too_large
from tallystick.web.models import HeldSheet
from tallystick.web.request import PageRequest

FIELD = "file"
KEPT_FOR = timedelta(days=1)
KEPT_EACH = 20
"""How many uploads of one person are held; older ones go."""


def hold(request: PageRequest, account: Account, purpose: str, subject_id: int) -> HeldSheet:
    """Read the uploaded file and keep what it holds. ``BadInput`` says why it can't be read; nothing is kept then."""
    name, book = _read_upload(request)
    _clean_up(request)
    return HeldSheet.objects.create(
        account=account,
        login=request.user,
        purpose=purpose,
        subject_id=subject_id,
        name=name,
        book=book.packed(),
        created_at=clock.now(),
    )


def _read_upload(request: PageRequest) -> tuple[str, Book]:
    cut_off: list[str] = getattr(request, "too_large", [])
    if cut_off:
        raise BadInput(too_large(clean_name(cut_off[0])))
    upload = request.FILES.get(FIELD)
    if not isinstance(upload, UploadedFile) or not upload.name:
        raise BadInput("Choose the spreadsheet first.", {FIELD: "Choose the spreadsheet first."})
    name = clean_name(upload.name)
    if upload.size is not None and upload.size > MOST_BYTES:
        raise BadInput(too_large(name))
    with tempfile.NamedTemporaryFile(dir=scratch_folder()) as target:
        for chunk in upload.chunks():
            target.write(chunk)
        target.flush()
        return name, open_book(Path(target.name), name)


def _clean_up(request: PageRequest) -> None:
    HeldSheet.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    mine = HeldSheet.objects.filter(login=request.user).order_by("-created_at")
    older = list(mine.values_list("pk", flat=True)[KEPT_EACH - 1 : KEPT_EACH + 50])
    HeldSheet.objects.filter(pk__in=older).delete()


def held_for(request: PageRequest, held_id: UUID, purpose: str, subject_id: int) -> HeldSheet:
    """What this person uploaded for this thing. 404 once the day is over."""
    found = _mine(request, purpose, subject_id).filter(pk=held_id).first()
    if found is None:
        raise NotFound(
            "This upload is held no longer: a spreadsheet is kept for a day. Choose the file again."
        )
    return found


def _mine(request: PageRequest, purpose: str, subject_id: int) -> QuerySet[HeldSheet]:
    return HeldSheet.objects.filter(
        login=request.user,
        purpose=purpose,
        subject_id=subject_id,
        created_at__gte=clock.now() - KEPT_FOR,
    )


def book_of(held: HeldSheet) -> Book:
    """What was read from the file."""
    return unpacked(bytes(held.book))


def bring_in(held: HeldSheet, action: Callable[[], str]) -> str:
    """Run ``action`` and remember where it led, in one transaction; an upload that was used leads there again."""
    with transaction.atomic():
        held = HeldSheet.objects.select_for_update().get(pk=held.pk)
        if not held.led_to:
            held.led_to = action()
            held.save(update_fields=["led_to"])
        return held.led_to
