"""Whom one may invite to bill, who may answer, and what may be billed (R-INVITE, R-PERM-4, domain §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import OuterRef, Q, Subquery

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.access.policies import require_level
from tallystick.contracts.models import ClaimContact, Contract
from tallystick.contracts.policies import is_contact_person, tool_of
from tallystick.contracts.states import CLAIMABLE, COMMITMENT_KINDS, ContractStatus, SubSovStatus
from tallystick.core import clock
from tallystick.core.dates import due_moment, format_date
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Person, Project, UninvitedClaims
from tallystick.periods.models import BillingPeriod, Invite, InviteType, PeriodExtension, PeriodStatus
from tallystick.periods.policies import contact_may_claim, due_day
from tallystick.terms.context import text

GRACE = timedelta(days=14)
"""So long after its due day the link of an invite still says what became of it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about inviting one contract for one period, looked up for many contracts at once."""

    has_contact: bool
    has_claim: bool
    has_retention: bool
    due: date


def standing_of(contract: Contract, period: BillingPeriod) -> Standing:
    """The same for one contract."""
    return standings_of(period, [contract])[contract.pk]


def standings_of(period: BillingPeriod, contracts: Iterable[Contract]) -> dict[int, Standing]:
    """By the contract's id. Four queries, however many contracts of the period's project are asked about."""
    asked = [contract.pk for contract in contracts]
    one = len(asked) == 1
    themselves = Q(pk=asked[0]) if one else Q(project=period.project_id)
    among = Q(contract=asked[0]) if one else Q(contract__project=period.project_id)
    with_contact = set(
        ClaimContact.objects.filter(among, person__is_active=True).values_list("contract_id", flat=True)
    )
    extended = dict(
        PeriodExtension.objects.filter(among, period=period).values_list("contract_id", "due").order_by()
    )
    # The room of claims is above this one; contracts know it as what refers to them.
    model: Any = apps.get_model("claims", "Claim")  # terms: allow Claim
    claims = model.objects.filter(deleted_at=None)
    claimed = set(claims.filter(among, period=period).values_list("contract_id", flat=True))
    latest = claims.filter(contract=OuterRef("pk")).order_by("-number").values("total_retention")[:1]
    retained = dict(Contract.objects.filter(themselves).values_list("pk", Subquery(latest)))
    return {
        pk: Standing(
            has_contact=pk in with_contact,
            has_claim=pk in claimed,
            has_retention=bool(retained.get(pk)),
            due=max(period.due, extended.get(pk, period.due)),
        )
        for pk in asked
    }


def can_invite(
    actor: Actor,
    contract: Contract,
    period: BillingPeriod | None,
    claim_type: InviteType = InviteType.ALL,
    *,
    standing: Standing | None = None,
) -> Decision:
    """Ask the contract whether it wants to bill in ``period``: Admin on Commitments (domain §2.2).

    What greys the button is named in domain §4: no claim contact, a breakdown that is not approved (nobody asks for one
    where retention alone is released), and a due day that is over, an extension counted. ``standing`` is looked up
    where it is not given.
    """
    decision = (
        require_level(actor, contract.project, tool_of(contract.kind), Level.ADMIN, text("send {invites}"))
        and _can_be_asked(contract)
        and _is_open(contract, period)
    )
    if not decision or period is None:
        return decision
    known = standing_of(contract, period) if standing is None else standing
    return _can_bill(contract, claim_type, known) and _is_awaited(contract, known)


def _can_be_asked(contract: Contract) -> Decision:
    if contract.kind not in COMMITMENT_KINDS:
        return refused(text("{Invites} go out for {commitments}; this contract is with the {client}."))
    if contract.status not in CLAIMABLE:
        return refused(
            text(
                "The contract is {status}. The invite can go out once it is Approved.",
                status=ContractStatus(contract.status).label,
            )
        )
    return ALLOWED


def _is_open(contract: Contract, period: BillingPeriod | None) -> Decision:
    if period is None:
        return refused(text("There is no open {billing_period}. Open one first."))
    if period.project_id != contract.project_id:
        return refused(text("This {billing_period} belongs to another project."))
    if period.status != PeriodStatus.OPEN:
        return refused(text("This {billing_period} is closed. Open it again first."))
    return ALLOWED


def _can_bill(contract: Contract, claim_type: InviteType, known: Standing) -> Decision:
    """Somebody is there to bill what the invite asks for."""
    if not known.has_contact:
        return refused(text("This contract has no {claim_contact}. Name one on its People tab first."))
    if claim_type == InviteType.RELEASE:
        if not known.has_retention:
            return refused(text("No {retention} is held on this contract, so there is none to release."))
    elif contract.uses_sub_sov and contract.sub_sov_status != SubSovStatus.APPROVED:
        return refused(
            text(
                "The {ssov} of this contract is {status}. The invite can go out once it is Approved.",
                status=SubSovStatus(contract.sub_sov_status).label,
            )
        )
    return ALLOWED


def _is_awaited(contract: Contract, known: Standing) -> Decision:
    """It is time, and there is nothing yet."""
    if known.has_claim:
        return refused(text("There is {a claim} for this {billing_period} already."))
    if clock.now() >= due_moment(known.due, contract.project.time_zone):
        return refused(
            text(
                "The due date of this {billing_period} was {day}. Give the contract an extension first.",
                day=format_date(known.due, contract.project.locale),
            )
        )
    return ALLOWED


def can_answer(person: Person | None, contract: Contract, period: BillingPeriod) -> Decision:
    """Say whether the contract bills in ``period``: its claim contacts, until they submitted a claim (R-PERM-4).

    ``person`` comes with ``login``; ``None`` is somebody who is not in the account's directory.
    """
    if person is None or not is_contact_person(person, contract):
        return refused(
            text("Only {a claim_contact} of this contract can answer. Ask the administrator of the project.")
        )
    submitted = contract.claims.filter(period=period, deleted_at=None, submitted_at__isnull=False).exists()
    return still_asked(contract, period, is_submitted=submitted)


def still_asked(
    contract: Contract, period: BillingPeriod, *, is_submitted: bool, due: date | None = None
) -> Decision:
    """Whether an answer still matters, whoever gives it. ``due`` is looked up where it is not given."""
    if contract.status not in CLAIMABLE:
        return refused(
            text(
                "The contract is {status} now, so nothing is {bill:past} on it. "
                "Ask the administrator of the project.",
                status=ContractStatus(contract.status).label,
            )
        )
    if is_submitted:
        return refused(
            text("{A claim} for this {billing_period} was submitted already, so the answer can't change.")
        )
    return contact_may_claim(period, contract, due=due)


def is_still_told(invite: Invite) -> bool:
    """Whether the link of an invite still says anything about it: until some days after its due day."""
    return clock.now() < told_until(invite)


def told_until(invite: Invite) -> datetime:
    """The moment from which the links of the invite are worth nothing."""
    contract, period = invite.contract, invite.period
    return due_moment(due_day(period, contract), contract.project.time_zone) + GRACE


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """What a period is for one contract, looked up for many contracts at once: its own due day, its invite."""

    due: date
    invite: Invite | None


def billable_types(
    contract: Contract, period: BillingPeriod, *, own: OwnTerms | None = None
) -> frozenset[InviteType]:
    """What the contract's claim contacts may bill in the period: what they were invited to, else what the project
    lets them bill uninvited (R-INVITE-2, domain §4, §12). Administrators are not bound by it. ``own`` is looked up
    where it is not given."""
    invite = own.invite if own else Invite.objects.filter(contract=contract, period=period).first()
    if invite is not None:
        return _OF_INVITE[InviteType(invite.claim_type)]
    return _UNINVITED[UninvitedClaims(contract.project.uninvited_claims)]


_EVERYTHING = frozenset(InviteType)
_OF_INVITE = {
    InviteType.ALL: _EVERYTHING,
    InviteType.WORK: frozenset({InviteType.WORK}),
    InviteType.RELEASE: frozenset({InviteType.RELEASE}),
}
_UNINVITED = {
    UninvitedClaims.ALL: _EVERYTHING,
    UninvitedClaims.WORK: frozenset({InviteType.WORK}),
    UninvitedClaims.NONE: frozenset[InviteType](),
}


def is_awaited(period: BillingPeriod) -> Q:
    """A condition for contracts that one expects a claim on: in force, and begun when the period ended."""
    begun = Q(contract_date=None) | Q(contract_date__lte=period.end)
    return Q(status=ContractStatus.APPROVED) & begun


def person_in(actor: Actor, project: Project) -> Person | None:
    """Who the actor is in the directory of the project's account."""
    if actor.login_id is None:
        return None
    return (
        Person.objects.filter(account=project.account_id, login_id=actor.login_id)
        .select_related("login")
        .first()
    )
