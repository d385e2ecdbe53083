"""Choosing somebody of a directory that may have thousands: a few are offered, and search finds the others."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tallystick.directory.models import Person

OFFERED = 30
"""How many people of the directory are offered at once."""


def people_matching(people: QuerySet[Person], wanted: str) -> QuerySet[Person]:
    """Those in whose name, e-mail address or company each of the words stands."""
    for word in wanted.split():
        people = people.filter(
            Q(name__icontains=word) | Q(email__icontains=word) | Q(company__name__icontains=word)
        )
    return people
