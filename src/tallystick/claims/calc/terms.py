"""What goes into the calculation of a claim: the contract's terms, its lines, where they stood, what is claimed.

All amounts are minor units, rates basis points, quantities and unit prices ten-thousandths. Nothing here knows the
database; the values of the enumerations are those that the database keeps.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum

from tallystick.core.arithmetic import apply_rate

LineKey = int | str
"""What a line is known by, in all claims of its contract."""


class Method(StrEnum):
    """How lines are billed (domain §6.2)."""

    AMOUNT = "amount"
    UNIT = "unit"


class StoredMaterials(StrEnum):
    """What becomes of stored materials on the next claim (domain §6.7)."""

    MANUAL = "manual"
    """They stay in store until somebody moves them to work."""

    MOVE = "move"
    """The whole balance and the retention on it go to previous work on the next claim."""


class LimitKind(StrEnum):
    """What a limit on retention is measured by (domain §6.6)."""

    NONE = "none"
    PERCENT_ORIGINAL = "percent_original"
    PERCENT_REVISED = "percent_revised"
    AMOUNT = "amount"


class TaxBasis(StrEnum):
    """What tax is charged on (domain §6.8)."""

    NET = "net"
    """What is due after retention, so that tax on retained money falls due with its release."""

    GROSS = "gross"
    """What was claimed this period, before retention."""


class RetentionEntry(StrEnum):
    """How a line's retention for the period comes about."""

    AUTOMATIC = "automatic"
    AMOUNT = "amount"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may be held: basis points of a sum, or minor units, by ``kind``."""

    kind: LimitKind = LimitKind.NONE
    value: int = 0

    def amount(self, original_sum: int, revised_sum: int) -> int | None:
        """The limit in minor units, never negative; None where there is no limit."""
        if self.kind == LimitKind.NONE:
            return None
        if self.kind == LimitKind.AMOUNT:
            return max(0, self.value)
        whole = original_sum if self.kind == LimitKind.PERCENT_ORIGINAL else revised_sum
        return max(0, apply_rate(whole, self.value))


@dataclass(frozen=True, slots=True)
class SlidingRule:
    """ "Withhold ``rate_bp`` until ``limit`` is held", one of up to five in order (domain §6.6)."""

    rate_bp: int
    limit: Limit


MOST_SLIDING_RULES = 5


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What the contract says about billing.

    With ``sliding`` rules their rates stand in for ``work_retention_bp`` and ``materials_retention_bp``; whether
    work and materials are retained on at all is ``retain_work`` and ``retain_materials``. ``cap`` holds in any case.
    """

    work_retention_bp: int = 0
    materials_retention_bp: int = 0
    retain_work: bool = True
    retain_materials: bool = False
    cap: Limit = Limit()
    sliding: tuple[SlidingRule, ...] = ()
    stored_materials: StoredMaterials = StoredMaterials.MANUAL
    method: Method = Method.AMOUNT
    tax_bp: int = 0
    tax_basis: TaxBasis = TaxBasis.NET
    exponent: int = 2

    def __post_init__(self) -> None:
        if len(self.sliding) > MOST_SLIDING_RULES:
            raise ValueError(f"a sliding scale has at most {MOST_SLIDING_RULES} rules")


@dataclass(frozen=True, slots=True)
class LineTerms:
    """A line of the schedule of values. ``variation`` is None for a line of the contract itself.

    ``variation_is_new`` says that the variation is on a claim for the first time, for the box of additions and
    deductions. ``tax_bp`` None means the contract's rate.
    """

    key: LineKey
    scheduled_value: int
    variation: Hashable | None = None
    variation_is_new: bool = False
    scheduled_quantity: int = 0
    unit_price: int = 0
    tax_bp: int | None = None


@dataclass(frozen=True, slots=True)
class LineState:
    """Where a line stood after the previous claim (domain §16.1: D, and F carried).

    ``materials_moved`` is the part of ``work`` that was in store until then (mode *move*), for showing only.
    """

    work: int = 0
    quantity: int = 0
    materials: int = 0
    work_retention: int = 0
    materials_retention: int = 0
    materials_moved: int = 0


NOTHING_YET = LineState()


@dataclass(frozen=True, slots=True)
class LineEntry:
    """What is entered on a line: once as claimed, once as assessed, once as certified.

    ``materials_previous`` is what remains in store of what earlier claims stored; None means all of it.
    ``work_retention`` is read by ``work_retention_entry``: ignored for AUTOMATIC, minor units for AMOUNT, basis points
    for RATE; materials alike. Releases are minor units.
    """

    work: int = 0
    quantity: int = 0
    materials_previous: int | None = None
    materials_new: int = 0
    work_retention_entry: RetentionEntry = RetentionEntry.AUTOMATIC
    work_retention: int = 0
    materials_retention_entry: RetentionEntry = RetentionEntry.AUTOMATIC
    materials_retention: int = 0
    work_released: int = 0
    materials_released: int = 0


NO_ENTRY = LineEntry()


@dataclass(frozen=True, slots=True)
class LineInput:
    """One line with everything that its figures follow from."""

    terms: LineTerms
    previous: LineState = NOTHING_YET
    entry: LineEntry = NO_ENTRY
