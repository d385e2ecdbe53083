"""Reads about contracts. Each takes the actor, answers typed rows, and asks a bounded number of times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from tallystick.access.actor import Actor
from tallystick.access.levels import Tool
from tallystick.contracts.models import ClaimContact, Contract, SovLine, Variation
from tallystick.contracts.policies import visible_in
from tallystick.contracts.states import (
    ContractKind,
    ContractStatus,
    VariationStatus,
)
from tallystick.directory.models import Company, Project

SORTS = {
    "number": ("number", "pk"),
    "company": ("company__name", "number", "pk"),
    "title": ("title", "pk"),
    "status": ("status", "number", "pk"),
    "original": ("original_sum", "pk"),
    "variations": ("net_variations", "pk"),
    "revised": ("revised_sum", "pk"),
    "changed": ("updated_at", "pk"),
}

IN_FORCE = frozenset({ContractStatus.APPROVED, ContractStatus.COMPLETE, ContractStatus.TERMINATED})
"""Contracts whose sums count in a project's figures: agreed ones."""


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract in a list. Sums are minor units; variations are the approved ones."""

    id: int
    number: str
    title: str
    kind: ContractKind
    company_id: int
    company: str
    status: ContractStatus
    currency: str
    is_private: bool
    original_sum: int
    net_variations: int
    revised_sum: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Totals over contracts, minor units."""

    count: int
    original_sum: int
    net_variations: int
    pending: int = 0
    """Variations that are neither approved nor turned down: drafts are left out."""

    @property
    def revised_sum(self) -> int:
        """Original and approved variations."""
        return self.original_sum + self.net_variations

    @property
    def pending_revised_sum(self) -> int:
        """What the contract would come to with its pending variations."""
        return self.revised_sum + self.pending


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """What a list is narrowed to. Empty means all."""

    text: str = ""
    status: str = ""
    company: int = 0
    sort: str = "number"


def contracts_of(actor: Actor, project: Project, *, upstream: bool) -> QuerySet[Contract]:
    """The project's contracts of one side that the actor may see, with their sums annotated."""
    return with_sums(_of_side(actor, project, upstream=upstream)).select_related("company")


def _of_side(actor: Actor, project: Project, *, upstream: bool) -> QuerySet[Contract]:
    return visible_in(actor, project, Tool.HEAD_CONTRACTS if upstream else Tool.COMMITMENTS)


