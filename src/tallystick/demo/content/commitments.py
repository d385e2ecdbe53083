"""The contracts of the sample: what was let to whom, for how much, when it is on site, and how it is retained."""

from dataclasses import dataclass
from typing import Any

from tallystick.contracts.states import (
    ContractKind,
    ContractStatus,
    RetentionCap,
    RuleLimit,
    StoredMaterialsMode,
)

STILL_GOING = 12
"""The open billing period; a contract that lasts beyond it is still going."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How a contract is retained: the facts for the contract, and its sliding rules as (rate, kind, percent)."""

    facts: dict[str, Any]
    sliding: tuple[tuple[int, str, int], ...] = ()


NONE = Retention({"retain_work": False})
STANDARD = Retention(
    {
        "work_retention_bp": 1000,
        "retention_cap": RetentionCap.PERCENT_ORIGINAL,
        "retention_cap_bp": 500,
    }
)
REVISED = Retention(
    {"work_retention_bp": 1000, "retention_cap": RetentionCap.PERCENT_REVISED, "retention_cap_bp": 500}
)
FLAT = Retention({"work_retention_bp": 500})
SLIDING = Retention(
    {"work_retention_bp": 1000},
    ((1000, RuleLimit.PERCENT_ORIGINAL, 300), (500, RuleLimit.PERCENT_ORIGINAL, 500)),
)
WITH_MATERIALS = Retention(
    {
        **STANDARD.facts,
        "retain_materials": True,
        "materials_retention_bp": 1000,
        "stored_materials_mode": StoredMaterialsMode.MANUAL,
    }
)
MOVING_MATERIALS = Retention({**STANDARD.facts, "stored_materials_mode": StoredMaterialsMode.MOVE})

SUBCONTRACT, PURCHASE_ORDER = ContractKind.SUBCONTRACT, ContractKind.PURCHASE_ORDER


@dataclass(frozen=True, slots=True)
class Commitment:
    """One commitment. ``dollars`` is its original sum where the lines share it out; measured ones sum their own.

    It is on site from billing period ``first`` to ``last`` (1 is the first of twelve) and claims in all of them,
    except in ``pauses``. ``released`` is a period in which half of the retention is let go.
    """

    number: str
    trade: str
    title: str
    dollars: int
    first: int
    last: int
    retention: Retention = STANDARD
    kind: ContractKind = SUBCONTRACT
    pauses: tuple[int, ...] = ()
    released: int = 0
    has_contact: bool = True
    is_private: bool = True
    status: ContractStatus = ContractStatus.APPROVED

    def claims_in(self, period: int) -> bool:
        """Whether a claim is due for the period: on site, or half of the retention is let go."""
        return self.status == ContractStatus.APPROVED and (self.is_on_site(period) or period == self.released)

    def is_on_site(self, period: int) -> bool:
        """Whether work is done in the period."""
        return self.first <= period <= self.last and period not in self.pauses

    def only_releases_in(self, period: int) -> bool:
        """Whether the claim of the period is for retention alone."""
        return period == self.released and not self.is_on_site(period)


COMMITMENTS: tuple[Commitment, ...] = (
    Commitment("SC-001", "piling", "Piling and shoring", 1_486_000, 1, 4, released=10),
    Commitment(
        "SC-002", "civil", "Demolition, excavation and drainage", 1_238_500, 1, 14, REVISED, pauses=(7,)
    ),
    Commitment("SC-003", "formwork", "Formwork", 3_364_000, 2, 10, SLIDING, released=11),
    Commitment("SC-004", "reinforcement", "Reinforcement, supply and fix", 2_395_000, 2, 10),
    Commitment("SC-005", "concrete", "Concrete placing and finishing", 1_612_000, 2, 11),
    Commitment("SC-006", "steel", "Structural steel", 986_000, 4, 11, MOVING_MATERIALS),
    Commitment("SC-007", "precast", "Precast concrete", 1_174_000, 4, 10, MOVING_MATERIALS),
    Commitment("SC-008", "facade", "Façade, windows and balustrades", 4_062_000, 5, 15, WITH_MATERIALS),
    Commitment("SC-009", "roofing", "Roofing", 548_000, 9, 13),
    Commitment("SC-010", "mechanical", "Mechanical services", 2_918_000, 3, 15, MOVING_MATERIALS),
    Commitment("SC-011", "electrical", "Electrical services", 3_276_000, 2, 15, MOVING_MATERIALS),
    Commitment("SC-012", "hydraulic", "Hydraulic services", 2_584_000, 2, 15),
    Commitment("SC-013", "fire", "Fire protection", 912_000, 4, 15),
    Commitment("SC-014", "lifts", "Lifts", 1_148_000, 3, 14, FLAT),
    Commitment("SC-015", "linings", "Plasterboard and partitions", 2_306_000, 11, 15, REVISED),
    Commitment("SC-016", "tiling", "Wall and floor tiling", 812_000, 9, 15),
    Commitment("SC-017", "joinery", "Joinery", 1_834_000, 6, 15, WITH_MATERIALS),
    Commitment("SC-018", "painting", "Painting", 642_000, 9, 15),
    Commitment("SC-019", "flooring", "Floor coverings", 486_000, 10, 15),
    Commitment("SC-020", "landscaping", "Landscaping", 428_000, 12, 16, has_contact=False),
    Commitment("SC-021", "waterproofing", "Waterproofing", 618_000, 3, 13),
    Commitment("SC-022", "scaffolding", "Scaffolding", 0, 3, 13, FLAT),
    Commitment(
        "SC-023",
        "signage",
        "Wayfinding and statutory signage",
        96_500,
        13,
        15,
        status=ContractStatus.OUT_FOR_SIGNATURE,
    ),
    Commitment("PO-001", "premix", "Concrete supply", 0, 2, 11, NONE, PURCHASE_ORDER, is_private=False),
    Commitment("PO-002", "crane", "Tower crane and mobile crane hire", 0, 1, 13, NONE, PURCHASE_ORDER),
    Commitment("PO-003", "doors", "Doors and hardware, supply", 574_000, 6, 14, NONE, PURCHASE_ORDER),
    Commitment(
        "PO-004",
        "cleaning",
        "Site cleaning and waste",
        236_000,
        1,
        15,
        NONE,
        PURCHASE_ORDER,
        is_private=False,
    ),
    Commitment("PO-005", "security", "Site security", 342_000, 1, 15, NONE, PURCHASE_ORDER),
)

HEAD_CONTRACT_SUM = 46_850_000
HEAD_CONTRACT_LINES: tuple[tuple[str, str, int], ...] = (
    ("01-000", "Preliminaries, supervision and site establishment", 118),
    ("01-500", "Cranage, scaffolding and hoists", 52),
    ("02-000", "Demolition, excavation, shoring and piling", 74),
    ("03-000", "Concrete structure", 232),
    ("05-000", "Structural steel and metalwork", 30),
    ("07-000", "Roofing and waterproofing", 35),
    ("08-000", "Façade, windows and doors", 124),
    ("09-000", "Internal linings and finishes", 122),
    ("06-400", "Joinery", 50),
    ("13-000", "Fire protection", 27),
    ("14-000", "Hydraulic services", 73),
    ("14-700", "Lifts", 33),
    ("15-000", "Mechanical services", 82),
    ("16-000", "Electrical services", 93),
    ("02-900", "External works and landscaping", 25),
    ("01-900", "Contractor's margin", 130),
)
