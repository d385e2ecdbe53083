"""The field into which a code is typed. Phones, password managers and mail programs offer to fill it in."""

from __future__ import annotations

from typing import Any

from django import forms


def code_field(
    label: str, *, figures: bool = True, autofocus: bool = False, longest: int = 100
) -> forms.CharField:
    """``figures``: nothing else is typed, so a phone shows its figures; else letters as well, as they are."""
    attributes: dict[str, Any] = {"autocomplete": "one-time-code", "spellcheck": "false"}
    attributes |= {"inputmode": "numeric", "class": "is-code"} if figures else {"autocapitalize": "none"}
    if autofocus:
        attributes["autofocus"] = True
    return forms.CharField(label=label, max_length=longest, widget=forms.TextInput(attrs=attributes))
