"""The retention ledger of a project: every commitment that the actor may see, with what is held and releasable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tallystick.access.actor import Actor
from tallystick.access.levels import Tool
from tallystick.claims import figures
from tallystick.claims.models import Claim
from tallystick.claims.retention.ledger import releasable_now
from tallystick.claims.states import CERTIFIED
from tallystick.contracts.models import Contract, SlidingRule
from tallystick.contracts.policies import visible_in
from tallystick.contracts.queries import with_sums
from tallystick.contracts.states import ContractStatus
from tallystick.core.money import rate_of
from tallystick.directory.models import Project

HELD, RELEASABLE, AT_LIMIT, EVERYTHING = "held", "releasable", "limit", "all"
SHOWS = (HELD, RELEASABLE, AT_LIMIT, EVERYTHING)


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """Where a contract stands against its rules.

    ``rule`` is the rule of the scale that is in force, from 1; 0 without a scale, and ``rules`` + 1 when all are
    full. ``limit`` is the most that is held in the end, None without one.
    """

    rate_bp: int
    rule: int
    rules: int
    limit: int | None
    held: int

    @property
    def share_bp(self) -> int | None:
        """What is held as a percentage of the limit."""
        return rate_of(self.held, self.limit) if self.limit is not None else None

    @property
    def is_reached(self) -> bool:
        """Whether nothing more is held."""
        return self.limit is not None and self.held >= self.limit


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One certified claim in a contract's running balance."""

    claim_id: int
    number: int
    day: date
    retained: int
    released: int
    balance: int


@dataclass(frozen=True, slots=True)
class ContractLedger:
    """A contract's line of the project's ledger, minor units of its currency."""

    contract_id: int
    number: str
    title: str
    company_id: int
    company: str
    company_tax_number: str
    status: ContractStatus
    currency: str
    held_on_work: int
    held_on_materials: int
    on_its_way: int
    standing: RuleStanding
    entries: tuple[LedgerEntry, ...]
    claims: int

    @property
    def retained(self) -> int:
        """Retained by certified claims to date."""
        return sum(entry.retained for entry in self.entries)

    @property
    def released(self) -> int:
        """Released by certified claims to date."""
        return sum(entry.released for entry in self.entries)

    @property
    def movements(self) -> tuple[LedgerEntry, ...]:
        """The certified claims that retained or released something."""
        return tuple(entry for entry in self.entries if entry.retained or entry.released)

    @property
    def held(self) -> int:
        """Held by the latest certified claim."""
        return self.held_on_work + self.held_on_materials

    @property
    def releasable(self) -> int:
        """What can be released now."""
        return releasable_now(self.held, self.on_its_way)

    @property
    def last_release(self) -> LedgerEntry | None:
        """The latest certified claim that released something."""
        return next((entry for entry in reversed(self.entries) if entry.released), None)


@dataclass(frozen=True, slots=True)
class LedgerSums:
    """Totals of contracts in one currency."""

    currency: str
    contracts: int = 0
    retained: int = 0
    released: int = 0
    held: int = 0
    on_its_way: int = 0
    releasable: int = 0


@dataclass(frozen=True, slots=True)
class LedgerWanted:
    """What the ledger is narrowed to and its order. ``until`` leaves out what was certified after that day."""

    search: str = ""
    company: int = 0
    show: str = EVERYTHING
    sort: str = "contract"
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ProjectLedger:
    """The contracts that are left, their totals by currency (the project's first), and what one can choose from."""

    rows: tuple[ContractLedger, ...]
    totals: tuple[LedgerSums, ...]
    companies: tuple[tuple[int, str], ...]
    counts: dict[str, int]


SORTS: dict[str, Callable[[ContractLedger], Any]] = {
    "contract": lambda row: row.number,
    "company": lambda row: (row.company.lower(), row.number),
    "retained": lambda row: (row.retained, row.number),
    "released": lambda row: (row.released, row.number),
    "held": lambda row: (row.held, row.number),
    "releasable": lambda row: (row.releasable, row.number),
    "last": lambda row: (row.last_release.day if row.last_release else date.min, row.number),
}


def project_ledger(actor: Actor, project: Project, wanted: LedgerWanted | None = None) -> ProjectLedger:
    """The ledger of the commitments that the actor may see; four queries, whatever their number."""
    wanted = wanted or LedgerWanted()
    contracts = visible_in(actor, project, Tool.COMMITMENTS)
    claims = _claims_of(contracts)
    rules = _rules_of(contracts)
    loaded = with_sums(contracts).order_by("number").values_list(*_OF_CONTRACT, named=True)
    everything = [
        _line(contract, rules.get(contract.pk, ()), claims.get(contract.pk, ()), project, wanted.until)
        for contract in loaded
    ]
    found = [row for row in everything if _matches(row, wanted)]
    rows = [row for row in found if shown(row, wanted.show)]
    rows.sort(
        key=SORTS.get(wanted.sort.removeprefix("-"), SORTS["contract"]), reverse=wanted.sort.startswith("-")
    )
    return ProjectLedger(
        rows=tuple(rows),
        totals=sums_of(rows, project.currency),
        companies=tuple(
            sorted({(row.company_id, row.company) for row in everything}, key=lambda one: one[1].lower())
        ),
        counts={show: sum(shown(row, show) for row in found) for show in SHOWS},
    )


