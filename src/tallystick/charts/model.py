"""What charts are drawn from."""

from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """How a series is told from the others on the screen, in the dark and in black and white."""

    OPEN = "open"
    """an outline; as a line dashed, with rings"""
    SOLID = "solid"
    """filled with ink; as a line with squares"""
    HATCHED = "hatched"
    """hatched; as a line with triangles"""


@dataclass(frozen=True, slots=True)
class Category:
    """A place along the bottom: a month, a week. ``long`` is its full name, for who reads or points at it."""

    label: str
    long: str
    under: str = ""
    """What it is part of, such as the year: written below the first name of it that is shown."""


@dataclass(frozen=True, slots=True)
class Series:
    """Amounts in minor units, one for each category; ``texts`` are the same as a person reads them."""

    name: str
    look: Look
    amounts: tuple[int, ...]
    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.amounts) != len(self.texts):
            raise ValueError(f"{self.name}: {len(self.amounts)} amounts and {len(self.texts)} texts")
