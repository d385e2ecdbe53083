"""Everything that is known of somebody's contracts, looked up for all of them at once (R-CONTACT).

A fixed number of queries, however many contracts, projects and accounts there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from tallystick.access.actor import Actor
from tallystick.access.policies import load_levels
from tallystick.claims.models import Claim
from tallystick.claims.policies import can_create_claim
from tallystick.claims.states import CERTIFIED, UNFINISHED, ClaimStatus
from tallystick.contracts.models import ClaimContact, Contract
from tallystick.contracts.policies import visible_to
from tallystick.contracts.states import COMMITMENT_KINDS, ContractStatus
from tallystick.core import clock
from tallystick.core.dates import days_left
from tallystick.core.errors import Decision
from tallystick.directory.models import Account, Company, Project
from tallystick.mine.groups import Asking, Group, Made, Standing, standing_of
from tallystick.payment_schedules.law import law_or_why_not
from tallystick.payments.models import Payment
from tallystick.periods.invite_policies import OwnTerms
from tallystick.periods.models import BillingPeriod, Invite, InviteAnswer, PeriodExtension, PeriodStatus
from tallystick.terms import Dictionary, current, use


@dataclass(frozen=True, slots=True)
class Owed:
    """A certified claim on which something is left to pay. ``pay_day`` is ``None`` where nobody knows the day."""

    claim_id: int
    outstanding: int
    pay_day: date | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """One of my contracts: where it stands, what the open period asks of it, and its money in minor units.

    ``contract`` comes with its project and account. ``period`` is the project's open one; ``due`` its last day for this
    contract, an extension counted. ``payer`` is the company that the contract is with.
    """

    contract: Contract
    payer: str
    period: BillingPeriod | None
    own: OwnTerms | None
    standing: Standing
    in_period: tuple[Made, ...]
    """claims of the open period, whatever the row is about"""
    can_create: Decision
    held: int
    due_to_date: int
    paid_to_date: int
    owed: tuple[Owed, ...]

    @property
    def project(self) -> Project:
        """The contract's project."""
        project: Project = self.contract.project
        return project

    @property
    def group(self) -> Group:
        """What it waits for."""
        return self.standing.group

    @property
    def claim(self) -> Made | None:
        """The claim that the row is about."""
        return self.standing.claim

    @property
    def due(self) -> date | None:
        """The last day for a claim in the open period."""
        return self.own.due if self.own else None

    @property
    def days_left(self) -> int | None:
        """Days until then on the project's clock: 0 on the day itself, negative afterwards."""
        return days_left(self.own.due, self.project.time_zone) if self.own else None

    @property
    def is_extended(self) -> bool:
        """Whether this contract has longer than the others."""
        return self.own is not None and self.period is not None and self.own.due > self.period.due

    @property
    def invite(self) -> Invite | None:
        """Its invite to bill in the open period."""
        return self.own.invite if self.own else None

    @property
    def outstanding(self) -> int:
        """Still to be paid of what is certified, with tax; what was paid on account counts."""
        return max(self.due_to_date - self.paid_to_date, 0)

    @property
    def overdue(self) -> int:
        """What of it should have been paid by now."""
        return min(sum(one.outstanding for one in self.owed if one.is_over), self.outstanding)


def my_contracts(actor: Actor) -> QuerySet[Contract]:
    """The commitments on which the actor claims, of all projects and accounts."""
    mine = ClaimContact.objects.filter(person__login_id=actor.login_id or 0, person__is_active=True)
    return visible_to(actor).filter(
        pk__in=mine.values("contract_id"), kind__in=COMMITMENT_KINDS, project__is_active=True
    )


WordsOf = Callable[[Project], Dictionary]
"""In whose words a project's sentences are: each has its own dictionary, unless the reader chose one (R-TERMS-3)."""


def words_in_force(project: Project) -> Dictionary:
    """The dictionary in force, whatever the project."""
    return current()


