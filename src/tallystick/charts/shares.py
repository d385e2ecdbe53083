"""One bar cut into shares of a whole: how many of all are how far."""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.charts.frame import WHOLE
from tallystick.charts.scale import percent
from tallystick.charts.svg import element, words

_LEAST = 60
"""What is there at all is seen: no share is narrower than 0.6 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the whole, by its number or amount; ``tone`` is a class, ``text`` what it says when pointed at."""

    amount: int
    tone: str
    text: str


def share_bar(key: str, *, title: str, shares: Sequence[Share], height: int = 12) -> str:
    """The bar as SVG; shares of nought are left out, negative ones too. Nothing at all draws an empty bar."""
    shown = [share for share in shares if share.amount > 0]
    whole = sum(share.amount for share in shown)
    room = WHOLE - _LEAST * len(shown)
    parts: list[str] = []
    at = done = 0
    for share in shown:
        done += share.amount
        ends = room * done // whole + _LEAST * (len(parts) + 1)
        place = {"class": f"share is-{share.tone}", "x": percent(at), "width": percent(ends - at), "y": 0}
        parts.append(element("rect", place | {"height": height}, element("title", None, words(share.text))))
        at = ends
    attributes = {
        "class": "share-bar",
        "role": "img",
        "aria_labelledby": f"{key}-title",
        "width": "100%",
        "height": height,
    }
    return element("svg", attributes, element("title", {"id": f"{key}-title"}, words(title)), *parts)
