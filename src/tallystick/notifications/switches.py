"""What a person or a project has switched on or off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.policies import can_change_project
from tallystick.access.recording import record_in
from tallystick.core.batches import batched
from tallystick.core.errors import NotFound
from tallystick.core.text import sentence
from tallystick.directory.models import Login, Person, Project
from tallystick.notifications.models import Message, Preference, ProjectSwitch
from tallystick.notifications.rules import Rule, optional_rules, project_rules, rule_for
from tallystick.terms.context import text

_SALT = "tallystick.notifications.unsubscribe"


def who_wants_none(people: Collection[int], rule: Rule) -> frozenset[int]:
    """Ids of those who have switched messages of this kind off; nobody, where that can't be done."""
    if not rule.optional:
        return frozenset()
    off = Preference.objects.filter(kind=rule.event, on=False)
    return frozenset(
        person
        for some in batched(people)
        for person in off.filter(person__in=some).values_list("person_id", flat=True)
    )


def sent_by(project: Project | None, rule: Rule) -> bool:
    """Whether the project sends messages of this kind."""
    if rule.by_project is None or project is None:
        return True
    chosen = (
        ProjectSwitch.objects.filter(project=project, kind=rule.event).values_list("on", flat=True).first()
    )
    return rule.by_project if chosen is None else chosen


def preferences_of(login: Login) -> dict[str, bool]:
    """Kind → on, for everything that the person may switch off; the same in all accounts."""
    off = set(
        Preference.objects.filter(person__login=login, on=False).values_list("kind", flat=True).distinct()
    )
    return {rule.event: rule.event not in off for rule in optional_rules()}


@transaction.atomic
def choose(login: Login, wanted: Collection[str]) -> None:
    """Keep which kinds somebody wants: the named ones, and no other of those that may be switched off."""
    for person in Person.objects.filter(login=login):
        for rule in optional_rules():
            _set(person, rule.event, rule.event in wanted)


def _set(person: Person, kind: str, on: bool) -> None:
    Preference.objects.update_or_create(person=person, kind=kind, defaults={"on": on})


def token_of(message_id: UUID) -> str:
    """What stands in the address under which the reader of this message switches its kind off."""
    return Signer(salt=_SALT).sign(message_id.hex)


def message_of(token: str) -> Message:
    """The message that the token was made for, its kind one that may be switched off. Raises ``NotFound``."""
    try:
        wanted = UUID(Signer(salt=_SALT).unsign(token))
    except BadSignature as cause:
        raise NotFound("This address is not complete. Follow the link in the message once more.") from cause
    message = Message.objects.select_related("person", "account").filter(pk=wanted).first()
    if message is None or message.person is None:
        raise NotFound("The message that this link came with is gone. Choose in your preferences instead.")
    return message


def switch_off(message: Message) -> None:
    """No more messages of this kind to the person; again is harmless."""
    if message.person is not None and rule_for(message.event).optional:
        _set(message.person, message.event, False)


@transaction.atomic
def switch_project(actor: Actor, project: Project, wanted: Mapping[str, bool]) -> None:
    """Choose for a project; kinds that are not named stay as they are."""
    can_change_project(actor, project).require()
    for rule in project_rules():
        before = sent_by(project, rule)
        on = wanted.get(rule.event, before)
        if on == before:
            continue
        ProjectSwitch.objects.update_or_create(project=project, kind=rule.event, defaults={"on": on})
        record_in(
            project,
            actor,
            "notification.switched",
            project,
            changes={f"mail:{rule.event}": [before, on]},
            facts={"kind": sentence(text(rule.label)).rstrip("."), "state": "on" if on else "off"},
        )
