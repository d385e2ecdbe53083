"""The schedules of values: what each trade is paid for, line by line, with weights that share out the sum.

A line says when it is done: ``starts`` and ``ends`` are thousandths of the contract's time on site, so that a
claim's figures follow from the day it is made for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LEVELS = (
    "Basement 2", "Basement 1", "Ground", "Level 1", "Level 2", "Level 3", "Level 4", "Level 5", "Level 6",
    "Level 7", "Level 8", "Roof",
)  # fmt: skip
APARTMENT_LEVELS = LEVELS[3:11]
SUSPENDED = LEVELS[1:]
WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Work:
    """One line: cost code, description, its weight in the sum, and when in the contract's time it is done."""

    code: str
    text: str
    weight: int
    starts: int = 0
    ends: int = WHOLE


def in_sequence(
    code: str, texts: Sequence[tuple[str, int]], places: Sequence[str], first: int = 0, last: int = WHOLE
) -> Iterator[Work]:
    """Every item on every level, one level after another; neighbours overlap by half a level."""
    for number, place in enumerate(places):
        starts, ends = _share(first, last, number, len(places)), _share(first, last, number + 2, len(places))
        for index, (text, weight) in enumerate(texts):
            share = (ends - starts) // (len(texts) + 1)
            begins = starts + index * share
            yield Work(code, f"{place}: {text}", weight, begins, min(ends, begins + 2 * share))


def along(code: str, texts: Sequence[tuple[str, int]], first: int = 0, last: int = WHOLE) -> Iterator[Work]:
    """Items that follow each other, each overlapping the next."""
    for index, (text, weight) in enumerate(texts):
        starts, ends = _share(first, last, index, len(texts)), _share(first, last, index + 2, len(texts))
        yield Work(code, text, weight, starts, ends)


def _share(first: int, last: int, number: int, parts: int) -> int:
    """Where part ``number`` begins when parts overlap the next one by half of themselves."""
    return first + (last - first) * number // (parts + 1)


def services(prefix: str, rough: str, fit: str, plant: Sequence[tuple[str, int]], riser: str) -> list[Work]:
    """Building services: design, rough-in and fit-off level by level, risers, plant, commissioning."""
    return [
        Work(f"{prefix}-110", "Preliminaries and site establishment", 30, 0, 120),
        Work(f"{prefix}-120", "Design, shop drawings and co-ordination", 45, 0, 350),
        Work(f"{prefix}-130", "Cast-in and penetrations", 35, 0, 560),
        *in_sequence(f"{prefix}-210", [(rough, 34)], LEVELS, 120, 800),
        Work(f"{prefix}-240", riser, 70, 250, 820),
        *along(f"{prefix}-310", plant, 300, 950),
        *in_sequence(f"{prefix}-410", [(fit, 20)], LEVELS[2:11], 640, 1000),
        Work(f"{prefix}-510", "Testing and commissioning", 30, 900, 1000),
        Work(f"{prefix}-520", "As-built drawings and operation manuals", 15, 920, 1000),
    ]


def piling() -> list[Work]:
    return [
        Work("02-110", "Establish piling rigs, working platform by others", 60, 0, 150),
        *along("02-210", [(f"CFA piles Ø600, grid {grid}", 85) for grid in ("A–C", "C–E", "E–G", "G–J")], 60, 700),
        *along("02-220", [(f"CFA piles Ø750, core {core}", 70) for core in ("1", "2")], 250, 750),
        *along("02-310", [(f"Secant shoring wall, {side} boundary", 95) for side in ("north", "east", "south", "west")], 120, 900),
        Work("02-320", "Capping beam", 80, 600, 960),
        Work("02-330", "Temporary ground anchors, install and stress", 65, 500, 950),
        Work("02-340", "Pile integrity tests and report", 15, 700, 1000),
        Work("02-350", "Demobilise", 15, 930, 1000),
    ]  # fmt: skip


