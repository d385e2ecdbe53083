"""Writing the directory and the settings, by whoever may (R-PERM-6, R-TERMS-3): decide, then let it be written."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.policies import (
    can_change_project,
    can_manage_account,
)
from tallystick.directory import actions, people
from tallystick.directory.models import Account, Company, Person, Project


@transaction.atomic
def create_project(actor: Actor, account: Account, *, number: str, name: str, **settings: Any) -> Project:
    """A project of the account, by one of its administrators."""
    can_manage_account(actor, account).require()
    return actions.create_project(_by(actor), account, number=number, name=name, **settings)


@transaction.atomic
def change_project(actor: Actor, project: Project, **values: Any) -> Project:
    """A project's settings, by somebody with Admin on its Commitments tool."""
    can_change_project(actor, project).require()
    return actions.change_project(_by(actor), project, **values)


@transaction.atomic
def change_account(actor: Actor, account: Account, **values: Any) -> Account:
    """An account's settings, by one of its administrators."""
    can_manage_account(actor, account).require()
    return actions.change_account(_by(actor), account, **values)


@transaction.atomic
def create_company(actor: Actor, account: Account, *, name: str, **facts: str) -> Company:
    """A company in the account's directory."""
    can_manage_account(actor, account).require()
    return actions.create_company(_by(actor), account, name=name, **facts)


@transaction.atomic
def change_company(actor: Actor, company: Company, **values: str) -> Company:
    """A company's record."""
    can_manage_account(actor, company.account).require()
    return actions.change_company(_by(actor), company, **values)


@transaction.atomic
def create_person(
    actor: Actor, company: Company, *, name: str, email: str, login: bool = True, **facts: str
) -> Person:
    """An employee of a company in the directory."""
    can_manage_account(actor, company.account).require()
    return people.create_person(_by(actor), company, name=name, email=email, login=login, **facts)


def _by(actor: Actor) -> tuple[int | None, str]:
    return actor.login_id, actor.name
