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
    """One reason to ask first. ``sentence`` says what holds the claim and what letting go means; ``token`` names it, so
    that nobody's yes to one thing is taken for a yes to another that holds the claim since."""

    claim_id: int
    sentence: str
    token: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A room that holds claims: ``find`` those of these claims that are held, ``release`` one in the transaction of
    the change, with its reason."""

    find: Callable[[Sequence[Claim]], list[Hold]]
    release: Callable[[Actor, Claim, str], None]


@dataclass(frozen=True, slots=True)
class Holding:
    """Everything that holds a claim, as one question: its sentence, and the token that a yes to it carries."""

    sentence: str
    token: str


class Held(Refused):
    """The claim is held. The same again with the token as ``in_spite_of_holds`` lets go of it first."""

    def __init__(self, holding: Holding, more: str = "") -> None:
        super().__init__(f"{holding.sentence} {more}".strip())
        self.token = holding.token


_holders: list[Holder] = []


def register(holder: Holder) -> None:
    """Make a room's holds known."""
    _holders.append(holder)


def holds_on(claims: Sequence[Claim]) -> dict[int, Holding]:
    """Claim id → what holds it, of those that are held; one query for each room that holds any."""
    found: dict[int, list[Hold]] = {}
    for holder in _holders:
        for hold in holder.find(claims):
            found.setdefault(hold.claim_id, []).append(hold)
    return {
        claim_id: Holding(" ".join(hold.sentence for hold in holds), " ".join(hold.token for hold in holds))
        for claim_id, holds in found.items()
    }


def let_go(actor: Actor, claim: Claim, why: str, *, confirmed: str) -> None:
    """Release everything that holds the claim, or raise ``Held`` where nobody confirmed just that."""
    held = holds_on([claim])
    if not held:
        return
    if confirmed != held[claim.pk].token:
        raise Held(held[claim.pk])
    for holder in _holders:
        holder.release(actor, claim, why)
