"""Reads about invites to bill: what a contract's page tells of the open period's, and what a contact was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from tallystick.access.actor import Actor
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import is_admin_of, is_claim_contact, visible_to
from tallystick.contracts.states import COMMITMENT_KINDS
from tallystick.core.dates import describe_days_left
from tallystick.core.errors import Decision
from tallystick.directory.models import Person
from tallystick.periods.invite_policies import can_answer, can_invite, person_in, standing_of, still_asked
from tallystick.periods.models import (
    BillingPeriod,
    Invite,
    InviteType,
    PeriodExtension,
    PeriodStatus,
)
from tallystick.periods.policies import due_day
from tallystick.periods.wording import SAID, type_label


@dataclass(frozen=True, slots=True)
class Question:
    """A contract's invite for a period and whether its reader may answer. ``due`` counts the contract's extension.

    ``invite`` comes with its period, contract, project and company.
    """

    invite: Invite
    due: date
    can_answer: Decision

    @property
    def said(self) -> str:
        """``Yes``, ``No``, or nothing yet."""
        return SAID[self.invite.answer]

    @property
    def kind(self) -> str:
        """What the contract was asked to bill."""
        return type_label(self.invite.claim_type)

    @property
    def asked_by(self) -> str:
        """Who asks, as an outsider is told it: nobody knows a schedule."""
        return (
            self.invite.invited_by_name
            if self.invite.invited_by_id
            else str(self.invite.contract.project.account)
        )

    @property
    def days_left(self) -> str:
        """Until the due day: ``12 days left``."""
        return describe_days_left(self.due, self.invite.contract.project.time_zone)


def question_for(person: Person | None, invite: Invite) -> Question:
    """An invite as this person of the directory, who comes with ``login``, is asked it."""
    contract, period = invite.contract, invite.period
    return Question(invite, due_day(period, contract), can_answer(person, contract, period))


@dataclass(frozen=True, slots=True)
class ContractInvite:
    """What stands on a commitment's page about inviting it for the open period. ``question``: None, if it was not.

    ``sending`` says by type whether the reader may send the invite, or send it again; empty for claim contacts.
    """

    period: BillingPeriod
    due: date
    question: Question | None
    sending: dict[InviteType, Decision]


def contract_invite(actor: Actor, contract: Contract) -> ContractInvite | None:
    """For administrators and claim contacts of a commitment, while a period is open. ``contract`` comes with project
    and company."""
    is_admin = is_admin_of(actor, contract)
    if contract.kind not in COMMITMENT_KINDS or not (is_admin or is_claim_contact(actor, contract)):
        return None
    period = BillingPeriod.objects.filter(project=contract.project_id, status=PeriodStatus.OPEN).first()
    if period is None:
        return None
    period.project = contract.project
    invite = Invite.objects.filter(contract=contract, period=period).first()
    question = None
    if invite is not None:
        invite.contract, invite.period = contract, period
        question = question_for(person_in(actor, contract.project), invite)
    sending = {}
    if is_admin:
        known = standing_of(contract, period)
        sending = {kind: can_invite(actor, contract, period, kind, standing=known) for kind in InviteType}
    return ContractInvite(period, due_day(period, contract), question, sending)


def questions_of(actor: Actor) -> list[Question]:
    """What the actor was asked and can still answer, on all projects, the earliest due day first. Four queries."""
    if actor.login_id is None:
        return []
    # Who sees the contract and is designated has Read Only there at least, as ``can_answer`` wants it.
    theirs = visible_to(actor).filter(
        claim_contacts__person__login_id=actor.login_id, claim_contacts__person__is_active=True
    )
    asked = Invite.objects.filter(contract__in=theirs, period__status=PeriodStatus.OPEN)
    found = list(asked.select_related("period", "contract__project__account", "contract__company"))
    extended = dict(
        PeriodExtension.objects.filter(period__in={invite.period_id for invite in found}).values_list(
            "contract_id", "due"
        )
    )
    submitted = set(
        asked.filter(
            contract__claims__period=F("period"),
            contract__claims__deleted_at=None,
            contract__claims__submitted_at__isnull=False,
        ).values_list("pk", flat=True)
    )
    questions = []
    for invite in found:
        due = max(invite.period.due, extended.get(invite.contract_id, invite.period.due))
        decision = still_asked(invite.contract, invite.period, is_submitted=invite.pk in submitted, due=due)
        if decision:
            questions.append(Question(invite, due, decision))
    return sorted(questions, key=lambda question: (question.due, question.invite.contract.number))
