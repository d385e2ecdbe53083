"""What comes out of the calculation of a claim. Every figure that is shown anywhere is one of these.

Letters are the columns of the continuation sheet (domain §16.1), numbers the lines of the certificate (§16.2).
Lines are named tuples, not dataclasses, because a claim has a thousand of them and is calculated as one types.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from tallystick.claims.calc.findings import Finding
from tallystick.claims.calc.terms import LineKey
from tallystick.core.arithmetic import rate_of


class LineFigures(NamedTuple):
    """One line of the continuation sheet. Minor units, except where the name says otherwise."""

    key: LineKey
    variation: Hashable | None
    unit_price: int
    scheduled_value: int
    """C"""
    previous_work: int
    """D"""
    previous_quantity: int
    work: int
    """E, this period, whatever of it came out of store included"""
    quantity: int
    previous_materials: int
    """in store after the previous claim"""
    materials_previous: int
    """what remains of that"""
    materials_new: int
    materials_moved: int
    """out of store into work: into E by hand, into D in mode *move*"""
    materials_stored: int
    """F = materials_previous + materials_new"""
    total_completed: int
    """G = D + E + F"""
    percent_bp: int | None
    """G of C; None where C is zero"""
    balance: int
    """H = C − G"""
    previous_work_retention: int
    previous_materials_retention: int
    retention_moved: int
    """held on materials that became work by hand; leaves materials retention and joins work retention"""
    work_retention_base: int
    """what this period's work retention is a percentage of"""
    work_retention_this: int
    work_retention_released: int
    work_retention_held: int
    materials_retention_base: int
    materials_retention_this: int
    materials_retention_released: int
    materials_retention_held: int
    gross_this_period: int
    """E + F − previous F: by how much G grew"""
    net_this_period: int
    """gross, less retention of this period, plus releases (domain §16.3)"""

    @property
    def retention_held(self) -> int:
        """I: retention held on work and on materials."""
        return self.work_retention_held + self.materials_retention_held

    @property
    def previous_retention(self) -> int:
        """I of the previous claim."""
        return self.previous_work_retention + self.previous_materials_retention

    @property
    def retention_this(self) -> int:
        """Retained this period, on work and on materials."""
        return self.work_retention_this + self.materials_retention_this

    @property
    def retention_released(self) -> int:
        """Released this period, of work and of materials."""
        return self.work_retention_released + self.materials_retention_released

    @property
    def work_releasable(self) -> int:
        """The most that can be released of work retention: held before plus this period's (domain §16.3)."""
        return self.work_retention_held + self.work_retention_released

    @property
    def materials_releasable(self) -> int:
        """The most that can be released of materials retention."""
        return self.materials_retention_held + self.materials_retention_released

    @property
    def work_retention_rate_bp(self) -> int | None:
        """This period's work retention as a percentage of its base; None without a base (domain §6.6)."""
        return rate_of(self.work_retention_this, self.work_retention_base)

    @property
    def materials_retention_rate_bp(self) -> int | None:
        """This period's materials retention as a percentage of its base; None without a base."""
        return rate_of(self.materials_retention_this, self.materials_retention_base)

    @property
    def total_quantity(self) -> int:
        """Quantity to date, in ten-thousandths."""
        return self.previous_quantity + self.quantity


class Totals(NamedTuple):
    """Sums of the (already rounded) figures of some lines."""

    scheduled_value: int
    previous_work: int
    work: int
    previous_materials: int
    materials_previous: int
    materials_new: int
    materials_moved: int
    materials_stored: int
    total_completed: int
    balance: int
    previous_work_retention: int
    previous_materials_retention: int
    retention_moved: int
    work_retention_this: int
    work_retention_released: int
    work_retention_held: int
    materials_retention_this: int
    materials_retention_released: int
    materials_retention_held: int
    gross_this_period: int
    net_this_period: int

    @property
    def percent_bp(self) -> int | None:
        """G of C; None where C is zero."""
        return rate_of(self.total_completed, self.scheduled_value)

    @property
    def retention_held(self) -> int:
        """I: retention held on work and on materials."""
        return self.work_retention_held + self.materials_retention_held

    @property
    def retention_this(self) -> int:
        """Retained this period, on work and on materials."""
        return self.work_retention_this + self.materials_retention_this

    @property
    def retention_released(self) -> int:
        """Released this period, of work and of materials."""
        return self.work_retention_released + self.materials_retention_released


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The subtotal of the contract's own lines (``variation`` None) or of one variation."""

    variation: Hashable | None
    totals: Totals


@dataclass(frozen=True, slots=True)
class SummaryLines:
    """The face of the document: lines 1 to 9 in their order, 5a and 5b among them, then tax (domain §16.2)."""

    original_sum: int
    """1"""
    net_variations: int
    """2"""
    sum_to_date: int
    """3 = 1 + 2"""
    completed_to_date: int
    """4 = sum of G"""
    work_retention: int
    """5a"""
    work_retention_bp: int | None
    """5a as a percentage of D + E"""
    materials_retention: int
    """5b"""
    materials_retention_bp: int | None
    """5b as a percentage of F"""
    total_retention: int
    """5 = 5a + 5b"""
    earned_less_retention: int
    """6 = 4 − 5"""
    previous_certificates: int
    """7 = line 6 of the previous claim"""
    payment_due: int
    """8 = 6 − 7"""
    balance_to_finish: int
    """9 = 3 − 6, retention included"""
    tax: int
    payment_due_with_tax: int
    percent_bp: int | None
    """line 4 of line 3"""


@dataclass(frozen=True, slots=True)
class VariationBox:
    """Additions and deductions by variations, line by line; ``net`` is line 2 (domain §6.3, §16.2).

    Deductions are kept as negative amounts. *This* is what is on a claim for the first time.
    """

    additions_previous: int = 0
    deductions_previous: int = 0
    additions_this: int = 0
    deductions_this: int = 0

    @property
    def additions(self) -> int:
        """All additions."""
        return self.additions_previous + self.additions_this

    @property
    def deductions(self) -> int:
        """All deductions, as a negative amount."""
        return self.deductions_previous + self.deductions_this

    @property
    def net(self) -> int:
        """Line 2."""
        return self.additions + self.deductions


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """A whole claim: lines in the order given, subtotals in order of first appearance, totals, face, findings."""

    lines: tuple[LineFigures, ...]
    groups: tuple[GroupFigures, ...]
    totals: Totals
    summary: SummaryLines
    variations: VariationBox
    findings: tuple[Finding, ...]

    @property
    def over_claims(self) -> tuple[Finding, ...]:
        """What the project's rule on over-claiming decides about: allow, warn or refuse (domain §6.5)."""
        return tuple(finding for finding in self.findings if finding.is_over_claim)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What can't be saved whatever the project's rules are."""
        return tuple(finding for finding in self.findings if finding.must_refuse)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is worth a second look but may be meant."""
        return tuple(f for f in self.findings if not f.must_refuse and not f.is_over_claim)
