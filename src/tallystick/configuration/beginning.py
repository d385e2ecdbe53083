"""A project's beginning: what its account chose for new projects is copied into it (domain §12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from tallystick.access import administration
from tallystick.access.actor import Actor
from tallystick.access.policies import can_manage_account
from tallystick.audit.actions import changed, record
from tallystick.configuration.models import AccountDefaults
from tallystick.contracts.defaults import TERMS, check_cap
from tallystick.contracts.models import CommitmentDefaults
from tallystick.core import clock
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account, Project
from tallystick.periods import scheduling
from tallystick.periods.calc import Frequency, Rule, problems_of

DAYS = ("start_day", "end_day", "due_day", "due_month")
OF_PROJECT = ("uninvited_claims", "remind_every_days", "invite_message", "paper_footer")
"""What is copied into columns of the project that have the same names."""

BEGINNINGS = (*DAYS, *OF_PROJECT, *TERMS)


def beginnings_of(account: Account) -> AccountDefaults:
    """What new projects begin with; where nothing was chosen, a row that is not stored."""
    return AccountDefaults.objects.filter(account=account).first() or AccountDefaults(account=account)


@transaction.atomic
def create_project(actor: Actor, account: Account, *, number: str, name: str, **settings: Any) -> Project:
    """A project of the account, by one of its administrators. ``settings`` win over what new projects begin with."""
    begins = beginnings_of(account)
    usual = {column: getattr(begins, column) for column in OF_PROJECT}
    project = administration.create_project(actor, account, number=number, name=name, **{**usual, **settings})
    if begins.pk is None:
        return project
    CommitmentDefaults.objects.create(project=project, **{term: getattr(begins, term) for term in TERMS})
    rule = scheduling.rule_of(project)
    days = replace(rule, **{column: getattr(begins, column) for column in DAYS})
    if days != rule:
        scheduling.save_schedule(actor, project, days)
    return project


@transaction.atomic
def set_beginnings(actor: Actor, account: Account, values: Mapping[str, Any]) -> AccountDefaults:
    """Change what new projects begin with; what is not named stays. Raises ``BadInput`` (``fields`` by ``begin:NAME``).

    Unknown names are a programming fault.
    """
    can_manage_account(actor, account).require()
    unknown = set(values) - set(BEGINNINGS)
    if unknown:
        raise ValueError(f"not what a project begins with: {', '.join(sorted(unknown))}")
    Account.objects.select_for_update().get(pk=account.pk)
    begins = beginnings_of(account)
    differences = changed({name: getattr(begins, name) for name in values}, dict(values))
    if not differences:
        return begins
    for name, value in values.items():
        setattr(begins, name, value)
    _check(begins)
    begins.full_clean(validate_unique=False, validate_constraints=False)
    begins.save()
    record(
        actor.login_id,
        "account.settings_changed",
        account,
        account_id=account.pk,
        actor_name=actor.name,
        changes={f"begin:{name}": pair for name, pair in differences.items()},
    )
    return begins


def _check(begins: AccountDefaults) -> None:
    try:
        check_cap(begins)
    except BadInput as problem:
        raise BadInput(
            str(problem), {name.replace("contract:", "begin:"): told for name, told in problem.fields.items()}
        ) from problem
    days = {name: getattr(begins, name) for name in DAYS}
    wrong = problems_of(Rule(Frequency.MANUAL, clock.now().date().replace(day=1), **days))
    if wrong:
        raise BadInput(next(iter(wrong.values())), {f"begin:{name}": told for name, told in wrong.items()})
