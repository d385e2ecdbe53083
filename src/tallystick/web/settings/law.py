"""Fields for payment law: a project's place, a contract's own days and its tier."""

from __future__ import annotations

from typing import Any

from django import forms

from tallystick.jurisdictions import Role
from tallystick.jurisdictions.table import table
from tallystick.jurisdictions.telling import role_name
from tallystick.terms import lazy_text

_COUNTRIES = {"AU": "Australia", "NZ": "New Zealand", "GB": "United Kingdom", "CA": "Canada"}


def place_field() -> forms.ChoiceField:
    """Whose payment law holds; nothing chosen means that no dates are counted."""
    return forms.ChoiceField(
        label="Payment law",
        required=False,
        choices=_places,
        help_text=lazy_text(
            "Says by when {claims} have to be answered and paid. Guidance that a lawyer has to confirm, never "
            "legal advice."
        ),
    )


def _places() -> list[Any]:
    """By country. Asked for with each form: the web process starts without reading the table."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in table().places:
        country = _COUNTRIES.get(place.country, place.country)
        groups.setdefault(country, []).append((place.key, place.name))
    return [("", "None: no dates are counted"), *groups.items()]


def keep_place(field: Any, chosen: str) -> None:
    """Offer what was chosen once the table has it no longer, so that saving other settings does not drop it."""
    if chosen and table().place(chosen) is None:
        field.choices = [*field.choices, (chosen, f"{chosen}, which the table has no longer: choose another")]


def days_field(label: str, help_text: str) -> forms.IntegerField:
    """A number of days that the contract itself gives, from 1 to 365; empty for none."""
    field = forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=365,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field.error_messages["invalid"] = "Type a whole number of days, such as 10."
    for validator in field.validators:
        validator.message = "Type a number of days from 1 to 365."  # type: ignore[attr-defined]
    return field


def role_field() -> forms.ChoiceField:
    """As which tier the law sees the contract."""
    return forms.ChoiceField(
        label="Tier in payment law",
        required=False,
        choices=role_choices,
        help_text="Some Acts give other periods to each tier.",
    )


def role_choices() -> list[tuple[str, Any]]:
    """In the words in force, so they are asked for each time."""
    return [("", "By the kind of contract"), *((role.value, role_name(role)) for role in Role)]
