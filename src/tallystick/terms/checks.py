"""A start-up check: every dictionary can be made, so that no reader is the first to meet a missing word."""

from typing import Any

from django.core.checks import CheckMessage, Critical, register

from tallystick.terms.catalogue import Catalogue
from tallystick.terms.choosing import catalogue
from tallystick.terms.dictionary import PointOfView, WordFault


@register
def dictionaries_are_complete(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Make every point of view in every locale; one message per dictionary that can't be made."""
    return faults_of(catalogue())


def faults_of(files: Catalogue) -> list[CheckMessage]:
    """What is wrong with the data files, dictionary by dictionary."""
    faults: list[CheckMessage] = []
    for locale in files.locales:
        for view in PointOfView:
            try:
                files.dictionary(view, locale)
            except WordFault as fault:
                faults.append(Critical(f"{locale}, {view}: {fault}", id="terms.C001"))
    return faults
