"""Inviting contracts to bill, and what they answer (R-INVITE, R-PERM-4, domain §4).

A contract has one invite for a period. Sending it again asks once more: the type is the latest one's, who accepted has
accepted, and who declined is asked anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from tallystick.access.actor import Actor
from tallystick.access.recording import record_all_in, record_in
from tallystick.audit.actions import Told
from tallystick.contracts.models import Contract
from tallystick.contracts.states import COMMITMENT_KINDS
from tallystick.core import clock
from tallystick.core.batches import batched
from tallystick.core.dates import format_date, format_instant, format_range
from tallystick.core.errors import BadInput, Decision, NotFound, refused
from tallystick.directory.models import Person, Project
from tallystick.periods.actions import open_period
from tallystick.periods.invite_mail import Addressees, addressees_of, tell_invited
from tallystick.periods.invite_policies import can_answer, can_invite, is_awaited, person_in, standings_of
from tallystick.periods.models import BillingPeriod, Invite, InviteAnswer, InviteType, PeriodStatus
from tallystick.periods.wording import SAID, type_label


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of inviting one contract: done, for the first time or ``again``, or left out and why."""

    contract: Contract
    decision: Decision
    again: bool = False

    @property
    def done(self) -> bool:
        """Whether the invite went out."""
        return bool(self.decision)


@transaction.atomic
def send_invites(
    actor: Actor,
    period: BillingPeriod | None,
    contracts: Sequence[Contract],
    claim_type: InviteType,
    *,
    private_list: bool = False,
    again: bool = True,
) -> list[Invited]:
    """Ask each of the contracts whether it wants to bill in ``period``; each is done, or left out and why.

    The question goes to its claim contacts; with ``private_list`` everybody else of the contract company who is on
    the contract's private list is told of it (R-INVITE-1). Without ``again`` whoever was invited before is left out.
    The number of queries does not depend on the contracts but for what the database takes at once.
    """
    if period is None:
        return [Invited(contract, can_invite(actor, contract, None, claim_type)) for contract in contracts]
    # Closing the period, and whoever else sends invites for it, comes before this or after it.
    period = (
        BillingPeriod.objects.select_for_update(of=("self",))
        .select_related("project__account")
        .get(pk=period.pk)
    )
    contracts = list({contract.pk: contract for contract in contracts}.values())
    standings = standings_of(period, contracts)
    decisions = {
        contract.pk: can_invite(actor, contract, period, claim_type, standing=standings[contract.pk])
        for contract in contracts
    }
    if not again:
        decisions |= _invited_before(period, decisions)
    asked = [contract for contract in contracts if decisions[contract.pk]]
    repeated: set[int] = set()
    if asked:
        due = {contract.pk: standings[contract.pk].due for contract in asked}
        addressees = addressees_of(period.project, asked, private_list=private_list)
        repeated = _write(actor, period, asked, claim_type)
        _record_sent(actor, period, asked, claim_type, addressees=addressees, due=due)
        tell_invited(actor, period.project, _written(period, asked), addressees, due)
    return [Invited(contract, decisions[contract.pk], contract.pk in repeated) for contract in contracts]


def _invited_before(period: BillingPeriod, contracts: Collection[int]) -> dict[int, Decision]:
    """Of those contracts that were invited for the period already: by whom and when."""
    sent = Invite.objects.filter(period=period).values_list("contract_id", "invited_by_name", "sent_at")
    zone, locale = period.project.time_zone, period.project.locale
    return {
        contract: refused(f"{by or 'Somebody'} has invited it already, {format_instant(at, zone, locale)}.")
        for contract, by, at in sent
        if contract in contracts
    }


def _write(
    actor: Actor, period: BillingPeriod, contracts: Sequence[Contract], claim_type: InviteType
) -> set[int]:
    """Store the invites as sent now; ids of those contracts that had one before."""
    now = clock.now()
    sent: dict[str, Any] = {
        "claim_type": claim_type,
        "invited_by_id": actor.login_id,
        "invited_by_name": actor.name,
        "sent_at": now,
    }
    invited = set(Invite.objects.filter(period=period).values_list("contract_id", flat=True))
    again = {contract.pk for contract in contracts if contract.pk in invited}
    for some in batched(again):
        sent_before = Invite.objects.filter(period=period, contract__in=some)
        sent_before.filter(answer=InviteAnswer.DECLINED).update(
            answer=InviteAnswer.NONE, answered_by=None, answered_by_name="", answered_at=None
        )
        sent_before.update(times_sent=F("times_sent") + 1, **sent)
    Invite.objects.bulk_create(
        Invite(period=period, contract=contract, first_sent_at=now, **sent)
        for contract in contracts
        if contract.pk not in again
    )
    return again


