"""What a person is on contracts, and what becomes of it when they go to another company (R-CONTACT, R-PERM-3)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tallystick.access.actor import Actor
from tallystick.access.people import set_company
from tallystick.access.policies import can_manage_account
from tallystick.contracts.models import ClaimContact, Contract, PrivateListMember
from tallystick.contracts.states import COMMITMENT_KINDS, ContractStatus
from tallystick.contracts.writing import record
from tallystick.directory.models import Company, Person
from tallystick.notifications.distribution import drop_from_distribution

_OVER = (ContractStatus.VOID, ContractStatus.TERMINATED, ContractStatus.COMPLETE)


def claims_on(person: Person) -> QuerySet[Contract]:
    """The contracts on which the person is designated as claim contact."""
    return Contract.objects.filter(claim_contacts__person=person)


@transaction.atomic
def move_person(actor: Actor, person: Person, company: Company) -> Person:
    """Put a person under another company of the directory.

    A claim contact is always an employee of the contract company, so designations on other companies' contracts
    end, and the private lists of those contracts lose the person, as the projects' distribution lists do: what the old
    company agreed is not for the new.
    """
    can_manage_account(actor, person.account).require()
    moved = set_company(actor, person, company)
    contacts = ClaimContact.objects.filter(person=person).exclude(contract__company=company)
    listed = PrivateListMember.objects.filter(person=person).exclude(contract__company=company)
    for name, rows in (("claim_contact.removed", contacts), ("private_list.removed", listed)):
        for row in rows.select_related("contract__project"):
            row.delete()
            record(actor, name, row.contract, facts={"person": person.name})
    drop_from_distribution(actor, person)
    return moved


def with_commitments(account_id: int) -> QuerySet[Company]:
    """Companies of the account that work for it under a commitment which is not over: they must be insured."""
    at_work = Contract.objects.filter(company=OuterRef("pk"), kind__in=COMMITMENT_KINDS).exclude(
        status__in=_OVER
    )
    return Company.objects.filter(Exists(at_work), account_id=account_id, is_own=False)
