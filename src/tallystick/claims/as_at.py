"""A claim as it was on any day, rebuilt by walking back what each write replaced (``ClaimChange``, domain §6.9).

What comes out are rows that stand for themselves: they are read, shown and printed like stored ones, and never saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from tallystick.claims.models import Claim, ClaimChange, ClaimLine
from tallystick.core.dates import due_moment, format_date
from tallystick.core.errors import BadInput
from tallystick.terms import current, text

AsAt = tuple[Claim, list[ClaimLine]]
"""The claim and its lines in the document's order, as they were."""


def claim_as_at(claim: Claim, moment: datetime) -> AsAt:
    """The claim as everything up to ``moment`` (included) had left it. Three queries, whatever its length.

    Raises ``BadInput`` where it did not exist yet.
    """
    if moment < claim.created_at:
        raise BadInput(_not_yet(claim), {"on": _not_yet(claim)})
    later = ClaimChange.objects.filter(claim=claim, at__gt=moment)
    return _rebuilt(claim, later.order_by("-pk"))


def claim_at_end_of(claim: Claim, day: date) -> AsAt:
    """The claim as it was when ``day`` was over in the project's zone; on a day that isn't over, as it is now.

    Raises ``BadInput`` where it did not exist yet.
    """
    end = due_moment(day, claim.contract.project.time_zone)
    if end <= claim.created_at:
        raise BadInput(_not_yet(claim), {"on": _not_yet(claim)})
    later = ClaimChange.objects.filter(claim=claim, at__gte=end)
    return _rebuilt(claim, later.order_by("-pk"))


def claim_before(claim: Claim, change: ClaimChange) -> AsAt:
    """The claim as it was before one write to it."""
    since = ClaimChange.objects.filter(claim=claim, pk__gte=change.pk)
    return _rebuilt(claim, since.order_by("-pk"))


def _not_yet(claim: Claim) -> str:
    created = claim.created_at.astimezone(ZoneInfo(claim.contract.project.time_zone)).date()
    return text(
        "This {claim} did not exist yet: it was created on {day}. Choose that day or a later one.",
        day=format_date(created, current().locale.code),
    )


def _rebuilt(claim: Claim, changes: Iterable[ClaimChange]) -> AsAt:
    """Put back what each of the changes, the latest first, had replaced."""
    was = copy(claim)
    lines = {
        str(line.pk): line
        for line in ClaimLine.objects.filter(claim_id=claim.pk)
        .select_related("sov_line")
        .order_by("position", "pk")
    }
    for change in changes:
        _put_back(was, change.before.get("claim", {}), _CLAIM_FIELDS)
        for key, values in change.before.get("lines", {}).items():
            if key in lines:
                _put_back(lines[key], values, _LINE_FIELDS)
        for added in change.before.get("added", ()):
            lines.pop(str(added), None)
        was.version = change.version - _counts(change)
    # Of the changes under one version the first one made it; what was paid later left it alone.
    made = ClaimChange.objects.filter(claim_id=claim.pk, version__range=(2, was.version))
    made_by = made.order_by("-version", "pk").first()
    was.updated_at = made_by.at if made_by is not None else was.created_at
    rows = sorted(lines.values(), key=lambda line: (line.position, line.pk))
    for line in rows:
        line.claim = was
    return was, rows


def _counts(change: ClaimChange) -> int:
    """By how much the write raised the claim's version: what is paid on it leaves that alone."""
    return 0 if set(change.before) == {"claim"} and set(change.before["claim"]) == {"paid"} else 1


def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {field.attname: field for field in model._meta.concrete_fields}


_CLAIM_FIELDS = _fields(Claim)
_LINE_FIELDS = _fields(ClaimLine)


def _put_back(row: models.Model, values: dict[str, Any], fields: dict[str, Any]) -> None:
    for name, value in values.items():
        if name in fields:
            setattr(row, name, None if value is None else fields[name].to_python(value))


@dataclass(frozen=True, slots=True)
class EarlierRevision:
    """A revision as it was certified, before the claim was reopened. ``change`` is the write that reopened it."""

    revision: int
    certified_at: datetime | None
    reopened_at: datetime
    certified_this_period: int | None
    change: ClaimChange


def earlier_revisions(claim: Claim) -> list[EarlierRevision]:
    """The revisions that stood before this one, the latest first; one query."""
    if not claim.revision:
        return []
    found = []
    for change in ClaimChange.objects.filter(claim=claim, before__claim__has_key="revision").order_by("-pk"):
        own = change.before["claim"]
        certified = own.get("certified_at")
        found.append(
            EarlierRevision(
                revision=own["revision"],
                certified_at=datetime.fromisoformat(certified) if certified else None,
                reopened_at=change.at,
                certified_this_period=own.get("certified_this_period"),
                change=change,
            )
        )
    return found
