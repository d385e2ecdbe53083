"""Reading and writing people and insurance of the directory, by whoever may (R-PERM-6, R-INSURANCE)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from tallystick.access.actor import Actor
from tallystick.access.policies import can_give_up_account, can_manage_account, visible_companies
from tallystick.directory import insurance as policies
from tallystick.directory import people
from tallystick.directory.models import Account, Company, Insurance, Person


def visible_people(actor: Actor) -> QuerySet[Person]:
    """People of the companies that the actor may look up, the deactivated ones among them."""
    return Person.objects.filter(company__in=visible_companies(actor))


def visible_insurance(actor: Actor) -> QuerySet[Insurance]:
    """Insurance of the companies that the actor may look up."""
    return Insurance.objects.filter(company__in=visible_companies(actor))


@transaction.atomic
def change_person(actor: Actor, person: Person, *, email: str, login: bool, **facts: str) -> Person:
    """A person's record; another address is another log-in."""
    can_manage_account(actor, person.account).require()
    changed = people.change_person(_by(actor), person, email=email, login=login, **facts)
    if not login:
        _keeps_administrator(person)
    return changed


@transaction.atomic
def deactivate_person(actor: Actor, person: Person) -> Person:
    """Nothing of the account is the person's to see any more."""
    can_manage_account(actor, person.account).require()
    changed = people.deactivate_person(_by(actor), person)
    _keeps_administrator(person)
    return changed


def _keeps_administrator(person: Person) -> None:
    """An account is never left without an administrator who can sign in."""
    Account.objects.select_for_update().get(pk=person.account_id)
    can_give_up_account(person).require()


@transaction.atomic
def reactivate_person(actor: Actor, person: Person) -> Person:
    """With the levels and designations that the person had."""
    can_manage_account(actor, person.account).require()
    return people.reactivate_person(_by(actor), person)


@transaction.atomic
def set_company(actor: Actor, person: Person, company: Company) -> Person:
    """Put a person under another company; ``contracts.moving_people`` ends what goes with the old one first."""
    can_manage_account(actor, person.account).require()
    return people.set_company(_by(actor), person, company)


@transaction.atomic
def set_default_contact(actor: Actor, company: Company, person: Person | None) -> Company:
    """Who is offered first as claim contact on the company's contracts."""
    can_manage_account(actor, company.account).require()
    return people.set_default_contact(_by(actor), company, person)


@transaction.atomic
def add_insurance(actor: Actor, company: Company, policy: policies.Policy) -> Insurance:
    """Record an insurance of a company."""
    can_manage_account(actor, company.account).require()
    return policies.add_insurance(_by(actor), company, policy)


@transaction.atomic
def change_insurance(actor: Actor, insurance: Insurance, policy: policies.Policy) -> Insurance:
    """Change what is recorded of an insurance."""
    can_manage_account(actor, insurance.company.account).require()
    return policies.change_insurance(_by(actor), insurance, policy)


@transaction.atomic
def remove_insurance(actor: Actor, insurance: Insurance) -> None:
    """Take a record out."""
    can_manage_account(actor, insurance.company.account).require()
    policies.remove_insurance(_by(actor), insurance)


def _by(actor: Actor) -> tuple[int | None, str]:
    return actor.login_id, actor.name
