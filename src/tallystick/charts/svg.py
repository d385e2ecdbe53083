"""Elements written as text. Everything that comes from outside is escaped here, and only here."""

from collections.abc import Mapping
from html import escape

Attributes = Mapping[str, object]


def element(name: str, attributes: Attributes | None = None, *inside: str) -> str:
    """``<name a="b">inside</name>``; ``inside`` is markup already. Attributes that are None are left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in (attributes or {}).items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def words(text: str) -> str:
    """Text between elements."""
    return escape(text, quote=False)
