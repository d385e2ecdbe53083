"""Schedules of values of the trades that build the frame and close it."""

from tallystick.demo.content.schedule_lines import APARTMENT_LEVELS, LEVELS, Work, along, in_sequence


def piling() -> list[Work]:
    return [
        Work("02-110", "Establish piling rigs, working platform by others", 60, 0, 150),
        *along(
            "02-210", [(f"CFA piles Ø600, grid {grid}", 85) for grid in ("A–C", "C–E", "E–G", "G–J")], 60, 700
        ),
        *along("02-220", [(f"CFA piles Ø750, core {core}", 70) for core in ("1", "2")], 250, 750),
        *along(
            "02-310",
            [(f"Secant shoring wall, {side} boundary", 95) for side in ("north", "east", "south", "west")],
            120,
            900,
        ),
        Work("02-320", "Capping beam", 80, 600, 960),
        Work("02-330", "Temporary ground anchors, install and stress", 65, 500, 950),
        Work("02-340", "Pile integrity tests and report", 15, 700, 1000),
        Work("02-350", "Demobilise", 15, 930, 1000),
    ]


def civil() -> list[Work]:
    return [
        Work("01-110", "Demolish existing sheds and slabs", 90, 0, 140),
        Work("01-120", "Erosion and sediment control", 15, 0, 1000),
        *along("01-210", [(f"Bulk excavation, stage {n}", 110) for n in (1, 2, 3)], 60, 420),
        Work("01-220", "Spoil to licensed tip, general solid waste", 120, 80, 440),
        Work("01-230", "Detailed excavation, footings and lift pits", 50, 350, 520),
        Work("01-310", "Stormwater on-site detention tank", 85, 500, 700),
        *along(
            "01-320",
            [
                (f"Stormwater drainage, {run}", 35)
                for run in ("basement", "ground floor", "Ropewalk Lane", "Dock Street")
            ],
            450,
            950,
        ),
        Work("01-410", "Kerb, gutter and crossovers, Ropewalk Lane", 55, 850, 1000),
        Work("01-420", "Footpath paving, Dock Street", 60, 880, 1000),
        Work("01-430", "Road restoration to council's requirements", 30, 920, 1000),
    ]


def formwork() -> list[Work]:
    return [
        Work("03-105", "Mobilise, formwork design and certification", 40, 0, 90),
        *in_sequence(
            "03-110",
            [("columns and walls", 34), ("slab soffit and edges", 78), ("stairs and upstands", 14)],
            LEVELS,
            20,
            980,
        ),
        Work("03-140", "Core walls, jump form, cores 1 and 2", 160, 60, 940),
        Work("03-150", "Back-propping and strip", 60, 100, 1000),
        Work("03-160", "Car park ramps", 36, 80, 300),
        Work("03-170", "Transfer beams, Ground", 55, 180, 330),
        Work("03-180", "Roof parapets and plinths", 22, 900, 1000),
        Work("03-190", "Dismantle and remove from site", 15, 960, 1000),
    ]


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
        *along(
            "05-120",
            [
                (f"Fabricate {what}", 110)
                for what in ("market hall trusses", "roof plant platform", "entry canopy", "stair stringers")
            ],
            120,
            720,
        ),
        Work("05-130", "Galvanise and paint system", 70, 250, 800),
        *along(
            "05-140",
            [
                (f"Erect {what}", 75)
                for what in ("market hall trusses", "roof plant platform", "entry canopy", "stair stringers")
            ],
            400,
            1000,
        ),
        Work("05-150", "Lintels and façade support angles", 90, 200, 900),
        Work("05-160", "Bolts, grout and survey", 20, 400, 1000),
    ]


def precast() -> list[Work]:
    return [
        Work("03-410", "Shop drawings and moulds", 70, 0, 250),
        *in_sequence(
            "03-420", [("cast panels", 48), ("deliver and erect panels", 30)], LEVELS[2:11], 80, 940
        ),
        *along(
            "03-430", [(f"Stair flights, core {core}, cast and erect", 60) for core in ("1", "2")], 150, 900
        ),
        Work("03-440", "Joint sealing and patching", 35, 400, 1000),
        Work("03-450", "Cranage by contractor's mobile crane, ground panels", 25, 250, 400),
    ]


def facade() -> list[Work]:
    return [
        Work("08-110", "Design, wind-load certification and prototypes", 90, 0, 300),
        Work("08-120", "Aluminium extrusions and dies", 120, 60, 420),
        *in_sequence(
            "08-210",
            [
                ("window and sliding door suites, manufacture", 46),
                ("window and sliding door suites, install", 26),
                ("brick-look cladding panels", 30),
            ],
            APARTMENT_LEVELS,
            200,
            960,
        ),
        *along(
            "08-310",
            [
                ("Curtain wall, market hall, north", 110),
                ("Curtain wall, market hall, east", 90),
                ("Automatic entry doors", 30),
            ],
            450,
            980,
        ),
        *in_sequence("08-410", [("balustrades", 18)], APARTMENT_LEVELS, 420, 1000),
        Work("08-510", "Sunshades and louvres", 55, 600, 980),
        Work("08-520", "Water penetration tests and final seal", 25, 700, 1000),
    ]


def roofing() -> list[Work]:
    return [
        Work("07-210", "Safety mesh and edge protection", 30, 0, 200),
        *along(
            "07-220",
            [
                ("Standing-seam roof, market hall", 160),
                ("Metal deck roof, plant enclosure", 90),
                ("Skylights", 70),
                ("Box gutters and sumps", 60),
                ("Flashings and cappings", 55),
            ],
            100,
            950,
        ),
        Work("07-230", "Roof insulation and sarking", 50, 80, 700),
        Work("07-240", "Downpipes and overflow", 25, 500, 950),
        Work("07-250", "Roof access and anchor points", 20, 800, 1000),
    ]


def waterproofing() -> list[Work]:
    return [
        Work("07-110", "Basement wall membrane", 120, 0, 350),
        Work("07-120", "Lift pits", 15, 0, 150),
        Work("07-130", "Podium deck", 90, 250, 500),
        *in_sequence("07-140", [("wet areas", 22), ("balconies", 16)], APARTMENT_LEVELS, 380, 1000),
        Work("07-150", "Roof membrane", 85, 750, 980),
        Work("07-160", "Flood tests and warranties", 12, 400, 1000),
    ]
