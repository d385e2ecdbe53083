"""Values of settings in words, in the dictionary in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tallystick import terms
from tallystick.contracts.states import AccountingMethod, RetentionCap, StoredMaterialsMode
from tallystick.core.money import format_money, format_percent
from tallystick.core.text import join_and
from tallystick.directory.models import InsuranceKind, Locale, PointOfView
from tallystick.jurisdictions.table import table
from tallystick.terms import text

Told = Callable[[Any], str]

_POINTS_OF_VIEW = {
    PointOfView.GENERAL_CONTRACTOR: "general_contractor",
    PointOfView.OWNER: "owner",
    PointOfView.SPECIALTY_CONTRACTOR: "specialty_contractor",
}
UNINVITED = {
    "all": "Work, materials and {retention}",
    "work": "Work and materials",
    "none": "Nothing: {an invite} is needed",
}
"""What may be billed without an invite, in the order of a form."""
REMINDERS = {0: "No reminders", 1: "Every day", 2: "Every 2 days", 3: "Every 3 days"}
"""How often somebody who was invited is reminded."""
DUE_MONTHS = {
    0: "Of the month in which it ends",
    1: "Of the month after",
    2: "Of the second month after",
}
"""In which month the due day of a period lies."""
OVER_CLAIMING = {"allow": "Allowed", "warn": "Allowed with a warning", "refuse": "Refused"}
FIELD_RULES = {"required": "Required", "optional": "Optional", "hidden": "Not asked for"}
"""Whether a claim is asked for a field."""
RULES = {"block": "Has to be put right", "warn": "Worth a look", "off": "Off"}
"""What follows from a check's remarks."""


def point_of_view_name(value: str) -> str:
    """``Head contractor`` in Australia, ``General contractor`` in the United States."""
    return terms.current().cap(_POINTS_OF_VIEW[PointOfView(value)])


def locale_name(value: str) -> str:
    """``English (Australia)``."""
    return str(Locale(value).label)


def plain(value: Any) -> str:
    """The text itself; a dash where there is none."""
    return str(value) if value not in (None, "") else "—"


def yes_no(value: Any) -> str:
    """Whether it is on."""
    return "On" if value else "Off"


def one_of(choices: Mapping[Any, str]) -> Told:
    """The sentence of a value; the value itself where it is none of the choices any more."""
    return lambda value: text(choices[value]) if value in choices else plain(value)


def or_account(told: Told) -> Told:
    """The same for a value that may be empty, which follows the account."""
    return lambda value: told(value) if value else "As the account has it"


def known(told: Told) -> Told:
    """The same for a value that the product may know no longer: then as it is stored."""

    def safely(value: Any) -> str:
        try:
            return told(value)
        except ValueError:
            return plain(value)

    return safely


def percent(value: Any) -> str:
    """Basis points as a percentage."""
    return format_percent(value) if isinstance(value, int) else plain(value)


def money(currency: str) -> Told:
    """Minor units as an amount of the currency, as the reader writes it."""
    return lambda value: (
        format_money(value, currency, terms.current().locale.code) if isinstance(value, int) else plain(value)
    )


def method(value: Any) -> str:
    """How lines are priced."""
    return str(AccountingMethod(value).label)


def stored_materials(value: Any) -> str:
    """What becomes of stored materials."""
    return str(StoredMaterialsMode(value).label)


def cap(value: Any) -> str:
    """The kind of the most that is held."""
    return str(RetentionCap(value).label)


def names(value: Any) -> str:
    """A list of names in one line."""
    return join_and(str(one) for one in value) if value else "None"


def place(value: Any) -> str:
    """The place whose payment law holds."""
    found = table().place(value) if value else None
    return found.name if found is not None else (plain(value) if value else "None")


def insurance(value: Any) -> str:
    """Types of insurance."""
    labels = dict(InsuranceKind.choices)
    return names([labels.get(kind, kind) for kind in value or ()])
