"""Random contracts and claims for comparing the browser's calculation with the server's, as values and as JSON."""

import random
from dataclasses import asdict
from typing import Any

from tallystick.claims.calc import (
    ClaimFigures,
    ContractTerms,
    Limit,
    LimitKind,
    LineEntry,
    LineFigures,
    LineInput,
    LineKey,
    LineState,
    LineTerms,
    Method,
    RetentionEntry,
    SlidingRule,
    StoredMaterials,
    TaxBasis,
    Totals,
)

LINE_PROPERTIES = [
    *["retention_held", "previous_retention", "retention_this", "retention_released", "work_releasable"],
    *["materials_releasable", "work_retention_rate_bp", "materials_retention_rate_bp", "total_quantity"],
]
TOTALS_PROPERTIES = ["percent_bp", "retention_held", "retention_this", "retention_released"]

SIZES = [50, 10_000, 5_000_00, 10**9, 10**12]
HUGE = 10**15
RATES = [0, 1, 250, 333, 500, 1000, 2500, 10_000]


class Chance(random.Random):
    """A seeded source of contracts, lines and entries."""

    def contract(self, size: int) -> ContractTerms:
        """Any mixture of rates, limits, materials, methods and taxes."""
        return ContractTerms(
            work_retention_bp=self.choice(RATES),
            materials_retention_bp=self.choice(RATES),
            retain_work=self.random() < 0.8,
            retain_materials=self.random() < 0.6,
            cap=self._limit(size) if self.random() < 0.4 else Limit(),
            sliding=tuple(
                SlidingRule(self.choice(RATES), self._limit(size))
                for _ in range(self.choice([0, 0, 1, 2, 5]))
            ),
            stored_materials=self.choice(list(StoredMaterials)),
            method=self.choice(list(Method)),
            tax_bp=self.choice([0, 1000, 1500, 2]),
            tax_basis=self.choice(list(TaxBasis)),
            exponent=self.choice([0, 2, 2, 3]),
        )

    def _limit(self, size: int) -> Limit:
        kind = self.choice(list(LimitKind))
        return Limit(kind, self.randint(-5, size) if kind == LimitKind.AMOUNT else self.choice(RATES))

    def lines(self, size: int) -> list[LineInput]:
        """Some lines, most of them charges, some of them credits or nothing at all."""
        count = self.choice([1, 2, 3, 7, 20])
        keys = self.sample(range(1, 5000), count)
        return [self.line(key, size) for key in keys]

    def limited(self, size: int) -> tuple[ContractTerms, list[LineInput]]:
        """Lines that are much alike under limits that are reached: every odd cent has to find its line."""
        numbers = self.sample([*range(1, 12), *range(90, 110), *range(995, 1005)], self.randint(2, 15))
        keys: list[LineKey] = [*numbers]
        if self.random() < 0.3:
            keys = [f"L{key}" for key in numbers]
        work, new = self.randint(1, size), self.randint(0, size // 3)
        lines = [
            LineInput(
                LineTerms(key, 2 * size),
                LineState(),
                LineEntry(work=self.choice([work, work, 7]), materials_new=new),
            )
            for key in keys
        ]
        rates = [rate for rate in RATES if rate]
        limits = sorted(self.randint(0, size * len(keys) // 10) for _ in range(5))
        rules = tuple(SlidingRule(self.choice(rates), Limit(LimitKind.AMOUNT, limit)) for limit in limits)
        contract = ContractTerms(
            work_retention_bp=self.choice(rates),
            materials_retention_bp=self.choice(rates),
            retain_materials=self.random() < 0.5,
            cap=Limit(LimitKind.AMOUNT, self.choice(limits)) if self.random() < 0.7 else Limit(),
            sliding=self.choice([(), rules[:1], rules]),
        )
        return contract, lines

    def line(self, key: int, size: int) -> LineInput:
        """One line wherever it may stand, with whatever may be entered on it."""
        variation = self.choice([None, None, None, 4, 11])
        terms = LineTerms(
            key=key,
            scheduled_value=self.choice([0, self.amount(size), self.amount(size), self.amount(size)]),
            variation=variation,
            variation_is_new=variation is not None and self.random() < 0.5,
            scheduled_quantity=self.choice([0, self.randint(0, 10_000_000)]),
            unit_price=self.choice([0, 875, self.randint(-100, 10_000_000)]),
            tax_bp=self.choice([None, None, 0, 500]),
        )
        return LineInput(terms, self.state(size), self.entry(size))

    def state(self, size: int) -> LineState:
        """Where a line may stand: nowhere, as most do, or anywhere."""
        if self.random() < 0.3:
            return LineState()
        return LineState(
            work=self.amount(size),
            quantity=self.randint(0, 5_000_000),
            materials=self.choice([0, self.amount(size)]),
            work_retention=self.amount(size // 10),
            materials_retention=self.choice([0, self.amount(size // 10)]),
            materials_moved=self.choice([0, 0, 17]),
        )

    def entry(self, size: int) -> LineEntry:
        """Whatever may be typed; retention by the rules more often than not."""
        ways = [RetentionEntry.AUTOMATIC] * 3 + [RetentionEntry.AMOUNT, RetentionEntry.RATE]
        on_work, on_materials = self.choice(ways), self.choice(ways)
        return LineEntry(
            work=self.choice([0, self.amount(size), self.amount(size)]),
            quantity=self.randint(0, 1_000_000),
            materials_previous=self.choice([None, None, 0, self.amount(size)]),
            materials_new=self.choice([0, self.amount(size)]),
            work_retention_entry=on_work,
            work_retention=self.choice(RATES) if on_work == "rate" else self.amount(size // 10),
            materials_retention_entry=on_materials,
            materials_retention=self.choice(RATES) if on_materials == "rate" else self.amount(size // 10),
            work_released=self.choice([0, 0, self.amount(size // 10)]),
            materials_released=self.choice([0, 0, self.amount(size // 10)]),
        )

    def amount(self, size: int) -> int:
        """Mostly positive, sometimes a credit, sometimes the largest there may be."""
        return self.randint(-size // 4, size) if self.random() < 0.95 else self.choice([size, -size])


def contract_json(contract: ContractTerms) -> dict[str, Any]:
    """The terms as the script takes them."""
    return asdict(contract)


def line_json(line: LineInput) -> dict[str, Any]:
    """A line as the script takes it."""
    return asdict(line)


def figures_json(figures: ClaimFigures) -> dict[str, Any]:
    """All figures, those that follow from others included, as the script below gives them."""
    box = figures.variations
    return {
        "lines": [_row_json(line, LINE_PROPERTIES) for line in figures.lines],
        "groups": [
            {"variation": group.variation, "totals": _row_json(group.totals, TOTALS_PROPERTIES)}
            for group in figures.groups
        ],
        "totals": _row_json(figures.totals, TOTALS_PROPERTIES),
        "summary": asdict(figures.summary),
        "variations": asdict(box)
        | {"additions": box.additions, "deductions": box.deductions, "net": box.net},
        "findings": [asdict(finding) for finding in figures.findings],
    }


def _row_json(row: LineFigures | Totals, properties: list[str]) -> dict[str, Any]:
    return row._asdict() | {name: getattr(row, name) for name in properties}


FIGURES_IN_SCRIPT = """
const row = (one, names) => ({ ...one, ...Object.fromEntries(names.map((name) => [name, one[name]])) });
const plain = (figures) => ({
  ...figures,
  lines: figures.lines.map((line) => row(line, %s)),
  groups: figures.groups.map((group) => ({ ...group, totals: row(group.totals, %s) })),
  totals: row(figures.totals, %s),
  variations: row(figures.variations, ["additions", "deductions", "net"]),
});
""" % (LINE_PROPERTIES, TOTALS_PROPERTIES, TOTALS_PROPERTIES)  # noqa: UP031 - braces belong to the script
