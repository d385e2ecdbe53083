"""The retention ledger of a contract: every claim with what was held before, retained, released and held after.

Figures are the stored ones of the claims; nothing is computed here but sums. What is signed off is what certified
claims say; unfinished claims stand behind them, marked (domain §6.6, §14).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import CERTIFIED, ClaimStatus, ClaimType
from tallystick.contracts.models import Contract


@dataclass(frozen=True, slots=True)
class Movement:
    """Retention through one claim, minor units: ``after = before + moved + retained − released``.

    ``moved`` went from materials to work with materials that became work; both kinds together move nothing.
    """

    before: int = 0
    moved: int = 0
    retained: int = 0
    released: int = 0
    after: int = 0

    def __add__(self, other: Movement) -> Movement:
        return Movement(
            self.before + other.before,
            self.moved + other.moved,
            self.retained + other.retained,
            self.released + other.released,
            self.after + other.after,
        )


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A claim in the ledger."""

    claim_id: int
    number: int
    revision: int
    status: ClaimStatus
    claim_type: ClaimType
    is_final: bool
    period_start: date
    period_end: date
    certified_at: datetime | None
    work: Movement
    materials: Movement

    @property
    def is_certified(self) -> bool:
        """Whether it is signed off."""
        return self.status in CERTIFIED

    @property
    def total(self) -> Movement:
        """Work and materials together."""
        return self.work + self.materials


@dataclass(frozen=True, slots=True)
class Ledger:
    """A contract's retention, the latest claim first.

    ``held`` is what certified claims hold; ``releasable`` of it is not on the way out by an unfinished claim yet.
    """

    rows: tuple[LedgerRow, ...]

    @property
    def certified(self) -> tuple[LedgerRow, ...]:
        """The claims that are signed off."""
        return tuple(row for row in self.rows if row.is_certified)

    @property
    def unfinished(self) -> tuple[LedgerRow, ...]:
        """The claims that are not."""
        return tuple(row for row in self.rows if not row.is_certified)

    @property
    def held_on_work(self) -> int:
        """Held on work by the latest certified claim."""
        return self.certified[0].work.after if self.certified else 0

    @property
    def held_on_materials(self) -> int:
        """Held on materials by the latest certified claim."""
        return self.certified[0].materials.after if self.certified else 0

    @property
    def held(self) -> int:
        """Held by the latest certified claim."""
        return self.held_on_work + self.held_on_materials

    @property
    def retained(self) -> int:
        """Retained by certified claims to date."""
        return sum(row.total.retained for row in self.certified)

    @property
    def released(self) -> int:
        """Released by certified claims to date."""
        return sum(row.total.released for row in self.certified)

    @property
    def on_its_way(self) -> int:
        """What unfinished claims release."""
        return sum(row.total.released for row in self.unfinished)

    @property
    def releasable(self) -> int:
        """What can be released now."""
        return releasable_now(self.held, self.on_its_way)

    @property
    def with_materials(self) -> bool:
        """Whether any retention is, or was, held on materials."""
        return any(row.materials != Movement() for row in self.rows)

    @property
    def with_moved(self) -> bool:
        """Whether retention went along with materials that became work."""
        return any(row.work.moved for row in self.rows)


def releasable_now(held: int, on_its_way: int) -> int:
    """What is held and not released by an unfinished claim yet; never beyond nothing, whichever sign it has."""
    left = held - on_its_way
    return max(0, left) if held >= 0 else min(0, left)


def contract_ledger(contract: Contract) -> Ledger:
    """The contract's ledger: two queries, whatever its claims and lines. The caller loaded it for its actor."""
    claims = Claim.objects.filter(contract=contract, deleted_at=None).order_by("-number")
    lines = ClaimLine.objects.filter(claim__contract=contract, claim__deleted_at=None)
    sums = {row["claim_id"]: row for row in _summed(lines)}
    return Ledger(tuple(_row(claim, sums.get(claim.pk, {})) for claim in claims))


def _summed(lines: Any) -> Iterable[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = (
        lines.order_by()
        .values("claim_id")
        .annotate(
            work_before=Sum("previous_work_retention"),
            materials_before=Sum("previous_materials_retention"),
            moved=Sum("retention_moved"),
            work_retained=Sum("work_retention_this"),
            materials_retained=Sum("materials_retention_this"),
            work_released=Sum("work_retention_released"),
            materials_released=Sum("materials_retention_released"),
            work_after=Sum("work_retention_held"),
            materials_after=Sum("materials_retention_held"),
        )
    )
    return found


def _row(claim: Claim, sums: dict[str, Any]) -> LedgerRow:
    def movement(kind: str, sign: int) -> Movement:
        return Movement(
            sums.get(f"{kind}_before", 0),
            sign * sums.get("moved", 0),
            sums.get(f"{kind}_retained", 0),
            sums.get(f"{kind}_released", 0),
            sums.get(f"{kind}_after", 0),
        )

    return LedgerRow(
        claim_id=claim.pk,
        number=claim.number,
        revision=claim.revision,
        status=ClaimStatus(claim.status),
        claim_type=ClaimType(claim.claim_type),
        is_final=claim.is_final,
        period_start=claim.period_start,
        period_end=claim.period_end,
        certified_at=claim.certified_at,
        work=movement("work", 1),
        materials=movement("materials", -1),
    )
