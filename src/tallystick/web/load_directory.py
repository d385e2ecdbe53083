"""Loading people and insurance by their addresses: each through the company that the reader may look up."""

from __future__ import annotations

from tallystick.access.people import visible_insurance, visible_people
from tallystick.core.errors import NotFound
from tallystick.directory.models import Insurance, Person
from tallystick.web import load
from tallystick.web.request import PageRequest


def person_for(request: PageRequest, person_id: int) -> Person:
    """Somebody in a directory that the reader may look up, switched off or not."""
    people = visible_people(request.actor).select_related("account", "company__account", "login")
    person = people.filter(pk=person_id).first()
    if person is None:
        raise NotFound("There is no such person in a directory that you may read.")
    load.enter_account(request, person.account)
    return person


def insurance_for(request: PageRequest, insurance_id: int) -> Insurance:
    """An insurance of a company that the reader may look up."""
    found = (
        visible_insurance(request.actor).select_related("company__account").filter(pk=insurance_id).first()
    )
    if found is None:
        raise NotFound("There is no such insurance among those you may see. It may have been removed.")
    load.enter_account(request, found.company.account)
    return found