def facts_of(actor: Actor, words_of: WordsOf = words_in_force, *, only: Contract | None = None) -> list[Mine]:
    """All of the actor's contracts, by project and number; with ``only`` that one, if it is among them."""
    if actor.login_id is None:
        return []
    found = my_contracts(actor) if only is None else my_contracts(actor).filter(pk=only.pk)
    contracts = list(_with_retention(found).order_by("project__name", "project_id", "number", "pk"))
    projects = _projects({contract.project_id for contract in contracts})
    for contract in contracts:
        contract.project = projects[contract.project_id]
    load_levels(actor, projects.values())
    me = knowing(actor, contracts)
    ids = [contract.pk for contract in contracts]
    periods = {
        period.project_id: period
        for period in BillingPeriod.objects.filter(project__in=list(projects), status=PeriodStatus.OPEN)
    }
    own = _own_terms(contracts, periods)
    claims = _claims(ids, periods.values())
    due, paid = _due(ids), _paid(ids)
    owed = _owed(contracts)
    payers = _payers({project.account_id for project in projects.values()})
    rows = []
    for contract in contracts:
        period = periods.get(contract.project_id)
        made = claims.get(contract.pk, ())
        with use(words_of(contract.project)):
            may = can_create_claim(me, contract, period, own=own.get(contract.pk))
        rows.append(
            Mine(
                contract=contract,
                payer=payers.get(contract.project.account_id, contract.project.account.name),
                period=period,
                own=own.get(contract.pk),
                standing=standing_of(made, _asking(contract, period, own.get(contract.pk), may)),
                in_period=tuple(claim for claim in made if period and claim.period_id == period.pk),
                can_create=may,
                held=contract.held or 0,
                due_to_date=due.get(contract.pk, 0),
                paid_to_date=paid.get(contract.pk, 0),
                owed=tuple(owed.get(contract.pk, ())),
            )
        )
    return rows


def _with_retention(contracts: QuerySet[Contract]) -> QuerySet[Any]:
    """With ``held``: what the latest certified claim retains to date."""
    certified = Claim.objects.filter(contract=OuterRef("pk"), deleted_at=None, status__in=CERTIFIED)
    latest = certified.order_by("-number").values("total_retention")[:1]
    return contracts.annotate(held=Subquery(latest)).select_related("company")


def _projects(ids: Iterable[int]) -> dict[int, Project]:
    """The projects by their id; those of one account share it."""
    found = {project.pk: project for project in Project.objects.filter(pk__in=list(ids))}
    accounts = Account.objects.in_bulk({project.account_id for project in found.values()})
    for project in found.values():
        project.account = accounts[project.account_id]
    return found


def knowing(actor: Actor, contracts: Iterable[Contract]) -> Actor:
    """The actor, who knows without looking it up again that they claim on these contracts."""
    mine: dict[int, frozenset[int]] = {}
    for contract in contracts:
        mine[contract.project_id] = mine.get(contract.project_id, frozenset()) | {contract.pk}
    return Actor(login_id=actor.login_id, name=actor.name, levels=actor.levels, contact_of=mine)


def _own_terms(contracts: list[Contract], periods: dict[int, BillingPeriod]) -> dict[int, OwnTerms]:
    open_ones = [period.pk for period in periods.values()]
    ids = [contract.pk for contract in contracts]
    extended = dict(
        PeriodExtension.objects.filter(period__in=open_ones, contract__in=ids).values_list(
            "contract_id", "due"
        )
    )
    invites = {
        invite.contract_id: invite for invite in Invite.objects.filter(period__in=open_ones, contract__in=ids)
    }
    return {
        contract.pk: OwnTerms(
            max(period.due, extended.get(contract.pk, period.due)), invites.get(contract.pk)
        )
        for contract in contracts
        if (period := periods.get(contract.project_id)) is not None
    }


