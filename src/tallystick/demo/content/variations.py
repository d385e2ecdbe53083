"""What changed on the way: variations of the commitments and of the head contract."""

from dataclasses import dataclass

from tallystick.contracts.states import VariationStatus

APPROVED, PENDING, DRAFT = VariationStatus.APPROVED, VariationStatus.PENDING, VariationStatus.DRAFT
REJECTED, VOID = VariationStatus.REJECTED, VariationStatus.VOID


@dataclass(frozen=True, slots=True)
class Change:
    """One variation: raised in billing period ``raised``, answered in ``settled`` (0: not yet).

    ``lines`` are (description, dollars); a credit is negative. By quantity a line also says unit, quantity and price.
    """

    contract: str
    title: str
    raised: int
    settled: int
    status: VariationStatus
    lines: tuple[tuple[str, int], ...]


def _one(
    contract: str, title: str, periods: tuple[int, int], status: VariationStatus, dollars: int
) -> Change:
    return Change(contract, title, *periods, status, ((title, dollars),))


CHANGES: tuple[Change, ...] = (
    _one("SC-001", "Additional Ø600 piles at core 2, RFI 014", (2, 3), APPROVED, 46_200),
    _one("SC-001", "Delete pile integrity tests, lines A–C", (3, 4), APPROVED, -3_850),
    Change(
        "SC-002",
        "Contaminated spoil, zone 3",
        2,
        4,
        APPROVED,
        (("Classify and load", 38_400), ("Tip fees, restricted solid waste", 126_750)),
    ),
    _one("SC-002", "Relocate live stormwater pit, Dock Street", (5, 6), APPROVED, 22_980),
    _one("SC-002", "Delete temporary crossover", (8, 9), APPROVED, -14_600),
    _one("SC-002", "Rock breaking, lift pit 2", (10, 11), REJECTED, 31_400),
    _one("SC-003", "Extra upstands to planters, SK-112", (5, 6), APPROVED, 28_360),
    _one("SC-003", "Class 2 finish to market hall soffit", (6, 8), APPROVED, 74_900),
    _one("SC-003", "Omit ramp kerbs", (7, 8), APPROVED, -9_240),
    _one("SC-003", "Night shift for transfer deck", (8, 0), PENDING, 41_750),
    _one("SC-004", "Increased top steel, transfer slab", (4, 5), APPROVED, 63_120),
    _one("SC-004", "Starter bars for future link bridge", (8, 10), APPROVED, 11_480),
    _one("SC-005", "Burnished finish, market hall", (9, 10), APPROVED, 36_900),
    _one("SC-005", "Reduced curing compound, levels 5–8", (9, 10), APPROVED, -4_310),
    _one("SC-006", "Canopy extension over loading dock", (8, 9), APPROVED, 52_640),
    _one("SC-006", "Connection redesign, RFI 071", (9, 0), PENDING, 18_200),
    _one("SC-007", "Additional stair flight, level 8 to roof", (7, 8), APPROVED, 27_450),
    Change(
        "SC-008",
        "Acoustic glazing, rail corridor elevation",
        7,
        9,
        APPROVED,
        (
            ("Glass upgrade, levels 1–4", 148_600),
            ("Glass upgrade, levels 5–8", 132_900),
            ("Credit standard glass", -96_400),
        ),
    ),
    _one("SC-008", "Delete sunshades, south", (9, 11), APPROVED, -61_300),
    _one("SC-008", "Extra vents to plant louvres", (11, 0), PENDING, 16_700),
    _one("SC-009", "Additional skylight, lobby", (10, 11), APPROVED, 23_900),
    _one("SC-010", "Kitchen exhaust for tenancy G.04", (6, 8), APPROVED, 88_450),
    _one("SC-010", "Delete garbage room cooling", (8, 9), APPROVED, -17_800),
    _one("SC-010", "Upgrade corridor fire dampers", (11, 0), DRAFT, 34_600),
    _one("SC-011", "Electric vehicle charging, 24 bays", (5, 7), APPROVED, 182_300),
    _one("SC-011", "Temporary supply upgrade, crane 1", (2, 3), APPROVED, 19_450),
    _one("SC-011", "LED strip to market hall trusses", (10, 11), APPROVED, 44_780),
    _one("SC-011", "Credit conduit to tenancies", (10, 11), APPROVED, -12_650),
    _one("SC-011", "Generator connection point", (11, 0), PENDING, 29_900),
    _one("SC-012", "Grease arrestor, 5,000 litres", (6, 7), APPROVED, 67_200),
    _one("SC-012", "Re-route sewer around pile cap, RFI 033", (4, 5), APPROVED, 15_640),
    _one("SC-012", "Delete dual reticulation, level 8", (9, 10), APPROVED, -21_500),
    _one("SC-013", "Drenchers to boundary openings", (8, 10), APPROVED, 58_700),
    _one("SC-014", "Stretcher car, lift 2", (5, 6), APPROVED, 38_000),
    _one("SC-015", "Impact-resistant board, corridors", (10, 11), APPROVED, 71_250),
    _one("SC-015", "Delete bulkheads in studio apartments", (11, 0), PENDING, -18_900),
    _one("SC-016", "Upgrade to 1200 × 600 porcelain, level 8", (10, 11), APPROVED, 32_480),
    _one("SC-017", "Stone upgrade, penthouse kitchens", (9, 10), APPROVED, 46_300),
    _one("SC-017", "Delete study nooks, type B", (9, 10), APPROVED, -27_900),
    _one("SC-018", "Anti-graffiti coat, Dock Street wall", (11, 0), PENDING, 9_850),
    _one("SC-021", "Additional membrane to planters", (7, 8), APPROVED, 18_640),
    _one("SC-021", "Void: duplicate of V01", (8, 9), VOID, 18_640),
    _one("PO-003", "Acoustic seals, corridor doors", (9, 10), APPROVED, 24_300),
    _one("PO-005", "Extra guard during road closure", (6, 7), APPROVED, 8_460),
    Change(
        "PO-001", "Site-batched low-carbon mix, 40 MPa", 6, 7, APPROVED, (("Low-carbon surcharge", 21_600),)
    ),
    Change(
        "SC-022", "Scaffold to substation wall", 9, 10, APPROVED, (("Erect, hire and dismantle", 14_850),)
    ),
    _one("HC-001", "Contaminated spoil, zone 3", (3, 5), APPROVED, 182_400),
    _one("HC-001", "Electric vehicle charging, 24 bays", (6, 8), APPROVED, 204_700),
    _one("HC-001", "Acoustic glazing, rail corridor elevation", (8, 10), APPROVED, 211_900),
    _one("HC-001", "Delete sunshades, south", (10, 0), PENDING, -58_000),
)
