"""How a project has its claims signed: by whom, how many of the signers, until when, with which reminders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.audit.actions import record
from tallystick.core.errors import BadInput, Stale
from tallystick.core.text import join_and
from tallystick.directory.models import Project
from tallystick.signing.models import ProjectSigning
from tallystick.signing.policies import can_choose_signing
from tallystick.signing.registry import is_known, kind_named, settings_of
from tallystick.signing.states import SigningRule
from tallystick.terms.context import text

CHOICES = ("provider", "rule", "expiry_days", "remind_after_days", "remind_every_days")


def why_not_any_one(provider: str) -> str:
    """Why *any one of them* is not offered with a provider; empty where it is."""
    if not is_known(provider) or kind_named(provider).capabilities.any_one:
        return ""
    return text(
        "{provider} writes to all {claim_contacts} and waits for all of them: it has no way to let any one of several "
        "sign. Choose that all of them sign, or the built-in signing.",
        provider=text(kind_named(provider).label),
    )


def fingerprint(found: ProjectSigning) -> str:
    """Tells whether the choices are still the ones that a page showed."""
    chosen = [getattr(found, name) for name in CHOICES]
    return hashlib.sha256(json.dumps(chosen).encode()).hexdigest()[:16]


@transaction.atomic
def choose_signing(
    actor: Actor, project: Project, chosen: Mapping[str, Any], *, seen: str = ""
) -> ProjectSigning:
    """Store what was chosen; the same again changes nothing. What is out already stays as it was sent.

    ``seen`` is the fingerprint of what the page showed. Raises ``Refused``, ``BadInput``, ``Stale``.
    """
    can_choose_signing(actor, project).require()
    Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    found = settings_of(project)
    before = {name: getattr(found, name) for name in CHOICES}
    wanted = {name: chosen[name] for name in CHOICES}
    if wanted == before:
        return found
    if seen and seen != fingerprint(found):
        raise Stale(
            "Somebody else changed how papers are signed while this page was open, so nothing was saved. "
            f"It is now: {told(before)}. Load the page again, and choose once more."
        )
    _check(project, wanted, before)
    for name, value in wanted.items():
        setattr(found, name, value)
    try:
        found.full_clean(exclude=["project"])
    except ValidationError as problem:
        fields = {name: texts[0] for name, texts in problem.message_dict.items()}
        raise BadInput("Something here can't be used. Look at what is marked.", fields) from problem
    found.save()
    record(
        actor.login_id,
        "signature.settings_changed",
        project,
        account_id=project.account_id,
        project_id=project.pk,
        actor_name=actor.name,
        facts={"what": told({name: value for name, value in wanted.items() if value != before[name]})},
    )
    return found


def _check(project: Project, wanted: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    if not is_known(wanted["provider"]):
        raise BadInput("Choose one of those offered.", {"provider": "Choose one of those offered."})
    ready = kind_named(wanted["provider"]).ready(project.account)
    if wanted["provider"] != before["provider"] and not ready:
        raise BadInput(ready.reason, {"provider": ready.reason})
    if wanted["rule"] == SigningRule.ANY and (why := why_not_any_one(wanted["provider"])):
        raise BadInput(why, {"rule": why})


def told(chosen: Mapping[str, Any]) -> str:
    """Choices in words: ``DocuSign, all sign and 30 days to sign``."""
    return join_and([_told(name, value) for name, value in chosen.items()])


def _told(name: str, value: Any) -> str:
    match name:
        case "provider":
            return text(kind_named(value).label) if is_known(value) else str(value)
        case "rule":
            return "all sign" if value == SigningRule.ALL else "any one signs"
        case "expiry_days":
            return f"{value} days to sign"
        case "remind_after_days":
            return f"a first reminder after {value} days" if value else "no reminders"
        case _:
            return f"another one every {value} days"
