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
from tallystick.claims.fields import account_rule, with_rules
from tallystick.claims.numbering import check_pattern
from tallystick.configuration.beginning import beginnings_of, set_beginnings
from tallystick.configuration.catalogue import Setting, account_setting, setting_of, told
from tallystick.configuration.history import who_changed
from tallystick.contracts.defaults import defaults_of, set_defaults
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
    wanted = tuple(names)
    commitments = defaults_of(project) if any(name.startswith("contract:") for name in wanted) else None
    checks = {one.key: one for one in all_checks()}

    def value(name: str) -> Any:
        family, _, member = name.partition(":")
        if family == "mail":
            return switches.sent_by(project, rule_for(member))
        if family == "check":
            return str(project_rule(checks[member], project))
        if family == "field":
            return project.claim_fields.get(member, "")
        return getattr(commitments, member) if family == "contract" else getattr(project, name)

    return {name: value(name) for name in wanted}


def save_project(
    actor: Actor, project: Project, wanted: Values, seen: Mapping[str, str] | None = None
) -> Saved:
    """Change a project's settings; Admin on Commitments (domain §2.2). Raises ``Overtaken``, ``BadInput``."""
    with transaction.atomic():
        can_change_project(actor, project).require()
        held = Project.objects.select_for_update(of=("self",)).select_related("account").get(pk=project.pk)
        now = project_values(held, wanted)
        write, others = _narrowed(
            now,
            wanted,
            seen,
            lambda name: setting_of(name, held.currency),
            lambda name: who_changed(held, name),
        )
        _write(actor, held, write)
    return Saved(tuple(write), others)


def _write(actor: Actor, project: Project, write: Values) -> None:
    rules, checks = _family(write, "check"), {n: value for n, value in write.items() if n in _OF_CHECKS}
    if rules or checks:
        set_checks(actor, project, rules=rules, **checks)
    if mails := _family(write, "mail"):
        switches.switch_project(actor, project, mails)
    if terms := _family(write, "contract"):
        set_defaults(actor, project, terms)
    plain = {name: value for name, value in write.items() if ":" not in name and name not in _OF_CHECKS}
    if fields := _family(write, "field"):
        plain["claim_fields"] = with_rules(project.claim_fields, fields)
    if plain:
        administration.change_project(actor, project, **plain)


def _family(values: Values, family: str) -> dict[str, Any]:
    """The settings of a family by the names of its members; a member's name may have a colon, too."""
    return {name.partition(":")[2]: value for name, value in values.items() if name.startswith(f"{family}:")}


def account_values(account: Account, names: Iterable[str]) -> dict[str, Any]:
    """The account's settings of these names as they are stored."""
    found = beginnings_of(account)

    def value(name: str) -> Any:
        family, _, member = name.partition(":")
        if family == "field":
            return str(account_rule(account, member))
        return getattr(found, member) if family == "begin" else getattr(account, name)

    return {name: value(name) for name in names}


def save_account(
    actor: Actor, account: Account, wanted: Values, seen: Mapping[str, str] | None = None
) -> Saved:
    """Change an account's settings; its administrators. Raises ``Overtaken``, ``BadInput``."""
    with transaction.atomic():
        can_manage_account(actor, account).require()
        held = Account.objects.select_for_update().get(pk=account.pk)
        now = account_values(held, wanted)
        write, others = _narrowed(now, wanted, seen, account_setting, lambda name: who_changed(held, name))
        check_pattern(write.get("claim_numbering", ""))
        if beginnings := _family(write, "begin"):
            set_beginnings(actor, held, beginnings)
        plain = {name: value for name, value in write.items() if ":" not in name}
        if fields := _family(write, "field"):
            plain["claim_fields"] = with_rules(held.claim_fields, fields)
        if plain:
            administration.change_account(actor, held, **plain)
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
            others.append(": ".join(told(setting(name), now[name])))
        elif shown != fingerprint(now[name]):
            lost[name] = (
                f"{who(name)} changed this while the page was open: {told(setting(name), now[name])[1]}."
            )
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
