"""What templates need to know of spreadsheets: ``{% load sheets %}``."""

from django import template

from tallystick.sheets.limits import MOST_BYTES

register = template.Library()


@register.simple_tag
def most_sheet_bytes() -> int:
    """The largest spreadsheet that is looked at, bytes."""
    return MOST_BYTES
