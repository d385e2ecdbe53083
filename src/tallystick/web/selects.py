"""A list to choose from, written in one go: Django's own renders a template for each of its options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import Select
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_SELECTED = mark_safe(" selected")


class QuickSelect(Select):
    """The same markup and behaviour as Django's ``Select``."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        # A list has one choice: of options with the same value only the first is selected, the group's too.
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
    return format_html_join("", '<option value="{}"{}>{}</option>', _rows(choices, chosen))


def _rows(choices: Any, chosen: set[str]) -> Iterator[tuple[str, str, Any]]:
    for key, label in choices:
        value = "" if key is None else str(key)
        selected = value in chosen
        if selected:
            chosen.clear()
        yield value, _SELECTED if selected else "", label
