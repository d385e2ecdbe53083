"""What a line of a planned schedule of values is, and the patterns that lines come in.

A line says when it is done: ``starts`` and ``ends`` are thousandths of the contract's time on site, so that a
claim's figures follow from the day it is made for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

LEVELS = (
    "Basement 2",
    "Basement 1",
    "Ground",
    "Level 1",
    "Level 2",
    "Level 3",
    "Level 4",
    "Level 5",
    "Level 6",
    "Level 7",
    "Level 8",
    "Roof",
)
APARTMENT_LEVELS = LEVELS[3:11]
SUSPENDED = LEVELS[1:]
WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Work:
    """One line: cost code, description, its weight in the sum, when in the contract's time it is done, its heading."""

    code: str
    text: str
    weight: int
    starts: int = 0
    ends: int = WHOLE
    heading: str = ""


def under(heading: str, *works: Work) -> Iterator[Work]:
    """The same lines, standing under a heading."""
    for work in works:
        yield replace(work, heading=heading)


def in_sequence(
    code: str, texts: Sequence[tuple[str, int]], places: Sequence[str], first: int = 0, last: int = WHOLE
) -> Iterator[Work]:
    """Every item on every level, one level after another; neighbours overlap by half a level."""
    for number, place in enumerate(places):
        starts, ends = _share(first, last, number, len(places)), _share(first, last, number + 2, len(places))
        for index, (text, weight) in enumerate(texts):
            share = (ends - starts) // (len(texts) + 1)
            begins = starts + index * share
            yield Work(code, f"{place}: {text}", weight, begins, min(ends, begins + 2 * share))


def along(code: str, texts: Sequence[tuple[str, int]], first: int = 0, last: int = WHOLE) -> Iterator[Work]:
    """Items that follow each other, each overlapping the next."""
    for index, (text, weight) in enumerate(texts):
        starts, ends = _share(first, last, index, len(texts)), _share(first, last, index + 2, len(texts))
        yield Work(code, text, weight, starts, ends)


def _share(first: int, last: int, number: int, parts: int) -> int:
    """Where part ``number`` begins when parts overlap the next one by half of themselves."""
    return first + (last - first) * number // (parts + 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """A line by quantity: unit, quantity and price in whole dollars and cents as ten-thousandths."""

    code: str
    text: str
    unit: str
    quantity: int
    unit_price: int
    starts: int = 0
    ends: int = WHOLE
