"""What is held now: on work, on materials, by contract, and what of it can be released (domain §6.6, §14).

The retention ledger's figures, without the movements that lead to them.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery, Sum

from tallystick.access.actor import Actor
from tallystick.access.levels import Tool
from tallystick.claims.models import Claim
from tallystick.claims.retention.ledger import releasable_now
from tallystick.claims.states import CERTIFIED, UNFINISHED
from tallystick.contracts.policies import seen_through, visible_in
from tallystick.directory.models import Project

MOST_CONTRACTS = 5


@dataclass(frozen=True, slots=True)
class HeldByContract:
    """What the latest certified claim of a contract holds, and what of it can be released now; minor units."""

    contract_id: int
    number: str
    title: str
    company: str
    on_work: int
    on_materials: int
    on_its_way: int

    @property
    def held(self) -> int:
        """On work and on materials."""
        return self.on_work + self.on_materials

    @property
    def releasable(self) -> int:
        """What no unfinished claim releases yet."""
        return releasable_now(self.held, self.on_its_way)


@dataclass(frozen=True, slots=True)
class Held:
    """The contracts of one side that hold something, in the project's currency, the largest first."""

    rows: tuple[HeldByContract, ...]

    @property
    def on_work(self) -> int:
        """Held on work."""
        return sum(row.on_work for row in self.rows)

    @property
    def on_materials(self) -> int:
        """Held on stored materials."""
        return sum(row.on_materials for row in self.rows)

    @property
    def held(self) -> int:
        """Held altogether."""
        return self.on_work + self.on_materials

    @property
    def releasable(self) -> int:
        """What can be released now."""
        return sum(row.releasable for row in self.rows)

    @property
    def largest(self) -> tuple[HeldByContract, ...]:
        """The contracts that hold most."""
        return self.rows[:MOST_CONTRACTS]

    @property
    def in_the_rest(self) -> int:
        """What all other contracts hold."""
        return sum(row.held for row in self.rows[MOST_CONTRACTS:])


def held_now(actor: Actor, project: Project, tool: Tool) -> Held:
    """What the side's contracts hold that the actor may see: two queries."""
    certified = Claim.objects.filter(contract=OuterRef("pk"), deleted_at=None, status__in=CERTIFIED)
    latest = certified.order_by("-number")
    contracts = (
        visible_in(actor, project, tool)
        .filter(currency=project.currency)
        .annotate(
            on_work=Subquery(latest.values("work_retention")[:1]),
            on_materials=Subquery(latest.values("materials_retention")[:1]),
        )
        .order_by("number", "pk")
        .values_list("pk", "number", "title", "company__name", "on_work", "on_materials")
    )
    on_its_way = _on_its_way(actor, project, tool)
    rows = [
        HeldByContract(pk, number, title, company, work or 0, materials or 0, on_its_way.get(pk, 0))
        for pk, number, title, company, work, materials in contracts
        if work or materials
    ]
    rows.sort(key=lambda row: -row.held)
    return Held(tuple(rows))


def _on_its_way(actor: Actor, project: Project, tool: Tool) -> dict[int, int]:
    """What unfinished claims release, by contract."""
    found = (
        Claim.objects.filter(
            seen_through(actor, project, tool, "contract__"), deleted_at=None, status__in=UNFINISHED
        )
        .exclude(retention_released=0)
        .order_by()
        .values("contract_id")
        .annotate(released=Sum("retention_released"))
    )
    return dict(found.values_list("contract_id", "released"))
