"""What a new claim is given as its reference, by the account's pattern (domain §12, company level).

A pattern is text with places: ``{project}``, ``{contract}`` and ``{number}``, their numbers; ``{number:3}`` is filled
up to three figures. The claimant's own reference, where one is typed, always wins.
"""

from __future__ import annotations

import re

from tallystick.claims.details import LONGEST_REFERENCE
from tallystick.contracts.models import Contract
from tallystick.core.errors import BadInput

LONGEST_PATTERN = 60
MOST_FIGURES = 6

_PLACE = re.compile(r"\{(project|contract|number)(?::([1-9]))?\}")


def check_pattern(pattern: str) -> None:
    """Raise ``BadInput`` for a pattern that names something else, or that would call every claim the same."""
    rest = _PLACE.sub("", pattern)
    if "{" in rest or "}" in rest:
        raise _wrong("Only {project}, {contract} and {number} can stand in braces.")
    places = list(_PLACE.finditer(pattern))
    if any(place[2] and (place[1] != "number" or int(place[2]) > MOST_FIGURES) for place in places):
        raise _wrong(f"Only the number is filled up, to {MOST_FIGURES} figures at most: {{number:3}}.")
    if pattern and not any(place[1] == "number" for place in places):
        raise _wrong("Put {number} into it: without it every one would be called the same.")


def _wrong(told: str) -> BadInput:
    return BadInput(told, {"claim_numbering": told})


def reference_for(contract: Contract, number: int) -> str:
    """The reference of the contract's claim ``number``; empty where the account has no pattern.

    One that would be longer than a reference may be is the number alone.
    """
    return numbered(
        contract.project.account.claim_numbering,
        project=contract.project.number,
        contract=contract.number,
        number=number,
    )


def numbered(pattern: str, *, project: str, contract: str, number: int) -> str:
    """A pattern filled in."""
    words = {"project": project, "contract": contract}

    def fill(place: re.Match[str]) -> str:
        return str(number).zfill(int(place[2] or 1)) if place[1] == "number" else words[place[1]]

    filled = _PLACE.sub(fill, pattern).strip()
    return filled if len(filled) <= LONGEST_REFERENCE else str(number)
