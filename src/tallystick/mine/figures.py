"""The figures above my contracts, and what is due in the next days. Amounts of different currencies are never added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tallystick.claims.states import ClaimStatus
from tallystick.core import clock
from tallystick.directory.models import Project
from tallystick.mine.facts import Mine
from tallystick.mine.groups import Group

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Money:
    """Sums of my contracts in one currency, minor units.

    ``claimed`` and ``certified`` are work and new materials before retention, of the open periods; ``draft`` is what of
    it is not submitted yet. ``held`` is retention to date, ``unpaid`` what is certified and not paid, with tax, of
    which ``overdue`` should have been paid by now; ``dated`` says whether anybody knows by when any of it has to be.
    """

    currency: str
    contracts: int = 0
    claimed: int = 0
    draft: int = 0
    certified: int = 0
    held: int = 0
    unpaid: int = 0
    overdue: int = 0
    dated: bool = False


class DueKind(StrEnum):
    """What is due."""

    CLAIM = "claim"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in a project on a day: so many of my claims, or so much to be paid to me."""

    day: date
    kind: DueKind
    project: Project
    contracts: tuple[Mine, ...]
    currency: str = ""
    amount: int = 0


def money_of(everything: Iterable[Mine]) -> tuple[Money, ...]:
    """The sums by currency; that of most contracts first."""
    sums: dict[str, defaultdict[str, int]] = {}
    for mine in everything:
        into = sums.setdefault(mine.contract.currency, defaultdict(int))
        into["contracts"] += 1
        into["held"] += mine.held
        into["unpaid"] += mine.outstanding
        into["overdue"] += mine.overdue
        into["dated"] |= any(one.pay_day for one in mine.owed)
        for claim in mine.in_period:
            into["claimed"] += claim.claimed
            into["draft"] += claim.claimed if claim.status == ClaimStatus.DRAFT else 0
            into["certified"] += claim.certified or 0
    found = [
        Money(
            currency,
            **{name: amount for name, amount in sum_.items() if name != "dated"},
            dated=bool(sum_["dated"]),
        )
        for currency, sum_ in sums.items()
    ]
    return tuple(sorted(found, key=lambda money: (-money.contracts, money.currency)))


_UNCLAIMED = frozenset({Group.ASKED, Group.TO_CLAIM})


def due_soon(everything: Iterable[Mine]) -> tuple[Due, ...]:
    """Claims that have to be submitted, and payments that have to be made, within ``SOON``; the nearest day first."""
    claims: dict[tuple[date, int], list[Mine]] = {}
    payments: dict[tuple[date, int, str], list[tuple[Mine, int]]] = {}
    for mine in everything:
        today = clock.today_in(mine.project.time_zone)
        if _is_to_submit(mine) and mine.due and today <= mine.due <= today + SOON:
            claims.setdefault((mine.due, mine.project.pk), []).append(mine)
        for one in mine.owed:
            if one.pay_day and today <= one.pay_day <= today + SOON:
                key = (one.pay_day, mine.project.pk, mine.contract.currency)
                payments.setdefault(key, []).append((mine, one.outstanding))
    found = [Due(day, DueKind.CLAIM, rows[0].project, tuple(rows)) for (day, _), rows in claims.items()]
    found += [
        Due(
            day,
            DueKind.PAYMENT,
            owed[0][0].project,
            tuple(mine for mine, _ in owed),
            currency,
            sum(amount for _, amount in owed),
        )
        for (day, _, currency), owed in payments.items()
    ]
    return tuple(sorted(found, key=lambda due: (due.day, due.kind, due.project.name, due.project.pk)))


def _is_to_submit(mine: Mine) -> bool:
    """Nothing for the open period has been submitted yet, and it still can be."""
    if mine.group in _UNCLAIMED:
        return bool(mine.can_create)
    return mine.group is Group.DRAFT and mine.claim in mine.in_period
