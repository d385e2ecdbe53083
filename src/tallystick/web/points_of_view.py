"""The three points of view by the names that the language in force has for them (R-TERMS-1)."""

from tallystick.configuration.wording import point_of_view_name
from tallystick.directory.models import PointOfView

__all__ = ["point_of_view_choices", "point_of_view_name"]


def point_of_view_choices() -> list[tuple[str, str]]:
    """Value and name of each, for forms."""
    return [(value, point_of_view_name(value)) for value in PointOfView.values]
