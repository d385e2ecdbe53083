"""A selection that was refused: kept until the list is shown again, so that no tick is lost and every reason is said.

The view that was refused keeps it, the list takes it (once):

    refusals.keep(request, problem, ids)
    refusal = refusals.take(request)      # {claim id: sentence}, ids that stay ticked
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tallystick.core.errors import TallystickProblem
from tallystick.web.request import PageRequest

SESSION_KEY = "refused_selection"
PREFIX = "claim-"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was done: the sentence, the reason for each claim that has one, and what had been ticked."""

    sentence: str
    reasons: dict[int, str] = field(default_factory=dict)
    ticked: frozenset[int] = frozenset()


def keep(request: PageRequest, problem: TallystickProblem, ticked: Collection[int]) -> None:
    """Remember the refusal for the next page that takes it."""
    fields: dict[str, str] = getattr(problem, "fields", {})
    request.session[SESSION_KEY] = {
        "sentence": str(problem),
        "reasons": {
            name.removeprefix(PREFIX): said for name, said in fields.items() if name.startswith(PREFIX)
        },
        "ticked": sorted(ticked),
    }


def take(request: PageRequest) -> Refusal | None:
    """The refusal that was kept, if there is one; it is told once."""
    kept = request.session.pop(SESSION_KEY, None)
    if kept is None:
        return None
    reasons = {int(name): str(said) for name, said in kept["reasons"].items()}
    return Refusal(str(kept["sentence"]), reasons, frozenset(kept["ticked"]))