def civil() -> list[Work]:
    return [
        Work("01-110", "Demolish existing sheds and slabs", 90, 0, 140),
        Work("01-120", "Erosion and sediment control", 15, 0, 1000),
        *along("01-210", [(f"Bulk excavation, stage {n}", 110) for n in (1, 2, 3)], 60, 420),
        Work("01-220", "Spoil to licensed tip, general solid waste", 120, 80, 440),
        Work("01-230", "Detailed excavation, footings and lift pits", 50, 350, 520),
        Work("01-310", "Stormwater on-site detention tank", 85, 500, 700),
        *along("01-320", [(f"Stormwater drainage, {run}", 35) for run in ("basement", "ground floor", "Ropewalk Lane", "Dock Street")], 450, 950),
        Work("01-410", "Kerb, gutter and crossovers, Ropewalk Lane", 55, 850, 1000),
        Work("01-420", "Footpath paving, Dock Street", 60, 880, 1000),
        Work("01-430", "Road restoration to council's requirements", 30, 920, 1000),
    ]  # fmt: skip


def formwork() -> list[Work]:
    return [
        Work("03-105", "Mobilise, formwork design and certification", 40, 0, 90),
        *in_sequence("03-110", [("columns and walls", 34), ("slab soffit and edges", 78), ("stairs and upstands", 14)], LEVELS, 20, 980),
        Work("03-140", "Core walls, jump form, cores 1 and 2", 160, 60, 940),
        Work("03-150", "Back-propping and strip", 60, 100, 1000),
        Work("03-160", "Car park ramps", 36, 80, 300),
        Work("03-170", "Transfer beams, Ground", 55, 180, 330),
        Work("03-180", "Roof parapets and plinths", 22, 900, 1000),
        Work("03-190", "Dismantle and remove from site", 15, 960, 1000),
    ]  # fmt: skip


def reinforcement() -> list[Work]:
    return [
        Work("03-205", "Scheduling and shop drawings", 20, 0, 700),
        *in_sequence("03-210", [("supply reinforcement", 62), ("fix reinforcement", 40)], LEVELS, 0, 970),
        Work("03-240", "Core walls, supply and fix", 120, 40, 940),
        Work("03-250", "Post-tensioning to transfer slab", 70, 200, 350),
        Work("03-260", "Couplers, starter bars and sundries", 30, 0, 1000),
    ]


def concrete() -> list[Work]:
    return [
        *in_sequence(
            "03-310", [("place and finish slab", 56), ("place columns and walls", 20)], LEVELS, 40, 1000
        ),
        Work("03-330", "Concrete pump hire and stands", 75, 0, 1000),
        Work("03-340", "Curing and surface protection", 25, 50, 1000),
        Work("03-350", "Power float to car park", 22, 120, 320),
        Work("03-360", "Kerbs, plinths and toppings", 30, 500, 1000),
    ]


def steel() -> list[Work]:
    return [
        Work("05-110", "Workshop drawings and connection design", 60, 0, 300),
        *along("05-120", [(f"Fabricate {what}", 110) for what in ("market hall trusses", "roof plant platform", "entry canopy", "stair stringers")], 120, 720),
        Work("05-130", "Galvanise and paint system", 70, 250, 800),
        *along("05-140", [(f"Erect {what}", 75) for what in ("market hall trusses", "roof plant platform", "entry canopy", "stair stringers")], 400, 1000),
        Work("05-150", "Lintels and façade support angles", 90, 200, 900),
        Work("05-160", "Bolts, grout and survey", 20, 400, 1000),
    ]  # fmt: skip


def precast() -> list[Work]:
    return [
        Work("03-410", "Shop drawings and moulds", 70, 0, 250),
        *in_sequence("03-420", [("cast panels", 48), ("deliver and erect panels", 30)], LEVELS[2:11], 80, 940),
        *along("03-430", [(f"Stair flights, core {core}, cast and erect", 60) for core in ("1", "2")], 150, 900),
        Work("03-440", "Joint sealing and patching", 35, 400, 1000),
        Work("03-450", "Cranage by contractor's mobile crane, ground panels", 25, 250, 400),
    ]  # fmt: skip


def facade() -> list[Work]:
    return [
        Work("08-110", "Design, wind-load certification and prototypes", 90, 0, 300),
        Work("08-120", "Aluminium extrusions and dies", 120, 60, 420),
        *in_sequence("08-210", [("window and sliding door suites, manufacture", 46), ("window and sliding door suites, install", 26), ("brick-look cladding panels", 30)], APARTMENT_LEVELS, 200, 960),
        *along("08-310", [("Curtain wall, market hall, north", 110), ("Curtain wall, market hall, east", 90), ("Automatic entry doors", 30)], 450, 980),
        *in_sequence("08-410", [("balustrades", 18)], APARTMENT_LEVELS, 420, 1000),
        Work("08-510", "Sunshades and louvres", 55, 600, 980),
        Work("08-520", "Water penetration tests and final seal", 25, 700, 1000),
    ]  # fmt: skip


