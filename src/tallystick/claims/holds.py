"""What keeps a certified claim from being changed, told by rooms above this one.

Being out for signature does: whoever changes the claim is asked first, and what holds it is let go in the same
transaction. A room registers itself in a module that its ``apps`` imports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim
from tallystick.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason to ask first. ``sentence`` says what holds the claim and what letting go means."""

    claim_id: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A room that holds claims: ``find`` those of these claims that are held, ``release`` one in the transaction of
    the change, with its reason."""

    find: Callable[[Sequence[Claim]], list[Hold]]
    release: Callable[[Actor, Claim, str], None]


class Held(Refused):
    """The claim is held. The same again with ``in_spite_of_holds`` lets go of it first."""


_holders: list[Holder] = []


def register(holder: Holder) -> None:
    """Make a room's holds known."""
    _holders.append(holder)


def holds_on(claims: Sequence[Claim]) -> dict[int, str]:
    """Claim id → what holds it, of those that are held; one query for each room that holds any."""
    found: dict[int, str] = {}
    for holder in _holders:
        for hold in holder.find(claims):
            found[hold.claim_id] = f"{found.get(hold.claim_id, '')} {hold.sentence}".strip()
    return found


def let_go(actor: Actor, claim: Claim, why: str, *, confirmed: bool) -> None:
    """Release everything that holds the claim, or raise ``Held`` where nobody confirmed it."""
    held = holds_on([claim])
    if not held:
        return
    if not confirmed:
        raise Held(held[claim.pk])
    for holder in _holders:
        holder.release(actor, claim, why)
