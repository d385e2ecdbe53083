"""Whether insurance is in force on a day, and what that makes of a company (R-INSURANCE). Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

SOON = timedelta(days=14)
"""Insurance that ends within two weeks is about to expire (domain §13)."""


class Cover(StrEnum):
    """How a type of insurance stands; the worst first."""

    MISSING = "missing"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    EXPIRING = "expiring"
    CURRENT = "current"
    EXEMPT = "exempt"


LABELS = {
    Cover.MISSING: "Missing",
    Cover.EXPIRED: "Expired",
    Cover.NOT_YET: "Not yet effective",
    Cover.EXPIRING: "Expires within two weeks",
    Cover.CURRENT: "Current",
    Cover.EXEMPT: "Exempt",
}

_RANK = {cover: rank for rank, cover in enumerate(Cover)}
_BEST = (Cover.EXEMPT, Cover.CURRENT, Cover.EXPIRING, Cover.NOT_YET, Cover.EXPIRED)


class Policy(Protocol):
    """What decides the state of one insurance."""

    @property
    def is_exempt(self) -> bool: ...
    @property
    def effective_on(self) -> date | None: ...
    @property
    def expires_on(self) -> date | None: ...


def cover_of(policy: Policy, today: date) -> Cover:
    """How one insurance stands today. The day of expiry is the last day of cover."""
    if policy.is_exempt:
        return Cover.EXEMPT
    if policy.effective_on is not None and today < policy.effective_on:
        return Cover.NOT_YET
    if policy.expires_on is None:
        return Cover.CURRENT
    if today > policy.expires_on:
        return Cover.EXPIRED
    return Cover.EXPIRING if policy.expires_on - today <= SOON else Cover.CURRENT


def cover_of_type(policies: Iterable[Policy], today: date) -> Cover:
    """How a company stands for one type, of which it may have several records, the renewed ones among them."""
    found = list(policies)
    states = {cover_of(policy, today) for policy in found}
    best = next((cover for cover in _BEST if cover in states), Cover.MISSING)
    if best is Cover.EXPIRING and _goes_on(found, today):
        return Cover.CURRENT
    return best


def _goes_on(policies: list[Policy], today: date) -> bool:
    """Whether a renewal takes over before the cover in force ends, and is not itself about to end."""
    ends = [p.expires_on for p in policies if cover_of(p, today) is Cover.EXPIRING and p.expires_on]
    latest = max(ends)
    return any(
        p.effective_on is not None
        and p.effective_on <= latest + timedelta(days=1)
        and p.expires_on is not None
        and p.expires_on > latest
        for p in policies
        if cover_of(p, today) is Cover.NOT_YET
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a company is insured: the worst state of its types, and which types are in it."""

    cover: Cover | None
    types: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """For the chip: ``Expired``, ``2 missing``; empty where nothing is recorded and nothing is required."""
        if self.cover is None:
            return ""
        if self.cover is Cover.MISSING:
            return f"{len(self.types)} missing"
        return LABELS[self.cover]


def standing_of(policies: Mapping[str, Iterable[Policy]], required: Iterable[str], today: date) -> Standing:
    """The standing of a company: ``policies`` by the name of the type, ``required`` names of types it must have."""
    covers = {name: cover_of_type(found, today) for name, found in policies.items()}
    covers |= {name: Cover.MISSING for name in required if name not in covers}
    if not covers:
        return Standing(None)
    worst = min(covers.values(), key=_RANK.__getitem__)
    return Standing(worst, tuple(sorted(name for name, cover in covers.items() if cover is worst)))