def shown(row: ContractLedger, show: str) -> bool:
    """Whether the contract is among those that hold, can release, or stand at their limit."""
    if show == HELD:
        return bool(row.held)
    if show == RELEASABLE:
        return bool(row.releasable)
    if show == AT_LIMIT:
        return bool(row.held) and row.standing.is_reached
    return True


def sums_of(rows: Iterable[ContractLedger], home: str) -> tuple[LedgerSums, ...]:
    """Totals by currency, the project's own first and always there."""
    sums: dict[str, list[int]] = {home: [0] * 6}
    for row in rows:
        into = sums.setdefault(row.currency, [0] * 6)
        amounts = (1, row.retained, row.released, row.held, row.on_its_way, row.releasable)
        for place, amount in enumerate(amounts):
            into[place] += amount
    return tuple(LedgerSums(currency, *found) for currency, found in sums.items())


def _matches(row: ContractLedger, wanted: LedgerWanted) -> bool:
    if wanted.company and row.company_id != wanted.company:
        return False
    text = f"{row.number} {row.title} {row.company}".lower()
    return all(word in text for word in wanted.search.lower().split()[:8])


_COLUMNS = (
    "contract_id",
    "pk",
    "number",
    "status",
    "certified_at",
    "retention_this_period",
    "retention_released",
    "work_retention",
    "materials_retention",
)


_OF_CONTRACT = (
    "pk",
    "number",
    "title",
    "company_id",
    "company__name",
    "company__tax_number",
    "status",
    "currency",
    "original_sum",
    "revised_sum",
    "work_retention_bp",
    "materials_retention_bp",
    "retain_work",
    "retain_materials",
    "retention_cap",
    "retention_cap_bp",
    "retention_cap_amount",
    "stored_materials_mode",
    "accounting_method",
    "tax_bp",
    "tax_basis",
)
"""Plain rows: thousands of contracts are looked through for a page of fifty."""


def _rules_of(contracts: Any) -> dict[int, list[SlidingRule]]:
    rules: defaultdict[int, list[SlidingRule]] = defaultdict(list)
    for rule in SlidingRule.objects.filter(contract__in=contracts.order_by().values("pk")):
        rules[rule.contract_id].append(rule)
    return rules


def _claims_of(contracts: Any) -> dict[int, list[Any]]:
    claims: defaultdict[int, list[Any]] = defaultdict(list)
    found = Claim.objects.filter(contract__in=contracts.order_by().values("pk"), deleted_at=None)
    for row in found.order_by("number").values_list(*_COLUMNS, named=True):
        claims[row.contract_id].append(row)
    return claims


def _line(
    contract: Any,
    rules: Sequence[SlidingRule],
    claims: Sequence[Any],
    project: Project,
    until: date | None,
) -> ContractLedger:
    zone = ZoneInfo(project.time_zone)
    entries: list[LedgerEntry] = []
    on_work = on_materials = on_its_way = 0
    for claim in claims:
        if claim.status not in CERTIFIED or claim.certified_at is None:
            on_its_way += 0 if until else claim.retention_released
            continue
        day = claim.certified_at.astimezone(zone).date()
        if until is not None and day > until:
            continue
        on_work, on_materials = claim.work_retention, claim.materials_retention
        entries.append(
            LedgerEntry(
                claim.pk,
                claim.number,
                day,
                claim.retention_this_period,
                claim.retention_released,
                on_work + on_materials,
            )
        )
    return ContractLedger(
        contract_id=contract.pk,
        number=contract.number,
        title=contract.title,
        company_id=contract.company_id,
        company=contract.company__name,
        company_tax_number=contract.company__tax_number,
        status=ContractStatus(contract.status),
        currency=contract.currency,
        held_on_work=on_work,
        held_on_materials=on_materials,
        on_its_way=on_its_way,
        standing=standing_of(contract, on_work + on_materials, rules),
        entries=tuple(entries),
        claims=len(claims),
    )


def standing_of(contract: Contract, held: int, rules: Sequence[SlidingRule] | None = None) -> RuleStanding:
    """Where a contract that came ``with_sums`` stands against its rules with so much held."""
    sums: Any = contract
    original, revised = int(sums.original_sum), int(sums.revised_sum)
    terms = figures.terms_of(contract, rules)
    caps = [cap] if (cap := terms.cap.amount(original, revised)) is not None else []
    if not terms.sliding:
        rate = terms.work_retention_bp if terms.retain_work else 0
        return RuleStanding(rate, 0, 0, caps[0] if caps else None, held)
    limits = [rule.limit.amount(original, revised) for rule in terms.sliding]
    in_force = next((n for n, most in enumerate(limits) if most is None or held < most), len(limits))
    last = limits[-1]
    limit = min([*caps, *([last] if last is not None else [])], default=None)
    rate = terms.sliding[in_force].rate_bp if in_force < len(limits) else 0
    return RuleStanding(rate, in_force + 1, len(limits), limit, held)
