"""Who changed which setting, from and to: read from the events that each change records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet

from tallystick.audit.models import Event
from tallystick.audit.registry import sentence
from tallystick.configuration.catalogue import SCHEDULE, Setting, account_setting, setting_of, told
from tallystick.configuration.wording import plain
from tallystick.core.text import sentence as as_sentence
from tallystick.directory.models import Account, Project
from tallystick.terms import text

SOMEBODY = "Somebody else"
_OF_PROJECT = (
    "project.created",
    "project.settings_changed",
    "notification.switched",
    "distribution.added",
    "distribution.removed",
    "schedule.changed",
    "signature.settings_changed",
)
_STORED_IN = {"check": "check_rules", "field": "claim_fields"}
"""The column of families whose settings are stored in one."""
_FAMILY_IN = {column: family for family, column in _STORED_IN.items()}
_OF_ACCOUNT = (
    "account.created",
    "account.settings_changed",
    "account.sign_in_changed",
    "claim_field.added",
    "claim_field.changed",
    "claim_field.retired",
    "seal.replaced",
    "seal.removed",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One setting in one event: what it is called, from, to. Where only a sentence is known, ``label`` is it."""

    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One save: when, by whom, and each setting that it changed."""

    at: datetime
    who: str
    changes: tuple[Change, ...]


def project_events(project: Project) -> QuerySet[Event]:
    """Everything that was done to the project's settings, the latest first."""
    return Event.objects.filter(project=project, name__in=_OF_PROJECT).order_by("-at", "-pk")


def account_events(account: Account) -> QuerySet[Event]:
    """The same for the account's."""
    return Event.objects.filter(account=account, project=None, name__in=_OF_ACCOUNT).order_by("-at", "-pk")


def row_of(event: Event, currency: str = "") -> Row:
    """An event in the words in force; amounts are the project's currency's."""
    changes = tuple(_changes(event, currency))
    return Row(event.at, event.actor_name, changes or (Change(_told(event)),))


def who_changed(subject: models.Model, name: str = "") -> str:
    """Who changed a setting of the subject last, or with no name anything of it; ``SOMEBODY`` where that is not
    known."""
    key = _STORED_IN.get(name.partition(":")[0], name)
    events = Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    if key:
        events = events.filter(changes__has_key=key)
    last = events.order_by("-at", "-pk").first()
    return last.actor_name if last is not None and last.actor_name else SOMEBODY


def _told(event: Event) -> str:
    return as_sentence(text(sentence(event.name), subject=event.subject_text, **event.facts))


def _changes(event: Event, currency: str) -> Iterator[Change]:
    for name, (before, after) in event.changes.items():
        if family := _FAMILY_IN.get(name):
            yield from _rules(event.name, family, before or {}, after or {})
        else:
            yield _change(_setting(event.name, name, currency), before, after)


def _change(setting: Setting, before: Any, after: Any) -> Change:
    label, then = told(setting, before)
    return Change(label, then, told(setting, after)[1])


def _setting(event: str, name: str, currency: str = "") -> Setting:
    """The setting of a change; one that there is no longer keeps its name."""
    try:
        if event == "schedule.changed":
            return SCHEDULE[name]
        return account_setting(name) if event.startswith("account.") else setting_of(name, currency)
    except KeyError:
        return Setting(name.rpartition(":")[2].replace("_", " ").capitalize(), plain)


def _rules(event: str, family: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Rules of a family that differ; what has none is as usual, which is what was taken out or put in."""
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            setting = _setting(event, f"{family}:{key}")
            yield Change(
                told(setting, None)[0], _rule(setting, before.get(key)), _rule(setting, after.get(key))
            )


def _rule(setting: Setting, rule: str | None) -> str:
    return "As usual" if rule is None else setting.told(rule)
