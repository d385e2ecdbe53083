"""Recording what was done, in the same transaction as the thing itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from tallystick.audit.models import Event
from tallystick.audit.registry import is_registered

Changes = dict[str, list[Any]]


def record(
    actor_login_id: int | None,
    name: str,
    subject: models.Model,
    *,
    account_id: int,
    actor_name: str,
    project_id: int | None = None,
    changes: Changes | None = None,
    facts: dict[str, Any] | None = None,
) -> Event:
    """Append one event. ``changes`` maps a field to ``[from, to]``; values must be JSON.

    Raises ``ValueError`` for a name that no room has registered in its ``events.py``.
    """
    (event,) = record_all(
        actor_login_id,
        name,
        [Told(subject, changes or {}, facts or {})],
        account_id=account_id,
        actor_name=actor_name,
        project_id=project_id,
    )
    return event


@dataclass(frozen=True, slots=True)
class Told:
    """One of several things to which the same was done."""

    subject: models.Model
    changes: Changes = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def record_all(
    actor_login_id: int | None,
    name: str,
    told: Sequence[Told],
    *,
    account_id: int,
    actor_name: str,
    project_id: int | None = None,
) -> list[Event]:
    """Append an event for each of several things by one statement for some hundred of them."""
    if not is_registered(name):
        raise ValueError(f"the event {name} is not registered")
    return Event.objects.bulk_create(
        Event(
            account_id=account_id,
            project_id=project_id,
            actor_id=actor_login_id,
            actor_name=actor_name,
            name=name,
            subject_type=one.subject._meta.label_lower,
            subject_id=str(one.subject.pk),
            subject_text=str(one.subject)[:300],
            changes=one.changes,
            facts=one.facts,
        )
        for one in told
    )


def changed(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """What differs between two states of a thing, as ``changes`` wants it."""
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
