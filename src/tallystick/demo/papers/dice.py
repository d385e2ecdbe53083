"""Dice that fall the same way every time."""

import random


def seeded(what: str | int) -> random.Random:
    """Random numbers that depend on nothing but what they are for."""
    return random.Random(what)  # noqa: S311 - pictures and prose, not secrets
