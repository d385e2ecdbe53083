"""The three points of view by the names that the language in force has for them (R-TERMS-1)."""

from django.utils.html import format_html

from tallystick import terms
from tallystick.configuration.wording import point_of_view_name
from tallystick.directory.models import PointOfView

__all__ = ["point_of_view_choices", "point_of_view_name", "point_of_view_options"]


def point_of_view_choices() -> list[tuple[str, str]]:
    """Value and name of each, for menus."""
    return [(value, point_of_view_name(value)) for value in PointOfView.values]


def point_of_view_options() -> list[tuple[str, str]]:
    """The same for forms: each with some of the words that it stands for, in the language in force."""
    return [
        (value, format_html('{}<span class="help">{}</span>', name, _some_words(value)))
        for value, name in point_of_view_choices()
    ]


def _some_words(value: str) -> str:
    words = terms.dictionary(value, terms.current().locale.code)
    subcontracts = words.title("subcontract", plural=True)
    return ", ".join([words.title("claims_tool"), subcontracts, words.title("upstream_tool")])
