"""Refusals and mistakes as values with a next step.

A ``Decision`` answers "may this be done?"; its reason is the tooltip on the disabled button and the text of
the API's answer. The exceptions carry sentences that a person can act on; none is a programming fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something may be done, and in one or two sentences why not and what to do about it."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise ``Refused`` with the reason unless the thing is allowed."""
        if not self.allowed:
            raise Refused(self.reason)


ALLOWED = Decision(True)


def refused(reason: str) -> Decision:
    """A decision against, with the sentence that says why and what to do next."""
    return Decision(False, reason)


class TallystickProblem(Exception):
    """Base of everything a person can cause; ``str()`` of it is a sentence meant for them."""


class Refused(TallystickProblem):
    """The actor may see the thing but may not do this to it (HTTP 403 or 409)."""


class NotFound(TallystickProblem):
    """The thing does not exist as far as this actor can know (HTTP 404)."""


class BadInput(TallystickProblem):
    """Something typed or uploaded can't be accepted.

    ``fields`` maps a field's name to its sentence; nothing was written.
    """

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, str] = dict(fields or {})


class Stale(TallystickProblem):
    """Somebody else changed the thing since it was read; nothing was written."""


class TryLater(TallystickProblem):
    """It was tried too often; nothing was done. ``seconds`` is how long to wait, which the sentence says as well."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds
