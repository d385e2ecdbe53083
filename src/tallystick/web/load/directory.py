"""Loading people, insurance and own fields by their addresses: each through what the reader may look up."""

from __future__ import annotations

from tallystick.access.people import visible_insurance, visible_people
from tallystick.access.policies import can_manage_account, visible_accounts
from tallystick.claims.models import CustomField
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


def custom_field_for(request: PageRequest, field_id: int) -> CustomField:
    """One of an account's own fields of claims that is in use; its administrators alone change them."""
    found = (
        CustomField.objects.filter(archived_at=None, account__in=visible_accounts(request.actor))
        .select_related("account")
        .filter(pk=field_id)
        .first()
    )
    if found is None:
        raise NotFound("There is no such field among those of your account. It may have been retired.")
    load.enter_account(request, found.account)
    can_manage_account(request.actor, found.account).require()
    return found
