"""What a claim is asked for beside its figures: usual fields and an account's own, each required, optional or hidden.

The account decides, for every project; a project decides for itself where the account lets it (domain §6.1, §12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tallystick.claims.models import Claim, CustomField
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account, Project
from tallystick.terms import text

CUSTOM = "custom:"
"""Begins the name of an account's own field; its id follows."""


class FieldRule(StrEnum):
    """Whether a field is asked for."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    HIDDEN = "hidden"


_ALL = (FieldRule.REQUIRED, FieldRule.OPTIONAL, FieldRule.HIDDEN)
_NEVER_REQUIRED = (FieldRule.OPTIONAL, FieldRule.HIDDEN)


@dataclass(frozen=True, slots=True)
class UsualField:
    """A field that every account has. ``label`` is a sentence of the dictionary; ``rules`` are those it may have."""

    name: str
    label: str
    rules: tuple[FieldRule, ...]
    usually: FieldRule = FieldRule.OPTIONAL
    is_of_admin: bool = False
    """Whether only an administrator fills it in."""


USUAL: tuple[UsualField, ...] = (
    UsualField("reference", "Reference", _ALL),
    UsualField("billing_date", "Billing date", _ALL, FieldRule.REQUIRED),
    UsualField("period_start", "Period from", _ALL, is_of_admin=True),
    UsualField("period_end", "Period to", _ALL, is_of_admin=True),
    UsualField("submitted_on", "Date on the paper", _NEVER_REQUIRED, is_of_admin=True),
    UsualField("payment_date", "Payment date", _NEVER_REQUIRED, is_of_admin=True),
    UsualField("comment", "Comment", _NEVER_REQUIRED),
    UsualField("attachments", "Papers", (FieldRule.REQUIRED, FieldRule.OPTIONAL)),
)
_USUAL = {field.name: field for field in USUAL}


def rules_allowed(name: str) -> tuple[FieldRule, ...]:
    """The rules that a field may have; one of the account's own may have any."""
    return _ALL if name.startswith(CUSTOM) else _USUAL[name].rules


def account_rule(account: Account, name: str) -> FieldRule:
    """What the account decided for a field."""
    usually = FieldRule.OPTIONAL if name.startswith(CUSTOM) else _USUAL[name].usually
    return _known(account.claim_fields, name) or usually


def rule_of(project: Project, name: str) -> FieldRule:
    """What holds for a field in the project."""
    own = _known(project.claim_fields, name) if project.account.projects_choose_fields else None
    return own or account_rule(project.account, name)


def _known(rules: Mapping[str, str], name: str) -> FieldRule | None:
    rule = rules.get(name)
    return FieldRule(rule) if rule in rules_allowed(name) else None


def with_rules(stored: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Stored rules with others put in their place; an empty one takes it out. Raises ``BadInput``."""
    wrong = {name for name, rule in wanted.items() if rule and rule not in rules_allowed(name)}
    if wrong:
        told = "Choose one of those offered."
        raise BadInput(told, {f"field:{name}": told for name in wrong})
    return {name: rule for name, rule in {**stored, **wanted}.items() if rule}


def custom_fields(account: Account) -> list[CustomField]:
    """The account's own fields that are in use, in their order."""
    return list(CustomField.objects.filter(account=account, archived_at=None).order_by("position", "pk"))


def asked_custom_fields(project: Project) -> list[tuple[CustomField, FieldRule]]:
    """Those that the project's claims are asked for, with their rules."""
    rules = [(field, rule_of(project, field.name)) for field in custom_fields(project.account)]
    return [(field, rule) for field, rule in rules if rule is not FieldRule.HIDDEN]


def missing_fields(claim: Claim) -> list[str]:
    """What is required of the claim and empty, by label; dates always have a value. Papers are looked at above."""
    project = claim.contract.project
    labels = []
    if not claim.reference and rule_of(project, "reference") is FieldRule.REQUIRED:
        labels.append(text(_USUAL["reference"].label))
    asked = asked_custom_fields(project)
    return labels + [
        field.label
        for field, rule in asked
        if rule is FieldRule.REQUIRED and not claim.custom.get(str(field.pk))
    ]