def with_sums(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Annotate ``original_sum``, ``net_variations`` (approved) and ``revised_sum``, minor units."""
    return contracts.annotate(
        original_sum=_sum_of(Q(variation__isnull=True)),
        net_variations=_sum_of(Q(variation__status=VariationStatus.APPROVED)),
    ).annotate(revised_sum=F("original_sum") + F("net_variations"))


def _sum_of(lines: Q) -> Any:
    total = (
        SovLine.objects.filter(lines, contract=OuterRef("pk"), parent=None)
        .order_by()
        .values("contract")
        .annotate(total=Sum("scheduled_value"))
        .values("total")
    )
    return Coalesce(Subquery(total, output_field=BigIntegerField()), Value(0))


def narrowed(contracts: QuerySet[Contract], wanted: ContractFilter) -> QuerySet[Contract]:
    """The contracts that the filter leaves, in its order."""
    for word in wanted.text.split():
        contracts = contracts.filter(
            Q(number__icontains=word) | Q(title__icontains=word) | Q(company__name__icontains=word)
        )
    if wanted.status:
        contracts = contracts.filter(status=wanted.status)
    if wanted.company:
        contracts = contracts.filter(company_id=wanted.company)
    columns = SORTS.get(wanted.sort.removeprefix("-"), SORTS["number"])
    down = "-" if wanted.sort.startswith("-") else ""
    return contracts.order_by(*(down + column for column in columns))


def rows(contracts: list[Contract]) -> list[ContractRow]:
    """Typed rows of contracts that came ``with_sums``; one query for the contacts of all of them."""
    contacts = dict(
        ClaimContact.objects.filter(contract__in=contracts)
        .values_list("contract")
        .annotate(Count("pk"))
        .order_by()
    )
    return [_row(contract, contacts.get(contract.pk, 0)) for contract in contracts]


def _row(contract: Any, contacts: int) -> ContractRow:
    return ContractRow(
        id=contract.pk,
        number=contract.number,
        title=contract.title,
        kind=ContractKind(contract.kind),
        company_id=contract.company_id,
        company=contract.company.name,
        status=ContractStatus(contract.status),
        currency=contract.currency,
        is_private=contract.is_private,
        original_sum=contract.original_sum,
        net_variations=contract.net_variations,
        revised_sum=contract.revised_sum,
        contacts=contacts,
    )


def totals(contracts: QuerySet[Contract]) -> Sums:
    """Totals of contracts that came ``with_sums``: one query."""
    found = contracts.order_by().aggregate(
        count=Count("pk"), original=Sum("original_sum"), variations=Sum("net_variations")
    )
    return Sums(found["count"], found["original"] or 0, found["variations"] or 0)


@dataclass(frozen=True, slots=True)
class Agreed:
    """The contracts in force of one currency and their sums; how many there are in all, and in other currencies."""

    sums: Sums
    contracts: int
    others: int


def agreed_sums(contracts: QuerySet[Contract], currency: str) -> Agreed:
    """What is agreed on these contracts in the currency: one query."""
    ours = Q(currency=currency, status__in=IN_FORCE)
    told = (
        with_sums(contracts)
        .order_by()
        .aggregate(
            all=Count("pk"),
            others=Count("pk", filter=~Q(currency=currency)),
            count=Count("pk", filter=ours),
            original=Sum("original_sum", filter=ours),
            variations=Sum("net_variations", filter=ours),
        )
    )
    sums = Sums(told["count"], told["original"] or 0, told["variations"] or 0)
    return Agreed(sums, told["all"], told["others"])


def counts_by_status(contracts: QuerySet[Contract]) -> dict[str, int]:
    """How many there are in each status: one query."""
    return dict(contracts.order_by().values_list("status").annotate(Count("pk")))


def companies_of(actor: Actor, project: Project, *, upstream: bool) -> list[tuple[int, str]]:
    """Companies of the contracts that the actor sees, by name: for the filter."""
    those = _of_side(actor, project, upstream=upstream).order_by().values("company_id")
    return list(Company.objects.filter(pk__in=those).order_by("name").values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class VariationRow:
    """A variation in a list, minor units."""

    id: int
    number: str
    title: str
    status: VariationStatus
    approved_on: date | None
    amount: int


def variations_of(contract: Contract) -> list[VariationRow]:
    """The contract's variations by number: one query. The caller has loaded the contract for its actor."""
    amount = Coalesce(Sum("lines__scheduled_value"), Value(0), output_field=BigIntegerField())
    found: Any = Variation.objects.filter(contract=contract).annotate(amount=amount).order_by("number", "pk")
    return [
        VariationRow(
            id=variation.pk,
            number=variation.number,
            title=variation.title,
            status=VariationStatus(variation.status),
            approved_on=variation.approved_on,
            amount=variation.amount,
        )
        for variation in found
    ]


def sums_of(contract: Contract) -> Sums:
    """Original sum and approved variations of one contract: one query."""
    found = (
        contract.lines.filter(parent=None)
        .order_by()
        .aggregate(
            original=Sum("scheduled_value", filter=Q(variation__isnull=True)),
            variations=Sum("scheduled_value", filter=Q(variation__status=VariationStatus.APPROVED)),
            pending=Sum("scheduled_value", filter=Q(variation__status=VariationStatus.PENDING)),
        )
    )
    return Sums(1, found["original"] or 0, found["variations"] or 0, found["pending"] or 0)
