"""Schedules of values by quantity and unit price."""

from tallystick.demo.content.schedule_lines import WHOLE, Measured


def _measured(
    code: str, text: str, unit: str, quantity: int, cents: int, *, time: tuple[int, int] = (0, WHOLE)
) -> Measured:
    return Measured(code, text, unit, quantity * 10_000, cents * 100, *time)


def premix() -> list[Measured]:
    return [
        _measured("03-510", "25 MPa, blinding", "m³", 310, 23800, time=(0, 200)),
        _measured("03-511", "32 MPa, slabs on ground", "m³", 620, 25450, time=(20, 260)),
        _measured("03-512", "40 MPa, suspended slabs", "m³", 2480, 27600, time=(150, 980)),
        _measured("03-513", "50 MPa, columns and walls", "m³", 760, 29850, time=(100, 980)),
        _measured("03-514", "65 MPa, lower columns", "m³", 180, 33900, time=(60, 400)),
        _measured("03-515", "Transfer slab, low shrinkage", "m³", 345, 31475, time=(240, 360)),
        _measured("03-520", "Small load surcharge", "no.", 64, 18500, time=(0, 1000)),
        _measured("03-521", "Waiting time beyond 30 minutes", "h", 72, 16240, time=(0, 1000)),
        _measured("03-522", "Out-of-hours plant opening", "no.", 14, 115000, time=(100, 900)),
        _measured("03-523", "Environmental levy", "m³", 4695, 415, time=(0, 980)),
    ]


def scaffolding() -> list[Measured]:
    return [
        _measured("01-610", "Perimeter scaffold, erect", "m²", 5240, 3875, time=(0, 620)),
        _measured("01-611", "Perimeter scaffold, hire", "m²·wk", 118000, 265, time=(60, 1000)),
        _measured("01-612", "Perimeter scaffold, dismantle", "m²", 5240, 1690, time=(760, 1000)),
        _measured("01-613", "Stair towers", "wk", 92, 43500, time=(0, 1000)),
        _measured("01-614", "Loading bays", "no.", 18, 128000, time=(50, 700)),
        _measured("01-615", "Containment mesh", "m²", 5240, 620, time=(20, 640)),
        _measured("01-616", "Internal birdcage, market hall", "m³", 2150, 2240, time=(450, 900)),
        _measured("01-617", "Alterations by the hour", "h", 340, 9450, time=(100, 1000)),
        _measured("01-618", "Weekly inspections and tags", "wk", 44, 31500, time=(0, 1000)),
    ]


def crane() -> list[Measured]:
    return [
        _measured("01-510", "Tower crane 1, erect", "no.", 1, 7850000, time=(0, 90)),
        _measured("01-511", "Tower crane 1, hire with operator", "wk", 50, 1145000, time=(60, 980)),
        _measured("01-512", "Tower crane 1, dismantle", "no.", 1, 6425000, time=(960, 1000)),
        _measured("01-513", "Dogger", "h", 2150, 8740, time=(60, 980)),
        _measured("01-514", "Overtime, operator and dogger", "h", 310, 26350, time=(60, 980)),
        _measured("01-515", "Climbs", "no.", 3, 1875000, time=(250, 720)),
        _measured("01-516", "Mobile crane, 60 t", "h", 140, 34500, time=(0, 1000)),
        _measured("01-517", "Engineer's certificates", "no.", 5, 185000, time=(40, 980)),
    ]
