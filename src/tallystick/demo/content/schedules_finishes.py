"""Schedules of values of the trades that finish the building, and of those who keep the site."""

from tallystick.demo.content.schedule_lines import APARTMENT_LEVELS, LEVELS, WHOLE, Work, along, in_sequence


def linings() -> list[Work]:
    """Apartment by apartment: the one long schedule of the sample, some thousand lines."""
    items = (
        ("stud framing", 30),
        ("insulation to party walls", 12),
        ("set walls, living", 26),
        ("set walls, bedrooms", 24),
        ("wet area board, bathroom", 16),
        ("wet area board, laundry", 9),
        ("suspended ceiling, living", 22),
        ("suspended ceiling, wet areas", 12),
        ("bulkheads", 14),
        ("shadow-line and cornice", 8),
        ("stopping and sanding", 18),
        ("access panels", 4),
    )
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
        *in_sequence(
            "09-320",
            [("bathroom floors", 22), ("bathroom walls", 34), ("kitchen splashbacks", 12), ("balconies", 20)],
            APARTMENT_LEVELS,
            40,
            980,
        ),
        Work("09-330", "Market hall terrazzo tiles", 80, 500, 950),
        Work("09-340", "Lift lobbies", 35, 600, 1000),
    ]


def joinery() -> list[Work]:
    return [
        Work("06-410", "Shop drawings and prototype kitchen", 50, 0, 200),
        Work("06-420", "Board and stone, bulk purchase", 120, 100, 450),
        *in_sequence(
            "06-430",
            [("kitchens, manufacture", 44), ("kitchens, install", 20), ("vanities", 18), ("wardrobes", 22)],
            APARTMENT_LEVELS,
            180,
            1000,
        ),
        Work("06-440", "Market hall counters", 60, 700, 980),
        Work("06-450", "Entry lobby joinery and mail boxes", 40, 750, 1000),
    ]


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


def doors() -> list[Work]:
    return [
        *in_sequence(
            "08-710",
            [("door frames, supply", 20), ("door leaves, supply", 26), ("hardware sets", 18)],
            LEVELS[:11],
            0,
            1000,
        ),
        Work("08-720", "Fire doors with tags", 60, 200, 900),
        Work("08-730", "Garage roller shutters", 35, 700, 1000),
    ]


def landscaping() -> list[Work]:
    return list(
        along(
            "02-910",
            [
                ("Set-out and protection of trees", 10),
                ("Planter waterproof protection and drainage", 30),
                ("Soil and mulch", 60),
                ("Advanced trees", 80),
                ("Shrubs and ground cover", 55),
                ("Irrigation", 40),
                ("Courtyard paving", 90),
                ("Outdoor furniture", 45),
                ("Establishment, 26 weeks", 30),
            ],
        )
    )


def signage() -> list[Work]:
    return list(
        along(
            "10-410",
            [
                ("Shop drawings and samples", 15),
                ("Apartment numbers and level signs", 40),
                ("Statutory and exit signs", 35),
                ("Illuminated building sign", 60),
                ("Tenancy directory", 20),
                ("Parking signs", 18),
                ("Install", 30),
                ("Manuals", 4),
            ],
        )
    )


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
