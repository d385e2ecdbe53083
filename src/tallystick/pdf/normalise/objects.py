"""Reading pikepdf objects without trusting them, and the notes that normalising leaves for the segment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf

Key = tuple[int, int] | object


def dictionary(value: Any) -> pikepdf.Dictionary | None:
    """``value`` if it is a dictionary (not a stream), else None."""
    return value if isinstance(value, pikepdf.Dictionary) else None


def items(value: Any) -> list[Any]:
    """The elements of an array, an empty list for anything else."""
    return list(value) if isinstance(value, pikepdf.Array) else []


def get(holder: Any, key: str) -> Any:
    """``holder[key]`` of a dictionary or stream, None when there is no such thing."""
    if isinstance(holder, (pikepdf.Dictionary, pikepdf.Stream)):
        return holder.get(key)
    return None


def identity(value: Any) -> Key:
    """What makes two references the same object: the object number.

    A direct object equals nothing, since nothing else can point to it (and so it can't close a loop either).
    """
    objgen: tuple[int, int] = getattr(value, "objgen", (0, 0))
    return objgen if objgen != (0, 0) else object()


def is_indirect(value: Any) -> bool:
    """Whether references can point to ``value``."""
    return bool(getattr(value, "is_indirect", False))


def drop(holder: Any, *keys: str) -> None:
    """Remove the keys that are there."""
    for key in keys:
        if key in holder:
            del holder[key]


def name_of(value: Any) -> str:
    """The name with its slash, or an empty string when ``value`` is no name."""
    return str(value) if isinstance(value, pikepdf.Name) else ""


def integer(value: Any, default: int = 0) -> int:
    """``value`` as an int when it is a number, else ``default``."""
    if isinstance(value, bool):
        return default
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return default


def is_true(value: Any) -> bool:
    """Whether ``value`` is the boolean true."""
    return isinstance(value, bool) and value


def text(value: Any, longest: int = 500) -> str:
    """A PDF text string as one line of text, without control characters."""
    if not isinstance(value, pikepdf.String):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())[:longest]


@dataclass
class Notes:
    """What the segment's index needs to know beyond the bytes.

    ``marks`` are objects whose new numbers the index must hold, under a key each; all of them indirect.
    ``facts`` go into the index as they are (JSON).
    """

    marks: dict[str, list[Any]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def mark(self, key: str, objects: list[Any]) -> None:
        """Remember indirect objects under a key."""
        self.marks[key] = objects
