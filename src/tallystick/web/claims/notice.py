"""What came of an action, told once on the next page of claims: a sentence, details that unfold, an undo.

Kept in the session from the POST to the page that it leads to, since a redirect carries no more than an address.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tallystick.web.request import PageRequest

_KEY = "claims_notice"
_MOST_DETAILS = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """A banner to come. ``undo_url`` takes a POST."""

    title: str
    tone: str = "ok"
    details: list[str] = field(default_factory=list)
    summary: str = "Details"
    undo_url: str = ""


def leave_notice(request: PageRequest, notice: Notice) -> None:
    """Have the next page of claims say it."""
    kept = asdict(notice)
    if len(notice.details) > _MOST_DETAILS:
        more = len(notice.details) - _MOST_DETAILS
        kept["details"] = [*notice.details[:_MOST_DETAILS], f"… and {more:,} more."]
    request.session[_KEY] = kept


def take_notice(request: PageRequest) -> Notice | None:
    """What is to be said now, and never again."""
    kept: dict[str, Any] | None = request.session.pop(_KEY, None)
    return Notice(**kept) if kept else None
