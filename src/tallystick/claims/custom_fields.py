"""An account's own fields of claims: making, changing, retiring them, and what may be typed into each (domain §12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import Max

from tallystick.access.actor import Actor
from tallystick.access.policies import can_manage_account
from tallystick.audit.actions import changed, record
from tallystick.claims.models import CustomField, CustomKind
from tallystick.core import clock
from tallystick.core.dates import format_date
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account
from tallystick.terms import text

MOST_FIELDS = 30
MOST_CHOICES = 50
LONGEST_LABEL = 60
LONGEST_VALUE = 500
_MOST_FIGURES = 20


@transaction.atomic
def add_custom_field(
    actor: Actor, account: Account, *, label: str, kind: str, choices: Sequence[str] = ()
) -> CustomField:
    """One more field, behind the others. Raises ``Refused``, ``BadInput``."""
    can_manage_account(actor, account).require()
    account = Account.objects.select_for_update().get(pk=account.pk)
    in_use = CustomField.objects.filter(account=account, archived_at=None)
    if in_use.count() >= MOST_FIELDS:
        raise BadInput(
            text(
                "An account has at most {n} fields of its own. Retire one that is not used any more.",
                n=MOST_FIELDS,
            )
        )
    if kind not in CustomKind.values:
        raise BadInput("Choose one of those offered.", {"kind": "Choose one of those offered."})
    label, options = _label(account, label), _choices(kind, choices)
    last = in_use.aggregate(last=Max("position"))["last"] or 0
    made = CustomField.objects.create(
        account=account, label=label, kind=kind, choices=options, position=last + 1
    )
    _record(actor, "claim_field.added", made)
    return made


@transaction.atomic
def change_custom_field(
    actor: Actor, field: CustomField, *, label: str, choices: Sequence[str] = ()
) -> CustomField:
    """Another label, other choices; what claims hold stays as it was chosen. Its kind stays for good."""
    can_manage_account(actor, field.account).require()
    field = CustomField.objects.select_for_update(of=("self",)).select_related("account").get(pk=field.pk)
    before = _told(field)
    field.label = _label(field.account, label, but=field.pk)
    field.choices = _choices(field.kind, choices)
    if changes := changed(before, _told(field)):
        field.save(update_fields=["label", "choices"])
        _record(actor, "claim_field.changed", field, changes)
    return field


@transaction.atomic
def retire_custom_field(actor: Actor, field: CustomField) -> None:
    """Ask for it no longer; claims that have a value keep and show it. Retiring twice changes nothing."""
    can_manage_account(actor, field.account).require()
    field = CustomField.objects.select_for_update(of=("self",)).select_related("account").get(pk=field.pk)
    if field.archived_at is None:
        field.archived_at = clock.now()
        field.save(update_fields=["archived_at"])
        _record(actor, "claim_field.retired", field)


def checked_values(
    fields: Iterable[CustomField], typed: Mapping[int, str], held: Mapping[str, str]
) -> dict[str, str]:
    """What claims keep of what was typed, by the field's id as text; an empty value is none.

    ``held`` is what the claim has: values of fields that are not among ``fields`` stay, and so does a choice that is no
    longer offered. Raises ``BadInput`` with a sentence beside each field that needs one.
    """
    kept, problems = dict(held), {}
    for field in fields:
        value = " ".join(typed.get(field.pk, "").split())
        try:
            value = value if value == held.get(str(field.pk)) else _checked(field, value)
        except ValueError as problem:
            problems[field.name] = str(problem)
        if value:
            kept[str(field.pk)] = value
        else:
            kept.pop(str(field.pk), None)
    if problems:
        raise BadInput(" ".join(problems.values()), problems)
    return kept


def _checked(field: CustomField, value: str) -> str:
    if not value:
        return ""
    if len(value) > LONGEST_VALUE:
        raise ValueError(f"This is longer than {LONGEST_VALUE} characters. Shorten it.")
    if field.kind == CustomKind.DATE:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError("Type a date, such as 2026-03-31.") from None
    if field.kind == CustomKind.NUMBER:
        return _number(value)
    if field.kind == CustomKind.YES_NO and value not in ("yes", "no"):
        raise ValueError("Choose one of those offered.")
    if field.kind == CustomKind.CHOICE and value not in field.choices:
        raise ValueError("Choose one of those offered.")
    return value


def _number(value: str) -> str:
    told = "Type a number, such as 12.5."
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation:
        raise ValueError(told) from None
    if (
        not number.is_finite()
        or len(number.as_tuple().digits) > _MOST_FIGURES
        or abs(number.adjusted()) > _MOST_FIGURES
    ):
        raise ValueError(told)
    return f"{number + 0:f}"  # nought has no sign


def told_values(
    fields: Mapping[int, CustomField], values: Mapping[str, str], locale: str
) -> list[tuple[str, str]]:
    """Label and value in words of each value, in the order of the fields."""
    known = sorted(
        ((fields[int(key)], value) for key, value in values.items() if int(key) in fields),
        key=lambda pair: (pair[0].archived_at is not None, pair[0].position, pair[0].pk),
    )
    return [(field.label, told(field.kind, value, locale)) for field, value in known]


def told(kind: str, value: str, locale: str) -> str:
    """One value in words."""
    if kind == CustomKind.DATE:
        return format_date(date.fromisoformat(value), locale)
    return {"yes": "Yes", "no": "No"}.get(value, value) if kind == CustomKind.YES_NO else value


def _label(account: Account, label: str, but: int | None = None) -> str:
    clean = " ".join(label.split())
    problem = ""
    if not clean:
        problem = "Type what it is called."
    elif len(clean) > LONGEST_LABEL:
        problem = f"This is longer than {LONGEST_LABEL} characters. Shorten it."
    elif (
        CustomField.objects.filter(account=account, archived_at=None, label__iexact=clean)
        .exclude(pk=but or 0)
        .exists()
    ):
        problem = f"There is a field “{clean}” already."
    if problem:
        raise BadInput(problem, {"label": problem})
    return clean


def _choices(kind: str, choices: Sequence[str]) -> list[str]:
    if kind != CustomKind.CHOICE:
        return []
    clean = list(dict.fromkeys(one for choice in choices if (one := " ".join(choice.split()))))
    problem = ""
    if len(clean) < 2:
        problem = "Type at least two choices, one on each line."
    elif len(clean) > MOST_CHOICES:
        problem = f"At most {MOST_CHOICES} choices."
    elif any(len(one) > LONGEST_VALUE for one in clean):
        problem = f"A choice has at most {LONGEST_VALUE} characters."
    if problem:
        raise BadInput(problem, {"choices": problem})
    return clean


def _told(field: CustomField) -> dict[str, str]:
    return {"label": field.label, "choices": ", ".join(field.choices)}


def _record(
    actor: Actor, name: str, field: CustomField, changes: dict[str, list[object]] | None = None
) -> None:
    record(
        actor.login_id,
        name,
        field,
        account_id=field.account_id,
        actor_name=actor.name,
        changes=changes,
    )
