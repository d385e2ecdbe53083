"""A page of settings as a browser would send it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.test import Client

from tallystick.web.settings.form import SettingsForm


def filled(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the page's form holds when it is opened, with ``changes``; None or False leaves a field out, as an
    unticked box does."""
    return _changed(sent_by(client.get(address).context["form"]), changes)


def sent_by(form: SettingsForm) -> dict[str, Any]:
    """What the shown form would send."""
    sent: dict[str, Any] = {f"seen:{name}": print_ for name, print_ in form.seen.items()}
    for name, field in form.fields.items():
        value = form[name].value()
        if field.disabled or value is None or value is False:
            continue
        sent[name] = "on" if isinstance(field, forms.BooleanField) else value
    return sent


def _changed(sent: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    for name, value in changes.items():
        if value is None or value is False:
            sent.pop(name, None)
        else:
            sent[name] = "on" if value is True else value
    return sent


def save(client: Client, address: str, **changes: Any) -> HttpResponse:
    """Open the page, change something on it, and save it."""
    return client.post(address, filled(client, address, **changes))  # type: ignore[return-value]
