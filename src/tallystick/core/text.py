"""Small pieces of sentences."""

from collections.abc import Iterable


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 claim``, ``2 claims``, ``1,000 claims``; ``many`` where adding an s is wrong."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def join_and(items: Iterable[str], *, word: str = "and", limit: int | None = None) -> str:
    """``a``, ``a and b``, ``a, b and c``; beyond ``limit`` items ``a, b and 5 more``."""
    parts = list(items)
    if limit is not None and len(parts) > limit:
        parts = [*parts[:limit], f"{len(parts) - limit:,} more"]
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def clipped(text: str, length: int) -> str:
    """The text on one line, cut with an ellipsis when it is longer than ``length`` characters."""
    plain = " ".join(text.split())
    return plain if len(plain) <= length else plain[: length - 1].rstrip() + "…"


def sentence(text: str) -> str:
    """The text beginning with a capital and ending in a full stop (or the mark that it ends in)."""
    plain = text.strip()
    if not plain:
        return ""
    plain = plain[0].upper() + plain[1:]
    return plain if plain[-1] in ".!?…" else plain + "."
