"""The quick list to choose from says exactly what Django's own says."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms import Select

from tallystick.web.selects import QuickSelect, quick

CHOICES: list[Any] = [
    ("", "Choose one"),
    (7, "Seven & <b>eight</b>"),
    ("sydney", 'Australia "Sydney"'),
    ("Europe", [("lon", "London"), ("ber", "Berlin")]),
    (None, "Nothing"),
]


class Parts(HTMLParser):
    """Tags with their attributes and texts, without white space between them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


def parts(html: str) -> list[Any]:
    reader = Parts()
    reader.feed(html)
    return reader.found


@pytest.mark.parametrize("value", [None, "", 7, "7", "ber", "not offered", '"><script>'])
@pytest.mark.parametrize("attributes", [{}, {"id": "x", "required": True, "disabled": False, "title": '"'}])
def test_it_writes_the_same_options_and_attributes(value: Any, attributes: dict[str, Any]) -> None:
    own = Select(attrs={"class": "wide"}, choices=CHOICES)
    swift = QuickSelect(attrs={"class": "wide"}, choices=CHOICES)
    assert parts(swift.render("name", value, attributes)) == parts(own.render("name", value, attributes))


def test_only_the_plain_list_is_replaced() -> None:
    class Field(forms.Form):
        one = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
        other = forms.ChoiceField(choices=[("", "Choose one"), ("a", "A")])

    form = Field()
    assert isinstance(quick(form.fields["other"].widget), QuickSelect)
    assert quick(form.fields["one"].widget) is form.fields["one"].widget
    assert "required" in form["other"].as_widget(quick(form.fields["other"].widget))
