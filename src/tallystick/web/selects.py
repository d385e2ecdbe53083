"""A list to choose from, written in one go: Django's own renders a template for each of its options."""

from __future__ import annotations

from html import escape
from typing import Any

from django.forms import Select
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


class QuickSelect(Select):
    """The same markup and behaviour as Django's ``Select``."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        parts = [
            format_html('<optgroup label="{}">{}</optgroup>', key, _options(inside, chosen))
            if isinstance(inside, list | tuple)
            else _options([(key, inside)], chosen)
            for key, inside in self.choices
        ]
        attributes = flatatt(self.build_attrs({**self.attrs, "name": name}, attrs))
        return format_html("<select{}>{}</select>", attributes, SafeString("".join(parts)))


def quick(widget: Any) -> Any:
    """The same widget, quicker where it is a plain list to choose from."""
    if type(widget) is not Select:
        return widget
    made = QuickSelect(attrs=widget.attrs, choices=widget.choices)
    made.is_required = widget.is_required
    return made


def _options(choices: Any, chosen: set[str]) -> SafeString:
    # A list has one choice: of options with the same value only the first is selected.
    parts = []
    for key, label in choices:
        value = "" if key is None else str(key)
        selected = " selected" if value in chosen else ""
        if selected:
            chosen.clear()
        parts.append(f'<option value="{escape(value)}"{selected}>{_text(label)}</option>')
    return SafeString("".join(parts))


def _text(label: Any) -> str:
    return str(label.__html__()) if hasattr(label, "__html__") else escape(str(label))
