"""Which dictionary is in force for whom (R-TERMS-3)."""

from functools import cache

from tallystick.terms.catalogue import Catalogue
from tallystick.terms.dictionary import Dictionary, PointOfView

DEFAULT_POINT_OF_VIEW = PointOfView.GENERAL_CONTRACTOR
DEFAULT_LOCALE = "en-AU"

# For model fields and forms. A locale's name is the same in all of them.
POINT_OF_VIEW_CHOICES = [
    (PointOfView.GENERAL_CONTRACTOR.value, "General contractor"),
    (PointOfView.OWNER.value, "Owner"),
    (PointOfView.SPECIALTY_CONTRACTOR.value, "Specialty contractor"),
]


@cache
def catalogue() -> Catalogue:
    """The shipped data files, read at the first use and kept."""
    return Catalogue()


def locale_choices() -> list[tuple[str, str]]:
    """Code and name of every locale, for model fields and forms."""
    return [(code, locale.name) for code, locale in catalogue().locales.items()]


def dictionary(
    point_of_view: str = DEFAULT_POINT_OF_VIEW, locale: str = DEFAULT_LOCALE
) -> Dictionary:  # fmt: skip
    """The dictionary of a point of view in a locale; the same object every time. Raises ``UnknownTerm``."""
    return catalogue().dictionary(str(point_of_view), locale)


def resolve(
    *, account: str = "", project: str = "", user: str = "", locale: str = DEFAULT_LOCALE
) -> Dictionary:
    """The dictionary for a reader: the person's own choice, else the project's, else the account's default.

    Each of the three is a point of view's value or ``""`` for "no choice of its own"; ``locale`` is found by the
    caller in the same order. For what several people will read (a PDF, a file's name, an e-mail to somebody
    without a log-in) leave ``user`` out.
    """
    return dictionary(user or project or account or DEFAULT_POINT_OF_VIEW, locale)
