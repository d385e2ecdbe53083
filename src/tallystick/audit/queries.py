"""Reading the history of a thing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from tallystick.audit.models import Event
from tallystick.audit.registry import sentence
from tallystick.terms.context import current

PARTS_AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One line of a history: who, what in a sentence, when, and each change from → to."""

    at: datetime
    actor: str
    text: str
    changes: tuple[tuple[str, str, str], ...]
    name: str


def history(
    subject: models.Model, *, limit: int = 500, newest_first: bool = False, called: str = ""
) -> list[HistoryRow]:
    """What was done to ``subject``, oldest first. The caller has loaded it through what the actor may see.

    Where there is more than ``limit``, the end that comes first in the order is shown. ``called`` takes the place
    of the subject's own name: on its own page, "this claim" in the words in force says more.
    """
    order = ("-at", "-pk") if newest_first else ("at", "pk")
    events = Event.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).order_by(*order)[:limit]
    return [_row(event, called) for event in events]


def history_of_all(
    account_id: int, subject: models.Model, parts: models.QuerySet[Any], *, limit: int = 500
) -> list[HistoryRow]:
    """What was done to ``subject`` and to each of ``parts``, the latest first: a company and its people."""
    ids = [str(number) for number in parts.values_list("pk", flat=True)[:PARTS_AT_MOST]]
    events = Event.objects.filter(
        Q(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
        | Q(subject_type=parts.model._meta.label_lower, subject_id__in=ids),
        account_id=account_id,
    )
    return [_row(event, "") for event in events.order_by("-at", "-pk")[:limit]]


def _row(event: Event, called: str) -> HistoryRow:
    text = current().text(sentence(event.name), subject=called or event.subject_text, **event.facts)
    changes = tuple(
        (field.replace("_", " "), _shown(pair[0]), _shown(pair[1])) for field, pair in event.changes.items()
    )
    return HistoryRow(event.at, event.actor_name, text, changes, event.name)


def _shown(value: object) -> str:
    return "—" if value in (None, "") else str(value)


def history_among(
    model: type[models.Model],
    *,
    account_id: int,
    project_id: int | None = None,
    names: tuple[str, ...] = (),
    limit: int = 50,
) -> list[HistoryRow]:
    """What was done to things of one kind in an account, or in one project of it, the latest first; also to those
    that are gone. ``names`` narrows it to some events. The caller has decided that the reader may see all of them."""
    events = Event.objects.filter(account_id=account_id, subject_type=model._meta.label_lower)
    if project_id is not None:
        events = events.filter(project_id=project_id)
    if names:
        events = events.filter(name__in=names)
    return [_row(event, "") for event in events.order_by("-at", "-pk")[:limit]]
