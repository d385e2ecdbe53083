"""Components with contents: ``{% component "NAME" value=… %} … {% slot part %} … {% endslot %} … {% endcomponent %}``.

What is not in a slot is the body. The component's template sees the given values, ``body``, ``slots``, and of
the page's context only what every page has: a page's own ``title`` must not turn up in a banner.
"""

from collections.abc import Mapping

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

_OF_EVERY_PAGE = ("shell", "request", "csrf_token")
_COLLECTED = "slots being collected"


class SlotNode(Node):
    """A named part of a component's contents; it may stand inside of an ``{% if %}``."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        slots = context.get(_COLLECTED)
        if slots is None:
            raise template.TemplateSyntaxError(f"The slot {self.name} stands outside of a component.")
        slots[self.name] = _stripped(self.nodelist.render(context))
        return SafeString("")


class ComponentNode(Node):
    """``components/NAME.html`` rendered with the given names, the named slots, and the rest as ``body``."""

    def __init__(self, name: str, named: Mapping[str, FilterExpression], nodelist: NodeList) -> None:
        self.name = name
        self.named = named
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        slots: dict[str, SafeString] = {}
        with context.push(**{_COLLECTED: slots}):
            body = _stripped(self.nodelist.render(context))
        values = {name: expression.resolve(context) for name, expression in self.named.items()}
        given = {name: context[name] for name in _OF_EVERY_PAGE if name in context}
        inner = context.new({**given, **values, "slots": slots, "body": body})
        chosen = get_template(f"components/{self.name}.html")
        return chosen.template.render(inner)  # type: ignore[attr-defined,no-any-return]


def _stripped(text: SafeString) -> SafeString:
    return SafeString(text.strip())


def component(parser: Parser, token: Token) -> ComponentNode:
    """``{% component "banner" tone="ok" title=text %} … {% slot actions %} … {% endslot %}{% endcomponent %}``."""
    words = token.split_contents()[1:]
    if not words:
        raise template.TemplateSyntaxError(
            'A component needs its name, for example {% component "banner" %}.'
        )
    name, rest = words[0].strip("\"'"), words[1:]
    named = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"The component {name} is given values by name only: name=value.")
    nodelist = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(name, named, nodelist)


def slot(parser: Parser, token: Token) -> SlotNode:
    """A named part inside of a ``{% component %}``."""
    words = token.split_contents()
    if len(words) != 2:
        raise template.TemplateSyntaxError("A slot needs one name: {% slot actions %}.")
    nodelist = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(words[1].strip("\"'"), nodelist)