def roofing() -> list[Work]:
    return [
        Work("07-210", "Safety mesh and edge protection", 30, 0, 200),
        *along("07-220", [("Standing-seam roof, market hall", 160), ("Metal deck roof, plant enclosure", 90), ("Skylights", 70), ("Box gutters and sumps", 60), ("Flashings and cappings", 55)], 100, 950),
        Work("07-230", "Roof insulation and sarking", 50, 80, 700),
        Work("07-240", "Downpipes and overflow", 25, 500, 950),
        Work("07-250", "Roof access and anchor points", 20, 800, 1000),
    ]  # fmt: skip


def mechanical() -> list[Work]:
    plant = [("Cooling plant, supply", 170), ("Cooling plant, install", 45), ("Car park exhaust fans", 60), ("Stair pressurisation fans", 55), ("Apartment split systems, 84 no., supply", 190), ("Building management system", 75)]  # fmt: skip
    return services(
        "15", "ductwork and refrigerant rough-in", "grilles and units fit-off", plant, "Riser ductwork"
    )


def electrical() -> list[Work]:
    plant = [("Main switchboard, supply", 120), ("Main switchboard, install and connect", 30), ("Substation kiosk works with the distributor", 90), ("Apartment distribution boards", 85), ("Light fittings, supply", 140), ("Photovoltaic array and inverters", 60), ("Access control and CCTV", 70), ("NBN lead-in and MATV", 45)]  # fmt: skip
    return services(
        "16",
        "cable tray, conduits and cabling",
        "accessories and lights fit-off",
        plant,
        "Rising mains and busduct",
    )


def hydraulic() -> list[Work]:
    plant = [("Hot water plant, supply and install", 140), ("Cold water booster pumps", 60), ("Sewer pump station", 55), ("Rainwater re-use tank and pumps", 50), ("Gas service and meters", 40)]  # fmt: skip
    return services(
        "14",
        "drainage, hot and cold water rough-in",
        "sanitaryware and tapware fit-off",
        plant,
        "Stacks and rising mains",
    )


def fire() -> list[Work]:
    plant = [("Hydrant and sprinkler pump set", 130), ("Fire indicator panel and occupant warning", 80), ("Hydrant booster assembly", 45), ("Storage tank", 60)]  # fmt: skip
    return services(
        "13", "sprinkler and hydrant pipework", "sprinkler heads and detectors", plant, "Hydrant risers"
    )


def lifts() -> list[Work]:
    return [
        Work("14-710", "Deposit with order, both lifts", 100, 0, 100),
        *along("14-720", [(f"Lift {n}: {what}", weight) for n in (1, 2) for what, weight in (("equipment ex works", 170), ("delivery to site", 45), ("rails and brackets", 70), ("machine and controller", 85), ("car and doors", 80), ("commissioning", 40))], 100, 1000),
        Work("14-730", "Builder's lift use, lift 1", 30, 800, 1000),
        Work("14-740", "Registration and hand-over", 20, 950, 1000),
    ]  # fmt: skip


def linings() -> list[Work]:
    """Apartment by apartment: the one long schedule of the sample, some thousand lines."""
    items = (
        ("stud framing", 30), ("insulation to party walls", 12), ("set walls, living", 26), ("set walls, bedrooms", 24),
        ("wet area board, bathroom", 16), ("wet area board, laundry", 9), ("suspended ceiling, living", 22),
        ("suspended ceiling, wet areas", 12), ("bulkheads", 14), ("shadow-line and cornice", 8),
        ("stopping and sanding", 18), ("access panels", 4),
    )  # fmt: skip
    apartments = [(level, unit) for level in range(1, 9) for unit in range(1, 12 if level <= 4 else 11)]
    lines: list[Work] = []
    for number, (level, unit) in enumerate(apartments):
        first = number * 860 // len(apartments)
        for index, (text, weight) in enumerate(items):
            begins = first + index * 10
            lines.append(
                Work(
                    f"09-{210 + index * 5}",
                    f"Apt {level}{unit:02d}: {text}",
                    weight,
                    begins,
                    min(WHOLE, begins + 60),
                )
            )
    return lines


