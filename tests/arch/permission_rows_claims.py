"""Rows of the permission matrix for claims and documents, and the things that their addresses name."""

from tests.arch.permission_world import Row, World

CLAIMS: dict[str, Row] = {}


def add_claims(world: World) -> None:
    """Add what the addresses of claims and documents name to ``world.ids``."""
