"""The three points of view by the names that the language in force has for them (R-TERMS-1)."""

from tallystick import terms
from tallystick.directory.models import PointOfView

_CONCEPTS = {
    PointOfView.GENERAL_CONTRACTOR: "general_contractor",
    PointOfView.OWNER: "owner",
    PointOfView.SPECIALTY_CONTRACTOR: "specialty_contractor",
}


def point_of_view_name(value: str) -> str:
    """``Head contractor`` in Australia, ``General contractor`` in the United States."""
    return terms.current().cap(_CONCEPTS[PointOfView(value)])


def point_of_view_choices() -> list[tuple[str, str]]:
    """Value and name of each, for forms."""
    return [(value, point_of_view_name(value)) for value in PointOfView.values]