def tiling() -> list[Work]:
    return [
        Work("09-310", "Samples and set-out", 10, 0, 80),
        *in_sequence("09-320", [("bathroom floors", 22), ("bathroom walls", 34), ("kitchen splashbacks", 12), ("balconies", 20)], APARTMENT_LEVELS, 40, 980),
        Work("09-330", "Market hall terrazzo tiles", 80, 500, 950),
        Work("09-340", "Lift lobbies", 35, 600, 1000),
    ]  # fmt: skip


def joinery() -> list[Work]:
    return [
        Work("06-410", "Shop drawings and prototype kitchen", 50, 0, 200),
        Work("06-420", "Board and stone, bulk purchase", 120, 100, 450),
        *in_sequence("06-430", [("kitchens, manufacture", 44), ("kitchens, install", 20), ("vanities", 18), ("wardrobes", 22)], APARTMENT_LEVELS, 180, 1000),
        Work("06-440", "Market hall counters", 60, 700, 980),
        Work("06-450", "Entry lobby joinery and mail boxes", 40, 750, 1000),
    ]  # fmt: skip


def painting() -> list[Work]:
    return [
        *in_sequence("09-910", [("prepare and first coat", 22), ("final coats", 26)], LEVELS[2:11], 0, 980),
        Work("09-920", "Car park line marking", 20, 700, 950),
        Work("09-930", "External soffits", 30, 500, 900),
        Work("09-940", "Touch up before hand-over", 12, 950, 1000),
    ]


def flooring() -> list[Work]:
    return [
        Work("09-610", "Engineered oak, bulk purchase", 90, 0, 250),
        *in_sequence(
            "09-620", [("oak floors, lay", 24), ("carpet to bedrooms", 18)], APARTMENT_LEVELS, 150, 1000
        ),
        Work("09-630", "Skirtings and trims", 25, 300, 1000),
    ]


def landscaping() -> list[Work]:
    return along_list("02-910", [("Set-out and protection of trees", 10), ("Planter waterproof protection and drainage", 30), ("Soil and mulch", 60), ("Advanced trees", 80), ("Shrubs and ground cover", 55), ("Irrigation", 40), ("Courtyard paving", 90), ("Outdoor furniture", 45), ("Establishment, 26 weeks", 30)])  # fmt: skip


def signage() -> list[Work]:
    return along_list("10-410", [("Shop drawings and samples", 15), ("Apartment numbers and level signs", 40), ("Statutory and exit signs", 35), ("Illuminated building sign", 60), ("Tenancy directory", 20), ("Parking signs", 18), ("Install", 30), ("Manuals", 4)])  # fmt: skip


def waterproofing() -> list[Work]:
    return [
        Work("07-110", "Basement wall membrane", 120, 0, 350),
        Work("07-120", "Lift pits", 15, 0, 150),
        Work("07-130", "Podium deck", 90, 250, 500),
        *in_sequence("07-140", [("wet areas", 22), ("balconies", 16)], APARTMENT_LEVELS, 380, 1000),
        Work("07-150", "Roof membrane", 85, 750, 980),
        Work("07-160", "Flood tests and warranties", 12, 400, 1000),
    ]


def doors() -> list[Work]:
    return [
        *in_sequence("08-710", [("door frames, supply", 20), ("door leaves, supply", 26), ("hardware sets", 18)], LEVELS[:11], 0, 1000),
        Work("08-720", "Fire doors with tags", 60, 200, 900),
        Work("08-730", "Garage roller shutters", 35, 700, 1000),
    ]  # fmt: skip


def cleaning() -> list[Work]:
    return [
        Work("01-710", "Daily clean of site amenities", 60, 0, 1000),
        Work("01-720", "Bin exchange, general waste", 70, 0, 1000),
        Work("01-730", "Bin exchange, recycling", 25, 0, 1000),
        Work("01-740", "Street sweeping", 20, 0, 1000),
        *in_sequence("01-750", [("builder's clean", 12)], APARTMENT_LEVELS, 700, 1000),
    ]


def security() -> list[Work]:
    return [
        Work("01-810", "Night guard, weekdays", 120, 0, 1000),
        Work("01-820", "Weekend and public holiday guard", 70, 0, 1000),
        Work("01-830", "CCTV tower hire", 40, 0, 1000),
        Work("01-840", "Turnstiles and swipe cards", 25, 0, 150),
        Work("01-850", "Alarm response, provisional", 12, 0, 1000),
        Work("01-860", "Monthly report", 6, 0, 1000),
        Work("01-870", "Gate controller, deliveries", 60, 100, 900),
        Work("01-880", "Demobilise", 4, 970, 1000),
    ]


