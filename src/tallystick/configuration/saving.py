"""Saving settings field by field, so that two people on the same page overwrite nothing of each other's.

A page sends back, beside what was typed, the fingerprint of each value that it had shown. What was not touched is left
as it is by now; what was, is written, unless somebody else changed the same setting since: then nothing is written and
``Overtaken`` says what stands there now. Callers without a page give no fingerprints and write what they say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tallystick.access import administration
from tallystick.access.actor import Actor
from tallystick.access.policies import can_change_project, can_manage_account
from tallystick.claims.checks import all_checks, project_rule
from tallystick.claims.checks.settings import set_checks
from tallystick.configuration.catalogue import ACCOUNT, Setting, setting_of
from tallystick.configuration.history import who_changed
from tallystick.core.errors import Stale
from tallystick.core.text import join_and
from tallystick.directory.models import Account, Project
from tallystick.notifications import switches
from tallystick.notifications.rules import rule_for
from tallystick.terms import text

Values = Mapping[str, Any]

_OF_CHECKS = frozenset({"largest_jump_bp", "required_papers"})


class Overtaken(Stale):
    """Somebody else changed what was typed over. ``fields`` says by name what stands there now and who put it there,
    ``seen`` has the fingerprints of it: a page that shows both may save again."""

    def __init__(self, message: str, fields: dict[str, str], seen: dict[str, str]) -> None:
        super().__init__(message)
        self.fields = fields
        self.seen = seen


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of it: the names that were written, and in words what others changed meanwhile on the same page."""

    written: tuple[str, ...]
    others: tuple[str, ...]


def fingerprint(value: Any) -> str:
    """Tells whether a value is still the one that a page showed; line endings and blanks at the ends are no change."""
    return hashlib.sha256(json.dumps(_settled(value), sort_keys=True).encode()).hexdigest()[:16]


def _settled(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value


def project_values(project: Project, names: Iterable[str]) -> dict[str, Any]:
    """The project's settings of these names as they are stored."""
    return {name: _value(project, name) for name in names}


def _value(project: Project, name: str) -> Any:
    family, _, member = name.partition(":")
    if family == "mail":
        return switches.sent_by(project, rule_for(member))
    if family == "check":
        return str(next(project_rule(one, project) for one in all_checks() if one.key == member))
    return getattr(project, name)


def save_project(
    actor: Actor, project: Project, wanted: Values, seen: Mapping[str, str] | None = None
) -> Saved:
    """Change a project's settings; Admin on Commitments (domain §2.2). Raises ``Overtaken``, ``BadInput``."""
    with transaction.atomic():
        can_change_project(actor, project).require()
        held = Project.objects.select_for_update(of=("self",)).select_related("account").get(pk=project.pk)
        now = project_values(held, wanted)
        write, others = _narrowed(now, wanted, seen, setting_of, lambda name: who_changed(held, name))
        _write(actor, held, write)
    return Saved(tuple(write), others)


def _write(actor: Actor, project: Project, write: Values) -> None:
    rules = {name.partition(":")[2]: str(value) for name, value in write.items() if name.startswith("check:")}
    checks = {name: value for name, value in write.items() if name in _OF_CHECKS}
    if rules or checks:
        set_checks(actor, project, rules=rules, **checks)
    mails = {name.partition(":")[2]: value for name, value in write.items() if name.startswith("mail:")}
    if mails:
        switches.switch_project(actor, project, mails)
    plain = {name: value for name, value in write.items() if ":" not in name and name not in _OF_CHECKS}
    if plain:
        administration.change_project(actor, project, **plain)


def account_values(account: Account, names: Iterable[str]) -> dict[str, Any]:
    """The account's settings of these names as they are stored."""
    return {name: getattr(account, name) for name in names}


def save_account(
    actor: Actor, account: Account, wanted: Values, seen: Mapping[str, str] | None = None
) -> Saved:
    """Change an account's settings; its administrators. Raises ``Overtaken``, ``BadInput``."""
    with transaction.atomic():
        can_manage_account(actor, account).require()
        held = Account.objects.select_for_update().get(pk=account.pk)
        now = account_values(held, wanted)
        write, others = _narrowed(
            now, wanted, seen, ACCOUNT.__getitem__, lambda name: who_changed(held, name)
        )
        if write:
            administration.change_account(actor, held, **write)
    return Saved(tuple(write), others)


def _narrowed(
    now: Values,
    wanted: Values,
    seen: Mapping[str, str] | None,
    setting: Callable[[str], Setting],
    who: Callable[[str], str],
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What is to be written of what is wanted, and what others changed that this page left alone."""
    write: dict[str, Any] = {}
    others: list[str] = []
    lost: dict[str, str] = {}
    for name, value in wanted.items():
        if fingerprint(value) == fingerprint(now[name]):
            continue
        shown = fingerprint(now[name]) if seen is None else seen.get(name, fingerprint(now[name]))
        if fingerprint(value) == shown:
            others.append(f"{text(setting(name).label)}: {setting(name).told(now[name])}")
        elif shown != fingerprint(now[name]):
            lost[name] = f"{who(name)} changed this while the page was open: {setting(name).told(now[name])}."
        else:
            write[name] = _settled(value)
    if lost:
        named = join_and(f"“{text(setting(name).label)}”" for name in lost)
        raise Overtaken(
            f"Somebody else changed {named} while this page was open, so nothing was saved. What you typed is still "
            "here: look at what stands there now, then save again to put yours in its place, or choose theirs.",
            lost,
            {name: fingerprint(now[name]) for name in lost},
        )
    return write, tuple(others)
