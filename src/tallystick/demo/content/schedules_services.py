"""Schedules of values of the building services."""

from collections.abc import Sequence

from tallystick.demo.content.schedule_lines import LEVELS, Work, along, in_sequence, under


def mechanical() -> list[Work]:
    plant = [
        ("Cooling plant, supply", 170),
        ("Cooling plant, install", 45),
        ("Car park exhaust fans", 60),
        ("Stair pressurisation fans", 55),
        ("Apartment split systems, 84 no., supply", 190),
        ("Building management system", 75),
    ]
    return services(
        "15", "ductwork and refrigerant rough-in", "grilles and units fit-off", plant, "Riser ductwork"
    )


def electrical() -> list[Work]:
    plant = [
        ("Main switchboard, supply", 120),
        ("Main switchboard, install and connect", 30),
        ("Substation kiosk works with the distributor", 90),
        ("Apartment distribution boards", 85),
        ("Light fittings, supply", 140),
        ("Photovoltaic array and inverters", 60),
        ("Access control and CCTV", 70),
        ("NBN lead-in and MATV", 45),
    ]
    return services(
        "16",
        "cable tray, conduits and cabling",
        "accessories and lights fit-off",
        plant,
        "Rising mains and busduct",
    )


def hydraulic() -> list[Work]:
    plant = [
        ("Hot water plant, supply and install", 140),
        ("Cold water booster pumps", 60),
        ("Sewer pump station", 55),
        ("Rainwater re-use tank and pumps", 50),
        ("Gas service and meters", 40),
    ]
    return services(
        "14",
        "drainage, hot and cold water rough-in",
        "sanitaryware and tapware fit-off",
        plant,
        "Stacks and rising mains",
    )


def fire() -> list[Work]:
    plant = [
        ("Hydrant and sprinkler pump set", 130),
        ("Fire indicator panel and occupant warning", 80),
        ("Hydrant booster assembly", 45),
        ("Storage tank", 60),
    ]
    return services(
        "13", "sprinkler and hydrant pipework", "sprinkler heads and detectors", plant, "Hydrant risers"
    )


def lifts() -> list[Work]:
    return [
        Work("14-710", "Deposit with order, both lifts", 100, 0, 100),
        *along(
            "14-720",
            [
                (f"Lift {n}: {what}", weight)
                for n in (1, 2)
                for what, weight in (
                    ("equipment ex works", 170),
                    ("delivery to site", 45),
                    ("rails and brackets", 70),
                    ("machine and controller", 85),
                    ("car and doors", 80),
                    ("commissioning", 40),
                )
            ],
            100,
            1000,
        ),
        Work("14-730", "Builder's lift use, lift 1", 30, 800, 1000),
        Work("14-740", "Registration and hand-over", 20, 950, 1000),
    ]


def services(prefix: str, rough: str, fit: str, plant: Sequence[tuple[str, int]], riser: str) -> list[Work]:
    """Building services: design, rough-in and fit-off level by level, risers, plant, commissioning."""
    return [
        *under(
            "Preliminaries and design",
            Work(f"{prefix}-110", "Preliminaries and site establishment", 30, 0, 120),
            Work(f"{prefix}-120", "Design, shop drawings and co-ordination", 45, 0, 350),
            Work(f"{prefix}-130", "Cast-in and penetrations", 35, 0, 560),
        ),
        *under(
            "Rough-in",
            *in_sequence(f"{prefix}-210", [(rough, 34)], LEVELS, 120, 800),
            Work(f"{prefix}-240", riser, 70, 250, 820),
        ),
        *under("Plant and equipment", *along(f"{prefix}-310", plant, 300, 950)),
        *under("Fit-off", *in_sequence(f"{prefix}-410", [(fit, 20)], LEVELS[2:11], 640, 1000)),
        *under(
            "Completion",
            Work(f"{prefix}-510", "Testing and commissioning", 30, 900, 1000),
            Work(f"{prefix}-520", "As-built drawings and operation manuals", 15, 920, 1000),
        ),
    ]
