"""Long lists of ids and keys in the parts that one statement of the database can name."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

AT_ONCE = 500
T = TypeVar("T")


def batched(items: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """The items in lists of at most ``size``; nothing for none."""
    everything = list(items)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]