def _written(period: BillingPeriod, contracts: Sequence[Contract]) -> list[Invite]:
    """The invites as they stand now, with the period and the contracts at hand."""
    of = {contract.pk: contract for contract in contracts}
    found = [invite for invite in Invite.objects.filter(period=period) if invite.contract_id in of]
    for invite in found:
        invite.period, invite.contract = period, of[invite.contract_id]
        invite.contract.project = period.project
    return found


def _record_sent(
    actor: Actor,
    period: BillingPeriod,
    contracts: Sequence[Contract],
    claim_type: InviteType,
    *,
    addressees: Mapping[int, Addressees],
    due: Mapping[int, date],
) -> None:
    locale = period.project.locale
    told = [
        Told(
            contract,
            facts={
                "period": format_range(period.start, period.end, locale),
                "type": type_label(claim_type),
                "due": format_date(due[contract.pk], locale),
                "people": addressees[contract.pk].names,
            },
        )
        for contract in contracts
    ]
    record_all_in(period.project, actor, "invite.sent", told)


def invite_awaited(
    actor: Actor, period: BillingPeriod, claim_type: InviteType, *, private_list: bool = False
) -> list[Invited]:
    """Invite every commitment that one expects a claim on: for a period that has just been opened (R-INVITE-1)."""
    if period.status != PeriodStatus.OPEN:
        return []
    awaited = Contract.objects.filter(
        is_awaited(period), project=period.project_id, kind__in=COMMITMENT_KINDS
    )
    found = awaited.select_related("project__account", "company").order_by("number")
    return send_invites(actor, period, list(found), claim_type, private_list=private_list)


@transaction.atomic
def open_and_invite(
    actor: Actor,
    project: Project,
    *,
    start: date,
    end: date,
    due: date,
    claim_type: InviteType,
    private_list: bool = False,
) -> tuple[BillingPeriod, list[Invited]]:
    """Open a period and invite everybody who is awaited in it, both or neither (R-INVITE-1)."""
    period = open_period(actor, project, start=start, end=end, due=due)
    return period, invite_awaited(actor, period, claim_type, private_list=private_list)


def answer_invite(actor: Actor, contract: Contract, period: BillingPeriod, answer: InviteAnswer) -> Invite:
    """Say Yes or No on the commitment's page, as one of its claim contacts. The same answer again changes nothing."""
    return answer_as(person_in(actor, contract.project), contract, period, answer)


@transaction.atomic
def answer_as(
    person: Person | None,
    contract: Contract,
    period: BillingPeriod,
    answer: InviteAnswer,
    *,
    by_link: bool = False,
) -> Invite:
    """The same for somebody whom ``by_link`` the link in their own e-mail proves to be that person.

    The last answer holds, whoever of the contacts gave it; each is in the history. Raises ``Refused``, and
    ``NotFound`` where the contract was not invited.
    """
    if answer == InviteAnswer.NONE:
        raise BadInput("Answer Yes or No.")
    invite = Invite.objects.select_for_update(of=("self",)).filter(contract=contract, period=period).first()
    period = BillingPeriod.objects.select_related("project__account").get(pk=period.pk)
    contract = Contract.objects.select_related("project__account", "company").get(pk=contract.pk)
    can_answer(person, contract, period).require()
    if invite is None or person is None:
        raise NotFound("There is no such invite. It may have been withdrawn.")
    if invite.answer == answer:
        return invite
    before, said = SAID[invite.answer], SAID[answer]
    invite.answer, invite.answered_at = answer, clock.now()
    invite.answered_by, invite.answered_by_name = person, person.name
    invite.save(update_fields=["answer", "answered_at", "answered_by", "answered_by_name"])
    record_in(
        period.project,
        Actor(login_id=person.login_id, name=person.name),
        "invite.answered_by_link" if by_link else "invite.answered",
        contract,
        changes={"answer": [before, said]} if before else None,
        facts={
            "answer": said,
            "period": format_range(period.start, period.end, period.project.locale),
        },
    )
    return invite
