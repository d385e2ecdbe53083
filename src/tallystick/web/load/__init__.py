"""Loading what an address names, and checking that the actor may see it, in one step that can't be forgotten.

Each loader raises ``NotFound`` (404) for what is not there as far as this actor can know; what is somebody
else's and what does not exist look the same. Each also tells the request what the page is about, so that the
words, the clock and the frame around the page are right. Whether the actor may *do* something is asked of the
policies afterwards.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from tallystick.access.policies import visible_accounts, visible_companies, visible_projects
from tallystick.claims import policies as claim_policies
from tallystick.claims.models import Claim
from tallystick.contracts import policies as contract_policies
from tallystick.contracts.models import Contract, Variation
from tallystick.core.errors import NotFound
from tallystick.core.ids import number_in
from tallystick.directory.models import Account, Company, Person, Project
from tallystick.periods import policies as period_policies
from tallystick.periods.models import BillingPeriod
from tallystick.runs.queries import RunRow, run_of
from tallystick.terms import text
from tallystick.web import words
from tallystick.web.request import PageRequest


def account_for(request: PageRequest, account_id: int) -> Account:
    """An account in whose directory the actor is."""
    account = visible_accounts(request.actor).filter(pk=account_id).first()
    if account is None:
        raise NotFound("There is no such account among yours.")
    enter_account(request, account)
    return account


def home_account(request: PageRequest) -> Account | None:
    """The person's first account, for pages that are about the person: its words hold there."""
    account = visible_accounts(request.actor).order_by("pk").first()
    if account is not None:
        enter_account(request, account)
    return account


def project_for(request: PageRequest, project_id: int) -> Project:
    """A project that the actor is on, or that belongs to an account they administer."""
    project = visible_projects(request.actor).select_related("account").filter(pk=project_id).first()
    if project is None:
        raise NotFound("There is no such project among yours.")
    enter_project(request, project)
    return project


def contract_for(request: PageRequest, contract_id: int) -> Contract:
    """A contract that the actor may see, with its company, project and account at hand (R-PERM-2)."""
    contract = (
        contract_policies.visible_to(request.actor)
        .select_related("project__account", "company")
        .filter(pk=contract_id)
        .first()
    )
    if contract is None:
        raise NotFound("There is no such contract among those you may see.")
    enter_project(request, contract.project)
    return contract


def variation_for(request: PageRequest, variation_id: int) -> Variation:
    """A variation of a contract that the actor may see, with the contract and its project at hand."""
    variation = (
        Variation.objects.filter(pk=variation_id, contract__in=contract_policies.visible_to(request.actor))
        .select_related("contract__project__account", "contract__company")
        .first()
    )
    if variation is None:
        raise NotFound("There is no such change to a contract among those you may see.")
    enter_project(request, variation.contract.project)
    return variation


def period_for(request: PageRequest, period_id: int) -> BillingPeriod:
    """A billing period of a project that the actor is on."""
    period = (
        period_policies.visible_to(request.actor)
        .select_related("project__account")
        .filter(pk=period_id)
        .first()
    )
    if period is None:
        raise NotFound("There is no such billing period. It may have been deleted.")
    enter_project(request, period.project)
    return period


def claim_for(request: PageRequest, claim_id: int, *, deleted: bool = False) -> Claim:
    """A claim that the actor may see, with its contract, company, period, project and account at hand.

    With ``deleted`` also one that was deleted, on a contract that the actor may see: for undoing it.
    """
    claims = claim_policies.visible_to(request.actor)
    if deleted:
        claims = Claim.objects.filter(contract__in=contract_policies.visible_to(request.actor))
    claim = (
        claims.select_related(
            "contract__project__account", "contract__company", "period", "submitted_by", "certified_by"
        )
        .filter(pk=claim_id)
        .first()
    )
    if claim is None:
        raise NotFound(text("There is no such {claim} among those you may see. It may have been deleted."))
    enter_project(request, claim.contract.project)
    return claim


def company_for(request: PageRequest, company_id: int) -> Company:
    """A company in a directory that the actor may read."""
    company = visible_companies(request.actor).select_related("account").filter(pk=company_id).first()
    if company is None:
        raise NotFound("There is no such company in a directory that you may read.")
    enter_account(request, company.account)
    return company


def run_for(request: PageRequest, run_id: UUID) -> RunRow:
    """A piece of work that this person asked for."""
    return run_of(request.user.pk, run_id)


def person_among(people: QuerySet[Person], person_id: int | str) -> Person:
    """One of the people that a page offers for choosing."""
    number = number_in(str(person_id))
    person = people.filter(pk=number).first() if number is not None else None
    if person is None:
        raise NotFound("There is no such person in this directory.")
    return person


def enter_project(request: PageRequest, project: Project) -> None:
    """The page is about this project: its words, its clock, its frame. For loaders of other rooms."""
    request.project, request.account = project, project.account
    words.put_in_force(request, project=project)


def enter_account(request: PageRequest, account: Account) -> None:
    """The page is about this account, and no project of it."""
    request.project, request.account = None, account
    words.put_in_force(request, account=account)