_MADE = (
    "pk",
    "contract_id",
    "number",
    "revision",
    "status",
    "version",
    "period_id",
    "period_start",
    "period_end",
    "claimed_this_period",
    "certified_this_period",
    "payment_due_with_tax",
    "paid",
    "is_late",
    "is_final",
    "submitted_at",
)


def _claims(ids: list[int], periods: Iterable[BillingPeriod]) -> dict[int, list[Made]]:
    """By contract: the unfinished claims, those of the open period, and the latest."""
    later = Claim.objects.filter(
        contract=OuterRef("contract"), deleted_at=None, number__gt=OuterRef("number")
    )
    wanted = Q(status__in=UNFINISHED) | Q(period__in=[period.pk for period in periods]) | ~Exists(later)
    rows = Claim.objects.filter(wanted, contract__in=ids, deleted_at=None).values(*_MADE)
    found: dict[int, list[Made]] = {}
    for row in rows:
        found.setdefault(row["contract_id"], []).append(_made(row))
    return found


def _made(row: dict[str, Any]) -> Made:
    return Made(
        id=row["pk"],
        contract_id=row["contract_id"],
        number=row["number"],
        revision=row["revision"],
        status=ClaimStatus(row["status"]),
        version=row["version"],
        period_id=row["period_id"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        claimed=row["claimed_this_period"],
        certified=row["certified_this_period"],
        due=row["payment_due_with_tax"],
        paid=row["paid"],
        is_late=row["is_late"],
        is_final=row["is_final"],
        submitted_at=row["submitted_at"],
    )


def _due(ids: list[int]) -> dict[int, int]:
    """What is to be paid of all certified claims, with tax."""
    certified = Claim.objects.filter(contract__in=ids, deleted_at=None, status__in=CERTIFIED)
    return dict(certified.order_by().values_list("contract_id").annotate(total=Sum("payment_due_with_tax")))


def _paid(ids: list[int]) -> dict[int, int]:
    """What was paid, for claims and on account."""
    payments = Payment.objects.filter(contract__in=ids, voided_at=None)
    return dict(payments.order_by().values_list("contract_id").annotate(total=Sum("amount")))


def _owed(contracts: list[Contract]) -> dict[int, list[Owed]]:
    """Certified claims on which something is outstanding, with the day by which it is to be paid."""
    by_id = {contract.pk: contract for contract in contracts}
    unpaid = (
        Claim.objects.filter(contract__in=list(by_id), deleted_at=None, status__in=CERTIFIED)
        .exclude(payment_due_with_tax=0)
        .only("contract_id", "payment_due_with_tax", "paid", "received_on", "submitted_at", "period_end")
        .order_by("contract_id", "number")
    )
    found: dict[int, list[Owed]] = {}
    for claim in unpaid:
        outstanding = claim.payment_due_with_tax - claim.paid
        if outstanding <= 0:
            continue
        claim.contract = contract = by_id[claim.contract_id]
        law, _ = law_or_why_not(claim)
        day = law.pay.day if law else None
        over = day is not None and day < clock.today_in(contract.project.time_zone)
        found.setdefault(contract.pk, []).append(Owed(claim.pk, outstanding, day, over))
    return found


def _payers(accounts: set[int]) -> dict[int, str]:
    """The names of the accounts' own companies."""
    own = Company.objects.filter(account__in=accounts, is_own=True)
    return dict(own.values_list("account_id", "name"))


def _asking(
    contract: Contract, period: BillingPeriod | None, own: OwnTerms | None, may: Decision
) -> Asking | None:
    if period is None or own is None:
        return None
    begun = contract.contract_date is None or contract.contract_date <= period.end
    answer = own.invite.answer if own.invite else ""
    return Asking(
        period_id=period.pk,
        is_awaited=bool(own.invite) or (contract.status == ContractStatus.APPROVED and begun),
        may_claim=bool(may),
        unanswered=answer == InviteAnswer.NONE,
        declined=answer == InviteAnswer.DECLINED,
    )
