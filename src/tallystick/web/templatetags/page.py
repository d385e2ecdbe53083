"""Small tags for pages: ``{% load page %}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tallystick import terms
from tallystick.core.dates import describe_days_left, format_date, format_range
from tallystick.core.money import format_quantity, format_unit_price
from tallystick.web.once import FIELD, new_number

register = template.Library()


@register.simple_tag
def once_field() -> SafeString:
    """The hidden number by which a form that is sent twice makes one thing (``web.once``)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_number())


@register.simple_tag(takes_context=True)
def day(context: Context, value: Any) -> str:
    """A date in the reader's language: ``21 Mar 2026``; a dash where there is none."""
    return "–" if value is None else format_date(value, _locale(context))


@register.simple_tag(takes_context=True)
def days(context: Context, period: Any) -> str:
    """A billing period's range: ``1–31 Mar 2026``."""
    return format_range(period.start, period.end, _locale(context))


@register.simple_tag(takes_context=True)
def days_left(context: Context, due: Any) -> str:
    """``12 days left``, ``Due today``, ``1 day late``, by the project's clock."""
    shell = context.get("shell")
    return describe_days_left(due, getattr(shell, "zone", "UTC"))


@register.filter
def quantity(value: int) -> str:
    """A scaled quantity: ``1,234.5``."""
    return format_quantity(value)


@register.simple_tag(takes_context=True)
def unit_price(context: Context, value: int, currency: str = "AUD") -> str:
    """A scaled unit price: ``125.00``."""
    return format_unit_price(value, currency, _locale(context), symbol="auto")


@dataclass(frozen=True, slots=True)
class _Place:
    """As much of the shell as the tags of a part of a page read."""

    locale: str
    zone: str


class _Speaking(template.Node):
    def __init__(self, item: FilterExpression, inside: NodeList) -> None:
        self.item = item
        self.inside = inside

    def render(self, context: Context) -> SafeString:
        item = self.item.resolve(context)
        words: terms.Dictionary = item.words
        with terms.use(words), context.push(shell=_Place(words.locale.code, item.zone)):
            return self.inside.render(context)


@register.tag("speaking")
def speaking(parser: Parser, token: Token) -> template.Node:
    """``{% speaking item %}…{% endspeaking %}``: the dictionary ``item.words`` and the clock ``item.zone`` for a part
    of a page, as where a list holds things of several projects."""
    _, item = token.split_contents()
    inside = parser.parse(("endspeaking",))
    parser.delete_first_token()
    return _Speaking(parser.compile_filter(item), inside)


def _locale(context: Context) -> str:
    return getattr(context.get("shell"), "locale", None) or "en-AU"