def along_list(code: str, texts: Sequence[tuple[str, int]]) -> list[Work]:
    return list(along(code, texts))


SCHEDULES: dict[str, Callable[[], list[Work]]] = {
    "piling": piling, "civil": civil, "formwork": formwork, "reinforcement": reinforcement, "concrete": concrete,
    "steel": steel, "precast": precast, "facade": facade, "roofing": roofing, "mechanical": mechanical,
    "electrical": electrical, "hydraulic": hydraulic, "fire": fire, "lifts": lifts, "linings": linings,
    "tiling": tiling, "joinery": joinery, "painting": painting, "flooring": flooring,
    "landscaping": landscaping, "signage": signage, "waterproofing": waterproofing, "doors": doors, "cleaning": cleaning,
    "security": security,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """A line by quantity: unit, quantity and price in whole dollars and cents as ten-thousandths."""

    code: str
    text: str
    unit: str
    quantity: int
    unit_price: int
    starts: int = 0
    ends: int = WHOLE


def _measured(
    code: str, text: str, unit: str, quantity: int, cents: int, starts: int = 0, ends: int = WHOLE
) -> Measured:
    return Measured(code, text, unit, quantity * 10_000, cents * 100, starts, ends)


def premix() -> list[Measured]:
    return [
        _measured("03-510", "25 MPa, blinding", "m³", 310, 23800, 0, 200),
        _measured("03-511", "32 MPa, slabs on ground", "m³", 620, 25450, 20, 260),
        _measured("03-512", "40 MPa, suspended slabs", "m³", 2480, 27600, 150, 980),
        _measured("03-513", "50 MPa, columns and walls", "m³", 760, 29850, 100, 980),
        _measured("03-514", "65 MPa, lower columns", "m³", 180, 33900, 60, 400),
        _measured("03-515", "Transfer slab, low shrinkage", "m³", 345, 31475, 240, 360),
        _measured("03-520", "Small load surcharge", "no.", 64, 18500, 0, 1000),
        _measured("03-521", "Waiting time beyond 30 minutes", "h", 72, 16240, 0, 1000),
        _measured("03-522", "Out-of-hours plant opening", "no.", 14, 115000, 100, 900),
        _measured("03-523", "Environmental levy", "m³", 4695, 415, 0, 980),
    ]


def scaffolding() -> list[Measured]:
    return [
        _measured("01-610", "Perimeter scaffold, erect", "m²", 5240, 3875, 0, 620),
        _measured("01-611", "Perimeter scaffold, hire", "m²·wk", 118000, 265, 60, 1000),
        _measured("01-612", "Perimeter scaffold, dismantle", "m²", 5240, 1690, 760, 1000),
        _measured("01-613", "Stair towers", "wk", 92, 43500, 0, 1000),
        _measured("01-614", "Loading bays", "no.", 18, 128000, 50, 700),
        _measured("01-615", "Containment mesh", "m²", 5240, 620, 20, 640),
        _measured("01-616", "Internal birdcage, market hall", "m³", 2150, 2240, 450, 900),
        _measured("01-617", "Alterations by the hour", "h", 340, 9450, 100, 1000),
        _measured("01-618", "Weekly inspections and tags", "wk", 44, 31500, 0, 1000),
    ]


def crane() -> list[Measured]:
    return [
        _measured("01-510", "Tower crane 1, erect", "no.", 1, 7850000, 0, 90),
        _measured("01-511", "Tower crane 1, hire with operator", "wk", 50, 1145000, 60, 980),
        _measured("01-512", "Tower crane 1, dismantle", "no.", 1, 6425000, 960, 1000),
        _measured("01-513", "Dogger", "h", 2150, 8740, 60, 980),
        _measured("01-514", "Overtime, operator and dogger", "h", 310, 26350, 60, 980),
        _measured("01-515", "Climbs", "no.", 3, 1875000, 250, 720),
        _measured("01-516", "Mobile crane, 60 t", "h", 140, 34500, 0, 1000),
        _measured("01-517", "Engineer's certificates", "no.", 5, 185000, 40, 980),
    ]


MEASURED: dict[str, Callable[[], list[Measured]]] = {
    "premix": premix,
    "scaffolding": scaffolding,
    "crane": crane,
}
